/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-connection.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-option.h"
#include "byway-peer-words.h"

#include <string.h>

#define FLAGS "-flags"

/* --- from a file ---------------------------------------------------------------------------- */

/* NetworkManager's secrets are text, and a key may be any bytes. */
static gboolean
is_text (const char *secret)
{
  return g_utf8_validate (secret, -1, NULL);
}

static void
add_data (NMSettingVpn *vpn, const BywayPeerConf *conf)
{
  g_autoptr (GHashTable) data = byway_nm_data_from_settings (conf->settings);
  const char *psk = byway_secret_set_get (conf->secrets, "ipsec-psk", NULL);
  GHashTableIter iter;
  gpointer key, value;

  if (psk != NULL && !is_text (psk))
    byway_nm_stay_peers (data); /* in those words a key may be in base64 */
  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, &value))
    nm_setting_vpn_add_data_item (vpn, key, value);
}

static void
add_flags (NMSettingVpn *vpn, GHashTable *flags)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, flags);
  while (g_hash_table_iter_next (&iter, &key, &value))
    nm_setting_set_secret_flags (NM_SETTING (vpn), key, GPOINTER_TO_UINT (value), NULL);
}

static void
add_coded (NMSettingVpn *vpn, const char *key, const char *secret, gsize length)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *)secret, length);
  g_autofree char *coded = g_strconcat (BYWAY_PEER_CODED, base64, NULL);

  nm_setting_vpn_add_secret (vpn, key, coded);
  explicit_bzero (base64, strlen (base64));
  explicit_bzero (coded, strlen (coded));
}

static void
add_secrets (NMSettingVpn *vpn, const BywaySecretSet *secrets)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      gsize length;
      const char *secret = byway_secret_set_get (secrets, options[i].key, &length);

      if (secret != NULL && is_text (secret))
        nm_setting_vpn_add_secret (vpn, options[i].key, secret);
      else if (secret != NULL && strcmp (options[i].key, "ipsec-psk") == 0)
        add_coded (vpn, options[i].key, secret, length);
    }
}

static void
add_route (NMSettingIPConfig *setting, const BywayPeerRoute *route)
{
  g_autofree char *dest = byway_address_to_string (&route->prefix.address);
  g_autofree char *hop
      = byway_address_is_set (&route->hop) ? byway_address_to_string (&route->hop) : NULL;
  NMIPRoute *added = nm_ip_route_new (route->prefix.address.family == 6 ? AF_INET6 : AF_INET, dest,
                                      route->prefix.length, hop, route->metric, NULL);

  if (added == NULL)
    return;
  nm_setting_ip_config_add_route (setting, added);
  nm_ip_route_unref (added);
}

static void
add_ip (NMConnection *connection, NMSetting *setting, const BywayPeerIp *ip)
{
  NMSettingIPConfig *config = NM_SETTING_IP_CONFIG (setting);

  g_object_set (setting, NM_SETTING_IP_CONFIG_METHOD, ip->method,
                NM_SETTING_IP_CONFIG_IGNORE_AUTO_ROUTES, ip->ignore_auto_routes,
                NM_SETTING_IP_CONFIG_IGNORE_AUTO_DNS, ip->ignore_auto_dns,
                NM_SETTING_IP_CONFIG_NEVER_DEFAULT, ip->never_default, NULL);
  for (guint i = 0; i < ip->dns->len; i++)
    {
      g_autofree char *text = byway_address_to_string (&g_array_index (ip->dns, BywayAddress, i));

      nm_setting_ip_config_add_dns (config, text);
    }
  for (char **domain = ip->dns_search; *domain != NULL; domain++)
    nm_setting_ip_config_add_dns_search (config, *domain);
  for (guint i = 0; i < ip->routes->len; i++)
    add_route (config, &g_array_index (ip->routes, BywayPeerRoute, i));
  nm_connection_add_setting (connection, setting);
}

NMConnection *
byway_nm_connection_from_conf (const BywayPeerConf *conf, const char *fallback_name)
{
  NMConnection *connection = nm_simple_connection_new ();
  NMSetting *setting = nm_setting_connection_new ();
  NMSetting *vpn = nm_setting_vpn_new ();

  g_object_set (setting, NM_SETTING_CONNECTION_ID,
                conf->name != NULL && *conf->name != '\0' ? conf->name : fallback_name,
                NM_SETTING_CONNECTION_TYPE, NM_SETTING_VPN_SETTING_NAME, NULL);
  nm_connection_add_setting (connection, setting);
  g_object_set (vpn, NM_SETTING_VPN_SERVICE_TYPE, BYWAY_NM_SERVICE, NULL);
  add_data (NM_SETTING_VPN (vpn), conf);
  add_flags (NM_SETTING_VPN (vpn), conf->flags);
  add_secrets (NM_SETTING_VPN (vpn), conf->secrets);
  nm_connection_add_setting (connection, vpn);
  add_ip (connection, nm_setting_ip4_config_new (), &conf->ipv4);
  add_ip (connection, nm_setting_ip6_config_new (), &conf->ipv6);
  return connection;
}

/* --- to a file ------------------------------------------------------------------------------ */

typedef struct
{
  BywayPeerConf *conf;
  GHashTable *data;
  GPtrArray *issues;
} Taking;

static void
take_item (const char *key, const char *value, gpointer user_data)
{
  const Taking *taking = user_data;
  guint64 flags;

  if (byway_nm_key_classify (key) != BYWAY_NM_KEY_FLAGS)
    g_hash_table_insert (taking->data, g_strdup (key), g_strdup (value));
  else if (g_ascii_string_to_unsigned (value, 10, 0, 7, &flags, NULL))
    g_hash_table_insert (taking->conf->flags, g_strndup (key, strlen (key) - strlen (FLAGS)),
                         GUINT_TO_POINTER ((guint)flags));
  else
    g_ptr_array_add (taking->issues,
                     byway_issue_new (key, BYWAY_ISSUE_RANGE, "is not a number from 0 to 7"));
}

static void
take_vpn (const Taking *taking, NMSettingVpn *vpn)
{
  nm_setting_vpn_foreach_data_item (vpn, take_item, (gpointer)taking);
  g_hash_table_unref (taking->conf->settings);
  taking->conf->settings = byway_nm_data_to_settings (
      taking->data, nm_setting_vpn_get_user_name (vpn), NULL, taking->issues);
}

static gboolean
take_route (BywayPeerIp *ip, NMIPRoute *route, guint8 family)
{
  const char *hop = nm_ip_route_get_next_hop (route);
  BywayPeerRoute taken = { .metric = nm_ip_route_get_metric (route) };

  if (!byway_prefix_parse (nm_ip_route_get_dest (route), &taken.prefix)
      || (hop != NULL && !byway_address_parse (hop, &taken.hop)))
    return FALSE;
  taken.prefix.length = nm_ip_route_get_prefix (route);
  g_array_append_val (ip->routes, taken);
  return taken.prefix.address.family == family;
}

static void
add_ip_issue (const Taking *taking, guint8 family, const char *key, const char *value)
{
  g_autofree char *name = g_strdup_printf ("ipv%u.%s", family, key);

  g_ptr_array_add (taking->issues, byway_issue_new (name, BYWAY_ISSUE_SYNTAX,
                                                    "“%s” can't be written to a file", value));
}

static void
take_lists (const Taking *taking, BywayPeerIp *ip, NMSettingIPConfig *config, guint8 family)
{
  GPtrArray *domains = g_ptr_array_new ();

  for (guint i = 0; i < nm_setting_ip_config_get_num_dns (config); i++)
    {
      const char *text = nm_setting_ip_config_get_dns (config, i);
      BywayAddress address;

      if (byway_address_parse (text, &address) && address.family == family)
        g_array_append_val (ip->dns, address);
      else
        add_ip_issue (taking, family, "dns", text);
    }
  for (guint i = 0; i < nm_setting_ip_config_get_num_routes (config); i++)
    {
      NMIPRoute *route = nm_setting_ip_config_get_route (config, i);

      if (!take_route (ip, route, family))
        add_ip_issue (taking, family, "routes", nm_ip_route_get_dest (route));
    }
  for (guint i = 0; i < nm_setting_ip_config_get_num_dns_searches (config); i++)
    g_ptr_array_add (domains, g_strdup (nm_setting_ip_config_get_dns_search (config, i)));
  g_ptr_array_add (domains, NULL);
  g_strfreev (ip->dns_search);
  ip->dns_search = (GStrv)g_ptr_array_free (domains, FALSE);
}

static void
take_ip (const Taking *taking, BywayPeerIp *ip, NMSettingIPConfig *config, guint8 family)
{
  const char *method = config != NULL ? nm_setting_ip_config_get_method (config) : NULL;

  if (config == NULL)
    return;
  ip->present = TRUE;
  if (method != NULL && byway_peer_ip_method_is_known (method, family))
    {
      g_free (ip->method);
      ip->method = g_strdup (method);
    }
  ip->ignore_auto_routes = nm_setting_ip_config_get_ignore_auto_routes (config);
  ip->ignore_auto_dns = nm_setting_ip_config_get_ignore_auto_dns (config);
  ip->never_default = nm_setting_ip_config_get_never_default (config);
  take_lists (taking, ip, config, family);
}

BywayPeerConf *
byway_nm_connection_to_conf (NMConnection *connection, GError **error)
{
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);
  g_autoptr (BywayPeerConf) conf = byway_peer_conf_new (nm_connection_get_id (connection));
  g_autoptr (GHashTable) data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  const Taking taking = { conf, data, issues };
  g_autoptr (GError) all = NULL;

  if (vpn == NULL)
    {
      g_set_error_literal (error, NM_CONNECTION_ERROR, NM_CONNECTION_ERROR_MISSING_SETTING,
                           "this is no VPN connection");
      return NULL;
    }
  take_vpn (&taking, vpn);
  take_ip (&taking, &conf->ipv4, nm_connection_get_setting_ip4_config (connection), 4);
  take_ip (&taking, &conf->ipv6, nm_connection_get_setting_ip6_config (connection), 6);
  if (issues->len == 0)
    return g_steal_pointer (&conf);
  byway_issues_to_error (issues, &all);
  g_set_error_literal (error, NM_CONNECTION_ERROR, NM_CONNECTION_ERROR_INVALID_PROPERTY,
                       all->message);
  return NULL;
}
