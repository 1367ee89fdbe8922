/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-doctor.h"

/* What `byway doctor --json` and `byway probe --json` say, for people: their objects as a{sv}. A
 * part that is missing counts as not said. */

typedef struct
{
  BywayVerdict verdict;
  char *sentence;
  char *fix; /* what to do or to type; NULL: nothing */
} BywayExamined;

/* (element-type BywayExamined), the caller's. */
GPtrArray *byway_examination_of_machine (GVariant *doctor);
/* What stands in the way, or that nothing does. Borrowed; "" when it does not say. */
const char *byway_examination_conclusion (GVariant *doctor);

GPtrArray *byway_examination_of_server (GVariant *probe);
/* What to put into the connection's IKE algorithms; borrowed, "" when there is nothing. */
const char *byway_examination_proposal (GVariant *probe);
/* What the server takes, strongest first. Caller frees. */
GStrv byway_examination_accepted (GVariant *probe);
