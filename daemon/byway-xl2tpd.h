/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-plan.h"
#include "byway-xl2tpd-log.h"

#define BYWAY_TYPE_XL2TPD (byway_xl2tpd_get_type ())
G_DECLARE_FINAL_TYPE (BywayXl2tpd, byway_xl2tpd, BYWAY, XL2TPD, GObject)

/* One private xl2tpd: its process, what it says, and the pipe by which it is told what to do.
 * Whoever drops it closes it first: until it ends it holds references to itself.
 * Signals:
 *   "line" (const char *line): a line of its own or pppd's, clean, and of use to people
 *   "event" (const BywayXl2tpdEvent *event): what a line says; after that line
 *   "command" (gboolean written): what was sent is written, or could not be within a second
 *   "ended": it is gone; some of its lines may still come
 */

/* Runs when this returns. @pppd_fd: for its pppd to find at BYWAY_PPPD_FD; it stays ours. The
 * secrets that xl2tpd and pppd read as files are in memory, and nowhere else. NULL with error. */
BywayXl2tpd *byway_xl2tpd_new (const BywayPlan *plan, int pppd_fd, GError **error);

gboolean byway_xl2tpd_is_running (BywayXl2tpd *xl2tpd);
/* Nothing happens when it does not run. */
void byway_xl2tpd_send_signal (BywayXl2tpd *xl2tpd, int number);
/* Nothing is told of it any more; it is killed, if it still runs, and what it had is wiped. */
void byway_xl2tpd_close (BywayXl2tpd *xl2tpd);

/* byway_xl2tpd_control_send and byway_xl2tpd_control_forget. */
void byway_xl2tpd_send_command (BywayXl2tpd *xl2tpd, const char *command);
void byway_xl2tpd_forget_command (BywayXl2tpd *xl2tpd);

/* It has its tunnel: nobody can read the tunnel's secret any more. */
void byway_xl2tpd_wipe_secrets (BywayXl2tpd *xl2tpd);
/* There will be no link, or no other one: nor can anybody read the certificate's key. */
void byway_xl2tpd_wipe_files (BywayXl2tpd *xl2tpd);
