/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-profile.h"

/* The plan of a connect as text, secrets masked, made here and without a daemon: the server's
 * address is looked up, and where that fails stands for by one of RFC 5737's examples. NULL with
 * error. `uuid` NULL: an example's. */
char *byway_cli_plan_render (const BywayProfile *profile, const char *uuid, GError **error);
