/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-editor-data.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"

#include <string.h>

const char *const byway_nm_secret_keys[BYWAY_NM_N_SECRETS + 1]
    = { "password",      "ipsec-psk", "xauth-password", "l2tp-secret", "machine-certpass",
        "user-certpass", NULL };

static void
collect (const char *key, const char *value, gpointer table)
{
  g_hash_table_insert (table, g_strdup (key), g_strdup (value));
}

static GHashTable *
get_data (NMSettingVpn *vpn)
{
  GHashTable *data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (vpn != NULL)
    nm_setting_vpn_foreach_data_item (vpn, collect, data);
  return data;
}

GHashTable *
byway_nm_connection_settings (NMConnection *connection, GHashTable *rest)
{
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);
  g_autoptr (GHashTable) data = get_data (vpn);

  return byway_nm_data_to_settings (data, vpn != NULL ? nm_setting_vpn_get_user_name (vpn) : NULL,
                                    rest, NULL);
}

/* --- secrets -------------------------------------------------------------------------------- */

static const char *
storage_of (NMSettingSecretFlags flags)
{
  if (flags & NM_SETTING_SECRET_FLAG_NOT_SAVED)
    return BYWAY_NM_STORAGE_ASK;
  if (flags & NM_SETTING_SECRET_FLAG_NOT_REQUIRED)
    return BYWAY_NM_STORAGE_NONE;
  return flags & NM_SETTING_SECRET_FLAG_AGENT_OWNED ? BYWAY_NM_STORAGE_USER
                                                    : BYWAY_NM_STORAGE_SYSTEM;
}

static NMSettingSecretFlags
flags_of (const char *storage)
{
  if (strcmp (storage, BYWAY_NM_STORAGE_ASK) == 0)
    return NM_SETTING_SECRET_FLAG_NOT_SAVED;
  if (strcmp (storage, BYWAY_NM_STORAGE_NONE) == 0)
    return NM_SETTING_SECRET_FLAG_NOT_REQUIRED;
  return strcmp (storage, BYWAY_NM_STORAGE_USER) == 0 ? NM_SETTING_SECRET_FLAG_AGENT_OWNED
                                                      : NM_SETTING_SECRET_FLAG_NONE;
}

/* A profile that has data and no flags means 0, "for all users". A new one has nothing yet. */
BywayNmSecret
byway_nm_connection_secret (NMConnection *connection, const char *key)
{
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);
  BywayNmSecret secret = { .key = key, .storage = BYWAY_NM_STORAGE_USER };
  NMSettingSecretFlags flags = NM_SETTING_SECRET_FLAG_NONE;

  if (vpn == NULL)
    return secret;
  secret.text = nm_setting_vpn_get_secret (vpn, key);
  if (secret.text == NULL && strcmp (key, "ipsec-psk") == 0)
    secret.text = nm_setting_vpn_get_data_item (vpn, key); /* an old version's place */
  if (nm_setting_get_secret_flags (NM_SETTING (vpn), key, &flags, NULL)
      || nm_setting_vpn_get_num_data_items (vpn) > 0)
    secret.storage = storage_of (flags);
  return secret;
}

static gboolean
has_flags (NMSettingVpn *vpn, const char *key)
{
  g_autofree char *flags_key = g_strconcat (key, "-flags", NULL);

  return nm_setting_vpn_get_data_item (vpn, flags_key) != NULL;
}

/* Flags that mean the same storage are left as they are: they may say more. */
static void
put_secret (NMSettingVpn *vpn, const BywayNmSecret *secret, gboolean is_new)
{
  NMSettingSecretFlags flags = NM_SETTING_SECRET_FLAG_NONE;
  gboolean optional
      = strcmp (secret->key, "password") != 0 && strcmp (secret->key, "ipsec-psk") != 0;

  nm_setting_get_secret_flags (NM_SETTING (vpn), secret->key, &flags, NULL);
  nm_setting_vpn_remove_secret (vpn, secret->key);
  if (secret->text != NULL)
    nm_setting_vpn_add_secret (vpn, secret->key, secret->text);
  if (strcmp (storage_of (flags), secret->storage) == 0
      && (has_flags (vpn, secret->key) || !is_new))
    return;
  if (optional && secret->text == NULL && !has_flags (vpn, secret->key) && is_new)
    return;
  nm_setting_set_secret_flags (NM_SETTING (vpn), secret->key, flags_of (secret->storage), NULL);
}

/* --- data ----------------------------------------------------------------------------------- */

/* "unit" has no effect, but it is no secret either: whoever put it there may keep it. */
static gboolean
is_replaced (const char *key)
{
  switch (byway_nm_key_classify (key))
    {
    case BYWAY_NM_KEY_OPTION:
    case BYWAY_NM_KEY_PEER:
      return TRUE;
    case BYWAY_NM_KEY_IGNORED:
      return strcmp (key, "ipsec-psk") == 0;
    case BYWAY_NM_KEY_FLAGS:
    case BYWAY_NM_KEY_UNKNOWN:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

static NMSettingVpn *
take_setting (NMConnection *connection)
{
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);

  if (vpn != NULL)
    return vpn;
  vpn = NM_SETTING_VPN (nm_setting_vpn_new ());
  nm_connection_add_setting (connection, NM_SETTING (vpn));
  return vpn;
}

static void
put_data (NMSettingVpn *vpn, GHashTable *data, gboolean replace)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (replace || nm_setting_vpn_get_data_item (vpn, key) == NULL)
      nm_setting_vpn_add_data_item (vpn, key, value);
}

void
byway_nm_connection_update (NMConnection *connection, GHashTable *settings, GHashTable *rest,
                            const BywayNmSecret *secrets, gsize n_secrets)
{
  NMSettingVpn *vpn = take_setting (connection);
  g_autoptr (GHashTable) data = byway_nm_data_from_settings (settings);
  g_autoptr (GHashTable) before = get_data (vpn);
  gboolean is_new = g_hash_table_size (before) == 0;
  GHashTableIter iter;
  gpointer key;

  g_object_set (vpn, NM_SETTING_VPN_SERVICE_TYPE, BYWAY_NM_SERVICE, NULL);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (is_replaced (key))
      nm_setting_vpn_remove_data_item (vpn, key);
  if (byway_nm_is_peers (before))
    byway_nm_stay_peers (data);
  put_data (vpn, data, TRUE);
  put_data (vpn, rest, FALSE);
  for (gsize i = 0; i < n_secrets; i++)
    put_secret (vpn, &secrets[i], is_new);
}
