/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What this computer has, one thing a line: ourselves, kernel, distribution, the daemons that we
 * drive and their packages. Runs each of them for its version. Caller frees. */
char *byway_cli_versions (void);
