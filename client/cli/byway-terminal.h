/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* Is there a person? Questions go to the terminal itself, wherever the output goes. */
gboolean byway_terminal_can_ask (void);
/* May standard error be drawn on: a terminal, and not TERM=dumb? With colours too (NO_COLOR)? */
gboolean byway_terminal_can_draw (void);
gboolean byway_terminal_has_colour (void);

/* Asks with hidden input and puts the answer into `secrets`. FALSE when nothing was entered, or
 * with *problem when it can't be used. */
gboolean byway_terminal_ask_secret (const char *question, const char *key, BywaySecretSet *secrets,
                                    const char **problem);
/* One of the letters in `letters`, in lower case; the first one is what Enter means. */
char byway_terminal_ask_letter (const char *question, const char *letters);
