/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-command.h"
#include "byway-diagnosis.h"
#include "byway-libreswan.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Usage: test-libreswan FAKE. The engine with programs that do as Libreswan's, in a mood of ours.
 */

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define NAME "byway-" UUID
#define KEY "0sa2V5" /* "key" */
#define BY_ADDRESS "byway-" UUID ".secrets=192.0.2.7 192.0.2.1 : PSK " KEY
#define BY_NAME "byway-" UUID ".secrets=192.0.2.7 @vpn.example.net : PSK " KEY
#define TAKEN_BACK "delete " NAME "\nrereadsecrets\n"

static const char *fake;

typedef struct
{
  char *folder, *pid_file, *drop_in, *run_dir, *journal;
  BywayIpsecEngine *engine;
  BywayPlan *plan;
  GSubprocess *pluto;
  GString *progress;
  BywaySaInfo info;
  GError *error, *lost;
  gboolean established, done;
} Fixture;

static char *
in_folder (Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
set_mood (Fixture *f, const char *mood)
{
  g_autofree char *path = in_folder (f, "mood");

  g_assert_true (g_file_set_contents (path, mood, -1, NULL));
}

static void
wait_for (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  *done = FALSE;
}

static void
on_progress (BywayIpsecEngine *engine, const char *uuid, guint stage, guint state, const char *text,
             Fixture *f)
{
  g_assert_cmpstr (uuid, ==, UUID);
  g_string_append_printf (f->progress, "%s %s %s\n", byway_stage_to_string (stage),
                          byway_stage_state_to_string (state), text);
}

static void
on_lost (BywayIpsecEngine *engine, const char *uuid, const GError *error, Fixture *f)
{
  g_assert_cmpstr (uuid, ==, UUID);
  g_assert_null (f->lost);
  f->lost = g_error_copy (error);
  f->done = TRUE;
}

static BywayPlan *
make_plan (Fixture *f)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GError) error = NULL;
  const char *problem;
  BywayFacts facts = { .uuid = UUID,
                       .run_dir = f->run_dir,
                       .local_port = BYWAY_L2TP_PORT,
                       .ike_daemon = BYWAY_IKE_DAEMON_LIBRESWAN,
                       .pppd_plugin = "/x/byway-pppd.so" };
  BywayPlan *plan;

  g_hash_table_insert (settings, "gateway", "192.0.2.1");
  g_hash_table_insert (settings, "user", "alice");
  profile = byway_profile_parse (settings, NULL);
  g_assert_true (byway_secret_set_put (secrets, "ipsec-psk", "key", 3, &problem));
  byway_address_parse ("192.0.2.1", &facts.uplink.server);
  byway_address_parse ("192.0.2.7", &facts.uplink.source);
  plan = byway_plan_new (profile, secrets, &facts, &error);
  g_assert_no_error (error);
  return plan;
}

/* As the session does before it asks for an association. */
static void
write_files (Fixture *f)
{
  for (guint i = 0; i < f->plan->files->len; i++)
    {
      const BywayPlanFile *file = f->plan->files->pdata[i];
      g_autofree char *path = g_build_filename (f->run_dir, file->name, NULL);

      g_assert_true (g_file_set_contents (path, file->content, -1, NULL));
    }
}

static void
link_fake (Fixture *f, const char *name)
{
  g_autofree char *path = in_folder (f, name);

  g_assert_cmpint (symlink (fake, path), ==, 0);
}

static void
start_pluto (Fixture *f)
{
  g_autofree char *path = in_folder (f, "pluto");

  f->pluto = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, path, NULL);
  g_assert_nonnull (f->pluto);
  while (!g_file_test (f->pid_file, G_FILE_TEST_EXISTS))
    g_usleep (10000);
}

static void
set_up (Fixture *f, gconstpointer mood)
{
  f->folder = g_dir_make_tmp ("byway-pluto-XXXXXX", NULL);
  f->pid_file = in_folder (f, "pluto.pid");
  f->drop_in = in_folder (f, "drop-in");
  f->run_dir = in_folder (f, "run");
  f->journal = in_folder (f, "journal");
  g_assert_cmpint (g_mkdir (f->drop_in, 0755) + g_mkdir (f->run_dir, 0700), ==, 0);
  link_fake (f, "pluto");
  link_fake (f, "whack");
  link_fake (f, "addconn");
  set_mood (f, mood);
  byway_command_set_folder (f->folder);
  f->progress = g_string_new (NULL);
  f->plan = make_plan (f);
  write_files (f);
  start_pluto (f);
  f->engine = byway_libreswan_new (f->pid_file, f->drop_in, f->run_dir, NULL);
  g_signal_connect (f->engine, "progress", G_CALLBACK (on_progress), f);
  g_signal_connect (f->engine, "lost", G_CALLBACK (on_lost), f);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_remove (inner) != 0)
        remove_folder (inner);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *f, gconstpointer mood)
{
  GObject *engine = G_OBJECT (f->engine);

  g_object_add_weak_pointer (engine, (gpointer *)&engine);
  g_clear_object (&f->engine);
  g_subprocess_force_exit (f->pluto);
  g_subprocess_wait (f->pluto, NULL, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (engine); /* nothing that was asked for is still waited for */
  g_clear_object (&f->pluto);
  byway_command_set_folder (NULL);
  byway_plan_unref (f->plan);
  g_string_free (f->progress, TRUE);
  g_clear_error (&f->error);
  g_clear_error (&f->lost);
  g_free (f->info.ike);
  g_free (f->info.esp);
  remove_folder (f->folder);
  g_free (f->folder);
  g_free (f->pid_file);
  g_free (f->drop_in);
  g_free (f->run_dir);
  g_free (f->journal);
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
establish (Fixture *f, GCancellable *cancellable)
{
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
assert_journal (Fixture *f, const char *wanted)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (f->journal, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, wanted);
}

/* No key, and no link to one, is anywhere. */
static void
assert_no_key (Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->drop_in, 0, NULL);
  g_autofree char *file = g_build_filename (f->run_dir, "ipsec.secrets", NULL);

  g_assert_null (g_dir_read_name (dir));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GHashTable) names
      = BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->probe_finish (f->engine, result, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (g_hash_table_contains (names, "ike 3DES_CBC"));
  g_assert_false (g_hash_table_contains (names, "ike MODP1024"));
  g_assert_true (g_hash_table_contains (names, "ike version 1"));
  f->done = TRUE;
}

static void
test_probe (Fixture *f, gconstpointer mood)
{
  g_assert_cmpint (BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->presence (f->engine), ==,
                   BYWAY_PRESENCE_RUNNING);
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->probe (f->engine, NULL, on_probed, f);
  wait_for (&f->done);
}

static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GVariant) about
      = BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->examine_finish (f->engine, result);
  g_autofree const char **names = NULL;

  g_assert_true (g_variant_lookup (about, "libreswan-algorithms", "^a&s", &names));
  g_assert_cmpuint (g_strv_length ((GStrv)names), ==, 2);
  g_assert_true (g_strv_contains (names, "ike 3DES_CBC"));
  g_assert_true (g_strv_contains (names, "ike MODP1536"));
  f->done = TRUE;
}

/* What the clients are told of it: algorithms, and nothing else under that name. */
static void
test_examine (Fixture *f, gconstpointer mood)
{
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->examine (f->engine, on_examined, f);
  wait_for (&f->done);
}

/* One that has just begun would forget our key as it goes on: it is looked at until it listens. */
static void
test_beginning (Fixture *f, gconstpointer mood)
{
  test_probe (f, mood);
  assert_journal (f, "status\nstatus\nstatus\n");
}

static void
test_up (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_assert_true (f->established);
  g_assert_cmpstr (f->info.ike, ==, "3des-sha1-modp1536");
  g_assert_cmpstr (f->info.esp, ==, "3des-sha1");
  g_assert_true (f->info.encapsulated);
  g_assert_cmpstr (f->progress->str, ==,
                   "ike running \nike done main mode, 3des-sha1-modp1536\nsa running \n"
                   "sa done ESP 3des-sha1, transport mode, in UDP\n");
  assert_no_key (f);
  assert_journal (f, "listen " BY_ADDRESS "\nadd\ninitiate\n");
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->release (f->engine, f->plan, on_released, f);
  wait_for (&f->done);
  assert_journal (f, "listen " BY_ADDRESS "\nadd\ninitiate\n" TAKEN_BACK);
  g_assert_null (f->lost);
}

/* Told at once, though the program goes on; and pluto is told to forget it. */
static void
test_refused (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_false (f->established);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_PROPOSAL);
  assert_journal (f, "listen " BY_ADDRESS "\nadd\ninitiate\n" TAKEN_BACK);
  assert_no_key (f);
}

/* Any identity will do: the second try is with the one that the server showed, and so is the key.
 */
static void
test_shown (Fixture *f, gconstpointer mood)
{
  g_autofree char *path = g_build_filename (f->run_dir, "ipsec.conf", NULL);
  g_autofree char *conf = NULL;

  establish (f, NULL);
  g_assert_no_error (f->error);
  g_assert_true (f->established);
  assert_journal (f, "listen " BY_ADDRESS "\nadd\ninitiate\ndelete " NAME "\nlisten " BY_NAME
                     "\nadd\ninitiate\n");
  g_assert_true (g_file_get_contents (path, &conf, NULL, NULL));
  g_assert_true (g_str_has_suffix (conf, "\trightid=\"@vpn.example.net\"\n"));
  assert_no_key (f);
}

/* A server that shows another one than it showed: there is no third try. */
static void
test_other (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_REMOTE_ID);
  g_assert_cmpstr (f->error->message, ==, "@vpn.example.net");
  assert_journal (f, "listen " BY_ADDRESS "\nadd\ninitiate\ndelete " NAME "\nlisten " BY_NAME
                     "\nadd\ninitiate\n" TAKEN_BACK);
}

static void
test_unloadable (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_false (f->established);
  g_assert_nonnull (strstr (f->error->message, "36"));
  assert_journal (f, "listen " BY_ADDRESS "\nadd\n" TAKEN_BACK);
}

/* pluto has ended between two questions: nobody is left to be told to forget. */
static void
test_gone (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON);
  assert_no_key (f);
}

/* One that never answers is not waited for longer than the bound; its key does not stay. */
static void
test_deaf (Fixture *f, gconstpointer mood)
{
  gint64 began = g_get_monotonic_time ();

  establish (f, NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNREACHABLE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC);
  assert_no_key (f);
}

static gboolean
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancelled (Fixture *f, gconstpointer mood)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_timeout_add (1500, cancel, cancellable);
  establish (f, cancellable);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_no_key (f);
}

static void
test_pluto_dies (Fixture *f, gconstpointer mood)
{
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_subprocess_force_exit (f->pluto);
  wait_for (&f->done);
  g_assert_error (f->lost, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON);
}

static void
on_cleaned (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->clean_finish (f->engine, result);
  f->done = TRUE;
}

/* What carries our name goes, and nothing else: not "headquarters", not its key. */
static void
test_clean (Fixture *f, gconstpointer mood)
{
  g_autofree char *ours = g_build_filename (f->drop_in, "byway-x.secrets", NULL);
  g_autofree char *foreign = g_build_filename (f->drop_in, "headquarters.secrets", NULL);

  g_assert_cmpint (symlink ("/nowhere", ours), ==, 0);
  g_assert_true (g_file_set_contents (foreign, "theirs", -1, NULL));
  BYWAY_IPSEC_ENGINE_GET_IFACE (f->engine)->clean (f->engine, on_cleaned, f);
  wait_for (&f->done);
  assert_journal (f, "delete " NAME "\nrereadsecrets headquarters.secrets=theirs\n");
  g_assert_false (g_file_test (ours, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (foreign, G_FILE_TEST_IS_REGULAR));
}

/* A file of somebody else's in the place of our link is no place to write a key to. */
static void
test_planted (Fixture *f, gconstpointer mood)
{
  g_autofree char *link = g_build_filename (f->drop_in, NAME ".secrets", NULL);
  g_autofree char *target = in_folder (f, "theirs");
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (target, "theirs", -1, NULL));
  g_assert_cmpint (symlink (target, link), ==, 0);
  establish (f, NULL);
  g_assert_no_error (f->error);
  g_assert_true (g_file_get_contents (target, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "theirs");
  assert_no_key (f);
}

#define ADD(path, mood, function)                                                                  \
  g_test_add ("/libreswan/engine/" path, Fixture, mood, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("usage: test-libreswan FAKE");
  fake = argv[1];
  ADD ("probe", "up", test_probe);
  ADD ("examine", "up", test_examine);
  ADD ("beginning", "beginning", test_beginning);
  ADD ("up", "up", test_up);
  ADD ("refused", "refused", test_refused);
  ADD ("shown", "shown", test_shown);
  ADD ("other", "other", test_other);
  ADD ("unloadable", "unloadable", test_unloadable);
  ADD ("gone", "gone", test_gone);
  ADD ("deaf", "deaf", test_deaf);
  ADD ("cancelled", "hang", test_cancelled);
  ADD ("pluto-dies", "up", test_pluto_dies);
  ADD ("clean", "left", test_clean);
  ADD ("planted", "up", test_planted);
  return g_test_run ();
}
