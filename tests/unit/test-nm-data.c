/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "byway-nm-differences.h"
#include "byway-nm-peers.h"
#include "byway-option.h"
#include "byway-profile.h"

#include <string.h>

static GHashTable *
table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* "key=value key=value": no blank within a value, but '_' stands for one. */
static GHashTable *
table_from (const char *text)
{
  GHashTable *table = table_new ();
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (char **word = words; *word != NULL; word++)
    {
      g_auto (GStrv) pair = g_strsplit (*word, "=", 2);

      if (pair[0] != NULL && pair[1] != NULL)
        g_hash_table_insert (table, g_strdup (pair[0]), g_strdup (pair[1]));
    }
  return table;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
table_to (GHashTable *table)
{
  guint n;
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (table, &n);
  GString *text = g_string_new (NULL);

  qsort (keys, n, sizeof *keys, compare);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", keys[i],
                            (char *)g_hash_table_lookup (table, keys[i]));
  return g_string_free (text, FALSE);
}

/* NetworkManager-l2tp 1.52.4: every key that it takes. */
static const char *const peers_keys[] = {
  "gateway",
  "user",
  "domain",
  "user-auth-type",
  "user-ca",
  "user-cert",
  "user-key",
  "ephemeral-port",
  "xl2tpd-max-retries",
  "mtu",
  "mru",
  "mrru",
  "refuse-eap",
  "refuse-pap",
  "refuse-chap",
  "refuse-mschap",
  "refuse-mschapv2",
  "require-mppe",
  "require-mppe-40",
  "require-mppe-128",
  "mppe-stateful",
  "nobsdcomp",
  "nodeflate",
  "no-vj-comp",
  "nopcomp",
  "noaccomp",
  "lcp-echo-interval",
  "lcp-echo-failure",
  "ipcp-peer-ip",
  "unit",
  "ipsec-enabled",
  "machine-auth-type",
  "machine-ca",
  "machine-cert",
  "machine-key",
  "ipsec-remote-id",
  "ipsec-gateway-id",
  "ipsec-group-name",
  "ipsec-psk",
  "ipsec-ike",
  "ipsec-esp",
  "ipsec-ikelifetime",
  "ipsec-salifetime",
  "ipsec-forceencaps",
  "ipsec-ipcomp",
  "ipsec-ikev2",
  "ipsec-pfs",
  "password-flags",
  "user-certpass-flags",
  "ipsec-psk-flags",
  "machine-certpass-flags",
};

static void
test_every_key (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (peers_keys), ==, 51);
  for (gsize i = 0; i < G_N_ELEMENTS (peers_keys); i++)
    if (byway_nm_key_classify (peers_keys[i]) == BYWAY_NM_KEY_UNKNOWN)
      g_error ("%s is not understood", peers_keys[i]);
  g_assert_cmpint (byway_nm_key_classify ("dpd-delay"), ==, BYWAY_NM_KEY_OPTION);
  g_assert_cmpint (byway_nm_key_classify ("password"), ==, BYWAY_NM_KEY_UNKNOWN);
  g_assert_cmpint (byway_nm_key_classify ("password-storage"), ==, BYWAY_NM_KEY_UNKNOWN);
  g_assert_cmpint (byway_nm_key_classify ("pppd-plugin"), ==, BYWAY_NM_KEY_UNKNOWN);
}

/* Every word of an option for every row: a new one without a case here is a mistake. */
static const struct
{
  const char *data, *settings;
} cases[] = {
  { "gateway=a.example user=u domain=D", "domain=D gateway=a.example user=u" },
  { "ipsec-enabled=yes", "force-encaps=no ipsec=yes refuse-eap=no refuse-mschap=no" },
  { "ipsec-enabled=yes refuse-eap=yes refuse-mschap=yes ipsec-forceencaps=yes",
    "force-encaps=yes ipsec=yes refuse-eap=yes refuse-mschap=yes" },
  { "ipsec-enabled=yes force-encaps=yes refuse-eap=yes",
    "force-encaps=yes ipsec=yes refuse-eap=yes refuse-mschap=no" },
  { "ipsec-enabled=yes ipsec=yes", "ipsec=yes" },
  { "ipsec-enabled=yes ipsec=no", "ipsec=no" },
  { "ipsec-enabled=no", "ipsec=no" },
  { "machine-auth-type=psk user-auth-type=password", "machine-auth=psk user-auth=password" },
  { "machine-auth-type=tls user-auth-type=tls", "machine-auth=certificate user-auth=certificate" },
  { "machine-ca=/a machine-cert=/b machine-key=/c user-ca=/d user-cert=/e user-key=/f",
    "machine-ca=/a machine-cert=/b machine-key=/c user-ca=/d user-cert=/e user-key=/f" },
  { "ipsec-remote-id=@gate ipsec-group-name=staff", "local-id=staff remote-id=@gate" },
  { "ipsec-gateway-id=old", "remote-id=old" },
  { "ipsec-gateway-id=old ipsec-remote-id=new", "remote-id=new" },
  { "ipsec-remote-id=alias remote-id=own", "remote-id=own" },
  { "ipsec-ike=aes256-sha2_256-modp2048,3des-sha1-modp1024!",
    "ike=aes256-sha256-modp2048,3des-sha1-modp1024" },
  { "ipsec-ike=aes_256-sha2_512;dh14,aes256-sha1-ecp_384",
    "ike=aes256-sha512-modp2048,aes256-sha1-ecp384" },
  { "ipsec-ike=AES128-SHA1;modp1536", "ike=aes128-sha1-modp1536" },
  { "ipsec-ike=aes256-sha1", "ike=aes256-sha1-modp2048,aes256-sha1-modp1536,aes256-sha1-modp1024" },
  { "ipsec-ike=nonsense", "ike=nonsense" },
  { "ipsec-ike=aes128-aes256-sha1-sha256-modp1024,3des-nonsense",
    "ike=aes128-sha1-modp1024,aes128-sha256-modp1024,aes256-sha1-modp1024,aes256-sha256-modp1024,"
    "3des-nonsense" },
  { "ipsec-esp=aes256-sha1-sha2_256", "esp=aes256-sha1,aes256-sha256" },
  { "ipsec-esp=aes128-sha1,3des-sha1!", "esp=aes128-sha1,3des-sha1" },
  { "ipsec-esp=aes_gcm256-null,aes256-sha2;modp2048", "esp=aes256gcm16,aes256-sha256-modp2048" },
  { "ipsec-ikelifetime=0 ipsec-salifetime=3600", "esp-lifetime=3600" },
  { "ipsec-forceencaps=yes ipsec-ipcomp=yes ipsec-pfs=no", "force-encaps=yes ipcomp=yes pfs=no" },
  { "ipsec-ikev2=yes", "ike-version=2" },
  { "ipsec-ikev2=no", "ike-version=1" },
  { "xl2tpd-max-retries=3 ephemeral-port=yes", "ephemeral-port=yes l2tp-max-retries=3" },
  { "mtu=1300 mru=1301 mrru=1600", "mrru=1600 mru=1301 mtu=1300" },
  { "refuse-eap=yes refuse-pap=yes refuse-chap=yes refuse-mschap=no refuse-mschapv2=no",
    "refuse-chap=yes refuse-eap=yes refuse-mschap=no refuse-mschapv2=no refuse-pap=yes" },
  { "require-mppe=yes", "mppe=yes" },
  { "require-mppe=yes require-mppe-40=yes", "mppe=40" },
  { "require-mppe=yes require-mppe-128=yes mppe-stateful=yes", "mppe=128 mppe-stateful=yes" },
  { "require-mppe=no", "" },
  { "nobsdcomp=yes nodeflate=no no-vj-comp=yes nopcomp=yes noaccomp=no",
    "accomp=yes bsdcomp=no deflate=yes pcomp=no vj-comp=no" },
  { "lcp-echo-interval=30 lcp-echo-failure=5", "lcp-echo-failure=5 lcp-echo-interval=30" },
  { "lcp-echo-interval=30 lcp-echo-failure=0", "lcp-echo-interval=0" },
  { "ipcp-peer-ip=192.0.2.1", "ipcp-peer-ip=192.0.2.1" },
  { "unit=3 ipsec-psk=clear password-flags=1 ipsec-psk-flags=2", "" },
  { "dpd-delay=20 all-traffic=no routes=10.0.0.0/8",
    "all-traffic=no dpd-delay=20 routes=10.0.0.0/8" },
};

static void
test_words (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GHashTable) data = table_from (cases[i].data);
      g_autoptr (GPtrArray) issues = byway_issues_new ();
      g_autoptr (GHashTable) settings = byway_nm_data_to_settings (data, NULL, NULL, issues);
      g_autofree char *text = table_to (settings);

      g_assert_cmpuint (issues->len, ==, 0);
      g_assert_cmpstr (text, ==, cases[i].settings);
    }
}

static void
test_unknown (void)
{
  g_autoptr (GHashTable) data = table_from ("gateway=g user=u plugin=/e.so later=1");
  g_autoptr (GPtrArray) issues = byway_issues_new (), none = byway_issues_new ();
  g_autoptr (GHashTable) rest = table_new ();
  g_autoptr (GHashTable) refused = byway_nm_data_to_settings (data, NULL, NULL, issues);
  g_autoptr (GHashTable) kept = byway_nm_data_to_settings (data, NULL, rest, none);
  g_autofree char *text = table_to (rest);

  g_assert_cmpuint (issues->len, ==, 2);
  for (guint i = 0; i < issues->len; i++)
    {
      const BywayIssue *issue = issues->pdata[i];

      g_assert_cmpint (issue->code, ==, BYWAY_ISSUE_UNKNOWN_KEY);
      g_assert_true (strcmp (issue->key, "plugin") == 0 || strcmp (issue->key, "later") == 0);
    }
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (text, ==, "later=1 plugin=/e.so");
  g_assert_cmpuint (g_hash_table_size (kept), ==, 2);
}

static void
test_user_name (void)
{
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GHashTable) without = table_from ("gateway=g"), with = table_from ("user=u");
  g_autoptr (GHashTable) a = byway_nm_data_to_settings (without, "alice", NULL, issues);
  g_autoptr (GHashTable) b = byway_nm_data_to_settings (with, "alice", NULL, issues);

  g_assert_cmpstr (g_hash_table_lookup (a, "user"), ==, "alice");
  g_assert_cmpstr (g_hash_table_lookup (b, "user"), ==, "u");
}

/* As the peer's dialog leaves it: what it does, in our words, is a whole profile. */
static void
test_whole_profile (void)
{
  g_autoptr (GHashTable) data = table_from (
      "gateway=vpn.example.net user=alice ipsec-enabled=yes ipsec-psk-flags=1 password-flags=1 "
      "ipsec-ike=aes256-sha1-modp1024! ipsec-esp=aes128-sha1! machine-auth-type=psk "
      "user-auth-type=password lcp-echo-interval=30 lcp-echo-failure=5 mtu=1400 mru=1400 "
      "no-vj-comp=yes ipsec-forceencaps=yes ipsec-remote-id=%any ipsec-pfs=no refuse-pap=yes");
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GHashTable) settings = byway_nm_data_to_settings (data, NULL, NULL, issues);
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, NULL);

  g_assert_nonnull (profile);
  g_assert_cmpuint (profile->ike->len, ==, 1);
  g_assert_false (profile->pfs);
  g_assert_true (profile->refuse_pap);
  g_assert_cmpuint (profile->lcp_echo_interval, ==, 30);
}

/* To the peer's words and back: nothing that it has a word for is another value then. */
static void
test_there_and_back (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GHashTable) before = table_from (cases[i].settings);
      g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) issues = byway_issues_new ();
      g_autoptr (GHashTable) peer = byway_nm_data_to_peer (before, left_out);
      g_autoptr (GHashTable) after = byway_nm_data_to_settings (peer, NULL, NULL, issues);
      GHashTableIter iter;
      gpointer key, value;

      g_hash_table_iter_init (&iter, peer);
      while (g_hash_table_iter_next (&iter, &key, &value))
        g_assert_true (g_strv_contains (peers_keys, key));
      g_hash_table_iter_init (&iter, before);
      while (g_hash_table_iter_next (&iter, &key, &value))
        {
          gboolean told = g_ptr_array_find_with_equal_func (left_out, key, g_str_equal, NULL);

          g_assert_cmpstr (g_hash_table_lookup (after, key), ==, told ? NULL : value);
        }
    }
}

/* What the peer does without being told is said where ours differs. */
static void
test_other_defaults (void)
{
  g_autoptr (GHashTable) settings = table_from ("gateway=g user=u dpd-delay=20 dns-auto=yes");
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) peer = byway_nm_data_to_peer (settings, left_out);

  g_assert_cmpstr (g_hash_table_lookup (peer, "ipsec-enabled"), ==, "yes");
  g_assert_cmpstr (g_hash_table_lookup (peer, "ipsec-forceencaps"), ==, "yes");
  g_assert_cmpstr (g_hash_table_lookup (peer, "refuse-eap"), ==, "yes");
  g_assert_cmpstr (g_hash_table_lookup (peer, "refuse-mschap"), ==, "yes");
  g_assert_cmpstr (g_hash_table_lookup (peer, "no-vj-comp"), ==, "yes");
  g_assert_cmpstr (g_hash_table_lookup (peer, "lcp-echo-interval"), ==, "6");
  g_assert_cmpuint (left_out->len, ==, 1);
  g_assert_cmpstr (left_out->pdata[0], ==, "dpd-delay");
}

static void
test_plain (void)
{
  g_autoptr (GHashTable) absent = table_from ("gateway=g"), no = table_from ("ipsec-enabled=no"),
                         yes = table_from ("ipsec-enabled=yes");

  g_assert_true (byway_nm_peer_is_plain (absent));
  g_assert_true (byway_nm_peer_is_plain (no));
  g_assert_false (byway_nm_peer_is_plain (yes));
}

/* What an absent key says is taken over only where it can't cost protection. */
static const struct
{
  const char *data, *differences;
} moved[] = {
  { "gateway=g user=u ipsec-enabled=yes",
    "lcp-echo-interval=6, not 0; lcp-echo-failure=3, not 0; vj-comp=no, not yes" },
  { "gateway=g user=u ipsec-enabled=yes no-vj-comp=yes lcp-echo-interval=30 lcp-echo-failure=5",
    "" },
  { "gateway=g user=u ipsec-enabled=yes no-vj-comp=no lcp-echo-interval=30",
    "lcp-echo-failure=3, not 0" },
  { "gateway=g user=u ipsec-enabled=yes no-vj-comp=yes lcp-echo-failure=0", "" },
  { "gateway=g user=u ipsec-enabled=yes no-vj-comp=yes lcp-echo-failure=0 require-mppe=yes",
    "bsdcomp=no, not yes; deflate=no, not yes" },
  { "gateway=vpn.example.net user=u ipsec-enabled=yes no-vj-comp=yes lcp-echo-failure=0 "
    "machine-auth-type=tls machine-cert=/c",
    "remote-id=vpn.example.net, not %any" },
  { "gateway=g user=u ipsec-enabled=yes no-vj-comp=yes lcp-echo-failure=0 machine-auth-type=tls "
    "machine-cert=/c ipsec-remote-id=%any",
    "" },
  { "gateway=g user=u ipsec=no no-vj-comp=yes lcp-echo-failure=0",
    "refuse-eap=yes, not no; refuse-mschap=yes, not no; plain-pap=no, not yes" },
  { "gateway=g user=u ipsec=no no-vj-comp=yes lcp-echo-failure=0 refuse-pap=yes refuse-eap=no "
    "refuse-mschap=yes",
    "" },
  { "gateway=g ipsec=no no-vj-comp=yes lcp-echo-failure=0 user-auth-type=tls user-cert=/c", "" },
};

static void
test_differences (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (moved); i++)
    {
      g_autoptr (GHashTable) data = table_from (moved[i].data);
      g_autoptr (GPtrArray) issues = byway_issues_new ();
      g_autoptr (GHashTable) settings = byway_nm_data_to_settings (data, NULL, NULL, issues);
      g_autoptr (BywayProfile) profile = byway_profile_parse (settings, NULL);
      g_auto (GStrv) differences = NULL;
      g_autofree char *text = NULL;

      g_assert_nonnull (profile);
      differences = byway_nm_differences (settings, profile);
      text = g_strjoinv ("; ", differences);
      g_assert_cmpstr (text, ==, moved[i].differences);
    }
}

/* A key that is absent turns IPsec off for nobody, and a profile is that program's only where it
 * says that IPsec is on. */
static const struct
{
  const char *data;
  gboolean peers, open;
} of_whom[] = {
  { "gateway=g ipsec-enabled=yes", TRUE, FALSE },
  { "gateway=g ipsec-enabled=yes dpd-delay=20", TRUE, FALSE },
  { "gateway=g ipsec-enabled=yes ipsec=yes", FALSE, FALSE },
  { "gateway=g ipsec-enabled=no", FALSE, FALSE },
  { "gateway=g user-auth-type=password", FALSE, TRUE },
  { "gateway=g unit=3 password-flags=1 mtu=1400", FALSE, FALSE },
  { "gateway=g user-auth-type=password ipsec=no", FALSE, FALSE },
  { "gateway=g user-auth-type=password ipsec-psk-flags=1", FALSE, FALSE },
  { "gateway=g user-auth-type=password ipsec-psk=x", FALSE, FALSE },
  { "gateway=g user-auth-type=password machine-auth-type=tls", FALSE, FALSE },
  { "gateway=g dpd-delay=20", FALSE, FALSE },
};

static void
test_of_whom (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (of_whom); i++)
    {
      g_autoptr (GHashTable) data = table_from (of_whom[i].data);

      g_test_message ("%s", of_whom[i].data);
      g_assert_cmpint (byway_nm_is_peers (data), ==, of_whom[i].peers);
      g_assert_cmpint (byway_nm_leaves_ipsec_open (data), ==, of_whom[i].open);
    }
}

/* An editor writes options by our keys; what the profile's own words say of absent ones, and of a
 * key in base64, stays true. */
static void
test_stays_peers (void)
{
  g_autoptr (GHashTable) settings = table_from ("gateway=g ipsec=yes refuse-mschap=no mtu=1300");
  g_autoptr (GHashTable) data = byway_nm_data_from_settings (settings);
  g_autofree char *text = NULL;

  byway_nm_stay_peers (data);
  text = table_to (data);
  g_assert_cmpstr (text, ==,
                   "force-encaps=yes gateway=g ipsec-enabled=yes mtu=1300 refuse-eap=yes "
                   "refuse-mschap=no");
  g_assert_true (byway_nm_is_peers (data));
}

static void
test_stays_plain (void)
{
  g_autoptr (GHashTable) data = table_from ("gateway=g ipsec=no");
  g_autofree char *text = NULL;

  byway_nm_stay_peers (data);
  text = table_to (data);
  g_assert_cmpstr (text, ==, "gateway=g ipsec=no");
}

static void
test_native (void)
{
  g_autoptr (GHashTable) settings
      = table_from ("gateway=g user=u mtu=1300 password-storage=ask local-id=");
  g_autoptr (GHashTable) data = byway_nm_data_from_settings (settings);
  g_autofree char *text = table_to (data);

  g_assert_cmpstr (text, ==, "gateway=g mtu=1300 user=u");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nm-data/every-key", test_every_key);
  g_test_add_func ("/nm-data/words", test_words);
  g_test_add_func ("/nm-data/unknown", test_unknown);
  g_test_add_func ("/nm-data/user-name", test_user_name);
  g_test_add_func ("/nm-data/whole-profile", test_whole_profile);
  g_test_add_func ("/nm-data/there-and-back", test_there_and_back);
  g_test_add_func ("/nm-data/other-defaults", test_other_defaults);
  g_test_add_func ("/nm-data/plain", test_plain);
  g_test_add_func ("/nm-data/differences", test_differences);
  g_test_add_func ("/nm-data/of-whom", test_of_whom);
  g_test_add_func ("/nm-data/stays-peers", test_stays_peers);
  g_test_add_func ("/nm-data/stays-plain", test_stays_plain);
  g_test_add_func ("/nm-data/native", test_native);
  return g_test_run ();
}
