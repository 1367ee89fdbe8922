/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-preferences.h"

#include <glib/gstdio.h>
#include <string.h>

static char *path;

static void
assert_file_has (const char *words, gboolean has)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (strstr (text, words) != NULL, ==, has);
}

static void
on_changed (BywayPreferences *preferences, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_defaults (void)
{
  g_autoptr (BywayPreferences) preferences = byway_preferences_new ();

  g_assert_true (byway_preferences_get_notify (preferences));
  g_assert_true (byway_preferences_get_offer_reconnect (preferences));
  g_assert_false (byway_preferences_get_login (preferences, "byway:1"));
  byway_preferences_set_notify (preferences, TRUE);
  byway_preferences_set_login (preferences, "byway:1", FALSE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_stored (void)
{
  BywayPreferences *preferences = byway_preferences_new ();
  GStatBuf about;
  guint changes = 0;

  g_signal_connect (preferences, "changed", G_CALLBACK (on_changed), &changes);
  byway_preferences_set_notify (preferences, FALSE);
  byway_preferences_set_notify (preferences, FALSE);
  byway_preferences_set_login (preferences, "byway:1", TRUE);
  byway_preferences_set_login (preferences, "nm:2", TRUE);
  byway_preferences_set_login (preferences, "byway:3", TRUE);
  byway_preferences_set_login (preferences, "nm:2", FALSE);
  g_assert_cmpuint (changes, ==, 5);
  g_object_unref (preferences);
  g_assert_cmpint (g_stat (path, &about), ==, 0);
  g_assert_cmpint (about.st_mode & 0777, ==, 0600);

  preferences = byway_preferences_new ();
  g_assert_false (byway_preferences_get_notify (preferences));
  g_assert_true (byway_preferences_get_offer_reconnect (preferences));
  g_assert_true (byway_preferences_get_login (preferences, "byway:1"));
  g_assert_false (byway_preferences_get_login (preferences, "nm:2"));
  g_assert_true (byway_preferences_get_login (preferences, "byway:3"));
  g_object_unref (preferences);
}

/* What a newer version or the user wrote stays. */
static void
test_foreign (void)
{
  BywayPreferences *preferences;

  g_assert_true (g_file_set_contents (
      path, "# mine\n[applet]\nnotify=perhaps\nof-tomorrow=1\n[other]\na=b\n", -1, NULL));
  preferences = byway_preferences_new ();
  g_assert_true (byway_preferences_get_notify (preferences));
  byway_preferences_set_offer_reconnect (preferences, FALSE);
  g_object_unref (preferences);
  assert_file_has ("# mine", TRUE);
  assert_file_has ("of-tomorrow=1", TRUE);
  assert_file_has ("[other]", TRUE);
  assert_file_has ("offer-reconnect=false", TRUE);
}

static void
test_rubbish (void)
{
  BywayPreferences *preferences;

  g_assert_true (g_file_set_contents (path, "rubbish\n", -1, NULL));
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*can't be read*");
  preferences = byway_preferences_new ();
  g_test_assert_expected_messages ();
  g_assert_true (byway_preferences_get_notify (preferences));
  byway_preferences_set_notify (preferences, FALSE);
  g_object_unref (preferences);
  assert_file_has ("rubbish", FALSE);
  assert_file_has ("notify=false", TRUE);
}

static void
test_one (void)
{
  g_autoptr (BywayPreferences) one = byway_preferences_new ();
  g_autoptr (BywayPreferences) other = byway_preferences_new ();

  g_assert_true (one == other);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("byway-preferences-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (folder, "byway", NULL);
  int code;

  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  path = g_build_filename (inner, "applet.conf", NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preferences/defaults", test_defaults);
  g_test_add_func ("/preferences/stored", test_stored);
  g_test_add_func ("/preferences/foreign", test_foreign);
  g_test_add_func ("/preferences/rubbish", test_rubbish);
  g_test_add_func ("/preferences/one", test_one);
  code = g_test_run ();
  g_unlink (path);
  g_rmdir (inner);
  g_rmdir (folder);
  g_free (path);
  return code;
}
