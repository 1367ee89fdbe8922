/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-keyring.h"

#include "byway-error.h"
#include "byway-option.h"

#include <libsecret/secret.h>

static const SecretSchema schema = {
  "org.byway.Secret",
  SECRET_SCHEMA_NONE,
  { { "uuid", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "key", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

/* The agents'. Items of older ones carry no schema's name. */
static const SecretSchema nm_schema = {
  "org.freedesktop.NetworkManager.Connection",
  SECRET_SCHEMA_DONT_MATCH_NAME,
  { { "connection-uuid", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "setting-name", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "setting-key", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

static GHashTable *
new_attributes (const char *uuid, const char *key)
{
  return key != NULL ? secret_attributes_build (&schema, "uuid", uuid, "key", key, NULL)
                     : secret_attributes_build (&schema, "uuid", uuid, NULL);
}

/* A prompt to unlock can only be shown on a display; without one it would be waited for in vain. */
static SecretSearchFlags
search_flags (gboolean may_unlock)
{
  gboolean display = g_getenv ("DISPLAY") != NULL || g_getenv ("WAYLAND_DISPLAY") != NULL;

  return SECRET_SEARCH_LOAD_SECRETS | (may_unlock && display ? SECRET_SEARCH_UNLOCK : 0);
}

/* FALSE: it is there, and stays locked. */
static gboolean
load_one (const SecretSchema *whose, GHashTable *attributes, const char *key, gboolean may_unlock,
          BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;
  GList *items = secret_service_search_sync (NULL, whose, attributes, search_flags (may_unlock),
                                             NULL, &error);
  SecretValue *value = items != NULL ? secret_item_get_secret (items->data) : NULL;
  gboolean locked;

  if (value != NULL)
    {
      gsize length;
      const char *bytes = secret_value_get (value, &length);
      const char *problem;

      if (!byway_secret_set_put (secrets, key, bytes, length, &problem))
        g_info ("The keyring's %s %s", key, problem);
      secret_value_unref (value);
    }
  else if (error != NULL)
    g_info ("The keyring does not answer: %s", error->message);
  locked = items != NULL && value == NULL && secret_item_get_locked (items->data);
  g_list_free_full (items, g_object_unref);
  return !locked;
}

gboolean
byway_keyring_load_sync (const char *uuid, BywaySecretSet *secrets)
{
  gsize n;
  const BywayOption *options = byway_options (&n);
  gboolean open = TRUE;

  for (gsize i = 0; i < n && open; i++)
    if (options[i].type == BYWAY_OPTION_SECRET
        && byway_secret_set_get (secrets, options[i].key, NULL) == NULL)
      {
        g_autoptr (GHashTable) attributes = new_attributes (uuid, options[i].key);

        open = load_one (&schema, attributes, options[i].key, TRUE, secrets);
      }
  return open;
}

gboolean
byway_keyring_load_nm_sync (const char *uuid, const char *const *keys, gboolean may_unlock,
                            BywaySecretSet *secrets)
{
  gboolean open = TRUE;

  for (; *keys != NULL && open; keys++)
    {
      g_autoptr (GHashTable) attributes = secret_attributes_build (
          &nm_schema, "connection-uuid", uuid, "setting-name", "vpn", "setting-key", *keys, NULL);

      open = byway_secret_set_get (secrets, *keys, NULL) != NULL
             || load_one (&nm_schema, attributes, *keys, may_unlock, secrets);
    }
  return open;
}

static gboolean
take_error (gboolean ok, GError *cause, GError **error)
{
  if (!ok)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the keyring does not answer%s%s",
                 cause != NULL ? ": " : "", cause != NULL ? cause->message : "");
  return ok;
}

gboolean
byway_keyring_save_sync (const char *uuid, const char *name, const char *key,
                         const BywaySecretSet *secrets, BywayStorage storage, GError **error)
{
  g_autoptr (GHashTable) attributes = new_attributes (uuid, key);
  g_autofree char *label = g_strdup_printf ("Byway: %s of “%s”", key, name);
  g_autoptr (GError) cause = NULL;
  gsize length;
  const char *bytes = byway_secret_set_get (secrets, key, &length);
  const char *type
      = g_utf8_validate (bytes, length, NULL) ? "text/plain" : "application/octet-stream";
  SecretValue *value = secret_value_new (bytes, length, type);
  gboolean ok;

  /* Storing replaces only what is in the same collection; an old one must not stay in another. */
  secret_service_clear_sync (NULL, &schema, attributes, NULL, NULL);
  ok = secret_service_store_sync (NULL, &schema, attributes,
                                  storage == BYWAY_STORAGE_SESSION ? SECRET_COLLECTION_SESSION
                                                                   : SECRET_COLLECTION_DEFAULT,
                                  label, value, NULL, &cause);
  secret_value_unref (value);
  return take_error (ok, cause, error);
}

gboolean
byway_keyring_forget_sync (const char *uuid, const char *key, GError **error)
{
  g_autoptr (GHashTable) attributes = new_attributes (uuid, key);
  g_autoptr (GError) cause = NULL;

  /* FALSE without an error: there was none. */
  secret_service_clear_sync (NULL, &schema, attributes, NULL, &cause);
  return take_error (cause == NULL, cause, error);
}
