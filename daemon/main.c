/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-command.h"
#include "byway-kept-secrets.h"
#include "byway-l2tp-burial.h"
#include "byway-libreswan.h"
#include "byway-manager.h"
#include "byway-net.h"
#include "byway-rtnl.h"
#include "byway-run-dir.h"
#include "byway-no-ipsec.h"
#include "byway-settings.h"
#include "byway-strongswan.h"
#include "byway-wishes.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <sys/file.h>
#include <sys/prctl.h>

static struct
{
  gboolean session_bus, version;
  char *run_dir, *store, *programs, *vici, *pluto, *drop_in, *settings, *plugin;
} options;

/* For tests only: where a private bus, fake programs and folders are. Each is refused under a
 * system bus activation, which passes no arguments. */
static const GOptionEntry entries[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, "Print the version", NULL },
  { "session-bus", 0, 0, G_OPTION_ARG_NONE, &options.session_bus, "Use the session bus (tests)",
    NULL },
  { "run-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.run_dir, "Run-time folder", "DIR" },
  { "store", 0, 0, G_OPTION_ARG_FILENAME, &options.store, "Folder of saved connections", "DIR" },
  { "programs", 0, 0, G_OPTION_ARG_FILENAME, &options.programs, "Folder of programs", "DIR" },
  { "vici", 0, 0, G_OPTION_ARG_FILENAME, &options.vici, "Socket of charon", "PATH" },
  { "pluto", 0, 0, G_OPTION_ARG_FILENAME, &options.pluto, "Process number of pluto", "PATH" },
  { "drop-in", 0, 0, G_OPTION_ARG_FILENAME, &options.drop_in, "Folder of pluto's secrets", "DIR" },
  { "settings", 0, 0, G_OPTION_ARG_FILENAME, &options.settings, "This machine's settings", "PATH" },
  { "pppd-plugin", 0, 0, G_OPTION_ARG_FILENAME, &options.plugin, "Path of byway-pppd.so", "PATH" },
  { NULL }
};

typedef struct
{
  GMainLoop *loop;
  GDBusConnection *bus;
  BywaySessionContext context;
  BywayManager *manager;
  int exit_code;
} Main;

#define LAST_MS 2000

static gboolean
on_last_deadline (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
on_idle (GObject *source, GAsyncResult *result, gpointer data)
{
  byway_ike_daemons_finish (result);
  g_main_loop_quit (((Main *)data)->loop);
}

static void
on_all_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  Main *self = data;

  g_timeout_add (LAST_MS, on_last_deadline, self->loop);
  byway_ike_daemons_idle (self->context.ike_daemons, on_idle, self);
}

/* Of connections that the helper before was killed with, while this one still cleans up after it:
 * an end in order calls them off. */
static void
forget_wishes (Main *self)
{
  g_autoptr (BywayKeptSecrets) kept = byway_kept_secrets_new (self->context.run_base);

  byway_wishes_remove (self->context.run_base);
  byway_kept_secrets_forget_all (kept);
}

static gboolean
on_signal (gpointer data)
{
  Main *self = data;

  if (self->manager != NULL)
    byway_manager_stop (self->manager, on_all_stopped, self);
  else
    {
      forget_wishes (self);
      g_main_loop_quit (self->loop);
    }
  return G_SOURCE_CONTINUE;
}

static void
on_name_lost (GDBusConnection *bus, const char *name, gpointer data)
{
  Main *self = data;

  g_warning ("The name %s is not to be had", name);
  self->exit_code = 1;
  on_signal (self);
}

/* What a killed helper left is gone: now the objects, then the name. */
static void
serve (Main *self)
{
  g_autoptr (GError) error = NULL;

  g_debug ("cleaning: done");
  self->manager
      = byway_manager_new (self->bus, &self->context,
                           options.store != NULL ? options.store : BYWAY_STATE_DIR "/connections");
  if (!byway_manager_export (self->manager, &error))
    g_error ("The objects can't be put on the bus: %s", error->message);
  g_bus_own_name_on_connection (self->bus, "org.byway.Byway1", G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                NULL, on_name_lost, self, NULL);
}

static void
on_net_clean (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_debug ("cleaning: the guard");
  /* It goes last: until here nothing could leave in clear. */
  if (!byway_guard_flush (&error))
    g_info ("%s", error->message);
  serve (data);
}

static void
on_ike_daemons_clean (GObject *source, GAsyncResult *result, gpointer data)
{
  Main *self = data;

  byway_ike_daemons_finish (result);
  g_debug ("cleaning: routes and DNS");
  byway_net_clean (on_net_clean, self);
}

static void
on_run_dir_clean (GObject *source, GAsyncResult *result, gpointer data)
{
  Main *self = data;

  g_debug ("cleaning: IKE daemons");
  byway_ike_daemons_clean (self->context.ike_daemons, on_ike_daemons_clean, self);
}

/* Cleaning is for one helper alone, and comes before the bus could tell two apart. The lock goes
 * with the process. */
static gboolean
lock_run_dir (const char *base)
{
  int fd;

  g_mkdir_with_parents (base, 0700);
  fd = open (base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_printerr ("bywayd: %s: %s\n", base,
              errno == EWOULDBLOCK ? "another bywayd runs" : g_strerror (errno));
  return FALSE;
}

static gboolean
parse_options (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "The privileged helper of Byway; started by the bus.");
  if (g_option_context_parse (context, argc, argv, &error) && *argc == 1)
    return TRUE;
  g_printerr ("bywayd: %s\n", error != NULL ? error->message : "too many arguments");
  return FALSE;
}

static BywayIkeDaemons *
make_ike_daemons (GDBusConnection *bus)
{
  BywayIpsecEngine *engines[BYWAY_N_IKE_DAEMONS] = {
    [BYWAY_IKE_DAEMON_STRONGSWAN] = byway_strongswan_new (options.vici, bus),
    [BYWAY_IKE_DAEMON_LIBRESWAN] = byway_libreswan_new (options.pluto, options.drop_in, NULL, bus),
  };

  return byway_ike_daemons_new (engines, byway_settings_ike_daemon (options.settings));
}

int
main (int argc, char **argv)
{
  Main self = { 0 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  prctl (PR_SET_DUMPABLE, 0);
  if (!parse_options (&argc, &argv))
    return 2;
  if (options.version)
    {
      g_print ("bywayd %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (options.programs != NULL)
    byway_command_set_folder (options.programs);
  self.bus
      = g_bus_get_sync (options.session_bus ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM, NULL, &error);
  if (self.bus == NULL)
    {
      g_printerr ("bywayd: no bus: %s\n", error->message);
      return 1;
    }
  self.context.system_bus = self.bus;
  self.context.run_base = options.run_dir != NULL ? options.run_dir : BYWAY_RUN_DIR;
  self.context.pppd_plugin = options.plugin != NULL ? options.plugin : BYWAY_PPPD_PLUGIN;
  self.context.ike_daemons = make_ike_daemons (self.bus);
  self.context.watch = byway_route_watch_new ();
  self.context.no_ipsec = byway_no_ipsec_new ();
  if (!lock_run_dir (self.context.run_base))
    return 1;
  self.context.kill_switches = byway_kill_switches_new (self.context.run_base);
  self.loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, on_signal, &self);
  g_unix_signal_add (SIGINT, on_signal, &self);
  g_debug ("cleaning: programs and files");
  byway_l2tp_remember_notes (self.context.run_base);
  byway_run_dir_clean (self.context.run_base, on_run_dir_clean, &self);
  g_main_loop_run (self.loop);
  g_dbus_connection_flush_sync (self.bus, NULL, NULL);
  g_clear_object (&self.manager);
  g_clear_object (&self.context.watch);
  g_clear_object (&self.context.kill_switches); /* and not their rules */
  g_clear_pointer (&self.context.ike_daemons, byway_ike_daemons_free);
  g_clear_object (&self.context.no_ipsec);
  g_clear_object (&self.bus);
  g_main_loop_unref (self.loop);
  return self.exit_code;
}
