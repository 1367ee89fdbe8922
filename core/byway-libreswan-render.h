/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"

/* Of pluto's conns too the kernel's associations are known by their reqid: one of these 256,
 * because pluto takes 14 bits, and counts its own from the end of that range. */
#define BYWAY_LIBRESWAN_REQID 0x3b00u
#define BYWAY_LIBRESWAN_REQID_MASK 0xffffff00u

#define BYWAY_LIBRESWAN_CONF "ipsec.conf" /* in the run directory */

/* Fills in what Libreswan needs: the file "ipsec.conf", the record of secrets, the reqid. Pure.
 * FALSE with BYWAY_ERROR_INVALID that names the option which can't be expressed, or with
 * BYWAY_FAILURE when facts->algorithms can do none of its proposals. Without secrets there is no
 * record. */
gboolean byway_libreswan_render (BywayPlan *plan, const BywayProfile *profile,
                                 const BywaySecretSet *secrets, const BywayFacts *facts,
                                 GError **error);

/* The record of secrets, for the identity that the plan expects, or (@shown not NULL) for that one.
 * NULL: there is no key, or it doesn't fit. */
GBytes *byway_libreswan_secret_for (const BywayPlan *plan, const char *shown);

/* pluto wants to know before which identity the server will show, and takes its address when
 * nothing is said. A connection that takes any is tried so, and when another one was shown, tried
 * with that:
 * @shown is pluto's spelling. NULL when the connection expects a certain one, or this one can't be
 * written; else as it is to be written. */
char *byway_libreswan_shown_id (const BywayPlan *plan, const char *shown);
/* The file's text, with an identity that comes from byway_libreswan_shown_id. */
char *byway_libreswan_conn_for (const BywayPlan *plan, const char *shown);
