/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-plan.h"

/* All below one base directory (0700, root; /run/byway). */

/* Makes BASE/UUID (0700; an older one is removed first) and in it each of the plan's files: new
 * files only, by directory descriptor, O_EXCL and O_NOFOLLOW, each read back and compared. */
gboolean byway_run_dir_create (const char *base, const BywayPlan *plan, GError **error);
void byway_run_dir_remove (const char *base, const char *uuid);
/* At start: kills every process whose command line names a file below `base` (xl2tpd and pppd of a
 * helper that was killed), waits for their end (bounded, by pidfd), and empties `base`. */
void byway_run_dir_clean (const char *base, GAsyncReadyCallback callback, gpointer data);
