/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-data.h"
#include "byway-nm-vpn.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>

static struct
{
  gboolean persist, debug, version;
  char *bus_name;
} options;

static const GOptionEntry entries[]
    = { { "version", 0, 0, G_OPTION_ARG_NONE, &options.version, N_ ("Print the version"), NULL },
        { "persist", 0, 0, G_OPTION_ARG_NONE, &options.persist,
          N_ ("Stay when NetworkManager needs it no more"), NULL },
        { "debug", 0, 0, G_OPTION_ARG_NONE, &options.debug, N_ ("Say more"), NULL },
        { "bus-name", 0, 0, G_OPTION_ARG_STRING, &options.bus_name,
          N_ ("The name to take on the system bus"), "NAME" },
        { NULL } };

static gboolean
on_signal (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gboolean
parse_arguments (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context
      = g_option_context_new (_ ("— Byway's service for NetworkManager, which starts it"));
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  g_printerr ("nm-byway-service: %s\n", error->message);
  return FALSE;
}

static int
run (BywayClient *client)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayNmVpn) service = byway_nm_vpn_new (
      options.bus_name != NULL ? options.bus_name : BYWAY_NM_SERVICE, client, &error);

  if (service == NULL)
    {
      g_printerr ("nm-byway-service: %s\n", error->message);
      return 1;
    }
  if (!options.persist)
    g_signal_connect_swapped (service, "quit", G_CALLBACK (g_main_loop_quit), loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_main_loop_run (loop);
  nm_vpn_service_plugin_shutdown (NM_VPN_SERVICE_PLUGIN (service));
  /* The answer to a Disconnect, and what the helper was told, may not have left yet. */
  g_dbus_connection_flush_sync (
      nm_vpn_service_plugin_get_connection (NM_VPN_SERVICE_PLUGIN (service)), NULL, NULL);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (BywayClient) client = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BYWAY_LOCALEDIR);
  textdomain (GETTEXT_PACKAGE);
  if (!parse_arguments (&argc, &argv))
    return 2;
  if (options.version)
    {
      g_print ("nm-byway-service %s\n", PACKAGE_VERSION);
      return 0;
    }
  if (options.debug)
    g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  client = byway_client_new (&error);
  if (client == NULL)
    {
      g_printerr ("nm-byway-service: %s\n", error->message);
      return 1;
    }
  return run (client);
}
