/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The last lines of what is said without end. All zero but for @most: there are none. */
typedef struct
{
  GQueue lines;
  guint most; /* that are kept */
} BywayLastLines;

/* Takes @line. */
void byway_last_lines_add (BywayLastLines *last, char *line);
/* Oldest first. Caller frees. */
GStrv byway_last_lines_get (const BywayLastLines *last);
void byway_last_lines_clear (BywayLastLines *last);
