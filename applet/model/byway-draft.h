/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* A connection while somebody edits it. */
typedef struct
{
  char *name;
  gboolean system; /* every user's */
  gboolean login;  /* connected at log-in */
  GHashTable *settings;
  BywaySecretSet *secrets; /* those that are, or shall be, in the keyring */
} BywayDraft;

/* Takes a copy of @settings; NULL: none. */
BywayDraft *byway_draft_new (const char *name, GHashTable *settings);
void byway_draft_free (BywayDraft *draft);

/* FALSE: there is something to save. */
gboolean byway_draft_equal (const BywayDraft *one, const BywayDraft *other);

/* Where the secret of that key is kept. */
BywayStorage byway_draft_storage (const BywayDraft *draft, const char *key);

/* What has to be done to the keyring. */
typedef enum
{
  BYWAY_SECRET_STAYS,
  BYWAY_SECRET_STORED,
  BYWAY_SECRET_FORGOTTEN
} BywaySecretStep;

/* @before: the connection as it is saved; NULL: not yet. */
BywaySecretStep byway_draft_secret_step (const BywayDraft *before, const BywayDraft *after,
                                         const char *key);

/* What is wrong with its name; static, NULL: nothing. @taken: names of the others (a set). */
const char *byway_draft_name_problem (const char *name, GHashTable *taken);
/* A name for a copy that nobody has: "office (copy)", "office (copy 2)" … Caller frees. */
char *byway_draft_copy_name (const char *name, GHashTable *taken);

/* The option that a refusal of the helper's begins with, "dpd-delay: is too long"; NULL when it is
 * about something else. Caller frees. */
char *byway_draft_refused_key (const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayDraft, byway_draft_free)
