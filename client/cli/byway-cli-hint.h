/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What to type after a failure with that message: a command, or NULL. Pure; caller frees. */
char *byway_cli_hint (const char *name, const char *message);
