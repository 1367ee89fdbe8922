/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-preferences.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define GROUP "applet"
#define NOTIFY "notify"
#define OFFER_RECONNECT "offer-reconnect"
#define LOGIN "login"

struct _BywayPreferences
{
  GObject parent;
  GKeyFile *file; /* with the user's comments, and what a newer version wrote */
  char *path;
};

G_DEFINE_FINAL_TYPE (BywayPreferences, byway_preferences, G_TYPE_OBJECT)

static guint changed_signal;
static BywayPreferences *the_one;

/* --- the file ------------------------------------------------------------------------------- */

/* An unreadable one counts as empty, and is replaced by the first change. */
static void
load (BywayPreferences *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_key_file_load_from_file (self->file, self->path,
                                  G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS, &error)
      && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_warning ("“%s” can't be read: %s", self->path, error->message);
}

/* A few bytes, after a click: written at once, so that nothing is lost however the applet ends. */
static void
save (BywayPreferences *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (self->path);
  gsize length;
  g_autofree char *data = g_key_file_to_data (self->file, &length, NULL);

  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (self->path, data, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_warning ("“%s” can't be written: %s", self->path, error->message);
}

static gboolean
get (BywayPreferences *self, const char *key, gboolean fallback)
{
  g_autoptr (GError) error = NULL;
  gboolean value = g_key_file_get_boolean (self->file, GROUP, key, &error);

  return error == NULL ? value : fallback;
}

static void
set (BywayPreferences *self, const char *key, gboolean value)
{
  g_key_file_set_boolean (self->file, GROUP, key, value);
  save (self);
  g_signal_emit (self, changed_signal, 0);
}

/* --- each ----------------------------------------------------------------------------------- */

gboolean
byway_preferences_get_notify (BywayPreferences *self)
{
  return get (self, NOTIFY, TRUE);
}

void
byway_preferences_set_notify (BywayPreferences *self, gboolean notify)
{
  if (notify != byway_preferences_get_notify (self))
    set (self, NOTIFY, notify);
}

gboolean
byway_preferences_get_offer_reconnect (BywayPreferences *self)
{
  return get (self, OFFER_RECONNECT, TRUE);
}

void
byway_preferences_set_offer_reconnect (BywayPreferences *self, gboolean offer)
{
  if (offer != byway_preferences_get_offer_reconnect (self))
    set (self, OFFER_RECONNECT, offer);
}

/* Never NULL; caller frees. */
static GStrv
get_logins (BywayPreferences *self)
{
  char **ids = g_key_file_get_string_list (self->file, GROUP, LOGIN, NULL, NULL);

  return ids != NULL ? ids : g_new0 (char *, 1);
}

gboolean
byway_preferences_get_login (BywayPreferences *self, const char *id)
{
  g_auto (GStrv) ids = get_logins (self);

  return g_strv_contains ((const char *const *)ids, id);
}

void
byway_preferences_set_login (BywayPreferences *self, const char *id, gboolean login)
{
  g_auto (GStrv) ids = get_logins (self);
  g_autoptr (GPtrArray) now = g_ptr_array_new ();

  if (login == byway_preferences_get_login (self, id))
    return;
  for (char **one = ids; *one != NULL; one++)
    if (strcmp (*one, id) != 0)
      g_ptr_array_add (now, *one);
  if (login)
    g_ptr_array_add (now, (char *)id);
  g_key_file_set_string_list (self->file, GROUP, LOGIN, (const char *const *)now->pdata, now->len);
  save (self);
  g_signal_emit (self, changed_signal, 0);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayPreferences *
byway_preferences_new (void)
{
  if (the_one != NULL)
    return g_object_ref (the_one);
  the_one = g_object_new (BYWAY_TYPE_PREFERENCES, NULL);
  g_object_add_weak_pointer (G_OBJECT (the_one), (gpointer *)&the_one);
  return the_one;
}

static void
byway_preferences_finalize (GObject *object)
{
  BywayPreferences *self = BYWAY_PREFERENCES (object);

  g_key_file_unref (self->file);
  g_free (self->path);
  G_OBJECT_CLASS (byway_preferences_parent_class)->finalize (object);
}

static void
byway_preferences_class_init (BywayPreferencesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = byway_preferences_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_preferences_init (BywayPreferences *self)
{
  self->file = g_key_file_new ();
  self->path = g_build_filename (g_get_user_config_dir (), "byway", "applet.conf", NULL);
  load (self);
}
