/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-option.h"
#include "byway-peer-conf.h"

#include <string.h>

#define ROUNDS 3000
#define VPN "[connection]\nid=Work\n[vpn]\ngateway=vpn.example.net\nipsec-enabled=true\n"

static BywayPeerConf *
read_good (const char *text)
{
  g_autoptr (GPtrArray) issues = NULL;
  BywayPeerConf *conf = byway_peer_conf_from_data (text, strlen (text), &issues);

  for (guint i = 0; issues != NULL && i < issues->len; i++)
    g_test_message ("%s: %s", ((BywayIssue *)issues->pdata[i])->key,
                    ((BywayIssue *)issues->pdata[i])->text);
  g_assert_nonnull (conf);
  return conf;
}

static void
assert_setting (const BywayPeerConf *conf, const char *key, const char *value)
{
  g_assert_cmpstr (g_hash_table_lookup (conf->settings, key), ==, value);
}

static void
assert_same_settings (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (g_strcmp0 (value, g_hash_table_lookup (b, key)) != 0)
        g_test_message ("%s", (char *)key);
      g_assert_cmpstr (value, ==, g_hash_table_lookup (b, key));
    }
  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
}

/* --- a file of NetworkManager-l2tp's -------------------------------------------------------- */

static const char theirs[]
    = "#org.freedesktop.NetworkManager.l2tp\n\n"
      "[connection]\nid=my-l2tp-connection\n\n"
      "[vpn]\ngateway=vpn.example.org\nuser=my_login\nmtu=1200\nmru=1200\nrefuse-eap=true\n"
      "refuse-mschap=true\nrequire-mppe-128=true\nnodeflate=true\nunit=3\n"
      "machine-auth-type=psk\nipsec-enabled=true\nipsec-gateway-id=vpn.example.org\n"
      "ipsec-ike=aes256-sha2_256-modp2048,3des-sha1-modp1024!\nipsec-salifetime=28800\n"
      "ipsec-forceencaps=true\n\n"
      "[ipv4]\nmethod=auto\ndns=192.168.0.1;8.8.8.8;\ndns-search=my_domain1;my_domain2;\n"
      "routes=192.168.0.0/24 via 192.168.0.1 metric 1;192.168.1.0/24;\n"
      "ignore-auto-routes=true\nignore-auto-dns=true\ndhcp-send-hostname=true\n"
      "never-default=true\n\n"
      "[ipv6]\nmethod=auto\ndns=2001:db8::53\nroutes=2001:db8:1::/64 via 2001:db8::1 metric 0\n"
      "ignore-auto-routes=false\nignore-auto-dns=false\nnever-default=false\n";

static void
test_theirs (void)
{
  g_autoptr (BywayPeerConf) conf = read_good (theirs);
  const BywayPeerRoute *route = &g_array_index (conf->ipv4.routes, BywayPeerRoute, 0);
  BywayPeerRoute none;
  g_autoptr (GHashTable) settings = NULL;
  g_autofree char *text = byway_peer_route_to_string (route);

  g_assert_cmpstr (conf->name, ==, "my-l2tp-connection");
  g_assert_false (conf->plain);
  assert_setting (conf, "ipsec", "yes");
  assert_setting (conf, "ike", "aes256-sha256-modp2048,3des-sha1-modp1024");
  assert_setting (conf, "esp-lifetime", "28800");
  assert_setting (conf, "remote-id", "vpn.example.org");
  assert_setting (conf, "mppe", "128");
  assert_setting (conf, "deflate", "no");
  assert_setting (conf, "refuse-eap", "yes");
  assert_setting (conf, "unit", NULL);
  g_assert_cmpstr (text, ==, "192.168.0.0/24 via 192.168.0.1 metric 1");
  g_assert_cmpint (g_array_index (conf->ipv6.routes, BywayPeerRoute, 0).metric, ==, 0);
  g_assert_true (byway_peer_route_parse ("10.0.0.0/8 metric 4294967295", 4, &none));
  g_assert_cmpint (none.metric, ==, -1);
  g_assert_true (conf->ipv4.never_default);
  g_assert_false (conf->ipv6.never_default);
  settings = byway_peer_conf_to_settings (conf);
  g_assert_cmpstr (g_hash_table_lookup (settings, "all-traffic"), ==, "no");
  g_assert_cmpstr (g_hash_table_lookup (settings, "dns-auto"), ==, "no");
  g_assert_cmpstr (g_hash_table_lookup (settings, "dns"), ==, "192.168.0.1,8.8.8.8,2001:db8::53");
  g_assert_cmpstr (g_hash_table_lookup (settings, "dns-search"), ==, "my_domain1,my_domain2");
  g_assert_cmpstr (g_hash_table_lookup (settings, "routes"), ==,
                   "192.168.0.0/24 1,192.168.1.0/24,2001:db8:1::/64");
}

/* Written by us, each of its keys that means something is there again. */
static void
test_theirs_again (void)
{
  static const char *const lines[] = {
    "gateway=vpn.example.org",
    "user=my_login",
    "mtu=1200",
    "refuse-eap=true",
    "require-mppe-128=true",
    "nodeflate=true",
    "ipsec-enabled=true",
    "ipsec-remote-id=vpn.example.org",
    "ipsec-salifetime=28800",
    "ipsec-forceencaps=true",
    "dns=192.168.0.1;8.8.8.8;",
    "never-default=true",
    "ignore-auto-dns=true",
    "routes=192.168.0.0/24 via 192.168.0.1 metric 1;192.168.1.0/24;",
    "routes=2001:db8:1::/64 via 2001:db8::1 metric 0;",
  };
  g_autoptr (BywayPeerConf) conf = read_good (theirs);
  g_autofree char *text = byway_peer_conf_to_data (conf, FALSE);
  g_autoptr (BywayPeerConf) again = read_good (text);
  g_autofree char *twice = byway_peer_conf_to_data (again, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (strstr (text, lines[i]) == NULL)
      g_error ("%s is not in\n%s", lines[i], text);
  g_assert_cmpstr (text, ==, twice);
  assert_same_settings (conf->settings, again->settings);
}

/* As its source documents the format: another key for the name, commas in lists. */
static void
test_documented (void)
{
  g_autoptr (BywayPeerConf) conf
      = read_good ("[connection]\nname = my-l2tp-connection\n\n[vpn]\ngateway=vpn.example.org\n"
                   "ipsec-enabled=true\n[ipv4]\nmethod = auto\ndns = 192.168.0.1,8.8.8.8\n"
                   "routes = 192.168.0.0/24 via 192.168.0.1 metric 1,192.168.1.0/24\n");

  g_assert_cmpstr (conf->name, ==, "my-l2tp-connection");
  g_assert_cmpuint (conf->ipv4.dns->len, ==, 2);
  g_assert_cmpuint (conf->ipv4.routes->len, ==, 2);
  g_assert_false (conf->ipv6.present);
}

/* What all versions until 1.52.0 call the groups. */
static void
test_old_groups (void)
{
  g_autofree char *old = g_strdup (theirs);
  g_autoptr (BywayPeerConf) conf = NULL, both = NULL;
  g_autoptr (GHashTable) settings = NULL;
  g_autofree char *text = NULL;

  for (char *at = old; (at = strstr (at, "[ipv")) != NULL;)
    memmove (at + 3, at + 4, strlen (at + 4) + 1);
  g_assert_nonnull (strstr (old, "[ip4]"));
  conf = read_good (old);
  settings = byway_peer_conf_to_settings (conf);
  g_assert_cmpstr (g_hash_table_lookup (settings, "dns"), ==, "192.168.0.1,8.8.8.8,2001:db8::53");
  text = byway_peer_conf_to_data (conf, FALSE);
  g_assert_nonnull (strstr (text, "\n[ip4]\nmethod=auto\ndns=192.168.0.1;8.8.8.8;\n"));
  g_assert_nonnull (strstr (text, "\n[ipv4]\nmethod=auto\ndns=192.168.0.1;8.8.8.8;\n"));
  both = read_good (VPN "[ip4]\nmethod=auto\ndns=10.0.0.1\n[ipv4]\nmethod=disabled\n");
  g_assert_cmpstr (both->ipv4.method, ==, "disabled");
  g_assert_cmpuint (both->ipv4.dns->len, ==, 0);
}

static const struct
{
  const char *text;
  gboolean plain, own, peers;
} plain_files[] = {
  { "[vpn]\ngateway=a\n", TRUE, FALSE, TRUE },
  { "[vpn]\ngateway=a\nipsec-enabled=false\n", TRUE, FALSE, TRUE },
  { "[vpn]\ngateway=a\nipsec-enabled=true\n", FALSE, FALSE, TRUE },
  { "[vpn]\ngateway=a\nipsec-enabled=yes\n", FALSE, FALSE, TRUE },
  { "[vpn]\ngateway=a\nipsec=yes\n", FALSE, FALSE, FALSE },
  { "[vpn]\ngateway=a\n[byway]\n", FALSE, FALSE, FALSE },
  { "[vpn]\ngateway=a\nipsec=no\n[byway]\n", TRUE, TRUE, FALSE },
  { "[vpn]\ngateway=a\nipsec=false\n", TRUE, TRUE, FALSE },
  { "[vpn]\ngateway=a\nipsec=no\nipsec-enabled=true\n", TRUE, TRUE, FALSE },
  { "[vpn]\ngateway=a\nipsec-enabled=false\n[byway]\n", TRUE, FALSE, FALSE },
};

static void
test_plain (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_files); i++)
    {
      g_autoptr (BywayPeerConf) conf = read_good (plain_files[i].text);

      g_test_message ("%s", plain_files[i].text);
      g_assert_cmpint (conf->plain, ==, plain_files[i].plain);
      g_assert_cmpint (conf->own, ==, plain_files[i].own);
      g_assert_cmpint (conf->peers, ==, plain_files[i].peers);
      if (conf->plain)
        assert_setting (conf, "ipsec", "no");
      byway_peer_conf_set_ipsec (conf);
      g_assert_false (conf->plain);
      g_assert_cmpstr (g_hash_table_lookup (conf->settings, "ipsec"), !=, "no");
      assert_setting (conf, "refuse-eap", plain_files[i].peers ? "no" : NULL);
    }
}

/* --- what is refused ------------------------------------------------------------------------ */

static const struct
{
  const char *text, *keys; /* of the issues, in their order */
} refused[] = {
  { "[vpn\n", "line 1" },
  { "[vpn]\ngateway=a\n\n# fine\nrubbish\nmtu=1\n", "line 5" },
  { "gateway=a\n", "line 1" },
  { "[vpn]\r\ngateway=a\r\n=b\r\n", "line 3" },
  { "[vpn]\ngateway=a\nuser=\xff\n", "line 3" },
  { "", "[vpn]" },
  { "[connection]\nid=x\n", "[vpn]" },
  { VPN "shell=/bin/sh\nleftupdown=x\n", "shell leftupdown" },
  { VPN "[ipv4]\naddresses=1.2.3.4/8\nmethod=auto\n[conn]\n", "[conn] ipv4.addresses" },
  { VPN "[ipv4]\nmethod=sometimes\ndns=::1;what\n", "ipv4.method ipv4.dns ipv4.dns" },
  { VPN "[ipv4]\nroutes=10.0.0.0\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/33\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/8 via\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/8 via ::1\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/8 metric -1\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/8 metric 4294967296\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/8 metric 1 via 10.0.0.1\n", "ipv4.routes" },
  { VPN "[ipv4]\nroutes=10.0.0.0/8 dev eth0\n", "ipv4.routes" },
  { VPN "[ip6]\nroutes=10.0.0.0/8\n", "ip6.routes" },
  { VPN "[ipv6]\nroutes=10.0.0.0/8\nnever-default=perhaps\n", "ipv6.routes ipv6.never-default" },
  { VPN "[ipv4]\ndns-search=a b\n", "ipv4.dns-search" },
  { VPN "user=a\\q\n", "user" },
  { "[vpn]\ngateway=a\nipsec-enabled=\nnopcomp=maybe\n", "ipsec-enabled nopcomp" },
  { VPN "password-flags=8\n", "password-flags" },
  { VPN "password-flags=-1\n", "password-flags" },
  { VPN "[vpn-secrets]\nuser=x\n", "vpn-secrets.user" },
  { VPN "[vpn-secrets]\nipsec-psk=\n", "ipsec-psk" },
  { VPN "ipsec-psk=0sAGFi\n", "ipsec-psk" },
  { VPN "[vpn-secrets]\npassword=a\\nb\n", "password" },
  { VPN "[byway]\ncolour=red\ndefaulted=gateway;nonsense;\n",
    "byway.colour byway.defaulted.nonsense" },
  { VPN "id[de]=x\n", "id[de]" },
};

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GPtrArray) issues = NULL;
      g_autoptr (GString) keys = g_string_new (NULL);

      g_test_message ("%s", refused[i].keys);
      g_assert_null (
          byway_peer_conf_from_data (refused[i].text, strlen (refused[i].text), &issues));
      for (guint n = 0; n < issues->len; n++)
        g_string_append_printf (keys, "%s%s", n > 0 ? " " : "",
                                ((BywayIssue *)issues->pdata[n])->key);
      g_assert_cmpstr (keys->str, ==, refused[i].keys);
      g_assert_null (byway_peer_conf_from_data (refused[i].text, strlen (refused[i].text), NULL));
    }
}

static void
test_size (void)
{
  g_autoptr (GString) text = g_string_new (VPN "#");
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywayPeerConf) conf = NULL;

  while (text->len < BYWAY_PEER_CONF_MAX)
    g_string_append_c (text, '#');
  conf = byway_peer_conf_from_data (text->str, text->len, NULL);
  g_assert_nonnull (conf);
  g_string_append_c (text, '#');
  g_assert_null (byway_peer_conf_from_data (text->str, text->len, &issues));
  g_assert_cmpstr (((BywayIssue *)issues->pdata[0])->key, ==, "file");
}

static void
test_nul (void)
{
  for (gsize i = 0; i <= strlen (theirs); i++)
    {
      g_autoptr (GString) bytes = g_string_new (theirs);

      g_string_insert_c (bytes, i, '\0');
      g_assert_null (byway_peer_conf_from_data (bytes->str, bytes->len, NULL));
      g_assert_false (byway_peer_conf_looks_like_one (bytes->str, bytes->len));
    }
}

/* What another program calls ".conf". */
static void
test_looks (void)
{
  static const char *const others[] = { "",
                                        "client\nremote vpn.example.net\n",
                                        "[Interface]\nPrivateKey=x\n[Peer]\nEndpoint=a:1\n",
                                        "[vpn]\nuser=x\n",
                                        "[main]\ngateway=x\n",
                                        "conn office\n  left=%defaultroute\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (byway_peer_conf_looks_like_one (others[i], strlen (others[i])));
  g_assert_true (byway_peer_conf_looks_like_one (theirs, strlen (theirs)));
}

/* --- there and back ------------------------------------------------------------------------- */

static const char *const texts[]
    = { "alice",    " lead", "trail ", "a\\sb", "semi;colon", "#hash",
        "[group]",  "a=b",   "true",   "no",    "1",          "Büro €",
        "'quote\"", "%s",    "back\\", "\\n",   "a;b;\\",     "  both  " };
static const char *const ike[]
    = { "aes256-sha256-modp2048", "3des-sha1-modp1024,aes128-sha1-modp2048", "", "dh14",
        "aes256-sha256-modp2048!" };
static const char *const esp[]
    = { "aes256-sha256", "aes256gcm16", "aes128-sha1-modp2048,3des-sha1", "" };
static const char *const ids[]
    = { "@office", "alice@example.net", "192.0.2.1", "keyid:G", "%any", "@#abcd", "" };
static const char *const addresses[]
    = { "10.0.0.53", "10.0.0.53,10.0.0.54", "2001:db8::53, 10.0.0.53", "",
        "::1",       "10.0.0.53,10.0.0.53" };
static const char *const prefixes[] = { "10.0.0.0/8",
                                        "10.0.0.0/8,172.31.18.0/24 5",
                                        "2001:db8::/32 20, 10.0.0.0/8",
                                        "",
                                        "0.0.0.0/0",
                                        "192.0.2.1",
                                        "10.1.2.3/8",
                                        "10.0.0.0/8 2147483647" };
static const char *const domains[]
    = { "example.net", "example.net,corp.example", "a, b", "", "büro.example", "a,a" };
static const char *const booleans[] = { "yes", "no" };
#define TOKEN "pkcs11:id=%01;slot-id=0?module-name=hsm"
static const char *const files[] = { "/etc/ssl/ca.pem", "/home/b/my key.p12", "" };

#define PICK(list) list[g_random_int_range (0, G_N_ELEMENTS (list))]

static char *
random_value (const BywayOption *option)
{
  switch (option->type)
    {
    case BYWAY_OPTION_BOOL:
      return g_strdup (PICK (booleans));
    case BYWAY_OPTION_UINT:
      return g_random_boolean () && option->fallback != NULL
                 ? g_strdup (option->fallback)
                 : g_strdup_printf ("%d", g_random_int_range (option->min, option->max + 1));
    case BYWAY_OPTION_ENUM:
      return g_strdup (
          option->choices[g_random_int_range (0, g_strv_length ((GStrv)option->choices))]);
    case BYWAY_OPTION_TEXT:
      return g_strdup (PICK (texts));
    case BYWAY_OPTION_HOST:
      return g_strdup (g_random_boolean () ? "vpn.example.net" : "192.0.2.1");
    case BYWAY_OPTION_IDENTITY:
      return g_strdup (PICK (ids));
    case BYWAY_OPTION_IKE:
      return g_strdup (PICK (ike));
    case BYWAY_OPTION_ESP:
      return g_strdup (PICK (esp));
    case BYWAY_OPTION_ADDRESSES:
      return g_strdup (PICK (addresses));
    case BYWAY_OPTION_IPV4:
      return g_strdup ("10.9.0.1");
    case BYWAY_OPTION_PREFIXES:
      return g_strdup (PICK (prefixes));
    case BYWAY_OPTION_DOMAINS:
      return g_strdup (PICK (domains));
    case BYWAY_OPTION_FILE:
      return g_strdup (PICK (files));
    case BYWAY_OPTION_TOKEN:
      return g_strdup (g_random_boolean () ? TOKEN : "");
    case BYWAY_OPTION_SECRET:
      return NULL;
    }
  g_return_val_if_reached (NULL);
}

/* Between nothing but the gateway and every option. */
static GHashTable *
random_settings (void)
{
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  double density = g_random_double ();
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      char *value = random_value (&options[i]);

      if (value != NULL
          && (g_random_double () < density || strcmp (options[i].key, "gateway") == 0))
        g_hash_table_insert (settings, g_strdup (options[i].key), value);
      else
        g_free (value);
    }
  return settings;
}

/* Nobody has to be asked about what Byway wrote. */
static void
assert_as_plain_as (const BywayPeerConf *conf, GHashTable *settings)
{
  gboolean plain = g_strcmp0 (g_hash_table_lookup (settings, "ipsec"), "no") == 0;

  g_assert_cmpint (conf->plain, ==, plain);
  g_assert_cmpint (conf->own, ==, plain);
}

static void
test_round_trips (void)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GHashTable) settings = random_settings ();
      g_autoptr (BywayPeerConf) conf = byway_peer_conf_from_settings (PICK (texts), settings);
      g_autofree char *text = byway_peer_conf_to_data (conf, FALSE);
      g_autoptr (BywayPeerConf) again = read_good (text);
      g_autoptr (GHashTable) back = byway_peer_conf_to_settings (again);
      g_autofree char *twice = byway_peer_conf_to_data (again, FALSE);

      g_assert_cmpstr (conf->name, ==, again->name);
      assert_same_settings (conf->settings, again->settings);
      assert_same_settings (settings, back);
      g_assert_cmpstr (text, ==, twice);
      assert_as_plain_as (again, settings);
    }
}

/* The same without the helper's: native data of a NetworkManager profile. */
static void
test_round_trips_of_data (void)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (BywayPeerConf) conf = byway_peer_conf_new ("x");
      g_autoptr (BywayPeerConf) again = NULL;
      g_autofree char *text = NULL;

      g_hash_table_unref (conf->settings);
      conf->settings = random_settings ();
      text = byway_peer_conf_to_data (conf, FALSE);
      again = read_good (text);
      assert_same_settings (conf->settings, again->settings);
      assert_as_plain_as (again, conf->settings);
      g_assert_false (again->ipv4.present);
    }
}

/* The peer's own reader takes true and false only, and refuses the whole file otherwise. */
static void
test_booleans (void)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (BywayPeerConf) conf = NULL;
  g_autofree char *text = NULL;

  g_hash_table_insert (settings, g_strdup ("gateway"), g_strdup ("a"));
  g_hash_table_insert (settings, g_strdup ("user"), g_strdup ("true"));
  g_hash_table_insert (settings, g_strdup ("domain"), g_strdup ("no"));
  g_hash_table_insert (settings, g_strdup ("refuse-pap"), g_strdup ("yes"));
  g_hash_table_insert (settings, g_strdup ("pcomp"), g_strdup ("0"));
  conf = byway_peer_conf_from_settings (NULL, settings);
  text = byway_peer_conf_to_data (conf, FALSE);
  for (const char *const *line
       = (const char *const[]){ "\nuser=true\n", "\ndomain=no\n", "\nrefuse-pap=true\n",
                                "\nnopcomp=true\n", "\nipsec-enabled=true\n",
                                "\nipsec-forceencaps=true\n", NULL };
       *line != NULL; line++)
    if (strstr (text, *line) == NULL)
      g_error ("%s is not in\n%s", *line, text);
}

static void
test_secrets (void)
{
  static const char *const values[]
      = { "plain",    " blank", "ends ",       "Schlüssel", "\xff\x01\xfe",
          "tab\tbar", "\r",     "semi;=#[]\\", "0sabc" };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (BywayPeerConf) conf = read_good (VPN "password-flags=1\nipsec-psk-flags=2\n");
      g_autoptr (BywayPeerConf) with = NULL, without = NULL;
      g_autofree char *loud = NULL, *quiet = NULL;
      const char *problem;

      g_assert_true (byway_secret_set_put (conf->secrets, "ipsec-psk", values[i],
                                           strlen (values[i]), &problem));
      quiet = byway_peer_conf_to_data (conf, FALSE);
      loud = byway_peer_conf_to_data (conf, TRUE);
      with = read_good (loud);
      without = read_good (quiet);
      g_assert_cmpstr (byway_secret_set_get (with->secrets, "ipsec-psk", NULL), ==, values[i]);
      g_assert_null (byway_secret_set_get (without->secrets, "ipsec-psk", NULL));
      g_assert_cmpint (GPOINTER_TO_UINT (g_hash_table_lookup (with->flags, "password")), ==, 1);
      g_assert_cmpint (GPOINTER_TO_UINT (g_hash_table_lookup (with->flags, "ipsec-psk")), ==, 2);
    }
}

/* A secret among the data, where an old NetworkManager-l2tp had it, who takes "0s" for base64. */
static void
test_old_secret (void)
{
  static const struct
  {
    const char *text, *key;
  } old[] = {
    { "old key", "old key" }, { "0sYWJj", "abc" },          { "0sYWI=", "ab" },
    { "0sYQ==", "a" },        { "0s+/+/", "\xfb\xff\xbf" }, { "0SYWJj", "0SYWJj" },
    { "0s", "0s" },           { "0sYWJ", "0sYWJ" },         { "0sYWJj=", "0sYWJj=" },
    { "0sY===", "0sY===" },   { "0sYW=j", "0sYW=j" },       { "0sYW j", "0sYW j" },
    { "0s====", "0s====" },   { "0x616263", "0x616263" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (old); i++)
    {
      g_autofree char *text = g_strconcat (VPN "ipsec-psk=", old[i].text, "\n", NULL);
      g_autoptr (BywayPeerConf) conf = read_good (text);

      g_assert_cmpstr (byway_secret_set_get (conf->secrets, "ipsec-psk", NULL), ==, old[i].key);
      assert_setting (conf, "ipsec-psk", NULL);
    }
}

static void
test_storage (void)
{
  g_autoptr (BywayPeerConf) conf = read_good (VPN "password-flags=2\nipsec-psk-flags=1\n");
  g_autoptr (GHashTable) settings = byway_peer_conf_to_settings (conf);
  g_autoptr (BywayPeerConf) again = byway_peer_conf_from_settings ("x", settings);

  g_assert_cmpstr (g_hash_table_lookup (settings, "password-storage"), ==, "ask");
  g_assert_null (g_hash_table_lookup (settings, "ipsec-psk-storage"));
  g_assert_cmpint (GPOINTER_TO_UINT (g_hash_table_lookup (again->flags, "password")), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-conf/theirs", test_theirs);
  g_test_add_func ("/peer-conf/theirs-again", test_theirs_again);
  g_test_add_func ("/peer-conf/documented", test_documented);
  g_test_add_func ("/peer-conf/old-groups", test_old_groups);
  g_test_add_func ("/peer-conf/plain", test_plain);
  g_test_add_func ("/peer-conf/refused", test_refused);
  g_test_add_func ("/peer-conf/size", test_size);
  g_test_add_func ("/peer-conf/nul", test_nul);
  g_test_add_func ("/peer-conf/looks", test_looks);
  g_test_add_func ("/peer-conf/round-trips", test_round_trips);
  g_test_add_func ("/peer-conf/round-trips-of-data", test_round_trips_of_data);
  g_test_add_func ("/peer-conf/booleans", test_booleans);
  g_test_add_func ("/peer-conf/secrets", test_secrets);
  g_test_add_func ("/peer-conf/old-secret", test_old_secret);
  g_test_add_func ("/peer-conf/storage", test_storage);
  return g_test_run ();
}
