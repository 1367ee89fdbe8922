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

/* Each call has a service of its own: the one that libsecret shares is bound to the thread that
 * made it, and would not notice when the keyring's daemon is started anew. */
static SecretService *
open_service (GCancellable *cancellable, GError **error)
{
  return secret_service_open_sync (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION,
                                   cancellable, error);
}

static BywayKeyringState
state_of_error (const GError *error)
{
  gboolean waited = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
                    || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                    || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);

  g_info ("The keyring does not answer: %s", error->message);
  return waited ? BYWAY_KEYRING_SILENT : BYWAY_KEYRING_ABSENT;
}

static void
take_value (SecretValue *value, const char *key, BywaySecretSet *secrets)
{
  gsize length;
  const char *bytes = secret_value_get (value, &length);
  const char *problem;

  if (!byway_secret_set_put (secrets, key, bytes, length, &problem))
    g_info ("The keyring's %s %s", key, problem);
}

static BywayKeyringState
load_one (SecretService *service, const SecretSchema *whose, GHashTable *attributes,
          const char *key, gboolean may_unlock, GCancellable *cancellable, BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;
  GList *items = secret_service_search_sync (service, whose, attributes, search_flags (may_unlock),
                                             cancellable, &error);
  SecretValue *value = items != NULL ? secret_item_get_secret (items->data) : NULL;
  BywayKeyringState state = BYWAY_KEYRING_OPEN;

  if (value != NULL)
    take_value (value, key, secrets);
  else if (error != NULL)
    state = state_of_error (error);
  else if (items != NULL && secret_item_get_locked (items->data))
    state = BYWAY_KEYRING_LOCKED;
  g_clear_pointer (&value, secret_value_unref);
  g_list_free_full (items, g_object_unref);
  return state;
}

BywayKeyringState
byway_keyring_read_sync (const char *uuid, const char *const *keys, gboolean may_unlock,
                         GCancellable *cancellable, BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = NULL;
  BywayKeyringState state = BYWAY_KEYRING_OPEN;

  if (*keys != NULL && (service = open_service (cancellable, &error)) == NULL)
    return state_of_error (error);
  for (; *keys != NULL && state == BYWAY_KEYRING_OPEN; keys++)
    {
      g_autoptr (GHashTable) attributes = new_attributes (uuid, *keys);

      state = load_one (service, &schema, attributes, *keys, may_unlock, cancellable, secrets);
    }
  return state;
}

gboolean
byway_keyring_load_sync (const char *uuid, BywaySecretSet *secrets)
{
  g_autoptr (GStrvBuilder) lacking = g_strv_builder_new ();
  g_auto (GStrv) keys = NULL;
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET
        && byway_secret_set_get (secrets, options[i].key, NULL) == NULL)
      g_strv_builder_add (lacking, options[i].key);
  keys = g_strv_builder_end (lacking);
  return byway_keyring_read_sync (uuid, (const char *const *)keys, TRUE, NULL, secrets)
         != BYWAY_KEYRING_LOCKED;
}

gboolean
byway_keyring_load_nm_sync (const char *uuid, const char *const *keys, gboolean may_unlock,
                            BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = NULL;
  BywayKeyringState state = BYWAY_KEYRING_OPEN;

  if (*keys != NULL && (service = open_service (NULL, &error)) == NULL)
    return state_of_error (error) != BYWAY_KEYRING_LOCKED;
  for (; *keys != NULL && state == BYWAY_KEYRING_OPEN; keys++)
    if (byway_secret_set_get (secrets, *keys, NULL) == NULL)
      {
        g_autoptr (GHashTable) attributes = secret_attributes_build (
            &nm_schema, "connection-uuid", uuid, "setting-name", "vpn", "setting-key", *keys, NULL);

        state = load_one (service, &nm_schema, attributes, *keys, may_unlock, NULL, secrets);
      }
  return state != BYWAY_KEYRING_LOCKED;
}

static gboolean
take_error (gboolean ok, GError *cause, GError **error)
{
  if (!ok)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the keyring does not answer%s%s",
                 cause != NULL ? ": " : "", cause != NULL ? cause->message : "");
  return ok;
}

/* What one secret is kept as. */
static SecretValue *
new_value (const BywaySecretSet *secrets, const char *key)
{
  gsize length;
  const char *bytes = byway_secret_set_get (secrets, key, &length);
  const char *type
      = g_utf8_validate (bytes, length, NULL) ? "text/plain" : "application/octet-stream";

  return secret_value_new (bytes, length, type);
}

/* Storing replaces only what is in the same collection. What is locked stays, and is no longer
 * found first. */
static void
clear_others (SecretService *service, GHashTable *attributes, const char *alias)
{
  g_autoptr (SecretCollection) kept_in
      = secret_collection_for_alias_sync (service, alias, SECRET_COLLECTION_NONE, NULL, NULL);
  GList *items
      = secret_service_search_sync (service, &schema, attributes, SECRET_SEARCH_ALL, NULL, NULL);

  for (GList *item = items; item != NULL && kept_in != NULL; item = item->next)
    {
      g_autofree char *collection = g_path_get_dirname (g_dbus_proxy_get_object_path (item->data));

      if (!g_str_equal (collection, g_dbus_proxy_get_object_path (G_DBUS_PROXY (kept_in)))
          && !secret_item_get_locked (item->data))
        secret_item_delete_sync (item->data, NULL, NULL);
    }
  g_list_free_full (items, g_object_unref);
}

gboolean
byway_keyring_save_sync (const char *uuid, const char *name, const char *key,
                         const BywaySecretSet *secrets, BywayStorage storage, GError **error)
{
  const char *alias
      = storage == BYWAY_STORAGE_SESSION ? SECRET_COLLECTION_SESSION : SECRET_COLLECTION_DEFAULT;
  g_autoptr (GHashTable) attributes = new_attributes (uuid, key);
  g_autofree char *label = g_strdup_printf ("Byway: %s of “%s”", key, name);
  g_autoptr (GError) cause = NULL;
  g_autoptr (SecretService) service = open_service (NULL, &cause);
  g_autoptr (SecretValue) value = service != NULL ? new_value (secrets, key) : NULL;

  /* The old one goes after the new one is there: a keyring may refuse it. */
  if (service != NULL
      && secret_service_store_sync (service, &schema, attributes, alias, label, value, NULL,
                                    &cause))
    {
      clear_others (service, attributes, alias);
      return TRUE;
    }
  return take_error (FALSE, cause, error);
}

gboolean
byway_keyring_forget_sync (const char *uuid, const char *key, GError **error)
{
  g_autoptr (GHashTable) attributes = new_attributes (uuid, key);
  g_autoptr (GError) cause = NULL;
  g_autoptr (SecretService) service = open_service (NULL, &cause);

  /* FALSE without an error: there was none. */
  if (service != NULL)
    secret_service_clear_sync (service, &schema, attributes, NULL, &cause);
  return take_error (cause == NULL, cause, error);
}
