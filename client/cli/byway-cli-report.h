/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"
#include "byway-mask.h"

/* All that a maintainer would ask about a connection, as one text, names and addresses in it; the
 * mask learns what they are. `client` NULL: there is no bus. Says on standard error what it waits
 * for. NULL with BYWAY_ERROR_NOT_FOUND when the helper knows no such connection; whatever else is
 * not to be had is told in its place. Caller frees. */
char *byway_cli_report (BywayClient *client, const char *name, BywayMask *mask, GError **error);
