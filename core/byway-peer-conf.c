/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-keyfile.h"
#include "byway-nm-data.h"
#include "byway-option.h"
#include "byway-peer-conf.h"
#include "byway-peer-words.h"

#include <string.h>

#define FLAG_NOT_SAVED 2 /* of NMSettingSecretFlags: asked for at each connect */

BywayPeerConf *
byway_peer_conf_new (const char *name)
{
  BywayPeerConf *conf = g_new0 (BywayPeerConf, 1);

  conf->name = g_strdup (name);
  conf->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  conf->flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  conf->secrets = byway_secret_set_new ();
  byway_peer_ip_init (&conf->ipv4);
  byway_peer_ip_init (&conf->ipv6);
  return conf;
}

void
byway_peer_conf_free (BywayPeerConf *conf)
{
  g_free (conf->name);
  g_hash_table_unref (conf->settings);
  g_hash_table_unref (conf->flags);
  byway_secret_set_unref (conf->secrets);
  byway_peer_ip_clear (&conf->ipv4);
  byway_peer_ip_clear (&conf->ipv6);
  g_free (conf);
}

void
byway_peer_conf_set_ipsec (BywayPeerConf *conf)
{
  if (!conf->plain)
    return;
  g_hash_table_remove (conf->settings, "ipsec");
  if (conf->peers)
    byway_nm_data_take_absent (conf->settings);
  conf->plain = FALSE;
}

/* --- writing -------------------------------------------------------------------------------- */

/* Makes the booleans of a table what reading would make of them. */
static void
spell_booleans (GHashTable *table)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (byway_nm_key_is_boolean (key) && byway_peer_yes_or_no (value) != NULL)
      g_hash_table_iter_replace (&iter, g_strdup (byway_peer_yes_or_no (value)));
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Sorted; the container is the caller's, the keys are the table's. */
static char **
sorted_keys (GHashTable *table, guint *n)
{
  char **keys = (char **)g_hash_table_get_keys_as_array (table, n);

  qsort (keys, *n, sizeof *keys, compare_text);
  return keys;
}

/* Adds to @data what NetworkManager-l2tp's words in it don't say of @settings, in ours. */
static void
add_own_words (GHashTable *data, GHashTable *settings)
{
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GHashTable) read = byway_nm_data_to_settings (data, NULL, NULL, issues);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (byway_option_find (key) != NULL && !byway_peer_is_secret (key)
        && g_strcmp0 (g_hash_table_lookup (read, key), value) != 0)
      g_hash_table_insert (data, g_strdup (key), g_strdup (value));
}

/* The options that @data sets and @settings don't. Caller frees the container. */
static char **
find_defaulted (GHashTable *data, GHashTable *settings, guint *n)
{
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GHashTable) rest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) read = byway_nm_data_to_settings (data, NULL, rest, issues);
  GPtrArray *names = g_ptr_array_new ();
  guint n_read;
  g_autofree char **keys = sorted_keys (read, &n_read);

  for (guint i = 0; i < n_read; i++)
    if (!g_hash_table_contains (settings, keys[i]))
      g_ptr_array_add (names, (char *)byway_option_find (keys[i])->key);
  *n = names->len;
  return (char **)g_ptr_array_free (names, FALSE);
}

static void
write_vpn (GKeyFile *file, const BywayPeerConf *conf)
{
  g_autoptr (GHashTable) settings = byway_settings_copy (conf->settings);
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) data = NULL;
  g_autofree char **keys = NULL, **defaulted = NULL;
  guint n, n_defaulted;

  spell_booleans (settings);
  data = byway_nm_data_to_peer (settings, left_out);
  spell_booleans (data);
  add_own_words (data, settings);
  if (g_strcmp0 (g_hash_table_lookup (settings, "ipsec"), "no") == 0)
    g_hash_table_insert (data, g_strdup ("ipsec"), g_strdup ("no"));
  defaulted = find_defaulted (data, settings, &n_defaulted);
  keys = sorted_keys (data, &n);
  for (guint i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (data, keys[i]);
      const char *word = byway_nm_key_is_boolean (keys[i]) ? byway_peer_yes_or_no (value) : NULL;

      if (word != NULL)
        g_key_file_set_boolean (file, BYWAY_PEER_VPN, keys[i], *word == 'y');
      else
        g_key_file_set_string (file, BYWAY_PEER_VPN, keys[i], value);
    }
  if (n_defaulted > 0)
    g_key_file_set_string_list (file, BYWAY_PEER_OURS, BYWAY_PEER_DEFAULTED,
                                (const char *const *)defaulted, n_defaulted);
}

static void
write_flags (GKeyFile *file, GHashTable *flags)
{
  guint n;
  g_autofree char **keys = sorted_keys (flags, &n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = g_strconcat (keys[i], BYWAY_PEER_FLAGS, NULL);

      g_key_file_set_integer (file, BYWAY_PEER_VPN, key,
                              GPOINTER_TO_UINT (g_hash_table_lookup (flags, keys[i])));
    }
}

static void
write_secrets (GKeyFile *file, const BywaySecretSet *secrets)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      gsize length;
      const char *bytes = byway_secret_set_get (secrets, options[i].key, &length);
      g_autofree char *key = g_strconcat (options[i].key, BYWAY_PEER_BASE64, NULL);
      g_autofree char *coded = NULL;

      if (bytes == NULL)
        continue;
      coded = g_base64_encode ((const guchar *)bytes, length);
      if (g_str_is_ascii (bytes) && strpbrk (bytes, "\t\r ") == NULL)
        g_key_file_set_string (file, BYWAY_PEER_SECRETS, options[i].key, bytes);
      else
        g_key_file_set_string (file, BYWAY_PEER_SECRETS, key, coded);
      explicit_bzero (coded, strlen (coded));
    }
}

char *
byway_peer_conf_to_data (const BywayPeerConf *conf, gboolean with_secrets)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (conf->name != NULL)
    g_key_file_set_string (file, BYWAY_PEER_CONNECTION, "id", conf->name);
  write_vpn (file, conf);
  write_flags (file, conf->flags);
  byway_peer_ip_write (&conf->ipv4, file, 4);
  byway_peer_ip_write (&conf->ipv6, file, 6);
  if (with_secrets)
    write_secrets (file, conf->secrets);
  g_key_file_set_comment (file, NULL, NULL,
                          " An L2TP/IPsec connection, for Byway and for NetworkManager-l2tp", NULL);
  return g_key_file_to_data (file, NULL, NULL);
}

/* --- the helper's connections --------------------------------------------------------------- */

BywayPeerConf *
byway_peer_conf_from_settings (const char *name, GHashTable *settings)
{
  BywayPeerConf *conf = byway_peer_conf_new (name);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_unref (conf->settings);
  conf->settings = byway_settings_copy (settings);
  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (byway_peer_is_storage (key) && strcmp (value, "ask") == 0)
      g_hash_table_insert (conf->flags, g_strndup (key, strlen (key) - strlen (BYWAY_PEER_STORAGE)),
                           GUINT_TO_POINTER (FLAG_NOT_SAVED));
  byway_peer_ip_take (&conf->ipv4, &conf->ipv6, conf->settings);
  return conf;
}

GHashTable *
byway_peer_conf_to_settings (const BywayPeerConf *conf)
{
  GHashTable *settings = byway_settings_copy (conf->settings);
  GHashTableIter iter;
  gpointer key, value;

  byway_peer_ip_give (&conf->ipv4, &conf->ipv6, settings);
  g_hash_table_iter_init (&iter, conf->flags);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_autofree char *storage = g_strconcat (key, BYWAY_PEER_STORAGE, NULL);

      if (GPOINTER_TO_UINT (value) & FLAG_NOT_SAVED && !g_hash_table_contains (settings, storage))
        g_hash_table_insert (settings, g_steal_pointer (&storage), g_strdup ("ask"));
    }
  return settings;
}
