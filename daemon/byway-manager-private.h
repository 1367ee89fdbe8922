/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Between the files of the manager. */

#include "byway-agents.h"
#include "byway-bouncer.h"
#include "byway-connection.h"
#include "byway-door.h"
#include "byway-error.h"
#include "byway-kept-secrets.h"
#include "byway-manager.h"
#include "byway-redialer.h"
#include "byway-sleep.h"
#include "byway-watchers.h"

#define ROOT_PATH "/org/byway/Byway1"
#define INTERFACE(name) "org.byway.Byway1." name

struct _BywayManager
{
  GObject parent;
  GDBusConnection *bus;
  BywaySessionContext context;
  char *store;
  BywayDoor *door;
  BywayBouncer *bouncer;
  BywayWatchers *watchers;
  BywayAgents *agents;
  BywayKeptSecrets *kept;
  BywaySleep *sleep;
  guint falling_asleep; /* sessions that have not ended yet */
  GDBusNodeInfo *interfaces;
  GHashTable *entries; /* uuid -> Entry */
  guint next_session, next_abandoned;
  gboolean ends; /* nothing begins any more */
  guint stopping;
};

/* One connection on the bus. */
typedef struct
{
  BywayManager *manager;
  BywayConnection *connection;
  BywayRedialer *redialer;
  guint wanted_by; /* the uid of who connected it last */
  guint deaths;    /* helpers that died of it since then, as far as they know */
  char *path;
  char *session_path; /* NULL before the first session */
  guint registration, session_registration;
  guint called_off; /* times: who waited to connect it before that does so no more */
  guint keeper;     /* of a transient one: the watch for its caller's name; else 0 */
  /* Of one that failed and whose caller is gone: a number that rises; else 0. */
  guint abandoned;
} Entry;

/* A call that waits for the bouncer, or runs after it. `entry_uuid` finds the entry again: it may
 * have been deleted meanwhile. */
typedef struct
{
  BywayManager *manager;
  GDBusMethodInvocation *invocation;
  GVariant *parameters;
  char *entry_uuid; /* NULL for the Manager's own methods */
  guint owner;      /* whose object the bouncer was asked about */
  guint uid;
} Call;

G_GNUC_INTERNAL void byway_call_free (Call *call);
/* The same call again, for what goes on after its handler. */
G_GNUC_INTERNAL Call *byway_call_copy (Call *call);
G_GNUC_INTERNAL void byway_call_reply (Call *call, GVariant *value);
G_GNUC_INTERNAL void byway_call_reply_error (Call *call, const GError *error);
G_GNUC_INTERNAL void byway_call_reply_code (Call *call, BywayError code, const char *text);
G_GNUC_INTERNAL const char *byway_call_sender (Call *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, byway_call_free)

G_GNUC_INTERNAL const BywayRecord *byway_entry_record (Entry *entry);
/* A signal to those who may see the entry. */
G_GNUC_INTERNAL void byway_entry_emit (Entry *entry, const char *path, const char *interface,
                                       const char *signal, GVariant *arguments);
/* No answer of an agent's is wanted for it any more. */
G_GNUC_INTERNAL void byway_entry_call_off_questions (Entry *entry);
/* Answers with a refusal, and says TRUE, for what only its caller may do with a transient one. */
G_GNUC_INTERNAL gboolean byway_entry_refuse_transient (Call *call, Entry *entry);

/* Name and settings checked as a whole: every problem in one error, or a new record. */
G_GNUC_INTERNAL BywayRecord *byway_manager_checked_record (const char *uuid, const char *name,
                                                           guint owner, GVariant *dictionary,
                                                           GError **error);
/* Takes the record. */
G_GNUC_INTERNAL Entry *byway_manager_export_connection (BywayManager *self, BywayRecord *record,
                                                        BywayRoutes routes, GError **error);
/* The new session takes the place of the connection's last one. */
G_GNUC_INTERNAL gboolean byway_manager_register_session (Entry *entry, GError **error);
G_GNUC_INTERNAL guint byway_manager_count_active (BywayManager *self);
/* Of those that this user connected; BYWAY_OWNER_NONE: of all. */
G_GNUC_INTERNAL guint byway_manager_count_active_of (BywayManager *self, guint uid);

/* byway-manager-connect.c */
/* Is another session allowed? Root's own, NetworkManager's among them, are of any number of users.
 */
G_GNUC_INTERNAL gboolean byway_manager_has_room (BywayManager *self, guint uid);
/* What the call brought; NULL when it was answered with why not. */
G_GNUC_INTERNAL BywaySecretSet *byway_manager_read_secrets (Call *call, int index);
/* Makes the session, and answers with an error where it can't; does not start it. */
G_GNUC_INTERNAL gboolean byway_manager_make_session (Call *call, Entry *entry,
                                                     BywaySecretSet *secrets);
/* Starts it, and answers with it. */
G_GNUC_INTERNAL void byway_manager_start_session (Call *call, Entry *entry);
G_GNUC_INTERNAL void byway_manager_connect_transient (Call *call, Entry *none);
G_GNUC_INTERNAL void byway_manager_connect (Call *call, Entry *entry);
G_GNUC_INTERNAL void byway_manager_disconnect (Call *call, Entry *entry);
/* The redialer's "again". */
G_GNUC_INTERNAL void byway_manager_connect_again (BywayRedialer *redialer, BywaySecretSet *secrets,
                                                  Entry *entry);
/* byway-manager-refused.c: the redialer's "refused". */
G_GNUC_INTERNAL void byway_manager_ask_anew (BywayRedialer *redialer, const char *key,
                                             GCancellable *question, Entry *entry);
/* byway-manager-kill-switch.c: on when its user connects, if the settings say so. */
G_GNUC_INTERNAL gboolean byway_entry_want_kill_switch (Entry *entry, GError **error);
G_GNUC_INTERNAL gboolean byway_entry_lift_kill_switch (Entry *entry, GError **error);
/* As Connection.Get says it. */
G_GNUC_INTERNAL const char *byway_entry_kill_switch (Entry *entry);
G_GNUC_INTERNAL void byway_manager_lift_kill_switch (Call *call, Entry *entry);
/* Tells who watches of each change, and lifts what belongs to no connection. */
G_GNUC_INTERNAL void byway_manager_watch_kill_switches (BywayManager *self);

/* byway-manager-sleep.c: from now on sessions end before the machine sleeps. */
G_GNUC_INTERNAL void byway_manager_watch_sleep (BywayManager *self);
G_GNUC_INTERNAL void byway_manager_register_agent (Call *call, Entry *none);
G_GNUC_INTERNAL void byway_manager_unregister_agent (Call *call, Entry *none);

/* byway-manager-wishes.c: from now on what is wanted of it is noted for the next helper. */
G_GNUC_INTERNAL void byway_manager_note_wishes (Entry *entry);
/* What the last helper died with is connected again. */
G_GNUC_INTERNAL void byway_manager_resume_wishes (BywayManager *self);
/* Who has that user's secrets is here. */
G_GNUC_INTERNAL void byway_manager_agent_came (BywayManager *self, guint uid);
