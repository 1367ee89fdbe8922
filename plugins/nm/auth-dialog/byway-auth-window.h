/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-auth-field.h"
#include "byway-auth-reader.h"
#include "byway-password-dialog.h"

/* Shows a window with an entry for each of the @fields that is to be asked for (at least one), with
 * what @have knows in it, and blocks until it is answered. The answer is new: what was entered, and
 * what was not asked for. NULL when the user, or @reader's agent, does not want any more; or with
 * @error when there is no display. */
BywaySecretSet *byway_auth_window_ask (const BywayPasswordWords *words, GPtrArray *fields,
                                       const BywaySecretSet *have, BywayAuthReader *reader,
                                       GError **error);
