/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* One X.509 certificate, for people and for checks. */
typedef struct
{
  GBytes *der;
  char *subject, *issuer; /* RFC 2253: "CN=laptop,O=Example" */
  gint64 begins, expires; /* seconds since 1970 */
  char *key_type; /* "RSA 2048", "ECDSA P-256"; NULL: a kind that IKE version 1 has no use for */
  GStrv names;    /* of subjectAltName, as Byway writes identities: @host, user@host, address */
  char *login;    /* whose it is, as a user name: its UPN, or else its CN; NULL: nobody's */
  gboolean authority; /* it may sign certificates */
  gboolean self_signed;
  gboolean may_sign; /* its key usage, where it has one, allows to prove who we are */
} BywayCert;

/* NULL when the bytes are no certificate, or something comes behind it. */
BywayCert *byway_cert_new (GBytes *der);
void byway_cert_free (BywayCert *cert);
/* Whole days until it is over; negative when it is. */
int byway_cert_days_left (const BywayCert *cert, gint64 now);
/* "2027-03-31" of a time, in UTC. Caller frees. */
char *byway_cert_date (gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayCert, byway_cert_free)
