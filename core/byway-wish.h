/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* That somebody wants a connection up: what the next helper has to know of it, should this one be
 * killed. Never a secret. */
typedef struct
{
  guint uid;       /* whose Connect it was */
  gboolean was_up; /* it has come up since */
  guint deaths;    /* helpers that died in a row meanwhile, each soon after it had begun */
} BywayWish;

char *byway_wish_to_text (const BywayWish *wish);
/* FALSE for anything that byway_wish_to_text does not write. */
gboolean byway_wish_parse (const char *text, BywayWish *wish);

/* The same after one more helper died, @age_s after it was written. A helper that lived for long
 * did not die of this connection. */
BywayWish byway_wish_after_death (const BywayWish *wish, gint64 age_s);
