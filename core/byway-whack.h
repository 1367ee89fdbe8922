/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-diagnosis.h"

/* What pluto tells whack, line by line, about one connect that is under way. Start with zeros. The
 * lines have numbers in front up to Libreswan 4, and the connection's name and a state's number. */
typedef struct
{
  gboolean certificate; /* both sides show one; set by the caller, and it stays */
  gboolean heard;       /* a packet came from the server */
  gboolean proved;      /* our certificate was sent, or what else proves us */
  gboolean ike_up, up;
  gboolean encapsulated; /* ESP goes in UDP */
  const char *mode;      /* static, for people: how IKE is done; NULL: not known yet */
  char *ike, *esp;       /* what was agreed on, in the words of our options */
  char *shown;           /* the identity that the server showed, in pluto's words; NULL: none yet */
  gboolean failed;       /* there is no hope left, because of: */
  BywayCause cause;
  char *detail; /* what belongs to the cause; NULL: nothing */
} BywayWhackView;

/* What the caller has to act on. */
typedef enum
{
  BYWAY_WHACK_NOTHING,
  BYWAY_WHACK_IKE_UP,
  BYWAY_WHACK_UP,
  BYWAY_WHACK_FAILURE
} BywayWhackEvent;

BywayWhackEvent byway_whack_view_take (BywayWhackView *view, const char *line);
/* Why it failed: an error of BYWAY_FAILURE. @message is the detail where nothing better is known.
 */
GError *byway_whack_view_explain (const BywayWhackView *view, const char *message);
void byway_whack_view_clear (BywayWhackView *view);

/* The line without number, name and state: what it says. Borrowed. */
const char *byway_whack_words (const char *line);

typedef enum
{
  BYWAY_WHACK_STATUS,
  BYWAY_WHACK_LISTEN, /* on addresses that came meanwhile too; reads the secrets anew */
  BYWAY_WHACK_REREAD, /* only the secrets */
  BYWAY_WHACK_INITIATE,
  BYWAY_WHACK_DELETE /* a connection, with all its associations; the other end is told */
} BywayWhackCommand;

/* argv[0] is "whack", without a path. @name: a connection's; NULL where it is not about one. */
GStrv byway_whack_argv (BywayWhackCommand command, const char *name);

/* What pluto says about itself when it is asked for its status. Start with zeros. */
typedef struct
{
  char *version;
  gboolean ikev1_off;     /* "ikev1-policy" is not "accept" */
  gboolean listens;       /* it is through with its own beginnings, and has read its secrets */
  guint associations;     /* of IKE, anybody's */
  GHashTable *algorithms; /* see byway-libreswan-algorithm.h; NULL until the first one */
  char *nss_folder;       /* of the database of certificates; NULL: not told */
  char *sharing, *asking; /* see byway_pluto_view_sharing */
  GHashTable *ours;       /* set of names of connections that begin as ours do; the same */
} BywayPlutoView;

/* In a set of abilities, beside the algorithms. */
#define BYWAY_PLUTO_IKEV1 "ike version 1"

void byway_pluto_view_take (BywayPlutoView *view, const char *line);
/* What it can do: the set that facts take. Full reference. */
GHashTable *byway_pluto_view_abilities (BywayPlutoView *view);
/* A foreign connection that would take a peer for its certificate, whoever signed that; NULL: there
 * is none. To be asked when all lines were taken. Borrowed. */
const char *byway_pluto_view_sharing (const BywayPlutoView *view);
void byway_pluto_view_clear (BywayPlutoView *view);
