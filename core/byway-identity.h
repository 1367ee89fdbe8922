/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* An IKE identity (RFC 2407, 4.6.2). NONE means "the address" for ours, and "not checked" for the
 * peer's ANY. */
typedef enum
{
  BYWAY_IDENTITY_NONE,
  BYWAY_IDENTITY_ANY,     /* "%any" */
  BYWAY_IDENTITY_ADDRESS, /* an address literal: ID_IPV4_ADDR, ID_IPV6_ADDR */
  BYWAY_IDENTITY_FQDN,    /* "@host.example" or "host.example": ID_FQDN */
  BYWAY_IDENTITY_USER,    /* "@@user@host" or "user@host": ID_USER_FQDN */
  BYWAY_IDENTITY_KEY_ID,  /* "keyid:TEXT", "@#HEX": ID_KEY_ID */
  BYWAY_IDENTITY_DN,      /* "C=DE, O=Firm, CN=vpn": ID_DER_ASN1_DN */
} BywayIdentityKind;

typedef struct
{
  BywayIdentityKind kind;
  char *value; /* without prefix; hex digits for "@#HEX" are decoded: then bytes, not text */
  gsize length;
} BywayIdentity;

/* charon cuts a longer one that names the owner of a key (vici_cred.c, shared_owners). */
#define BYWAY_IDENTITY_OWNER_MAX 255

gboolean byway_identity_parse (const char *text, BywayIdentity *out);
void byway_identity_clear (BywayIdentity *identity);
/* In the unambiguous spelling that vici takes ("fqdn:…", "@#hex"): nothing left to guess. */
char *byway_identity_to_vici (const BywayIdentity *identity);
/* For people. */
char *byway_identity_to_string (const BywayIdentity *identity);
