/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-auth-options.h"

/* One request from its beginning on standard input to the answer on standard output, in order:
 * read, look up, ask, answer, wait. FALSE when there is no answer: with @error, or because the user
 * does not want to give one. */
gboolean byway_auth_request_run (const BywayAuthOptions *options, GError **error);
