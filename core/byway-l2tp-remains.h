/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-facts.h"

/* A tunnel that a server still has, and we do not: it would keep it for minutes, and its kernel
 * would take the next tunnel's frames from the same port for the old one's. */
typedef struct
{
  BywayUplink uplink;
  guint16 local_port;
  guint16 local_id, remote_id; /* tunnel numbers */
} BywayL2tpRemains;

/* What outlives the helper, as text: of the uplink only the two addresses. Caller frees. */
char *byway_l2tp_remains_to_text (const BywayL2tpRemains *remains);
/* FALSE for anything that byway_l2tp_remains_to_text does not write of a tunnel: each number is at
 * least 1. Then `out` is left alone. */
gboolean byway_l2tp_remains_parse (const char *text, BywayL2tpRemains *out);
