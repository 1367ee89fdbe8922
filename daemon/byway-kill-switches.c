/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kill-switches.h"

#include "byway-error.h"
#include "byway-rules.h"
#include "byway-wall.h"

#include <errno.h>
#include <glib/gstdio.h>

struct _BywayKillSwitches
{
  GObject parent;
  char *folder;
  GPtrArray *switches; /* BywayKillSwitch */
};

G_DEFINE_FINAL_TYPE (BywayKillSwitches, byway_kill_switches, G_TYPE_OBJECT)

static guint signal_changed;

/* --- files ---------------------------------------------------------------------------------- */

static gboolean
is_noted (const char *path, const char *text)
{
  g_autofree char *there = NULL;

  return g_file_get_contents (path, &there, NULL, NULL) && g_str_equal (there, text);
}

/* What the file says already is not written once more: a server that was given as an address is
 * told of when it is wanted, and again when it is resolved. */
static gboolean
save (BywayKillSwitches *self, const BywayKillSwitch *one, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, one->uuid, NULL);
  g_autofree char *text = byway_kill_switch_to_text (one);
  g_autoptr (GError) cause = NULL;

  if (is_noted (path, text))
    return TRUE;
  if (g_mkdir_with_parents (self->folder, 0700) == 0
      && g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NET, "the kill switch could not be noted in %s: %s",
               self->folder, cause != NULL ? cause->message : g_strerror (errno));
  return FALSE;
}

static void
forget (BywayKillSwitches *self, const char *uuid)
{
  g_autofree char *path = g_build_filename (self->folder, uuid, NULL);

  g_unlink (path);
  g_rmdir (self->folder); /* which works for the last one only */
}

/* A file that can't be read still says that somebody wanted it. One of another name was being
 * written when the helper was killed. */
static void
load_file (BywayKillSwitches *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *text = NULL;
  BywayKillSwitch *one = NULL;

  if (!g_uuid_string_is_valid (name))
    {
      g_unlink (path);
      return;
    }
  if (g_file_get_contents (path, &text, NULL, NULL))
    one = byway_kill_switch_parse (name, text);
  g_ptr_array_add (self->switches, one != NULL ? one : byway_kill_switch_new (name));
}

static void
load (BywayKillSwitches *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    load_file (self, name);
  if (self->switches->len == 0)
    g_rmdir (self->folder);
}

/* --- the kernel ----------------------------------------------------------------------------- */

/* The wall catches what names the uplink's interface; without it the rules still hold the rest. */
static void
apply_wall (BywayKillSwitches *self)
{
  g_autoptr (GArray) wall = byway_kill_switch_wall (self->switches);
  g_autoptr (GError) error = NULL;

  if (!byway_wall_apply (wall, &error))
    g_warning ("Programs that name a network interface may get past the kill switch: %s",
               error->message);
}

static gboolean
apply (BywayKillSwitches *self, GError **error)
{
  g_autoptr (GArray) rules = byway_kill_switch_rules (self->switches);
  gboolean done = byway_rules_apply (rules, error);

  apply_wall (self);
  return done;
}

static void
apply_or_warn (BywayKillSwitches *self)
{
  g_autoptr (GError) error = NULL;

  if (!apply (self, &error))
    g_warning ("%s", error->message);
}

static void
tell (BywayKillSwitches *self, const char *uuid)
{
  g_signal_emit (self, signal_changed, 0, uuid);
}

/* --- one of them ---------------------------------------------------------------------------- */

static BywayKillSwitch *
find (BywayKillSwitches *self, const char *uuid)
{
  for (guint i = 0; i < self->switches->len; i++)
    {
      BywayKillSwitch *one = self->switches->pdata[i];

      if (g_str_equal (one->uuid, uuid))
        return one;
    }
  return NULL;
}

const BywayKillSwitch *
byway_kill_switches_find (BywayKillSwitches *self, const char *uuid)
{
  return find (self, uuid);
}

const char *
byway_kill_switches_describe (BywayKillSwitches *self, const char *uuid)
{
  const BywayKillSwitch *one = find (self, uuid);

  if (one == NULL)
    return "off";
  return one->up ? "up" : "blocking";
}

GStrv
byway_kill_switches_list (BywayKillSwitches *self)
{
  g_autoptr (GStrvBuilder) uuids = g_strv_builder_new ();

  for (guint i = 0; i < self->switches->len; i++)
    g_strv_builder_add (uuids, ((BywayKillSwitch *)self->switches->pdata[i])->uuid);
  return g_strv_builder_end (uuids);
}

/* The file first: rules that nobody knows of could not be lifted. */
gboolean
byway_kill_switches_want (BywayKillSwitches *self, const char *uuid, const char *gateway,
                          gboolean local, GError **error)
{
  BywayKillSwitch *one = find (self, uuid);
  gboolean was_on = one != NULL;
  BywayAddress server;

  if (!was_on)
    {
      one = byway_kill_switch_new (uuid);
      g_ptr_array_add (self->switches, one);
    }
  one->local = local;
  one->resolving = !byway_address_parse (gateway, &server);
  if (!one->resolving)
    byway_kill_switch_set_servers (one, &server, 1);
  if (save (self, one, error) && apply (self, error))
    {
      g_message ("The kill switch is on: nothing leaves but the way to %s", gateway);
      tell (self, uuid);
      return TRUE;
    }
  if (!was_on)
    byway_kill_switches_lift (self, uuid, NULL);
  return FALSE;
}

/* The file first, here too: killed after that, the next helper goes on lifting. */
gboolean
byway_kill_switches_lift (BywayKillSwitches *self, const char *uuid, GError **error)
{
  g_autofree char *copy = g_strdup (uuid);
  BywayKillSwitch *one = find (self, uuid);
  gboolean done;

  if (one == NULL)
    return TRUE;
  g_ptr_array_remove (self->switches, one);
  forget (self, copy);
  done = apply (self, error);
  g_message ("The kill switch is lifted");
  tell (self, copy);
  return done;
}

void
byway_kill_switches_set_servers (BywayKillSwitches *self, const char *uuid, GArray *servers)
{
  g_autoptr (GError) error = NULL;
  BywayKillSwitch *one = find (self, uuid);

  if (one == NULL)
    return;
  byway_kill_switch_set_servers (one, (const BywayAddress *)servers->data, servers->len);
  if (!save (self, one, &error))
    g_warning ("%s", error->message);
  apply_or_warn (self);
}

void
byway_kill_switches_set_resolving (BywayKillSwitches *self, const char *uuid, gboolean resolving)
{
  BywayKillSwitch *one = find (self, uuid);

  if (one == NULL || one->resolving == resolving)
    return;
  one->resolving = resolving;
  apply_or_warn (self);
}

void
byway_kill_switches_set_plan (BywayKillSwitches *self, const char *uuid, const BywayNetPlan *plan)
{
  BywayKillSwitch *one = find (self, uuid);

  if (one == NULL || (plan == NULL && !one->up))
    return;
  if (plan != NULL)
    byway_kill_switch_set_up (one, plan);
  else
    byway_kill_switch_set_down (one);
  apply_or_warn (self);
  tell (self, uuid);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayKillSwitches *
byway_kill_switches_new (const char *run_base)
{
  BywayKillSwitches *self = g_object_new (BYWAY_TYPE_KILL_SWITCHES, NULL);

  self->folder = g_build_filename (run_base, BYWAY_KILL_SWITCHES_FOLDER, NULL);
  load (self);
  apply_or_warn (self);
  return self;
}

static void
byway_kill_switches_finalize (GObject *object)
{
  BywayKillSwitches *self = BYWAY_KILL_SWITCHES (object);

  g_ptr_array_unref (self->switches);
  g_free (self->folder);
  G_OBJECT_CLASS (byway_kill_switches_parent_class)->finalize (object);
}

static void
byway_kill_switches_class_init (BywayKillSwitchesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_kill_switches_finalize;
  signal_changed = g_signal_new ("changed", BYWAY_TYPE_KILL_SWITCHES, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
byway_kill_switches_init (BywayKillSwitches *self)
{
  self->switches = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_kill_switch_free);
}
