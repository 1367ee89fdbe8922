/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-draft.h"

#include <string.h>

static BywayDraft *
new_draft (const char *password, const char *storage)
{
  BywayDraft *draft = byway_draft_new ("office", NULL);
  const char *problem;

  g_hash_table_insert (draft->settings, g_strdup ("gateway"), g_strdup ("vpn.example.net"));
  if (storage != NULL)
    g_hash_table_insert (draft->settings, g_strdup ("password-storage"), g_strdup (storage));
  if (password != NULL)
    g_assert_true (
        byway_secret_set_put (draft->secrets, "password", password, strlen (password), &problem));
  return draft;
}

static void
test_equal (void)
{
  g_autoptr (BywayDraft) one = new_draft ("word", NULL);

  for (guint i = 0; i < 7; i++)
    {
      g_autoptr (BywayDraft) other = new_draft (i == 1   ? NULL
                                                : i == 2 ? "worD"
                                                         : "word",
                                                i == 3 ? "ask" : NULL);

      if (i == 4)
        other->login = TRUE;
      if (i == 5)
        other->system = TRUE;
      if (i == 6)
        g_hash_table_insert (other->settings, g_strdup ("gateway"), g_strdup ("192.0.2.1"));
      g_assert_cmpint (byway_draft_equal (one, other), ==, i == 0);
      g_assert_cmpint (byway_draft_equal (other, one), ==, i == 0);
    }
}

#define NONE ((const char *)-1) /* no draft: it is new */

/* What was kept, and where; what is wanted, and where; what has to be done. */
static const struct
{
  const char *had, *had_storage, *want, *want_storage;
  BywaySecretStep step;
} rows[] = {
  { NONE, NULL, NULL, NULL, BYWAY_SECRET_STAYS },
  { NONE, NULL, "word", NULL, BYWAY_SECRET_STORED },
  { NONE, NULL, "word", "session", BYWAY_SECRET_STORED },
  { NONE, NULL, NULL, "ask", BYWAY_SECRET_STAYS },
  { NULL, NULL, NULL, NULL, BYWAY_SECRET_STAYS },
  { NULL, NULL, "word", NULL, BYWAY_SECRET_STORED },
  { "word", NULL, "word", NULL, BYWAY_SECRET_STAYS },
  { "word", NULL, "word", "save", BYWAY_SECRET_STAYS },
  { "word", NULL, "other", NULL, BYWAY_SECRET_STORED },
  { "word", NULL, "word", "session", BYWAY_SECRET_STORED },
  { "word", "session", "word", NULL, BYWAY_SECRET_STORED },
  { "word", NULL, NULL, NULL, BYWAY_SECRET_FORGOTTEN },
  { "word", NULL, NULL, "ask", BYWAY_SECRET_FORGOTTEN },
  { "word", NULL, "word", "ask", BYWAY_SECRET_FORGOTTEN },
  { NULL, NULL, NULL, "ask", BYWAY_SECRET_FORGOTTEN }, /* a locked keyring may have one */
  { NULL, "ask", NULL, "ask", BYWAY_SECRET_STAYS },
  { "word", "ask", NULL, "ask", BYWAY_SECRET_FORGOTTEN },
  { NULL, "ask", "word", "save", BYWAY_SECRET_STORED },
};

static void
test_steps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (BywayDraft) before
          = rows[i].had != NONE ? new_draft (rows[i].had, rows[i].had_storage) : NULL;
      g_autoptr (BywayDraft) after = new_draft (rows[i].want, rows[i].want_storage);

      g_test_message ("row %u", i);
      g_assert_cmpint (byway_draft_secret_step (before, after, "password"), ==, rows[i].step);
      g_assert_cmpint (byway_draft_secret_step (before, after, "user-certpass"), ==,
                       BYWAY_SECRET_STAYS);
    }
}

/* Where the key was and is, and what was and is in the field for its password or PIN. */
static const struct
{
  const char *had_token, *had, *token, *want;
  BywaySecretStep step;
} token_rows[] = {
  { NULL, "word", "pkcs11:a", "word", BYWAY_SECRET_FORGOTTEN },
  { NULL, "word", "pkcs11:a", "1234", BYWAY_SECRET_STORED },
  { NULL, "word", "pkcs11:a", NULL, BYWAY_SECRET_FORGOTTEN },
  { "pkcs11:a", "1234", "pkcs11:b", "1234", BYWAY_SECRET_FORGOTTEN },
  { "pkcs11:a", "1234", "pkcs11:b", "5678", BYWAY_SECRET_STORED },
  { "pkcs11:a", "1234", NULL, "1234", BYWAY_SECRET_FORGOTTEN },
  { "pkcs11:a", "1234", "pkcs11:a", "1234", BYWAY_SECRET_STAYS },
  { NULL, "word", NULL, "word", BYWAY_SECRET_STAYS },
  { NULL, NULL, "pkcs11:a", NULL, BYWAY_SECRET_FORGOTTEN }, /* a locked keyring may have one */
  { NULL, NULL, "pkcs11:a", "1234", BYWAY_SECRET_STORED },
};

static BywayDraft *
new_token_draft (const char *token, const char *secret)
{
  BywayDraft *draft = new_draft ("word", NULL);
  const char *problem;

  if (token != NULL)
    g_hash_table_insert (draft->settings, g_strdup ("machine-token"), g_strdup (token));
  if (secret != NULL)
    g_assert_true (byway_secret_set_put (draft->secrets, "machine-certpass", secret,
                                         strlen (secret), &problem));
  return draft;
}

static void
test_token (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (token_rows); i++)
    {
      g_autoptr (BywayDraft) before = new_token_draft (token_rows[i].had_token, token_rows[i].had);
      g_autoptr (BywayDraft) after = new_token_draft (token_rows[i].token, token_rows[i].want);

      g_test_message ("row %u", i);
      g_assert_cmpint (byway_draft_secret_step (before, after, "machine-certpass"), ==,
                       token_rows[i].step);
      g_assert_cmpint (byway_draft_secret_step (before, after, "password"), ==, BYWAY_SECRET_STAYS);
      g_assert_cmpint (byway_draft_secret_step (NULL, after, "machine-certpass"), ==,
                       token_rows[i].want != NULL ? BYWAY_SECRET_STORED : BYWAY_SECRET_STAYS);
    }
}

static void
test_names (void)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *longest = g_strnfill (64, 'x');
  g_autofree char *first = NULL, *second = NULL, *cut = NULL;
  g_autoptr (GString) wide = g_string_new (NULL);

  g_hash_table_add (taken, (char *)"office");
  g_assert_null (byway_draft_name_problem ("other", taken));
  g_assert_nonnull (byway_draft_name_problem ("office", taken));
  g_assert_nonnull (byway_draft_name_problem ("", taken));
  g_assert_nonnull (byway_draft_name_problem ("a/b", taken));
  first = byway_draft_copy_name ("office", taken);
  g_assert_cmpstr (first, ==, "office (copy)");
  g_hash_table_add (taken, first);
  second = byway_draft_copy_name ("office", taken);
  g_assert_cmpstr (second, ==, "office (copy 2)");
  cut = byway_draft_copy_name (longest, taken);
  g_assert_null (byway_draft_name_problem (cut, taken));
  g_assert_true (g_str_has_suffix (cut, "xx (copy)"));
  for (guint i = 0; i < 21; i++)
    g_string_append (wide, "€");
  g_free (cut);
  cut = byway_draft_copy_name (wide->str, taken);
  g_assert_null (byway_draft_name_problem (cut, taken));
  g_hash_table_remove_all (taken);
}

static void
test_refused_key (void)
{
  g_autofree char *key = byway_draft_refused_key ("dpd-delay: is too long\nuser: too");

  g_assert_cmpstr (key, ==, "dpd-delay");
  g_assert_null (byway_draft_refused_key ("you may not"));
  g_assert_null (byway_draft_refused_key ("org.example: no option"));
  g_assert_null (byway_draft_refused_key (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/equal", test_equal);
  g_test_add_func ("/draft/steps", test_steps);
  g_test_add_func ("/draft/token", test_token);
  g_test_add_func ("/draft/names", test_names);
  g_test_add_func ("/draft/refused-key", test_refused_key);
  return g_test_run ();
}
