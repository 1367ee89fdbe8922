/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-remedy.h"

#include <string.h>

#define ID "byway:7b0f4a2c"

typedef struct
{
  const char *command;
  const char *action;
  const char *target; /* as text; NULL: none */
  const char *shown;
} Case;

static const Case cases[] = {
  { NULL, NULL, NULL, NULL },
  { "byway edit office local-id=", "edit-field", "('" ID "', 'local-id')", NULL },
  { "byway edit 'my office' esp=aes256-sha1", "edit-field", "('" ID "', 'esp')",
    "esp=aes256-sha1" },
  { "byway edit office mtu=1300 mru=1300", "edit-field", "('" ID "', 'mtu')", "mtu=1300 mru=1300" },
  { "byway set-secret 'it'\\''s' ipsec-psk", "set-secret", "('" ID "', 'ipsec-psk')", NULL },
  { "byway up office", "connect", "'" ID "'", NULL },
  { "byway up office --secrets-fd 0", "copy", "'byway up office --secrets-fd 0'",
    "byway up office --secrets-fd 0" },
  { "byway report office", "copy-report", "'" ID "'", NULL },
  { "byway status", "show-window", NULL, NULL },
  { "byway doctor office", "copy", "'byway doctor office'", "byway doctor office" },
  { "byway", "copy", "'byway'", "byway" },
  { "sudo ss -lunp 'sport = :1701'", "copy", "\"sudo ss -lunp 'sport = :1701'\"",
    "sudo ss -lunp 'sport = :1701'" },
  { "echo 'unfinished", "copy", "\"echo 'unfinished\"", "echo 'unfinished" },
};

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  BywayWordsFix fix = { .option = "", .command = (char *)row->command, .text = "does it" };
  g_autoptr (BywayRemedy) remedy = byway_remedy_new (ID, &fix);
  g_autofree char *target = remedy->target != NULL ? g_variant_print (remedy->target, FALSE) : NULL;

  g_assert_cmpstr (remedy->action, ==, row->action);
  g_assert_cmpstr (target, ==, row->target);
  g_assert_cmpstr (remedy->shown, ==, row->shown);
  g_assert_true ((remedy->label != NULL) == (row->action != NULL));
}

/* All facts that fixes of the table name. */
static BywayDiagnosis *
diagnosis_of (BywayCause cause)
{
  static const char *const facts[] = {
    "gateway",      "vpn.example.net", "server",           "198.51.100.1", "port",  "500",   "mtu",
    "1300",         "shown",           "gate.example.net", "user",         "alice", "asked", "PAP",
    "asked-option", "refuse-pap"
  };
  BywayDiagnosis *diagnosis = byway_diagnosis_new (cause);

  for (guint i = 0; i < G_N_ELEMENTS (facts); i += 2)
    byway_diagnosis_set_fact (diagnosis, facts[i], facts[i + 1]);
  byway_diagnosis_set_name (diagnosis, "the office");
  return diagnosis;
}

static void
check_remedy (const BywayWordsFix *fix, const BywayRemedy *remedy)
{
  const char *id, *key;

  if (remedy->target == NULL || !g_variant_is_of_type (remedy->target, G_VARIANT_TYPE ("(ss)")))
    {
      g_assert_false (g_str_has_prefix (fix->command, "byway edit"));
      g_assert_false (g_str_has_prefix (fix->command, "byway set-secret"));
      return;
    }
  g_variant_get (remedy->target, "(&s&s)", &id, &key);
  g_assert_cmpstr (id, ==, ID);
  g_assert_nonnull (byway_option_find (key));
  g_assert_true ((byway_option_find (key)->type == BYWAY_OPTION_SECRET)
                 == (strcmp (remedy->action, "set-secret") == 0));
}

/* A setting or a secret is always a click, and one that exists. */
static void
test_every_cause (void)
{
  guint n_fields = 0;

  for (int cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      g_autoptr (BywayDiagnosis) diagnosis = diagnosis_of (cause);
      g_autoptr (BywayWords) words = byway_words_new (diagnosis);

      for (guint i = 0; i < words->fixes->len; i++)
        {
          const BywayWordsFix *fix = words->fixes->pdata[i];
          g_autoptr (BywayRemedy) remedy = byway_remedy_new (ID, fix);

          g_assert_true ((remedy->action != NULL) == (fix->command != NULL));
          if (fix->command != NULL)
            check_remedy (fix, remedy);
          n_fields += g_strcmp0 (remedy->action, "edit-field") == 0;
        }
    }
  g_assert_cmpuint (n_fields, >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/remedy/%u", i);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/remedy/every-cause", test_every_cause);
  return g_test_run ();
}
