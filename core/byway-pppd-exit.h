/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-diagnosis.h"
#include "byway-pppd-wire.h"

/* What a pppd has told of its life so far. */
typedef struct
{
  enum byway_pppd_phase phase;                 /* the furthest one */
  enum byway_pppd_auth_protocol auth_protocol; /* 0: not asked for */
  gboolean by_certificate; /* set by the caller: we log in by EAP-TLS, and by nothing else */
  gboolean auth_passed, auth_failed;
  struct byway_pppd_tls_alert alert;   /* the first; by 0: none */
  gboolean speaks;                     /* a frame of the server's came */
  gboolean hears;                      /* and one that answers ours */
  enum byway_pppd_auth_protocol asked; /* the last way that it asked for; 0: none */
  gboolean wants_mppe, lacks_mppe, rejects_ip;
  gboolean is_another; /* it calls itself otherwise than it must; the text has its name */
  gboolean was_up;     /* addresses were there */
  gboolean exited;
  guint status;                       /* when exited */
  char text[BYWAY_PPPD_TEXT_MAX + 1]; /* the server's own words; untrusted */
} BywayPppdStory;

void byway_pppd_story_add (BywayPppdStory *story, const struct byway_pppd_message *message);
/* Why there is no link (any more): an error of BYWAY_FAILURE, whose message is what the server
 * said, fit for a terminal. Never NULL. */
GError *byway_pppd_story_error (const BywayPppdStory *story);
/* The same when the server closed the call before the network was up. */
GError *byway_pppd_story_closed (const BywayPppdStory *story);
/* The same for a server that stays silent: what it did not do. Never NULL. */
GError *byway_pppd_story_timeout (const BywayPppdStory *story);
/* Facts that the sentences about PPP name: method, asked, asked-option. */
void byway_pppd_story_describe (const BywayPppdStory *story, BywayDiagnosis *diagnosis);

/* The link went away under pppd, or the peer ended it: not pppd's own doing. */
gboolean byway_pppd_was_hung_up (guint status);
/* What it means that pppd, asked to read our options, said this and refused: BYWAY_FAILURE. */
GError *byway_pppd_check_error (const char *words);

/* "PAP", "CHAP", "MS-CHAP", "MS-CHAPv2", "EAP", or "" */
const char *byway_pppd_auth_name (enum byway_pppd_auth_protocol protocol);
/* What pppd(8) says of this exit code, for people; never NULL. */
const char *byway_pppd_exit_text (guint status);
