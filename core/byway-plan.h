/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-eap-tls.h"
#include "byway-facts.h"
#include "byway-profile.h"
#include "byway-secret.h"

/* One file of the run directory: a plain name, no folder. */
typedef struct
{
  char *name;
  guint mode;
  char *content;
} BywayPlanFile;

/* One vici request. */
typedef struct
{
  const char *command; /* static */
  GBytes *body;
} BywayPlanRequest;

/* Milliseconds that each step may take; `initiate` is IKE's part of `secure`. */
typedef struct
{
  guint prepare, secure, initiate, dial, configure, revert, hang_up, release;
} BywayDeadlines;

/* How many vici requests take an attempt back. */
#define BYWAY_PLAN_UNDOS 4

/* Everything that one attempt will write or send. Made by byway_plan_new, then read only. */
typedef struct
{
  char *uuid;
  char *run_dir;
  char *ike_name; /* "byway-UUID": conn, child, shared key */
  gboolean ipsec; /* else nothing is sent to an IKE daemon, and nothing is protected */
  BywayIkeDaemon ike_daemon;
  BywayUplink uplink;
  guint16 local_port;
  guint32 reqid;          /* of the kernel's associations and policies, in the IKE daemon's range */
  GPtrArray *files;       /* BywayPlanFile */
  GBytes *xl2tpd_secrets; /* locked and wiped; never in a file; NULL: there are none */
  GStrv xl2tpd_argv;      /* without the program's path: argv[0] is "xl2tpd" */
  /* Of a login by certificate, each in memory that is locked and wiped; NULL: there is none, or the
   * plan was made without secrets. */
  GBytes *eap_tls[BYWAY_EAP_TLS_FILES];
  gboolean by_certificate; /* the login */
  GStrv pppd_check_argv;   /* argv[0] "pppd": ends 0 when it knows every option that we write */
  /* vici requests' bodies: elements only, without the packet's header. load_shared and load_xauth
   * (NULL: no XAUTH) are in memory that is locked and wiped; undo is terminate, unload-conn,
   * unload-shared of the key and of XAUTH's. */
  GBytes *load_shared, *load_xauth, *load_conn, *initiate, *undo[BYWAY_PLAN_UNDOS];
  /* Seconds of silence until charon asks the server, and without an answer until it counts as dead,
   * where charon does not keep that by itself: with IKE version 2. 0: nobody else has to. */
  guint dpd_delay, dpd_timeout;
  /* With a certificate: what else is loaded before load_conn, and how it is taken back; each
   * BywayPlanRequest. The key is apart, because it may be there already; key_id NULL: there is
   * none. */
  GPtrArray *loads, *unloads;
  char *key_id;
  guint owner; /* the connection's: a uid, or BYWAY_OWNER_SYSTEM, the administrator's */
  GPtrArray *load_key, *unload_key;
  /* Where the key lies on a token: which token ("NAME, slot 0"; NULL: on none), and its PIN, in
   * memory that is locked and wiped. load_key needs load_conn before it then. */
  char *token;
  GBytes *pin;
  /* Libreswan's share, beside the file "ipsec.conf"; the key in memory that is locked and wiped. */
  struct
  {
    char *local_id, *remote_id; /* NULL: the address; any */
    GBytes *key;                /* NULL: the plan was made without secrets, or by certificate */
    GBytes *xauth; /* the password as a line, so kept; NULL: without XAUTH, or secrets */
    /* By certificate; NULL: without secrets, or by key. GBytes of DER: our own, then what else has
     * to be known of authorities. private_key is in memory that is locked and wiped. */
    GPtrArray *certificates;
    GBytes *private_key;
    gboolean by_certificate;
    GStrv add_argv; /* argv[0] is "addconn" */
  } libreswan;
  BywayDeadlines deadlines;
  gatomicrefcount references;
} BywayPlan;

/* Pure. NULL with BYWAY_ERROR_INVALID naming the option when this machine's IKE daemon can do none
 * of the proposals asked for. */
BywayPlan *byway_plan_new (const BywayProfile *profile, const BywaySecretSet *secrets,
                           const BywayFacts *facts, GError **error);
/* For a renderer: one file more. Takes @content. */
void byway_plan_add_file (BywayPlan *plan, const char *name, char *content);
BywayPlan *byway_plan_ref (BywayPlan *plan);
void byway_plan_unref (BywayPlan *plan);
/* An empty list of BywayPlanRequest, and one more in it; takes @body. */
GPtrArray *byway_plan_requests_new (void);
void byway_plan_requests_add (GPtrArray *requests, const char *command, GBytes *body);
/* The whole plan as text for people, secrets shown as "(hidden)". */
char *byway_plan_to_string (const BywayPlan *plan);
/* For a report: a(ss), floating, of names and texts. Configuration files, and load-conn as "vici
 * load-conn"; never a file of secrets, never load-shared. */
GVariant *byway_plan_describe_files (const BywayPlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayPlan, byway_plan_unref)
