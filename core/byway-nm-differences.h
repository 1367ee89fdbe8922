/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-profile.h"

/* What a connection with @settings, read from NetworkManager-l2tp's words, does otherwise than that
 * program did, because nothing was said about it and Byway's default counts: such as
 * "lcp-echo-interval=6, not 0". @profile: what was parsed of them. Never NULL; free it. */
GStrv byway_nm_differences (GHashTable *settings, const BywayProfile *profile);
