/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What is said of a connection that came from NetworkManager-l2tp, or out of a file. Caller frees.
 */

/* That it goes without IPsec. @gateway: the server. */
char *byway_cli_moving_unprotected (const char *gateway);
/* Of byway_nm_differences; NULL when there are none. */
char *byway_cli_moving_defaults (GStrv differences);
