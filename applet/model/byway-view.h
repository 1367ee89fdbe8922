/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

/* What is shown, as values: made of the roster, and of nothing else. Texts are translated. */

/* --- the tray --- */

typedef struct
{
  const char *icon; /* of the icon theme, static */
  const char *name; /* what the icon says, for screen readers; static */
  char *title;      /* "office: connected" */
  gboolean attention;
} BywayTrayView;

BywayTrayView *byway_tray_view_new (BywayRoster *roster);
void byway_tray_view_free (BywayTrayView *view);

/* --- its menu --- */

typedef enum
{
  BYWAY_MENU_ACTION,
  BYWAY_MENU_SUBMENU, /* rows with a depth of 1 follow */
  BYWAY_MENU_SEPARATOR,
  BYWAY_MENU_TEXT /* to be read only */
} BywayMenuKind;

typedef struct
{
  BywayMenuKind kind;
  guint depth;
  char *label;        /* with a mnemonic where it is ours */
  const char *action; /* of the application's, "connect"; NULL: none */
  char *target;       /* the action's: an entry's id; NULL: none */
} BywayMenuRow;

/* (element-type BywayMenuRow), the caller's. @now: unix s. */
GPtrArray *byway_menu_view_new (BywayRoster *roster, gint64 now);

/* --- one connection --- */

/* "Connected", "Connecting: IKE", "Off", … Caller frees. */
char *byway_view_state_text (const BywayEntry *entry);
/* "0:42:10" since it is up; NULL when it is not. Caller frees. */
char *byway_view_duration (const BywayEntry *entry, gint64 now);
/* The one thing that can be done: "connect", "cancel" or "disconnect"; and its label. */
const char *byway_view_action (const BywayEntry *entry);
const char *byway_view_action_label (const BywayEntry *entry);
/* The icon of that look, symbolic. */
const char *byway_view_icon (BywayLook look);

/* A line of the status window. */
typedef struct
{
  const char *title;
  char *text;
} BywayFact;

/* (element-type BywayFact), the caller's: server, way, addresses, DNS, routes, algorithms … Only
 * what is known. */
GPtrArray *byway_view_facts (const BywayEntry *entry);
/* What to say of its encryption: a sentence when it is weak; NULL: nothing. Caller frees. */
char *byway_view_weakness (const BywayEntry *entry);

/* For notifications, whose servers read markup in what they show: a tag is words, also where the
 * VPN's server sent it. Caller frees. */
char *byway_view_without_markup (const char *text);

/* "1.2 MB", "80 kB/s". Caller frees. */
char *byway_view_bytes (guint64 bytes);
char *byway_view_rate (double bytes_per_second);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayTrayView, byway_tray_view_free)
