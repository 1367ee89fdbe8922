/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#define BYWAY_IKE_COOKIE 8 /* bytes */

/* One transform of phase 1 in IKE's own numbers (RFC 2409, appendix A, and IANA's registry). */
typedef struct
{
  guint16 encryption, key_bits; /* key_bits 0: the cipher has one length only */
  guint16 hash, auth, group;
} BywayIkeTransform;

typedef enum
{
  BYWAY_IKE_REPLY_NONE,     /* no answer to that cookie, or malformed */
  BYWAY_IKE_REPLY_ACCEPTED, /* transform, responder_cookie */
  BYWAY_IKE_REPLY_REFUSED,  /* notify: 14 is NO-PROPOSAL-CHOSEN */
  BYWAY_IKE_REPLY_OTHER     /* an answer all the same */
} BywayIkeReplyKind;

#define BYWAY_IKE_VENDORS 24
#define BYWAY_IKE_VENDOR_BYTES 48

/* A vendor ID, cut where it is longer. */
typedef struct
{
  guint8 bytes[BYWAY_IKE_VENDOR_BYTES];
  gsize length;
} BywayIkeVendor;

typedef struct
{
  BywayIkeTransform transform;
  guint16 notify;
  guint8 responder_cookie[BYWAY_IKE_COOKIE];
  BywayIkeVendor vendors[BYWAY_IKE_VENDORS]; /* more are left out */
  gsize n_vendors;
} BywayIkeReply;

/* The first message of main mode: one proposal of @n transforms (1 to 255), and the vendor IDs of
 * NAT traversal and dead peer detection (RFC 2408, 3; RFC 3947; RFC 3706). */
GBytes *byway_ike_probe_new (const guint8 cookie[BYWAY_IKE_COOKIE],
                             const BywayIkeTransform *transforms, gsize n);
/* The same of @bytes, where that is more than it has by itself: what it lacks is a vendor ID that
 * nobody knows, which a server passes over (RFC 2408, 3.16). At most 65535. */
GBytes *byway_ike_probe_new_large (const guint8 cookie[BYWAY_IKE_COOKIE],
                                   const BywayIkeTransform *transforms, gsize n, gsize bytes);
/* @reply is all zero where the kind does not fill it. */
BywayIkeReplyKind byway_ike_reply_parse (const guint8 *data, gsize length,
                                         const guint8 cookie[BYWAY_IKE_COOKIE],
                                         BywayIkeReply *reply);
/* An unencrypted NO-PROPOSAL-CHOSEN: servers that heed it forget the half-open association. */
GBytes *byway_ike_forget_new (const guint8 cookie[BYWAY_IKE_COOKIE],
                              const guint8 responder_cookie[BYWAY_IKE_COOKIE]);
