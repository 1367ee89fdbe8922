/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib-object.h>

#include "byway-pppd-wire.h"
#include "byway-secret.h"

#define BYWAY_TYPE_PPPD_PEER (byway_pppd_peer_get_type ())
G_DECLARE_FINAL_TYPE (BywayPppdPeer, byway_pppd_peer, BYWAY, PPPD_PEER, GObject)

/* Our end of the socket to the plugin inside one pppd, and that pppd's process.
 * Signals:
 *   "message" (const struct byway_pppd_message *): news
 *   "ended": the pppd that said HELLO is gone; all its messages came before
 */

/* The name and the password wait in the socket when this returns, and nothing is ever sent again.
 * NULL when there is no password, or one of them is longer than pppd can take. */
BywayPppdPeer *byway_pppd_peer_new (const char *ppp_name, const BywaySecretSet *secrets,
                                    gboolean by_certificate, GError **error);
/* The plugin's end, until byway_pppd_peer_forget_child_fd, which closes our copy of it. */
int byway_pppd_peer_get_child_fd (BywayPppdPeer *peer);
void byway_pppd_peer_forget_child_fd (BywayPppdPeer *peer);
/* HELLO came and the end did not. */
gboolean byway_pppd_peer_is_running (BywayPppdPeer *peer);
/* Nothing happens when no pppd runs. */
void byway_pppd_peer_send_signal (BywayPppdPeer *peer, int number);
