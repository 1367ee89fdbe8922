/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-wishes.h"

#include "byway-error.h"

#include <errno.h>
#include <glib/gstdio.h>

static char *
path_of (const char *run_base, const char *name)
{
  return g_build_filename (run_base, BYWAY_WISHES_FOLDER, name, NULL);
}

gboolean
byway_wish_save (const char *run_base, const char *uuid, const BywayWish *wish, GError **error)
{
  g_autofree char *folder = path_of (run_base, NULL);
  g_autofree char *path = path_of (run_base, uuid);
  g_autofree char *text = byway_wish_to_text (wish);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "%s can't be made: %s", folder,
               g_strerror (errno));
  return FALSE;
}

void
byway_wish_remove (const char *run_base, const char *uuid)
{
  g_autofree char *folder = path_of (run_base, NULL);
  g_autofree char *path = path_of (run_base, uuid);

  g_unlink (path);
  g_rmdir (folder); /* which works for the last one only */
}

static void
noted_wish_free (BywayNotedWish *noted)
{
  g_free (noted->uuid);
  g_free (noted);
}

static gboolean
read_file (const char *path, BywayNotedWish *noted)
{
  g_autofree char *text = NULL;
  GStatBuf status;

  if (g_stat (path, &status) != 0 || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  noted->age_s = g_get_real_time () / G_USEC_PER_SEC - status.st_mtime;
  return byway_wish_parse (text, &noted->wish);
}

/* One of another name was being written when the helper was killed. */
static void
load_file (const char *run_base, const char *name, GPtrArray *wishes)
{
  g_autofree char *path = path_of (run_base, name);
  BywayNotedWish *noted = g_new0 (BywayNotedWish, 1);

  noted->uuid = g_strdup (name);
  if (g_uuid_string_is_valid (name) && read_file (path, noted))
    {
      g_ptr_array_add (wishes, noted);
      return;
    }
  noted_wish_free (noted);
  byway_wish_remove (run_base, name);
}

GPtrArray *
byway_wishes_load (const char *run_base)
{
  GPtrArray *wishes = g_ptr_array_new_with_free_func ((GDestroyNotify)noted_wish_free);
  g_autofree char *folder = path_of (run_base, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    load_file (run_base, name, wishes);
  if (wishes->len == 0)
    g_rmdir (folder);
  return wishes;
}

void
byway_wishes_remove (const char *run_base)
{
  g_autoptr (GPtrArray) wishes = byway_wishes_load (run_base);

  for (guint i = 0; i < wishes->len; i++)
    byway_wish_remove (run_base, ((BywayNotedWish *)wishes->pdata[i])->uuid);
}
