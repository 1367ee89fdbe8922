/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Libreswan has certificates and private keys in a database of NSS only. What is ours in it has
 * nicknames of ours; NSS's programs certutil and pk12util put it in and take it out. */
#define BYWAY_NSS_FOLDER "/var/lib/ipsec/nss"

/* What these programs find at descriptors, and open as /proc/self/fd/N. */
#define BYWAY_NSS_FD 5          /* a certificate, or a PKCS #12 file */
#define BYWAY_NSS_PASSWORD_FD 6 /* that file's password */

/* After its content, because NSS has each certificate once: two sessions may share it. Caller
 * frees. */
char *byway_nss_nickname (GBytes *certificate);
/* Exactly such a name. */
gboolean byway_nss_is_ours (const char *nickname);

typedef enum
{
  BYWAY_NSS_LIST,      /* of nicknames */
  BYWAY_NSS_LIST_KEYS, /* fails when there are none, or a password is in the way */
  BYWAY_NSS_SHOW,      /* all certificates with the subject of the one of that nickname */
  BYWAY_NSS_IMPORT,    /* certificate and key; the nickname is in the file */
  BYWAY_NSS_ADD,       /* a certificate under that nickname */
  BYWAY_NSS_REMOVE,    /* the certificate of that nickname */
  BYWAY_NSS_REMOVE_WITH_KEY,
  BYWAY_NSS_REMOVE_KEY /* by the key's own id */
} BywayNssCommand;

/* argv[0] is a plain name. @what: the nickname, or id; NULL where the command is not about one. No
 * command waits for a password at a terminal. */
GStrv byway_nss_argv (BywayNssCommand command, const char *folder, const char *what);

/* What LIST, LIST_KEYS and SHOW say: nicknames; ids of the keys that have a nickname of ours;
 * certificates (GBytes, DER). */
GStrv byway_nss_read_nicknames (const char *output);
/* Of these, the ones whose key is there, too. */
GStrv byway_nss_read_with_key (const char *output);
GPtrArray *byway_nss_read_certificates (const char *output);

typedef struct
{
  char *id, *nickname;
} BywayNssKey;

GPtrArray *byway_nss_read_our_keys (const char *output); /* BywayNssKey */

/* Why a program failed that said this: a BYWAY_FAILURE. */
GError *byway_nss_explain (const char *output);
