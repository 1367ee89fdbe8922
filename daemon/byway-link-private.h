/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Between the files of a link: its object, and what xl2tpd, pppd and a hang-up make of it. */

#include "byway-l2tp-burial.h"
#include "byway-link.h"
#include "byway-pppd-exit.h"
#include "byway-pppd-peer.h"
#include "byway-timers.h"
#include "byway-xl2tpd-config.h"
#include "byway-xl2tpd.h"

#define LAST_WORDS_MS 100 /* a process is gone, its output still on the way */
#define GOODBYE "d " BYWAY_XL2TPD_LAC "\n"

typedef enum
{
  STATE_IDLE,
  STATE_CHECKING, /* pppd reads its options */
  STATE_CHECKED,  /* an old tunnel must be buried, and IPsec is not there yet */
  STATE_BURYING,  /* that old tunnel */
  STATE_STARTING, /* xl2tpd makes its control pipe */
  STATE_READY,    /* to be told "c c" */
  STATE_TUNNEL,   /* "c c" is written */
  STATE_CALL,     /* the tunnel is up */
  STATE_PPP,      /* the call is up, or pppd has spoken */
  STATE_UP,
  STATE_DOWN,    /* failed, or lost: told, and processes may still run */
  STATE_CLOSING, /* pppd ends LCP */
  STATE_GOODBYE, /* "d c" is written, or will be when the tunnel is up */
  STATE_ENDING,  /* TERM, then KILL */
  STATE_BURIAL,  /* nothing runs; the server is told what xl2tpd could not */
  STATE_LINGER,  /* nothing runs; the server's pppd may have a last word */
} LinkState;

typedef enum
{
  TIMER_DIAL,
  TIMER_SETTLE,
  TIMER_SILENCE,
  TIMER_PPP,
  TIMER_GRACE,
  TIMER_LAST_WORDS,
  TIMER_CLOSING,
  TIMER_LINGER,
  TIMER_GOODBYE,
  TIMER_KILL,
  TIMER_HANG_UP,
  N_TIMERS
} LinkTimer;

struct _BywayLink
{
  GObject parent;
  BywayPlan *plan;
  char *ppp_name;
  BywaySecretSet *secrets;

  LinkState state;
  char *check;          /* byway_pppd_check_key, as it was before pppd was asked */
  BywayTimers *timers;  /* LinkTimer */
  GCancellable *cancel; /* of all that we wait for */
  GTask *dialing;
  GError *failure; /* before anybody dialled */
  GSource *dial_cancelled;
  GPtrArray *hanging_up; /* GTask */

  BywayPppdPeer *peer;
  BywayPppdStory story;
  BywayLinkInfo info;
  BywayXl2tpd *xl2tpd; /* NULL before it was started, and after the end */

  gboolean settled;   /* the server may be spoken to */
  gboolean called;    /* "c c" is written */
  gboolean was_lost;  /* ended by itself when it was up */
  gboolean abandoned; /* nobody would hear a goodbye */
  gboolean tunnel_is_up, l2tp_passed, ppp_runs, ppp_closed;
  guint tunnel_id, remote_id, session_id;
  gboolean has_remains;
  BywayL2tpRemains remains; /* an older link's */
  char *complaint;          /* xl2tpd's last */
  BywayXl2tpdResult result; /* the peer's codes when it closed the tunnel or the call */
  char *closed;             /* the peer's words when it closed the tunnel, maybe empty */
};

/* byway-link.c: what is told, and the way on. */
gboolean byway_link_is_dialing (BywayLink *self);
void byway_link_tell_progress (BywayLink *self, BywayStage stage, BywayStageState state,
                               const char *text);
void byway_link_log (BywayLink *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* It is up, with the addresses in its info. */
void byway_link_tell_addresses (BywayLink *self);
void byway_link_tell_path (BywayLink *self, guint largest, guint lost);
/* Takes @error. There is no link, or none any more; told once. */
void byway_link_end (BywayLink *self, GError *error);
/* The same with an error of BYWAY_FAILURE; @detail: NULL: none. */
void byway_link_fail (BywayLink *self, BywayCause cause, const char *detail);
/* As far as it goes before somebody dials, and on when he does. */
void byway_link_proceed (BywayLink *self);

/* byway-link-xl2tpd.c: the tunnel and the call. Begins with a pppd that is expected. */
gboolean byway_link_start_xl2tpd (BywayLink *self, GError **error);
void byway_link_call (BywayLink *self);
/* xl2tpd's line and pppd's first word come on two ways; whichever is first. */
void byway_link_pass_l2tp (BywayLink *self);
/* The tunnel as the server knows it. */
BywayL2tpRemains byway_link_get_remains (BywayLink *self);
/* At the end of all. */
void byway_link_close_xl2tpd (BywayLink *self);

/* byway-link-pppd.c: PPP. Makes the socket that pppd will find the name and the password in. */
gboolean byway_link_expect_pppd (BywayLink *self, GError **error);
/* pppd goes; a moment later the link does, with what is known by then. */
void byway_link_end_with_pppd (BywayLink *self);

/* byway-link-hang-up.c: the way back. */
void byway_link_signal_both (BywayLink *self, int number);
/* From CLOSING to GOODBYE. */
void byway_link_say_goodbye (BywayLink *self);
/* From GOODBYE to ENDING, and on to the end when nothing runs any more. */
void byway_link_continue_hang_up (BywayLink *self);
