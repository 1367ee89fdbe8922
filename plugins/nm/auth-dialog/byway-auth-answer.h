/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-auth-field.h"
#include "byway-auth-text.h"

/* What an agent reads on our standard output. Both append to @text. */

/* A line with the name and a line with the value for each secret that is known, and two empty
 * lines. */
void byway_auth_answer_append_secrets (BywayAuthText *text, GPtrArray *fields,
                                       const BywaySecretSet *have);
/* A key file that lets the agent ask in a window of its own: @title and @description for its head,
 * and a group for each secret. Without @may_ask none is to be asked for. */
void byway_auth_answer_append_window (BywayAuthText *text, GPtrArray *fields,
                                      const BywaySecretSet *have, const char *title,
                                      const char *description, gboolean may_ask);
