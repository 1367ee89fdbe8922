/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-address.h"

/* What two sessions of one helper can't have at once:
 * - a server: two transport-mode associations from one address to one server can't be told apart by
 *   most servers;
 * - a UDP port for L2TP: a program could bind it twice without an error.
 * All zero: nothing is claimed. Each is claimed once, and is nobody else's until it's given back.
 */
typedef struct
{
  char *server; /* its address; NULL: none */
  guint16 port; /* 0: none */
} BywayClaims;

/* FALSE: another session has it, BYWAY_CAUSE_SERVER_BUSY. */
gboolean byway_claims_take_server (BywayClaims *claims, const BywayAddress *server, GError **error);
/* With @well_known 1701 if that is free, else one of the ephemeral range. */
guint16 byway_claims_take_port (BywayClaims *claims, gboolean well_known);
void byway_claims_give_back (BywayClaims *claims);
