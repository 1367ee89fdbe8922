/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Packets of EAP (RFC 3748, 4), from the code on: what they say of why we are refused, or the peer
 * is, and by what. */

/* Another link. */
void byway_pppd_eap_reset (void);
/* One of the peer's. */
void byway_pppd_eap_look (const unsigned char *packet, int length);
/* One of ours, which it may change: pppd would wish for SRP or MSCHAPv2, which we don't have, when
 * a server begins with something else than TLS. */
void byway_pppd_eap_look_at_sent (unsigned char *packet, int length);
