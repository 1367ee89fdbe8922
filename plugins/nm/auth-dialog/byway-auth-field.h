/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* What a private key's file is like. */
typedef enum
{
  BYWAY_AUTH_KEY_UNKNOWN, /* not there, not readable, or of a kind that may be either */
  BYWAY_AUTH_KEY_PLAIN,   /* needs no password */
  BYWAY_AUTH_KEY_LOCKED
} BywayAuthKey;

/* By the first bytes of the file; only PEM tells. */
BywayAuthKey byway_auth_key_classify (const char *bytes, gsize length);

/* One secret that a request is about. */
typedef struct
{
  const char *key; /* the option's */
  gsize max;       /* bytes */
  char *label;     /* for people, with a mnemonic's underscore */
  char *key_file;  /* whose password it is, NULL: nobody's */
  gboolean stored; /* FALSE: to be asked for each time, never to be looked up */
  gboolean hinted; /* what was known of it was refused */
  gboolean needed; /* may not be left empty */
  gboolean ask;    /* byway_auth_fields_settle */
} BywayAuthField;

/* The secrets (BywayAuthField) that a connection with this vpn.data needs, without those that are
 * flagged as not required; with names of secrets among the @hints (NULL-terminated, may be NULL)
 * only these. In the option table's order. Never NULL. */
GPtrArray *byway_auth_fields_new (GHashTable *data, const char *const *hints);
/* The words that @hints carry for the user, as a sentence in one clean line; NULL when they carry
 * none. Caller's. */
char *byway_auth_hints_message (const char *const *hints);

/* Drops @field's password from @fields, or makes it needed, by what its key file is like. */
void byway_auth_fields_learn (GPtrArray *fields, BywayAuthField *field, BywayAuthKey key);
/* Of the secrets that the agent gave those that count: one that is not to be stored is asked for
 * each time, whoever has it. New. */
BywaySecretSet *byway_auth_fields_known (GPtrArray *fields, const BywaySecretSet *given);
/* Keys of those that may be looked up, and are not in @have. Caller's. */
GStrv byway_auth_fields_unknown (GPtrArray *fields, const BywaySecretSet *have);
/* Which are to be asked for, with what is known in @have: what is missing, what was refused, what
 * is never stored; all when @reprompt. TRUE when there is one. */
gboolean byway_auth_fields_settle (GPtrArray *fields, const BywaySecretSet *have,
                                   gboolean reprompt);
/* What is in @have of those that are not asked for. New. */
BywaySecretSet *byway_auth_fields_kept (GPtrArray *fields, const BywaySecretSet *have);

/* A secret in a form that NetworkManager can carry, which is text only; NULL when there is none, or
 * an empty one. Borrowed from @have. */
const char *byway_auth_field_value (const BywayAuthField *field, const BywaySecretSet *have);
