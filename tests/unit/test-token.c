/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-profile.h"

#include <string.h>

#define USUAL "pkcs11:id=%01;slot-id=0?module-name=hsm"

static const struct
{
  const char *uri, *handle, *module;
  guint slot;
} good[] = {
  { USUAL, "01", "hsm", 0 },
  { "pkcs11:slot-id=2147483647;id=%a7%0Fkey?module-name=opensc-pkcs11", "a70f6b6579",
    "opensc-pkcs11", 2147483647 },
  { "pkcs11:id=a&b;slot-id=007?module-name=my_hsm", "612662", "my_hsm", 7 },
  { "pkcs11:id=%00%22;slot-id=1?module-name=A", "0022", "A", 1 },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      const char *problem;
      g_autoptr (BywayToken) token = byway_token_parse (good[i].uri, &problem);

      g_assert_null (problem);
      g_assert_nonnull (token);
      g_assert_cmpstr (token->handle, ==, good[i].handle);
      g_assert_cmpstr (token->module, ==, good[i].module);
      g_assert_cmpuint (token->slot, ==, good[i].slot);
    }
}

/* Refused, and a word that says what is wrong. */
static const char *const bad[][2] = {
  { "", "no pkcs11: URI" },
  { "/etc/key.pem", "no pkcs11: URI" },
  { "PKCS11:id=%01;slot-id=0?module-name=hsm", "no pkcs11: URI" },
  { "pkcs11:", "needs id" },
  { "pkcs11:?", "needs id" },
  { "pkcs11:id=%01;slot-id=0", "needs id" },
  { "pkcs11:id=%01?module-name=hsm", "needs id" },
  { "pkcs11:slot-id=0?module-name=hsm", "needs id" },
  { "pkcs11:id=;slot-id=0?module-name=hsm", "an id" },
  { "pkcs11:id=%1;slot-id=0?module-name=hsm", "an id" },
  { "pkcs11:id=%zz;slot-id=0?module-name=hsm", "an id" },
  { "pkcs11:id=a b;slot-id=0?module-name=hsm", "an id" },
  { "pkcs11:id=\"x\";slot-id=0?module-name=hsm", "an id" },
  { "pkcs11:id=%01;slot-id=-1?module-name=hsm", "slot-id" },
  { "pkcs11:id=%01;slot-id=2147483648?module-name=hsm", "slot-id" },
  { "pkcs11:id=%01;slot-id=?module-name=hsm", "slot-id" },
  { "pkcs11:id=%01;slot-id=0?module-name=", "module-name" },
  { "pkcs11:id=%01;slot-id=0?module-name=../x", "module-name" },
  { "pkcs11:id=%01;slot-id=0?module-name=a.b", "module-name" },
  { "pkcs11:id=%01;slot-id=0?module-name=hsm&module-name=x", "twice" },
  { "pkcs11:id=%01;id=%02;slot-id=0?module-name=hsm", "twice" },
  { "pkcs11:id=%01;slot-id=0;module-name=hsm", "else than" },
  { "pkcs11:id=%01;slot-id=0;?module-name=hsm", "else than" },
  { "pkcs11:token=mine;id=%01;slot-id=0?module-name=hsm", "else than" },
  { "pkcs11:slot-id=0?module-name=hsm&id=%01", "else than" },
  { USUAL "&module-path=/tmp/evil.so", "by its path" },
  { "pkcs11:module-path=/tmp/evil.so", "by its path" },
  { USUAL "&pin-value=Hush1234", "a PIN" },
  { USUAL "&pin-source=file:/Hush", "a PIN" },
  { "pkcs11:pin-value=Hush1234;id=%01", "a PIN" },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const char *problem;

      g_test_message ("%s", bad[i][0]);
      g_assert_null (byway_token_parse (bad[i][0], &problem));
      g_assert_nonnull (strstr (problem, bad[i][1]));
      g_assert_null (strstr (problem, "Hush"));
    }
}

static void
test_long (void)
{
  for (guint n = 64; n <= 65; n++)
    {
      g_autofree char *id = g_strnfill (n, 'x');
      g_autofree char *in_id = g_strdup_printf ("pkcs11:id=%s;slot-id=0?module-name=a", id);
      g_autofree char *in_module = g_strdup_printf ("pkcs11:id=1;slot-id=0?module-name=%s", id);
      const char *problem;
      g_autoptr (BywayToken) by_id = byway_token_parse (in_id, &problem);
      g_autoptr (BywayToken) by_module = byway_token_parse (in_module, &problem);

      g_assert_true ((by_id != NULL) == (n == 64));
      g_assert_true ((by_module != NULL) == (n == 64));
    }
}

/* In a profile: what is wrong is told without the text, and beside a key in a file it has no
 * place. */
static const struct
{
  const char *token, *key, *words;
} profiles[] = {
  { USUAL, "", NULL },
  { "", "/k.pem", NULL },
  { USUAL "&pin-value=Hush", "", "a PIN" },
  { "Hush", "", "no pkcs11: URI" },
  { USUAL, "/k.pem", "takes the place of machine-key" },
};

static void
test_profile (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
      g_autoptr (GPtrArray) issues = NULL;
      g_autoptr (BywayProfile) profile = NULL;

      g_hash_table_insert (settings, "gateway", "192.0.2.1");
      g_hash_table_insert (settings, "user", "alice");
      g_hash_table_insert (settings, "machine-auth", "certificate");
      g_hash_table_insert (settings, "machine-cert", "/c.pem");
      g_hash_table_insert (settings, "machine-key", (gpointer)profiles[i].key);
      g_hash_table_insert (settings, "machine-token", (gpointer)profiles[i].token);
      profile = byway_profile_parse (settings, &issues);
      g_assert_true ((profile != NULL) == (profiles[i].words == NULL));
      if (profile != NULL)
        {
          g_assert_true (byway_profile_uses_token (profile) == (*profiles[i].token != '\0'));
          continue;
        }
      g_assert_cmpuint (issues->len, ==, 1);
      g_assert_cmpstr (((BywayIssue *)issues->pdata[0])->key, ==, "machine-token");
      g_assert_nonnull (strstr (((BywayIssue *)issues->pdata[0])->text, profiles[i].words));
      g_assert_null (strstr (((BywayIssue *)issues->pdata[0])->text, "Hush"));
    }
}

/* A URI is no file, and may have a PIN in it; what is a path, is one. */
static const struct
{
  const char *key, *value, *words;
} files[] = {
  { "machine-key", USUAL "&pin-value=Hush", "machine-token" },
  { "machine-key", "PKCS11:object=a?pin-value=Hush", "machine-token" },
  { "machine-key", " pkcs11:pin-value=Hush", "machine-token" },
  { "machine-key", "\"pkcs11:pin-value=Hush\"", "machine-token" },
  { "machine-key", "key.pem", "“key.pem” is not an absolute path" },
  { "machine-key", "/home/pkcs11:a", NULL },
  { "machine-cert", "pkcs11:pin-value=Hush", "only the machine's key" },
  { "machine-ca", "pkcs11:pin-value=Hush", "only the machine's key" },
  { "user-key", "pkcs11:pin-value=Hush", "only the machine's key" },
  { "user-cert", "pkcs11:pin-value=Hush", "only the machine's key" },
  { "user-ca", "pkcs11:pin-value=Hush", "only the machine's key" },
};

static void
test_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
      g_autoptr (GPtrArray) issues = NULL;
      g_autoptr (BywayProfile) profile = NULL;

      g_hash_table_insert (settings, "gateway", "192.0.2.1");
      g_hash_table_insert (settings, "user", "alice");
      g_hash_table_insert (settings, (gpointer)files[i].key, (gpointer)files[i].value);
      profile = byway_profile_parse (settings, &issues);
      g_test_message ("row %u", i);
      g_assert_true ((profile != NULL) == (files[i].words == NULL));
      if (profile != NULL)
        continue;
      g_assert_cmpuint (issues->len, ==, 1);
      g_assert_cmpstr (((BywayIssue *)issues->pdata[0])->key, ==, files[i].key);
      g_assert_nonnull (strstr (((BywayIssue *)issues->pdata[0])->text, files[i].words));
      g_assert_null (strstr (((BywayIssue *)issues->pdata[0])->text, "Hush"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/good", test_good);
  g_test_add_func ("/token/bad", test_bad);
  g_test_add_func ("/token/long", test_long);
  g_test_add_func ("/token/profile", test_profile);
  g_test_add_func ("/token/files", test_files);
  return g_test_run ();
}
