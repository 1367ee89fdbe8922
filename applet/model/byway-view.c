/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-view.h"

#include "byway-algorithm.h"
#include "byway-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* What each look is called, does and is drawn as. */
static const struct
{
  const char *icon; /* of a row */
  const char *tray;
  const char *name;
  const char *action, *label;
} looks[] = {
  [BYWAY_LOOK_OFF] = { "org.byway.Applet-off-symbolic", "org.byway.Applet-off-symbolic", N_ ("Off"),
                       "connect", N_ ("_Connect") },
  [BYWAY_LOOK_CONNECTING]
  = { "org.byway.Applet-connecting-symbolic", "org.byway.Applet-connecting-symbolic",
      N_ ("Connecting"), "cancel", N_ ("C_ancel") },
  [BYWAY_LOOK_UP] = { "org.byway.Applet-up-symbolic", "org.byway.Applet-up-symbolic",
                      N_ ("Connected"), "disconnect", N_ ("_Disconnect") },
  [BYWAY_LOOK_DISCONNECTING]
  = { "org.byway.Applet-connecting-symbolic", "org.byway.Applet-connecting-symbolic",
      N_ ("Disconnecting"), "disconnect", N_ ("_Disconnect") },
  [BYWAY_LOOK_FAILED]
  = { "org.byway.Applet-attention-symbolic", "org.byway.Applet-attention-symbolic", N_ ("Failed"),
      "connect", N_ ("_Connect") },
};

const char *
byway_view_icon (BywayLook look)
{
  return looks[look].icon;
}

const char *
byway_view_action (const BywayEntry *entry)
{
  return looks[entry->look].action;
}

const char *
byway_view_action_label (const BywayEntry *entry)
{
  return _ (looks[entry->look].label);
}

/* --- words ---------------------------------------------------------------------------------- */

/* The title of the stage under way; NULL: none. */
static const char *
running_stage (const BywayEntry *entry)
{
  for (guint stage = BYWAY_N_STAGES; entry->session != NULL && stage > 0; stage--)
    if (entry->session->stages[stage - 1].state == BYWAY_STAGE_RUNNING)
      return byway_words_for_stage (byway_stage_to_string (stage - 1));
  return NULL;
}

static char *
look_text (const BywayEntry *entry)
{
  const char *stage = entry->look == BYWAY_LOOK_CONNECTING ? running_stage (entry) : NULL;

  if (entry->look == BYWAY_LOOK_CONNECTING && entry->next_try != 0)
    return g_strdup (_ ("Lost, tried again soon"));
  if (stage != NULL)
    return g_strdup_printf (_ ("Connecting: %s"), stage);
  return g_strdup (_ (looks[entry->look].name));
}

/* Loudly, because it is why nothing else works either. */
char *
byway_view_state_text (const BywayEntry *entry)
{
  g_autofree char *look = look_text (entry);

  if (!entry->blocks)
    return g_steal_pointer (&look);
  return g_strdup_printf (_ ("%s – the kill switch lets nothing leave"), look);
}

static gint64
up_since (const BywayEntry *entry)
{
  if (entry->look != BYWAY_LOOK_UP)
    return 0;
  return entry->session != NULL && entry->session->since != 0 ? entry->session->since
                                                              : entry->nm_since;
}

char *
byway_view_duration (const BywayEntry *entry, gint64 now)
{
  gint64 seconds = now - up_since (entry);

  if (up_since (entry) == 0)
    return NULL;
  seconds = MAX (seconds, 0);
  return g_strdup_printf ("%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                          (int)(seconds % 60));
}

/* Escaped it would be shown with its entities where a server takes all text as it is. */
char *
byway_view_without_markup (const char *text)
{
  GString *plain = g_string_new (text);

  g_string_replace (plain, "<", "‹", 0);
  g_string_replace (plain, ">", "›", 0);
  g_string_replace (plain, "&", "＆", 0);
  return g_string_free (plain, FALSE);
}

char *
byway_view_bytes (guint64 bytes)
{
  return g_format_size (bytes);
}

char *
byway_view_rate (double bytes_per_second)
{
  g_autofree char *size = g_format_size ((guint64)MAX (bytes_per_second, 0));

  return g_strdup_printf (_ ("%s/s"), size);
}

/* --- the tray ------------------------------------------------------------------------------- */

/* What of all connections the icon shows: what is under way before what needs a look, and that
 * before what is up. */
static const BywayLook importance[]
    = { BYWAY_LOOK_CONNECTING, BYWAY_LOOK_DISCONNECTING, BYWAY_LOOK_FAILED, BYWAY_LOOK_UP };

static const BywayEntry *
first_with (BywayRoster *roster, BywayLook look)
{
  for (guint i = 0; i < byway_roster_size (roster); i++)
    if (byway_roster_nth (roster, i)->look == look)
      return byway_roster_nth (roster, i);
  return NULL;
}

/* Off, and yet nothing works. */
static gboolean
is_off_and_blocks (const BywayEntry *entry)
{
  return entry->blocks && (entry->look == BYWAY_LOOK_OFF || entry->look == BYWAY_LOOK_FAILED);
}

static const BywayEntry *
first_that_blocks (BywayRoster *roster)
{
  for (guint i = 0; i < byway_roster_size (roster); i++)
    if (is_off_and_blocks (byway_roster_nth (roster, i)))
      return byway_roster_nth (roster, i);
  return NULL;
}

static const BywayEntry *
most_important (BywayRoster *roster)
{
  const BywayEntry *entry = first_that_blocks (roster);

  for (guint i = 0; entry == NULL && i < G_N_ELEMENTS (importance); i++)
    entry = first_with (roster, importance[i]);
  return entry;
}

BywayTrayView *
byway_tray_view_new (BywayRoster *roster)
{
  const BywayEntry *entry = most_important (roster);
  BywayLook look = entry != NULL ? entry->look : BYWAY_LOOK_OFF;
  BywayTrayView *view = g_new0 (BywayTrayView, 1);

  if (entry != NULL && is_off_and_blocks (entry))
    look = BYWAY_LOOK_FAILED;
  view->icon = looks[look].tray;
  view->name = _ (looks[look].name);
  if (entry != NULL && entry->blocks)
    view->name = _ ("The kill switch lets nothing leave");
  view->attention = look == BYWAY_LOOK_FAILED;
  if (entry != NULL)
    view->title = g_strdup_printf (_ ("%s: %s"), entry->name, view->name);
  else
    view->title = g_strdup (_ ("No VPN connection"));
  return view;
}

void
byway_tray_view_free (BywayTrayView *view)
{
  g_free (view->title);
  g_free (view);
}

/* --- the menu ------------------------------------------------------------------------------- */

static void
menu_row_free (BywayMenuRow *row)
{
  g_free (row->label);
  g_free (row->target);
  g_free (row);
}

/* Takes @label. */
static void
add_row (GPtrArray *rows, BywayMenuKind kind, guint depth, char *label, const char *action,
         const char *target)
{
  BywayMenuRow *row = g_new0 (BywayMenuRow, 1);

  row->kind = kind;
  row->depth = depth;
  row->label = label;
  row->action = action;
  row->target = g_strdup (target);
  g_ptr_array_add (rows, row);
}

static void
add_separator (GPtrArray *rows)
{
  add_row (rows, BYWAY_MENU_SEPARATOR, 0, NULL, NULL, NULL);
}

/* A name as a label in which no letter is a mnemonic. */
static char *
escape_mnemonics (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);

  return g_strjoinv ("__", parts);
}

/* "office (NetworkManager): Connected 0:42:10" */
static char *
connection_label (const BywayEntry *entry, gint64 now)
{
  g_autofree char *name = escape_mnemonics (entry->name);
  g_autofree char *duration = byway_view_duration (entry, now);
  g_autofree char *state = byway_view_state_text (entry);
  GString *label = g_string_new (name);

  if (entry->home == BYWAY_HOME_NETWORK_MANAGER)
    g_string_append (label, _ (" (NetworkManager)"));
  if (entry->look != BYWAY_LOOK_OFF || entry->blocks)
    g_string_append_printf (label, ": %s", state);
  if (duration != NULL)
    g_string_append_printf (label, " %s", duration);
  return g_string_free (label, FALSE);
}

static void
add_connection (GPtrArray *rows, const BywayEntry *entry, gint64 now)
{
  add_row (rows, BYWAY_MENU_SUBMENU, 0, connection_label (entry, now), NULL, entry->id);
  add_row (rows, BYWAY_MENU_ACTION, 1, g_strdup (byway_view_action_label (entry)),
           byway_view_action (entry), entry->id);
  if (entry->kill_switch)
    add_row (rows, BYWAY_MENU_ACTION, 1, g_strdup (_ ("Lift the _kill switch")), "lift-kill-switch",
             entry->id);
  add_row (rows, BYWAY_MENU_ACTION, 1, g_strdup (_ ("_Status…")), "show-status", entry->id);
  add_row (rows, BYWAY_MENU_ACTION, 1, g_strdup (_ ("_Edit…")), "edit", entry->id);
  if (entry->home == BYWAY_HOME_HELPER)
    add_row (rows, BYWAY_MENU_ACTION, 1, g_strdup (_ ("_Log…")), "show-log", entry->id);
}

static const struct
{
  const char *label, *action;
} tail[] = {
  { N_ ("Add _connection…"), "new" },  { NULL, NULL },
  { N_ ("_Show all"), "show-window" }, { N_ ("_Preferences…"), "preferences" },
  { N_ ("_About"), "about" },          { N_ ("_Quit"), "quit" },
};

GPtrArray *
byway_menu_view_new (BywayRoster *roster, gint64 now)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)menu_row_free);
  guint size = byway_roster_size (roster);

  for (guint i = 0; i < size; i++)
    if (!byway_roster_nth (roster, i)->hidden)
      add_connection (rows, byway_roster_nth (roster, i), now);
  if (!byway_roster_is_helper_there (roster))
    add_row (rows, BYWAY_MENU_TEXT, 0, g_strdup (_ ("The helper bywayd does not answer")), NULL,
             NULL);
  else if (byway_roster_count_shown (roster) == 0)
    add_row (rows, BYWAY_MENU_TEXT, 0, g_strdup (_ ("No connections yet")), NULL, NULL);
  add_separator (rows);
  for (guint i = 0; i < G_N_ELEMENTS (tail); i++)
    if (tail[i].label != NULL)
      add_row (rows, BYWAY_MENU_ACTION, 0, g_strdup (_ (tail[i].label)), tail[i].action, NULL);
    else
      add_separator (rows);
  return rows;
}

/* --- one connection ------------------------------------------------------------------------- */

static void
fact_free (BywayFact *fact)
{
  g_free (fact->text);
  g_free (fact);
}

/* Takes @text; nothing when it is NULL or empty. */
static void
add_fact (GPtrArray *facts, const char *title, char *text)
{
  BywayFact *fact;

  if (text == NULL || *text == '\0')
    {
      g_free (text);
      return;
    }
  fact = g_new0 (BywayFact, 1);
  fact->title = title;
  fact->text = text;
  g_ptr_array_add (facts, fact);
}

static char *
server_text (const BywayEntry *entry)
{
  const char *gateway
      = entry->settings != NULL ? g_hash_table_lookup (entry->settings, "gateway") : NULL;
  const char *server = entry->session != NULL ? entry->session->server : "";

  if (gateway == NULL || strcmp (gateway, server) == 0)
    return g_strdup (server);
  return *server != '\0' ? g_strdup_printf (_ ("%s (%s)"), gateway, server) : g_strdup (gateway);
}

static char *
traffic_text (const BywayEntry *entry)
{
  const char *all
      = entry->settings != NULL ? g_hash_table_lookup (entry->settings, "all-traffic") : NULL;
  const char *routes
      = entry->settings != NULL ? g_hash_table_lookup (entry->settings, "routes") : NULL;

  if (entry->settings == NULL)
    return NULL;
  if (all == NULL || strcmp (all, "no") != 0)
    return g_strdup (_ ("all traffic"));
  return g_strdup (routes != NULL ? routes : _ ("only the server's end"));
}

static void
add_session_facts (GPtrArray *facts, const BywaySessionLook *session)
{
  add_fact (facts, _ ("Through"), g_strdup (session->uplink));
  if (*session->local != '\0')
    {
      add_fact (facts, _ ("Address"),
                g_strdup_printf (_ ("%s on %s"), session->local, session->ifname));
      add_fact (facts, _ ("Other end"), g_strdup (session->remote));
    }
  add_fact (facts, _ ("DNS"), g_strdup (session->dns));
  if (session->mtu != 0)
    add_fact (facts, _ ("Packet size"), g_strdup_printf (_ ("%u bytes"), session->mtu));
  if (*session->ike != '\0' && *session->esp != '\0')
    add_fact (facts, _ ("Encryption"),
              g_strdup_printf (_ ("IKE %s, ESP %s"), session->ike, session->esp));
  add_fact (facts, _ ("Remark"), g_strdup (session->remark));
}

GPtrArray *
byway_view_facts (const BywayEntry *entry)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func ((GDestroyNotify)fact_free);

  add_fact (facts, _ ("Server"), server_text (entry));
  if (entry->session != NULL && entry->look != BYWAY_LOOK_OFF && entry->look != BYWAY_LOOK_FAILED)
    add_session_facts (facts, entry->session);
  add_fact (facts, _ ("Traffic"), traffic_text (entry));
  return facts;
}

static gboolean
is_weak (const char *text, BywayPhase phase)
{
  BywayProposal proposal;

  return byway_proposal_parse (text, phase, &proposal) && byway_proposal_is_weak (&proposal);
}

char *
byway_view_weakness (const BywayEntry *entry)
{
  const BywaySessionLook *session = entry->session;

  if (session == NULL || entry->look != BYWAY_LOOK_UP
      || (!is_weak (session->ike, BYWAY_PHASE_IKE) && !is_weak (session->esp, BYWAY_PHASE_ESP)))
    return NULL;
  return g_strdup (_ ("The server's encryption is weak by today's measure: ask its administrator "
                      "for aes256-sha256-modp2048."));
}
