/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-able.h"
#include "byway-client.h"

/* What the helper says of this machine (Manager.Examine); NULL: it can't be asked. Full. */
GVariant *byway_cli_examine (void);
/* The same of what its IKE daemons can do; NULL: it can't be asked. Full. */
BywayAble *byway_cli_examine_able (void);
