/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-login.h"

/* What is heard of later is new, and was not there at log-in. */
#define LOGIN_US (30 * G_USEC_PER_SEC)

struct _BywayLogin
{
  GObject parent;
  GtkApplication *application;
  BywayRoster *roster;
  BywayPreferences *preferences;
  GHashTable *seen; /* ids that were heard of since log-in */
  GHashTable *due;  /* those of them that are to be brought up now */
  gint64 began;
  guint begin; /* source */
};

G_DEFINE_FINAL_TYPE (BywayLogin, byway_login, G_TYPE_OBJECT)

/* Its session, if it has one, is known by now: what is up already stays as it is. */
static gboolean
on_begin (gpointer data)
{
  BywayLogin *self = data;
  GHashTableIter iter;
  gpointer id;

  self->begin = 0;
  g_hash_table_iter_init (&iter, self->due);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      const BywayEntry *entry = byway_roster_find (self->roster, id);

      if (entry != NULL && entry->look == BYWAY_LOOK_OFF)
        g_action_group_activate_action (G_ACTION_GROUP (self->application), "connect",
                                        g_variant_new_string (id));
      g_hash_table_iter_remove (&iter);
    }
  return G_SOURCE_REMOVE;
}

static void
on_added (BywayRoster *roster, const char *id, BywayLogin *self)
{
  if (!g_hash_table_add (self->seen, g_strdup (id))
      || g_get_monotonic_time () - self->began > LOGIN_US
      || !byway_preferences_get_login (self->preferences, id))
    return;
  g_hash_table_add (self->due, g_strdup (id));
  if (self->begin == 0)
    self->begin = g_timeout_add_seconds (1, on_begin, self);
}

BywayLogin *
byway_login_new (GtkApplication *application, BywayRoster *roster, BywayPreferences *preferences)
{
  BywayLogin *self = g_object_new (BYWAY_TYPE_LOGIN, NULL);

  self->application = application;
  self->roster = g_object_ref (roster);
  self->preferences = g_object_ref (preferences);
  g_signal_connect_object (roster, "added", G_CALLBACK (on_added), self, 0);
  return self;
}

static void
byway_login_finalize (GObject *object)
{
  BywayLogin *self = BYWAY_LOGIN (object);

  g_clear_handle_id (&self->begin, g_source_remove);
  g_hash_table_unref (self->due);
  g_hash_table_unref (self->seen);
  g_object_unref (self->preferences);
  g_object_unref (self->roster);
  G_OBJECT_CLASS (byway_login_parent_class)->finalize (object);
}

static void
byway_login_class_init (BywayLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_login_finalize;
}

static void
byway_login_init (BywayLogin *self)
{
  self->began = g_get_monotonic_time ();
  self->due = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
