/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-pppd-wire.h"

/* What a pppd has told of its life so far. */
typedef struct
{
  enum byway_pppd_phase phase;                 /* the furthest one */
  enum byway_pppd_auth_protocol auth_protocol; /* 0: not asked for */
  gboolean auth_passed, auth_failed;
  gboolean was_up; /* addresses were there */
  gboolean exited;
  guint status;                       /* when exited */
  char text[BYWAY_PPPD_TEXT_MAX + 1]; /* the server's own words; untrusted */
} BywayPppdStory;

void byway_pppd_story_add (BywayPppdStory *story, const struct byway_pppd_message *message);
/* Why there is no link (any more), in a sentence for people. Code BYWAY_ERROR_PPP, or
 * BYWAY_ERROR_MISSING_PROGRAM where this machine is to blame. Never NULL. */
GError *byway_pppd_story_error (const BywayPppdStory *story);
/* The same for a server that stays silent: what it did not do. Never NULL. */
GError *byway_pppd_story_timeout (const BywayPppdStory *story);

/* "PAP", "CHAP", "MS-CHAP", "MS-CHAPv2", or "" */
const char *byway_pppd_auth_name (enum byway_pppd_auth_protocol protocol);
/* What pppd(8) says of this exit code, for people; never NULL. */
const char *byway_pppd_exit_text (guint status);
