/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-libreswan.h"

#include "byway-error.h"
#include "byway-ike-service.h"
#include "byway-keyfile.h"
#include "byway-libreswan-render.h"
#include "byway-libreswan-tunnel.h"
#include "byway-nss-store.h"
#include "byway-pluto-keys.h"
#include "byway-whack-run.h"
#include "byway-whack.h"
#include "byway-xfrm-watch.h"
#include "byway-xfrm.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define PID_FILE "/run/pluto/pluto.pid"
#define STATUS_MS 5000
/* How often, and how many times, one that does not listen yet is looked at again. */
#define LOOK_MS 150
#define LOOKS 40
/* Associations go a moment before the pluto that removes them does; its end is the better reason.
 */
#define DOUBT_MS 300

struct _BywayLibreswan
{
  GObject parent;
  char *pid_file;
  BywayIkeService *service;
  BywayPlutoKeys *keys;
  BywayNssStore *store;
  GHashTable *known;     /* names that a session stands behind -> Known */
  BywayXfrmWatch *watch; /* NULL: none is up */
  int pidfd;             /* of the pluto that is watched; -1: none is */
  guint end_of_pluto;    /* source */
  guint doubt;           /* another */
  guint uses;            /* by sessions that begin */
};

typedef struct
{
  BywayPlan *plan;
  gboolean established;
} Known;

static void byway_libreswan_iface_init (BywayIpsecEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BywayLibreswan, byway_libreswan, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BYWAY_TYPE_IPSEC_ENGINE,
                                                      byway_libreswan_iface_init))

static void
known_free (gpointer data)
{
  Known *known = data;

  byway_plan_unref (known->plan);
  g_free (known);
}

/* --- the process ---------------------------------------------------------------------------- */

static const char *const programs[] = { "/usr/libexec/ipsec/pluto", "/usr/lib/ipsec/pluto",
                                        "/usr/local/libexec/ipsec/pluto", NULL };
static const char *const arguments[] = { "--config", "/etc/ipsec.conf", "--nofork", NULL };
static const char *const units[] = { "ipsec.service", NULL };

static gboolean is_ready (const char *pid_file);

static const BywayIkeServiceKind pluto_kind = {
  .process = "pluto",
  .programs = programs,
  .arguments = arguments,
  .units = units,
  .mark = "byway-pluto",
  .missing = BYWAY_CAUSE_NO_LIBRESWAN,
  .unreachable = BYWAY_CAUSE_LIBRESWAN_UNREACHABLE,
  .is_ready = is_ready,
};

/* 0: it does not run. */
static GPid
pid_of_pluto (const char *pid_file)
{
  g_autofree char *text = NULL;
  guint64 pid;

  if (!g_file_get_contents (pid_file, &text, NULL, NULL)
      || !g_ascii_string_to_unsigned (g_strchomp (text), 10, 2, G_MAXINT32, &pid, NULL)
      || !byway_ike_service_is_process (&pluto_kind, (GPid)pid))
    return 0;
  return (GPid)pid;
}

static gboolean
is_ready (const char *pid_file)
{
  return pid_of_pluto (pid_file) != 0;
}

static BywayPresence
byway_libreswan_presence (BywayIpsecEngine *engine)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);

  if (!byway_whack_is_installed () || !byway_ike_service_is_installed (&pluto_kind))
    return BYWAY_PRESENCE_NONE;
  return is_ready (self->pid_file) ? BYWAY_PRESENCE_RUNNING : BYWAY_PRESENCE_INSTALLED;
}

/* --- what ends by itself -------------------------------------------------------------------- */

static void
tell_lost (BywayLibreswan *self, const char *name, BywayCause cause)
{
  Known *known = g_hash_table_lookup (self->known, name);
  g_autoptr (GError) error = NULL;

  if (known == NULL || !known->established)
    return;
  known->established = FALSE;
  error = g_error_new_literal (BYWAY_FAILURE, cause, "");
  g_signal_emit_by_name (self, "lost", name + strlen (BYWAY_IKE_PREFIX), error);
}

/* All whose association is not in the kernel any more, or simply all. */
static void
tell_all_lost (BywayLibreswan *self, BywayCause cause, gboolean all)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (all || !byway_xfrm_has_state (((Known *)value)->plan->reqid))
      g_ptr_array_add (lost, g_strdup (name));
  for (guint i = 0; i < lost->len; i++)
    tell_lost (self, lost->pdata[i], cause);
}

static gboolean
on_doubt_over (gpointer data)
{
  BywayLibreswan *self = data;

  self->doubt = 0;
  tell_all_lost (self, BYWAY_CAUSE_LOST_IPSEC, FALSE);
  return G_SOURCE_REMOVE;
}

/* When keys are made anew the new association is there before the old one goes. */
static void
on_xfrm_changed (gpointer data)
{
  BywayLibreswan *self = data;

  if (self->doubt == 0)
    self->doubt = g_timeout_add (DOUBT_MS, on_doubt_over, self);
}

static void
forget_pluto (BywayLibreswan *self)
{
  g_clear_handle_id (&self->end_of_pluto, g_source_remove);
  if (self->pidfd >= 0)
    close (self->pidfd);
  self->pidfd = -1;
}

static gboolean
on_pluto_ended (int fd, GIOCondition condition, gpointer data)
{
  BywayLibreswan *self = data;

  self->end_of_pluto = 0;
  forget_pluto (self);
  tell_all_lost (self, BYWAY_CAUSE_LOST_IKE_DAEMON, TRUE);
  return G_SOURCE_REMOVE;
}

static void
watch_pluto (BywayLibreswan *self)
{
  GPid pid = pid_of_pluto (self->pid_file);

  if (self->watch == NULL)
    self->watch = byway_xfrm_watch_new (on_xfrm_changed, self);
  if (self->pidfd >= 0 || pid == 0)
    return;
  self->pidfd = pidfd_open (pid, 0);
  if (self->pidfd >= 0)
    self->end_of_pluto = g_unix_fd_add (self->pidfd, G_IO_IN, on_pluto_ended, self);
}

static void
unwatch_pluto (BywayLibreswan *self)
{
  if (g_hash_table_size (self->known) > 0)
    return;
  forget_pluto (self);
  g_clear_handle_id (&self->doubt, g_source_remove);
  g_clear_pointer (&self->watch, byway_xfrm_watch_free);
}

/* --- probe ---------------------------------------------------------------------------------- */

/* One look at pluto's status. */
typedef struct
{
  BywayPlutoView view;
  int code;
} Status;

static void
status_free (gpointer data)
{
  Status *status = data;

  byway_pluto_view_clear (&status->view);
  g_free (status);
}

static void
on_status_line (const char *line, gpointer data)
{
  byway_pluto_view_take (data, line);
}

static void
on_status_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Status *status = g_task_get_task_data (task);
  GError *error = NULL;

  if (!byway_whack_run_finish (result, &status->code, &error))
    g_task_return_error (task, error);
  else if (status->code != 0 || status->view.version == NULL)
    g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNREACHABLE,
                             "whack ended with %d", status->code);
  else
    g_task_return_boolean (task, TRUE);
}

/* Its callback finds the view with status_view. */
static void
ask_status (BywayLibreswan *self, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  Status *status = g_new0 (Status, 1);
  g_auto (GStrv) argv = byway_whack_argv (BYWAY_WHACK_STATUS, NULL);

  g_task_set_task_data (task, status, status_free);
  byway_whack_run ((const char *const *)argv, STATUS_MS, cancellable, on_status_line, &status->view,
                   on_status_ended, task);
}

static BywayPlutoView *
status_view (GAsyncResult *result, GError **error)
{
  Status *status = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), error) ? &status->view : NULL;
}

typedef struct
{
  guint looks; /* so many more */
  guint timer;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_clear_handle_id (&probe->timer, g_source_remove);
  g_free (probe);
}

static void on_probed (GObject *source, GAsyncResult *result, gpointer data);

static gboolean
on_look_again (gpointer data)
{
  BywayLibreswan *self = g_task_get_source_object (data);
  Probe *probe = g_task_get_task_data (data);

  probe->timer = 0;
  ask_status (self, g_task_get_cancellable (data), on_probed, g_object_ref (data));
  return G_SOURCE_REMOVE;
}

/* A pluto that has just begun reads its secrets when it begins to listen, and a key of ours that it
 * had read before would be forgotten then. */
static gboolean
is_beginning (GTask *task, const BywayPlutoView *view)
{
  Probe *probe = g_task_get_task_data (task);

  if (view->listens || probe->looks == 0)
    return FALSE;
  probe->looks--;
  probe->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, LOOK_MS, on_look_again,
                                     g_object_ref (task), g_object_unref);
  return TRUE;
}

/* Where pluto has its certificates. */
static void
follow (BywayLibreswan *self, const BywayPlutoView *view)
{
  if (view->nss_folder != NULL)
    byway_nss_store_set_folder (self->store, view->nss_folder);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayLibreswan *self = g_task_get_source_object (task);
  GError *error = NULL;
  BywayPlutoView *view = status_view (result, &error);

  if (view != NULL)
    follow (self, view);
  if (view == NULL)
    g_task_return_error (task, error);
  else if (!is_beginning (task, view))
    g_task_return_pointer (task, byway_pluto_view_abilities (view),
                           (GDestroyNotify)g_hash_table_unref);
}

static void
on_ensured (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayLibreswan *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!byway_ike_service_ensure_finish (self->service, result, &error))
    g_task_return_error (task, error);
  else
    ask_status (self, g_task_get_cancellable (task), on_probed, g_object_ref (task));
}

static void
byway_libreswan_probe (BywayIpsecEngine *engine, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);
  GTask *task = g_task_new (self, cancellable, callback, data);
  Probe *probe = g_new0 (Probe, 1);

  self->uses++;
  probe->looks = LOOKS;
  g_task_set_task_data (task, probe, probe_free);
  byway_ike_service_ensure (self->service, cancellable, on_ensured, task);
}

static GHashTable *
byway_libreswan_probe_finish (BywayIpsecEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- establish and release ------------------------------------------------------------------ */

/* What pluto did not take out of the kernel: it may be gone, and one that lives leaves there what a
 * negotiation had reserved which it had begun anew by itself. */
static void
flush_kernel (const BywayPlan *plan)
{
  byway_xfrm_flush_l2tp (plan->reqid, G_MAXUINT32);
  byway_xfrm_flush_larval (&plan->uplink.source, &plan->uplink.server);
}

static void
forget (BywayLibreswan *self, const BywayPlan *plan)
{
  g_hash_table_remove (self->known, plan->ike_name);
  unwatch_pluto (self);
}

/* --- certificates --------------------------------------------------------------------------- */

/* What an attempt is made of; `error` while the way back is gone. */
typedef struct
{
  BywayPlan *plan;
  GCancellable *cancellable;
  GError *error;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  byway_plan_unref (attempt->plan);
  g_clear_object (&attempt->cancellable);
  g_clear_error (&attempt->error);
  g_free (attempt);
}

static void
on_failed_dropped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Attempt *attempt = g_task_get_task_data (task);

  byway_nss_store_sweep_finish (result);
  g_task_return_error (task, g_steal_pointer (&attempt->error));
}

/* Takes @error. */
static void
fail (GTask *task, GError *error)
{
  BywayLibreswan *self = g_task_get_source_object (task);
  Attempt *attempt = g_task_get_task_data (task);

  forget (self, attempt->plan);
  flush_kernel (attempt->plan);
  attempt->error = error;
  if (attempt->plan->libreswan.certificates != NULL)
    byway_nss_store_drop (self->store, attempt->plan, on_failed_dropped, g_object_ref (task));
  else
    g_task_return_error (task, g_steal_pointer (&attempt->error));
}

static void
on_raised (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayLibreswan *self = g_task_get_source_object (task);
  const Attempt *attempt = g_task_get_task_data (task);
  g_autofree BywaySaInfo *info = g_new0 (BywaySaInfo, 1);
  Known *known = g_hash_table_lookup (self->known, attempt->plan->ike_name);
  GError *error = NULL;

  if (!byway_libreswan_raise_finish (result, info, &error))
    {
      fail (task, error);
      return;
    }
  if (known != NULL)
    known->established = TRUE;
  g_task_return_pointer (task, g_steal_pointer (&info), g_free);
}

static void
raise_it (GTask *task)
{
  BywayLibreswan *self = g_task_get_source_object (task);
  const Attempt *attempt = g_task_get_task_data (task);

  byway_libreswan_raise (BYWAY_IPSEC_ENGINE (self), self->keys, attempt->plan, attempt->cancellable,
                         on_raised, g_object_ref (task));
}

static void
on_put (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (byway_nss_store_put_finish (result, &error))
    raise_it (task);
  else
    fail (task, error);
}

static void
put_certificates (GTask *task)
{
  BywayLibreswan *self = g_task_get_source_object (task);
  const Attempt *attempt = g_task_get_task_data (task);

  byway_nss_store_put (self->store, attempt->plan, on_put, g_object_ref (task));
}

/* All that pluto has in its database it trusts for every connection. So a user's own authority goes
 * into it only when no connection of somebody else's would believe it. */
static void
on_trust_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  BywayPlutoView *view = status_view (result, &error);
  const char *sharing = view != NULL ? byway_pluto_view_sharing (view) : NULL;

  if (view == NULL)
    fail (task, error);
  else if (sharing != NULL)
    fail (task, g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_IKE_TRUST_SHARED, sharing));
  else
    put_certificates (task);
}

static void
byway_libreswan_establish (BywayIpsecEngine *engine, BywayPlan *plan, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  Known *known = g_new0 (Known, 1);
  Attempt *attempt = g_new0 (Attempt, 1);
  g_autoptr (GBytes) record = byway_libreswan_secret_for (plan, NULL);

  attempt->plan = byway_plan_ref (plan);
  attempt->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  g_task_set_task_data (task, attempt, attempt_free);
  known->plan = byway_plan_ref (plan);
  g_hash_table_insert (self->known, g_strdup (plan->ike_name), known);
  watch_pluto (self);
  if (record != NULL)
    byway_pluto_keys_put (self->keys, plan->ike_name, plan->run_dir, record);
  if (plan->libreswan.certificates == NULL)
    raise_it (task);
  else if (plan->owner == BYWAY_OWNER_SYSTEM)
    put_certificates (task);
  else
    ask_status (self, cancellable, on_trust_status, g_object_ref (task));
}

static gboolean
byway_libreswan_establish_finish (BywayIpsecEngine *engine, GAsyncResult *result, BywaySaInfo *info,
                                  GError **error)
{
  g_autofree BywaySaInfo *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;
  *info = *found;
  return TRUE;
}

static void
on_dropped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  byway_nss_store_sweep_finish (result);
  g_task_return_boolean (task, TRUE);
}

static void
on_withdrawn (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayLibreswan *self = g_task_get_source_object (task);
  const BywayPlan *plan = g_task_get_task_data (task);

  byway_libreswan_withdraw_finish (result);
  flush_kernel (plan);
  if (plan->libreswan.certificates != NULL)
    byway_nss_store_drop (self->store, plan, on_dropped, g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
byway_libreswan_release (BywayIpsecEngine *engine, BywayPlan *plan, GAsyncReadyCallback callback,
                         gpointer data)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, byway_plan_ref (plan), (GDestroyNotify)byway_plan_unref);
  forget (self, plan);
  byway_libreswan_withdraw (self->keys, plan->ike_name, on_withdrawn, task);
}

static void
finish_boolean (BywayIpsecEngine *engine, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- clean ---------------------------------------------------------------------------------- */

typedef struct
{
  guint waiting; /* for withdrawals */
} Cleaning;

/* Stops it if it is ours. Its unit empties the kernel's whole table of IPsec when it stops, so that
 * table has to be empty of everybody else's already. */
static void
let_go (BywayLibreswan *self)
{
  if (!byway_ike_service_is_ours (self->service)
      || byway_xfrm_count_foreign (BYWAY_LIBRESWAN_REQID, BYWAY_LIBRESWAN_REQID_MASK) > 0)
    return;
  byway_xfrm_flush_neighbour_discovery ();
  byway_ike_service_idle (self->service);
}

/* Nobody waits for the database: whatever a session puts in comes after this. */
static void
end_clean (GTask *task)
{
  BywayLibreswan *self = g_task_get_source_object (task);

  byway_xfrm_flush_l2tp (BYWAY_LIBRESWAN_REQID, BYWAY_LIBRESWAN_REQID_MASK);
  byway_nss_store_sweep (self->store, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
on_one_withdrawn (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Cleaning *cleaning = g_task_get_task_data (task);

  byway_libreswan_withdraw_finish (result);
  if (--cleaning->waiting == 0)
    end_clean (task);
}

static void
on_clean_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  byway_pluto_keys_read_finish (result, NULL);
  end_clean (task);
}

static void
on_clean_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayLibreswan *self = g_task_get_source_object (task);
  Cleaning *cleaning = g_task_get_task_data (task);
  BywayPlutoView *view = status_view (result, NULL);
  GHashTableIter iter;
  gpointer name;

  if (view != NULL)
    follow (self, view);
  if (view == NULL || view->ours == NULL)
    {
      /* It may have no connection of ours any more, and still a key. */
      byway_pluto_keys_read (self->keys, FALSE, on_clean_read, g_object_ref (task));
      return;
    }
  g_hash_table_iter_init (&iter, view->ours);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      cleaning->waiting++;
      byway_libreswan_withdraw (self->keys, name, on_one_withdrawn, g_object_ref (task));
    }
}

static void
byway_libreswan_clean (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, g_new0 (Cleaning, 1), g_free);
  byway_pluto_keys_clean (self->keys);
  if (is_ready (self->pid_file))
    ask_status (self, NULL, on_clean_status, task);
  else
    {
      let_go (self); /* one that a helper began, and died before it answered */
      end_clean (task);
      g_object_unref (task);
    }
}

/* --- idle and examine ----------------------------------------------------------------------- */

/* Nobody else's association either, and none came while we asked: then nobody would miss it. */
static void
on_idle_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayLibreswan *self = g_task_get_source_object (task);
  BywayPlutoView *view = status_view (result, NULL);

  if (view != NULL && view->associations == 0 && g_hash_table_size (self->known) == 0
      && GPOINTER_TO_UINT (g_task_get_task_data (task)) == self->uses)
    let_go (self);
  byway_ike_service_settle (self->service, task);
}

static void
byway_libreswan_idle (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, GUINT_TO_POINTER (self->uses), NULL);
  if (byway_ike_service_is_ours (self->service) && is_ready (self->pid_file))
    {
      ask_status (self, NULL, on_idle_status, g_object_ref (task));
      return;
    }
  let_go (self); /* it was started for an attempt that was called off before it answered */
  byway_ike_service_settle (self->service, task);
}

static void
describe_algorithms (GVariantDict *dict, const BywayPlutoView *view)
{
  g_autofree const char **list
      = view->algorithms != NULL
            ? (const char **)g_hash_table_get_keys_as_array (view->algorithms, NULL)
            : NULL;

  if (list != NULL)
    g_variant_dict_insert (dict, "libreswan-algorithms", "^as", list);
}

static GVariant *
describe (const BywayPlutoView *view)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (view != NULL)
    {
      g_variant_dict_insert (&dict, "libreswan-version", "s", view->version);
      g_variant_dict_insert (&dict, "libreswan-ikev1", "b", !view->ikev1_off);
      describe_algorithms (&dict, view);
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
on_examine_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_pointer (task, describe (status_view (result, NULL)),
                         (GDestroyNotify)g_variant_unref);
}

static void
byway_libreswan_examine (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (engine);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  if (is_ready (self->pid_file))
    ask_status (self, NULL, on_examine_status, g_object_ref (task));
  else
    g_task_return_pointer (task, describe (NULL), (GDestroyNotify)g_variant_unref);
}

static GVariant *
byway_libreswan_examine_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayIpsecEngine *
byway_libreswan_new (const char *pid_file, const char *drop_in, const char *nss_folder,
                     GDBusConnection *system_bus)
{
  BywayLibreswan *self = g_object_new (BYWAY_TYPE_LIBRESWAN, NULL);

  self->pid_file = g_strdup (pid_file != NULL ? pid_file : PID_FILE);
  self->keys = byway_pluto_keys_new (drop_in);
  self->store = byway_nss_store_new (nss_folder);
  self->service = byway_ike_service_new (&pluto_kind, self->pid_file, system_bus);
  return BYWAY_IPSEC_ENGINE (self);
}

static void
byway_libreswan_finalize (GObject *object)
{
  BywayLibreswan *self = BYWAY_LIBRESWAN (object);

  g_hash_table_remove_all (self->known);
  unwatch_pluto (self);
  g_hash_table_unref (self->known);
  g_clear_pointer (&self->keys, byway_pluto_keys_free);
  g_clear_pointer (&self->store, byway_nss_store_free);
  g_clear_pointer (&self->service, byway_ike_service_free);
  g_free (self->pid_file);
  G_OBJECT_CLASS (byway_libreswan_parent_class)->finalize (object);
}

static void
byway_libreswan_iface_init (BywayIpsecEngineInterface *iface)
{
  iface->presence = byway_libreswan_presence;
  iface->probe = byway_libreswan_probe;
  iface->probe_finish = byway_libreswan_probe_finish;
  iface->establish = byway_libreswan_establish;
  iface->establish_finish = byway_libreswan_establish_finish;
  iface->release = byway_libreswan_release;
  iface->release_finish = finish_boolean;
  iface->clean = byway_libreswan_clean;
  iface->clean_finish = finish_boolean;
  iface->idle = byway_libreswan_idle;
  iface->idle_finish = finish_boolean;
  iface->examine = byway_libreswan_examine;
  iface->examine_finish = byway_libreswan_examine_finish;
}

static void
byway_libreswan_class_init (BywayLibreswanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_libreswan_finalize;
}

static void
byway_libreswan_init (BywayLibreswan *self)
{
  self->pidfd = -1;
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_free);
}
