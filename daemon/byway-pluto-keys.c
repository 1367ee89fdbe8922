/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pluto-keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "byway-error.h"
#include "byway-facts.h"
#include "byway-whack-run.h"
#include "byway-whack.h"

#define DROP_IN "/etc/ipsec.d"
#define SUFFIX ".secrets"
#define FILE_NAME "ipsec" SUFFIX
#define READ_MS 5000

typedef struct
{
  char *folder;
  GBytes *record;
} Key;

struct _BywayPlutoKeys
{
  char *drop_in;
  GHashTable *keys;   /* name -> Key */
  GPtrArray *written; /* paths that a read which is under way has made */
  gboolean reading;
  GQueue waiting; /* GTask: for the read after this one */
};

static void start_read (BywayPlutoKeys *keys, GTask *task);

static void
key_free (gpointer data)
{
  Key *key = data;

  g_free (key->folder);
  g_bytes_unref (key->record);
  g_free (key);
}

void
byway_pluto_keys_put (BywayPlutoKeys *keys, const char *name, const char *folder, GBytes *record)
{
  Key *key = g_new0 (Key, 1);

  key->folder = g_strdup (folder);
  key->record = g_bytes_ref (record);
  g_hash_table_insert (keys->keys, g_strdup (name), key);
}

void
byway_pluto_keys_drop (BywayPlutoKeys *keys, const char *name)
{
  g_hash_table_remove (keys->keys, name);
}

static gboolean
fail (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "could not write “%s”: %s", path,
               g_strerror (code));
  return FALSE;
}

static gboolean
write_record (const char *path, GBytes *record, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gsize length;
  const char *bytes = g_bytes_get_data (record, &length);
  gboolean ok = fd >= 0 && write (fd, bytes, length) == (gssize)length;

  if (!ok)
    fail (error, path);
  if (fd >= 0)
    close (fd);
  return ok;
}

/* The link comes last: pluto never sees a part of a file. */
static gboolean
write_key (BywayPlutoKeys *keys, const char *name, const Key *key, GError **error)
{
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);
  char *path = g_build_filename (key->folder, FILE_NAME, NULL);
  char *link = g_build_filename (keys->drop_in, file, NULL);

  g_ptr_array_add (keys->written, path);
  g_ptr_array_add (keys->written, link);
  unlink (path);
  unlink (link);
  if (!write_record (path, key->record, error))
    return FALSE;
  return symlink (path, link) == 0 || fail (error, link);
}

static gboolean
write_all (BywayPlutoKeys *keys, GError **error)
{
  GHashTableIter iter;
  gpointer name, key;

  g_hash_table_iter_init (&iter, keys->keys);
  while (g_hash_table_iter_next (&iter, &name, &key))
    if (!write_key (keys, name, key, error))
      return FALSE;
  return TRUE;
}

static void
remove_written (BywayPlutoKeys *keys)
{
  for (guint i = 0; i < keys->written->len; i++)
    unlink (keys->written->pdata[i]);
  g_ptr_array_set_size (keys->written, 0);
}

/* Whoever came meanwhile is served by one more read. */
static void
serve_waiting (BywayPlutoKeys *keys)
{
  GTask *task = g_queue_pop_head (&keys->waiting);

  if (task != NULL)
    start_read (keys, task);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayPlutoKeys *keys = g_object_get_data (G_OBJECT (task), "keys");
  g_autoptr (GError) error = NULL;
  int code = 0;
  gboolean ok = byway_whack_run_finish (result, &code, &error);

  remove_written (keys);
  keys->reading = FALSE;
  if (!ok)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (code != 0)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_FAILED,
                             "whack ended with %d when the keys were read", code);
  else
    g_task_return_boolean (task, TRUE);
  serve_waiting (keys);
}

/* Takes @task. */
static void
start_read (BywayPlutoKeys *keys, GTask *task)
{
  g_auto (GStrv) argv = byway_whack_argv (GPOINTER_TO_INT (g_task_get_task_data (task)), NULL);
  g_autoptr (GError) error = NULL;

  if (!write_all (keys, &error))
    {
      remove_written (keys);
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      serve_waiting (keys);
      return;
    }
  keys->reading = TRUE;
  byway_whack_run ((const char *const *)argv, READ_MS, NULL, NULL, NULL, on_read, task);
}

void
byway_pluto_keys_read (BywayPlutoKeys *keys, gboolean listen, GAsyncReadyCallback callback,
                       gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, GINT_TO_POINTER (listen ? BYWAY_WHACK_LISTEN : BYWAY_WHACK_REREAD),
                        NULL);
  g_object_set_data (G_OBJECT (task), "keys", keys);
  if (keys->reading)
    g_queue_push_tail (&keys->waiting, task);
  else
    start_read (keys, task);
}

gboolean
byway_pluto_keys_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
byway_pluto_keys_clean (BywayPlutoKeys *keys)
{
  g_autoptr (GDir) folder = g_dir_open (keys->drop_in, 0, NULL);
  gboolean found = FALSE;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, BYWAY_IKE_PREFIX) && g_str_has_suffix (name, SUFFIX))
      {
        g_autofree char *path = g_build_filename (keys->drop_in, name, NULL);

        found |= unlink (path) == 0;
      }
  return found;
}

BywayPlutoKeys *
byway_pluto_keys_new (const char *drop_in)
{
  BywayPlutoKeys *keys = g_new0 (BywayPlutoKeys, 1);

  keys->drop_in = g_strdup (drop_in != NULL ? drop_in : DROP_IN);
  keys->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, key_free);
  keys->written = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&keys->waiting);
  return keys;
}

void
byway_pluto_keys_free (BywayPlutoKeys *keys)
{
  remove_written (keys);
  g_ptr_array_unref (keys->written);
  g_hash_table_unref (keys->keys);
  g_free (keys->drop_in);
  g_free (keys);
}
