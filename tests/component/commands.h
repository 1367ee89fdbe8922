/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a command prints, which has to end well. Caller frees. */
char *run (const char *command);

/* The same, and no matter what it prints. */
void act (const char *command);
