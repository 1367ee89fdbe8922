/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-dn.h"
#include "byway-issue.h"
#include "byway-option.h"
#include "byway-profile.h"
#include "byway-secret.h"

#include <string.h>

static GHashTable *
minimal (void)
{
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (settings, g_strdup ("gateway"), g_strdup ("vpn.example.net"));
  g_hash_table_insert (settings, g_strdup ("user"), g_strdup ("alice"));
  return settings;
}

static void
test_defaults (void)
{
  g_autoptr (GHashTable) settings = minimal ();
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, NULL);

  g_assert_nonnull (profile);
  g_assert_cmpstr (profile->gateway, ==, "vpn.example.net");
  g_assert_true (profile->all_traffic);
  g_assert_cmpuint (profile->mtu, ==, 1400);
  g_assert_cmpuint (profile->ike->len, ==, 0);
}

/* Each of the two ways to notice it alone, in its worst case: the server dies just when it has
 * answered. pppd counts the unanswered echoes only when the next is due (LcpSendEchoRequest), and
 * says goodbye for a second; the IKE daemons count from the first unanswered question, in whole
 * seconds, and the session asks the server for 2.6 s more why its association has gone. */
static void
test_dead_server_is_known_soon (void)
{
  g_autoptr (GHashTable) settings = minimal ();
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, NULL);

  g_assert_cmpuint (profile->lcp_echo_interval, >, 0);
  g_assert_cmpuint (profile->lcp_echo_interval * (profile->lcp_echo_failure + 1) + 1, <, 30);
  g_assert_cmpuint (profile->dpd_delay, >, 0);
  g_assert_cmpuint (profile->dpd_delay + profile->dpd_timeout + 1 + 3, <, 30);
}

static void
test_all_problems_at_once (void)
{
  g_autoptr (GHashTable) settings = minimal ();
  g_autoptr (GPtrArray) issues = NULL;
  const char *const bad[][2]
      = { { "mtu", "9000" },         { "no-such-key", "1" },          { "routes", "10/8" },
          { "user", "a\nplugin x" }, { "gateway", "a..b" },           { "force-encaps", "maybe" },
          { "password", "hush" },    { "ike", "rot13-sha1-modp1024" } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_hash_table_insert (settings, g_strdup (bad[i][0]), g_strdup (bad[i][1]));
  g_assert_null (byway_profile_parse (settings, &issues));
  g_assert_cmpuint (issues->len, ==, G_N_ELEMENTS (bad));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint hits = 0;

      for (guint j = 0; j < issues->len; j++)
        hits += strcmp (((BywayIssue *)g_ptr_array_index (issues, j))->key, bad[i][0]) == 0;
      g_assert_cmpuint (hits, ==, 1);
    }
}

/* No text-like option takes a control character, whatever its place; nothing takes 4 KiB. */
static void
test_hostile_values (void)
{
  static const char *const hostile[]
      = { "a\nb", "a\rb", "\x01", "a\x7f", "a\xc2\x85z", "\xff\xfe" };
  g_autofree char *huge = g_strnfill (4096, 'a');
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= G_N_ELEMENTS (hostile); j++)
      {
        g_autoptr (GHashTable) settings = minimal ();
        g_autoptr (GPtrArray) issues = NULL;

        g_hash_table_insert (settings, g_strdup (options[i].key),
                             g_strdup (j < G_N_ELEMENTS (hostile) ? hostile[j] : huge));
        g_assert_null (byway_profile_parse (settings, &issues));
        g_assert_cmpuint (issues->len, ==, 1);
        g_assert_cmpstr (((BywayIssue *)issues->pdata[0])->key, ==, options[i].key);
      }
}

static void
test_every_option_is_described (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *range = byway_option_describe_range (&options[i]);

      g_assert_true (g_str_has_suffix (options[i].doc, "."));
      g_assert_cmpstr (range, !=, "");
      g_assert_true (byway_option_find (options[i].key) == &options[i]);
    }
}

static void
test_names (void)
{
  static const char *const bad[] = { "", "../x", "-x", ".x", "a/b", "a\nb", " a", "a ", "\xff" };
  g_autofree char *long_name = g_strnfill (65, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (byway_name_problem (bad[i]));
  g_assert_nonnull (byway_name_problem (long_name));
  g_assert_null (byway_name_problem ("office"));
  g_assert_null (byway_name_problem ("Büro Köln"));
  g_assert_null (byway_name_problem ("a-b"));
}

static void
test_proposals (void)
{
  g_autoptr (GArray) ike = byway_proposals_automatic (BYWAY_PHASE_IKE);
  g_autoptr (GArray) esp = byway_proposals_automatic (BYWAY_PHASE_ESP);
  BywayProposal proposal;
  g_autofree char *text = NULL;

  g_assert_cmpuint (ike->len, ==, 16);
  g_assert_cmpuint (esp->len, ==, 7);
  g_assert_true (byway_proposal_parse ("3des-sha1-modp1024!", BYWAY_PHASE_IKE, &proposal));
  text = byway_proposal_to_string (&proposal);
  g_assert_cmpstr (text, ==, "3des-sha1-modp1024");
  g_assert_true (byway_proposal_is_weak (&proposal));
  g_assert_false (byway_proposal_parse ("3des-sha1", BYWAY_PHASE_IKE, &proposal));
  g_assert_false (byway_proposal_parse ("aes256-aes128-sha1-modp1024", BYWAY_PHASE_IKE, &proposal));
  g_assert_true (byway_proposal_parse ("aes256gcm16", BYWAY_PHASE_ESP, &proposal));
  g_assert_false (byway_proposal_parse ("aes256gcm16-sha1", BYWAY_PHASE_ESP, &proposal));
}

static gboolean
offers (const char *list, const char *proposal)
{
  g_auto (GStrv) offered = g_strsplit (list, ",", -1);

  return g_strv_contains ((const char *const *)offered, proposal);
}

/* What NetworkManager-l2tp 1.52 offers by itself: a server that takes only one of these must not be
 * out of reach for who comes from there. */
static void
test_peers_proposals (void)
{
  static const char *const peers[]
      = { "aes256-sha256-modp2048", "aes256-sha256-modp1536", "aes256-sha256-modp1024",
          "aes256-sha1-modp2048",   "aes256-sha1-modp1536",   "aes256-sha1-modp1024",
          "aes256-sha1-ecp384",     "aes128-sha1-modp1024",   "aes128-sha1-ecp256",
          "3des-sha1-modp1024" };
  g_autoptr (GArray) ike = byway_proposals_automatic (BYWAY_PHASE_IKE);
  g_autofree char *list = byway_proposals_to_string (ike);

  for (gsize i = 0; i < G_N_ELEMENTS (peers); i++)
    if (!offers (list, peers[i]))
      g_error ("%s is not offered", peers[i]);
}

static void
test_secrets_round_trip (void)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (BywaySecretSet) copy = NULL;
  g_auto (GStrv) missing = NULL;
  g_autoptr (GHashTable) settings = minimal ();
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, NULL);
  const char *problem, psk[] = "0s \"'#\\$\xc3\xa9";
  gsize length;
  guint8 *wire;

  g_assert_true (byway_secret_set_put (set, "ipsec-psk", psk, strlen (psk), &problem));
  g_assert_false (byway_secret_set_put (set, "user", "x", 1, &problem));
  g_assert_false (byway_secret_set_put (set, "password", "a\nb", 3, &problem));
  g_assert_false (byway_secret_set_put (set, "ipsec-psk", "", 0, &problem));
  missing = byway_secrets_missing (profile, set);
  g_assert_cmpuint (g_strv_length (missing), ==, 1);
  g_assert_cmpstr (missing[0], ==, "password");

  wire = byway_secret_set_encode (set, &length);
  copy = byway_secret_set_decode (wire, length, &problem);
  g_assert_cmpstr (byway_secret_set_get (copy, "ipsec-psk", NULL), ==, psk);
  g_assert_null (byway_secret_set_decode (wire, length - 1, &problem));
  byway_locked_free (wire);
}

static void
test_identities (void)
{
  static const char *const good[][2]
      = { { "@vpn.example.net", "fqdn:vpn.example.net" },
          { "alice-laptop", "fqdn:alice-laptop" },
          { "a@b", "email:a@b" },
          { "198.51.100.1", "198.51.100.1" },
          { "keyid:grp", "@#677270" },
          { "@#00ff", "@#00ff" },
          { "%any", "%any" },
          { "#414243", "fqdn:#23343134323433" },
          { "@^v.*$", "fqdn:#5e762e2a24" },
          { "@@#a@b", "email:#23614062" },
          { "@caf\xc3\xa9", "fqdn:#636166c3a9" },
          { "C=DE, CN=x", "asn1dn:#3019310b3009060355040613024445310a300806035504"
                          "03130178" } };
  static const char *const bad[]
      = { "@#0", "asn1dn:x",   "X=DE, O=x", "@",     "keyid:", "0.0.0.0", "::",  "0::0",
          "%x",  "10.0.0.0/8", "C=",        "C=DE,", "=x",     "CN=x\\",  "C=D#" };
  g_autofree char *longest = g_strnfill (126, 'k');
  g_autofree char *fits = g_strconcat ("keyid:", longest, NULL);
  g_autofree char *too_long = g_strconcat (fits, "k", NULL);
  BywayIdentity identity;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *vici = NULL;

      g_assert_true (byway_identity_parse (good[i][0], &identity));
      vici = byway_identity_to_vici (&identity);
      g_assert_cmpstr (vici, ==, good[i][1]);
      byway_identity_clear (&identity);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (byway_identity_parse (bad[i], &identity));
  g_assert_true (byway_identity_parse (fits, &identity));
  byway_identity_clear (&identity);
  g_assert_false (byway_identity_parse (too_long, &identity)); /* charon would cut it */
}

/* Checked against `openssl asn1parse` of a certificate's subject: kinds of string, escapes, length
 * of more than one byte. */
static void
test_dn (void)
{
  static const struct
  {
    const char *text, *hex;
  } cases[] = {
    { "C=DE", "300d310b3009060355040613024445" },
    { " c = DE ", "300d310b3009060355040613024445" },
    { "O=a\\, b", "300f310d300b060355040a1304612c2062" },
    { "CN=\xc3\xa9", "300d310b300906035504030c02c3a9" },
    { "DC=x", "3013311130"
              "0f060a0992268993f22c6401191601"
              "78" },
    { "E=a@b", "3014311230"
               "1006092a864886f70d01090116"
               "03614062" },
  };
  g_autofree char *name = g_strnfill (200, 'n');
  g_autofree char *common = g_strconcat ("CN=", name, NULL);
  g_autoptr (GByteArray) large = byway_dn_encode (common);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) der = byway_dn_encode (cases[i].text);
      g_autoptr (GString) hex = g_string_new (NULL);

      g_assert_nonnull (der);
      for (guint at = 0; at < der->len; at++)
        g_string_append_printf (hex, "%02x", der->data[at]);
      g_assert_cmpstr (hex->str, ==, cases[i].hex);
    }
  g_assert_cmpuint (large->len, ==, 200 + 3 + 5 + 3 + 3 + 3);
  g_assert_cmpuint (large->data[1], ==, 0x81);
  g_assert_cmpuint (large->data[2], ==, large->len - 3);
}

/* A secret is asked for where the connection has a use for it, and not elsewhere. */
static void
test_secrets_needed (void)
{
  static const struct
  {
    const char *key, *value, *wanted;
  } cases[] = {
    { "ipsec", "yes", "ipsec-psk password" },
    { "ipsec", "no", "password" },
    { "xauth-user", "bob", "xauth-password ipsec-psk password" },
    { "l2tp-auth", "yes", "ipsec-psk password l2tp-secret" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GHashTable) settings = minimal ();
      g_autoptr (BywayProfile) profile = NULL;
      g_auto (GStrv) missing = NULL, wanted = g_strsplit (cases[i].wanted, " ", -1);

      g_hash_table_insert (settings, g_strdup (cases[i].key), g_strdup (cases[i].value));
      profile = byway_profile_parse (settings, NULL);
      missing = byway_secrets_missing (profile, NULL);
      g_assert_cmpuint (g_strv_length (missing), ==, g_strv_length (wanted));
      for (char **key = wanted; *key != NULL; key++)
        g_assert_true (g_strv_contains ((const char *const *)missing, *key));
    }
}

/* Of a machine's certificate, and only where there is IPsec. */
static void
test_certificate_needed (void)
{
  static const char *const certificate[] = { "machine-cert", "machine-key", "machine-ca", NULL };

  for (guint ipsec = 0; ipsec < 2; ipsec++)
    {
      g_autoptr (GHashTable) settings = minimal ();
      g_autoptr (BywayProfile) profile = NULL;
      g_auto (GStrv) missing = NULL;

      g_hash_table_insert (settings, g_strdup ("machine-auth"), g_strdup ("certificate"));
      g_hash_table_insert (settings, g_strdup ("machine-cert"), g_strdup ("/home/alice/a.p12"));
      g_hash_table_insert (settings, g_strdup ("ipsec"), g_strdup (ipsec ? "yes" : "no"));
      profile = byway_profile_parse (settings, NULL);
      missing = byway_secrets_missing (profile, NULL);
      g_assert_cmpuint (g_strv_length (missing), ==, ipsec ? 4 : 1);
      g_assert_true (g_strv_contains ((const char *const *)missing, "password"));
      for (const char *const *key = certificate; *key != NULL; key++)
        g_assert_cmpint (g_strv_contains ((const char *const *)missing, *key), ==, ipsec);
    }
}

/* What contradicts itself is named by the option to change. */
static void
test_conflicts (void)
{
  static const char *const cases[][10] = {
    { "aggressive", "aggressive", "yes", "ike-version", "2" },
    { "aggressive", "aggressive", "yes", "ike", "3des-sha1-modp1024", "machine-auth", "certificate",
      "machine-cert", "/home/alice/a.p12" },
    { "machine-cert", "machine-auth", "certificate" },
    { "ike", "aggressive", "yes", "ike", "" },
    { "ike", "aggressive", "yes", "ike", "aes256-sha1-modp2048,3des-sha1-modp1024" },
    { "xauth-user", "xauth-user", "bob", "ike-version", "2" },
    { "hidden-avps", "hidden-avps", "yes", "l2tp-auth", "no" },
    { "mppe", "mppe", "128", "refuse-mschapv2", "yes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GHashTable) settings = minimal ();
      g_autoptr (GPtrArray) issues = NULL;

      for (const char *const *pair = cases[i] + 1; *pair != NULL; pair += 2)
        g_hash_table_insert (settings, g_strdup (pair[0]), g_strdup (pair[1]));
      g_assert_null (byway_profile_parse (settings, &issues));
      g_assert_cmpuint (issues->len, ==, 1);
      g_assert_cmpstr (((BywayIssue *)issues->pdata[0])->key, ==, cases[i][0]);
    }
}

static void
set (GHashTable *settings, const char *key, const char *value)
{
  g_hash_table_insert (settings, g_strdup (key), g_strdup (value));
}

static void
assert_issue (GHashTable *settings, const char *key)
{
  g_autoptr (GPtrArray) issues = NULL;

  g_assert_null (byway_profile_parse (settings, &issues));
  g_assert_cmpuint (issues->len, ==, 1);
  g_assert_cmpstr (((BywayIssue *)issues->pdata[0])->key, ==, key);
}

/* Who the user is, and which ways to log in there are, are no questions then; the file is. */
static void
test_login_by_certificate (void)
{
  g_autoptr (GHashTable) settings = minimal ();
  g_autoptr (BywayProfile) profile = NULL;

  set (settings, "remote-name", "radius.example.net");
  set (settings, "user-auth", "certificate");
  assert_issue (settings, "user-cert");
  set (settings, "user-cert", "/home/alice/a.p12");
  set (settings, "user", "");
  for (const char *const *way = (const char *const[]){ "pap", "chap", "mschapv2", NULL };
       *way != NULL; way++)
    {
      g_autofree char *key = g_strconcat ("refuse-", *way, NULL);

      set (settings, key, "yes");
    }
  profile = byway_profile_parse (settings, NULL);
  g_assert_nonnull (profile);
  g_assert_cmpstr (profile->remote_name, ==, "radius.example.net");
  set (settings, "user-auth", "password");
  set (settings, "remote-name", "");
  assert_issue (settings, "user");
}

/* A connection that comes back by itself has nobody who reads the files again; but only the key is
 * what its password protects. */
static void
test_kept_files (void)
{
  static const char *const keys[] = { "user-cert", "user-ca", "user-key", "user-certpass" };
  const guint public = 2; /* so many of them */
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  const char *problem;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (byway_secret_set_put (secrets, keys[i], "x", 1, &problem));
  for (guint ask = 0; ask < 2; ask++)
    {
      g_autoptr (GHashTable) settings = minimal ();
      g_autoptr (BywayProfile) profile = NULL;
      g_autoptr (BywaySecretSet) kept = NULL;

      set (settings, "user-certpass-storage", ask ? "ask" : "save");
      set (settings, "machine-certpass-storage", ask ? "save" : "ask");
      profile = byway_profile_parse (settings, NULL);
      kept = byway_secret_set_new_kept (secrets, profile);
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        g_assert_true ((byway_secret_set_get (kept, keys[i], NULL) != NULL)
                       == (i < public || !ask));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/defaults", test_defaults);
  g_test_add_func ("/profile/dead-server", test_dead_server_is_known_soon);
  g_test_add_func ("/profile/all-problems-at-once", test_all_problems_at_once);
  g_test_add_func ("/profile/hostile-values", test_hostile_values);
  g_test_add_func ("/option/described", test_every_option_is_described);
  g_test_add_func ("/name/rules", test_names);
  g_test_add_func ("/proposal/parse", test_proposals);
  g_test_add_func ("/proposal/peers", test_peers_proposals);
  g_test_add_func ("/secret/round-trip", test_secrets_round_trip);
  g_test_add_func ("/identity/spellings", test_identities);
  g_test_add_func ("/identity/dn", test_dn);
  g_test_add_func ("/secret/needed", test_secrets_needed);
  g_test_add_func ("/secret/certificate-needed", test_certificate_needed);
  g_test_add_func ("/profile/conflicts", test_conflicts);
  g_test_add_func ("/profile/login-by-certificate", test_login_by_certificate);
  g_test_add_func ("/secret/kept-files", test_kept_files);
  return g_test_run ();
}
