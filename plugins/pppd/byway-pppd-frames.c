/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-frames.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-eap.h"
#include "byway-pppd-login.h"
#include "byway-pppd-news.h"
#include "byway-pppd-path.h"
#include "byway-pppd-phase.h"

static void (*next_snoop_hook) (unsigned char *, int);
static void (*next_snoop_send_hook) (unsigned char *, int);

void
byway_pppd_frames_look (unsigned int protocol, const unsigned char *frame, int length)
{
  const int header = 4;
  int claimed = length >= header ? frame[2] << 8 | frame[3] : 0;

  if (byway_pppd_phase_now () < PHASE_ESTABLISH || claimed < header || claimed > length)
    return;
  if (protocol == PPP_CHAP && frame[0] == CHAP_CHALLENGE)
    byway_pppd_news_look_at_challenge (frame + header, claimed - header);
  if (byway_pppd_phase_now () == PHASE_RUNNING && protocol == PPP_LCP && frame[0] == ECHOREP)
    byway_pppd_path_look_at_echo (frame[1], claimed);
  if (byway_pppd_phase_now () >= PHASE_RUNNING)
    return;
  if (protocol == COMPAT_EAP)
    byway_pppd_eap_look (frame, claimed);
  byway_pppd_news_look (protocol, frame[0], frame + header, claimed - header);
  byway_pppd_login_look (protocol, frame[0], frame + header, claimed - header);
}

static void
on_packet (unsigned char *packet, int length)
{
  if (next_snoop_hook != NULL)
    next_snoop_hook (packet, length);
  if (length > PPP_HDRLEN)
    byway_pppd_frames_look ((unsigned int)packet[2] << 8 | packet[3], packet + PPP_HDRLEN,
                            length - PPP_HDRLEN);
}

/* pppd shows each frame before it sends it, and sends what it finds in it afterwards. */
static void
on_sent_packet (unsigned char *packet, int length)
{
  if (next_snoop_send_hook != NULL)
    next_snoop_send_hook (packet, length);
  if (length > PPP_HDRLEN && (packet[2] << 8 | packet[3]) == COMPAT_EAP)
    byway_pppd_eap_look_at_sent (packet + PPP_HDRLEN, length - PPP_HDRLEN);
}

void
byway_pppd_frames_install (void)
{
  next_snoop_hook = snoop_recv_hook;
  snoop_recv_hook = on_packet;
  next_snoop_send_hook = snoop_send_hook;
  snoop_send_hook = on_sent_packet;
}
