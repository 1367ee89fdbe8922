/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-check.h"
#include "byway-command.h"
#include "byway-diagnosis.h"
#include "byway-nss-store.h"
#include "byway-nss.h"

#include <glib/gstdio.h>
#include <string.h>

/* The store with NSS's own programs, and a database as Libreswan has one. */

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define ANOTHER "5f1c2f5e-0000-4000-8000-000000000002"

static char *certificates; /* folder */
static BywayCredential *machine;

typedef struct
{
  char *folder;
  BywayNssStore *store;
  BywayPlan *plan, *another;
  GError *error;
  gboolean done;
} Fixture;

/* --- programs ------------------------------------------------------------------------------- */

/* Runs it in @folder, where it has to succeed; what it says. */
static char *
run (const char *folder, const char *line)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_assert_true (g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                               &errors, &status, &error));
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s: %s%s", line, output, errors);
  return output;
}

static void
do_run (const char *folder, const char *line)
{
  g_free (run (folder, line));
}

static void
openssl (const char *arguments)
{
  g_autofree char *line = g_strconcat ("openssl ", arguments, NULL);

  do_run (certificates, line);
}

/* In the database, with the certificates' folder for "@". */
static void
administrator (Fixture *f, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "@", -1);
  g_autofree char *full = g_strjoinv (certificates, parts);

  do_run (f->folder, full);
}

/* All that can be told of the database: names, trust, keys. */
static char *
look (Fixture *f)
{
  g_autofree char *names = run (f->folder, "certutil -L -d sql:.");
  /* It fails when there is none. */
  g_autofree char *keys = run (f->folder, "sh -c 'certutil -K -d sql:. 2>&1 || true'");

  return g_strconcat (names, keys, NULL);
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  while ((text = strstr (text, what)) != NULL)
    {
      n++;
      text += strlen (what);
    }
  return n;
}

/* --- what they are given -------------------------------------------------------------------- */

static BywayCertFile *
read_file (const char *name)
{
  g_autofree char *path = g_build_filename (certificates, name, NULL);
  g_autofree char *text = NULL;
  gsize length;
  BywayCertFile *file;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  file = byway_cert_file_read ((guint8 *)text, length, NULL, NULL);
  g_assert_nonnull (file);
  return file;
}

static void
make_certificates (void)
{
  g_autoptr (BywayCertFile) own = NULL, key = NULL, authority = NULL;

  certificates = g_dir_make_tmp ("byway-nss-XXXXXX", NULL);
  openssl ("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Firm -addext "
           "basicConstraints=critical,CA:TRUE");
  openssl ("req -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=laptop");
  openssl ("x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out own.pem");
  openssl ("req -newkey rsa:2048 -nodes -keyout theirs.key -out theirs.csr -subj /CN=theirs");
  openssl ("x509 -req -in theirs.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out theirs.pem");
  openssl ("pkcs12 -export -in own.pem -inkey own.key -name mine -passout pass:x -out own.p12");
  openssl ("pkcs12 -export -in theirs.pem -inkey theirs.key -name theirs -passout pass:x -out "
           "theirs.p12");
  own = read_file ("own.pem");
  key = read_file ("own.key");
  authority = read_file ("ca.pem");
  machine = byway_cert_check (own, key, authority, g_get_real_time () / G_USEC_PER_SEC, NULL);
  g_assert_nonnull (machine);
  g_assert_cmpstr (machine->root_name, ==, "CN=Firm");
}

static BywayPlan *
make_plan (const char *uuid)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GError) error = NULL;
  BywayFacts facts = { .uuid = uuid,
                       .run_dir = "/run/byway/x",
                       .local_port = BYWAY_L2TP_PORT,
                       .ike_daemon = BYWAY_IKE_DAEMON_LIBRESWAN,
                       .pppd_plugin = "/x/byway-pppd.so",
                       .machine = machine };
  BywayPlan *plan;

  g_hash_table_insert (settings, "gateway", "vpn.example.net");
  g_hash_table_insert (settings, "user", "alice");
  g_hash_table_insert (settings, "machine-auth", "certificate");
  g_hash_table_insert (settings, "machine-cert", "/home/alice/a.p12");
  profile = byway_profile_parse (settings, NULL);
  byway_address_parse ("192.0.2.1", &facts.uplink.server);
  byway_address_parse ("192.0.2.7", &facts.uplink.source);
  plan = byway_plan_new (profile, secrets, &facts, &error);
  g_assert_no_error (error);
  return plan;
}

static void
set_up (Fixture *f, gconstpointer command)
{
  f->folder = g_dir_make_tmp ("byway-nss-XXXXXX", NULL);
  if (command != NULL)
    do_run (f->folder, command);
  f->store = byway_nss_store_new (f->folder);
  f->plan = make_plan (UUID);
  f->another = make_plan (ANOTHER);
}

static void
tear_down (Fixture *f, gconstpointer command)
{
  byway_nss_store_free (f->store);
  byway_plan_unref (f->plan);
  byway_plan_unref (f->another);
  g_clear_error (&f->error);
  do_run (f->folder, "sh -c 'rm -f *'");
  g_rmdir (f->folder);
  g_free (f->folder);
}

/* --- what is asked of it -------------------------------------------------------------------- */

static void
wait_for (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  *done = FALSE;
}

static void
on_put (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  byway_nss_store_put_finish (result, &f->error);
  f->done = TRUE;
}

static void
put (Fixture *f, BywayPlan *plan)
{
  byway_nss_store_put (f->store, plan, on_put, f);
  wait_for (&f->done);
}

static void
on_swept (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;

  byway_nss_store_sweep_finish (result);
  f->done = TRUE;
}

static void
drop (Fixture *f, BywayPlan *plan)
{
  byway_nss_store_drop (f->store, plan, on_swept, f);
  wait_for (&f->done);
}

/* As the next start does, which remembers nothing. */
static void
start_anew (Fixture *f)
{
  byway_nss_store_free (f->store);
  f->store = byway_nss_store_new (f->folder);
  byway_nss_store_sweep (f->store, on_swept, f);
  wait_for (&f->done);
}

static void
assert_looks (Fixture *f, const char *wanted)
{
  g_autofree char *text = look (f);

  g_assert_cmpstr (text, ==, wanted);
}

/* Two certificates, and one key, which is known by our nickname. */
static void
assert_there (Fixture *f)
{
  g_autofree char *text = look (f);
  g_autofree char *own = byway_nss_nickname (f->plan->libreswan.certificates->pdata[0]);

  g_assert_cmpuint (count (text, "byway-"), ==, 3);
  g_assert_cmpuint (count (text, own), ==, 2);
  g_assert_cmpuint (count (text, "rsa "), ==, 1);
}

static void
test_put_and_drop (Fixture *f, gconstpointer command)
{
  g_autofree char *before = look (f);

  put (f, f->plan);
  g_assert_no_error (f->error);
  assert_there (f);
  drop (f, f->plan);
  assert_looks (f, before);
}

/* Each is there once, for as long as one of two needs it. */
static void
test_shared (Fixture *f, gconstpointer command)
{
  g_autofree char *before = look (f);

  put (f, f->plan);
  g_assert_no_error (f->error);
  put (f, f->another);
  g_assert_no_error (f->error);
  assert_there (f);
  drop (f, f->plan);
  assert_there (f);
  drop (f, f->another);
  assert_looks (f, before);
}

/* Asked for at once, done one after the other. */
static void
test_at_once (Fixture *f, gconstpointer command)
{
  g_autofree char *before = look (f);

  byway_nss_store_put (f->store, f->plan, on_put, f);
  drop (f, f->plan);
  wait_for (&f->done);
  drop (f, f->plan);
  g_assert_no_error (f->error);
  assert_looks (f, before);
}

/* The owner does not wait for it. */
static void
test_owner_goes (Fixture *f, gconstpointer command)
{
  g_autofree char *before = look (f);

  put (f, f->plan);
  g_assert_no_error (f->error);
  f->done = FALSE;
  byway_nss_store_drop (f->store, f->plan, on_swept, f);
  byway_nss_store_free (f->store);
  f->store = byway_nss_store_new (f->folder);
  wait_for (&f->done);
  assert_looks (f, before);
}

/* The administrator's certificate, key, and the same authority with its trust. */
static void
test_foreign (Fixture *f, gconstpointer command)
{
  g_autofree char *before = NULL;
  g_autofree char *meanwhile = NULL;

  administrator (f, "certutil -A -d sql:. -n \"The firm's CA\" -t CT,C,C -i @/ca.pem");
  administrator (f, "pk12util -i @/theirs.p12 -W x -d sql:.");
  before = look (f);
  put (f, f->plan);
  g_assert_no_error (f->error);
  meanwhile = look (f);
  g_assert_cmpuint (count (meanwhile, "byway-"), ==, 2);
  g_assert_cmpuint (count (meanwhile, "CT,C,C"), ==, 1);
  drop (f, f->plan);
  assert_looks (f, before);
}

/* Ours would get that nickname, and be removed together with what is not ours. */
static void
test_taken (Fixture *f, gconstpointer command)
{
  g_autofree char *before = NULL;

  administrator (f, "pk12util -i @/own.p12 -W x -d sql:.");
  before = look (f);
  put (f, f->plan);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_CERT_TAKEN);
  g_assert_cmpstr (f->error->message, ==, "mine");
  assert_looks (f, before);
}

static void
test_left (Fixture *f, gconstpointer command)
{
  g_autofree char *before = NULL;

  administrator (f, "pk12util -i @/theirs.p12 -W x -d sql:.");
  before = look (f);
  put (f, f->plan);
  g_assert_no_error (f->error);
  start_anew (f);
  assert_looks (f, before);
}

/* An import writes the key first. */
static void
test_key_left (Fixture *f, gconstpointer command)
{
  g_autofree char *before = look (f);
  g_autofree char *own = byway_nss_nickname (f->plan->libreswan.certificates->pdata[0]);
  g_autofree char *remove = g_strdup_printf ("certutil -D -d sql:. -n %s", own);

  put (f, f->plan);
  g_assert_no_error (f->error);
  administrator (f, remove);
  start_anew (f);
  assert_looks (f, before);
}

static void
test_locked (Fixture *f, gconstpointer command)
{
  g_autofree char *before = run (f->folder, "certutil -L -d sql:.");
  g_autofree char *after = NULL;

  put (f, f->plan);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_NSS_LOCKED);
  after = run (f->folder, "certutil -L -d sql:.");
  g_assert_cmpstr (after, ==, before);
}

static void
test_no_database (Fixture *f, gconstpointer command)
{
  start_anew (f);
  put (f, f->plan);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_NSS);
  g_assert_nonnull (strstr (f->error->message, "SEC_ERROR_BAD_DATABASE"));
}

static void
test_no_programs (Fixture *f, gconstpointer command)
{
  byway_command_set_folder (f->folder);
  put (f, f->plan);
  byway_command_set_folder (NULL);
  g_assert_error (f->error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_NSS);
  g_assert_nonnull (strstr (f->error->message, "certutil"));
}

#define EMPTY "certutil -N -d sql:. --empty-password"
#define LOCKED "sh -c 'echo pass-word-1 >p; certutil -N -d sql:. -f p'"
#define ADD(path, command, function)                                                               \
  g_test_add ("/nss-store/" path, Fixture, command, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  make_certificates ();
  ADD ("put-and-drop", EMPTY, test_put_and_drop);
  ADD ("shared", EMPTY, test_shared);
  ADD ("at-once", EMPTY, test_at_once);
  ADD ("owner-goes", EMPTY, test_owner_goes);
  ADD ("foreign", EMPTY, test_foreign);
  ADD ("taken", EMPTY, test_taken);
  ADD ("left", EMPTY, test_left);
  ADD ("key-left", EMPTY, test_key_left);
  ADD ("locked", LOCKED, test_locked);
  ADD ("no-database", NULL, test_no_database);
  ADD ("no-programs", EMPTY, test_no_programs);
  return g_test_run ();
}
