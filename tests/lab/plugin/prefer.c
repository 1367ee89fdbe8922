/* SPDX-License-Identifier: GPL-2.0-or-later */

/* For the laboratory's server: its pppd begins EAP with MD5, and goes on with MS-CHAPv2 where a
 * client wishes for that. Here every client does: what it answers to MD5 becomes a Nak that wishes
 * (RFC 3748, 5.3.1).
 *
 * Then it is brought to an end as other servers do it, and as pppd (eap.c, up to 2.5 at least) does
 * not: the word of success has the MS-CHAPv2-ID of the answer that it is about
 * (draft-kamath-pppext-eap-mschapv2, 2.3), and EAP's own success follows when the client has
 * confirmed it. */

#include <net/ppp_defs.h>

#include <pppd/pppd.h>
#include <pppd/patchlevel.h>

#define EAP 0xc227
#define REQUEST 1
#define RESPONSE 2
#define SUCCESS 3
#define TYPE_NAK 3
#define TYPE_MD5 4
#define TYPE_MSCHAPV2 26
#define MS_RESPONSE 2
#define MS_SUCCESS 3
#define MS_FAILURE 4

/* Behind address, control and protocol: code, id, length, type; then of MS-CHAPv2 its code and id.
 */
enum
{
  CODE = 4,
  ID = 5,
  LENGTH = 6,
  TYPE = 8,
  MS_CODE = 9,
  MS_ID = 10
};

char pppd_version[] = VERSION;

static unsigned char answered;

static int
is_eap (const unsigned char *packet, int length, unsigned char code, unsigned char type)
{
  return length >= 10 && (packet[2] << 8 | packet[3]) == EAP && packet[CODE] == code
         && packet[TYPE] == type;
}

static void
wish (unsigned char *packet)
{
  packet[LENGTH] = 0;
  packet[LENGTH + 1] = 6;
  packet[TYPE] = TYPE_NAK;
  packet[MS_CODE] = TYPE_MSCHAPV2;
}

static void
succeed (unsigned char id)
{
  unsigned char packet[] = { 0xff, 0x03, EAP >> 8, EAP & 0xff, SUCCESS, id, 0, 4 };

  output (0, packet, sizeof packet);
}

static void
on_received (unsigned char *packet, int length)
{
  if (is_eap (packet, length, RESPONSE, TYPE_MD5))
    wish (packet);
  else if (is_eap (packet, length, RESPONSE, TYPE_MSCHAPV2) && packet[MS_CODE] == MS_RESPONSE)
    answered = packet[MS_ID];
  else if (is_eap (packet, length, RESPONSE, TYPE_MSCHAPV2) && packet[MS_CODE] == MS_SUCCESS)
    succeed (packet[ID]);
}

static void
on_sent (unsigned char *packet, int length)
{
  if (is_eap (packet, length, REQUEST, TYPE_MSCHAPV2)
      && (packet[MS_CODE] == MS_SUCCESS || packet[MS_CODE] == MS_FAILURE))
    packet[MS_ID] = answered;
}

void
plugin_init (void)
{
  snoop_recv_hook = on_received;
  snoop_send_hook = on_sent;
}
