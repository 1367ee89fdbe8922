/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

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
  BYWAY_XL2TPD_CLOSED,              /* by ourselves: StopCCN is on its way */
  BYWAY_XL2TPD_DESTROYED,           /* the peer has acknowledged, the tunnel is gone */
  BYWAY_XL2TPD_RETRIES_EXCEEDED,
  BYWAY_XL2TPD_NO_KERNEL_L2TP,
  BYWAY_XL2TPD_OTHER_ERROR /* text: the line without its prefix */
} BywayXl2tpdEventKind;

/* What one line says. Text is the peer's in parts: untrusted, but without control characters. */
typedef struct
{
  BywayXl2tpdEventKind kind;
  guint local, remote;
  guint code;
  char text[128];
} BywayXl2tpdEvent;

/* Pure. @line: one line that byway_xl2tpd_clean_line made. */
BywayXl2tpdEvent byway_xl2tpd_parse_line (const char *line);

/* A line of anybody's, fit for a terminal and a log: valid UTF-8, no control characters, at most
 * 400 bytes. @length may be -1. */
char *byway_xl2tpd_clean_line (const char *line, gssize length);
