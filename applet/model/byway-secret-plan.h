/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-keyring.h"
#include "byway-secret-draft.h"

/* What is wanted of a connection's secrets. */
typedef struct
{
  const BywayProfile *profile; /* NULL: its settings are not known */
  const char *const *wanted;   /* keys that somebody names; NULL: what the profile needs */
  const char *refused;         /* the key that is to be asked for anew; NULL */
  const char *reason;          /* why it asks, a sentence; NULL: nobody said */
  BywaySecretDraft *earlier;   /* what was typed for the attempt before; NULL */
} BywaySecretWish;

/* One secret that the user has to type. */
typedef struct
{
  const char *key; /* the option's */
  gsize max;
  const char *value; /* typed earlier, to be confirmed; NULL. Borrowed from the plan */
  BywayStorage storage;
} BywaySecretAsk;

/* What to do about it. */
typedef struct
{
  BywaySecretDraft *draft; /* typed earlier, and still good */
  BywaySecretSet *have;    /* all that need not be asked for */
  GArray *asks;            /* BywaySecretAsk; empty: nothing to ask */
  char *reason;            /* for the dialog: sentences */
  gboolean offers_storage; /* FALSE: what is typed can't be kept */
} BywaySecretPlan;

/* Keys that are worth a look into the keyring; caller frees. */
GStrv byway_secret_plan_lookups (const BywaySecretWish *wish);
/* With what the @keyring told, @kept. */
BywaySecretPlan *byway_secret_plan_new (const BywaySecretWish *wish, const BywaySecretSet *kept,
                                        BywayKeyringState keyring);
void byway_secret_plan_free (BywaySecretPlan *plan);

/* What the choice of a place means, where there was one. */
BywaySecretAct byway_secret_plan_act (const BywaySecretPlan *plan, BywayStorage storage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywaySecretPlan, byway_secret_plan_free)
