/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ike-daemons.h"

/* Everything about this machine that only root can see and that connecting needs: a{sv}, full, what
 * Manager.Examine answers (see the bus' XML). Reads only; starts nothing. */
void byway_examine (BywayIkeDaemons *daemons, GAsyncReadyCallback callback, gpointer data);
GVariant *byway_examine_finish (GAsyncResult *result);
