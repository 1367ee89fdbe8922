/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-bouncer.h"
#include "byway-error.h"
#include "byway-limits.h"
#include "byway-watchers.h"

typedef struct
{
  guint uid;
  guint watch;
} Watcher;

struct _BywayWatchers
{
  GDBusConnection *bus;
  GHashTable *names; /* unique name -> Watcher */
};

static void
watcher_free (Watcher *watcher)
{
  g_bus_unwatch_name (watcher->watch);
  g_free (watcher);
}

BywayWatchers *
byway_watchers_new (GDBusConnection *bus)
{
  BywayWatchers *self = g_new0 (BywayWatchers, 1);

  self->bus = g_object_ref (bus);
  self->names
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)watcher_free);
  return self;
}

void
byway_watchers_free (BywayWatchers *self)
{
  g_hash_table_unref (self->names);
  g_object_unref (self->bus);
  g_free (self);
}

static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  BywayWatchers *self = data;

  g_hash_table_remove (self->names, name);
}

static guint
count_of (BywayWatchers *self, guint uid)
{
  GHashTableIter iter;
  gpointer watcher;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, NULL, &watcher))
    count += ((Watcher *)watcher)->uid == uid;
  return count;
}

gboolean
byway_watchers_add (BywayWatchers *self, const char *name, guint uid, GError **error)
{
  Watcher *watcher;

  if (g_hash_table_contains (self->names, name))
    return TRUE;
  /* However many there are, NetworkManager's services are told. */
  if (uid != 0 && count_of (self, uid) >= BYWAY_LIMIT_WATCHERS_OF_USER)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_LIMIT,
                   "%u programs of one user can be told of everything, and no more",
                   BYWAY_LIMIT_WATCHERS_OF_USER);
      return FALSE;
    }
  watcher = g_new0 (Watcher, 1);
  watcher->uid = uid;
  g_hash_table_insert (self->names, g_strdup (name), watcher);
  watcher->watch = g_bus_watch_name_on_connection (self->bus, name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                   NULL, on_vanished, self, NULL);
  return TRUE;
}

void
byway_watchers_emit (BywayWatchers *self, guint owner, const char *path, const char *interface,
                     const char *signal, GVariant *arguments)
{
  g_autoptr (GVariant) held = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  GHashTableIter iter;
  gpointer name, watcher;

  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, &watcher))
    if (byway_bouncer_sees (((Watcher *)watcher)->uid, owner))
      g_dbus_connection_emit_signal (self->bus, name, path, interface, signal, held, NULL);
}
