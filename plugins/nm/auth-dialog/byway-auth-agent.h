/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-auth-reader.h"
#include "byway-auth-text.h"

/* The agent at the other end of our standard input and output. */

/* After the answer agents have this long to say that they have read it. */
#define BYWAY_AUTH_QUIT_SECONDS 20

/* Blocks until DONE. FALSE with @error when there is no whole request, or none any more. */
gboolean byway_auth_agent_read (BywayAuthReader *reader, GError **error);
/* Takes what is there, without waiting. FALSE when no more will come. */
gboolean byway_auth_agent_read_more (BywayAuthReader *reader);
/* Writes all of @text. FALSE when nobody reads it. */
gboolean byway_auth_agent_write (const BywayAuthText *text);
/* Blocks until QUIT, or the agent's end, or BYWAY_AUTH_QUIT_SECONDS. */
void byway_auth_agent_wait (BywayAuthReader *reader);
