/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib-object.h>

#include "byway-diagnosis.h"
#include "byway-profile.h"

/* Who keeps a connection, and brings it up and down. */
typedef enum
{
  BYWAY_HOME_HELPER,
  BYWAY_HOME_NETWORK_MANAGER
} BywayHome;

/* As far as a user cares. */
typedef enum
{
  BYWAY_LOOK_OFF,
  BYWAY_LOOK_CONNECTING, /* or waiting to be tried again */
  BYWAY_LOOK_UP,
  BYWAY_LOOK_DISCONNECTING,
  BYWAY_LOOK_FAILED /* off, and nobody has seen why yet */
} BywayLook;

/* One stage of an attempt. */
typedef struct
{
  BywayStageState state;
  guint milliseconds; /* of one that ended */
  char *text;
} BywayStageLook;

/* What is known of one session; strings are never NULL. */
typedef struct
{
  char *path;
  BywayStageLook stages[BYWAY_N_STAGES];
  gint64 since;   /* unix s, when up; 0 */
  guint deadline; /* ms, of the running stage; 0: not known */
  char *server, *uplink, *ifname, *local, *remote, *ike, *esp, *remark;
  char *dns; /* separated by blanks */
  guint mtu;
  gboolean ipv6;
  guint64 rx_bytes, tx_bytes;
} BywaySessionLook;

/* One connection, as the roster has it. Read it, and keep it no longer than the main loop's turn.
 */
typedef struct
{
  char *id; /* unique, and stable while the connection exists: "byway:UUID" or "nm:UUID" */
  char *uuid, *name;
  BywayHome home;
  gboolean system;      /* everybody's */
  gboolean hidden;      /* as good as deleted: lists don't show it */
  char *path;           /* of the helper's Connection; NULL where it has none */
  char *nm_path;        /* of NetworkManager's profile; NULL where it has none */
  GHashTable *settings; /* option key -> text; NULL: not known (NetworkManager's) */
  BywayLook look;
  BywaySessionLook *session; /* the last attempt; NULL: none is known */
  BywayDiagnosis *diagnosis; /* why it is off, or what is not good; NULL: nothing is wrong */
  gint64 nm_since;           /* unix s: since when NetworkManager has it up */
  gboolean kill_switch;      /* it is on */
  gboolean blocks;           /* and nothing leaves the machine because of it */
  gint64 next_try;           /* unix s: when the helper tries it again by itself; 0: it does not */
} BywayEntry;

/* All connections, the helper's and NetworkManager's, whoever told of them. Not the bus: others put
 * in what they hear. Signals, each with the entry's id (const char *):
 *   "added", "removed" (after it left the list), "changed"
 *   "stage" (id): only its stages or traffic changed
 *   "moved" (id, guint before, guint after): its look changed, after the change
 *   "helper" (no id): it answers, or does so no more */
#define BYWAY_TYPE_ROSTER (byway_roster_get_type ())
G_DECLARE_FINAL_TYPE (BywayRoster, byway_roster, BYWAY, ROSTER, GObject)

BywayRoster *byway_roster_new (void);

/* Sorted by name, hidden ones too. Borrowed. */
guint byway_roster_size (BywayRoster *roster);
const BywayEntry *byway_roster_nth (BywayRoster *roster, guint n);
/* Those that lists show. */
guint byway_roster_count_shown (BywayRoster *roster);
/* NULL when there is none. */
const BywayEntry *byway_roster_find (BywayRoster *roster, const char *id);
/* By the path of a Connection or Session of the helper's. */
const BywayEntry *byway_roster_find_path (BywayRoster *roster, const char *path);
/* What an entry's settings mean. NULL: there is no entry, they are not known, or the helper refuses
 * them. The caller's. */
BywayProfile *byway_roster_profile (const BywayEntry *entry);
/* FALSE when the helper does not answer: then none of its connections is in the list. */
gboolean byway_roster_is_helper_there (BywayRoster *roster);
void byway_roster_set_helper_there (BywayRoster *roster, gboolean there);

/* --- what the helper tells --- */

/* @about: Connection.Get's a{sv}. One that NetworkManager runs (transient) lends its session to
 * NetworkManager's entry of the same uuid. */
void byway_roster_put_connection (BywayRoster *roster, const char *path, GVariant *about);
/* @about: Session.Get's a{sv}. */
void byway_roster_put_session (BywayRoster *roster, const char *session, GVariant *about);
/* As Session.StageChanged has them. */
void byway_roster_put_stage (BywayRoster *roster, const char *session, const char *stage,
                             const char *state, guint milliseconds, const char *text);
/* As Session.StateChanged has it. */
void byway_roster_put_state (BywayRoster *roster, const char *session, const char *state);
/* @about: Session.Diagnosis' a{sv}; empty: nothing is wrong. */
void byway_roster_put_diagnosis (BywayRoster *roster, const char *session, GVariant *about);
void byway_roster_put_traffic (BywayRoster *roster, const char *session, guint64 rx_bytes,
                               guint64 tx_bytes);
/* A failure before there was a session: secrets refused by the user, polkit's no. Takes it. */
void byway_roster_put_failure (BywayRoster *roster, const char *id, BywayDiagnosis *diagnosis);
void byway_roster_remove_connection (BywayRoster *roster, const char *path);

/* --- what NetworkManager tells --- */

void byway_roster_put_profile (BywayRoster *roster, const char *uuid, const char *name,
                               const char *nm_path, BywayLook look, gint64 since);
void byway_roster_remove_profile (BywayRoster *roster, const char *uuid);

/* --- what the user did --- */

/* Somebody means to delete it, or has thought better of it. */
void byway_roster_set_hidden (BywayRoster *roster, const char *id, gboolean hidden);
/* He has seen why it failed: it is only off from now on. */
void byway_roster_acknowledge (BywayRoster *roster, const char *id);
