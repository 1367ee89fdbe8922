/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-tunnel.h"

#include "byway-keyfile.h"

#include "byway-error.h"
#include "byway-strongswan-credential.h"
#include "byway-strongswan-log.h"
#include "byway-strongswan-token.h"
#include "byway-strongswan-trust.h"
#include "byway-vici.h"

#include <string.h>

#define WITHDRAW_MS 3000

/* --- taking back ---------------------------------------------------------------------------- */

typedef struct
{
  guint waiting; /* answers */
  guint timer;
} Withdrawal;

static void
withdrawal_free (gpointer data)
{
  Withdrawal *withdrawal = data;

  g_clear_handle_id (&withdrawal->timer, g_source_remove);
  g_free (withdrawal);
}

static void
end_withdrawal (GTask *task)
{
  Withdrawal *withdrawal = g_task_get_task_data (task);

  if (g_task_get_completed (task) || (withdrawal->waiting > 0 && withdrawal->timer != 0))
    return;
  g_clear_handle_id (&withdrawal->timer, g_source_remove);
  withdrawal->waiting = 0;
  g_task_return_boolean (task, TRUE);
}

static void
on_withdrawn (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Withdrawal *withdrawal = g_task_get_task_data (task);
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, NULL);

  if (withdrawal->waiting == 0)
    return; /* too late: the time was up */
  withdrawal->waiting--;
  end_withdrawal (task);
}

static gboolean
on_withdraw_deadline (gpointer data)
{
  Withdrawal *withdrawal = g_task_get_task_data (data);

  withdrawal->timer = 0;
  g_warning ("The IKE daemon does not answer; what it has of ours stays until the next start");
  end_withdrawal (data);
  return G_SOURCE_REMOVE;
}

static void
append_requests (GPtrArray *all, GPtrArray *requests)
{
  for (guint i = 0; i < requests->len; i++)
    {
      const BywayPlanRequest *request = requests->pdata[i];

      byway_plan_requests_add (all, request->command, g_bytes_ref (request->body));
    }
}

GPtrArray *
byway_strongswan_undo (const BywayPlan *plan, BywayStrongswanKeys *keys)
{
  static const char *const commands[BYWAY_PLAN_UNDOS]
      = { "terminate", "unload-conn", "unload-shared", "unload-shared" };
  GPtrArray *all = byway_plan_requests_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    byway_plan_requests_add (all, commands[i], g_bytes_ref (plan->undo[i]));
  append_requests (all, plan->unloads);
  if (byway_strongswan_keys_give_back (keys, plan))
    append_requests (all, plan->unload_key);
  return all;
}

void
byway_strongswan_withdraw (BywayViciClient *client, GPtrArray *requests,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (client, NULL, callback, data);
  Withdrawal *withdrawal = g_new0 (Withdrawal, 1);

  withdrawal->waiting = requests->len;
  g_task_set_task_data (task, withdrawal, withdrawal_free);
  withdrawal->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, WITHDRAW_MS, on_withdraw_deadline,
                                          g_object_ref (task), g_object_unref);
  for (guint i = 0; i < requests->len; i++)
    {
      const BywayPlanRequest *request = requests->pdata[i];

      byway_vici_client_request (client, request->command, request->body, NULL, on_withdrawn,
                                 g_object_ref (task));
    }
}

void
byway_strongswan_withdraw_finish (GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- raising -------------------------------------------------------------------------------- */

typedef struct
{
  BywayIpsecEngine *engine;
  BywayViciClient *client;   /* the engine's */
  BywayStrongswanKeys *keys; /* the engine's */
  BywayViciClient *control;  /* ours: a connection waits while its initiate runs */
  char *path;
  BywayPlan *plan;
  GSource *cancelled;
  BywayCharonView view;
  GPtrArray *strangers; /* keys that charon had from others; NULL: not asked */
  GError *error;        /* set: we are taking back */
  gboolean over;        /* for good: we took back, or are about to */
  gboolean load_key;    /* it is ours to load */
} Raise;

static void
raise_free (gpointer data)
{
  Raise *raise = data;

  if (raise->control != NULL)
    {
      g_signal_handlers_disconnect_by_data (raise->control, raise);
      byway_vici_client_close (raise->control);
      g_object_unref (raise->control);
    }
  if (raise->cancelled != NULL)
    {
      g_source_destroy (raise->cancelled);
      g_source_unref (raise->cancelled);
    }
  g_object_unref (raise->engine);
  g_object_unref (raise->client);
  g_free (raise->path);
  byway_plan_unref (raise->plan);
  g_clear_pointer (&raise->strangers, g_ptr_array_unref);
  byway_charon_view_clear (&raise->view);
  g_clear_error (&raise->error);
  g_free (raise);
}

static void
tell_progress (Raise *raise, BywayStage stage, BywayStageState state, const char *text)
{
  g_signal_emit_by_name (raise->engine, "progress", raise->plan->uuid, stage, state, text);
}

static void
on_taken_back (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);

  byway_strongswan_withdraw_finish (result);
  g_task_return_error (task, g_steal_pointer (&raise->error));
}

/* The first reason counts. From here on only the taking back goes on. Takes @error. */
static void
take_back (GTask *task, GError *error)
{
  Raise *raise = g_task_get_task_data (task);
  g_autoptr (GTask) alive = g_object_ref (task); /* closing drops the request that holds it */
  g_autoptr (GPtrArray) undo = NULL;

  if (raise->error != NULL)
    {
      g_error_free (error);
      return;
    }
  raise->error = error;
  raise->over = TRUE;
  if (raise->control != NULL)
    {
      g_signal_handlers_disconnect_by_data (raise->control, task);
      byway_vici_client_close (raise->control);
    }
  undo = byway_strongswan_undo (raise->plan, raise->keys);
  byway_strongswan_withdraw (raise->client, undo, on_taken_back, g_object_ref (task));
}

static void
give_up (GTask *task, const char *message)
{
  Raise *raise = g_task_get_task_data (task);

  take_back (task, byway_charon_view_explain (&raise->view, message));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  take_back (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
  return G_SOURCE_REMOVE;
}

/* Charon's answer, or NULL: it is taken back then. */
static BywayViciNode *
finish_or_take_back (GTask *task, GObject *source, GAsyncResult *result,
                     GError *(*explain) (const char *refusal))
{
  GError *error = NULL;
  g_autofree char *refusal = NULL;
  BywayViciNode *answer
      = byway_vici_client_success_finish (BYWAY_VICI_CLIENT (source), result, &refusal, &error);

  if (refusal != NULL)
    error = explain (refusal);
  if (answer == NULL)
    take_back (task, error);
  return answer;
}

static void
on_initiated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *refusal = NULL;
  g_autofree char *text = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_success_finish (BYWAY_VICI_CLIENT (source), result, &refusal, &error);

  if (raise->error != NULL)
    return;
  if (refusal != NULL)
    give_up (task, refusal);
  else if (answer == NULL)
    take_back (task, g_steal_pointer (&error));
  else
    {
      text = g_strdup_printf ("ESP %s, transport mode%s", raise->view.esp,
                              raise->view.encapsulated ? ", in UDP" : "");
      tell_progress (raise, BYWAY_STAGE_SA, BYWAY_STAGE_PASSED, text);
      g_signal_handlers_disconnect_by_data (raise->control, task);
      g_task_return_boolean (task, TRUE);
    }
}

static void
on_ike_up (Raise *raise)
{
  g_autofree char *text
      = g_strdup_printf ("%s, %s%s", raise->view.mode != NULL ? raise->view.mode : "",
                         raise->view.ike != NULL ? raise->view.ike : "",
                         raise->view.encapsulated ? ", NAT traversal" : "");

  tell_progress (raise, BYWAY_STAGE_IKE, BYWAY_STAGE_PASSED, text);
  tell_progress (raise, BYWAY_STAGE_SA, BYWAY_STAGE_RUNNING, "");
}

static void
on_control_event (BywayViciClient *control, const char *name, const BywayViciNode *message,
                  GTask *task)
{
  Raise *raise = g_task_get_task_data (task);
  g_autofree char *line = byway_vici_node_dup_text (message, "msg");

  if (line == NULL || raise->error != NULL)
    return;
  g_signal_emit_by_name (raise->engine, "log", raise->plan->uuid, line);
  switch (byway_charon_view_take (&raise->view, line))
    {
    case BYWAY_CHARON_NOTHING:
      break;
    case BYWAY_CHARON_AGREED:
      g_signal_emit_by_name (raise->engine, "agreed", raise->plan->uuid, raise->view.ike,
                             raise->view.esp);
      break;
    case BYWAY_CHARON_IKE_UP:
      on_ike_up (raise);
      break;
    case BYWAY_CHARON_FAILURE:
      give_up (task, line);
      break;
    }
}

static void
on_control_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  GError *error = NULL;

  raise->control = byway_vici_client_connect_finish (result, &error);
  if (raise->error != NULL)
    {
      g_clear_error (&error);
      return;
    }
  if (raise->control == NULL)
    {
      take_back (task, error);
      return;
    }
  g_signal_connect_object (raise->control, "event", G_CALLBACK (on_control_event), task, 0);
  byway_vici_client_register (raise->control, "control-log");
  byway_vici_client_request (raise->control, "initiate", raise->plan->initiate, NULL, on_initiated,
                             g_object_ref (task));
}

static void
begin_initiate (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);

  byway_vici_client_connect (raise->path, NULL, on_control_connected, g_object_ref (task));
}

GError *
byway_strongswan_conn_refused (const char *refusal)
{
  return g_error_new (BYWAY_ERROR, BYWAY_ERROR_IPSEC,
                      "the IKE daemon does not take the connection: %s", refusal);
}

/* All loads are asked for in one go; charon answers in order. */
static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (BywayViciNode) answer
      = finish_or_take_back (task, source, result, byway_strongswan_conn_refused);
}

static void
on_token_open (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  GError *error = NULL;

  if (!byway_strongswan_token_open_finish (result, &error))
    take_back (task, error);
  else if (raise->error == NULL)
    begin_initiate (task);
}

/* The connection names the certificate on a token; only when that was found a PIN is sent. */
static void
on_conn_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  gboolean token = raise->plan->token != NULL;
  g_autoptr (BywayViciNode) answer = finish_or_take_back (
      task, source, result, token ? byway_strongswan_token_explain : byway_strongswan_conn_refused);

  if (raise->error != NULL)
    return;
  if (token && raise->load_key)
    byway_strongswan_token_open (raise->engine, raise->client, raise->keys, raise->plan,
                                 raise->strangers, on_token_open, g_object_ref (task));
  else
    begin_initiate (task);
}

static void
load (GTask *task, GPtrArray *requests)
{
  Raise *raise = g_task_get_task_data (task);

  for (guint i = 0; i < requests->len; i++)
    {
      const BywayPlanRequest *request = requests->pdata[i];

      byway_vici_client_request (raise->client, request->command, request->body, NULL, on_loaded,
                                 g_object_ref (task));
    }
}

/* The last of what is loaded, and, before it, XAUTH's password. */
static void
load_conn (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);

  if (raise->plan->load_xauth != NULL)
    byway_vici_client_request (raise->client, "load-shared", raise->plan->load_xauth, NULL,
                               on_loaded, g_object_ref (task));
  byway_vici_client_request (raise->client, "load-conn", raise->plan->load_conn, NULL,
                             on_conn_loaded, g_object_ref (task));
}

static void on_token_decided (GObject *source, GAsyncResult *result, gpointer data);

static void
go_on_with_key (GTask *task, BywayKeyVerdict verdict)
{
  Raise *raise = g_task_get_task_data (task);

  switch (verdict)
    {
    case BYWAY_KEY_LOAD:
      raise->load_key = TRUE;
      break;
    case BYWAY_KEY_THERE:
      break;
    case BYWAY_KEY_WAIT:
      byway_strongswan_keys_wait (raise->keys, on_token_decided, g_object_ref (task));
      return;
    case BYWAY_KEY_TAKEN:
      take_back (task, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_TAKEN, ""));
      return;
    case BYWAY_KEY_PIN:
      take_back (task, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_TOKEN_PIN, ""));
      return;
    }
  load (task, raise->plan->loads);
  if (raise->load_key && raise->plan->token == NULL)
    load (task, raise->plan->load_key);
  load_conn (task);
}

static void
on_keys (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, &error);

  if (answer == NULL)
    {
      take_back (task, error);
      return;
    }
  if (raise->error != NULL)
    return;
  g_clear_pointer (&raise->strangers, g_ptr_array_unref);
  raise->strangers = byway_strongswan_keys_strangers (raise->keys, answer);
  go_on_with_key (task, byway_strongswan_keys_take (raise->keys, raise->plan, raise->strangers));
}

static void
ask_keys (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);

  byway_vici_client_request (raise->client, "get-keys", NULL, NULL, on_keys, g_object_ref (task));
}

static void
on_token_decided (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);

  g_task_propagate_boolean (G_TASK (result), NULL);
  if (!raise->over)
    ask_keys (task);
}

static void
on_trust_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean trusted = byway_strongswan_trust_check_finish (result, &error);

  /* On a connection of its own, so it may end after everything was taken back. */
  if (raise->over)
    return;
  if (trusted)
    ask_keys (task);
  else
    take_back (task, g_steal_pointer (&error));
}

static void
ask_whom_charon_trusts (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);

  if (raise->plan->owner == BYWAY_OWNER_SYSTEM)
    ask_keys (task);
  else
    byway_strongswan_trust_check (raise->path, on_trust_checked, g_object_ref (task));
}

static void
on_plugin_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Raise *raise = g_task_get_task_data (task);
  GError *error = NULL;

  if (!byway_strongswan_token_find_plugin_finish (result, &error))
    take_back (task, error);
  else if (raise->error == NULL)
    ask_whom_charon_trusts (task);
}

static void
load_credentials (GTask *task)
{
  Raise *raise = g_task_get_task_data (task);

  if (raise->plan->token != NULL)
    {
      byway_strongswan_token_find_plugin (raise->client, on_plugin_found, g_object_ref (task));
      return;
    }
  if (raise->plan->key_id != NULL)
    {
      ask_whom_charon_trusts (task);
      return;
    }
  byway_vici_client_request (raise->client, "load-shared", raise->plan->load_shared, NULL,
                             on_loaded, g_object_ref (task));
  load_conn (task);
}

void
byway_strongswan_raise (BywayIpsecEngine *engine, BywayViciClient *client,
                        BywayStrongswanKeys *keys, const char *path, BywayPlan *plan,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, NULL, callback, data);
  Raise *raise = g_new0 (Raise, 1);

  raise->engine = g_object_ref (engine);
  raise->client = g_object_ref (client);
  raise->keys = keys;
  raise->view.certificate = plan->key_id != NULL;
  raise->path = g_strdup (path);
  raise->plan = byway_plan_ref (plan);
  g_task_set_task_data (task, raise, raise_free);
  if (cancellable != NULL)
    {
      raise->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (raise->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (raise->cancelled, g_main_context_get_thread_default ());
    }
  tell_progress (raise, BYWAY_STAGE_IKE, BYWAY_STAGE_RUNNING, "");
  load_credentials (task);
}

gboolean
byway_strongswan_raise_finish (GAsyncResult *result, BywaySaInfo *info, GError **error)
{
  GTask *task = G_TASK (result);
  Raise *raise = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (task, error))
    return FALSE;
  info->ike = g_steal_pointer (&raise->view.ike);
  info->esp = g_steal_pointer (&raise->view.esp);
  info->encapsulated = raise->view.encapsulated;
  return TRUE;
}
