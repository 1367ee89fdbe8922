/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-profiles.h"

#include "byway-error.h"

#include <NetworkManager.h>
#include <glib/gi18n.h>
#include <string.h>

#define SERVICE "org.freedesktop.NetworkManager.byway"

struct _BywayNmProfiles
{
  GObject parent;
  BywayRoster *roster;
  GCancellable *cancellable;
  NMClient *client;  /* NULL until it is ready */
  GHashTable *known; /* uuids in the roster */
  GHashTable *since; /* uuid -> gint64: when it came up, as seen here */
};

G_DEFINE_FINAL_TYPE (BywayNmProfiles, byway_nm_profiles, G_TYPE_OBJECT)

/* --- NetworkManager's words ----------------------------------------------------------------- */

static gboolean
is_ours (NMConnection *connection)
{
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);

  return vpn != NULL && g_strcmp0 (nm_setting_vpn_get_service_type (vpn), SERVICE) == 0;
}

static NMActiveConnection *
find_active (BywayNmProfiles *self, const char *uuid)
{
  const GPtrArray *all = nm_client_get_active_connections (self->client);

  for (guint i = 0; i < all->len; i++)
    if (g_strcmp0 (nm_active_connection_get_uuid (all->pdata[i]), uuid) == 0)
      return all->pdata[i];
  return NULL;
}

static BywayLook
look_of (NMActiveConnection *active)
{
  switch (active != NULL ? nm_active_connection_get_state (active)
                         : NM_ACTIVE_CONNECTION_STATE_DEACTIVATED)
    {
    case NM_ACTIVE_CONNECTION_STATE_ACTIVATING:
      return BYWAY_LOOK_CONNECTING;
    case NM_ACTIVE_CONNECTION_STATE_ACTIVATED:
      return BYWAY_LOOK_UP;
    case NM_ACTIVE_CONNECTION_STATE_DEACTIVATING:
      return BYWAY_LOOK_DISCONNECTING;
    case NM_ACTIVE_CONNECTION_STATE_UNKNOWN:
    case NM_ACTIVE_CONNECTION_STATE_DEACTIVATED:
    default: /* a newer NetworkManager's */
      return BYWAY_LOOK_OFF;
    }
}

/* --- into the roster ------------------------------------------------------------------------ */

/* NetworkManager does not tell since when; what was up before is up since it was last begun. */
static gint64
up_since (BywayNmProfiles *self, NMConnection *connection, BywayLook look)
{
  NMSettingConnection *setting = nm_connection_get_setting_connection (connection);
  const char *uuid = nm_connection_get_uuid (connection);
  gint64 *since = g_hash_table_lookup (self->since, uuid);

  if (look != BYWAY_LOOK_UP)
    {
      g_hash_table_remove (self->since, uuid);
      return 0;
    }
  if (since == NULL)
    {
      since = g_new (gint64, 1);
      *since = (gint64)nm_setting_connection_get_timestamp (setting);
      if (*since == 0)
        *since = g_get_real_time () / G_USEC_PER_SEC;
      g_hash_table_insert (self->since, g_strdup (uuid), since);
    }
  return *since;
}

static void
put (BywayNmProfiles *self, NMConnection *connection)
{
  const char *uuid = nm_connection_get_uuid (connection);
  BywayLook look = look_of (find_active (self, uuid));

  g_hash_table_add (self->known, g_strdup (uuid));
  byway_roster_put_profile (self->roster, uuid, nm_connection_get_id (connection),
                            nm_connection_get_path (connection), look,
                            up_since (self, connection, look));
}

/* Those that are there no longer, or are another service's now. */
static gboolean
is_gone (gpointer uuid, gpointer value, gpointer data)
{
  BywayNmProfiles *self = data;
  NMRemoteConnection *connection = nm_client_get_connection_by_uuid (self->client, uuid);

  if (connection != NULL && is_ours (NM_CONNECTION (connection)))
    return FALSE;
  byway_roster_remove_profile (self->roster, uuid);
  return TRUE;
}

static void
refresh (BywayNmProfiles *self)
{
  const GPtrArray *all = nm_client_get_connections (self->client);

  for (guint i = 0; i < all->len; i++)
    if (is_ours (all->pdata[i]))
      put (self, all->pdata[i]);
  g_hash_table_foreach_remove (self->known, is_gone, self);
}

/* Each change of a profile or of an active connection; they are few. */
static void
follow (BywayNmProfiles *self, GObject *object, const char *signal)
{
  g_signal_handlers_disconnect_by_func (object, refresh, self);
  g_signal_connect_object (object, signal, G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
}

static void
on_changed (BywayNmProfiles *self)
{
  const GPtrArray *active = nm_client_get_active_connections (self->client);
  const GPtrArray *profiles = nm_client_get_connections (self->client);

  for (guint i = 0; i < active->len; i++)
    follow (self, active->pdata[i], "notify::state");
  for (guint i = 0; i < profiles->len; i++)
    follow (self, profiles->pdata[i], "changed");
  refresh (self);
}

static void
on_client (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayNmProfiles) self = data;
  g_autoptr (GError) error = NULL;
  NMClient *client = nm_client_new_finish (result, &error);

  if (client == NULL)
    {
      g_debug ("NetworkManager can't be asked: %s", error->message);
      return;
    }
  self->client = client;
  g_signal_connect_object (client, "notify::" NM_CLIENT_ACTIVE_CONNECTIONS, G_CALLBACK (on_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::" NM_CLIENT_CONNECTIONS, G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  on_changed (self);
}

/* --- up and down ---------------------------------------------------------------------------- */

static void
on_activated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (NMActiveConnection) active
      = nm_client_activate_connection_finish (NM_CLIENT (source), result, &error);

  if (active != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
byway_nm_profiles_activate (BywayNmProfiles *self, const char *uuid, GAsyncReadyCallback callback,
                            gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, callback, data);
  NMRemoteConnection *connection
      = self->client != NULL ? nm_client_get_connection_by_uuid (self->client, uuid) : NULL;

  if (connection == NULL)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND, "%s",
                             _ ("NetworkManager has no such connection any more"));
  else
    nm_client_activate_connection_async (self->client, NM_CONNECTION (connection), NULL, NULL,
                                         self->cancellable, on_activated, g_steal_pointer (&task));
}

static void
on_deactivated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (nm_client_deactivate_connection_finish (NM_CLIENT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
byway_nm_profiles_deactivate (BywayNmProfiles *self, const char *uuid, GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, callback, data);
  NMActiveConnection *active = self->client != NULL ? find_active (self, uuid) : NULL;

  if (active == NULL)
    g_task_return_boolean (task, TRUE); /* it is down already */
  else
    nm_client_deactivate_connection_async (self->client, active, self->cancellable, on_deactivated,
                                           g_steal_pointer (&task));
}

gboolean
byway_nm_profiles_finish (BywayNmProfiles *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayNmProfiles *
byway_nm_profiles_new (BywayRoster *roster)
{
  BywayNmProfiles *self = g_object_new (BYWAY_TYPE_NM_PROFILES, NULL);

  self->roster = g_object_ref (roster);
  nm_client_new_async (self->cancellable, on_client, g_object_ref (self));
  return self;
}

static void
byway_nm_profiles_dispose (GObject *object)
{
  BywayNmProfiles *self = BYWAY_NM_PROFILES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  g_clear_object (&self->roster);
  G_OBJECT_CLASS (byway_nm_profiles_parent_class)->dispose (object);
}

static void
byway_nm_profiles_finalize (GObject *object)
{
  BywayNmProfiles *self = BYWAY_NM_PROFILES (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->since);
  G_OBJECT_CLASS (byway_nm_profiles_parent_class)->finalize (object);
}

static void
byway_nm_profiles_class_init (BywayNmProfilesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = byway_nm_profiles_dispose;
  G_OBJECT_CLASS (klass)->finalize = byway_nm_profiles_finalize;
}

static void
byway_nm_profiles_init (BywayNmProfiles *self)
{
  self->cancellable = g_cancellable_new ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->since = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}
