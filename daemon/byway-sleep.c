/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-sleep.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#define NAME "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"
#define INTERFACE NAME ".Manager"

struct _BywaySleep
{
  GObject parent;
  GDBusConnection *bus;
  GCancellable *cancellable;
  guint subscription, watch;
  gboolean wanted; /* the delay: there are goodbyes to be said before the next sleep */
  int lock;        /* it, from logind; -1: none */
};

G_DEFINE_FINAL_TYPE (BywaySleep, byway_sleep, G_TYPE_OBJECT)

enum
{
  SIGNAL_SLEEPING,
  SIGNAL_AWAKE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
drop_lock (BywaySleep *self)
{
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}

static void
on_locked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &list, result, &error);
  BywaySleep *self = data;
  int index;

  if (reply == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_info ("logind will not wait for us before it sleeps: %s", error->message);
      return;
    }
  g_variant_get (reply, "(h)", &index);
  drop_lock (self);
  self->lock = list != NULL ? g_unix_fd_list_get (list, index, NULL) : -1;
  if (!self->wanted)
    drop_lock (self); /* it came too late: the machine would wait for nothing */
}

/* The next sleep waits for our goodbyes. */
static void
take_lock (BywaySleep *self)
{
  self->wanted = TRUE;
  g_dbus_connection_call_with_unix_fd_list (
      self->bus, NAME, PATH, INTERFACE, "Inhibit",
      g_variant_new ("(ssss)", "sleep", "Byway", "ends VPN connections in order", "delay"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->cancellable,
      on_locked, self);
}

void
byway_sleep_may_begin (BywaySleep *self)
{
  self->wanted = FALSE;
  drop_lock (self);
}

static void
on_prepare (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *member, GVariant *arguments, gpointer data)
{
  BywaySleep *self = data;
  gboolean begins;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (arguments, "(b)", &begins);
  if (!begins)
    take_lock (self);
  g_signal_emit (self, signals[begins ? SIGNAL_SLEEPING : SIGNAL_AWAKE], 0);
}

static void
on_logind (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  take_lock (data);
}

BywaySleep *
byway_sleep_new (GDBusConnection *system_bus)
{
  BywaySleep *self = g_object_new (BYWAY_TYPE_SLEEP, NULL);

  self->bus = g_object_ref (system_bus);
  self->subscription
      = g_dbus_connection_signal_subscribe (system_bus, NAME, INTERFACE, "PrepareForSleep", PATH,
                                            NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_prepare, self, NULL);
  self->watch = g_bus_watch_name_on_connection (system_bus, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_logind, NULL, self, NULL);
  return self;
}

static void
byway_sleep_finalize (GObject *object)
{
  BywaySleep *self = BYWAY_SLEEP (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  drop_lock (self);
  g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_bus_unwatch_name (self->watch);
  g_object_unref (self->bus);
  G_OBJECT_CLASS (byway_sleep_parent_class)->finalize (object);
}

static void
byway_sleep_class_init (BywaySleepClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_sleep_finalize;
  signals[SIGNAL_SLEEPING] = g_signal_new ("sleeping", BYWAY_TYPE_SLEEP, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_AWAKE] = g_signal_new ("awake", BYWAY_TYPE_SLEEP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
byway_sleep_init (BywaySleep *self)
{
  self->cancellable = g_cancellable_new ();
  self->lock = -1;
}
