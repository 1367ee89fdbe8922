/* SPDX-License-Identifier: GPL-2.0-or-later */

/* For the laboratory's server: its pppd begins EAP with MD5, and goes on with MS-CHAPv2 where a
 * client wishes for that. Here every client does: what it answers to MD5 becomes a Nak that wishes
 * (RFC 3748, 5.3.1). */

#include <net/ppp_defs.h>

#include <pppd/pppd.h>
#include <pppd/patchlevel.h>

#define EAP 0xc227
#define RESPONSE 2
#define TYPE_NAK 3
#define TYPE_MD5 4
#define TYPE_MSCHAPV2 26

char pppd_version[] = VERSION;

/* Behind address, control and protocol: code, id, length, type, and its data. */
static void
wish (unsigned char *packet, int length)
{
  if (length < 10 || (packet[2] << 8 | packet[3]) != EAP || packet[4] != RESPONSE
      || packet[8] != TYPE_MD5)
    return;
  packet[6] = 0;
  packet[7] = 6;
  packet[8] = TYPE_NAK;
  packet[9] = TYPE_MSCHAPV2;
}

void
plugin_init (void)
{
  snoop_recv_hook = wish;
}
