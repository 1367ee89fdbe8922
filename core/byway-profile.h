/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-address.h"
#include "byway-identity.h"
#include "byway-token.h"

typedef enum
{
  BYWAY_STORAGE_SAVE,    /* in the user's keyring */
  BYWAY_STORAGE_SESSION, /* in the keyring's session collection: gone at logout */
  BYWAY_STORAGE_ASK      /* asked for at each connect */
} BywayStorage;

/* Each in its option's order of choices. */
typedef enum
{
  BYWAY_IKE_1,
  BYWAY_IKE_2
} BywayIkeVersion;

typedef enum
{
  BYWAY_IKE_CHOICE_AUTO,
  BYWAY_IKE_CHOICE_STRONGSWAN,
  BYWAY_IKE_CHOICE_LIBRESWAN
} BywayIkeChoice;

typedef enum
{
  BYWAY_AUTH_SECRET, /* pre-shared key; password */
  BYWAY_AUTH_CERTIFICATE
} BywayAuth;

typedef enum
{
  BYWAY_MPPE_NO,
  BYWAY_MPPE_ANY,
  BYWAY_MPPE_40,
  BYWAY_MPPE_128
} BywayMppe;

typedef enum
{
  BYWAY_RECONNECT_NEVER,
  BYWAY_RECONNECT_LOST,  /* once it was up */
  BYWAY_RECONNECT_ALWAYS /* from the first attempt on */
} BywayReconnect;

/* A connection that passed every check. Immutable: made by byway_profile_parse only, shared by
 * reference. Renderers see this and never the text that it came from. */
typedef struct
{
  /* general */
  char *gateway;
  guint reconnect; /* BywayReconnect */
  /* ipsec */
  gboolean ipsec;
  guint ike_daemon;   /* BywayIkeChoice */
  guint ike_version;  /* BywayIkeVersion */
  guint machine_auth; /* BywayAuth */
  char *machine_ca, *machine_cert, *machine_key;
  BywayToken *machine_token; /* in place of machine_key; NULL: none */
  GArray *ike;               /* BywayProposal; empty = automatic */
  GArray *esp;
  BywayIdentity local_id;
  BywayIdentity remote_id;
  gboolean aggressive;
  char *xauth_user; /* empty: no XAUTH */
  gboolean force_encaps;
  gboolean pfs, ipcomp;
  guint ike_lifetime; /* s */
  guint esp_lifetime; /* s */
  guint dpd_delay;    /* s, 0 = off */
  guint dpd_timeout;  /* s */
  /* l2tp */
  gboolean ephemeral_port;
  gboolean l2tp_auth, hidden_avps; /* the latter only with the former */
  gboolean length_bit;
  guint l2tp_max_retries;
  /* ppp */
  char *user;
  char *domain;
  char *remote_name; /* empty: not checked */
  guint user_auth;   /* BywayAuth */
  char *user_ca, *user_cert, *user_key;
  gboolean refuse_eap;
  gboolean refuse_pap;
  gboolean plain_pap;
  gboolean refuse_chap;
  gboolean refuse_mschap;
  gboolean refuse_mschapv2;
  guint mppe; /* BywayMppe */
  gboolean mppe_stateful;
  gboolean bsdcomp, deflate, vj_comp, pcomp, accomp;
  guint mtu, mru;
  guint mrru;                /* 0 = no multilink */
  BywayAddress ipcp_peer_ip; /* family 0: none */
  guint lcp_echo_interval;   /* s, 0 = off */
  guint lcp_echo_failure;
  gboolean ipv6;
  /* routes */
  gboolean all_traffic;
  GArray *routes;         /* BywayPrefix */
  GArray *exclude_routes; /* BywayPrefix */
  guint route_metric;
  gboolean block_ipv6;
  gboolean kill_switch, kill_switch_local;
  /* dns */
  gboolean dns_auto;
  GArray *dns; /* BywayAddress */
  GStrv dns_search;
  gboolean wins_auto;
  /* where the secrets live: the clients' business, kept here so that they all agree */
  guint ipsec_psk_storage; /* BywayStorage */
  guint password_storage;
  guint xauth_password_storage, l2tp_secret_storage;
  guint machine_certpass_storage;
  guint user_certpass_storage;

  gatomicrefcount references;
} BywayProfile;

/* Parses untrusted settings (key -> text, both char *). On any problem returns NULL and sets
 * *issues to all of them, each with its key; the settings table is not changed. */
BywayProfile *byway_profile_parse (GHashTable *settings, GPtrArray **issues);
BywayProfile *byway_profile_ref (BywayProfile *profile);
void byway_profile_unref (BywayProfile *profile);

/* IPsec by certificate: files are read, and what is in them is handed over with the secrets. */
gboolean byway_profile_uses_machine_cert (const BywayProfile *profile);
/* The same, and the key lies on a token, where the IKE daemon finds it. */
gboolean byway_profile_uses_token (const BywayProfile *profile);
/* Never where everybody could read the password, unless the user insists; and never when the server
 * has to say who it is first, which PAP has no word for. */
gboolean byway_profile_allows_pap (const BywayProfile *profile);
/* The name that goes to the server's PPP: "user" or "DOMAIN\user". */
char *byway_profile_ppp_name (const BywayProfile *profile);
/* Where the secret of that option key is to be kept. */
BywayStorage byway_profile_storage (const BywayProfile *profile, const char *secret);

/* A connection's name: 1 to 64 bytes of UTF-8, no control characters, no '/', not beginning with
 * '-' or '.', no blank at either end. Returns NULL when fine, else why not (for people, static). */
const char *byway_name_problem (const char *name);
/* TRUE: some of the UTF-8 @text is C0, DEL or C1, which no value may hold, whatever its type. */
gboolean byway_text_has_controls (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayProfile, byway_profile_unref)
