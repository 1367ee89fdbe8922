/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-algorithm.h"
#include "byway-profile.h"

/* What the IKE daemons of this machine can do, as the helper told; and which of them a connection
 * gets that leaves it open. Immutable. */
typedef struct _BywayAble BywayAble;

/* The part of one of them. */
typedef struct _BywayIkeAble BywayIkeAble;

/* @machine: what Manager.Examine answers, a{sv}. */
BywayAble *byway_able_new (GVariant *machine);
void byway_able_free (BywayAble *able);
/* Of the daemon that a connection with that choice gets. Borrowed; NULL: it is not known what that
 * one can do, or which it is. @able may be NULL. */
const BywayIkeAble *byway_able_of (const BywayAble *able, BywayIkeChoice choice);

/* The first algorithm of the proposal that it lacks, or NULL when it has them all. */
const BywayAlgorithm *byway_ike_able_missing (const BywayIkeAble *able,
                                              const BywayProposal *proposal, BywayPhase phase);
/* "strongSwan", "Libreswan". Static. */
const char *byway_ike_able_name (const BywayIkeAble *able);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayAble, byway_able_free)
