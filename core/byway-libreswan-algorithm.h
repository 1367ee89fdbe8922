/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-algorithm.h"

/* The same algorithms by Libreswan's names: it spells some words of a proposal otherwise, has names
 * of its own in what pluto says, and can do others in IKE than in ESP.
 *
 * A set of what pluto can do has entries such as "ike AES_CBC", "ike HMAC_SHA1", "ike MODP2048",
 * "esp AES_GCM_16": see byway_pluto_view_take. */

/* "aes256-sha2_256-dh19" for aes256-sha256-ecp256. Caller frees. */
char *byway_libreswan_proposal (const BywayProposal *proposal);
/* The first algorithm of it that the set lacks; NULL: none. Groups come from the IKE part in both
 * phases. */
const BywayAlgorithm *byway_libreswan_missing (const BywayProposal *proposal, BywayPhase phase,
                                               GHashTable *names);

/* Our words for what pluto calls "AES_CBC_256", "HMAC_SHA2_256", "DH19"; joined by '-', in the
 * order given; what is not known is left out. @names ends with NULL. Caller frees. */
char *byway_libreswan_words (const char *const *names);
