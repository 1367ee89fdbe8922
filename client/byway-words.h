/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-diagnosis.h"

/* What the programs that talk with people have in common: the same words for the same things, in
 * the user's language. */

/* What people call a stage: "IKE", "addresses"; @stage itself where it is a newer helper's. Static.
 */
const char *byway_words_for_stage (const char *stage);
/* "318 ms", "1.1 s". Caller frees. */
char *byway_words_for_time (guint64 milliseconds);

typedef struct
{
  char *option;  /* the setting or secret that it is about; "": none */
  char *command; /* to copy; NULL: nothing to type */
  char *text;    /* what it does, or what has to be done */
} BywayWordsFix;

/* A diagnosis for people; what is not known is NULL. */
typedef struct
{
  char *sentence; /* no capital, no full stop */
  char *seen;     /* what it is concluded from */
  gboolean certain;
  GStrv others;     /* what else it may be, or what may be behind it, likelier first */
  char *tell;       /* what tells them apart */
  GPtrArray *fixes; /* BywayWordsFix */
} BywayWords;

BywayWords *byway_words_new (const BywayDiagnosis *diagnosis);
void byway_words_free (BywayWords *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayWords, byway_words_free)
