/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-keyfile.h"
#include "byway-migration.h"
#include "byway-nm-data.h"
#include "byway-nm-differences.h"
#include "byway-nm-peers.h"
#include "byway-peer-words.h"
#include "byway-profile.h"

#include <string.h>

#define MARK "org.byway.migrated-from"
#define FLAGS "-flags"
/* Of NMSettingSecretFlags: an agent keeps it, or nobody does. */
#define FLAGS_NOT_NETWORKMANAGERS (1 | 2)

void
byway_migration_free (BywayMigration *self)
{
  g_free (self->id);
  g_free (self->uuid);
  g_clear_pointer (&self->settings, g_variant_unref);
  g_ptr_array_unref (self->issues);
  g_ptr_array_unref (self->left_out);
  g_free (self->unprotected);
  g_strfreev (self->differences);
  g_free (self);
}

/* --- a{sa{sv}} ------------------------------------------------------------------------------ */

/* One property; NULL when it is not there or of another type. Full. */
static GVariant *
lookup (GVariant *settings, const char *setting, const char *property, const GVariantType *type)
{
  g_autoptr (GVariant) group = g_variant_lookup_value (settings, setting, G_VARIANT_TYPE_VARDICT);

  return group != NULL ? g_variant_lookup_value (group, property, type) : NULL;
}

/* "" when it is not there. Caller frees. */
static char *
lookup_string (GVariant *settings, const char *setting, const char *property)
{
  g_autoptr (GVariant) value = lookup (settings, setting, property, G_VARIANT_TYPE_STRING);

  return value != NULL ? g_variant_dup_string (value, NULL) : g_strdup ("");
}

/* The strings of an a{ss}; empty when it is not there. Full. */
static GHashTable *
lookup_strings (GVariant *settings, const char *setting, const char *property)
{
  g_autoptr (GVariant) value = lookup (settings, setting, property, G_VARIANT_TYPE ("a{ss}"));

  return value != NULL ? byway_settings_from_variant (value)
                       : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* The settings with one property set; NULL takes it away, and the setting with its last. Both may
 * be floating. Full. */
static GVariant *
replace (GVariant *settings, const char *setting, const char *property, GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (settings);
  g_autoptr (GVariant) group = g_variant_lookup_value (owned, setting, G_VARIANT_TYPE_VARDICT);
  GVariantDict changed;
  GVariantBuilder all;
  GVariantIter iter;
  g_autoptr (GVariant) rest = NULL;
  const char *name;
  GVariant *content;

  g_variant_dict_init (&changed, group);
  if (value != NULL)
    g_variant_dict_insert_value (&changed, property, value);
  else
    g_variant_dict_remove (&changed, property);
  g_variant_builder_init (&all, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_iter_init (&iter, owned);
  while (g_variant_iter_loop (&iter, "{&s@a{sv}}", &name, &content))
    if (strcmp (name, setting) != 0)
      g_variant_builder_add (&all, "{s@a{sv}}", name, content);
  rest = g_variant_ref_sink (g_variant_dict_end (&changed));
  if (g_variant_n_children (rest) > 0)
    g_variant_builder_add (&all, "{s@a{sv}}", setting, rest);
  return g_variant_ref_sink (g_variant_builder_end (&all));
}

/* --- there and back ------------------------------------------------------------------------- */

static BywayMigration *
new_migration (GVariant *settings)
{
  BywayMigration *self = g_new0 (BywayMigration, 1);

  self->id = lookup_string (settings, "connection", "id");
  self->uuid = lookup_string (settings, "connection", "uuid");
  self->issues = byway_issues_new ();
  self->left_out = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/* What Byway would say at the first connect is said now. */
static gboolean
is_usable (BywayMigration *self, GHashTable *data, GVariant *settings)
{
  g_autofree char *user = lookup_string (settings, "vpn", "user-name");
  g_autoptr (GHashTable) options = byway_nm_data_to_settings (data, user, NULL, self->issues);
  g_autoptr (BywayProfile) profile = NULL;
  GPtrArray *issues = NULL;

  if (self->issues->len > 0)
    return FALSE;
  profile = byway_profile_parse (options, &issues);
  if (profile != NULL)
    {
      self->differences = byway_nm_differences (options, profile);
      self->unprotected = profile->ipsec ? NULL : g_strdup (profile->gateway);
      return TRUE;
    }
  g_ptr_array_unref (self->issues);
  self->issues = issues;
  return FALSE;
}

/* With IPsec the data stay as they are; without, it is said in our own word. Full. */
static GVariant *
with_data (GVariant *settings, GHashTable *data, gboolean plain)
{
  return plain ? replace (settings, "vpn", "data", byway_settings_to_variant (data))
               : g_variant_ref (settings);
}

/* With the service type, and the mark or (from NULL) without it. Full. */
static GVariant *
hand_over (GVariant *settings, const char *service, const char *from)
{
  g_autoptr (GHashTable) user = lookup_strings (settings, "user", "data");
  g_autoptr (GVariant) moved
      = replace (settings, "vpn", "service-type", g_variant_new_string (service));

  if (from != NULL)
    g_hash_table_insert (user, g_strdup (MARK), g_strdup (from));
  else
    g_hash_table_remove (user, MARK);
  return replace (moved, "user", "data",
                  g_hash_table_size (user) > 0 ? byway_settings_to_variant (user) : NULL);
}

static void
plan_move (BywayMigration *self, GVariant *settings, GHashTable *data, gboolean may_be_plain)
{
  gboolean plain = byway_nm_peer_is_plain (data);
  g_autoptr (GVariant) moved = NULL;

  if (plain && !may_be_plain)
    {
      self->verdict = BYWAY_MIGRATION_PLAIN;
      return;
    }
  if (plain)
    g_hash_table_insert (data, g_strdup ("ipsec"), g_strdup ("no"));
  self->verdict
      = is_usable (self, data, settings) ? BYWAY_MIGRATION_POSSIBLE : BYWAY_MIGRATION_REFUSED;
  if (self->verdict == BYWAY_MIGRATION_REFUSED)
    return;
  moved = with_data (settings, data, plain);
  self->settings = hand_over (moved, BYWAY_NM_SERVICE, BYWAY_NM_PEER_SERVICE);
}

BywayMigration *
byway_migration_plan (GVariant *settings, gboolean plain)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (settings);
  BywayMigration *self = new_migration (owned);
  g_autofree char *service = lookup_string (owned, "vpn", "service-type");
  g_autoptr (GHashTable) data = lookup_strings (owned, "vpn", "data");

  if (strcmp (service, BYWAY_NM_SERVICE) == 0)
    self->verdict = BYWAY_MIGRATION_DONE;
  else if (strcmp (service, BYWAY_NM_PEER_SERVICE) != 0)
    self->verdict = BYWAY_MIGRATION_NONE;
  else
    plan_move (self, owned, data, plain);
  return self;
}

static gboolean
is_theirs (GHashTable *data)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!byway_nm_key_is_peers (key))
      return FALSE;
  return TRUE;
}

/* In NetworkManager-l2tp's words; what only NetworkManager reads stays as it is. Full. */
static GHashTable *
translate (BywayMigration *self, GHashTable *data)
{
  g_autoptr (GHashTable) options = byway_nm_data_to_settings (data, NULL, NULL, self->issues);
  GHashTable *theirs = byway_nm_data_to_peer (options, self->left_out);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (byway_nm_key_classify (key) == BYWAY_NM_KEY_FLAGS
        || byway_nm_key_classify (key) == BYWAY_NM_KEY_IGNORED)
      g_hash_table_insert (theirs, g_strdup (key), g_strdup (value));
  return theirs;
}

/* Our word for what that program's say, or leave out, which a move added. */
static void
drop_plain (GHashTable *data)
{
  if (g_strcmp0 (g_hash_table_lookup (data, "ipsec"), "no") == 0 && byway_nm_peer_is_plain (data))
    g_hash_table_remove (data, "ipsec");
}

static void
plan_return (BywayMigration *self, GVariant *settings)
{
  g_autoptr (GHashTable) data = lookup_strings (settings, "vpn", "data");
  g_autoptr (GHashTable) theirs = byway_settings_copy (data);
  g_autoptr (GVariant) moved = hand_over (settings, BYWAY_NM_PEER_SERVICE, NULL);

  drop_plain (theirs);
  if (!is_theirs (theirs))
    {
      g_hash_table_unref (theirs);
      theirs = translate (self, data);
    }
  self->settings = replace (moved, "vpn", "data", byway_settings_to_variant (theirs));
  self->verdict = self->issues->len == 0 ? BYWAY_MIGRATION_POSSIBLE : BYWAY_MIGRATION_REFUSED;
  if (self->verdict == BYWAY_MIGRATION_REFUSED)
    g_clear_pointer (&self->settings, g_variant_unref);
}

BywayMigration *
byway_migration_plan_undo (GVariant *settings)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (settings);
  BywayMigration *self = new_migration (owned);
  g_autofree char *service = lookup_string (owned, "vpn", "service-type");
  g_autoptr (GHashTable) user = lookup_strings (owned, "user", "data");

  if (strcmp (service, BYWAY_NM_PEER_SERVICE) == 0)
    self->verdict = BYWAY_MIGRATION_DONE;
  else if (strcmp (service, BYWAY_NM_SERVICE) != 0)
    self->verdict = BYWAY_MIGRATION_NONE;
  else if (g_strcmp0 (g_hash_table_lookup (user, MARK), BYWAY_NM_PEER_SERVICE) != 0)
    self->verdict = BYWAY_MIGRATION_NOT_MARKED;
  else
    plan_return (self, owned);
  return self;
}

GVariant *
byway_migration_with_secrets (GVariant *settings, GVariant *secrets)
{
  g_autoptr (GHashTable) data = lookup_strings (settings, "vpn", "data");
  g_autoptr (GHashTable) found = NULL;
  GHashTableIter iter;
  gpointer key;

  if (secrets == NULL)
    return g_variant_ref (settings);
  found = lookup_strings (secrets, "vpn", "secrets");
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autofree char *flags_key = g_strconcat (key, FLAGS, NULL);
      const char *text = g_hash_table_lookup (data, flags_key);
      guint64 flags = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

      if (flags & FLAGS_NOT_NETWORKMANAGERS)
        g_hash_table_iter_remove (&iter);
    }
  if (g_hash_table_size (found) == 0)
    return g_variant_ref (settings);
  return replace (settings, "vpn", "secrets", byway_settings_to_variant (found));
}

const char *
byway_migration_psk_problem (GVariant *settings, GVariant *secrets)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (GHashTable) data = lookup_strings (settings, "vpn", "data");
  g_autoptr (GHashTable) given = NULL;
  const char *psk = g_hash_table_lookup (data, "ipsec-psk");
  const char *problem = NULL;

  if (secrets != NULL)
    {
      given = lookup_strings (secrets, "vpn", "secrets");
      if (g_hash_table_contains (given, "ipsec-psk"))
        psk = g_hash_table_lookup (given, "ipsec-psk");
    }
  if (psk == NULL || !byway_nm_is_peers (data) || byway_peer_put_psk (set, psk, &problem))
    return NULL;
  return problem;
}
