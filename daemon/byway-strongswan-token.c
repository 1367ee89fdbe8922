/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-token.h"

#include "byway-diagnosis.h"
#include "byway-strongswan-credential.h"
#include "byway-strongswan-tunnel.h"

/* --- the plugin ------------------------------------------------------------------------------- */

static void
on_stats (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else if (!byway_vici_node_lists (byway_vici_node_find (answer, "plugins"), "pkcs11"))
    g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_NO_PLUGIN, "%s", "");
  else
    g_task_return_boolean (task, TRUE);
}

void
byway_strongswan_token_find_plugin (BywayViciClient *client, GAsyncReadyCallback callback,
                                    gpointer data)
{
  GTask *task = g_task_new (client, NULL, callback, data);

  byway_vici_client_request (client, "stats", NULL, NULL, on_stats, task);
}

gboolean
byway_strongswan_token_find_plugin_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the certificate beside the key ----------------------------------------------------------- */

GError *
byway_strongswan_token_explain (const char *refusal)
{
  if (g_str_has_prefix (refusal, "unable to load certificate"))
    return g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_NOT_FOUND, refusal);
  return byway_strongswan_conn_refused (refusal);
}

/* --- the PIN ---------------------------------------------------------------------------------- */

typedef struct
{
  BywayIpsecEngine *engine;
  BywayStrongswanKeys *keys; /* the engine's */
  BywayPlan *plan;
  GPtrArray *strangers; /* keys that were there before, and nobody's of ours */
  GError *unmarked;     /* the mark of the key was not taken */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->engine);
  byway_plan_unref (opening->plan);
  g_ptr_array_unref (opening->strangers);
  g_clear_error (&opening->unmarked);
  g_free (opening);
}

static void
on_marked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  g_autofree char *refusal = NULL;
  g_autoptr (BywayViciNode) answer = byway_vici_client_success_finish (
      BYWAY_VICI_CLIENT (source), result, &refusal, &opening->unmarked);

  if (refusal != NULL)
    opening->unmarked = byway_strongswan_conn_refused (refusal);
}

/* Who else has it, of us or of others, keeps it. */
static void
drop_stranger (BywayViciClient *client, Opening *opening, const char *key_id)
{
  g_autoptr (GPtrArray) requests = byway_plan_requests_new ();
  g_autofree char *mark = g_strconcat (BYWAY_STRONGSWAN_KEY_MARK, key_id, NULL);

  if (!byway_strongswan_keys_is_held (opening->keys, key_id)
      && !g_ptr_array_find_with_equal_func (opening->strangers, key_id, g_str_equal, NULL)
      && byway_strongswan_render_unload_key (requests, mark, NULL))
    byway_strongswan_withdraw (client, requests, NULL, NULL);
}

static gboolean
is_the_certificates (const BywayPlan *plan, const char *key_id)
{
  return key_id == NULL || g_ascii_strcasecmp (key_id, plan->key_id) == 0;
}

static void
tell_pin (Opening *opening, gboolean unanswered)
{
  g_signal_emit_by_name (opening->engine, "pin", opening->plan->uuid, unanswered);
}

/* All that charon tells is that it did not get the key. The certificate beside it it did find. */
static void
on_token_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *refusal = NULL;
  g_autofree char *key_id = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_success_finish (BYWAY_VICI_CLIENT (source), result, &refusal, &error);

  if (answer != NULL || refusal != NULL)
    tell_pin (opening, FALSE);
  if (refusal != NULL)
    error = g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_PIN, refusal);
  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  byway_strongswan_keys_set_opened (opening->keys, opening->plan);
  key_id = byway_vici_node_dup_text (answer, "id");
  if (!is_the_certificates (opening->plan, key_id))
    {
      drop_stranger (BYWAY_VICI_CLIENT (source), opening, key_id);
      g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_CERT_KEY_MISMATCH, "%s", "");
    }
  else if (opening->unmarked != NULL)
    g_task_return_error (task, g_steal_pointer (&opening->unmarked));
  else
    g_task_return_boolean (task, TRUE);
}

/* The mark first, so that the key of a helper that is killed now is found by it. */
void
byway_strongswan_token_open (BywayIpsecEngine *engine, BywayViciClient *client,
                             BywayStrongswanKeys *keys, BywayPlan *plan, GPtrArray *strangers,
                             GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (client, NULL, callback, data);
  Opening *opening = g_new0 (Opening, 1);

  opening->engine = g_object_ref (engine);
  opening->keys = keys;
  opening->plan = byway_plan_ref (plan);
  opening->strangers = g_ptr_array_ref (strangers);
  g_task_set_task_data (task, opening, opening_free);
  tell_pin (opening, TRUE);
  for (guint i = 0; i < plan->load_key->len; i++)
    {
      const BywayPlanRequest *request = plan->load_key->pdata[i];
      gboolean last = i + 1 == plan->load_key->len;

      byway_vici_client_request (client, request->command, request->body, NULL,
                                 last ? on_token_loaded : on_marked, g_object_ref (task));
    }
}

gboolean
byway_strongswan_token_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
