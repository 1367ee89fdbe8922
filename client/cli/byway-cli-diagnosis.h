/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"
#include "byway-diagnosis.h"

/* What the helper says of that session: a{sv} of Session.Diagnosis, full; NULL with error. Empty
 * when nothing is wrong. */
GVariant *byway_cli_diagnosis_get_sync (BywayClient *client, const char *session_path,
                                        GError **error);

/* For people, translated: the conclusion's grounds, what else it may be, and what to do. The
 * sentence itself is not part of it. Caller frees. */
char *byway_cli_diagnosis_to_text (const BywayDiagnosis *diagnosis);
/* The sentence alone, translated. */
char *byway_cli_diagnosis_sentence (const BywayDiagnosis *diagnosis);
/* The same for what failed before the helper had a session: an error of a call or of the keyring.
 */
BywayDiagnosis *byway_cli_diagnosis_of_error (const GError *error, const char *name);
