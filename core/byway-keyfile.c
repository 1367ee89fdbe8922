/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-issue.h"
#include "byway-keyfile.h"
#include "byway-profile.h"

#include <string.h>

#define GROUP "connection"
#define SETTINGS "settings"
#define END "end" /* the last group: a file without it was cut off */

BywayRecord *
byway_record_new (const char *uuid, const char *name, guint owner, GHashTable *settings)
{
  BywayRecord *record = g_new0 (BywayRecord, 1);

  record->uuid = g_strdup (uuid);
  record->name = g_strdup (name);
  record->owner = owner;
  record->settings = g_hash_table_ref (settings);
  return record;
}

void
byway_record_free (BywayRecord *record)
{
  g_free (record->uuid);
  g_free (record->name);
  g_hash_table_unref (record->settings);
  g_free (record);
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char *
byway_record_to_data (const BywayRecord *record)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  guint n;
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (record->settings, &n);

  qsort (keys, n, sizeof *keys, compare_text);
  g_key_file_set_string (file, GROUP, "uuid", record->uuid);
  g_key_file_set_string (file, GROUP, "name", record->name);
  if (record->owner == BYWAY_OWNER_SYSTEM)
    g_key_file_set_string (file, GROUP, "owner", "system");
  else
    g_key_file_set_uint64 (file, GROUP, "owner", record->owner);
  for (guint i = 0; i < n; i++)
    g_key_file_set_string (file, SETTINGS, keys[i],
                           g_hash_table_lookup (record->settings, keys[i]));
  g_key_file_set_string (file, END, "complete", "yes");
  return g_key_file_to_data (file, NULL, NULL);
}

static GHashTable *
read_settings (GKeyFile *file)
{
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) keys = g_key_file_get_keys (file, SETTINGS, NULL, NULL);

  for (char **key = keys; key != NULL && *key != NULL; key++)
    {
      char *text = g_key_file_get_string (file, SETTINGS, *key, NULL);

      g_hash_table_insert (settings, g_strdup (*key), text != NULL ? text : g_strdup ("\xff"));
    }
  return settings;
}

static gboolean
read_owner (GKeyFile *file, guint *owner)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, "owner", NULL);
  guint64 number;

  if (g_strcmp0 (text, "system") == 0)
    *owner = BYWAY_OWNER_SYSTEM;
  else if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT - 1, &number, NULL))
    *owner = number;
  else
    return FALSE;
  return TRUE;
}

BywayRecord *
byway_record_from_data (const char *data, gsize length, const char *uuid, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GHashTable) settings = NULL;
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GPtrArray) issues = NULL;
  g_autofree char *name = NULL, *own_uuid = NULL, *complete = NULL;
  guint owner;

  if (memchr (data, '\0', length) != NULL) /* GKeyFile would end a value there */
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "the file of connection %s is no text",
                   uuid);
      return NULL;
    }
  if (!g_key_file_load_from_data (file, data, length, G_KEY_FILE_NONE, error))
    return NULL;
  name = g_key_file_get_string (file, GROUP, "name", NULL);
  own_uuid = g_key_file_get_string (file, GROUP, "uuid", NULL);
  complete = g_key_file_get_string (file, END, "complete", NULL);
  if (g_strcmp0 (complete, "yes") != 0 || g_strcmp0 (own_uuid, uuid) != 0 || name == NULL
      || byway_name_problem (name) != NULL || !read_owner (file, &owner))
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                   "the file of connection %s is incomplete or not Byway's", uuid);
      return NULL;
    }
  settings = read_settings (file);
  profile = byway_profile_parse (settings, &issues);
  if (profile == NULL)
    {
      byway_issues_to_error (issues, error);
      return NULL;
    }
  return byway_record_new (uuid, name, owner, settings);
}

GHashTable *
byway_settings_copy (GHashTable *settings)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

gboolean
byway_settings_equal (GHashTable *one, GHashTable *other)
{
  GHashTableIter iter;
  gpointer key, value;

  if (g_hash_table_size (one) != g_hash_table_size (other))
    return FALSE;
  g_hash_table_iter_init (&iter, one);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_strcmp0 (value, g_hash_table_lookup (other, key)) != 0)
      return FALSE;
  return TRUE;
}

GHashTable *
byway_settings_from_variant (GVariant *dictionary)
{
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GVariantIter iter;
  char *key, *value;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{ss}", &key, &value))
    g_hash_table_insert (settings, key, value);
  return settings;
}

gsize
byway_settings_size (GVariant *dictionary)
{
  GVariantIter iter;
  const char *key, *value;
  gsize size = 0;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
    size += strlen (key) + strlen (value);
  return size;
}

const char *
byway_settings_find_twice (GVariant *dictionary)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, NULL))
    if (!g_hash_table_add (seen, (gpointer)key))
      return key;
  return NULL;
}

GVariant *
byway_settings_to_variant (GHashTable *settings)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer key, value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_variant_builder_add (&builder, "{ss}", key, value);
  return g_variant_builder_end (&builder);
}
