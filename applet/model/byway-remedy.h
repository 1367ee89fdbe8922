/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-words.h"

/* What a click can do about a failure: a fix of a diagnosis, which is a command for a terminal, as
 * an action of the application's. */
typedef struct
{
  const char *label;  /* of the button, with a mnemonic; NULL: it can only be read */
  const char *action; /* of the application's; NULL as well */
  GVariant *target;   /* the action's; NULL: it has none */
  char *shown;        /* what belongs beside the button in its own letters; NULL: nothing */
} BywayRemedy;

/* @id: the connection's in the roster. */
BywayRemedy *byway_remedy_new (const char *id, const BywayWordsFix *fix);
void byway_remedy_free (BywayRemedy *remedy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayRemedy, byway_remedy_free)
