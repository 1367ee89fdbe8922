/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-nm-config.h"

#include <string.h>

/* What Session.Get answers, as far as it matters here. */
static GVariant *
session_from (const char *local, const char *remote, const char *const *dns, gboolean ipv6,
              guint mtu)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", "up");
  g_variant_dict_insert (&dict, "ifname", "s", "ppp7");
  g_variant_dict_insert (&dict, "local", "s", local);
  g_variant_dict_insert (&dict, "remote", "s", remote);
  g_variant_dict_insert (&dict, "server", "s", "198.51.100.1");
  g_variant_dict_insert (&dict, "mtu", "u", mtu);
  g_variant_dict_insert (&dict, "ipv6", "b", ipv6);
  g_variant_dict_insert_value (&dict, "dns", g_variant_new_strv (dns, -1));
  g_variant_dict_insert_value (&dict, "wins",
                               g_variant_new_strv (dns, MIN (1, g_strv_length ((char **)dns))));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static BywayProfile *
profile_from (const char *const *pairs)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  BywayProfile *profile;

  g_hash_table_insert (settings, "gateway", "vpn.example.net");
  g_hash_table_insert (settings, "user", "alice");
  for (; pairs[0] != NULL; pairs += 2)
    g_hash_table_insert (settings, (char *)pairs[0], (char *)pairs[1]);
  profile = byway_profile_parse (settings, NULL);
  g_assert_nonnull (profile);
  return profile;
}

static GArray *
addresses_from (const char *text)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  BywayAddress address;

  if (byway_address_parse (text, &address))
    g_array_append_val (list, address);
  return list;
}

static void
assert_printed (GVariant *value, const char *expected)
{
  g_autofree char *text = g_variant_print (value, FALSE);
  g_autoptr (GVariant) wanted
      = g_variant_parse (g_variant_get_type (value), expected, NULL, NULL, NULL);
  g_autoptr (GVariant) a = g_variant_get_normal_form (value);
  GVariantDict dict;
  GVariantIter iter;
  const char *key;
  GVariant *item;

  g_assert_nonnull (wanted);
  g_variant_dict_init (&dict, a);
  g_assert_cmpuint (g_variant_n_children (a), ==, g_variant_n_children (wanted));
  g_variant_iter_init (&iter, wanted);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &item))
    {
      g_autoptr (GVariant) wish = item;
      g_autoptr (GVariant) have = g_variant_dict_lookup_value (&dict, key, NULL);

      if (have == NULL || !g_variant_equal (have, wish))
        g_error ("%s of %s is not as wanted", key, text);
    }
  g_variant_dict_clear (&dict);
}

/* Numbers are in network order: on this side of the wire their value depends on the machine's. */
static guint32
network (guint8 a, guint8 b, guint8 c, guint8 d)
{
  const guint8 bytes[4] = { a, b, c, d };
  guint32 number;

  memcpy (&number, bytes, 4);
  return number;
}

static void
test_all_traffic (void)
{
  static const char *const dns[] = { "8.8.8.8", "2001:db8::53", NULL };
  static const char *const none[] = { NULL };
  g_autoptr (GVariant) session = session_from ("192.168.42.41", "192.168.42.1", dns, FALSE, 1380);
  g_autoptr (BywayProfile) profile = profile_from (none);
  g_autoptr (GArray) addresses = addresses_from ("fe80::1");
  g_autoptr (BywayNmConfig) config = byway_nm_config_new (session, profile, addresses);
  g_autofree char *general = g_strdup_printf (
      "{'tundev': <'ppp7'>, 'mtu': <uint32 1380>, 'has-ip4': <true>, 'has-ip6': <false>, "
      "'gateway': <uint32 %u>}",
      network (198, 51, 100, 1));
  g_autofree char *ip4 = g_strdup_printf (
      "{'address': <uint32 %u>, 'prefix': <uint32 32>, 'ptp': <uint32 %u>, 'dns': <[uint32 %u]>, "
      "'nbns': <[uint32 %u]>}",
      network (192, 168, 42, 41), network (192, 168, 42, 1), network (8, 8, 8, 8),
      network (8, 8, 8, 8));

  g_assert_null (config->ip6);
  assert_printed (config->config, general);
  assert_printed (config->ip4, ip4);
}

/* What is not well though it is up is said where NetworkManager shows words of a VPN's. */
static void
test_warnings (void)
{
  static const char *const none[] = { NULL };
  static const char *const warnings[]
      = { "it is not protected", "a certificate is soon over", NULL };
  g_autoptr (GVariant) bare = session_from ("192.168.42.41", "", none, FALSE, 1380);
  g_autoptr (BywayProfile) profile = profile_from (none);
  g_autoptr (GArray) addresses = addresses_from ("fe80::1");
  g_autoptr (GVariant) session = NULL;
  g_autoptr (BywayNmConfig) config = NULL;
  GVariantDict dict;
  const char *banner;

  g_variant_dict_init (&dict, bare);
  g_variant_dict_insert_value (&dict, "warnings", g_variant_new_strv (warnings, -1));
  session = g_variant_ref_sink (g_variant_dict_end (&dict));
  config = byway_nm_config_new (session, profile, addresses);
  g_assert_true (g_variant_lookup (config->config, "banner", "&s", &banner));
  g_assert_cmpstr (banner, ==, "Warning: it is not protected\nWarning: a certificate is soon over");
}

static void
test_split (void)
{
  static const char *const dns[] = { NULL };
  static const char *const pairs[]
      = { "all-traffic", "no",        "routes", "10.1.2.0/24, 172.31.0.0/16 7, 2001:db8::/32",
          "dns-search",  "a.example", NULL };
  g_autoptr (GVariant) session = session_from ("192.0.2.9", "", dns, TRUE, 0);
  g_autoptr (BywayProfile) profile = profile_from (pairs);
  g_autoptr (GArray) addresses = addresses_from ("2001:db8::9");
  g_autoptr (BywayNmConfig) config = byway_nm_config_new (session, profile, addresses);
  g_autofree char *ip4 = g_strdup_printf (
      "{'address': <uint32 %u>, 'prefix': <uint32 32>, 'never-default': <true>, "
      "'domains': <['a.example']>, 'routes': <[[uint32 %u, 24, 0, 50], [%u, 16, 0, 7]]>}",
      network (192, 0, 2, 9), network (10, 1, 2, 0), network (172, 31, 0, 0));
  guint mtu;

  assert_printed (config->ip4, ip4);
  g_assert_true (g_variant_lookup (config->config, "mtu", "u", &mtu));
  g_assert_cmpuint (mtu, ==, 1400);
  g_assert_nonnull (config->ip6);
  assert_printed (
      config->ip6,
      "{'address': <[byte 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]>, "
      "'prefix': <uint32 64>, 'never-default': <true>, 'routes': <[([byte 0x20, 0x01, 0x0d, 0xb8, "
      "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], uint32 32, [byte 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
      "0, 0, 0, 0], uint32 50)]>}");
}

static void
test_no_address (void)
{
  static const char *const none[] = { NULL };
  g_autoptr (GVariant) session = session_from ("", "", none, FALSE, 1400);
  g_autoptr (BywayProfile) profile = profile_from (none);
  g_autoptr (GArray) addresses = addresses_from ("");

  g_assert_null (byway_nm_config_new (session, profile, addresses));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nm-config/all-traffic", test_all_traffic);
  g_test_add_func ("/nm-config/warnings", test_warnings);
  g_test_add_func ("/nm-config/split", test_split);
  g_test_add_func ("/nm-config/no-address", test_no_address);
  return g_test_run ();
}
