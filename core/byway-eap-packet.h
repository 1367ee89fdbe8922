/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * What our pppd plugin looks at in packets of EAP (RFC 3748, 4), from the code on. They come from
 * the peer, before anybody knows who it is. libc only, nothing is allocated.
 */

/* The type that a request asks for, such as 13 (EAP-TLS); 0 when the packet is no request. */
unsigned int byway_eap_packet_requested (const uint8_t *packet, size_t length);

/* The description (RFC 8446, 6) of the fatal TLS alert that a packet of EAP-TLS (RFC 5216, 2.1.3)
 * carries; -1: none, or none in the clear. */
int byway_eap_packet_alert (const uint8_t *packet, size_t length);

/* The words, of @size bytes, of a request that says that our MS-CHAPv2 within EAP was refused
 * (draft-kamath-pppext-eap-mschapv2, 2.4); they are those of MS-CHAPv2 itself. NULL: no such
 * packet. */
const uint8_t *byway_eap_packet_refusal (const uint8_t *packet, size_t length, size_t *size);

/* A peer may begin with another way than TLS, and goes on with what a Nak wishes for instead
 * (RFC 3748, 5.3.1). Makes TLS the wish of a Nak, unless it is TLS that was @requested. */
void byway_eap_packet_wish_for_tls (uint8_t *packet, size_t length, unsigned int requested);
