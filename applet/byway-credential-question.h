/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret-question.h"

/* As byway_secret_question_ask, and with what lies in the user's files, which nobody but this
 * process opens. The password of one is asked for when the file turns out to want it, and again
 * until it opens. */
void byway_credential_question_ask (const BywaySecretSubject *subject, BywaySecretDraft *earlier,
                                    GtkWindow *parent, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data);
/* All that was wanted, the caller's, and what of it was typed (@draft, the caller's; NULL when the
 * user did not want to). As byway_secret_question_ask_finish, or the BYWAY_FAILURE of a file. */
BywaySecretSet *byway_credential_question_ask_finish (GAsyncResult *result,
                                                      BywaySecretDraft **draft, GError **error);
