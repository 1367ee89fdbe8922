/* SPDX-License-Identifier: GPL-2.0-or-later */
/* widget-host SCENE: one of the applet's windows, on a roster of made-up values. Says on standard
 * output which of the application's actions were asked for, and when the window wants counters.
 * Reads commands, a line each:
 *   traffic RX TX       the counters
 *   stage STAGE STATE MS TEXT
 *   state STATE         of the session
 *   diagnosis A{SV}     of the session
 *   lines N             so many lines more in the log
 *   roll N              the same, and as many are forgotten at its beginning
 *   hide, show, minimize, remove, acknowledge */
#include "config.h"

#include "byway-log-window.h"
#include "byway-status-window.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONNECTION "/org/byway/Byway1/Connection/1"
#define SESSION "/org/byway/Byway1/Session/1"
#define UUID "7b0f4a2c-5d0e-4f43-9a55-6d1f0f8f1d11"
#define ID "byway:" UUID

typedef struct
{
  GtkApplication *application;
  BywayRoster *roster;
  const char *scene;
  GtkWidget *window;
  GPtrArray *lines;
  guint forgotten; /* lines of the log */
  guint64 rx, tx;
} Host;

/* --- scenes --------------------------------------------------------------------------------- */

#define HEAD "'server': <'198.51.100.1'>, 'uplink': <'wlan0'>, "
#define RESOLVED                                                                                   \
  "('prepare', 'done', 4, ''), ('resolve', 'done', 12, 'vpn.example.net → 198.51.100.1'), "
#define IKE_DONE "('ike', 'done', 360, 'main mode, aes256-sha256-modp2048, NAT traversal'), "
#define SA_DONE "('sa', 'done', 101, 'ESP aes256-sha256, transport mode, in UDP'), "
#define L2TP_DONE "('l2tp', 'done', 204, 'tunnel 56323, session 53468'), "
#define PPP_DONE "('ppp', 'done', 412, 'MS-CHAPv2 as alice'), "
#define WAITING(stage) "('" stage "', 'waiting', 0, ''), "
#define ALL_DONE                                                                                   \
  RESOLVED IKE_DONE SA_DONE L2TP_DONE PPP_DONE "('ip', 'done', 40, '192.168.42.11 on ppp0')"
#define UP                                                                                         \
  "'since': <@x %" G_GINT64_FORMAT                                                                 \
  ">, 'ifname': <'ppp0'>, 'local': <'192.168.42.11'>, 'remote': <'192.168.42.1'>, "                \
  "'dns': <['8.8.8.8', '8.8.4.4']>, 'mtu': <@u 1400>, "
#define STRONG "'ike': <'aes256-sha256-modp2048'>, 'esp': <'aes256-sha256'>"

typedef struct
{
  const char *name;
  const char *session;   /* Session.Get, %lld is since; NULL: none */
  const char *diagnosis; /* NULL: nothing is wrong */
} Scene;

static const Scene scenes[] = {
  { "off", NULL, NULL },
  { "network-manager", NULL, NULL },
  { "connecting",
    "{'state': <'dialing'>, 'deadline': <@u 30000>, " HEAD
    "'stages': <@a(ssus) [" RESOLVED IKE_DONE SA_DONE
    "('l2tp', 'running', 0, ''), " WAITING ("ppp") "('ip', 'waiting', 0, '')]>}",
    NULL },
  { "up", "{'state': <'up'>, " HEAD UP STRONG ", 'stages': <@a(ssus) [" ALL_DONE "]>}", NULL },
  { "weak",
    "{'state': <'up'>, " HEAD UP
    "'ike': <'3des-sha1-modp1024'>, 'esp': <'3des-sha1'>, 'stages': <@a(ssus) [" ALL_DONE "]>}",
    NULL },
  { "warning", "{'state': <'up'>, " HEAD UP STRONG ", 'stages': <@a(ssus) [" ALL_DONE "]>}",
    "{'code': <'ip-mtu'>, 'stage': <'ip'>, 'facts': <{'mtu': '1310', 'mtu-tried': '1400'}>,"
    " 'evidence': <@as []>}" },
  { "wrong-psk",
    "{'state': <'done'>, " HEAD "'stages': <@a(ssus) [" RESOLVED
    "('ike', 'failed', 410, 'the server could not read our third message'), " WAITING ("sa")
        WAITING ("l2tp") WAITING ("ppp") "('ip', 'waiting', 0, '')]>}",
    "{'code': <'ike-psk-wrong'>, 'stage': <'ike'>, 'facts': <{'ike': '3des-sha1-modp1024', "
    "'gateway': 'vpn.example.net', 'local-id': 'alice_laptop'}>, 'evidence': <["
    "'charon: 09[ENC] generating ID_PROT request 0 [ ID HASH N(INITIAL_CONTACT) ]',"
    "'charon: 10[NET] received packet: from 198.51.100.1[4500] to 192.0.2.10[4500] (68 bytes)',"
    "'charon: 10[ENC] invalid HASH_V1 payload length, decryption failed?',"
    "'charon: 10[IKE] received PAYLOAD_MALFORMED error notify']>}" },
  { "login",
    "{'state': <'done'>, " HEAD "'stages': <@a(ssus) [" RESOLVED IKE_DONE SA_DONE L2TP_DONE
    "('ppp', 'failed', 980, 'the server refused alice'), ('ip', 'waiting', 0, '')]>}",
    "{'code': <'ppp-login-refused'>, 'stage': <'ppp'>, 'facts': <{'user': 'alice', "
    "'method': 'MS-CHAPv2', 'detail': 'E=691 R=0'}>, 'evidence': <["
    "'pppd: MS-CHAP authentication failed: E=691 Authentication failure',"
    "'pppd: CHAP authentication failed']>}" },
  { "no-xl2tpd",
    "{'state': <'done'>, 'stages': <@a(ssus) [('prepare', 'failed', 2, ''), " WAITING (
        "resolve") "('ike', 'waiting', 0, '')]>}",
    "{'code': <'no-xl2tpd'>, 'stage': <'prepare'>, 'facts': <@a{ss} {}>, 'evidence': <@as []>}" },
};

static GVariant *
parse (const char *text)
{
  GError *error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  if (value == NULL)
    g_error ("%s: %s", error->message, text);
  return value;
}

static void
put_diagnosis (Host *host, const char *text)
{
  g_autoptr (GVariant) about = parse (text);

  byway_roster_put_diagnosis (host->roster, SESSION, about);
}

/* Up since 42 minutes and 10 seconds. */
static void
put_session (Host *host, const char *format)
{
  g_autofree char *text
      = g_strdup_printf (format, g_get_real_time () / G_USEC_PER_SEC - (42 * 60 + 10));
  g_autoptr (GVariant) about = parse (text);

  byway_roster_put_session (host->roster, SESSION, about);
}

static void
put_scene (Host *host, const Scene *scene)
{
  g_autofree char *connection = g_strdup_printf (
      "{'uuid': <'" UUID "'>, 'name': <'The office_1'>, 'settings': <{'gateway': 'vpn.example.net',"
      " 'user': 'alice'}>, 'session': <objectpath '%s'>}",
      scene->session != NULL ? SESSION : "/");
  g_autoptr (GVariant) about = parse (connection);

  byway_roster_set_helper_there (host->roster, TRUE);
  byway_roster_put_connection (host->roster, CONNECTION, about);
  if (scene->session != NULL)
    put_session (host, scene->session);
  if (scene->diagnosis != NULL)
    put_diagnosis (host, scene->diagnosis);
}

static const Scene *
find_scene (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    if (strcmp (scenes[i].name, name) == 0)
      return &scenes[i];
  g_error ("no scene %s", name);
}

/* --- the log -------------------------------------------------------------------------------- */

static void
add_lines (Host *host, guint n)
{
  static const char *const words[]
      = { "charon: 10[IKE] IKE_SA office established between 192.0.2.10 and 198.51.100.1",
          "xl2tpd: Connection established to 198.51.100.1, 1701.  Local: 56323, Remote: 4711",
          "pppd: CHAP authentication succeeded", "pppd: local  IP address 192.168.42.11" };

  g_ptr_array_set_size (host->lines, host->lines->len - 1); /* the NULL */
  for (guint i = 0; i < n; i++)
    {
      guint number = host->forgotten + host->lines->len + 1;

      g_ptr_array_add (host->lines, g_strdup_printf ("10:00:%02u %s (%u)", number % 60,
                                                     words[number % G_N_ELEMENTS (words)], number));
    }
  g_ptr_array_add (host->lines, NULL);
  byway_log_window_set_lines (host->window, (const char *const *)host->lines->pdata);
}

static void
roll_lines (Host *host, guint n)
{
  g_ptr_array_remove_range (host->lines, 0, n);
  host->forgotten += n;
  add_lines (host, n);
}

/* --- commands ------------------------------------------------------------------------------- */

static void
put_stage (Host *host, const char *command)
{
  g_auto (GStrv) words = g_strsplit (command, " ", 5);

  byway_roster_put_stage (host->roster, SESSION, words[1], words[2], (guint)atoi (words[3]),
                          words[4]);
}

static void
put_traffic (Host *host, const char *command)
{
  if (sscanf (command, "traffic %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &host->rx, &host->tx)
      == 2)
    byway_roster_put_traffic (host->roster, SESSION, host->rx, host->tx);
}

static void
obey (Host *host, const char *command)
{
  if (g_str_has_prefix (command, "traffic "))
    put_traffic (host, command);
  else if (g_str_has_prefix (command, "stage "))
    put_stage (host, command);
  else if (g_str_has_prefix (command, "state "))
    byway_roster_put_state (host->roster, SESSION, command + strlen ("state "));
  else if (g_str_has_prefix (command, "diagnosis "))
    put_diagnosis (host, command + strlen ("diagnosis "));
  else if (g_str_has_prefix (command, "lines "))
    add_lines (host, (guint)atoi (command + strlen ("lines ")));
  else if (g_str_has_prefix (command, "roll "))
    roll_lines (host, (guint)atoi (command + strlen ("roll ")));
  else if (strcmp (command, "hide") == 0)
    gtk_widget_hide (host->window);
  else if (strcmp (command, "show") == 0)
    gtk_window_present (GTK_WINDOW (host->window));
  else if (strcmp (command, "minimize") == 0)
    gtk_window_iconify (GTK_WINDOW (host->window));
  else if (strcmp (command, "remove") == 0)
    byway_roster_remove_connection (host->roster, CONNECTION);
  else if (strcmp (command, "acknowledge") == 0)
    byway_roster_acknowledge (host->roster, ID);
  else
    g_error ("what is “%s”?", command);
}

static void
on_line (GObject *input, GAsyncResult *result, gpointer data)
{
  Host *host = data;
  g_autofree char *command
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (input), result, NULL, NULL);

  if (command == NULL)
    return;
  obey (host, command);
  printf ("did %s\n", command);
  fflush (stdout);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (input), 0, NULL, on_line, host);
}

static void
listen (Host *host)
{
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  GDataInputStream *input = g_data_input_stream_new (raw);

  g_data_input_stream_read_line_async (input, 0, NULL, on_line, host);
}

/* --- the application ------------------------------------------------------------------------ */

static void
on_action (GSimpleAction *action, GVariant *target, gpointer data)
{
  g_autofree char *text = target != NULL ? g_variant_print (target, FALSE) : g_strdup ("");

  printf ("action %s %s\n", g_action_get_name (G_ACTION (action)), text);
  fflush (stdout);
}

static void
add_actions (GtkApplication *application)
{
  static const GActionEntry entries[] = {
    { "connect", on_action, "s" },       { "disconnect", on_action, "s" },
    { "cancel", on_action, "s" },        { "show-status", on_action, "s" },
    { "show-log", on_action, "s" },      { "edit", on_action, "s" },
    { "edit-field", on_action, "(ss)" }, { "set-secret", on_action, "(ss)" },
    { "copy", on_action, "s" },          { "copy-report", on_action, "s" },
    { "show-window", on_action },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
}

static void
on_poll (GtkWidget *window, Host *host)
{
  printf ("poll\n");
  fflush (stdout);
}

static void
on_destroy (GtkWidget *window, Host *host)
{
  host->window = NULL;
  printf ("gone\n");
  fflush (stdout);
}

static gboolean
take_focus (gpointer window)
{
  gdk_window_focus (gtk_widget_get_window (window), GDK_CURRENT_TIME);
  return G_SOURCE_REMOVE;
}

/* It lives on when its window goes, so that the test sees what became of that. */
static void
on_activate (GtkApplication *application, Host *host)
{
  g_application_hold (G_APPLICATION (application));
  add_actions (application);
  if (strcmp (host->scene, "log") == 0)
    host->window = byway_log_window_new (application, "The office/1");
  else
    {
      gboolean is_nm = strcmp (host->scene, "network-manager") == 0;

      put_scene (host, find_scene (host->scene));
      if (is_nm)
        byway_roster_put_profile (host->roster, UUID, "The office_1", "/nm/1", BYWAY_LOOK_UP,
                                  g_get_real_time () / G_USEC_PER_SEC - 3600);
      host->window = byway_status_window_new (application, host->roster, is_nm ? "nm:" UUID : ID);
      g_signal_connect (host->window, "poll", G_CALLBACK (on_poll), host);
    }
  g_signal_connect (host->window, "destroy", G_CALLBACK (on_destroy), host);
  gtk_window_present (GTK_WINDOW (host->window));
  g_timeout_add (200, take_focus, host->window);
  listen (host);
}

int
main (int argc, char **argv)
{
  Host host = { .scene = argc > 1 ? argv[1] : "off" };

  g_set_prgname ("widget-host");
  gtk_init (&argc, &argv);
  if (g_getenv ("BYWAY_TEST_RTL") != NULL)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (g_getenv ("BYWAY_TEST_ICONS") != NULL)
    gtk_icon_theme_prepend_search_path (gtk_icon_theme_get_default (),
                                        g_getenv ("BYWAY_TEST_ICONS"));
  host.application = gtk_application_new ("org.byway.WidgetHost", G_APPLICATION_NON_UNIQUE);
  host.roster = byway_roster_new ();
  host.lines = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (host.lines, NULL);
  g_signal_connect (host.application, "activate", G_CALLBACK (on_activate), &host);
  return g_application_run (G_APPLICATION (host.application), 0, NULL);
}
