/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-client.h"

#include "byway-error.h"
#include "byway-keyfile.h"
#include "byway-seal.h"

#include <gio/gunixfdlist.h>
#include <string.h>

#define NAME "org.byway.Byway1"
#define INTERFACE_PREFIX NAME "."

struct _BywayClient
{
  GObject parent;
  GDBusConnection *bus;
  guint subscription, name_subscription;
};

G_DEFINE_FINAL_TYPE (BywayClient, byway_client, G_TYPE_OBJECT)

enum
{
  SIGNAL_EVENT,
  SIGNAL_GONE,
  SIGNAL_CAME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_event (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *member, GVariant *arguments, gpointer data)
{
  if (g_str_has_prefix (interface, INTERFACE_PREFIX))
    g_signal_emit (data, signals[SIGNAL_EVENT], 0, path, interface + strlen (INTERFACE_PREFIX),
                   member, arguments);
}

static void
on_name_owner_changed (GDBusConnection *bus, const char *sender, const char *path,
                       const char *interface, const char *member, GVariant *arguments,
                       gpointer data)
{
  const char *before, *after;

  g_variant_get (arguments, "(&s&s&s)", NULL, &before, &after);
  if (*before != '\0')
    g_signal_emit (data, signals[SIGNAL_GONE], 0);
  if (*after != '\0')
    g_signal_emit (data, signals[SIGNAL_CAME], 0);
}

BywayClient *
byway_client_new (GError **error)
{
  g_autoptr (BywayClient) self = g_object_new (BYWAY_TYPE_CLIENT, NULL);

  for (int code = 0; code < BYWAY_N_ERRORS; code++)
    g_dbus_error_register_error (BYWAY_ERROR, code, byway_error_dbus_name (code));
  self->bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  if (self->bus == NULL)
    return NULL;
  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, NAME, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_event, self, NULL);
  self->name_subscription = g_dbus_connection_signal_subscribe (
      self->bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", NAME, G_DBUS_SIGNAL_FLAGS_NONE, on_name_owner_changed, self, NULL);
  return g_steal_pointer (&self);
}

GDBusConnection *
byway_client_get_bus (BywayClient *self)
{
  return self->bus;
}

/* --- calls ---------------------------------------------------------------------------------- */

static GDBusMessage *
new_message (const char *path, const char *interface, const char *method, GVariant *arguments)
{
  g_autofree char *full = g_strconcat (INTERFACE_PREFIX, interface, NULL);
  GDBusMessage *message = g_dbus_message_new_method_call (NAME, path, full, method);

  g_dbus_message_set_flags (message, G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION);
  if (arguments != NULL)
    g_dbus_message_set_body (message, arguments);
  return message;
}

/* The body, or the error in our own domain and words. */
static GVariant *
take_body (GDBusMessage *reply, GError **error)
{
  GVariant *body;

  if (reply == NULL)
    return NULL;
  if (g_dbus_message_to_gerror (reply, error))
    {
      if (error != NULL)
        g_dbus_error_strip_remote_error (*error);
      return NULL;
    }
  body = g_dbus_message_get_body (reply);
  return body != NULL ? g_variant_ref (body) : g_variant_ref_sink (g_variant_new ("()"));
}

GVariant *
byway_client_call_sync (BywayClient *self, const char *path, const char *interface,
                        const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GDBusMessage) message = new_message (path, interface, method, arguments);
  g_autoptr (GDBusMessage) reply = g_dbus_connection_send_message_with_reply_sync (
      self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, G_MAXINT, NULL, NULL, error);

  return take_body (reply, error);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply = g_dbus_connection_send_message_with_reply_finish (
      G_DBUS_CONNECTION (source), result, &error);
  GVariant *body = take_body (reply, &error);

  if (body != NULL)
    g_task_return_pointer (task, body, (GDestroyNotify)g_variant_unref);
  else
    g_task_return_error (task, error);
}

static void
send (BywayClient *self, GDBusMessage *message, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_dbus_connection_send_message_with_reply (self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                             G_MAXINT, NULL, NULL, on_reply, task);
}

void
byway_client_call (BywayClient *self, const char *path, const char *interface, const char *method,
                   GVariant *arguments, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GDBusMessage) message = new_message (path, interface, method, arguments);

  send (self, message, callback, data);
}

GVariant *
byway_client_call_finish (BywayClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- connecting ----------------------------------------------------------------------------- */

/* Takes @message, a call whose argument "h" 0 the secrets are. */
static void
send_with_secrets (BywayClient *self, GDBusMessage *message, BywaySecretSet *secrets,
                   GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GDBusMessage) owned = message;
  g_autoptr (GUnixFDList) list = NULL;
  GError *error = NULL;
  int fd = byway_seal_secrets (secrets, &error);

  if (fd < 0)
    {
      g_task_report_error (self, callback, data, byway_client_connect, error);
      return;
    }
  list = g_unix_fd_list_new_from_array (&fd, 1);
  g_dbus_message_set_unix_fd_list (owned, list);
  send (self, owned, callback, data);
}

void
byway_client_connect (BywayClient *self, const char *connection, BywaySecretSet *secrets,
                      GAsyncReadyCallback callback, gpointer data)
{
  send_with_secrets (self,
                     new_message (connection, "Connection", "Connect", g_variant_new ("(h)", 0)),
                     secrets, callback, data);
}

void
byway_client_connect_transient (BywayClient *self, const char *uuid, const char *name, guint owner,
                                GHashTable *settings, BywaySecretSet *secrets,
                                GAsyncReadyCallback callback, gpointer data)
{
  GVariant *arguments
      = g_variant_new ("(ssu@a{ss}h)", uuid, name, owner, byway_settings_to_variant (settings), 0);

  send_with_secrets (self,
                     new_message (BYWAY_CLIENT_ROOT, "Manager", "ConnectTransient", arguments),
                     secrets, callback, data);
}

char *
byway_client_connect_finish (BywayClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = g_task_propagate_pointer (G_TASK (result), error);
  char *session = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(o)", &session);
  return session;
}

/* --- shorthands ----------------------------------------------------------------------------- */

char *
byway_client_find_sync (BywayClient *self, const char *name, GError **error)
{
  g_autoptr (GVariant) reply = byway_client_call_sync (
      self, BYWAY_CLIENT_ROOT, "Manager", "FindConnection", g_variant_new ("(s)", name), error);
  char *path = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(o)", &path);
  return path;
}

GVariant *
byway_client_get_sync (BywayClient *self, const char *path, const char *interface, GError **error)
{
  g_autoptr (GVariant) reply = byway_client_call_sync (self, path, interface, "Get", NULL, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

char *
byway_client_version_sync (BywayClient *self, GError **error)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      self->bus, NAME, BYWAY_CLIENT_ROOT, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", INTERFACE_PREFIX "Manager", "Version"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  g_autoptr (GVariant) version = NULL;

  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(v)", &version);
  return g_variant_is_of_type (version, G_VARIANT_TYPE_STRING)
             ? g_variant_dup_string (version, NULL)
             : g_strdup ("");
}

gboolean
byway_client_watch_sync (BywayClient *self, GError **error)
{
  g_autoptr (GVariant) reply
      = byway_client_call_sync (self, BYWAY_CLIENT_ROOT, "Manager", "Watch", NULL, error);

  return reply != NULL;
}

static void
byway_client_finalize (GObject *object)
{
  BywayClient *self = BYWAY_CLIENT (object);

  if (self->bus != NULL)
    {
      g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
      g_dbus_connection_signal_unsubscribe (self->bus, self->name_subscription);
    }
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (byway_client_parent_class)->finalize (object);
}

static void
byway_client_class_init (BywayClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_client_finalize;
  signals[SIGNAL_EVENT]
      = g_signal_new ("event", BYWAY_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_VARIANT);
  signals[SIGNAL_GONE] = g_signal_new ("gone", BYWAY_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CAME] = g_signal_new ("came", BYWAY_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
byway_client_init (BywayClient *self)
{
}
