/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-editor-data.h"

#include "byway-keyfile.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-option.h"

#include <string.h>

/* The one secret that NetworkManager-l2tp had in the data once. */
#define OLD_KEY "ipsec-psk"

const char *const byway_nm_secret_keys[BYWAY_NM_N_SECRETS + 1]
    = { "password",      "ipsec-psk", "xauth-password", "l2tp-secret", "machine-certpass",
        "user-certpass", NULL };

static void
collect (const char *key, const char *value, gpointer table)
{
  g_hash_table_insert (table, g_strdup (key), g_strdup (value));
}

static GHashTable *
text_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static GHashTable *
get_data (NMSettingVpn *vpn)
{
  GHashTable *data = text_table ();

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
  if (secret.text == NULL && strcmp (key, OLD_KEY) == 0)
    secret.text = nm_setting_vpn_get_data_item (vpn, OLD_KEY);
  if (nm_setting_get_secret_flags (NM_SETTING (vpn), key, &flags, NULL)
      || nm_setting_vpn_get_num_data_items (vpn) > 0)
    secret.storage = storage_of (flags);
  return secret;
}

static const char *
text_of (const BywayNmSecret *secret)
{
  return secret->text != NULL ? secret->text : "";
}

/* Where it is not kept nothing could be typed; what is there all the same is not the editor's to
 * throw away. */
static gboolean
is_untouched (const BywayNmSecret *came, const BywayNmSecret *now)
{
  gboolean kept = strcmp (now->storage, BYWAY_NM_STORAGE_USER) == 0
                  || strcmp (now->storage, BYWAY_NM_STORAGE_SYSTEM) == 0;

  return strcmp (came->storage, now->storage) == 0
         && (!kept || strcmp (text_of (came), text_of (now)) == 0);
}

static gboolean
is_optional (const char *key)
{
  return (byway_option_find (key)->flags & BYWAY_OPTION_REQUIRED) == 0;
}

/* Flags that mean the same storage are left as they are: they may say more. */
static void
put_secret (NMConnection *connection, const BywayNmSecret *now, gboolean is_new)
{
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);
  const BywayNmSecret came = byway_nm_connection_secret (connection, now->key);
  gboolean same_storage = strcmp (came.storage, now->storage) == 0;

  if (!is_new && is_untouched (&came, now))
    return;
  nm_setting_vpn_remove_secret (vpn, now->key);
  if (strcmp (now->key, OLD_KEY) == 0)
    nm_setting_vpn_remove_data_item (vpn, OLD_KEY);
  if (now->text != NULL)
    nm_setting_vpn_add_secret (vpn, now->key, now->text);
  if (is_new ? now->text == NULL && is_optional (now->key) : same_storage)
    return;
  nm_setting_set_secret_flags (NM_SETTING (vpn), now->key, flags_of (now->storage), NULL);
}

/* Out of the place where everyone who may see the profile can read it, unless nobody would keep it
 * in the right one. */
static void
move_old_key (NMSettingVpn *vpn)
{
  const char *old = nm_setting_vpn_get_data_item (vpn, OLD_KEY);
  NMSettingSecretFlags flags = NM_SETTING_SECRET_FLAG_NONE;

  nm_setting_get_secret_flags (NM_SETTING (vpn), OLD_KEY, &flags, NULL);
  if (old == NULL || *old == '\0' || (flags & NM_SETTING_SECRET_FLAG_NOT_SAVED) != 0)
    return;
  if (nm_setting_vpn_get_secret (vpn, OLD_KEY) == NULL)
    nm_setting_vpn_add_secret (vpn, OLD_KEY, old);
  nm_setting_vpn_remove_data_item (vpn, OLD_KEY);
}

/* --- data ----------------------------------------------------------------------------------- */

static gboolean
is_replaced (const char *key)
{
  switch (byway_nm_key_classify (key))
    {
    case BYWAY_NM_KEY_OPTION:
    case BYWAY_NM_KEY_PEER:
      return TRUE;
    case BYWAY_NM_KEY_IGNORED:
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

static gboolean
says (NMConnection *connection, GHashTable *settings)
{
  g_autoptr (GHashTable) rest = text_table ();
  g_autoptr (GHashTable) said = byway_nm_connection_settings (connection, rest);

  return byway_settings_equal (said, settings);
}

static void
replace_data (NMSettingVpn *vpn, GHashTable *settings)
{
  g_autoptr (GHashTable) data = byway_nm_data_from_settings (settings);
  g_autoptr (GHashTable) before = get_data (vpn);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (is_replaced (key))
      nm_setting_vpn_remove_data_item (vpn, key);
  if (byway_nm_is_peers (before))
    byway_nm_stay_peers (data);
  put_data (vpn, data, TRUE);
}

void
byway_nm_connection_update (NMConnection *connection, GHashTable *settings, GHashTable *rest,
                            const BywayNmSecret *secrets, gsize n_secrets)
{
  NMSettingVpn *vpn = take_setting (connection);
  gboolean is_new = nm_setting_vpn_get_num_data_items (vpn) == 0;

  g_object_set (vpn, NM_SETTING_VPN_SERVICE_TYPE, BYWAY_NM_SERVICE, NULL);
  for (gsize i = 0; i < n_secrets; i++)
    put_secret (connection, &secrets[i], is_new);
  move_old_key (vpn);
  if (!says (connection, settings))
    replace_data (vpn, settings);
  put_data (vpn, rest, FALSE);
}
