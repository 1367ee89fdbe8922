/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-diagnosis.h"

/* What charon's log has told so far of one connect that is under way. Start with zeros. */
typedef struct
{
  gboolean certificate; /* set by the caller: both sides log in by certificates */
  gboolean heard;       /* a packet came from the server */
  gboolean shown;       /* our certificate's key has proved us; what follows goes to the server */
  gboolean ike_up;
  gboolean encapsulated; /* ESP goes in UDP */
  const char *mode;      /* "main mode", "aggressive mode" or "IKE version 2"; NULL: not seen yet */
  char *ike, *esp;       /* what was agreed on, in the words of our options */
  gboolean failed;       /* there is no hope left, because of: */
  BywayCause cause;
  char *detail;     /* what belongs to the cause; NULL: nothing */
  char *kernel;     /* its last words; NULL: none */
  BywayCause doubt; /* what charon had to say against the server's certificate; 0: nothing */
  char *doubt_words;
} BywayCharonView;

/* What the caller has to act on. */
typedef enum
{
  BYWAY_CHARON_NOTHING,
  BYWAY_CHARON_AGREED, /* on algorithms: ike, or esp once IKE is up */
  BYWAY_CHARON_IKE_UP,
  BYWAY_CHARON_FAILURE
} BywayCharonEvent;

BywayCharonEvent byway_charon_view_take (BywayCharonView *view, const char *line);
/* Why it failed: an error of BYWAY_FAILURE. @message is charon's own reason, the detail where
 * nothing better is known. */
GError *byway_charon_view_explain (const BywayCharonView *view, const char *message);
void byway_charon_view_clear (BywayCharonView *view);
