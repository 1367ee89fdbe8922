/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret-plan.h"

#include <string.h>

#define WELCOME "Enter what you were given for this VPN."
#define REPLACES "It takes the place of the one that is kept once it has worked."
#define LOCKED "The keyring is locked, so what it keeps has to be entered here."
#define ABSENT "There is no keyring, so nothing can be kept: you will be asked each time."
#define SILENT "The keyring does not answer, so what it keeps has to be entered here."

/* "key=value key2=value2" -> pairs. */
static void
each_pair (const char *text, void (*take) (gpointer, const char *, const char *), gpointer data)
{
  g_auto (GStrv) pairs = g_strsplit (text != NULL ? text : "", " ", -1);

  for (char **pair = pairs; *pair != NULL && **pair != '\0'; pair++)
    {
      char *value = strchr (*pair, '=');

      g_assert_nonnull (value);
      *value = '\0';
      take (data, *pair, value + 1);
    }
}

static void
take_secret (gpointer set, const char *key, const char *value)
{
  const char *problem;

  g_assert_true (byway_secret_set_put (set, key, value, strlen (value), &problem));
}

static void
take_setting (gpointer settings, const char *key, const char *value)
{
  g_hash_table_insert (settings, g_strdup (key), g_strdup (value));
}

/* "value/act" */
static void
take_typed (gpointer draft, const char *key, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, "/", 2);

  byway_secret_draft_put (draft, key, parts[0], strlen (parts[0]),
                          (BywaySecretAct)g_ascii_strtoull (parts[1], NULL, 10));
}

static BywayProfile *
make_profile (const char *settings)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) issues = NULL;
  BywayProfile *profile;

  take_setting (table, "gateway", "vpn.example.net");
  take_setting (table, "user", "alice");
  each_pair (settings, take_setting, table);
  profile = byway_profile_parse (table, &issues);
  g_assert_nonnull (profile);
  return profile;
}

/* What an ask is: "key", its storage as a digit, and in brackets what is in its entry. */
static char *
describe_asks (const BywaySecretPlan *plan)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->asks->len; i++)
    {
      const BywaySecretAsk *ask = &g_array_index (plan->asks, BywaySecretAsk, i);

      g_string_append_printf (text, "%s%s:%u", i > 0 ? " " : "", ask->key, ask->storage);
      if (ask->value != NULL)
        g_string_append_printf (text, "(%s)", ask->value);
      g_assert_cmpuint (ask->max, ==, strcmp (ask->key, "ipsec-psk") == 0 ? 1024 : 255);
    }
  return g_string_free (text, FALSE);
}

static char *
describe_set (const BywaySecretSet *set)
{
  static const char *const keys[]
      = { "ipsec-psk", "password", "machine-certpass", "user-certpass" };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = byway_secret_set_get (set, keys[i], NULL);

      if (value != NULL)
        g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", keys[i], value);
    }
  return g_string_free (text, FALSE);
}

/* --- what to ask for ------------------------------------------------------------------------ */

#define CERTIFICATE "machine-auth=certificate machine-cert=/a.p12"
#define TOKEN CERTIFICATE " machine-token=pkcs11:id=1;slot-id=0?module-name=a"

typedef struct
{
  const char *what;
  const char *settings; /* NULL: not known */
  const char *wanted, *refused, *reason, *earlier;
  const char *lookups; /* expected: what the keyring is asked for */
  const char *kept;
  BywayKeyringState keyring;
  const char *asks, *have, *text; /* expected; text NULL: as usual */
  gboolean no_choice;             /* expected */
} PlanCase;

static const PlanCase plan_cases[] = {
  { "the keyring has all", "", .lookups = "ipsec-psk password", .kept = "ipsec-psk=k password=p",
    .asks = "", .have = "ipsec-psk=k password=p" },
  { "it has nothing", "", .lookups = "ipsec-psk password", .asks = "ipsec-psk:0 password:0",
    .have = "" },
  { "it has one", "", .lookups = "ipsec-psk password", .kept = "ipsec-psk=k", .asks = "password:0",
    .have = "ipsec-psk=k" },
  { "places as the settings say", "password-storage=session", .lookups = "ipsec-psk password",
    .asks = "ipsec-psk:0 password:1", .have = "" },
  { "always asked for, whoever has it", "password-storage=ask", .lookups = "ipsec-psk",
    .kept = "ipsec-psk=k password=old", .asks = "password:2", .have = "ipsec-psk=k" },

  { "refused: anew, though it is kept", "", .refused = "password", .reason = "It was refused.",
    .lookups = "ipsec-psk", .kept = "ipsec-psk=k password=old", .asks = "password:0",
    .have = "ipsec-psk=k", .text = "It was refused." },
  { "to be changed, nobody says why", "", .refused = "ipsec-psk", .lookups = "password",
    .kept = "password=p", .asks = "ipsec-psk:0", .have = "password=p", .text = REPLACES },
  { "refused, and the other is missing", "", .refused = "password", .reason = "No.",
    .lookups = "ipsec-psk", .asks = "ipsec-psk:0 password:0", .have = "", .text = "No." },
  { "refused, and one that the profile does not need", "", .refused = "user-certpass",
    .reason = "No.", .lookups = "ipsec-psk password", .kept = "ipsec-psk=k password=p",
    .asks = "user-certpass:0", .have = "ipsec-psk=k password=p", .text = "No." },
  { "no secret's key", "", .refused = "gateway", .reason = "No.", .lookups = "ipsec-psk password",
    .kept = "ipsec-psk=k password=p", .asks = "", .have = "ipsec-psk=k password=p", .text = "No." },

  { "a certificate: the password of its key, where it is kept", CERTIFICATE,
    .lookups = "password machine-certpass", .kept = "password=p machine-certpass=c", .asks = "",
    .have = "password=p machine-certpass=c" },
  { "… which is not asked for before the key is known to be locked", CERTIFICATE,
    .lookups = "password machine-certpass", .kept = "password=p", .asks = "",
    .have = "password=p" },
  { "… but then", CERTIFICATE, .refused = "machine-certpass", .reason = "It is locked.",
    .lookups = "password", .kept = "password=p", .asks = "machine-certpass:0", .have = "password=p",
    .text = "It is locked." },

  { "a key on a token: its PIN is needed", TOKEN, .lookups = "password machine-certpass",
    .kept = "password=p", .asks = "machine-certpass:0", .have = "password=p" },
  { "… and may be kept", TOKEN, .lookups = "password machine-certpass",
    .kept = "password=p machine-certpass=1", .asks = "", .have = "password=p machine-certpass=1" },

  { "the helper names one", "", .wanted = "password", .lookups = "password", .kept = "ipsec-psk=k",
    .asks = "password:0", .have = "" },
  { "the helper names one that is kept", "", .wanted = "password", .lookups = "password",
    .kept = "password=p", .asks = "", .have = "password=p" },
  { "the helper names what is no secret", "", .wanted = "gateway machine-cert", .lookups = "",
    .asks = "", .have = "" },
  { "the helper names a part of a file: the password, where it is kept", CERTIFICATE,
    .wanted = "machine-key", .lookups = "machine-certpass", .kept = "machine-certpass=c",
    .asks = "", .have = "machine-certpass=c" },
  { "… which may be needed to know that it is not", CERTIFICATE, .wanted = "machine-cert",
    .lookups = "machine-certpass", .asks = "", .have = "" },
  { "… for that file only", CERTIFICATE, .wanted = "user-key password", .lookups = "password",
    .asks = "password:0", .have = "" },
  { "… always asked for, but not before the key is known to be locked",
    CERTIFICATE " machine-certpass-storage=ask", .wanted = "machine-key", .lookups = "",
    .kept = "machine-certpass=old", .asks = "", .have = "" },
  { "… and then alone", CERTIFICATE " machine-certpass-storage=ask", .wanted = "machine-key",
    .refused = "machine-certpass", .reason = "It is locked.", .lookups = "",
    .asks = "machine-certpass:2", .have = "", .text = "It is locked." },
  { "a connection that we don't know", NULL, .wanted = "password", .lookups = "password",
    .asks = "password:2", .have = "", .no_choice = TRUE },
  { "… and nobody says what", NULL, .lookups = "", .asks = "", .have = "", .no_choice = TRUE },

  { "locked: the session's part is open", "password-storage=ask", .lookups = "ipsec-psk",
    .keyring = BYWAY_KEYRING_LOCKED, .asks = "ipsec-psk:1 password:2", .have = "", .text = LOCKED },
  { "absent: nothing can be kept", "", .lookups = "ipsec-psk password",
    .keyring = BYWAY_KEYRING_ABSENT, .asks = "ipsec-psk:0 password:0", .have = "", .text = ABSENT,
    .no_choice = TRUE },
  { "silent", "", .lookups = "ipsec-psk password", .keyring = BYWAY_KEYRING_SILENT,
    .asks = "ipsec-psk:0 password:0", .have = "", .text = SILENT },
  { "refused, and the keyring is locked", "", .refused = "password", .reason = "No.",
    .lookups = "ipsec-psk", .keyring = BYWAY_KEYRING_LOCKED, .asks = "ipsec-psk:1 password:1",
    .have = "", .text = "No.\n" LOCKED },

  { "typed before, to be confirmed", "", .earlier = "ipsec-psk=k/1 password=p/2",
    .lookups = "ipsec-psk password", .asks = "ipsec-psk:0(k) password:1(p)", .have = "" },
  { "typed before and refused: empty, the other is taken again", "",
    .earlier = "ipsec-psk=k/1 password=p/2", .refused = "password", .reason = "No.",
    .lookups = "ipsec-psk", .asks = "password:1", .have = "ipsec-psk=k", .text = "No." },
  { "typed before is newer than what is kept", "", .earlier = "ipsec-psk=new/1",
    .refused = "password", .reason = "No.", .lookups = "ipsec-psk", .kept = "ipsec-psk=old",
    .asks = "password:0", .have = "ipsec-psk=new", .text = "No." },
  { "typed before, but what is kept may be right", "", .earlier = "password=typo/1",
    .lookups = "ipsec-psk password", .kept = "ipsec-psk=k password=p", .asks = "",
    .have = "ipsec-psk=k password=p" },
  { "typed before and always asked for", "password-storage=ask", .earlier = "password=p/3",
    .refused = "ipsec-psk", .reason = "No.", .lookups = "", .asks = "ipsec-psk:0 password:2",
    .have = "", .text = "No." },
  { "chosen before: not to be kept", "", .earlier = "password=p/3", .lookups = "ipsec-psk password",
    .kept = "ipsec-psk=k", .asks = "password:2(p)", .have = "ipsec-psk=k" },
};

static void
check_plan (const PlanCase *c)
{
  g_autoptr (BywayProfile) profile = c->settings != NULL ? make_profile (c->settings) : NULL;
  g_auto (GStrv) wanted = c->wanted != NULL ? g_strsplit (c->wanted, " ", -1) : NULL;
  g_autoptr (BywaySecretSet) kept = byway_secret_set_new ();
  g_autoptr (BywaySecretDraft) earlier = byway_secret_draft_new ();
  const BywaySecretWish wish = { profile, (const char *const *)wanted, c->refused, c->reason,
                                 c->earlier != NULL ? earlier : NULL };
  g_auto (GStrv) lookups = byway_secret_plan_lookups (&wish);
  g_autofree char *looked_up = g_strjoinv (" ", lookups);
  g_autoptr (BywaySecretPlan) plan = NULL;
  g_autofree char *asks = NULL;
  g_autofree char *have = NULL;

  each_pair (c->kept, take_secret, kept);
  each_pair (c->earlier, take_typed, earlier);
  plan = byway_secret_plan_new (&wish, kept, c->keyring);
  asks = describe_asks (plan);
  have = describe_set (plan->have);
  g_assert_cmpstr (looked_up, ==, c->lookups);
  g_assert_cmpstr (asks, ==, c->asks);
  g_assert_cmpstr (have, ==, c->have);
  g_assert_cmpstr (plan->reason, ==, c->text != NULL ? c->text : WELCOME);
  g_assert_cmpint (plan->offers_storage, ==, !c->no_choice);
}

static void
test_plan (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plan_cases); i++)
    {
      g_test_message ("%s", plan_cases[i].what);
      check_plan (&plan_cases[i]);
    }
}

/* --- what becomes of it --------------------------------------------------------------------- */

static void
test_act (void)
{
  static const struct
  {
    BywayKeyringState keyring;
    BywayStorage storage;
    BywaySecretAct act;
  } cases[] = {
    { BYWAY_KEYRING_OPEN, BYWAY_STORAGE_SAVE, BYWAY_SECRET_SAVE },
    { BYWAY_KEYRING_OPEN, BYWAY_STORAGE_SESSION, BYWAY_SECRET_SAVE_SESSION },
    { BYWAY_KEYRING_OPEN, BYWAY_STORAGE_ASK, BYWAY_SECRET_FORGET },
    { BYWAY_KEYRING_LOCKED, BYWAY_STORAGE_SAVE, BYWAY_SECRET_SAVE },
    { BYWAY_KEYRING_SILENT, BYWAY_STORAGE_SAVE, BYWAY_SECRET_SAVE },
    { BYWAY_KEYRING_ABSENT, BYWAY_STORAGE_SAVE, BYWAY_SECRET_LEAVE },
    { BYWAY_KEYRING_ABSENT, BYWAY_STORAGE_ASK, BYWAY_SECRET_LEAVE },
  };
  g_autoptr (BywayProfile) profile = make_profile ("");
  g_autoptr (BywaySecretSet) kept = byway_secret_set_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const BywaySecretWish wish = { .profile = profile };
      g_autoptr (BywaySecretPlan) plan = byway_secret_plan_new (&wish, kept, cases[i].keyring);

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpint (byway_secret_plan_act (plan, cases[i].storage), ==, cases[i].act);
    }
}

static void
test_draft (void)
{
  g_autoptr (BywaySecretDraft) draft = byway_secret_draft_new ();
  g_autofree char *values = NULL;

  g_assert_true (byway_secret_draft_is_empty (draft));
  byway_secret_draft_put (draft, "gateway", "x", 1, BYWAY_SECRET_SAVE); /* no secret */
  byway_secret_draft_put (draft, "password", "a\nb", 3, BYWAY_SECRET_SAVE);
  g_assert_true (byway_secret_draft_is_empty (draft));
  byway_secret_draft_put (draft, "password", "old", 3, BYWAY_SECRET_SAVE_SESSION);
  byway_secret_draft_put (draft, "password", "new", 3, BYWAY_SECRET_SAVE);
  values = describe_set (byway_secret_draft_values (draft));
  g_assert_cmpstr (values, ==, "password=new");
  g_assert_cmpint (byway_secret_draft_act (draft, "password"), ==, BYWAY_SECRET_SAVE);
  g_assert_cmpint (byway_secret_draft_act (draft, "ipsec-psk"), ==, BYWAY_SECRET_LEAVE);

  /* After a failure nothing is kept, and what was wanted is still known. */
  byway_secret_draft_fail (draft);
  g_assert_cmpint (byway_secret_draft_act (draft, "password"), ==, BYWAY_SECRET_LEAVE);
  g_assert_cmpint (byway_secret_draft_wish (draft, "password"), ==, BYWAY_SECRET_SAVE);
}

/* What is taken again has to be kept after all when it works with the rest. */
static void
test_draft_goes_on (void)
{
  g_autoptr (BywayProfile) profile = make_profile ("");
  g_autoptr (BywaySecretSet) kept = byway_secret_set_new ();
  g_autoptr (BywaySecretDraft) earlier = byway_secret_draft_new ();
  const BywaySecretWish wish = { profile, NULL, "password", "No.", earlier };
  g_autoptr (BywaySecretPlan) plan = NULL;

  each_pair ("ipsec-psk=k/2 password=p/1", take_typed, earlier);
  byway_secret_draft_fail (earlier);
  plan = byway_secret_plan_new (&wish, kept, BYWAY_KEYRING_OPEN);
  g_assert_cmpint (byway_secret_draft_act (plan->draft, "ipsec-psk"), ==,
                   BYWAY_SECRET_SAVE_SESSION);
  g_assert_cmpint (byway_secret_draft_act (plan->draft, "password"), ==, BYWAY_SECRET_LEAVE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-plan/plan", test_plan);
  g_test_add_func ("/secret-plan/act", test_act);
  g_test_add_func ("/secret-plan/draft", test_draft);
  g_test_add_func ("/secret-plan/draft-goes-on", test_draft_goes_on);
  return g_test_run ();
}
