/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd-config.h"
#include "byway-command.h"
#include "byway-error.h"
#include "byway-link.h"
#include "byway-run-dir.h"
#include "byway-xl2tpd-config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Usage: test-link FOLDER-OF-FAKES. The link, its run directory and its commands, against an
 * xl2tpd that behaves as the file "mood" says. */

#define UUID "11111111-2222-3333-4444-555555555555"

typedef struct
{
  char *base;
  BywayPlan *plan;
  BywayLink *link;
  GString *progress;
  GString *log;
  BywayLinkInfo info;
  GError *error; /* of dial */
  GError *lost;
  guint ip_ups;
  gboolean dialed, hung_up;
} Fixture;

static void
on_progress (BywayLink *link, guint stage, guint state, const char *text, Fixture *f)
{
  g_string_append_printf (f->progress, "%s %s %s\n", byway_stage_to_string (stage),
                          byway_stage_state_to_string (state), text);
}

static void
on_log (BywayLink *link, const char *line, Fixture *f)
{
  for (const char *p = line; *p != '\0'; p++)
    g_assert_true ((guchar)*p >= 0x20 && *p != 0x7f);
  g_string_append_printf (f->log, "%s\n", line);
}

static void
on_ip_up (BywayLink *link, BywayLinkInfo *info, Fixture *f)
{
  f->info = *info;
  f->ip_ups++;
}

static void
on_lost (BywayLink *link, GError *error, Fixture *f)
{
  g_assert_null (f->lost);
  f->lost = g_error_copy (error);
}

static void
file_free (gpointer data)
{
  BywayPlanFile *file = data;

  g_free (file->name);
  g_free (file->content);
  g_free (file);
}

static void
add_file (BywayPlan *plan, const char *name, const char *content)
{
  BywayPlanFile *file = g_new0 (BywayPlanFile, 1);

  file->name = g_strdup (name);
  file->mode = 0600;
  file->content = g_strdup (content);
  g_ptr_array_add (plan->files, file);
}

/* In memory of its own, as the plan has it. */
static GBytes *
make_tunnel_secret (void)
{
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  const char *problem;

  g_assert_true (byway_secret_set_put (secrets, "l2tp-secret", "hush", 4, &problem));
  return byway_xl2tpd_render_secrets (&(BywayProfile){ .l2tp_auth = TRUE }, secrets);
}

static BywayPlan *
make_plan (const char *base, const char *mood)
{
  g_autofree char *run_dir = g_build_filename (base, UUID, NULL);
  g_autofree char *options = g_build_filename (run_dir, "options", NULL);
  const char *const check[] = { "pppd", "byway-check", "file", options, NULL };
  const BywayFacts facts = { .uuid = UUID, .run_dir = run_dir };
  const BywayProfile profile = { .l2tp_auth = strcmp (mood, "secret") == 0 };
  BywayPlan *plan = g_new0 (BywayPlan, 1);

  g_atomic_ref_count_init (&plan->references);
  plan->uuid = g_strdup (UUID);
  plan->run_dir = g_strdup (run_dir);
  plan->files = g_ptr_array_new_with_free_func (file_free);
  plan->xl2tpd_argv = byway_xl2tpd_argv (&profile, &facts);
  if (profile.l2tp_auth)
    plan->xl2tpd_secrets = make_tunnel_secret ();
  plan->pppd_check_argv = g_strdupv ((GStrv)check);
  byway_address_parse ("127.0.0.1", &plan->uplink.source);
  byway_address_parse ("127.0.0.1", &plan->uplink.server);
  plan->deadlines.dial = 5000;
  plan->deadlines.hang_up = 6000;
  add_file (plan, "mood", mood);
  add_file (plan, "options", "noauth\n");
  return plan;
}

static void
make_by_certificate (BywayPlan *plan)
{
  static const char *const texts[] = { "certificate-Duck", "key-Goose", "authority-Swan" };

  plan->by_certificate = TRUE;
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES; i++)
    plan->eap_tls[i] = g_bytes_new_static (texts[i], strlen (texts[i]));
}

static void
make_link (Fixture *f)
{
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  const char *problem;

  if (!f->plan->by_certificate) /* which is all that it takes */
    g_assert_true (byway_secret_set_put (secrets, "password", "wonderland", 10, &problem));
  f->link = byway_link_new (f->plan, "alice", secrets);
  g_signal_connect (f->link, "progress", G_CALLBACK (on_progress), f);
  g_signal_connect (f->link, "log", G_CALLBACK (on_log), f);
  g_signal_connect (f->link, "ip-up", G_CALLBACK (on_ip_up), f);
  g_signal_connect (f->link, "lost", G_CALLBACK (on_lost), f);
}

static void
set_up (Fixture *f, gconstpointer mood)
{
  g_autoptr (GError) error = NULL;

  f->base = g_dir_make_tmp ("byway-link-XXXXXX", NULL);
  f->plan = make_plan (f->base, mood);
  if (g_str_has_prefix (mood, "certificate"))
    make_by_certificate (f->plan);
  f->progress = g_string_new (NULL);
  f->log = g_string_new (NULL);
  g_assert_true (byway_run_dir_create (f->base, f->plan, &error));
  g_assert_no_error (error);
  make_link (f);
}

static void
on_dialed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->dialed = TRUE;
  byway_link_dial_finish (BYWAY_LINK (source), result, &f->info, &f->error);
}

static void
on_hung_up (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  f->hung_up = TRUE;
  byway_link_hang_up_finish (BYWAY_LINK (source), result);
}

static void
wait_for (const gboolean *what)
{
  while (!*what)
    g_main_context_iteration (NULL, TRUE);
}

static void
dial (Fixture *f)
{
  byway_link_dial (f->link, NULL, on_dialed, f);
  wait_for (&f->dialed);
}

/* Returns how long it took, ms. */
static gint64
hang_up (Fixture *f)
{
  gint64 begin = g_get_monotonic_time ();

  f->hung_up = FALSE;
  byway_link_hang_up (f->link, on_hung_up, f);
  wait_for (&f->hung_up);
  return (g_get_monotonic_time () - begin) / 1000;
}

static gboolean
journal_says (Fixture *f, const char *word)
{
  g_autofree char *path = g_build_filename (f->plan->run_dir, "journal", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, word) != NULL;
}

/* Does any process have our folder and this word on its command line? */
static gboolean
something_runs (Fixture *f, const char *word)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  const char *name;
  gboolean found = FALSE;

  while (!found && (name = g_dir_read_name (proc)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *words = NULL;
      gsize length;

      if (g_ascii_isdigit (name[0]) && g_file_get_contents (path, &words, &length, NULL))
        found = memmem (words, length, f->base, strlen (f->base)) != NULL
                && memmem (words, length, word, strlen (word)) != NULL;
    }
  return found;
}

static void
tear_down (Fixture *f, gconstpointer mood)
{
  GObject *link = G_OBJECT (f->link);

  hang_up (f);
  g_assert_false (something_runs (f, "xl2tpd")); /* nor its child, the fake pppd */
  g_object_add_weak_pointer (link, (gpointer *)&link);
  g_object_unref (link);
  while (link != NULL)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 100 && something_runs (f, "byway-check"); i++)
    g_usleep (10000); /* just killed */
  g_assert_false (something_runs (f, ""));
  byway_run_dir_remove (f->base, UUID);
  g_assert_cmpint (g_rmdir (f->base), ==, 0);
  byway_plan_unref (f->plan);
  g_string_free (f->progress, TRUE);
  g_string_free (f->log, TRUE);
  g_clear_error (&f->error);
  g_clear_error (&f->lost);
  g_free (f->base);
}

/* ------------------------------------------------------------------------------------ it works */

static void
test_up (Fixture *f, gconstpointer mood)
{
  /* xl2tpd's line and pppd's first word come on two ways. */
  gboolean pppd_first = strcmp (mood, "pppd-first") == 0;

  dial (f);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->info.ifname, ==, "ppp0");
  g_assert_cmpuint (f->info.local.bytes[3], >=, 9);
  g_assert_true (byway_address_is_set (&f->info.dns[0]));
  g_assert_false (byway_address_is_set (&f->info.dns[1]));
  g_assert_false (byway_address_is_set (&f->info.wins[0]));
  g_assert_cmpuint (f->info.wins[1].bytes[3], ==, 42);
  g_assert_cmpuint (f->info.mtu, ==, 1400);
  g_assert_cmpstr (f->progress->str, ==,
                   pppd_first ? "l2tp running \nl2tp done \nppp running \nppp done CHAP as alice\n"
                              : "l2tp running \nl2tp done tunnel 5, session 7\n"
                                "ppp running \nppp done CHAP as alice\n");
  g_assert_null (strstr (f->log->str, "wonderland"));
  g_assert_cmpint (hang_up (f), <, 1000);
  g_assert_true (journal_says (f, "d c"));
  g_assert_null (f->lost);
}

static guint
checks_of (Fixture *f)
{
  g_autofree char *path = g_build_filename (f->plan->run_dir, "journal", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  parts = g_strsplit (text, "byway-check", -1);
  return g_strv_length (parts) - 1;
}

/* In a folder made anew, as the next session has it. */
static void
dial_again (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_no_error (f->error);
  hang_up (f);
  g_object_unref (f->link);
  byway_run_dir_remove (f->base, UUID);
  g_assert_true (byway_run_dir_create (f->base, f->plan, &error));
  make_link (f);
  f->dialed = FALSE;
  dial (f);
}

/* What pppd has once taken it is not asked for again, but other options, or another pppd, are. */
static void
test_checked_once (Fixture *f, gconstpointer mood)
{
  BywayPlanFile *options = g_ptr_array_index (f->plan->files, 1);

  dial (f);
  g_assert_cmpuint (checks_of (f), ==, 1);
  dial_again (f);
  g_assert_cmpuint (checks_of (f), ==, 0);
  g_free (options->content);
  options->content = g_strdup ("noauth\nnopcomp\n");
  dial_again (f);
  g_assert_cmpuint (checks_of (f), ==, 1);
  g_assert_no_error (f->error);
}

/* A descriptor of our own on what the link has in memory for pppd; -1: it has nothing of this. */
static int
find_memory (const char *content)
{
  for (int fd = 3; fd < 256; fd++)
    {
      char text[64] = "";
      int copy = fcntl (fd, F_GET_SEALS) >= 0 ? dup (fd) : -1;

      if (copy >= 0 && pread (copy, text, sizeof text - 1, 0) > 0 && strcmp (text, content) == 0)
        return copy;
      if (copy >= 0)
        close (copy);
    }
  return -1;
}

/* pppd reads all three as files, twice; no password is asked for; and afterwards nobody has the
 * key, also not who still holds the memory that it was in. */
static void
test_certificate (Fixture *f, gconstpointer mood)
{
  struct stat status;
  int memory;

  dial (f);
  g_assert_no_error (f->error);
  g_assert_nonnull (strstr (f->progress->str, "ppp done EAP as alice"));
  g_assert_true (journal_says (f, "5: certificate-Duck\n6: key-Goose\n7: authority-Swan\n5: cert"));
  memory = find_memory ("key-Goose");
  g_assert_cmpint (memory, >=, 0);
  hang_up (f);
  g_assert_cmpint (fstat (memory, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, 0);
  close (memory);
  g_assert_cmpint (find_memory ("key-Goose"), <, 0);
  g_assert_null (strstr (f->log->str, "Goose"));
}

static void
test_certificate_fails (Fixture *f, gconstpointer mood)
{
  gboolean by_us = strcmp (mood, "certificate-untrusted") == 0;
  BywayCause cause = by_us ? BYWAY_CAUSE_PPP_CERT_UNTRUSTED : BYWAY_CAUSE_PPP_CERT_REFUSED;

  dial (f);
  g_assert_error (f->error, BYWAY_FAILURE, (int)cause);
  g_assert_nonnull (
      strstr (f->log->str, by_us ? "TLS alert 48 (RFC 8446, 6) by us" : "by the server"));
  g_assert_cmpint (find_memory ("key-Goose"), <, 0);
}

/* Bytes that are no message of the plugin's, and a log that is no text, change nothing. */
static void
test_garbage (Fixture *f, gconstpointer mood)
{
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*10 bytes that mean nothing");
  test_up (f, mood);
  g_test_assert_expected_messages ();
}

static void
test_twice (Fixture *f, gconstpointer mood)
{
  dial (f);
  g_assert_no_error (f->error);
  while (f->ip_ups < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->info.local.bytes[3], ==, 10);
}

static void
test_lost (Fixture *f, gconstpointer mood)
{
  dial (f);
  g_assert_no_error (f->error);
  while (f->lost == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (hang_up (f), <, 1000);
}

/* xl2tpd is gone when the addresses come: there is a link for a moment, and it is lost. */
static void
test_lost_before_up (Fixture *f, gconstpointer mood)
{
  dial (f);
  while (f->error == NULL && f->lost == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* -------------------------------------------------------------------------------- it does not */

static const struct
{
  const char *mood;
  BywayCause cause;
  const char *detail;
} failures[] = {
  { "bad-option", BYWAY_CAUSE_PPPD_OPTION_REFUSED, "unrecognized option 'silent'" },
  { "dies", BYWAY_CAUSE_L2TP_LOCAL, "Address already in use" },
  { "no-pipe", BYWAY_CAUSE_L2TP_LOCAL, "" },
  { "retries", BYWAY_CAUSE_L2TP_SILENT, "" },
  { "refused", BYWAY_CAUSE_L2TP_REFUSED, "No [31mroom" },
  { "old-plugin", BYWAY_CAUSE_PPPD_PLUGIN_MISMATCH, "another version" },
  { "wrong-password", BYWAY_CAUSE_PPP_LOGIN_REFUSED, "E=691" },
  { "hang-up", BYWAY_CAUSE_PPP_LOGIN_STALLED, "" },
  { "crash", BYWAY_CAUSE_LOST_PPPD, "" },
  { "gone", BYWAY_CAUSE_LOST_PPPD, "" },
};

static void
test_failure (Fixture *f, gconstpointer mood)
{
  dial (f);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (strcmp (failures[i].mood, mood) == 0)
      {
        g_assert_error (f->error, BYWAY_FAILURE, (int)failures[i].cause);
        g_assert_nonnull (strstr (f->error->message, failures[i].detail));
      }
  g_assert_nonnull (f->error);
  g_assert_null (f->lost);
}

static void
test_deadline (Fixture *f, gconstpointer mood)
{
  f->plan->deadlines.dial = 800;
  dial (f);
  g_assert_nonnull (f->error);
  g_test_message ("%s", f->error->message);
}

/* The server never acknowledges our goodbye: we wait for that, and no longer. */
static void
test_no_goodbye (Fixture *f, gconstpointer mood)
{
  gint64 took;

  dial (f);
  g_assert_no_error (f->error);
  took = hang_up (f);
  g_assert_true (journal_says (f, "d c"));
  g_assert_cmpint (took, >=, 550);
  g_assert_cmpint (took, <, 2000);
}

/* xl2tpd and pppd do not even hear TERM. */
static void
test_stubborn (Fixture *f, gconstpointer mood)
{
  gint64 took;

  dial (f);
  g_assert_no_error (f->error);
  took = hang_up (f);
  g_assert_cmpint (took, >=, 3700);
  g_assert_cmpint (took, <, 5200);
}

static gboolean
interrupt (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
test_cancelled (Fixture *f, gconstpointer mood)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_timeout_add (300, interrupt, cancellable);
  byway_link_dial (f->link, cancellable, on_dialed, f);
  wait_for (&f->dialed);
  g_assert_error (f->error, BYWAY_ERROR, BYWAY_ERROR_CANCELLED);
}

static void
test_hang_up_while_dialing (Fixture *f, gconstpointer mood)
{
  byway_link_dial (f->link, NULL, on_dialed, f);
  g_assert_cmpint (hang_up (f), <, 1000);
  wait_for (&f->dialed);
  g_assert_error (f->error, BYWAY_ERROR, BYWAY_ERROR_CANCELLED);
}

/* ----------------------------------------------------------------------------- the run directory
 */

static void
on_cleaned (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *)data = TRUE;
}

/* What a killed helper leaves: processes and files. */
static void
test_clean (Fixture *f, gconstpointer mood)
{
  gboolean cleaned = FALSE;

  dial (f);
  g_assert_no_error (f->error);
  byway_run_dir_clean (f->base, on_cleaned, &cleaned);
  wait_for (&cleaned);
  while (f->lost == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_file_test (f->plan->run_dir, G_FILE_TEST_EXISTS));
}

/* A symbolic link in the place of our folder goes; what it points to stays. */
static void
test_symlink (Fixture *f, gconstpointer mood)
{
  g_autofree char *elsewhere = g_dir_make_tmp ("byway-else-XXXXXX", NULL);
  g_autofree char *kept = g_build_filename (elsewhere, "kept", NULL);
  g_autofree char *link = g_build_filename (f->plan->run_dir, "link", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (kept, "kept", -1, NULL));
  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  byway_run_dir_remove (f->base, UUID);
  g_assert_false (g_file_test (f->plan->run_dir, G_FILE_TEST_EXISTS));
  g_assert_cmpint (symlink (elsewhere, f->plan->run_dir), ==, 0);
  g_assert_true (byway_run_dir_create (f->base, f->plan, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (kept, &content, NULL, NULL));
  g_assert_false (g_file_test (f->plan->run_dir, G_FILE_TEST_IS_SYMLINK));
  g_remove (kept);
  g_rmdir (elsewhere);
}

/* Neither a folder that others may write to, nor a name that leads out of it. */
static void
test_unfit (Fixture *f, gconstpointer mood)
{
  static const char *const names[] = { "", "..", "../x", "a/b", ".", "A" };
  g_autofree char *uuid = g_strdup (f->plan->uuid);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_free (f->plan->uuid);
      f->plan->uuid = g_strdup (names[i]);
      g_assert_false (byway_run_dir_create (f->base, f->plan, &error));
      g_clear_error (&error);
      byway_run_dir_remove (f->base, names[i]);
    }
  g_free (f->plan->uuid);
  f->plan->uuid = g_steal_pointer (&uuid);
  g_assert_true (g_file_test (f->plan->run_dir, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_chmod (f->base, 0777), ==, 0);
  g_assert_false (byway_run_dir_create (f->base, f->plan, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED);
  g_assert_cmpint (g_chmod (f->base, 0700), ==, 0);
}

/* Cleaning ends our programs only: another one with our folder on its command line stays. */
static void
test_clean_spares (Fixture *f, gconstpointer mood)
{
  g_autofree char *options = g_build_filename (f->plan->run_dir, "options", NULL);
  g_autoptr (GSubprocess) other
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          NULL, "tail", "-f", "/dev/null", options, NULL);
  gboolean cleaned = FALSE;

  g_assert_nonnull (other);
  byway_run_dir_clean (f->base, on_cleaned, &cleaned);
  wait_for (&cleaned);
  g_assert_nonnull (g_subprocess_get_identifier (other));
  g_subprocess_force_exit (other);
  g_assert_true (g_subprocess_wait (other, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_term_sig (other), ==, SIGKILL);
}

static void
add (const char *mood, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/link/", mood, NULL);

  g_test_add (path, Fixture, mood, set_up, test, tear_down);
}

/* xl2tpd reads the tunnel secret as often as it likes, in no folder, and when the tunnel stands
 * there is nothing left to read: the fake's pppd waits for that before it comes up. */
static void
test_tunnel_secret (Fixture *f, gconstpointer mood)
{
  g_autofree char *file = g_build_filename (f->plan->run_dir, "secrets", NULL);

  dial (f);
  g_assert_no_error (f->error);
  g_assert_true (journal_says (f, "secrets ['* * hush\\n', '* * hush\\n']"));
  g_assert_true (journal_says (f, "secrets are gone"));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  hang_up (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  byway_command_set_folder (argv[1]);
  add ("normal", test_up);
  add ("pppd-first", test_up);
  add ("certificate", test_certificate);
  add ("certificate-untrusted", test_certificate_fails);
  add ("certificate-refused", test_certificate_fails);
  add ("late", test_up);
  add ("twice", test_twice);
  add ("lost", test_lost);
  add ("xl2tpd-dies", test_lost);
  add ("xl2tpd-dies-early", test_lost_before_up);
  add ("no-goodbye", test_no_goodbye);
  add ("stubborn", test_stubborn);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    add (failures[i].mood, test_failure);
  add ("silent", test_deadline);
  add ("no-call", test_deadline);
  add ("lcp-silent", test_deadline);
  g_test_add ("/link/cancelled", Fixture, "silent", set_up, test_cancelled, tear_down);
  g_test_add ("/link/hang-up-while-dialing", Fixture, "normal", set_up, test_hang_up_while_dialing,
              tear_down);
  add ("garbage", test_garbage);
  g_test_add ("/link/checked-once", Fixture, "normal", set_up, test_checked_once, tear_down);
  add ("secret", test_tunnel_secret);
  g_test_add ("/run-dir/clean", Fixture, "normal", set_up, test_clean, tear_down);
  g_test_add ("/run-dir/symlink", Fixture, "normal", set_up, test_symlink, tear_down);
  g_test_add ("/run-dir/unfit", Fixture, "normal", set_up, test_unfit, tear_down);
  g_test_add ("/run-dir/clean-spares", Fixture, "normal", set_up, test_clean_spares, tear_down);
  return g_test_run ();
}
