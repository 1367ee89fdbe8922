/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define SUFFIX ".conf"

static char *
path_of (const char *folder, const char *uuid)
{
  g_autofree char *name = g_strconcat (uuid, SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

static BywayRecord *
load_one (const char *folder, const char *uuid, GError **error)
{
  g_autofree char *path = path_of (folder, uuid);
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, error))
    return NULL;
  return byway_record_from_data (data, length, uuid, error);
}

GPtrArray *
byway_store_load (const char *folder)
{
  GPtrArray *records = g_ptr_array_new ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *uuid = NULL;
      BywayRecord *record;

      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      uuid = g_strndup (name, strlen (name) - strlen (SUFFIX));
      record = g_uuid_string_is_valid (uuid) ? load_one (folder, uuid, &error) : NULL;
      if (record != NULL)
        g_ptr_array_add (records, record);
      else
        g_warning ("%s is not read: %s", name,
                   error != NULL ? error->message : "its name is not a connection's");
    }
  return records;
}

gboolean
byway_store_save (const char *folder, const BywayRecord *record, GError **error)
{
  g_autofree char *path = path_of (folder, record->uuid);
  g_autofree char *data = byway_record_to_data (record);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "%s can't be made: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents_full (
      path, data, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

gboolean
byway_store_delete (const char *folder, const char *uuid, GError **error)
{
  g_autofree char *path = path_of (folder, uuid);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the connection can't be deleted: %s",
               g_strerror (errno));
  return FALSE;
}
