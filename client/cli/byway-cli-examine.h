/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"

/* What the helper says of this machine (Manager.Examine); NULL: it can't be asked. Full. */
GVariant *byway_cli_examine (void);
/* Set of the vici names that charon here can do; NULL: not known. Full. */
GHashTable *byway_cli_examine_algorithms (void);
