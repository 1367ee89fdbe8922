/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-diagnosis.h"

typedef enum
{
  BYWAY_XL2TPD_NONE,    /* nothing that we act on */
  BYWAY_XL2TPD_STARTED, /* its control pipe is there */
  BYWAY_XL2TPD_CONNECTING,
  BYWAY_XL2TPD_TUNNEL_UP,           /* local, remote: tunnel numbers */
  BYWAY_XL2TPD_CALL_UP,             /* local, remote: session numbers */
  BYWAY_XL2TPD_PPPD_EXITED,         /* code */
  BYWAY_XL2TPD_PPPD_KILLED,         /* code: the signal */
  BYWAY_XL2TPD_CLOSED_BY_PEER,      /* text: the peer's words, maybe empty */
  BYWAY_XL2TPD_CALL_CLOSED_BY_PEER, /* text; the tunnel stays */
  BYWAY_XL2TPD_RESULT,              /* result; comes before one of these two */
  BYWAY_XL2TPD_CLOSED,              /* by ourselves: StopCCN is on its way */
  BYWAY_XL2TPD_DESTROYED,           /* the peer has acknowledged, the tunnel is gone */
  BYWAY_XL2TPD_RETRIES_EXCEEDED,
  BYWAY_XL2TPD_NO_KERNEL_L2TP,
  BYWAY_XL2TPD_OTHER_ERROR /* text: the line without its prefix */
} BywayXl2tpdEventKind;

/* Why the peer closes the tunnel (StopCCN) or the call (CDN): RFC 2661, 4.4.2. */
typedef struct
{
  guint result, error; /* 0: not told */
  gboolean of_call;    /* the codes of the two differ */
} BywayXl2tpdResult;

/* What one line says. Text is the peer's in parts: untrusted, but without control characters. */
typedef struct
{
  BywayXl2tpdEventKind kind;
  guint local, remote;
  guint code;
  BywayXl2tpdResult result;
  char text[128];
} BywayXl2tpdEvent;

/* Pure. @line: one line that byway_xl2tpd_clean_line made. */
BywayXl2tpdEvent byway_xl2tpd_parse_line (const char *line);

/* A line that nobody needs: the program's own history, and pppd's command line, a word a line. */
gboolean byway_xl2tpd_is_noise (const char *line);

/* A line of anybody's, fit for a terminal and a log: valid UTF-8, no control characters, at most
 * 400 bytes. @length may be -1. */
char *byway_xl2tpd_clean_line (const char *line, gssize length);

/* What it means when it comes before there is a link; @words: the peer's, may be NULL. */
BywayCause byway_xl2tpd_result_cause (const BywayXl2tpdResult *result, const char *words);
/* Facts that the sentences name: result, l2tp-error. */
void byway_xl2tpd_result_describe (const BywayXl2tpdResult *result, BywayDiagnosis *diagnosis);
