/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-keyfile.h"
#include "byway-strongswan.h"

#include <glib/gstdio.h>
#include <string.h>

/* Usage: test-strongswan FAKE-CHARON. The engine against a charon that behaves as its mood says. */

#define UUID "11111111-2222-3333-4444-555555555555"
#define OTHER_UUID "66666666-2222-3333-4444-555555555555"
#define KEY_ID "00112233445566778899aabbccddeeff00112233"

static const char *fake;

typedef struct
{
  char *folder, *socket, *journal;
  GSubprocess *charon;
  BywayIpsecEngine *engine;
  BywayPlan *plan;
  GString *progress;
  GError *error;
  BywaySaInfo info;
  gboolean done, established, lost, other;
  gboolean pin_sent, pin_unanswered;
  int loss; /* the BywayCause of it */
} Fixture;

static void
on_progress (BywayIpsecEngine *engine, const char *uuid, guint stage, guint state, const char *text,
             Fixture *f)
{
  g_assert_cmpstr (uuid, ==, f->other ? OTHER_UUID : UUID);
  g_string_append_printf (f->progress, "%s %s %s\n", byway_stage_to_string (stage),
                          byway_stage_state_to_string (state), text);
}

static void
on_pin (BywayIpsecEngine *engine, const char *uuid, gboolean unanswered, Fixture *f)
{
  g_assert_true (unanswered != f->pin_unanswered);
  f->pin_sent = TRUE;
  f->pin_unanswered = unanswered;
}

static void
on_lost (BywayIpsecEngine *engine, const char *uuid, const GError *error, Fixture *f)
{
  g_assert_cmpstr (uuid, ==, UUID);
  g_assert_false (f->lost);
  g_assert_true (error->domain == BYWAY_FAILURE);
  f->lost = TRUE;
  f->loss = error->code;
}

static void
wait_for (gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  *flag = FALSE;
}

static GPtrArray *
one_bytes (const char *text)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  g_ptr_array_add (list, g_bytes_new_static (text, strlen (text)));
  return list;
}

/* The fake does not look into it. */
static BywayCredential *
make_credential (void)
{
  BywayCredential *credential = g_new0 (BywayCredential, 1);

  credential->certificate = g_bytes_new_static ("cert", 4);
  credential->chain = g_ptr_array_new ();
  credential->authorities = one_bytes ("ca");
  credential->authority_subjects = one_bytes ("name");
  credential->key = g_bytes_new_static ("key", 3);
  credential->key_id = g_strdup (KEY_ID);
  return credential;
}

static BywayPlan *
make_plan (const char *uuid, const BywayCredential *machine, const char *pin)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (GError) error = NULL;
  const char *problem;
  BywayFacts facts = { .uuid = uuid,
                       .run_dir = "/run/byway/x",
                       .local_port = BYWAY_L2TP_PORT,
                       .machine = machine,
                       .pppd_plugin = "/x/byway-pppd.so" };
  BywayPlan *plan;

  g_hash_table_insert (settings, "gateway", "192.0.2.1");
  g_hash_table_insert (settings, "user", "alice");
  if (machine != NULL)
    {
      g_hash_table_insert (settings, "machine-auth", "certificate");
      g_hash_table_insert (settings, "machine-cert", "/x/a.p12");
    }
  if (pin != NULL)
    {
      g_hash_table_insert (settings, "machine-token",
                           "pkcs11:id=%01;slot-id=5?module-name=softhsm");
      g_assert_true (
          byway_secret_set_put (secrets, "machine-certpass", pin, strlen (pin), &problem));
    }
  profile = byway_profile_parse (settings, &issues);
  g_assert_nonnull (profile);
  g_assert_true (byway_secret_set_put (secrets, "ipsec-psk", "key", 3, &problem));
  byway_address_parse ("192.0.2.1", &facts.uplink.server);
  byway_address_parse ("127.0.0.1", &facts.uplink.source);
  plan = byway_plan_new (profile, secrets, &facts, &error);
  g_assert_no_error (error);
  return plan;
}

static void
start_charon (Fixture *f, const char *mood)
{
  g_autoptr (GError) error = NULL;
  char ready[6];
  gsize length;

  f->charon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, fake, f->socket, mood,
                                f->journal, NULL);
  g_assert_no_error (error);
  g_input_stream_read_all (g_subprocess_get_stdout_pipe (f->charon), ready, sizeof ready, &length,
                           NULL, NULL);
  g_assert_cmpint (length, ==, sizeof ready);
}

static void
set_up (Fixture *f, gconstpointer mood)
{
  f->folder = g_dir_make_tmp ("byway-charon-XXXXXX", NULL);
  f->socket = g_build_filename (f->folder, "charon.vici", NULL);
  f->journal = g_build_filename (f->folder, "journal", NULL);
  start_charon (f, mood);
  f->progress = g_string_new (NULL);
  f->plan = make_plan (UUID, NULL, NULL);
  f->engine = byway_strongswan_new (f->socket, NULL);
  g_signal_connect (f->engine, "progress", G_CALLBACK (on_progress), f);
  g_signal_connect (f->engine, "pin", G_CALLBACK (on_pin), f);
  g_signal_connect (f->engine, "lost", G_CALLBACK (on_lost), f);
}

static void
tear_down (Fixture *f, gconstpointer mood)
{
  GObject *engine = G_OBJECT (f->engine);

  g_object_add_weak_pointer (engine, (gpointer *)&engine);
  g_clear_object (&f->engine);
  g_subprocess_force_exit (f->charon);
  g_subprocess_wait (f->charon, NULL, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (engine); /* nothing that was asked for is still waited for */
  g_clear_object (&f->charon);
  byway_plan_unref (f->plan);
  g_string_free (f->progress, TRUE);
  g_clear_error (&f->error);
  g_free (f->info.ike);
  g_free (f->info.esp);
  g_remove (f->socket);
  g_remove (f->journal);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->socket);
  g_free (f->journal);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GHashTable) names
      = BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->probe_finish (f->engine, result, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (g_hash_table_contains (names, "3DES_CBC"));
  g_assert_true (g_hash_table_contains (names, "MODP_1024"));
  f->done = TRUE;
}

static void
on_established (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->established = BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->establish_finish (f->engine, result,
                                                                               &f->info, &f->error);
  f->done = TRUE;
}

static void
probe (Fixture *f)
{
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->probe (f->engine, NULL, on_probed, f);
  wait_for (&f->done);
}

static void
establish (Fixture *f, GCancellable *cancellable)
{
  probe (f);
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->establish (f->engine, f->plan, cancellable,
                                                       on_established, f);
  wait_for (&f->done);
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->release_finish (f->engine, result);
  f->done = TRUE;
}

static void
release (Fixture *f)
{
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->release (f->engine, f->plan, on_released, f);
  wait_for (&f->done);
}

static gboolean
journal_says (Fixture *f, const char *words)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (f->journal, &text, NULL, NULL) && strstr (text, words) != NULL;
}

static gboolean
all_is_taken_back (Fixture *f)
{
  return journal_says (f, "terminate " UUID) && journal_says (f, "unload-conn " UUID)
         && journal_says (f, "unload-shared " UUID);
}

static void
test_up_and_down (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->info.ike, ==, "3des-sha1-modp1024");
  g_assert_cmpstr (f->info.esp, ==, "3des-sha1");
  g_assert_true (f->info.encapsulated);
  g_assert_cmpstr (f->progress->str, ==,
                   "ike running \n"
                   "ike done main mode, 3des-sha1-modp1024, NAT traversal\n"
                   "sa running \n"
                   "sa done ESP 3des-sha1, transport mode, in UDP\n");
  g_assert_false (journal_says (f, "terminate"));
  release (f);
  g_assert_true (all_is_taken_back (f));
  g_assert_false (f->lost);
}

static const struct
{
  const char *mood;
  BywayCause cause;
  const char *detail;
} failures[] = {
  { "old-version", BYWAY_CAUSE_IKE_NO_IKEV1, "" },
  { "no-proposal", BYWAY_CAUSE_ESP_PROPOSAL, "" },
  { "wrong-key", BYWAY_CAUSE_IKE_PSK_WRONG, "" },
  { "silent", BYWAY_CAUSE_IKE_SILENT, "establishing CHILD_SA" },
  { "dies", BYWAY_CAUSE_LOST_IKE_DAEMON, "ended" },
  { "garbage", BYWAY_CAUSE_LOST_IKE_DAEMON, "impossible" },
};

static void
test_failure (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_false (f->established);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (strcmp (failures[i].mood, mood) == 0)
      {
        g_assert_error (f->error, BYWAY_FAILURE, (int)failures[i].cause);
        g_assert_nonnull (strstr (f->error->message, failures[i].detail));
      }
  if (strcmp (mood, "dies") != 0)
    g_assert_true (all_is_taken_back (f));
  g_assert_false (f->lost);
}

static void
test_refused (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_ERROR, BYWAY_ERROR_IPSEC);
  g_assert_nonnull (strstr (f->error->message, "does not take the connection"));
  g_assert_true (all_is_taken_back (f));
}

static gboolean
on_cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* At once, while loading, while initiating. */
static void
test_cancelled (Fixture *f, gconstpointer mood)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gint64 began = g_get_monotonic_time ();

  g_timeout_add (200, on_cancel, cancellable);
  establish (f, cancellable);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (all_is_taken_back (f));
  g_assert_cmpint (g_get_monotonic_time () - began, <, 2 * G_USEC_PER_SEC);
}

static void
test_cancelled_at_once (Fixture *f, gconstpointer mood)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  establish (f, cancellable);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (all_is_taken_back (f));
}

/* A charon that does not answer any more holds nobody up for long. */
static void
test_deaf (Fixture *f, gconstpointer mood)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gint64 began = g_get_monotonic_time ();

  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*does not answer*");
  g_timeout_add (200, on_cancel, cancellable);
  establish (f, cancellable);
  g_test_assert_expected_messages ();
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 4 * G_USEC_PER_SEC);
}

static void
test_lost (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_no_error (f->error);
  while (!f->lost)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (f->loss, ==, BYWAY_CAUSE_LOST_IPSEC);
  release (f);
  g_assert_true (all_is_taken_back (f));
}

static gboolean
on_time_over (gpointer over)
{
  *(gboolean *)over = TRUE;
  return G_SOURCE_REMOVE;
}

/* As with IKE version 2: charon asks after so many seconds of silence, and so many more are for the
 * answer. */
static void
establish_watched (Fixture *f, guint delay, guint timeout)
{
  f->plan->dpd_delay = delay;
  f->plan->dpd_timeout = timeout;
  establish (f, NULL);
  g_assert_true (f->established);
}

static void
test_unanswered (Fixture *f, gconstpointer mood)
{
  gint64 began, took;

  establish_watched (f, 1, 1);
  began = g_get_monotonic_time ();
  wait_for (&f->lost);
  took = g_get_monotonic_time () - began;
  g_assert_cmpint (f->loss, ==, BYWAY_CAUSE_LOST_SERVER);
  g_assert_cmpint (took, >=, 900 * 1000);
  g_assert_cmpint (took, <, 3000 * 1000);
  release (f);
}

static void
test_not_unanswered (Fixture *f, gconstpointer mood)
{
  gboolean over = FALSE;

  establish_watched (f, 1, 1);
  g_timeout_add (1700, on_time_over, &over);
  wait_for (&over);
  g_assert_false (f->lost);
  g_assert_true (journal_says (f, "list-sas " UUID "\nlist-sas " UUID "\n"));
  release (f);
}

/* Before there can be a question nobody looks for one. */
static void
test_busy (Fixture *f, gconstpointer mood)
{
  gboolean over = FALSE;

  establish_watched (f, 30, 60);
  g_timeout_add (1700, on_time_over, &over);
  wait_for (&over);
  g_assert_true (journal_says (f, "list-sas " UUID "\n"));
  g_assert_false (journal_says (f, "list-sas " UUID "\nlist-sas " UUID "\n"));
  release (f);
}

static void
test_daemon_ends (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_subprocess_force_exit (f->charon);
  while (!f->lost)
    g_main_context_iteration (NULL, TRUE);
  release (f);
}

/* One charon goes, another comes: the next session finds it. */
static void
test_another_daemon (Fixture *f, gconstpointer mood)
{
  test_daemon_ends (f, mood);
  g_subprocess_wait (f->charon, NULL, NULL);
  g_clear_object (&f->charon);
  g_remove (f->socket);
  start_charon (f, "normal");
  g_clear_pointer (&f->info.ike, g_free);
  g_clear_pointer (&f->info.esp, g_free);
  establish (f, NULL);
  g_assert_no_error (f->error);
  release (f);
}

static void
on_cleaned (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->clean_finish (f->engine, result);
  f->done = TRUE;
}

static BywayPlan *
use_certificate (Fixture *f, const char *uuid)
{
  g_autoptr (BywayCredential) machine = make_credential ();
  BywayPlan *before = f->plan;

  f->plan = make_plan (uuid, machine, NULL);
  return before;
}

static guint
count_in_journal (Fixture *f, const char *words)
{
  g_autofree char *text = NULL;
  guint count = 0;

  g_assert_true (g_file_get_contents (f->journal, &text, NULL, NULL));
  for (const char *at = text; (at = strstr (at, words)) != NULL; at++)
    count++;
  return count;
}

static void
test_certificate (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_certificate (f, UUID));
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_assert_true (journal_says (f, "load-authority " UUID));
  g_assert_true (journal_says (f, "load-shared key-" KEY_ID));
  g_assert_true (journal_says (f, "load-key\n"));
  g_assert_false (journal_says (f, "unload"));
  release (f);
  g_assert_true (journal_says (f, "unload-authority " UUID));
  g_assert_true (journal_says (f, "unload-key " KEY_ID));
  g_assert_true (journal_says (f, "unload-shared key-" KEY_ID));
}

/* Two connections with one key: the first that goes leaves it to the other. */
static void
test_shared_key (Fixture *f, gconstpointer mood)
{
  g_autoptr (BywayPlan) first = NULL;

  byway_plan_unref (use_certificate (f, UUID));
  establish (f, NULL);
  first = use_certificate (f, OTHER_UUID);
  g_clear_pointer (&f->info.ike, g_free);
  g_clear_pointer (&f->info.esp, g_free);
  f->other = TRUE;
  establish (f, NULL);
  release (f);
  g_assert_false (journal_says (f, "unload-key"));
  byway_plan_unref (f->plan);
  f->plan = g_steal_pointer (&first);
  release (f);
  g_assert_cmpuint (count_in_journal (f, "unload-key"), ==, 1);
}

/* Somebody else's key is used, and stays. */
static void
test_has_key (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_certificate (f, UUID));
  establish (f, NULL);
  g_assert_no_error (f->error);
  release (f);
  g_assert_false (journal_says (f, "load-key"));
  g_assert_true (journal_says (f, "unload-authority " UUID));
}

/* What a user brings must not count for the administrator's connections. */
static void
test_trusting (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_certificate (f, UUID));
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_TRUST_SHARED);
  g_assert_cmpstr (f->error->message, ==, "office");
  g_assert_false (journal_says (f, "\nload-authority") || journal_says (f, "\nload-conn"));
  g_clear_error (&f->error);
  f->plan->owner = BYWAY_OWNER_SYSTEM;
  establish (f, NULL);
  g_assert_no_error (f->error);
  release (f);
}

/* --- a key on a token ------------------------------------------------------------------------- */

static BywayPlan *
make_token_plan (const char *uuid, const char *pin)
{
  g_autoptr (BywayCredential) machine = make_credential ();

  g_clear_pointer (&machine->key, g_bytes_unref);
  return make_plan (uuid, machine, pin);
}

static BywayPlan *
use_token (Fixture *f, const char *uuid, const char *pin)
{
  BywayPlan *before = f->plan;

  f->plan = make_token_plan (uuid, pin);
  f->other = strcmp (uuid, OTHER_UUID) == 0;
  g_clear_pointer (&f->info.ike, g_free);
  g_clear_pointer (&f->info.esp, g_free);
  g_clear_error (&f->error);
  return before;
}

static gboolean
comes_before (Fixture *f, const char *first, const char *second)
{
  g_autofree char *text = NULL;
  const char *one, *other;

  g_assert_true (g_file_get_contents (f->journal, &text, NULL, NULL));
  one = strstr (text, first);
  other = strstr (text, second);
  return one != NULL && other != NULL && one < other;
}

/* A PIN is sent once the token's certificate was found, and a mark of the key stands before the
 * key. */
static void
test_token (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_token (f, UUID, "1234"));
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_assert_false (journal_says (f, "load-key") || journal_says (f, "unload"));
  g_assert_true (comes_before (f, "load-conn " UUID, "load-shared key-" KEY_ID));
  g_assert_true (comes_before (f, "load-shared key-" KEY_ID, "load-token"));
  g_assert_true (comes_before (f, "load-token", "initiate"));
  release (f);
  g_assert_true (journal_says (f, "unload-authority " UUID));
  g_assert_true (journal_says (f, "unload-key " KEY_ID));
  g_assert_true (journal_says (f, "unload-shared key-" KEY_ID));
}

static const struct
{
  const char *mood;
  BywayCause cause;
  guint tries; /* of the PIN */
} token_failures[] = {
  { "no-pkcs11", BYWAY_CAUSE_TOKEN_NO_PLUGIN, 0 },
  { "no-token", BYWAY_CAUSE_TOKEN_NOT_FOUND, 0 },
  { "wrong-pin", BYWAY_CAUSE_TOKEN_PIN, 1 },
  { "other-key", BYWAY_CAUSE_CERT_KEY_MISMATCH, 1 },
  { "has-key", BYWAY_CAUSE_TOKEN_TAKEN, 0 },
  { "foreign-key", BYWAY_CAUSE_TOKEN_TAKEN, 0 },
};

static void
test_token_failure (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_token (f, UUID, "1234"));
  establish (f, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (token_failures); i++)
    if (strcmp (token_failures[i].mood, mood) == 0)
      {
        g_assert_error (f->error, BYWAY_FAILURE, (int)token_failures[i].cause);
        g_assert_cmpuint (count_in_journal (f, "\nload-token"), ==, token_failures[i].tries);
        g_assert_true (f->pin_sent == (token_failures[i].tries > 0) && !f->pin_unanswered);
      }
  g_assert_false (journal_says (f, "initiate"));
  g_assert_true (all_is_taken_back (f));
  g_assert_true (journal_says (f, "unload-key ff") == (strcmp (mood, "other-key") == 0));
  if (g_str_has_suffix (mood, "-key") && strcmp (mood, "other-key") != 0)
    g_assert_false (journal_says (f, "unload-key"));
}

/* What the administrator made for everybody takes the key that he has loaded, and leaves it. */
static void
test_token_of_system (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_token (f, UUID, "1234"));
  f->plan->owner = BYWAY_OWNER_SYSTEM;
  establish (f, NULL);
  g_assert_no_error (f->error);
  release (f);
  g_assert_false (journal_says (f, "load-token") || journal_says (f, "unload-key"));
}

/* Charon takes any PIN while the token is open: ours is compared instead. */
static void
test_token_open (Fixture *f, gconstpointer mood)
{
  g_autoptr (BywayPlan) first = NULL;

  byway_plan_unref (use_token (f, UUID, "1234"));
  establish (f, NULL);
  g_assert_no_error (f->error);
  first = use_token (f, OTHER_UUID, "4321");
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_PIN);
  g_assert_cmpuint (count_in_journal (f, "\nload-token"), ==, 1);
  byway_plan_unref (use_token (f, OTHER_UUID, "1234"));
  establish (f, NULL);
  g_assert_no_error (f->error);
  release (f);
  g_assert_false (journal_says (f, "unload-key"));
  byway_plan_unref (f->plan);
  f->plan = g_steal_pointer (&first);
  release (f);
  g_assert_cmpuint (count_in_journal (f, "unload-key"), ==, 1);
}

/* Another user's PIN is compared with nothing: that would be a way to find it out. */
static void
test_token_of_another (Fixture *f, gconstpointer mood)
{
  static const guint owners[] = { 1000, BYWAY_OWNER_SYSTEM };
  static const char *const pins[] = { "1234", "4321" };
  g_autoptr (BywayPlan) first = NULL;

  byway_plan_unref (use_token (f, UUID, "1234"));
  establish (f, NULL);
  g_assert_no_error (f->error);
  first = use_token (f, OTHER_UUID, "4321");
  for (guint i = 0; i < G_N_ELEMENTS (owners) * G_N_ELEMENTS (pins); i++)
    {
      byway_plan_unref (use_token (f, OTHER_UUID, pins[i % 2]));
      f->plan->owner = owners[i / 2];
      establish (f, NULL);
      g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_TAKEN);
    }
  g_assert_cmpuint (count_in_journal (f, "\nload-token"), ==, 1);
  g_assert_false (journal_says (f, "unload-key"));
}

typedef struct
{
  BywayIpsecEngine *engine;
  GError *error;
  gboolean done, established;
} Attempt;

static void
on_attempted (GObject *source, GAsyncResult *result, gpointer data)
{
  Attempt *attempt = data;
  BywaySaInfo info = { 0 };

  attempt->established = BYWAY_IPSEC_ENGINE_GET_IFACE (attempt->engine)
                             ->establish_finish (attempt->engine, result, &info, &attempt->error);
  attempt->done = TRUE;
  g_free (info.ike);
  g_free (info.esp);
}

static void
wait_for_journal (Fixture *f, const char *words)
{
  while (!journal_says (f, words))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
}

/* Two connections of one user's by these PINs: the second one begins while the token has the first
 * one's. */
static void
attempt_both (Fixture *f, const char *pin, const char *other_pin, Attempt attempts[2])
{
  const char *const pins[] = { pin, other_pin };

  probe (f);
  g_signal_handlers_disconnect_by_func (f->engine, on_progress, f);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BywayPlan) plan = make_token_plan (i == 0 ? UUID : OTHER_UUID, pins[i]);

      attempts[i].engine = f->engine;
      BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->establish (f->engine, plan, NULL, on_attempted,
                                                           &attempts[i]);
      if (i == 0)
        wait_for_journal (f, "load-token");
    }
  for (guint i = 0; i < 2; i++)
    wait_for (&attempts[i].done);
}

/* The first PIN is wrong, which nobody knows yet when the second one, the right one, comes. */
static void
test_token_wrong_first (Fixture *f, gconstpointer mood)
{
  Attempt attempts[2] = { 0 };

  attempt_both (f, "4321", "1234", attempts);
  g_assert_error (attempts[0].error, BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_PIN);
  g_assert_no_error (attempts[1].error);
  g_assert_true (attempts[1].established);
  g_assert_cmpuint (count_in_journal (f, "\nload-token"), ==, 2);
  g_error_free (attempts[0].error);
}

/* The first one is right: the token is not asked about the second. */
static void
test_token_wrong_second (Fixture *f, gconstpointer mood)
{
  Attempt attempts[2] = { 0 };

  attempt_both (f, "1234", "4321", attempts);
  g_assert_true (attempts[0].established);
  g_assert_error (attempts[1].error, BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_PIN);
  g_assert_cmpuint (count_in_journal (f, "\nload-token"), ==, 1);
  g_error_free (attempts[1].error);
}

static void
test_token_both_right (Fixture *f, gconstpointer mood)
{
  Attempt attempts[2] = { 0 };

  attempt_both (f, "1234", "1234", attempts);
  g_assert_true (attempts[0].established && attempts[1].established);
}

/* Charon ends with the PIN: nobody knows whether the token took it. */
static void
test_token_dies (Fixture *f, gconstpointer mood)
{
  byway_plan_unref (use_token (f, UUID, "1234"));
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON);
  g_assert_true (f->pin_sent && f->pin_unanswered);
}

/* The token's key is not the certificate's, and a connection of ours has it: it stays. */
static void
test_token_held (Fixture *f, gconstpointer mood)
{
  g_autoptr (BywayCredential) other = make_credential ();
  g_autoptr (BywayPlan) first = NULL;

  g_free (other->key_id);
  other->key_id = g_strnfill (40, 'f');
  byway_plan_unref (f->plan);
  f->plan = make_plan (UUID, other, NULL);
  establish (f, NULL);
  g_assert_no_error (f->error);
  first = use_token (f, OTHER_UUID, "1234");
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_KEY_MISMATCH);
  g_assert_false (journal_says (f, "unload-key ff"));
}

static gboolean
on_late (gpointer flag)
{
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

/* Cancelled while it is found out whom charon trusts: what comes of that later loads nothing. */
static void
test_slow_list (Fixture *f, gconstpointer mood)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean late = FALSE;

  byway_plan_unref (use_certificate (f, UUID));
  g_timeout_add (200, on_cancel, cancellable);
  establish (f, cancellable);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_timeout_add (1500, on_late, &late);
  wait_for (&late);
  g_assert_false (journal_says (f, "get-keys") || journal_says (f, "\nload-authority"));
}

static void
test_clean (Fixture *f, gconstpointer mood)
{
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->clean (f->engine, on_cleaned, f);
  wait_for (&f->done);
  g_assert_true (all_is_taken_back (f));
  g_assert_true (journal_says (f, "unload-authority " UUID));
  g_assert_true (journal_says (f, "unload-key " KEY_ID));
  g_assert_true (journal_says (f, "unload-shared key-" KEY_ID));
  g_assert_false (journal_says (f, "office"));
}

static void
add (const char *mood, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/strongswan/", mood, NULL);

  g_test_add (path, Fixture, mood, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  fake = argv[1];
  add ("normal", test_up_and_down);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    add (failures[i].mood, test_failure);
  add ("refuse-conn", test_refused);
  add ("endless", test_cancelled);
  g_test_add ("/strongswan/cancelled-at-once", Fixture, "normal", set_up, test_cancelled_at_once,
              tear_down);
  add ("deaf", test_deaf);
  add ("lost", test_lost);
  add ("unanswered", test_unanswered);
  add ("answered", test_not_unanswered);
  add ("renewed", test_not_unanswered);
  add ("busy", test_busy);
  g_test_add ("/strongswan/daemon-ends", Fixture, "normal", set_up, test_daemon_ends, tear_down);
  g_test_add ("/strongswan/another-daemon", Fixture, "normal", set_up, test_another_daemon,
              tear_down);
  add ("leftovers", test_clean);
  g_test_add ("/strongswan/certificate", Fixture, "normal", set_up, test_certificate, tear_down);
  g_test_add ("/strongswan/shared-key", Fixture, "normal", set_up, test_shared_key, tear_down);
  add ("has-key", test_has_key);
  add ("trusting", test_trusting);
  add ("slow-list", test_slow_list);
  g_test_add ("/strongswan/token", Fixture, "normal", set_up, test_token, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (token_failures); i++)
    {
      g_autofree char *path = g_strconcat ("/strongswan/token/", token_failures[i].mood, NULL);

      g_test_add (path, Fixture, token_failures[i].mood, set_up, test_token_failure, tear_down);
    }
  g_test_add ("/strongswan/token/system", Fixture, "has-key", set_up, test_token_of_system,
              tear_down);
  g_test_add ("/strongswan/token/open", Fixture, "normal", set_up, test_token_open, tear_down);
  g_test_add ("/strongswan/token/another-user", Fixture, "normal", set_up, test_token_of_another,
              tear_down);
  add ("first-pin-wrong", test_token_wrong_first);
  add ("slow-pin", test_token_wrong_second);
  g_test_add ("/strongswan/token/both-right", Fixture, "slow-pin", set_up, test_token_both_right,
              tear_down);
  add ("dies-of-pin", test_token_dies);
  g_test_add ("/strongswan/token/held", Fixture, "other-key", set_up, test_token_held, tear_down);
  return g_test_run ();
}
