/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one helper leaves to the next: what is wanted, in files, and its secrets, in the kernel. */
#include "config.h"

#include "byway-kept-secrets.h"
#include "byway-limits.h"
#include "byway-run-dir.h"
#include "byway-wishes.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ONE "5f1c2f5e-0000-4000-8000-000000000001"
#define OTHER "5f1c2f5e-0000-4000-8000-000000000002"

/* --- wishes --------------------------------------------------------------------------------- */

static void
write_file (const char *base, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (base, BYWAY_WISHES_FOLDER, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gboolean
exists (const char *base, const char *name)
{
  g_autofree char *path = g_build_filename (base, BYWAY_WISHES_FOLDER, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_wishes (void)
{
  const BywayWish wish = { 1000, TRUE, 3 };
  g_autofree char *base = g_dir_make_tmp ("byway-wishes-XXXXXX", NULL);
  g_autoptr (GPtrArray) none = byway_wishes_load (base);
  g_autoptr (GPtrArray) some = NULL;
  BywayNotedWish *noted;

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_true (byway_wish_save (base, ONE, &wish, NULL));
  write_file (base, OTHER, "user 1000\nup ye");
  write_file (base, ONE ".A8KQ2", "user 1000\n");
  some = byway_wishes_load (base);
  g_assert_cmpuint (some->len, ==, 1);
  noted = some->pdata[0];
  g_assert_cmpstr (noted->uuid, ==, ONE);
  g_assert_cmpuint (noted->wish.uid, ==, 1000);
  g_assert_cmpuint (noted->wish.deaths, ==, 3);
  g_assert_cmpint (noted->age_s, <, 60);
  g_assert_false (exists (base, OTHER));
  g_assert_false (exists (base, ONE ".A8KQ2"));
  byway_wish_remove (base, ONE);
  g_assert_false (exists (base, ""));
  g_assert_true (byway_wish_save (base, ONE, &wish, NULL));
  g_assert_true (byway_wish_save (base, OTHER, &wish, NULL));
  byway_wishes_remove (base);
  g_assert_false (exists (base, ""));
  g_assert_cmpint (g_rmdir (base), ==, 0);
}

static void
on_clean (GObject *source, GAsyncResult *result, gpointer data)
{
  g_main_loop_quit (data);
}

static void
test_cleaning (void)
{
  const BywayWish wish = { 0, FALSE, 0 };
  g_autofree char *base = g_dir_make_tmp ("byway-wishes-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (base, "a session's", NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_assert_true (byway_wish_save (base, ONE, &wish, NULL));
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  byway_run_dir_clean (base, on_clean, loop);
  g_main_loop_run (loop);
  g_assert_true (exists (base, ONE));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  byway_wish_remove (base, ONE);
  g_assert_cmpint (g_rmdir (base), ==, 0);
}

/* --- secrets -------------------------------------------------------------------------------- */

static BywaySecretSet *
make_set (const char *psk, gsize file_size)
{
  g_autofree char *file = g_strnfill (file_size, 'x');
  BywaySecretSet *set = byway_secret_set_new ();
  const char *problem;

  g_assert_true (byway_secret_set_put (set, "ipsec-psk", psk, strlen (psk), &problem));
  if (file_size > 0)
    {
      g_assert_true (byway_secret_set_put (set, "machine-key", file, file_size, &problem));
      g_assert_true (byway_secret_set_put (set, "machine-cert", file, file_size, &problem));
    }
  return set;
}

static void
assert_equal (const BywaySecretSet *one, const BywaySecretSet *other)
{
  gsize one_length, other_length;
  guint8 *one_data = byway_secret_set_encode (one, &one_length);
  guint8 *other_data = byway_secret_set_encode (other, &other_length);

  g_assert_cmpmem (one_data, one_length, other_data, other_length);
  byway_locked_free (one_data);
  byway_locked_free (other_data);
}

static void
assert_kept (const char *name, const char *uuid, const BywaySecretSet *set)
{
  g_autoptr (BywayKeptSecrets) next = byway_kept_secrets_new (name);
  g_autoptr (BywaySecretSet) found = byway_kept_secrets_get (next, uuid);

  assert_equal (found, set);
}

static void
test_secrets (void)
{
  g_autofree char *name = g_strdup_printf ("byway test %d", getpid ());
  g_autoptr (BywayKeptSecrets) kept = byway_kept_secrets_new (name);
  g_autoptr (BywaySecretSet) small = make_set ("one", 0);
  g_autoptr (BywaySecretSet) large = make_set ("two", BYWAY_SECRET_FILE_MAX);
  g_autoptr (BywaySecretSet) none = byway_secret_set_new ();

  assert_kept (name, ONE, none);
  byway_kept_secrets_put (kept, ONE, large);
  byway_kept_secrets_put (kept, OTHER, small);
  assert_kept (name, ONE, large);
  assert_kept (name, OTHER, small);
  byway_kept_secrets_put (kept, ONE, small); /* and nothing of the larger one */
  assert_kept (name, ONE, small);
  byway_kept_secrets_put (kept, ONE, none);
  assert_kept (name, ONE, none);
  byway_kept_secrets_forget (kept, OTHER);
  assert_kept (name, OTHER, none);
  byway_kept_secrets_put (kept, ONE, large);
  byway_kept_secrets_forget_all (kept);
  assert_kept (name, ONE, none);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wishes/files", test_wishes);
  g_test_add_func ("/wishes/cleaning", test_cleaning);
  g_test_add_func ("/wishes/secrets", test_secrets);
  return g_test_run ();
}
