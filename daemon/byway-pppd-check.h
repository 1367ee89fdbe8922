/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-plan.h"

/* pppd reads our options before anybody dials, which takes a process and, where starting one is
 * dear, a tenth of a second. What it once took it takes again: as long as this helper lives, the
 * text is the same, and so are pppd, its plugin and /etc/ppp/options. What else these read is not
 * looked at; pppd itself would complain of it when dialled. */

/* Of all that the outcome depends on, as it is now. To be freed. */
char *byway_pppd_check_key (const BywayPlan *plan);
/* Whether a check of this key has passed already. */
gboolean byway_pppd_check_is_known (const char *key);
/* Starts pppd with all that @plan wants of it, but only to read it; @key: that of now. */
void byway_pppd_check_run (const BywayPlan *plan, const char *key, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data);
/* FALSE with error: of BYWAY_FAILURE, in pppd's words, when it refuses. What passed is known then
 * by the key of before it began, for pppd may be another one meanwhile. */
gboolean byway_pppd_check_run_finish (GAsyncResult *result, GError **error);
