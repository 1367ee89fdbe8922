/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan.h"

#include "byway-ike-service.h"
#include "byway-error.h"
#include "byway-facts.h"
#include "byway-strongswan-credential.h"
#include "byway-socket.h"
#include "byway-strongswan-examine.h"
#include "byway-strongswan-liveness.h"
#include "byway-strongswan-log.h"
#include "byway-strongswan-render.h"
#include "byway-strongswan-tunnel.h"
#include "byway-vici-client.h"
#include "byway-vici.h"
#include "byway-xfrm.h"

#include <string.h>

#define DEFAULT_PATH "/run/charon.vici"

struct _BywayStrongswan
{
  GObject parent;
  char *path;
  BywayIkeService *charon;
  BywayViciClient *client; /* commands of all sessions, and charon's events; NULL: not connected */
  GHashTable *known;       /* names that a session stands behind -> Known */
  guint uses;              /* by sessions that begin */
  BywayStrongswanKeys *keys;
};

typedef struct
{
  gboolean established;
  BywayCause loss;                   /* why it would be gone */
  BywayStrongswanLiveness *liveness; /* NULL: charon keeps that bound by itself */
} Known;

static void byway_strongswan_iface_init (BywayIpsecEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BywayStrongswan, byway_strongswan, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BYWAY_TYPE_IPSEC_ENGINE,
                                                      byway_strongswan_iface_init))

/* --- what charon tells by itself ------------------------------------------------------------ */

static void
known_free (gpointer data)
{
  Known *known = data;

  g_clear_pointer (&known->liveness, byway_strongswan_liveness_free);
  g_free (known);
}

static void
know (BywayStrongswan *self, const char *name, gboolean established)
{
  Known *known = g_new0 (Known, 1);

  known->established = established;
  known->loss = BYWAY_CAUSE_LOST_IPSEC;
  g_hash_table_insert (self->known, g_strdup (name), known);
}

static void
tell_lost (BywayStrongswan *self, const char *name, const char *detail)
{
  Known *known = g_hash_table_lookup (self->known, name);
  g_autoptr (GError) error = NULL;

  if (known == NULL || !known->established)
    return;
  known->established = FALSE;
  error = g_error_new_literal (BYWAY_FAILURE, known->loss, detail);
  g_signal_emit_by_name (self, "lost", name + strlen (BYWAY_IKE_PREFIX), error);
}

static void
on_dead (const char *name, gpointer data)
{
  BywayStrongswan *self = data;
  Known *known = g_hash_table_lookup (self->known, name);

  known->loss = BYWAY_CAUSE_LOST_SERVER;
  tell_lost (self, name, "");
}

static void
watch_liveness (BywayStrongswan *self, const BywayPlan *plan)
{
  Known *known = g_hash_table_lookup (self->known, plan->ike_name);

  if (plan->dpd_timeout > 0 && self->client != NULL)
    known->liveness = byway_strongswan_liveness_new (self->client, plan->ike_name, plan->dpd_delay,
                                                     plan->dpd_timeout, on_dead, self);
}

static void
on_closed (BywayViciClient *client, BywayStrongswan *self)
{
  g_auto (GStrv) names = NULL;

  if (client != self->client)
    return;
  g_clear_object (&self->client);
  names = (GStrv)g_hash_table_get_keys_as_array (self->known, NULL);
  for (char **name = names; *name != NULL; name++)
    *name = g_strdup (*name);
  for (char **name = names; *name != NULL; name++)
    {
      Known *known = g_hash_table_lookup (self->known, *name);

      known->loss = BYWAY_CAUSE_LOST_IKE_DAEMON;
      tell_lost (self, *name, "");
    }
}

static void
withdraw_name (BywayStrongswan *self, const char *name)
{
  static const char *const commands[BYWAY_PLAN_UNDOS]
      = { "terminate", "unload-conn", "unload-shared", "unload-shared" };
  g_autoptr (GPtrArray) requests = byway_plan_requests_new ();
  GBytes *undo[BYWAY_PLAN_UNDOS] = { NULL };

  if (g_str_has_prefix (name, BYWAY_STRONGSWAN_KEY_MARK))
    byway_strongswan_render_unload_key (requests, name, NULL);
  else if (byway_strongswan_render_undo (name, undo, NULL))
    for (gsize i = 0; i < G_N_ELEMENTS (undo); i++)
      byway_plan_requests_add (requests, commands[i], undo[i]);
  byway_strongswan_withdraw (self->client, requests, NULL, NULL);
}

static void
withdraw_authority (BywayStrongswan *self, const char *name)
{
  g_autoptr (GPtrArray) requests = byway_plan_requests_new ();

  byway_strongswan_render_unload_authority (requests, name, NULL);
  byway_strongswan_withdraw (self->client, requests, NULL, NULL);
}

/* The section of an updown event has the connection's name. "up" is there, with yes, or it is not.
 */
static void
on_event (BywayViciClient *client, const char *event, const BywayViciNode *message,
          BywayStrongswan *self)
{
  g_autofree char *up = byway_vici_node_dup_text (message, "up");

  for (guint i = 0; i < message->children->len; i++)
    {
      const BywayViciNode *section = message->children->pdata[i];

      if (section->kind != BYWAY_VICI_SECTION
          || !g_str_has_prefix (section->name, BYWAY_IKE_PREFIX))
        continue;
      if (up == NULL && strcmp (event, "child-updown") == 0)
        tell_lost (self, section->name, "");
      else if (up != NULL && !g_hash_table_contains (self->known, section->name))
        withdraw_name (self, section->name); /* it came up just when its session had given up */
    }
}

/* --- probe ---------------------------------------------------------------------------------- */

static const char *const algorithm_lists[]
    = { "encryption", "aead", "integrity", "prf", "dh", "ke", NULL };

/* get-algorithms: sections of `name = plugin`. */
GHashTable *
byway_strongswan_algorithms (const BywayViciNode *answer)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (const char *const *list = algorithm_lists; *list != NULL; list++)
    {
      const BywayViciNode *section = byway_vici_node_find (answer, *list);

      for (guint i = 0;
           section != NULL && section->kind == BYWAY_VICI_SECTION && i < section->children->len;
           i++)
        g_hash_table_add (names, g_strdup (((BywayViciNode *)section->children->pdata[i])->name));
    }
  return names;
}

static void
on_algorithms (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, byway_strongswan_algorithms (answer),
                           (GDestroyNotify)g_hash_table_unref);
}

static void
ask_algorithms (GTask *task)
{
  BywayStrongswan *self = g_task_get_source_object (task);

  byway_vici_client_request (self->client, "get-algorithms", NULL, g_task_get_cancellable (task),
                             on_algorithms, g_object_ref (task));
}

/* Two sessions may have come here at once: the first connection is kept. Never register "log": when
 * its listener dies, charon logs that too, tells it to the dead one, and stands still for ever
 * (seen with 5.9.8, "vici connection N unknown"). */
static void
adopt (BywayStrongswan *self, BywayViciClient *client)
{
  if (self->client != NULL)
    {
      byway_vici_client_close (client);
      g_object_unref (client);
      return;
    }
  self->client = client;
  g_signal_connect_object (client, "closed", G_CALLBACK (on_closed), self, 0);
  g_signal_connect_object (client, "event", G_CALLBACK (on_event), self, 0);
  byway_vici_client_register (client, "ike-updown");
  byway_vici_client_register (client, "child-updown");
  byway_vici_client_register (client, "list-sa");
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayStrongswan *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  BywayViciClient *client = byway_vici_client_connect_finish (result, &error);

  if (client == NULL)
    {
      g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE, "%s: %s",
                               self->path, error->message);
      return;
    }
  adopt (self, client);
  ask_algorithms (task);
}

static void
on_ensured (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayStrongswan *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!byway_ike_service_ensure_finish (self->charon, result, &error))
    g_task_return_error (task, error);
  else if (self->client != NULL)
    ask_algorithms (task);
  else
    byway_vici_client_connect (self->path, g_task_get_cancellable (task), on_connected,
                               g_object_ref (task));
}

static void
byway_strongswan_probe (BywayIpsecEngine *engine, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  self->uses++;
  if (self->client != NULL)
    ask_algorithms (task);
  else
    byway_ike_service_ensure (self->charon, cancellable, on_ensured, g_object_ref (task));
}

static GHashTable *
byway_strongswan_probe_finish (BywayIpsecEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- establish and release ------------------------------------------------------------------ */

/* What charon could not take out of the kernel any more. */
static void
flush_kernel (BywayStrongswan *self, const BywayPlan *plan)
{
  byway_xfrm_flush (plan->reqid, G_MAXUINT32);
  if (self->client == NULL)
    byway_xfrm_flush_larval (&plan->uplink.source, &plan->uplink.server);
}

static void
on_raised (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayStrongswan *self = g_task_get_source_object (task);
  BywayPlan *plan = g_task_get_task_data (task);
  g_autofree BywaySaInfo *info = g_new0 (BywaySaInfo, 1);
  GError *error = NULL;

  if (!byway_strongswan_raise_finish (result, info, &error))
    {
      g_hash_table_remove (self->known, plan->ike_name);
      flush_kernel (self, plan);
      g_task_return_error (task, error);
      return;
    }
  know (self, plan->ike_name, TRUE);
  watch_liveness (self, plan);
  g_task_return_pointer (task, g_steal_pointer (&info), g_free);
}

static void
byway_strongswan_establish (BywayIpsecEngine *engine, BywayPlan *plan, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, byway_plan_ref (plan), (GDestroyNotify)byway_plan_unref);
  if (self->client == NULL)
    {
      g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_LOST_IKE_DAEMON, "%s", "");
      return;
    }
  know (self, plan->ike_name, FALSE);
  byway_strongswan_raise (engine, self->client, self->keys, self->path, plan, cancellable,
                          on_raised, g_object_ref (task));
}

static gboolean
byway_strongswan_establish_finish (BywayIpsecEngine *engine, GAsyncResult *result,
                                   BywaySaInfo *info, GError **error)
{
  g_autofree BywaySaInfo *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;
  *info = *found;
  return TRUE;
}

static void
end_release (GTask *task)
{
  flush_kernel (g_task_get_source_object (task), g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static void
on_withdrawn (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  byway_strongswan_withdraw_finish (result);
  end_release (task);
}

static void
byway_strongswan_release (BywayIpsecEngine *engine, BywayPlan *plan, GAsyncReadyCallback callback,
                          gpointer data)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  g_autoptr (GPtrArray) undo = byway_strongswan_undo (plan, self->keys);

  g_task_set_task_data (task, byway_plan_ref (plan), (GDestroyNotify)byway_plan_unref);
  g_hash_table_remove (self->known, plan->ike_name);
  if (self->client != NULL)
    byway_strongswan_withdraw (self->client, undo, on_withdrawn, g_object_ref (task));
  else
    end_release (task);
}

static void
byway_strongswan_release_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- clean ---------------------------------------------------------------------------------- */

static void
end_clean (GTask *task)
{
  byway_xfrm_flush (BYWAY_REQID, BYWAY_REQID_MASK);
  g_task_return_boolean (task, TRUE);
}

/* The answer to get-shared comes last, and what it names is withdrawn before anything that is asked
 * for later: charon takes the requests of one connection in their order. */
static void
withdraw_names (GObject *source, GAsyncResult *result, GTask *task,
                void (*withdraw) (BywayStrongswan *self, const char *name))
{
  BywayStrongswan *self = g_task_get_source_object (task);
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, NULL);
  const BywayViciNode *list
      = answer != NULL && answer->children->len > 0 ? answer->children->pdata[0] : NULL;

  for (guint i = 0; list != NULL && list->kind == BYWAY_VICI_LIST && i < list->children->len; i++)
    {
      g_autofree char *name = byway_vici_node_dup_text (list->children->pdata[i], "");

      if (self->client != NULL && g_str_has_prefix (name, BYWAY_IKE_PREFIX))
        withdraw (self, name);
    }
}

static void
on_conns (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  withdraw_names (source, result, task, withdraw_name);
}

static void
on_authorities (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  withdraw_names (source, result, task, withdraw_authority);
}

static void
on_barrier (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, NULL);

  end_clean (task);
}

static void
on_shared (GObject *source, GAsyncResult *result, gpointer data)
{
  withdraw_names (source, result, data, withdraw_name);
  byway_vici_client_request (BYWAY_VICI_CLIENT (source), "version", NULL, NULL, on_barrier, data);
}

static void
on_clean_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayStrongswan *self = g_task_get_source_object (task);
  BywayViciClient *client = byway_vici_client_connect_finish (result, NULL);

  if (client == NULL)
    {
      byway_ike_service_idle (
          self->charon); /* one that a helper began, and died before it answered */
      end_clean (task);
      return;
    }
  adopt (self, client);
  byway_vici_client_request (self->client, "get-conns", NULL, NULL, on_conns, g_object_ref (task));
  byway_vici_client_request (self->client, "get-authorities", NULL, NULL, on_authorities,
                             g_object_ref (task));
  byway_vici_client_request (self->client, "get-shared", NULL, NULL, on_shared,
                             g_object_ref (task));
}

static void
byway_strongswan_clean (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  byway_vici_client_connect (self->path, NULL, on_clean_connected, g_object_ref (task));
}

static void
byway_strongswan_clean_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- idle ----------------------------------------------------------------------------------- */

/* An ending charon's connection is of no use to the next session. */
static void
let_go (BywayStrongswan *self)
{
  byway_ike_service_idle (self->charon);
  if (self->client != NULL)
    byway_vici_client_close (self->client);
  g_clear_object (&self->client);
}

/* Nobody else's association either, and none came while we asked: then nobody would miss the
 * daemon. */
static void
on_stats (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayStrongswan *self = g_task_get_source_object (task);
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, NULL);
  g_autofree char *total
      = answer != NULL ? byway_vici_node_dup_text (answer, "ikesas/total") : NULL;

  if (g_strcmp0 (total, "0") == 0 && g_hash_table_size (self->known) == 0
      && GPOINTER_TO_UINT (g_task_get_task_data (task)) == self->uses)
    let_go (self);
  byway_ike_service_settle (self->charon, task);
}

/* It was started for an attempt that was called off: does it answer by now? */
static void
on_idle_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayStrongswan *self = g_task_get_source_object (task);
  BywayViciClient *client = byway_vici_client_connect_finish (result, NULL);

  if (client == NULL)
    {
      let_go (self);
      byway_ike_service_settle (self->charon, task);
      return;
    }
  adopt (self, client);
  byway_vici_client_request (self->client, "stats", NULL, NULL, on_stats, g_object_ref (task));
}

static void
byway_strongswan_idle (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, GUINT_TO_POINTER (self->uses), NULL);
  if (!byway_ike_service_is_ours (self->charon))
    byway_ike_service_settle (self->charon, task);
  else if (self->client != NULL)
    byway_vici_client_request (self->client, "stats", NULL, NULL, on_stats, g_object_ref (task));
  else
    byway_vici_client_connect (self->path, NULL, on_idle_connected, g_object_ref (task));
}

static void
byway_strongswan_idle_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- examine -------------------------------------------------------------------------------- */

static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_pointer (task, byway_strongswan_examine_finish (result),
                         (GDestroyNotify)g_variant_unref);
}

static void
byway_strongswan_examine_daemon (BywayIpsecEngine *engine, GAsyncReadyCallback callback,
                                 gpointer data)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);

  byway_strongswan_examine (self->path, on_examined, g_task_new (self, NULL, callback, data));
}

static GVariant *
byway_strongswan_examine_daemon_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* --- presence --------------------------------------------------------------------------------- */

static const char *const programs[] = { "/usr/lib/ipsec/charon", "/usr/libexec/ipsec/charon",
                                        "/usr/libexec/strongswan/charon", NULL };
static const char *const arguments[] = { "--use-syslog", NULL };
static const char *const units[]
    = { "strongswan-starter.service", "strongswan.service", "strongswan-swanctl.service", NULL };

static const BywayIkeServiceKind charon_kind = {
  .process = "charon",
  .programs = programs,
  .arguments = arguments,
  .units = units,
  .mark = "byway-charon",
  .missing = BYWAY_CAUSE_NO_IKE_DAEMON,
  .unreachable = BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE,
};

static BywayPresence
byway_strongswan_presence (BywayIpsecEngine *engine)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (engine);

  if (self->client != NULL || byway_socket_listens (self->path))
    return BYWAY_PRESENCE_RUNNING;
  return byway_ike_service_is_installed (&charon_kind) ? BYWAY_PRESENCE_INSTALLED
                                                       : BYWAY_PRESENCE_NONE;
}

/* --- the object ----------------------------------------------------------------------------- */

BywayIpsecEngine *
byway_strongswan_new (const char *socket_path, GDBusConnection *system_bus)
{
  BywayStrongswan *self = g_object_new (BYWAY_TYPE_STRONGSWAN, NULL);

  self->path = g_strdup (socket_path != NULL ? socket_path : DEFAULT_PATH);
  self->charon = byway_ike_service_new (&charon_kind, self->path, system_bus);
  return BYWAY_IPSEC_ENGINE (self);
}

static void
byway_strongswan_finalize (GObject *object)
{
  BywayStrongswan *self = BYWAY_STRONGSWAN (object);
  g_autoptr (BywayViciClient) client = g_steal_pointer (&self->client);

  if (client != NULL)
    byway_vici_client_close (client);
  g_free (self->path);
  g_clear_pointer (&self->charon, byway_ike_service_free);
  g_hash_table_unref (self->known);
  byway_strongswan_keys_free (self->keys);
  G_OBJECT_CLASS (byway_strongswan_parent_class)->finalize (object);
}

static void
byway_strongswan_iface_init (BywayIpsecEngineInterface *iface)
{
  iface->presence = byway_strongswan_presence;
  iface->probe = byway_strongswan_probe;
  iface->probe_finish = byway_strongswan_probe_finish;
  iface->establish = byway_strongswan_establish;
  iface->establish_finish = byway_strongswan_establish_finish;
  iface->release = byway_strongswan_release;
  iface->release_finish = byway_strongswan_release_finish;
  iface->clean = byway_strongswan_clean;
  iface->clean_finish = byway_strongswan_clean_finish;
  iface->idle = byway_strongswan_idle;
  iface->examine = byway_strongswan_examine_daemon;
  iface->examine_finish = byway_strongswan_examine_daemon_finish;
  iface->idle_finish = byway_strongswan_idle_finish;
}

static void
byway_strongswan_class_init (BywayStrongswanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_strongswan_finalize;
}

static void
byway_strongswan_init (BywayStrongswan *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_free);
  self->keys = byway_strongswan_keys_new ();
}
