/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-address.h"
#include "byway-credential.h"

/* How this machine reaches the server just now. */
typedef struct
{
  BywayAddress server;
  BywayAddress source;  /* our address on that way */
  BywayAddress gateway; /* not set when the server is on the link */
  char ifname[16];
  guint ifindex;
} BywayUplink;

/* Which IKE daemon makes the association. */
typedef enum
{
  BYWAY_IKE_DAEMON_STRONGSWAN,
  BYWAY_IKE_DAEMON_LIBRESWAN,
  BYWAY_N_IKE_DAEMONS
} BywayIkeDaemon;

/* What only the edge can know, gathered before anything is decided. Borrowed strings. */
typedef struct
{
  const char *uuid;    /* of the connection */
  const char *run_dir; /* this session's, absolute, made of our own characters */
  BywayUplink uplink;
  guint16 local_port; /* UDP source port of L2TP */
  BywayIkeDaemon ike_daemon;
  GHashTable *algorithms; /* set of what the IKE daemon can do, by its own names; NULL: not known */
  const char *pppd_plugin;        /* absolute path of byway-pppd.so */
  guint owner;                    /* the connection's: a uid, or BYWAY_OWNER_SYSTEM */
  const BywayCredential *machine; /* our certificate for IKE; NULL: none, or not known yet */
  const BywayCredential *user;    /* the one for EAP-TLS, likewise */
} BywayFacts;

/* The descriptor at which pppd finds our plugin's socket. */
#define BYWAY_PPPD_FD 3

/* The descriptor at which xl2tpd finds the tunnel secret, and the path that opens it anew. */
#define BYWAY_XL2TPD_SECRETS_FD 4
#define BYWAY_XL2TPD_SECRETS_PATH "/proc/self/fd/4"

/* Every route of ours carries this protocol number, so that cleaning up needs no memory. */
#define BYWAY_ROUTE_PROTOCOL 107
/* The guard's XFRM policies carry this priority: below all that an IKE daemon installs. */
#define BYWAY_GUARD_PRIORITY 0xfffffb17u
/* From here on, one for each kind, those of the kill switch's wall: what it lets through, the guard
 * still blocks. */
#define BYWAY_WALL_PRIORITY 0xffffff6bu
/* Associations and policies that an IKE daemon installs for us carry a reqid of this range, so that
 * they are known as ours when that daemon was killed. */
#define BYWAY_REQID 0xb1770000u
#define BYWAY_REQID_MASK 0xffff0000u
/* Every name of ours in an IKE daemon begins so. */
#define BYWAY_IKE_PREFIX "byway-"
#define BYWAY_L2TP_PORT 1701

/* What PPP negotiated. */
typedef struct
{
  char ifname[16];
  BywayAddress local, remote;
  BywayAddress dns[2]; /* not set where the server named none */
  BywayAddress wins[2];
  guint mtu;
  gboolean ipv6; /* IPV6CP came up too */
} BywayLinkInfo;

/* What IKE negotiated, in words for people. */
typedef struct
{
  char *ike; /* "3des-sha1-modp1024" */
  char *esp; /* "3des-sha1" */
  gboolean encapsulated;
} BywaySaInfo;
