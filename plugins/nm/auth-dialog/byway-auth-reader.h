/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* What an agent of NetworkManager says on our standard input, taken as it comes:
 *
 *   DATA_KEY=gateway          a pair of vpn.data …
 *   DATA_VAL=vpn.example.net
 *   SECRET_KEY=password       … or of vpn.secrets. A line that begins with "=" goes on with
 *   SECRET_VAL=hunter22       the text of the line before it.
 *   DONE                      that was all; please answer
 *   QUIT                      the answer was read, or is not wanted any more
 *
 * Other lines say nothing: agents put blank ones in between, and one of them does not mark the
 * further lines of a value. What can't be understood at all is refused whole. */
typedef struct _BywayAuthReader BywayAuthReader;

typedef enum
{
  BYWAY_AUTH_READING,
  BYWAY_AUTH_READY, /* DONE came */
  BYWAY_AUTH_BROKEN /* for good: byway_auth_reader_problem */
} BywayAuthState;

/* One line, and one pair's value. */
#define BYWAY_AUTH_MAX_LINE (64 * 1024)
#define BYWAY_AUTH_MAX_PAIRS 512

BywayAuthReader *byway_auth_reader_new (void);
/* Wipes what was secret in it. */
void byway_auth_reader_free (BywayAuthReader *reader);

/* Any number of bytes; lines may be cut anywhere. */
BywayAuthState byway_auth_reader_push (BywayAuthReader *reader, const char *bytes, gsize length);
/* QUIT came, before or after DONE. */
gboolean byway_auth_reader_quit (const BywayAuthReader *reader);
/* Why it is broken, for people; static. NULL when it is not. */
const char *byway_auth_reader_problem (const BywayAuthReader *reader);

/* vpn.data (char * -> char *, valid UTF-8); complete when READY. Borrowed. */
GHashTable *byway_auth_reader_data (BywayAuthReader *reader);
/* Those of vpn.secrets that Byway knows and could use. Borrowed. */
BywaySecretSet *byway_auth_reader_secrets (BywayAuthReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayAuthReader, byway_auth_reader_free)
