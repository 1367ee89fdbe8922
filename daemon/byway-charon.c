/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-charon.h"
#include "byway-command.h"
#include "byway-diagnosis.h"
#include "byway-rtnl.h"

#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define START_MS 10000
#define IKE_PORT 500
#define NAT_T_PORT 4500 /* RFC 3947 */
#define SYSTEMD "org.freedesktop.systemd1"
/* Beside charon's socket, and not in our run directory: it must outlive the cleaning there. */
#define MARK "byway-charon"

static const char *const programs[] = { "/usr/lib/ipsec/charon", "/usr/libexec/ipsec/charon",
                                        "/usr/libexec/strongswan/charon", NULL };
static const char *const units[]
    = { "strongswan-starter.service", "strongswan.service", "strongswan-swanctl.service", NULL };

struct _BywayCharon
{
  char *path;
  char *mark;
  GDBusConnection *bus;
  char *unit; /* that we started */
  GPid pid;   /* that we started */
};

/* One ensure under way. */
typedef struct
{
  BywayCharon *charon;
  GFileMonitor *monitor;
  guint deadline, retry;
  guint next_unit;
  gboolean started;
} Ensure;

static void try_connect (GTask *task);

static void
ensure_free (Ensure *ensure)
{
  g_clear_object (&ensure->monitor);
  g_clear_handle_id (&ensure->deadline, g_source_remove);
  g_clear_handle_id (&ensure->retry, g_source_remove);
  g_free (ensure);
}

static void
finish_watching (Ensure *ensure)
{
  g_clear_object (&ensure->monitor);
  g_clear_handle_id (&ensure->deadline, g_source_remove);
  g_clear_handle_id (&ensure->retry, g_source_remove);
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
  byway_charon_idle (ensure->charon); /* or the next attempt finds its ports taken */
  give_up (data, BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE, "it was started and does not answer");
  g_object_unref (data);
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
  g_autoptr (GFile) file = g_file_new_for_path (ensure->charon->path);

  ensure->started = TRUE;
  ensure->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (ensure->monitor != NULL)
    g_signal_connect_object (ensure->monitor, "changed", G_CALLBACK (on_socket_appeared), task, 0);
  ensure->deadline = g_timeout_add (START_MS, on_start_deadline, g_object_ref (task));
  on_socket_appeared (NULL, NULL, NULL, G_FILE_MONITOR_EVENT_CREATED, task);
}

static void
remember (BywayCharon *charon)
{
  g_autofree char *text
      = charon->unit != NULL ? g_strdup (charon->unit) : g_strdup_printf ("%d", (int)charon->pid);

  g_file_set_contents_full (charon->mark, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static char *
find_program (void)
{
  char *program = NULL;

  for (guint i = 0; program == NULL && programs[i] != NULL; i++)
    program = byway_command_find (programs[i], NULL);
  return program;
}

static gboolean
is_installed (void)
{
  g_autofree char *program = find_program ();

  return program != NULL;
}

static void
start_program (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = find_program ();

  if (program == NULL)
    {
      give_up (task, BYWAY_CAUSE_NO_IKE_DAEMON, "");
      return;
    }
  ensure->charon->pid
      = byway_command_spawn_apart ((const char *[]){ program, "--use-syslog", NULL }, &error);
  if (ensure->charon->pid == 0)
    {
      give_up (task, BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE, error->message);
      return;
    }
  remember (ensure->charon);
  watch_socket (task);
}

static void start_unit (GTask *task);

static void
on_unit_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      ensure->charon->unit = g_strdup (units[ensure->next_unit]);
      remember (ensure->charon);
      watch_socket (task);
      return;
    }
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    {
      start_program (task); /* there is no systemd here, and so no sandbox of its making */
      return;
    }
  g_dbus_error_strip_remote_error (error);
  ensure->next_unit++;
  if (units[ensure->next_unit] != NULL)
    start_unit (task);
  else if (is_installed ())
    give_up (task, BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE, error->message);
  else
    give_up (task, BYWAY_CAUSE_NO_IKE_DAEMON, error->message);
}

static void
start_unit (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);

  g_dbus_connection_call (ensure->charon->bus, SYSTEMD, "/org/freedesktop/systemd1",
                          SYSTEMD ".Manager", "StartUnit",
                          g_variant_new ("(ss)", units[ensure->next_unit], "replace"),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, START_MS,
                          g_task_get_cancellable (task), on_unit_started, g_object_ref (task));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) socket
      = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (g_task_get_completed (task))
    return;
  if (socket != NULL)
    {
      finish_watching (ensure);
      g_task_return_boolean (task, TRUE);
    }
  else if (g_task_return_error_if_cancelled (task))
    finish_watching (ensure);
  else if (ensure->started)
    on_socket_appeared (NULL, NULL, NULL, G_FILE_MONITOR_EVENT_CREATED, task);
  else if (byway_udp_port_taken (IKE_PORT))
    give_up (task, BYWAY_CAUSE_IKE_PORT_TAKEN, G_STRINGIFY (IKE_PORT));
  else if (byway_udp_port_taken (NAT_T_PORT))
    give_up (task, BYWAY_CAUSE_IKE_PORT_TAKEN, G_STRINGIFY (NAT_T_PORT));
  else if (ensure->charon->bus != NULL)
    start_unit (task);
  else
    start_program (task);
}

static void
try_connect (GTask *task)
{
  Ensure *ensure = g_task_get_task_data (task);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (ensure->charon->path);

  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address),
                                 g_task_get_cancellable (task), on_connected, g_object_ref (task));
}

void
byway_charon_ensure (BywayCharon *charon, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Ensure *ensure = g_new0 (Ensure, 1);

  ensure->charon = charon;
  g_task_set_task_data (task, ensure, (GDestroyNotify)ensure_free);
  try_connect (task);
}

gboolean
byway_charon_ensure_finish (BywayCharon *charon, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Is this process number still a charon? */
static gboolean
is_charon (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/comm", (int)pid);
  g_autofree char *name = NULL;

  return pid > 1 && g_file_get_contents (path, &name, NULL, NULL) && strcmp (name, "charon\n") == 0;
}

gboolean
byway_charon_is_ours (BywayCharon *charon)
{
  return charon->unit != NULL || is_charon (charon->pid);
}

void
byway_charon_idle (BywayCharon *charon)
{
  if (charon->unit != NULL)
    g_dbus_connection_call (charon->bus, SYSTEMD, "/org/freedesktop/systemd1", SYSTEMD ".Manager",
                            "StopUnit", g_variant_new ("(ss)", charon->unit, "replace"), NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, START_MS, NULL, NULL, NULL);
  else if (is_charon (charon->pid))
    kill (charon->pid, SIGTERM);
  else
    return;
  g_clear_pointer (&charon->unit, g_free);
  charon->pid = 0;
  remove (charon->mark);
}

BywayCharon *
byway_charon_new (const char *socket_path, GDBusConnection *system_bus)
{
  BywayCharon *charon = g_new0 (BywayCharon, 1);
  g_autofree char *folder = g_path_get_dirname (socket_path);
  g_autofree char *mark = NULL;
  guint64 pid;

  charon->path = g_strdup (socket_path);
  charon->mark = g_build_filename (folder, MARK, NULL);
  charon->bus = system_bus != NULL ? g_object_ref (system_bus) : NULL;
  if (g_file_get_contents (charon->mark, &mark, NULL, NULL))
    {
      if (g_ascii_string_to_unsigned (mark, 10, 2, G_MAXINT32, &pid, NULL))
        charon->pid = pid;
      else if (g_strv_contains (units, mark))
        charon->unit = g_steal_pointer (&mark);
    }
  return charon;
}

void
byway_charon_free (BywayCharon *charon)
{
  g_free (charon->path);
  g_free (charon->mark);
  g_clear_object (&charon->bus);
  g_free (charon->unit);
  g_free (charon);
}
