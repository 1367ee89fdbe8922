/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  BYWAY_ALGORITHM_ENCRYPTION,
  BYWAY_ALGORITHM_AEAD,
  BYWAY_ALGORITHM_INTEGRITY,
  BYWAY_ALGORITHM_PRF,
  BYWAY_ALGORITHM_GROUP,
  BYWAY_N_ALGORITHM_KINDS
} BywayAlgorithmKind;

/* One row of the table of algorithms that proposals are made of. */
typedef struct
{
  const char
      *keyword; /* the word in a proposal, as strongSwan's and most servers' documents spell it */
  BywayAlgorithmKind kind;
  const char *vici_name; /* its name in charon's answer to get-algorithms */
  gboolean weak;         /* broken or too short by today's measure: the user is told */
} BywayAlgorithm;

typedef enum
{
  BYWAY_PHASE_IKE,
  BYWAY_PHASE_ESP
} BywayPhase;

/* One proposal: pointers into the table, NULL where the proposal names none. A value type. */
typedef struct
{
  const BywayAlgorithm *part[BYWAY_N_ALGORITHM_KINDS];
} BywayProposal;

/* Words joined by '-', a trailing '!' allowed and dropped. IKE needs encryption, integrity (or a
 * PRF with an AEAD) and a group; ESP needs encryption and integrity, or an AEAD; its group means
 * PFS. */
gboolean byway_proposal_parse (const char *text, BywayPhase phase, BywayProposal *out);
char *byway_proposal_to_string (const BywayProposal *proposal);
/* (element-type BywayProposal): separated by commas, as the options take them. Caller frees. */
char *byway_proposals_to_string (GArray *proposals);
gboolean byway_proposal_is_weak (const BywayProposal *proposal);
/* The first algorithm that `names` (a set of vici names) lacks, or NULL when it has them all. */
const BywayAlgorithm *byway_proposal_missing (const BywayProposal *proposal, GHashTable *names);

/* The list that "automatic" stands for, strongest first; (element-type BywayProposal), caller's. */
GArray *byway_proposals_automatic (BywayPhase phase);

const BywayAlgorithm *byway_algorithms (gsize *n);
