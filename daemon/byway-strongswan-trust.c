/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-trust.h"

#include "byway-diagnosis.h"
#include "byway-facts.h"
#include "byway-vici-client.h"

#include <string.h>

typedef struct
{
  BywayViciClient *client;
  char *sharing; /* the first connection's name; NULL: none so far */
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  if (check->client != NULL)
    {
      byway_vici_client_close (check->client);
      g_object_unref (check->client);
    }
  g_free (check->sharing);
  g_free (check);
}

static gboolean
is_filled (const BywayViciNode *section, const char *list)
{
  const BywayViciNode *found = byway_vici_node_find (section, list);

  return found != NULL && found->kind == BYWAY_VICI_LIST && found->children->len > 0;
}

/* A section "remote-N" of list-conns: by public key ("any" includes that), and nobody named who
 * must have signed it or which it must be. */
static gboolean
trusts_anyone (const BywayViciNode *remote)
{
  g_autofree char *class = byway_vici_node_dup_text (remote, "class");
  g_autofree char *authority = byway_vici_node_dup_text (remote, "ca_id");

  return (class == NULL || strcmp (class, "public key") == 0 || strcmp (class, "any") == 0)
         && authority == NULL && !is_filled (remote, "cacerts") && !is_filled (remote, "certs");
}

static gboolean
shares (const BywayViciNode *connection)
{
  for (guint i = 0; i < connection->children->len; i++)
    {
      const BywayViciNode *section = connection->children->pdata[i];

      if (section->kind == BYWAY_VICI_SECTION && g_str_has_prefix (section->name, "remote-")
          && trusts_anyone (section))
        return TRUE;
    }
  return FALSE;
}

static void
on_event (BywayViciClient *client, const char *event, const BywayViciNode *message, GTask *task)
{
  Check *check = g_task_get_task_data (task);

  for (guint i = 0; i < message->children->len && check->sharing == NULL; i++)
    {
      const BywayViciNode *connection = message->children->pdata[i];

      if (connection->kind == BYWAY_VICI_SECTION
          && !g_str_has_prefix (connection->name, BYWAY_IKE_PREFIX) && shares (connection))
        check->sharing = g_utf8_make_valid (connection->name, -1);
    }
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Check *check = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, &error);

  g_signal_handlers_disconnect_by_data (check->client, task);
  if (answer == NULL)
    g_task_return_error (task, error);
  else if (check->sharing != NULL)
    g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_IKE_TRUST_SHARED, "%s",
                             check->sharing);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Check *check = g_task_get_task_data (task);
  GError *error = NULL;

  check->client = byway_vici_client_connect_finish (result, &error);
  if (check->client == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_signal_connect (check->client, "event", G_CALLBACK (on_event), task);
  byway_vici_client_register (check->client, "list-conn");
  byway_vici_client_request (check->client, "list-conns", NULL, NULL, on_listed,
                             g_object_ref (task));
}

void
byway_strongswan_trust_check (const char *path, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_source_tag (task, byway_strongswan_trust_check);
  g_task_set_task_data (task, g_new0 (Check, 1), check_free);
  byway_vici_client_connect (path, NULL, on_connected, g_object_ref (task));
}

gboolean
byway_strongswan_trust_check_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
