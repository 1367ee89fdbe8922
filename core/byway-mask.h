/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a known value is; it gives the placeholder its word. */
typedef enum
{
  BYWAY_MASK_SERVER,  /* "<server>": host name or address */
  BYWAY_MASK_USER,    /* "<user>" */
  BYWAY_MASK_NAME,    /* "<name-1>": of a connection, a domain, an identity */
  BYWAY_MASK_HOST,    /* "<host-1>" */
  BYWAY_MASK_ADDRESS, /* "<address-1>" */
  BYWAY_MASK_UUID,
  BYWAY_MASK_MAC,
  BYWAY_MASK_MAIL,
  BYWAY_MASK_HEX,    /* 16 bytes and more: challenges, responses, digests */
  BYWAY_MASK_SECRET, /* always "<secret>" */
  BYWAY_MASK_N_KINDS
} BywayMaskKind;

/* Takes names and addresses out of a text that strangers will read. Each value has one placeholder,
 * the same at each place. Besides the known values, whatever looks like an address, a uuid, a MAC
 * address, user@host, or a peer's name in the lines that the daemons write, is masked too. */
typedef struct _BywayMask BywayMask;

BywayMask *byway_mask_new (void);
void byway_mask_free (BywayMask *mask);

/* Makes a value known, in any case of its letters. NULL and "" are nothing. From four bytes on it
 * is found anywhere, also inside a word; a shorter one only where no word goes on. An address is
 * found in each of its spellings. The first kind that a value is added as stays. */
void byway_mask_add (BywayMask *mask, BywayMaskKind kind, const char *value);
/* Another way of writing a value that is known; it gets its placeholder. */
void byway_mask_add_spelling (BywayMask *mask, const char *value, const char *spelling);
/* A host name; by its domain ("example.net" of "vpn.example.net") all others there; and each of its
 * words that may be a company's or a machine's. */
void byway_mask_add_host (BywayMask *mask, BywayMaskKind kind, const char *host);
/* A domain and every host in it. The signs before it that make it a routing one are no part. */
void byway_mask_add_domain (BywayMask *mask, const char *domain);
/* The bytes, and what they are in hexadecimal, base64, UTF-16, percent signs and backslashes. */
void byway_mask_add_secret (BywayMask *mask, const char *bytes, gsize length);

/* A copy of text without them. What it meets for the first time is known from then on, so that
 * texts masked one after the other go together. Caller frees. */
char *byway_mask_apply (BywayMask *mask, const char *text);

/* In how many places something was replaced so far. */
guint byway_mask_count_replaced (const BywayMask *mask);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayMask, byway_mask_free)
