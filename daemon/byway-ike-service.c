/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ike-service.h"
#include "byway-command.h"
#include "byway-diagnosis.h"
#include "byway-rtnl.h"

#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define START_MS 10000
#define END_MS 5000
#define LOOK_MS 50 /* whether it has ended */
#define IKE_PORT 500
#define NAT_T_PORT 4500 /* RFC 3947 */
#define SYSTEMD "org.freedesktop.systemd1"
struct _BywayIkeService
{
  const BywayIkeServiceKind *kind;
  char *path;
  char *mark; /* not in our run directory: it must outlive the cleaning there */
  GDBusConnection *bus;
  char *unit;         /* that we started */
  GPid pid;           /* that we started */
  gboolean leaving;   /* we told it to end, and have not seen yet that it did */
  guint stopping;     /* words to stop the unit that systemd has not taken yet */
  GPtrArray *waiting; /* GTask: until it has taken them all */
  GCancellable *gone;
};

/* One ensure under way. */
typedef struct
{
  BywayIkeService *service;
  GFileMonitor *monitor;
  guint deadline, retry;
  guint next_unit;
  gboolean started;
} Ensure;

static void try_connect (GTask *task);

static void
finish_watching (Ensure *ensure)
{
  g_clear_object (&ensure->monitor);
  g_clear_handle_id (&ensure->deadline, g_source_remove);
  g_clear_handle_id (&ensure->retry, g_source_remove);
}

static void
ensure_free (Ensure *ensure)
{
  finish_watching (ensure);
  g_free (ensure);
}

static void
give_up (GTask *task, BywayCause cause, const char *why)
{
  if (g_task_get_completed (task))
    return;
  finish_watching (g_task_get_task_data (task));
  g_task_return_new_error (task, BYWAY_FAILURE, cause, "%s", why);
}

static gboolean
on_start_deadline (gpointer data)
{
  Ensure *ensure = g_task_get_task_data (data);

  ensure->deadline = 0;
  byway_ike_service_idle (ensure->service); /* or the next attempt finds its ports taken */
  give_up (data, ensure->service->kind->unreachable, "it was started and does not answer");
  g_object_unref (data);
  return G_SOURCE_REMOVE;
}

/* Not ours to wait for: somebody else may have begun it again. */
static gboolean
on_end_deadline (gpointer data)
{
  Ensure *ensure = g_task_get_task_data (data);

  ensure->deadline = 0;
  ensure->service->leaving = FALSE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_retry (gpointer data)
{
  Ensure *ensure = g_task_get_task_data (data);

  ensure->retry = 0;
  try_connect (data);
  return G_SOURCE_REMOVE;
}

/* The socket's file is there a moment before it listens: one short wait, then again. */
static void
on_socket_appeared (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                    gpointer data)
{
  Ensure *ensure = g_task_get_task_data (data);

  if (event != G_FILE_MONITOR_EVENT_DELETED && ensure->retry == 0)
    ensure->retry = g_timeout_add_full (G_PRIORITY_DEFAULT, 20, on_retry, g_object_ref (data),
                                        g_object_unref);
}

static void
watch_socket (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GFile) file = g_file_new_for_path (ensure->service->path);

  ensure->started = TRUE;
  ensure->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (ensure->monitor != NULL)
    g_signal_connect_object (ensure->monitor, "changed", G_CALLBACK (on_socket_appeared), task, 0);
  ensure->deadline = g_timeout_add (START_MS, on_start_deadline, g_object_ref (task));
  on_socket_appeared (NULL, NULL, NULL, G_FILE_MONITOR_EVENT_CREATED, task);
}

/* The daemon may make that of its own only when it runs. */
static void
make_folder_of_mark (BywayIkeService *service)
{
  g_autofree char *folder = g_path_get_dirname (service->mark);

  g_mkdir_with_parents (folder, 0755);
}

/* The unit is ours from before it is started: a helper that dies meanwhile leaves it to the next.
 */
static void
note_unit (BywayIkeService *service, const char *unit)
{
  g_free (service->unit);
  service->unit = g_strdup (unit);
  make_folder_of_mark (service);
  g_file_set_contents_full (service->mark, unit, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static void
forget (BywayIkeService *service)
{
  g_clear_pointer (&service->unit, g_free);
  service->pid = 0;
  remove (service->mark);
}

static char *
find_program (const BywayIkeServiceKind *kind)
{
  char *program = NULL;

  for (guint i = 0; program == NULL && kind->programs[i] != NULL; i++)
    program = byway_command_find (kind->programs[i], NULL);
  return program;
}

gboolean
byway_ike_service_is_installed (const BywayIkeServiceKind *kind)
{
  g_autofree char *program = find_program (kind);

  return program != NULL;
}

static GPid
spawn (BywayIkeService *service, const char *program, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;

  g_strv_builder_add (builder, program);
  for (const char *const *word = service->kind->arguments; *word != NULL; word++)
    g_strv_builder_add (builder, *word);
  argv = g_strv_builder_end (builder);
  make_folder_of_mark (service);
  return byway_command_spawn_apart ((const char *const *)argv, service->mark, error);
}

static void
start_program (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  const BywayIkeServiceKind *kind = ensure->service->kind;
  g_autofree char *program = find_program (kind);

  if (program == NULL)
    {
      give_up (task, kind->missing, "");
      return;
    }
  ensure->service->pid = spawn (ensure->service, program, &error);
  if (ensure->service->pid != 0)
    watch_socket (task);
  else
    give_up (task, kind->unreachable, error->message);
}

static void start_unit (GTask *task);

static void
on_unit_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Ensure *ensure = g_task_get_task_data (task);
  const BywayIkeServiceKind *kind = ensure->service->kind;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      watch_socket (task);
      return;
    }
  forget (ensure->service);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    {
      start_program (task); /* there is no systemd here, and so no sandbox of its making */
      return;
    }
  g_dbus_error_strip_remote_error (error);
  ensure->next_unit++;
  if (kind->units[ensure->next_unit] != NULL)
    start_unit (task);
  else if (byway_ike_service_is_installed (kind))
    give_up (task, kind->unreachable, error->message);
  else
    give_up (task, kind->missing, error->message);
}

/* Not called off with the task, because systemd would start it all the same. */
static void
start_unit (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);
  const char *unit = ensure->service->kind->units[ensure->next_unit];

  note_unit (ensure->service, unit);
  g_dbus_connection_call (ensure->service->bus, SYSTEMD, "/org/freedesktop/systemd1",
                          SYSTEMD ".Manager", "StartUnit", g_variant_new ("(ss)", unit, "replace"),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, START_MS, NULL,
                          on_unit_started, g_object_ref (task));
}

static const char *
taken_port (void)
{
  return byway_udp_port_taken (IKE_PORT)     ? G_STRINGIFY (IKE_PORT)
         : byway_udp_port_taken (NAT_T_PORT) ? G_STRINGIFY (NAT_T_PORT)
                                             : NULL;
}

/* Until one that was told to end has done so: it may still take requests, which would be lost with
 * it, and have its ports. */
static gboolean
waits_for_end (GTask *task, gboolean ready)
{
  Ensure *ensure = g_task_get_task_data (task);
  BywayIkeService *service = ensure->service;

  if (!service->leaving || ensure->started
      || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return FALSE;
  service->leaving = ready || taken_port () != NULL;
  if (!service->leaving)
    {
      g_clear_handle_id (&ensure->deadline, g_source_remove);
      return FALSE;
    }
  if (ensure->deadline == 0)
    ensure->deadline = g_timeout_add (END_MS, on_end_deadline, task);
  ensure->retry = g_timeout_add_full (G_PRIORITY_DEFAULT, LOOK_MS, on_retry, g_object_ref (task),
                                      g_object_unref);
  return TRUE;
}

/* No daemon answers. One that was begun a moment ago for another session needs another moment; a
 * unit may be called for twice. */
static void
begin (GTask *task)
{
  BywayIkeService *service = ((Ensure *)g_task_get_task_data (task))->service;
  const char *port = byway_ike_service_is_ours (service) ? NULL : taken_port ();

  if (port != NULL)
    give_up (task, BYWAY_CAUSE_IKE_PORT_TAKEN, port);
  else if (byway_ike_service_is_process (service->kind, service->pid))
    watch_socket (task);
  else if (service->bus != NULL)
    start_unit (task);
  else
    start_program (task);
}

static void
go_on (GTask *task, gboolean ready)
{
  Ensure *ensure = g_task_get_task_data (task);

  if (g_task_get_completed (task) || waits_for_end (task, ready))
    return;
  if (ready)
    {
      finish_watching (ensure);
      g_task_return_boolean (task, TRUE);
    }
  else if (g_task_return_error_if_cancelled (task))
    finish_watching (ensure);
  else if (ensure->started)
    on_socket_appeared (NULL, NULL, NULL, G_FILE_MONITOR_EVENT_CREATED, task);
  else
    begin (task);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GSocketConnection) socket
      = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);

  go_on (task, socket != NULL);
}

static void
try_connect (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketAddress) address = NULL;

  if (ensure->service->kind->is_ready != NULL)
    {
      go_on (task, ensure->service->kind->is_ready (ensure->service->path));
      return;
    }
  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE); /* or all of GIO's modules are loaded for it */
  address = g_unix_socket_address_new (ensure->service->path);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address),
                                 g_task_get_cancellable (task), on_connected, g_object_ref (task));
}

void
byway_ike_service_ensure (BywayIkeService *service, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Ensure *ensure = g_new0 (Ensure, 1);

  ensure->service = service;
  g_task_set_task_data (task, ensure, (GDestroyNotify)ensure_free);
  try_connect (task);
}

gboolean
byway_ike_service_ensure_finish (BywayIkeService *service, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Does this process number still belong to such a daemon? */
gboolean
byway_ike_service_is_process (const BywayIkeServiceKind *kind, GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/comm", (int)pid);
  g_autofree char *name = NULL;

  return pid > 1 && g_file_get_contents (path, &name, NULL, NULL)
         && strcmp (g_strchomp (name), kind->process) == 0;
}

gboolean
byway_ike_service_is_ours (BywayIkeService *service)
{
  return service->unit != NULL || byway_ike_service_is_process (service->kind, service->pid);
}

static void
on_unit_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GPtrArray) waiting = NULL;
  BywayIkeService *service = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the service is gone */
  if (--service->stopping > 0)
    return;
  if (!byway_ike_service_is_ours (service))
    remove (service->mark); /* not before: a helper that dies now leaves it to the next one */
  waiting = g_steal_pointer (&service->waiting);
  service->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (waiting->pdata[i], TRUE);
}

static void
stop_unit (BywayIkeService *service)
{
  service->stopping++;
  g_dbus_connection_call (service->bus, SYSTEMD, "/org/freedesktop/systemd1", SYSTEMD ".Manager",
                          "StopUnit", g_variant_new ("(ss)", service->unit, "replace"), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, START_MS, service->gone, on_unit_stopped,
                          service);
}

void
byway_ike_service_idle (BywayIkeService *service)
{
  if (!byway_ike_service_is_ours (service))
    return;
  service->leaving = TRUE;
  if (service->unit != NULL)
    {
      stop_unit (service);
      g_clear_pointer (&service->unit, g_free);
      return;
    }
  kill (service->pid, SIGTERM);
  forget (service);
}

void
byway_ike_service_settle (BywayIkeService *service, GTask *task)
{
  if (service->stopping > 0)
    g_ptr_array_add (service->waiting, g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

BywayIkeService *
byway_ike_service_new (const BywayIkeServiceKind *kind, const char *path,
                       GDBusConnection *system_bus)
{
  BywayIkeService *service = g_new0 (BywayIkeService, 1);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *mark = NULL;
  guint64 pid;

  service->kind = kind;
  service->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  service->gone = g_cancellable_new ();
  service->path = g_strdup (path);
  service->mark = g_build_filename (folder, kind->mark, NULL);
  service->bus = system_bus != NULL ? g_object_ref (system_bus) : NULL;
  if (g_file_get_contents (service->mark, &mark, NULL, NULL))
    {
      if (g_ascii_string_to_unsigned (mark, 10, 2, G_MAXINT32, &pid, NULL))
        service->pid = pid;
      else if (g_strv_contains (kind->units, mark))
        service->unit = g_steal_pointer (&mark);
    }
  return service;
}

void
byway_ike_service_free (BywayIkeService *service)
{
  g_cancellable_cancel (service->gone);
  g_object_unref (service->gone);
  g_ptr_array_unref (service->waiting);
  g_free (service->path);
  g_free (service->mark);
  g_clear_object (&service->bus);
  g_free (service->unit);
  g_free (service);
}
