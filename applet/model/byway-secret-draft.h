/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* What becomes of a secret that was typed, once it has worked. */
typedef enum
{
  BYWAY_SECRET_LEAVE, /* the keyring stays as it is */
  BYWAY_SECRET_SAVE,
  BYWAY_SECRET_SAVE_SESSION, /* until logout */
  BYWAY_SECRET_FORGET        /* what is kept of it goes: it will be asked for every time */
} BywaySecretAct;

/* What was typed for one attempt. It waits for the attempt's end: only what has worked is kept. */
typedef struct _BywaySecretDraft BywaySecretDraft;

BywaySecretDraft *byway_secret_draft_new (void);
void byway_secret_draft_free (BywaySecretDraft *draft);

/* Copies. */
void byway_secret_draft_put (BywaySecretDraft *draft, const char *key, const char *bytes,
                             gsize length, BywaySecretAct act);
gboolean byway_secret_draft_is_empty (const BywaySecretDraft *draft);
/* Borrowed; not to be changed. */
const BywaySecretSet *byway_secret_draft_values (const BywaySecretDraft *draft);
/* LEAVE of what was not typed, and of all after a failure. */
BywaySecretAct byway_secret_draft_act (const BywaySecretDraft *draft, const char *key);
/* What was wanted for it, however it went. */
BywaySecretAct byway_secret_draft_wish (const BywaySecretDraft *draft, const char *key);

/* The attempt did not work. Nothing of it will be kept, whatever works later. */
void byway_secret_draft_fail (BywaySecretDraft *draft);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywaySecretDraft, byway_secret_draft_free)
