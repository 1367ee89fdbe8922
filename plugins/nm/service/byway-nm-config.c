/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-nm-config.h"

#include <NetworkManager.h>
#include <glib/gi18n.h>
#include <string.h>

/* NetworkManager's IPv4 addresses are numbers in network order (nm-vpn-dbus-interface.h). */
static GVariant *
ipv4_number (const BywayAddress *address)
{
  guint32 number;

  memcpy (&number, address->bytes, sizeof number);
  return g_variant_new_uint32 (number);
}

static GVariant *
ipv6_bytes (const BywayAddress *address)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, address->bytes, 16, 1);
}

static gboolean
lookup_ipv4 (GVariant *session, const char *key, BywayAddress *address)
{
  const char *text;

  return g_variant_lookup (session, key, "&s", &text) && byway_address_parse (text, address)
         && address->family == 4;
}

/* In the helper's order: the user's own first. @what: "dns" or "wins". */
static GArray *
collect_servers (GVariant *session, const char *what, guint8 family)
{
  GArray *servers = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  g_autofree const char **named = NULL;

  if (!g_variant_lookup (session, what, "^a&s", &named))
    return servers;
  for (const char **name = named; *name != NULL; name++)
    {
      BywayAddress address;

      if (byway_address_parse (*name, &address) && address.family == family)
        g_array_append_val (servers, address);
    }
  return servers;
}

static void
add_servers (GVariantDict *dict, const char *key, GVariant *session, const char *what,
             guint8 family)
{
  g_autoptr (GArray) servers = collect_servers (session, what, family);
  GVariantBuilder list;

  if (servers->len == 0)
    return;
  g_variant_builder_init (&list, family == 4 ? G_VARIANT_TYPE ("au") : G_VARIANT_TYPE ("aay"));
  for (guint i = 0; i < servers->len; i++)
    {
      const BywayAddress *address = &g_array_index (servers, BywayAddress, i);

      g_variant_builder_add_value (&list,
                                   family == 4 ? ipv4_number (address) : ipv6_bytes (address));
    }
  g_variant_dict_insert_value (dict, key, g_variant_builder_end (&list));
}

/* (network, length, next hop, metric): aau for IPv4, a(ayuayu) for IPv6. */
static void
add_routes (GVariantDict *dict, const char *key, const BywayProfile *profile, guint8 family)
{
  static const BywayAddress on_link;
  GVariantBuilder list;
  guint n = 0;

  g_variant_builder_init (&list,
                          family == 4 ? G_VARIANT_TYPE ("aau") : G_VARIANT_TYPE ("a(ayuayu)"));
  for (guint i = 0; i < profile->routes->len; i++)
    {
      const BywayPrefix *route = &g_array_index (profile->routes, BywayPrefix, i);
      guint32 metric = route->metric != 0 ? route->metric : profile->route_metric;

      if (route->address.family != family)
        continue;
      n++;
      if (family == 4)
        {
          guint32 parts[4] = { 0, route->length, 0, metric };

          memcpy (&parts[0], route->address.bytes, 4);
          g_variant_builder_add_value (
              &list, g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, parts, 4, 4));
        }
      else
        g_variant_builder_add (&list, "(@ayu@ayu)", ipv6_bytes (&route->address),
                               (guint32)route->length, ipv6_bytes (&on_link), metric);
    }
  if (n > 0)
    g_variant_dict_insert_value (dict, key, g_variant_builder_end (&list));
  else
    g_variant_builder_clear (&list);
}

/* What is not well though it is up. NetworkManager has one place for words of a VPN's: its banner,
 * which nm-applet shows. */
static void
add_warnings (GVariantDict *dict, GVariant *session)
{
  g_autofree const char **warnings = NULL;
  g_autoptr (GString) banner = g_string_new (NULL);

  if (!g_variant_lookup (session, "warnings", "^a&s", &warnings))
    return;
  for (const char **warning = warnings; *warning != NULL; warning++)
    g_string_append_printf (banner, banner->len > 0 ? "\n%s: %s" : "%s: %s", _ ("Warning"),
                            *warning);
  if (banner->len > 0)
    g_variant_dict_insert (dict, NM_VPN_PLUGIN_CONFIG_BANNER, "s", banner->str);
}

static GVariant *
make_config (GVariant *session, const BywayProfile *profile, gboolean ip6)
{
  BywayAddress server;
  GVariantDict dict;
  guint32 mtu = profile->mtu;
  const char *ifname = "";

  g_variant_lookup (session, "ifname", "&s", &ifname);
  if (g_variant_lookup (session, "mtu", "u", &mtu) && mtu == 0)
    mtu = profile->mtu;
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, NM_VPN_PLUGIN_CONFIG_TUNDEV, "s", ifname);
  g_variant_dict_insert (&dict, NM_VPN_PLUGIN_CONFIG_MTU, "u", mtu);
  g_variant_dict_insert (&dict, NM_VPN_PLUGIN_CONFIG_HAS_IP4, "b", TRUE);
  g_variant_dict_insert (&dict, NM_VPN_PLUGIN_CONFIG_HAS_IP6, "b", ip6);
  add_warnings (&dict, session);
  if (lookup_ipv4 (session, "server", &server))
    g_variant_dict_insert_value (&dict, NM_VPN_PLUGIN_CONFIG_EXT_GATEWAY, ipv4_number (&server));
  return g_variant_dict_end (&dict);
}

static GVariant *
make_ip4 (GVariant *session, const BywayProfile *profile, const BywayAddress *local)
{
  BywayAddress remote;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, NM_VPN_PLUGIN_IP4_CONFIG_ADDRESS, ipv4_number (local));
  g_variant_dict_insert (&dict, NM_VPN_PLUGIN_IP4_CONFIG_PREFIX, "u", 32);
  if (lookup_ipv4 (session, "remote", &remote))
    g_variant_dict_insert_value (&dict, NM_VPN_PLUGIN_IP4_CONFIG_PTP, ipv4_number (&remote));
  add_servers (&dict, NM_VPN_PLUGIN_IP4_CONFIG_DNS, session, "dns", 4);
  add_servers (&dict, NM_VPN_PLUGIN_IP4_CONFIG_NBNS, session, "wins", 4);
  if (profile->dns_search[0] != NULL)
    g_variant_dict_insert_value (&dict, NM_VPN_PLUGIN_IP4_CONFIG_DOMAINS,
                                 g_variant_new_strv ((const char *const *)profile->dns_search, -1));
  add_routes (&dict, NM_VPN_PLUGIN_IP4_CONFIG_ROUTES, profile, 4);
  if (!profile->all_traffic)
    g_variant_dict_insert (&dict, NM_VPN_PLUGIN_IP4_CONFIG_NEVER_DEFAULT, "b", TRUE);
  return g_variant_dict_end (&dict);
}

static GVariant *
make_ip6 (GVariant *session, const BywayProfile *profile, const BywayAddress *address)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, NM_VPN_PLUGIN_IP6_CONFIG_ADDRESS, ipv6_bytes (address));
  g_variant_dict_insert (&dict, NM_VPN_PLUGIN_IP6_CONFIG_PREFIX, "u", 64);
  add_servers (&dict, NM_VPN_PLUGIN_IP6_CONFIG_DNS, session, "dns", 6);
  add_routes (&dict, NM_VPN_PLUGIN_IP6_CONFIG_ROUTES, profile, 6);
  if (!profile->all_traffic)
    g_variant_dict_insert (&dict, NM_VPN_PLUGIN_IP6_CONFIG_NEVER_DEFAULT, "b", TRUE);
  return g_variant_dict_end (&dict);
}

BywayNmConfig *
byway_nm_config_new (GVariant *session, const BywayProfile *profile, GArray *addresses)
{
  gboolean negotiated = FALSE;
  BywayNmConfig *self;
  BywayAddress local;

  if (!lookup_ipv4 (session, "local", &local))
    return NULL;
  self = g_new0 (BywayNmConfig, 1);
  g_variant_lookup (session, "ipv6", "b", &negotiated);
  if (negotiated && addresses->len > 0)
    self->ip6 = g_variant_ref_sink (
        make_ip6 (session, profile, &g_array_index (addresses, BywayAddress, 0)));
  self->ip4 = g_variant_ref_sink (make_ip4 (session, profile, &local));
  self->config = g_variant_ref_sink (make_config (session, profile, self->ip6 != NULL));
  return self;
}

void
byway_nm_config_free (BywayNmConfig *self)
{
  g_variant_unref (self->config);
  g_variant_unref (self->ip4);
  g_clear_pointer (&self->ip6, g_variant_unref);
  g_free (self);
}
