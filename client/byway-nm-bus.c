/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-bus.h"

#include "byway-error.h"

#include <glib/gi18n.h>

#define NAME "org.freedesktop.NetworkManager"
#define ROOT "/org/freedesktop/NetworkManager"
#define SETTINGS_PATH ROOT "/Settings"
#define SETTINGS NAME ".Settings"
#define CONNECTION SETTINGS ".Connection"
#define ACTIVE NAME ".Connection.Active"
#define PROPERTIES "org.freedesktop.DBus.Properties"
/* NMSettingsUpdate2Flags: what runs is not touched. Without one of the others the profile stays
 * where it is, on disk or in memory. */
#define UPDATE_NO_REAPPLY 0x40
/* An agent may have to ask, polkit too. */
#define ASKING_MS (5 * 60 * 1000)

struct _BywayNmBus
{
  GDBusConnection *connection;
};

BywayNmBus *
byway_nm_bus_new (GError **error)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  BywayNmBus *self;

  if (connection == NULL)
    return NULL;
  self = g_new0 (BywayNmBus, 1);
  self->connection = g_steal_pointer (&connection);
  return self;
}

void
byway_nm_bus_free (BywayNmBus *self)
{
  g_object_unref (self->connection);
  g_free (self);
}

/* What a caller can act on. Takes @cause. */
static void
translate (GError *cause, GError **error)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (cause);

  g_dbus_error_strip_remote_error (cause);
  if (g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_MISSING_PROGRAM,
                         _ ("NetworkManager does not run here"));
  else if (g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED)
           || (remote != NULL && g_str_has_suffix (remote, ".PermissionDenied")))
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_DENIED, _ ("NetworkManager does not allow it: %s"),
                 cause->message);
  else
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, _ ("NetworkManager refused it: %s"),
                 cause->message);
  g_error_free (cause);
}

static GVariant *
call (BywayNmBus *self, const char *path, const char *interface, const char *method,
      GVariant *arguments, const char *answer, GError **error)
{
  GError *cause = NULL;
  GVariant *reply = g_dbus_connection_call_sync (
      self->connection, NAME, path, interface, method, arguments, G_VARIANT_TYPE (answer),
      G_DBUS_CALL_FLAGS_NO_AUTO_START | G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
      ASKING_MS, NULL, &cause);

  if (reply == NULL)
    translate (cause, error);
  return reply;
}

GStrv
byway_nm_bus_list (BywayNmBus *self, GError **error)
{
  g_autoptr (GVariant) reply
      = call (self, SETTINGS_PATH, SETTINGS, "ListConnections", NULL, "(ao)", error);
  GStrv paths = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(^ao)", &paths);
  return paths;
}

/* NULL when it can't be had. Full. */
static GVariant *
get_property (BywayNmBus *self, const char *path, const char *interface, const char *name)
{
  g_autoptr (GVariant) reply
      = call (self, path, PROPERTIES, "Get", g_variant_new ("(ss)", interface, name), "(v)", NULL);
  GVariant *value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  return value;
}

GStrv
byway_nm_bus_list_active (BywayNmBus *self)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GVariant) active = get_property (self, ROOT, NAME, "ActiveConnections");
  GVariantIter iter;
  const char *path;

  if (active == NULL || !g_variant_is_of_type (active, G_VARIANT_TYPE_OBJECT_PATH_ARRAY))
    return g_strv_builder_end (paths);
  g_variant_iter_init (&iter, active);
  while (g_variant_iter_next (&iter, "&o", &path))
    {
      g_autoptr (GVariant) profile = get_property (self, path, ACTIVE, "Connection");

      if (profile != NULL && g_variant_is_of_type (profile, G_VARIANT_TYPE_OBJECT_PATH))
        g_strv_builder_add (paths, g_variant_get_string (profile, NULL));
    }
  return g_strv_builder_end (paths);
}

GVariant *
byway_nm_bus_get (BywayNmBus *self, const char *path, GError **error)
{
  g_autoptr (GVariant) reply
      = call (self, path, CONNECTION, "GetSettings", NULL, "(a{sa{sv}})", error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

GVariant *
byway_nm_bus_get_secrets (BywayNmBus *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = call (self, path, CONNECTION, "GetSecrets",
                                     g_variant_new ("(s)", "vpn"), "(a{sa{sv}})", &error);

  if (reply == NULL)
    g_info ("%s", error->message);
  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

gboolean
byway_nm_bus_update (BywayNmBus *self, const char *path, GVariant *settings, GError **error)
{
  g_autoptr (GVariant) reply
      = call (self, path, CONNECTION, "Update2",
              g_variant_new ("(@a{sa{sv}}u@a{sv})", settings, UPDATE_NO_REAPPLY,
                             g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0)),
              "(a{sv})", error);

  return reply != NULL;
}
