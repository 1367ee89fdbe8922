/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roster as the helper and NetworkManager tell of it, and what is shown of that. */
#include "config.h"

#include "byway-view.h"

#include <string.h>

#define PATH "/org/byway/Byway1/connection/%s"
#define NOW 10000

static GVariant *
connection (const char *name, gboolean transient, const char *session)
{
  g_autofree char *text
      = g_strdup_printf ("{'name': <'%s'>, 'uuid': <'%s'>, 'system': <false>, 'transient': <%s>,"
                         " 'settings': <{'gateway': 'vpn.example.net', 'user': 'alice'}>,"
                         " 'session': <objectpath '%s'>}",
                         name, name, transient ? "true" : "false", session);

  return g_variant_ref_sink (g_variant_new_parsed (text));
}

static void
put (BywayRoster *roster, const char *name)
{
  g_autofree char *path = g_strdup_printf (PATH, name);
  g_autoptr (GVariant) about = connection (name, FALSE, "/");

  byway_roster_put_connection (roster, path, about);
}

/* As the helper tells it: the connection's new session, then its state. */
static void
state (BywayRoster *roster, const char *name, const char *word)
{
  g_autofree char *path = g_strdup_printf (PATH, name);
  g_autofree char *session = g_strdup_printf ("/session/%s", name);
  g_autoptr (GVariant) about = connection (name, FALSE, session);

  byway_roster_put_connection (roster, path, about);
  byway_roster_put_state (roster, session, word);
}

static void
diagnose (BywayRoster *roster, const char *name, const char *code)
{
  g_autofree char *session = g_strdup_printf ("/session/%s", name);
  g_autofree char *text = g_strdup_printf (
      "{'code': <'%s'>, 'stage': <'ike'>, 'sentence': <'x'>, 'error': <''>}", code);
  g_autoptr (GVariant) about = g_variant_ref_sink (g_variant_new_parsed (text));

  byway_roster_put_diagnosis (roster, session, about);
}

static const BywayEntry *
get (BywayRoster *roster, const char *name)
{
  g_autofree char *id = g_strconcat ("byway:", name, NULL);
  const BywayEntry *entry = byway_roster_find (roster, id);

  g_assert_nonnull (entry);
  return entry;
}

static void
count (BywayRoster *roster, const char *id, guint before, guint after, GString *moves)
{
  g_string_append_printf (moves, "%u>%u ", before, after);
}

/* --- the roster ----------------------------------------------------------------------------- */

static void
test_states (void)
{
  static const struct
  {
    const char *word;
    BywayLook look;
  } rows[] = {
    { "preparing", BYWAY_LOOK_CONNECTING },
    { "securing", BYWAY_LOOK_CONNECTING },
    { "dialing", BYWAY_LOOK_CONNECTING },
    { "configuring", BYWAY_LOOK_CONNECTING },
    { "up", BYWAY_LOOK_UP },
    { "disconnecting", BYWAY_LOOK_DISCONNECTING },
    { "done", BYWAY_LOOK_OFF },
  };
  g_autoptr (BywayRoster) roster = byway_roster_new ();

  put (roster, "office");
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_OFF);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      state (roster, "office", rows[i].word);
      g_assert_cmpint (get (roster, "office")->look, ==, rows[i].look);
    }
}

static void
test_failure (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autoptr (GString) moves = g_string_new (NULL);

  put (roster, "office");
  g_signal_connect (roster, "moved", G_CALLBACK (count), moves);
  state (roster, "office", "securing");
  state (roster, "office", "disconnecting");
  state (roster, "office", "done");
  diagnose (roster, "office", "ike-psk-wrong");
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_FAILED);
  g_assert_cmpint (get (roster, "office")->diagnosis->cause, ==, BYWAY_CAUSE_IKE_PSK_WRONG);
  byway_roster_acknowledge (roster, "byway:office");
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_OFF);
  g_assert_nonnull (get (roster, "office")->diagnosis);
  state (roster, "office", "preparing");
  g_assert_null (get (roster, "office")->diagnosis);
  g_assert_cmpstr (moves->str, ==, "0>1 1>3 3>0 0>4 4>0 0>1 ");
}

/* It is up all the same. */
static void
test_warning (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();

  put (roster, "office");
  state (roster, "office", "up");
  diagnose (roster, "office", "ip-mtu");
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_UP);
  g_assert_nonnull (get (roster, "office")->diagnosis);
  diagnose (roster, "office", "");
  g_assert_null (get (roster, "office")->diagnosis);
}

/* A session that is not the connection's last one, or nobody's, changes nothing. */
static void
test_late_words (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();

  put (roster, "office");
  state (roster, "office", "up");
  byway_roster_put_state (roster, "/session/before", "done");
  byway_roster_put_stage (roster, "/session/before", "ike", "failed", 7, "");
  byway_roster_put_stage (roster, "/session/office", "ike", "sideways", 7, "");
  byway_roster_put_stage (roster, "/session/office", "tomorrow", "done", 7, "");
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_UP);
  g_assert_cmpint (get (roster, "office")->session->stages[BYWAY_STAGE_IKE].state, ==,
                   BYWAY_STAGE_WAITING);
}

static void
test_sorted (void)
{
  static const char *const names[] = { "lab", "office", "airport" };
  static const char *const sorted[] = { "airport", "lab", "office" };
  g_autoptr (BywayRoster) roster = byway_roster_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    put (roster, names[i]);
  put (roster, "lab"); /* known already */
  g_assert_cmpuint (byway_roster_size (roster), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (byway_roster_nth (roster, i)->name, ==, sorted[i]);
  g_assert_null (byway_roster_nth (roster, 3));
}

static void
on_helper (BywayRoster *roster, guint *times)
{
  (*times)++;
}

/* It is told also where there is nothing in the list that would go or come with it. */
static void
test_helper_goes (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  guint told = 0;

  g_signal_connect (roster, "helper", G_CALLBACK (on_helper), &told);
  byway_roster_set_helper_there (roster, FALSE);
  g_assert_cmpuint (told, ==, 0);
  byway_roster_set_helper_there (roster, TRUE);
  byway_roster_set_helper_there (roster, TRUE);
  g_assert_cmpuint (told, ==, 1);
  put (roster, "office");
  byway_roster_put_profile (roster, "lab", "lab", "/nm/1", BYWAY_LOOK_UP, NOW);
  byway_roster_set_helper_there (roster, FALSE);
  g_assert_cmpuint (told, ==, 2);
  g_assert_cmpuint (byway_roster_size (roster), ==, 1);
  g_assert_cmpstr (byway_roster_nth (roster, 0)->id, ==, "nm:lab");
}

/* NetworkManager's connection in the helper is the profile's, and no second line in the list. */
static void
test_lent_session (gconstpointer profile_first)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autoptr (GVariant) about = connection ("lab", TRUE, "/session/lab");
  const BywayEntry *entry;

  if (profile_first != NULL)
    byway_roster_put_profile (roster, "lab", "The lab", "/nm/1", BYWAY_LOOK_CONNECTING, 0);
  byway_roster_put_connection (roster, "/transient", about);
  if (profile_first == NULL)
    byway_roster_put_profile (roster, "lab", "The lab", "/nm/1", BYWAY_LOOK_CONNECTING, 0);
  byway_roster_put_stage (roster, "/session/lab", "ike", "done", 318, "main mode");
  byway_roster_put_state (roster, "/session/lab", "up");
  g_assert_cmpuint (byway_roster_size (roster), ==, 1);
  entry = byway_roster_find (roster, "nm:lab");
  g_assert_nonnull (entry);
  g_assert_cmpuint (entry->session->stages[BYWAY_STAGE_IKE].milliseconds, ==, 318);
  g_assert_cmpint (entry->look, ==, BYWAY_LOOK_CONNECTING); /* until NetworkManager says so */
  byway_roster_put_profile (roster, "lab", "The lab", "/nm/1", BYWAY_LOOK_UP, NOW);
  g_assert_cmpint (entry->look, ==, BYWAY_LOOK_UP);
}

/* NetworkManager tells no reason; the helper's diagnosis does, before or after it. */
static void
test_nm_failure (gconstpointer diagnosis_first)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autoptr (GVariant) about = connection ("lab", TRUE, "/session/lab");
  const BywayEntry *entry;

  byway_roster_put_profile (roster, "lab", "The lab", "/nm/1", BYWAY_LOOK_CONNECTING, 0);
  byway_roster_put_connection (roster, "/transient", about);
  entry = byway_roster_find (roster, "nm:lab");
  if (diagnosis_first != NULL)
    diagnose (roster, "lab", "ppp-login-refused");
  byway_roster_put_profile (roster, "lab", "The lab", "/nm/1", BYWAY_LOOK_OFF, 0);
  if (diagnosis_first == NULL)
    diagnose (roster, "lab", "ppp-login-refused");
  g_assert_cmpint (entry->look, ==, BYWAY_LOOK_FAILED);
}

static void
test_session_facts (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autoptr (GVariant) about = g_variant_ref_sink (g_variant_new_parsed (
      "{'state': <'up'>, 'since': <int64 7000>, 'server': <'198.51.100.1'>, 'uplink': <'wlan0'>,"
      " 'ifname': <'ppp0'>, 'local': <'192.168.42.41'>, 'remote': <'192.168.42.1'>,"
      " 'dns': <['8.8.8.8', '8.8.4.4']>, 'ike': <'3des-sha1-modp1024'>, 'esp': <'3des-sha1'>,"
      " 'mtu': <uint32 1400>, 'rx-bytes': <uint64 5>, 'tx-bytes': <uint64 6>,"
      " 'stages': <[('ike', 'done', uint32 318, 'main mode')]>}"));
  const BywaySessionLook *session;

  put (roster, "office");
  state (roster, "office", "dialing");
  byway_roster_put_session (roster, "/session/office", about);
  session = get (roster, "office")->session;
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_UP);
  g_assert_cmpint (session->since, ==, 7000);
  g_assert_cmpstr (session->dns, ==, "8.8.8.8 8.8.4.4");
  g_assert_cmpuint (session->rx_bytes, ==, 5);
  g_assert_cmpstr (session->stages[BYWAY_STAGE_IKE].text, ==, "main mode");
  byway_roster_put_traffic (roster, "/session/office", 70, 80);
  g_assert_cmpuint (session->rx_bytes, ==, 70);
}

/* --- the views ------------------------------------------------------------------------------ */

static void
test_tray (void)
{
  static const struct
  {
    const char *office, *lab; /* states; NULL: off */
    const char *code;         /* of the lab's end */
    const char *icon, *title;
  } rows[] = {
    { NULL, NULL, NULL, "org.byway.Applet-off-symbolic", "No VPN connection" },
    { "up", NULL, NULL, "org.byway.Applet-up-symbolic", "office: Connected" },
    { "up", "securing", NULL, "org.byway.Applet-connecting-symbolic", "lab: Connecting" },
    { "up", "done", "ike-silent", "org.byway.Applet-attention-symbolic", "lab: Failed" },
    { "dialing", "done", "ike-silent", "org.byway.Applet-connecting-symbolic",
      "office: Connecting" },
    { "disconnecting", NULL, NULL, "org.byway.Applet-connecting-symbolic",
      "office: Disconnecting" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (BywayRoster) roster = byway_roster_new ();
      g_autoptr (BywayTrayView) view = NULL;

      put (roster, "office");
      put (roster, "lab");
      if (rows[i].office != NULL)
        state (roster, "office", rows[i].office);
      if (rows[i].lab != NULL)
        state (roster, "lab", rows[i].lab);
      if (rows[i].code != NULL)
        diagnose (roster, "lab", rows[i].code);
      view = byway_tray_view_new (roster);
      g_assert_cmpstr (view->icon, ==, rows[i].icon);
      g_assert_cmpstr (view->title, ==, rows[i].title);
      g_assert_cmpint (view->attention, ==,
                       rows[i].code != NULL && strcmp (rows[i].office, "up") == 0);
    }
}

/* The menu as lines of text. */
static char *
menu_text (BywayRoster *roster)
{
  g_autoptr (GPtrArray) rows = byway_menu_view_new (roster, NOW);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const BywayMenuRow *row = rows->pdata[i];

      g_string_append_printf (text, "%*s%s", (int)row->depth * 2, "",
                              row->label != NULL ? row->label : "-");
      if (row->action != NULL)
        g_string_append_printf (text, " = %s", row->action);
      if (row->target != NULL)
        g_string_append_printf (text, " (%s)", row->target);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

#define TAIL                                                                                       \
  "-\n"                                                                                            \
  "Add _connection… = new\n"                                                                     \
  "-\n"                                                                                            \
  "_Show all = show-window\n"                                                                      \
  "_Preferences… = preferences\n"                                                                \
  "_About = about\n"                                                                               \
  "_Quit = quit\n"

static void
test_menu (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autofree char *none = menu_text (roster);
  g_autofree char *empty = NULL, *full = NULL;
  g_autoptr (GVariant) about = g_variant_ref_sink (
      g_variant_new_parsed ("{'state': <'up'>, 'since': <%x>}", (gint64)NOW - 2530));

  g_assert_cmpstr (none, ==, "The helper bywayd does not answer\n" TAIL);
  byway_roster_set_helper_there (roster, TRUE);
  empty = menu_text (roster);
  g_assert_cmpstr (empty, ==, "No connections yet\n" TAIL);
  put (roster, "my_office");
  state (roster, "my_office", "dialing");
  byway_roster_put_session (roster, "/session/my_office", about);
  byway_roster_put_profile (roster, "n", "lab", "/nm/1", BYWAY_LOOK_OFF, 0);
  full = menu_text (roster);
  g_assert_cmpstr (full, ==,
                   "lab (NetworkManager) (nm:n)\n"
                   "  _Connect = connect (nm:n)\n"
                   "  _Status… = show-status (nm:n)\n"
                   "  _Edit… = edit (nm:n)\n"
                   "my__office: Connected 0:42:10 (byway:my_office)\n"
                   "  _Disconnect = disconnect (byway:my_office)\n"
                   "  _Status… = show-status (byway:my_office)\n"
                   "  _Edit… = edit (byway:my_office)\n"
                   "  _Log… = show-log (byway:my_office)\n" TAIL);
}

/* As good as deleted: in no list, but still there to be found. */
static void
test_hidden (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autofree char *hidden = NULL, *shown = NULL;

  byway_roster_set_helper_there (roster, TRUE);
  put (roster, "office");
  byway_roster_set_hidden (roster, "byway:office", TRUE);
  hidden = menu_text (roster);
  g_assert_cmpstr (hidden, ==, "No connections yet\n" TAIL);
  g_assert_nonnull (byway_roster_find (roster, "byway:office"));
  byway_roster_set_hidden (roster, "byway:office", FALSE);
  shown = menu_text (roster);
  g_assert_nonnull (strstr (shown, "office"));
}

/* Lost, and tried again by itself: it is on its way, and can be cancelled. */
static void
test_waiting (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autoptr (GVariant) waiting = g_variant_ref_sink (g_variant_new_parsed (
      "{'name': <'office'>, 'uuid': <'office'>, 'session': <objectpath '/session/office'>,"
      " 'next-try': <int64 10008>}"));
  g_autoptr (GVariant) ended = g_variant_ref_sink (g_variant_new_parsed ("{'state': <'done'>}"));
  g_autofree char *text = NULL;

  put (roster, "office");
  state (roster, "office", "up");
  state (roster, "office", "done");
  diagnose (roster, "office", "lost-server");
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_FAILED);
  byway_roster_put_connection (roster, "/org/byway/Byway1/connection/office", waiting);
  byway_roster_put_session (roster, "/session/office", ended);
  g_assert_cmpint (get (roster, "office")->look, ==, BYWAY_LOOK_CONNECTING);
  g_assert_cmpstr (byway_view_action (get (roster, "office")), ==, "cancel");
  text = byway_view_state_text (get (roster, "office"));
  g_assert_cmpstr (text, ==, "Lost, tried again soon");
}

static void
put_kill_switch (BywayRoster *roster, const char *how)
{
  g_autofree char *text = g_strdup_printf ("{'name': <'office'>, 'uuid': <'office'>, 'session': "
                                           "<objectpath '/session/office'>, 'kill-switch': <'%s'>}",
                                           how);
  g_autoptr (GVariant) about = g_variant_ref_sink (g_variant_new_parsed (text));

  byway_roster_put_connection (roster, "/org/byway/Byway1/connection/office", about);
}

static void
assert_tray (BywayRoster *roster, const char *title, gboolean attention)
{
  g_autoptr (BywayTrayView) view = byway_tray_view_new (roster);

  g_assert_cmpstr (view->title, ==, title);
  g_assert_cmpint (view->attention, ==, attention);
}

/* It is off, and nothing works: the tray asks for attention, and the menu has the way out. */
static void
test_kill_switch (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autofree char *text = NULL;
  g_autofree char *blocked = NULL;
  g_autofree char *up = NULL;
  g_autofree char *off = NULL;

  byway_roster_set_helper_there (roster, TRUE);
  put (roster, "office");
  put (roster, "home");
  state (roster, "home", "up");
  put_kill_switch (roster, "blocking");
  text = byway_view_state_text (get (roster, "office"));
  g_assert_cmpstr (text, ==, "Off – the kill switch lets nothing leave");
  assert_tray (roster, "office: The kill switch lets nothing leave", TRUE);
  blocked = menu_text (roster);
  g_assert_nonnull (strstr (blocked, "office: Off – the kill switch lets nothing leave"));
  g_assert_nonnull (strstr (blocked, "lift-kill-switch"));
  state (roster, "office", "up");
  put_kill_switch (roster, "up");
  up = menu_text (roster);
  g_assert_nonnull (strstr (up, "lift-kill-switch"));
  g_assert_null (strstr (up, "lets nothing leave"));
  put_kill_switch (roster, "off");
  off = menu_text (roster);
  g_assert_null (strstr (off, "lift-kill-switch"));
}

static void
test_actions (void)
{
  static const struct
  {
    const char *state, *action, *text;
  } rows[] = {
    { "securing", "cancel", "Connecting: IKE" },
    { "up", "disconnect", "Connected" },
    { "disconnecting", "disconnect", "Disconnecting" },
    { "done", "connect", "Off" },
  };
  g_autoptr (BywayRoster) roster = byway_roster_new ();

  put (roster, "office");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = NULL;

      state (roster, "office", rows[i].state);
      byway_roster_put_stage (roster, "/session/office", "ike", "running", 0, "");
      text = byway_view_state_text (get (roster, "office"));
      g_assert_cmpstr (byway_view_action (get (roster, "office")), ==, rows[i].action);
      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_duration (void)
{
  static const struct
  {
    gint64 since;
    const char *text;
  } rows[] = { { NOW, "0:00:00" },
               { NOW - 59, "0:00:59" },
               { NOW - 3600 * 30 - 61, "30:01:01" },
               { NOW + 5, "0:00:00" }, /* the clock was set back */
               { 0, NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (BywayRoster) roster = byway_roster_new ();
      g_autofree char *text = NULL;

      byway_roster_put_profile (roster, "lab", "lab", "/nm/1", BYWAY_LOOK_UP, rows[i].since);
      text = byway_view_duration (byway_roster_nth (roster, 0), NOW);
      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_facts (void)
{
  g_autoptr (BywayRoster) roster = byway_roster_new ();
  g_autoptr (GVariant) about = g_variant_ref_sink (g_variant_new_parsed (
      "{'state': <'up'>, 'server': <'198.51.100.1'>, 'uplink': <'wlan0'>, 'ifname': <'ppp0'>,"
      " 'local': <'192.168.42.41'>, 'remote': <'192.168.42.1'>, 'dns': <['8.8.8.8']>,"
      " 'ike': <'3des-sha1-modp1024'>, 'esp': <'3des-sha1'>, 'mtu': <uint32 1400>}"));
  g_autoptr (GPtrArray) facts = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *weakness = NULL;

  put (roster, "office");
  state (roster, "office", "dialing");
  byway_roster_put_session (roster, "/session/office", about);
  facts = byway_view_facts (get (roster, "office"));
  for (guint i = 0; i < facts->len; i++)
    g_string_append_printf (text, "%s: %s\n", ((BywayFact *)facts->pdata[i])->title,
                            ((BywayFact *)facts->pdata[i])->text);
  g_assert_cmpstr (text->str, ==,
                   "Server: vpn.example.net (198.51.100.1)\n"
                   "Through: wlan0\n"
                   "Address: 192.168.42.41 on ppp0\n"
                   "Other end: 192.168.42.1\n"
                   "DNS: 8.8.8.8\n"
                   "Packet size: 1400 bytes\n"
                   "Encryption: IKE 3des-sha1-modp1024, ESP 3des-sha1\n"
                   "Traffic: all traffic\n");
  weakness = byway_view_weakness (get (roster, "office"));
  g_assert_nonnull (weakness);
}

static void
test_without_markup (void)
{
  g_autofree char *harmful = byway_view_without_markup ("says: “<a href='x'>fix</a> &lt;b&gt;”");
  g_autofree char *plain = byway_view_without_markup ("the server is silent");

  g_assert_null (strpbrk (harmful, "<>&"));
  g_assert_nonnull (strstr (harmful, "fix"));
  g_assert_cmpstr (plain, ==, "the server is silent");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roster/states", test_states);
  g_test_add_func ("/roster/failure", test_failure);
  g_test_add_func ("/roster/warning", test_warning);
  g_test_add_func ("/roster/late-words", test_late_words);
  g_test_add_func ("/roster/sorted", test_sorted);
  g_test_add_func ("/roster/helper-goes", test_helper_goes);
  g_test_add_data_func ("/roster/lent-session/profile-first", "", test_lent_session);
  g_test_add_data_func ("/roster/lent-session/profile-later", NULL, test_lent_session);
  g_test_add_data_func ("/roster/nm-failure/diagnosis-first", "", test_nm_failure);
  g_test_add_data_func ("/roster/nm-failure/diagnosis-later", NULL, test_nm_failure);
  g_test_add_func ("/roster/session-facts", test_session_facts);
  g_test_add_func ("/view/tray", test_tray);
  g_test_add_func ("/view/menu", test_menu);
  g_test_add_func ("/view/hidden", test_hidden);
  g_test_add_func ("/view/waiting", test_waiting);
  g_test_add_func ("/view/kill-switch", test_kill_switch);
  g_test_add_func ("/view/actions", test_actions);
  g_test_add_func ("/view/duration", test_duration);
  g_test_add_func ("/view/facts", test_facts);
  g_test_add_func ("/view/without-markup", test_without_markup);
  return g_test_run ();
}
