/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-peer-ip.h"
#include "byway-secret.h"

/* A file of NetworkManager-l2tp's export (".conf": a key file with [connection], [vpn], [ipv4] and
 * [ipv6], until 1.52.0 [ip4] and [ip6]), and Byway's own, which is the same with more in it:
 *   - ipsec=false stands in [vpn] where there is to be no IPsec, beside that program's word;
 *   - an option that NetworkManager-l2tp has no word for stands in [vpn] under its own key, and so
 *     does one whose text its words would change; that program passes over keys it does not know;
 *   - [byway] defaulted=: options that are not set, and stand in [vpn] all the same because
 *     NetworkManager-l2tp takes another default; reading leaves them out again;
 *   - [vpn-secrets], when the writer was told so.
 * What Byway wrote reads as the same again; of booleans, in one spelling. */

/* 1 MiB: more is no such file. */
#define BYWAY_PEER_CONF_MAX (1 << 20)

typedef struct
{
  char *name;              /* [connection] id; NULL: it has none */
  GHashTable *settings;    /* option key -> text, as byway_profile_parse takes them */
  GHashTable *flags;       /* secret's key -> GUINT of NMSettingSecretFlags, where the file says */
  BywaySecretSet *secrets; /* empty in nearly every file */
  BywayPeerIp ipv4, ipv6;
  /* It is a tunnel without IPsec, and the settings say ipsec=no. Who takes such a file for what it
   * is, has to be told what that means; where it is NetworkManager-l2tp's, where nothing need have
   * been said about IPsec, to be asked. */
  gboolean plain;
  gboolean own;   /* plain by Byway's own word for it */
  gboolean peers; /* in NetworkManager-l2tp's words: what it leaves out was something else there */
} BywayPeerConf;

/* An empty one of that name (may be NULL). */
BywayPeerConf *byway_peer_conf_new (const char *name);
void byway_peer_conf_free (BywayPeerConf *conf);

/* Does the text look like such a file, whatever else may be wrong with it? */
gboolean byway_peer_conf_looks_like_one (const char *data, gsize length);

/* Reads a file that nobody vouches for. NULL with *issues set to everything that is wrong with it:
 * a line's number, or a key, for each. The settings are not checked for what byway_profile_parse
 * checks. */
BywayPeerConf *byway_peer_conf_from_data (const char *data, gsize length, GPtrArray **issues);
/* The whole file as text. With secrets only where @with_secrets: then wipe it before it is freed.
 * Caller frees. */
char *byway_peer_conf_to_data (const BywayPeerConf *conf, gboolean with_secrets);

/* IPsec is on, whatever a plain file said; and the rest is as in a file of its kind with IPsec. */
void byway_peer_conf_set_ipsec (BywayPeerConf *conf);

/* Of a connection of the helper's: @settings with their networks and name servers in ipv4 and ipv6,
 * and what is asked for at each connect in the flags. */
BywayPeerConf *byway_peer_conf_from_settings (const char *name, GHashTable *settings);
/* The way back: all of it as settings of the helper's connections. Full. */
GHashTable *byway_peer_conf_to_settings (const BywayPeerConf *conf);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayPeerConf, byway_peer_conf_free)
