/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-facts.h"
#include "byway-wire-facts.h"

#define BYWAY_TYPE_WIRE (byway_wire_get_type ())
G_DECLARE_FINAL_TYPE (BywayWire, byway_wire, BYWAY, WIRE, GObject)

/* Looks at the way to one server, beside the daemons: it hears the ICMP messages that neither
 * charon nor xl2tpd hear, and asks IKE questions of its own where charon meets silence. It changes
 * nothing, and everything works without it. Signals: "changed": the facts did "log" (const char
 * *line): evidence */
BywayWire *byway_wire_new (const BywayUplink *uplink);
/* Borrowed; good until the wire is gone. */
const BywayWireFacts *byway_wire_get_facts (BywayWire *wire);
/* The connection is made without IPsec. */
void byway_wire_set_plain (BywayWire *wire, gboolean plain);
/* The connection shows a certificate, in a message of about so many bytes. */
void byway_wire_set_certificate (BywayWire *wire, gsize bytes);
/* What only the association knows. */
void byway_wire_set_encapsulated (BywayWire *wire, gboolean encapsulated);
void byway_wire_set_esp_received (BywayWire *wire, gboolean received);
/* Sends the questions, some times, for as long as they are not answered. What was answered before
 * is forgotten. */
void byway_wire_ask (BywayWire *wire);
