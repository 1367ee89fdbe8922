/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a program says, its error output too; NULL: it is not there, or says nothing within two
 * seconds. argv[0] is an absolute path; the environment is fixed. Blocks. Caller frees. */
char *byway_cli_run (const char *const *argv);
