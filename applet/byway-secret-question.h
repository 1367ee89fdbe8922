/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-secret-plan.h"

/* Whose secrets are wanted, and which. */
typedef struct
{
  const char *uuid, *name;
  BywayProfile *profile;     /* NULL: not known */
  const char *const *wanted; /* keys; NULL: what the profile needs */
  const char *refused;       /* the key to ask for anew; NULL */
  const char *reason;        /* why, a clause or a sentence; NULL */
} BywaySecretSubject;

/* Looks into the keyring, and asks in one dialog for all that is missing. A keyring that does not
 * answer is not waited for; one that is locked may ask its user to unlock it. @earlier may be NULL;
 * it has to live until the callback. */
void byway_secret_question_ask (const BywaySecretSubject *subject, BywaySecretDraft *earlier,
                                GtkWindow *parent, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
/* All that was wanted, the caller's, and what of it was typed (@draft, the caller's, never NULL).
 * BYWAY_ERROR_CANCELLED or BYWAY_CAUSE_KEYRING_LOCKED when the user did not want to. */
BywaySecretSet *byway_secret_question_ask_finish (GAsyncResult *result, BywaySecretDraft **draft,
                                                  GError **error);
