/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-examine.h"

#include "byway-strongswan.h"
#include "byway-vici-client.h"

#define PATIENCE_MS 2000

typedef struct
{
  GVariantDict dict;
  BywayViciClient *client;
  guint waiting, timer;
  gboolean done;
} Examination;

static void
examination_free (gpointer data)
{
  Examination *examination = data;

  g_variant_dict_clear (&examination->dict);
  if (examination->client != NULL)
    byway_vici_client_close (examination->client);
  g_clear_object (&examination->client);
  g_free (examination);
}

static void
end (GTask *task)
{
  Examination *examination = g_task_get_task_data (task);
  g_autoptr (GTask) alive = g_object_ref (task);

  if (examination->done)
    return;
  examination->done = TRUE;
  g_clear_handle_id (&examination->timer, g_source_remove);
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&examination->dict)),
                         (GDestroyNotify)g_variant_unref);
  if (examination->client != NULL)
    byway_vici_client_close (examination->client); /* what is still asked for holds the task */
}

static gboolean
on_patience_over (gpointer data)
{
  Examination *examination = g_task_get_task_data (data);

  examination->timer = 0;
  end (data);
  return G_SOURCE_REMOVE;
}

/* Of three answers the last one ends it. */
static BywayViciNode *
take_answer (GObject *source, GAsyncResult *result, GTask *task)
{
  Examination *examination = g_task_get_task_data (task);

  examination->waiting--;
  return byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, NULL);
}

static void
finish_answer (GTask *task)
{
  Examination *examination = g_task_get_task_data (task);

  if (examination->waiting == 0)
    end (task);
}

static void
on_version (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Examination *examination = g_task_get_task_data (task);
  g_autoptr (BywayViciNode) answer = take_answer (source, result, task);
  g_autofree char *version = answer != NULL ? byway_vici_node_dup_text (answer, "version") : NULL;

  if (version != NULL)
    g_variant_dict_insert (&examination->dict, "strongswan-version", "s", version);
  finish_answer (task);
}

static void
on_stats (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Examination *examination = g_task_get_task_data (task);
  g_autoptr (BywayViciNode) answer = take_answer (source, result, task);
  const BywayViciNode *plugins = answer != NULL ? byway_vici_node_find (answer, "plugins") : NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0;
       plugins != NULL && plugins->kind == BYWAY_VICI_LIST && i < plugins->children->len; i++)
    {
      g_autofree char *name = byway_vici_node_dup_text (plugins->children->pdata[i], "");

      g_strv_builder_add (names, name);
    }
  list = g_strv_builder_end (names);
  if (plugins != NULL)
    g_variant_dict_insert (&examination->dict, "strongswan-plugins", "^as", list);
  finish_answer (task);
}

static void
on_algorithms (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Examination *examination = g_task_get_task_data (task);
  g_autoptr (BywayViciNode) answer = take_answer (source, result, task);
  g_autoptr (GHashTable) names = answer != NULL ? byway_strongswan_algorithms (answer) : NULL;
  g_autofree const char **list
      = names != NULL ? (const char **)g_hash_table_get_keys_as_array (names, NULL) : NULL;

  if (list != NULL)
    g_variant_dict_insert (&examination->dict, "strongswan-algorithms", "^as", list);
  finish_answer (task);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Examination *examination = g_task_get_task_data (task);

  examination->client = byway_vici_client_connect_finish (result, NULL);
  if (examination->client == NULL || examination->done)
    {
      end (task);
      return;
    }
  examination->waiting = 3;
  byway_vici_client_request (examination->client, "version", NULL, NULL, on_version,
                             g_object_ref (task));
  byway_vici_client_request (examination->client, "stats", NULL, NULL, on_stats,
                             g_object_ref (task));
  byway_vici_client_request (examination->client, "get-algorithms", NULL, NULL, on_algorithms,
                             g_object_ref (task));
}

void
byway_strongswan_examine (const char *path, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Examination *examination = g_new0 (Examination, 1);

  g_variant_dict_init (&examination->dict, NULL);
  g_task_set_task_data (task, examination, examination_free);
  examination->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, PATIENCE_MS, on_patience_over,
                                           g_object_ref (task), g_object_unref);
  byway_vici_client_connect (path, NULL, on_connected, g_object_ref (task));
}

GVariant *
byway_strongswan_examine_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
