/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What charon's log has told so far of one connect that is under way. Start with zeros. */
typedef struct
{
  gboolean heard; /* a packet came from the server */
  gboolean ike_up;
  gboolean encapsulated; /* ESP goes in UDP */
  char *ike, *esp;       /* what was agreed on, in the words of our options */
  const char *failure;   /* a sentence for people: there is no hope left */
} BywayCharonView;

/* What the caller has to act on. */
typedef enum
{
  BYWAY_CHARON_NOTHING,
  BYWAY_CHARON_IKE_UP,
  BYWAY_CHARON_FAILURE
} BywayCharonEvent;

BywayCharonEvent byway_charon_view_take (BywayCharonView *view, const char *line);
/* Why it failed, for people; `message` is charon's own, for where nothing better is known. */
char *byway_charon_view_explain (const BywayCharonView *view, const char *message);
void byway_charon_view_clear (BywayCharonView *view);
