/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-mask.h"

/* What a connection's settings (key -> text) tell of a user and his company. They need not be
 * valid. */
void byway_cli_mask_add_settings (BywayMask *mask, GHashTable *settings);
/* What this computer does: who is logged in, its name, its search domains. */
void byway_cli_mask_add_computer (BywayMask *mask);
