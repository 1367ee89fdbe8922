/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-wish.h"

/* What is wanted up, noted for the next helper should this one be killed: a file for each
 * connection below the run folder, which a restart of the machine empties. */

/* The folder, below the run folder: cleaning leaves it. */
#define BYWAY_WISHES_FOLDER "wanted"

/* Written whole or not at all. */
gboolean byway_wish_save (const char *run_base, const char *uuid, const BywayWish *wish,
                          GError **error);
void byway_wish_remove (const char *run_base, const char *uuid);
/* All that any helper left. */
void byway_wishes_remove (const char *run_base);

typedef struct
{
  char *uuid;
  BywayWish wish;
  gint64 age_s; /* since it was written */
} BywayNotedWish;

/* (element-type BywayNotedWish) what a helper before has noted. A file that can't be read is no
 * wish, and goes. */
GPtrArray *byway_wishes_load (const char *run_base);
