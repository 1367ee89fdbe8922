/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-algorithm.h"

/* A list of proposals in either IKE daemon's spelling, as NetworkManager-l2tp hands it on, in ours:
 * a word for each algorithm, one of each kind in a proposal, and a group in each of IKE's. What is
 * no algorithm stays as it is, for whoever parses it. Caller frees. */
char *byway_nm_proposals_respell (const char *value, BywayPhase phase);
