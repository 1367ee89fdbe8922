/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-connection-saver.h"

#include "byway-about.h"
#include "byway-keyfile.h"

BywaySaved *
byway_saved_new (const char *path, const char *uuid)
{
  BywaySaved *saved = g_new0 (BywaySaved, 1);

  saved->path = g_strdup (path);
  saved->uuid = g_strdup (uuid);
  return saved;
}

void
byway_saved_free (BywaySaved *saved)
{
  g_free (saved->path);
  g_free (saved->uuid);
  g_free (saved);
}

static void
return_saved (GTask *task, const char *path, const char *uuid)
{
  g_task_return_pointer (task, byway_saved_new (path, uuid), (GDestroyNotify)byway_saved_free);
}

/* --- a new one ------------------------------------------------------------------------------ */

static void
on_got (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);
  g_autoptr (GVariant) about = NULL;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  about = g_variant_get_child_value (reply, 0);
  return_saved (task, g_task_get_task_data (task), byway_about_string (about, "uuid"));
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayClient *client = BYWAY_CLIENT (source);
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (client, result, &error);
  char *path;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_get (reply, "(o)", &path);
  g_task_set_task_data (task, path, g_free);
  byway_client_call (client, path, "Connection", "Get", NULL, on_got, g_steal_pointer (&task));
}

/* --- one that is there ---------------------------------------------------------------------- */

static void
on_updated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  const BywaySaved *saved = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);

  if (reply == NULL)
    g_task_return_error (task, error);
  else
    return_saved (task, saved->path, saved->uuid);
}

void
byway_connection_save (BywayClient *client, const BywaySaved *saved, const BywayDraft *draft,
                       GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (client, NULL, callback, data);
  GVariant *settings = byway_settings_to_variant (draft->settings);

  if (saved == NULL)
    {
      byway_client_call (client, BYWAY_CLIENT_ROOT, "Manager", "AddConnection",
                         g_variant_new ("(s@a{ss}b)", draft->name, settings, draft->system),
                         on_added, task);
      return;
    }
  g_task_set_task_data (task, byway_saved_new (saved->path, saved->uuid),
                        (GDestroyNotify)byway_saved_free);
  byway_client_call (client, saved->path, "Connection", "Update",
                     g_variant_new ("(s@a{ss})", draft->name, settings), on_updated, task);
}

BywaySaved *
byway_connection_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
