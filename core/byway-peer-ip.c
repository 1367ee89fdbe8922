/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-peer-ip.h"

#include <string.h>

static const char *const methods4[] = { "auto", "disabled", "link-local", "shared", NULL };
static const char *const methods6[]
    = { "auto", "dhcp", "disabled", "ignore", "link-local", "shared", NULL };
/* Written by NetworkManager-l2tp, and nothing that a VPN's addresses have to do with. */
static const char *const idle_keys[] = { "dhcp-send-hostname", NULL };

void
byway_peer_ip_init (BywayPeerIp *ip)
{
  *ip = (BywayPeerIp){
    .method = g_strdup ("auto"),
    .dns = g_array_new (FALSE, FALSE, sizeof (BywayAddress)),
    .dns_search = g_new0 (char *, 1),
    .routes = g_array_new (FALSE, FALSE, sizeof (BywayPeerRoute)),
  };
}

void
byway_peer_ip_clear (BywayPeerIp *ip)
{
  g_clear_pointer (&ip->method, g_free);
  g_clear_pointer (&ip->dns, g_array_unref);
  g_clear_pointer (&ip->dns_search, g_strfreev);
  g_clear_pointer (&ip->routes, g_array_unref);
}

gboolean
byway_peer_ip_method_is_known (const char *method, guint8 family)
{
  return g_strv_contains (family == 6 ? methods6 : methods4, method);
}

/* --- one value ------------------------------------------------------------------------------ */

char *
byway_peer_route_to_string (const BywayPeerRoute *route)
{
  BywayPrefix bare = route->prefix;
  g_autofree char *hop = byway_address_to_string (&route->hop);
  g_autofree char *prefix = NULL;
  GString *text;

  bare.metric = 0;
  prefix = byway_prefix_to_string (&bare);
  text = g_string_new (prefix);
  if (*hop != '\0')
    g_string_append_printf (text, " via %s", hop);
  if (route->metric >= 0)
    g_string_append_printf (text, " metric %" G_GINT64_FORMAT, route->metric);
  return g_string_free (text, FALSE);
}

/* Takes "WORD VALUE" off the front of *words; the value, or NULL when another word is there. */
static const char *
take_pair (char ***words, const char *word)
{
  const char *value;

  if (**words == NULL || strcmp (**words, word) != 0 || (*words)[1] == NULL)
    return NULL;
  value = (*words)[1];
  *words += 2;
  return value;
}

static GStrv
split_words (const char *text, const char *separators)
{
  g_auto (GStrv) all = g_strsplit_set (text, separators, -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (char **word = all; *word != NULL; word++)
    if (*g_strstrip (*word) != '\0')
      g_strv_builder_add (words, *word);
  return g_strv_builder_end (words);
}

gboolean
byway_peer_route_parse (const char *text, guint8 family, BywayPeerRoute *out)
{
  g_auto (GStrv) words = split_words (text, " \t");
  char **rest = words;
  BywayPeerRoute route = { .metric = -1 };
  const char *hop, *metric;
  guint64 number;

  if (*rest == NULL || strchr (*rest, '/') == NULL || !byway_prefix_parse (*rest, &route.prefix)
      || route.prefix.address.family != family)
    return FALSE;
  rest++;
  hop = take_pair (&rest, "via");
  metric = take_pair (&rest, "metric");
  if (*rest != NULL
      || (hop != NULL && (!byway_address_parse (hop, &route.hop) || route.hop.family != family)))
    return FALSE;
  if (metric != NULL)
    {
      if (!g_ascii_string_to_unsigned (metric, 10, 0, G_MAXUINT32, &number, NULL))
        return FALSE;
      /* NetworkManager-l2tp's importer makes this of none, and its exporter writes it then. */
      route.metric = number == G_MAXUINT32 ? -1 : (gint64)number;
    }
  *out = route;
  return TRUE;
}

/* What a search domain may be made of; whether it is one is the profile's parser's to say. */
static gboolean
is_search_word (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar)*c <= ' ' || *c == 0x7f || strchr (",;\\\"'[]=#", *c) != NULL)
      return FALSE;
  return *text != '\0' && strlen (text) <= 253;
}

/* --- the group ------------------------------------------------------------------------------ */

typedef struct
{
  BywayPeerIp *ip;
  GKeyFile *file;
  const char *group;
  guint8 family;
  GPtrArray *issues;
} Reading;

static const char *
group_of (guint8 family)
{
  return family == 6 ? "ipv6" : "ipv4";
}

/* NetworkManager-l2tp's name of it until 1.52.0; the later ones pass over that, and those before
 * refuse a file without. */
static const char *
old_group_of (guint8 family)
{
  return family == 6 ? "ip6" : "ip4";
}

static void
add_issue (const Reading *reading, const char *key, const char *text, const char *wanted)
{
  g_autofree char *name = g_strconcat (reading->group, ".", key, NULL);
  g_autofree char *shown = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 60));

  g_ptr_array_add (reading->issues,
                   byway_issue_new (name, BYWAY_ISSUE_SYNTAX, "“%s” is not %s", shown, wanted));
}

/* NetworkManager-l2tp separates by ';'; what it documents has commas. */
static GStrv
read_words (const Reading *reading, const char *key)
{
  g_autofree char *text = g_key_file_get_value (reading->file, reading->group, key, NULL);

  return split_words (text, ";,");
}

static void
read_method (const Reading *reading, const char *key)
{
  g_autofree char *method = g_key_file_get_value (reading->file, reading->group, key, NULL);

  /* Manual without the addresses, which the format has none of, leaves what the server gives. */
  if (strcmp (method, "manual") == 0)
    return;
  if (!byway_peer_ip_method_is_known (method, reading->family))
    {
      add_issue (reading, key, method, "a method such as auto");
      return;
    }
  g_free (reading->ip->method);
  reading->ip->method = g_steal_pointer (&method);
}

static void
read_dns (const Reading *reading, const char *key)
{
  g_auto (GStrv) words = read_words (reading, key);
  BywayAddress address;

  for (char **word = words; *word != NULL; word++)
    if (byway_address_parse (*word, &address) && address.family == reading->family)
      g_array_append_val (reading->ip->dns, address);
    else
      add_issue (reading, key, *word, "an address of this group's family");
}

static void
read_search (const Reading *reading, const char *key)
{
  g_auto (GStrv) words = read_words (reading, key);

  for (char **word = words; *word != NULL; word++)
    if (!is_search_word (*word))
      {
        add_issue (reading, key, *word, "a domain");
        return;
      }
  g_strfreev (reading->ip->dns_search);
  reading->ip->dns_search = g_steal_pointer (&words);
}

static void
read_routes (const Reading *reading, const char *key)
{
  g_auto (GStrv) words = read_words (reading, key);
  BywayPeerRoute route;

  for (char **word = words; *word != NULL; word++)
    if (byway_peer_route_parse (*word, reading->family, &route))
      g_array_append_val (reading->ip->routes, route);
    else
      add_issue (reading, key, *word, "a route such as 10.0.0.0/8 via 10.0.0.1 metric 5");
}

static void
read_boolean (const Reading *reading, const char *key, gboolean *value)
{
  g_autofree char *text = g_key_file_get_value (reading->file, reading->group, key, NULL);

  if (strcmp (text, "true") == 0 || strcmp (text, "1") == 0 || strcmp (text, "yes") == 0)
    *value = TRUE;
  else if (strcmp (text, "false") != 0 && strcmp (text, "0") != 0 && strcmp (text, "no") != 0)
    add_issue (reading, key, text, "true or false");
}

static void
read_key (const Reading *reading, const char *key)
{
  g_autofree char *name = g_strconcat (reading->group, ".", key, NULL);

  if (strcmp (key, "method") == 0)
    read_method (reading, key);
  else if (strcmp (key, "dns") == 0)
    read_dns (reading, key);
  else if (strcmp (key, "dns-search") == 0)
    read_search (reading, key);
  else if (strcmp (key, "routes") == 0)
    read_routes (reading, key);
  else if (strcmp (key, "ignore-auto-routes") == 0)
    read_boolean (reading, key, &reading->ip->ignore_auto_routes);
  else if (strcmp (key, "ignore-auto-dns") == 0)
    read_boolean (reading, key, &reading->ip->ignore_auto_dns);
  else if (strcmp (key, "never-default") == 0)
    read_boolean (reading, key, &reading->ip->never_default);
  else if (!g_strv_contains (idle_keys, key))
    g_ptr_array_add (reading->issues, byway_issue_new (name, BYWAY_ISSUE_UNKNOWN_KEY,
                                                       "is nothing that Byway knows"));
}

void
byway_peer_ip_read (BywayPeerIp *ip, GKeyFile *file, guint8 family, GPtrArray *issues)
{
  const char *group
      = g_key_file_has_group (file, group_of (family)) ? group_of (family) : old_group_of (family);
  const Reading reading = { ip, file, group, family, issues };
  g_auto (GStrv) keys = g_key_file_get_keys (file, reading.group, NULL, NULL);

  ip->present = keys != NULL;
  for (char **key = keys; key != NULL && *key != NULL; key++)
    read_key (&reading, *key);
}

static void
write_words (GKeyFile *file, const char *group, const char *key, GPtrArray *words)
{
  if (words->len > 0)
    g_key_file_set_string_list (file, group, key, (const char *const *)words->pdata, words->len);
  g_ptr_array_unref (words);
}

static GPtrArray *
dns_words (const BywayPeerIp *ip)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < ip->dns->len; i++)
    g_ptr_array_add (words, byway_address_to_string (&g_array_index (ip->dns, BywayAddress, i)));
  return words;
}

static void
write_group (const BywayPeerIp *ip, GKeyFile *file, const char *group)
{
  GPtrArray *routes = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *domains = g_ptr_array_new ();

  for (guint i = 0; i < ip->routes->len; i++)
    g_ptr_array_add (routes,
                     byway_peer_route_to_string (&g_array_index (ip->routes, BywayPeerRoute, i)));
  for (char **domain = ip->dns_search; *domain != NULL; domain++)
    g_ptr_array_add (domains, *domain);
  g_key_file_set_string (file, group, "method", ip->method);
  write_words (file, group, "dns", dns_words (ip));
  write_words (file, group, "dns-search", domains);
  write_words (file, group, "routes", routes);
  g_key_file_set_boolean (file, group, "ignore-auto-routes", ip->ignore_auto_routes);
  g_key_file_set_boolean (file, group, "ignore-auto-dns", ip->ignore_auto_dns);
  g_key_file_set_boolean (file, group, "never-default", ip->never_default);
}

void
byway_peer_ip_write (const BywayPeerIp *ip, GKeyFile *file, guint8 family)
{
  if (!ip->present)
    return;
  write_group (ip, file, group_of (family));
  write_group (ip, file, old_group_of (family));
}

/* --- options -------------------------------------------------------------------------------- */

static const char *const network_keys[]
    = { "all-traffic", "routes", "dns", "dns-search", "dns-auto", NULL };

static void
append_word (GString *list, const char *word)
{
  g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", word);
}

/* Takes @text. */
static void
insert_text (GHashTable *settings, const char *key, GString *text)
{
  char *value = g_string_free (text, FALSE);

  if (*value != '\0' && !g_hash_table_contains (settings, key))
    g_hash_table_insert (settings, g_strdup (key), value);
  else
    g_free (value);
}

static void
append_routes (GString *list, const BywayPeerIp *ip)
{
  for (guint i = 0; i < ip->routes->len; i++)
    {
      const BywayPeerRoute *route = &g_array_index (ip->routes, BywayPeerRoute, i);
      BywayPrefix prefix = route->prefix;
      g_autofree char *text = NULL;

      if (route->metric > 0)
        prefix.metric = route->metric;
      text = byway_prefix_to_string (&prefix);
      append_word (list, text);
    }
}

static void
append_dns (GString *list, const BywayPeerIp *ip)
{
  GPtrArray *words = dns_words (ip);

  for (guint i = 0; i < words->len; i++)
    append_word (list, words->pdata[i]);
  g_ptr_array_unref (words);
}

void
byway_peer_ip_give (const BywayPeerIp *ipv4, const BywayPeerIp *ipv6, GHashTable *settings)
{
  GString *routes = g_string_new (NULL);
  GString *dns = g_string_new (NULL);
  GString *search = g_string_new (NULL);

  append_routes (routes, ipv4);
  append_routes (routes, ipv6);
  append_dns (dns, ipv4);
  append_dns (dns, ipv6);
  for (char **domain = ipv4->dns_search; *domain != NULL; domain++)
    append_word (search, *domain);
  for (char **domain = ipv6->dns_search; *domain != NULL; domain++)
    if (!g_strv_contains ((const char *const *)ipv4->dns_search, *domain))
      append_word (search, *domain);
  insert_text (settings, "routes", routes);
  insert_text (settings, "dns", dns);
  insert_text (settings, "dns-search", search);
  insert_text (settings, "all-traffic", g_string_new (ipv4->never_default ? "no" : ""));
  insert_text (settings, "dns-auto", g_string_new (ipv4->ignore_auto_dns ? "no" : ""));
}

/* What can't be read stays with its option. */
static void
take_lists (BywayPeerIp *ipv4, BywayPeerIp *ipv6, GHashTable *settings)
{
  const char *routes = g_hash_table_lookup (settings, "routes");
  const char *dns = g_hash_table_lookup (settings, "dns");
  const char *search = g_hash_table_lookup (settings, "dns-search");
  g_auto (GStrv) route_words = split_words (routes != NULL ? routes : "", ",");
  g_auto (GStrv) dns_words_of = split_words (dns != NULL ? dns : "", ",");
  g_auto (GStrv) domains = split_words (search != NULL ? search : "", ",");
  gboolean ok = TRUE;

  for (char **word = route_words; *word != NULL; word++)
    {
      BywayPeerRoute route = { .metric = -1 };

      if (!byway_prefix_parse (*word, &route.prefix))
        continue;
      route.metric = route.prefix.metric > 0 ? (gint64)route.prefix.metric : -1;
      route.prefix.metric = 0;
      g_array_append_val (route.prefix.address.family == 6 ? ipv6->routes : ipv4->routes, route);
    }
  for (char **word = dns_words_of; *word != NULL; word++)
    {
      BywayAddress address;

      if (byway_address_parse (*word, &address))
        g_array_append_val (address.family == 6 ? ipv6->dns : ipv4->dns, address);
    }
  for (char **word = domains; *word != NULL; word++)
    ok = ok && is_search_word (*word);
  if (ok)
    {
      g_strfreev (ipv4->dns_search);
      ipv4->dns_search = g_steal_pointer (&domains);
    }
}

static gboolean
says_no (GHashTable *settings, const char *key)
{
  static const char *const words[] = { "no", "false", "0", NULL };
  const char *value = g_hash_table_lookup (settings, key);

  return value != NULL && g_strv_contains (words, value);
}

void
byway_peer_ip_take (BywayPeerIp *ipv4, BywayPeerIp *ipv6, GHashTable *settings)
{
  g_autoptr (GHashTable) again = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *ipv6_wanted = g_hash_table_lookup (settings, "ipv6");

  take_lists (ipv4, ipv6, settings);
  ipv4->present = ipv6->present = TRUE;
  ipv4->never_default = ipv6->never_default = says_no (settings, "all-traffic");
  ipv4->ignore_auto_dns = ipv6->ignore_auto_dns = says_no (settings, "dns-auto");
  /* NetworkManager refuses addresses where a family is ignored. */
  if (g_strcmp0 (ipv6_wanted, "yes") != 0 && ipv6->dns->len == 0 && ipv6->routes->len == 0)
    {
      g_free (ipv6->method);
      ipv6->method = g_strdup ("ignore");
      ipv6->never_default = ipv6->ignore_auto_dns = FALSE;
    }
  byway_peer_ip_give (ipv4, ipv6, again);
  for (const char *const *key = network_keys; *key != NULL; key++)
    if (g_strcmp0 (g_hash_table_lookup (again, *key), g_hash_table_lookup (settings, *key)) == 0)
      g_hash_table_remove (settings, *key);
}
