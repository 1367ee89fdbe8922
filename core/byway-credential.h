/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* From so many days before a certificate's end on people are warned. */
#define BYWAY_CERT_WARN_DAYS 30

/* A certificate of ours with all that goes with it, checked: the key belongs to it, neither it nor
 * an authority is over, and it may be used to prove who we are. All parts are DER. Made by
 * core/cert only, then read only. */
typedef struct
{
  GBytes *certificate;
  GPtrArray *chain;       /* GBytes: what lies between it and its authority, nearest first */
  GPtrArray *authorities; /* GBytes, one at least: who may have signed the server's */
  GPtrArray
      *authority_subjects; /* GBytes, names of these, and of those in chain that they signed */
  /* The authority's name in the order of its DER, "C=DE, O=Firm, CN=ca", when there is exactly one
   * that signed itself and the name is plain words; else NULL. */
  char *root_name;
  char *key_type;  /* "RSA 2048" */
  GBytes *key;     /* PKCS #8, in memory that is locked and wiped; NULL: it lies on a token */
  char *key_id;    /* SHA-1 of the public key, in hex: by it an IKE daemon knows the key */
  GBytes *subject; /* the certificate's distinguished name */
  char *title;     /* the same for people */
  char *identity;  /* whose it is, as a user name: its UPN, or else its CN; NULL: nobody's */
  gint64 expires;  /* seconds since 1970 */
} BywayCredential;

void byway_credential_free (BywayCredential *credential);
/* About how many bytes the message of IKE has in which it is shown, with a proof of its key. */
gsize byway_credential_shown_bytes (const BywayCredential *credential);

/* How it goes to the helper: as `WHOSE-cert` (with the chain behind it), `WHOSE-key`, if we have
 * that, and `WHOSE-ca` of the set. `whose` is "machine" or "user". FALSE with *problem (static)
 * when a part is too long. */
gboolean byway_credential_pack (const BywayCredential *credential, const char *whose,
                                BywaySecretSet *set, const char **problem);
/* TRUE: one of these parts of `whose` is among the keys @wanted (NULL: all are). */
gboolean byway_credential_is_wanted (const char *const *wanted, const char *whose);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayCredential, byway_credential_free)
