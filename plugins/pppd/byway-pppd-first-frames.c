/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-first-frames.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-frames.h"

#include <sys/socket.h>

#define KEPT_FRAMES 4
#define SPEAK_FIRST_MS 1000 /* without a word from a peer that was to begin */
#define FRAME_ROOM (PPP_MRU + PPP_HDRLEN)

static struct
{
  int length;
  unsigned char bytes[FRAME_ROOM];
} kept[KEPT_FRAMES];
static int n_kept;

static int (*channel_establish_ppp) (int);
static int link_is_new;

static int
socket_is_pppox (int fd)
{
  int domain = 0;
  socklen_t size = sizeof domain;

  return getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_PPPOX;
}

static int
establish_and_keep (int fd)
{
  n_kept = 0;
  while (socket_is_pppox (fd) && n_kept < KEPT_FRAMES)
    {
      ssize_t n = recv (fd, kept[n_kept].bytes, FRAME_ROOM, MSG_DONTWAIT);

      if (n <= 0)
        break;
      kept[n_kept++].length = (int)n;
    }
  return channel_establish_ppp (fd);
}

void
byway_pppd_first_frames_prepare (void)
{
  link_is_new = 1;
  if (the_channel->establish_ppp == establish_and_keep)
    return;
  channel_establish_ppp = the_channel->establish_ppp;
  the_channel->establish_ppp = establish_and_keep;
}

static void
hand_in_frame (unsigned char *frame, int length)
{
  if (length >= 2 && frame[0] == PPP_ALLSTATIONS && frame[1] == PPP_UI)
    {
      frame += 2;
      length -= 2;
    }
  if (length < 2 || frame[0] != (PPP_LCP >> 8) || frame[1] != (PPP_LCP & 0xff))
    return;
  byway_pppd_frames_look (PPP_LCP, frame + 2, length - 2);
  lcp_protent.input (0, frame + 2, length - 2);
}

static void
hand_in_frames (void *data)
{
  for (int i = 0; i < n_kept; i++)
    hand_in_frame (kept[i].bytes, kept[i].length);
  n_kept = 0;
}

/* Any request of the peer's would have moved LCP on from where option silent put it. */
static void
speak_first (void *data)
{
  fsm *lcp = &lcp_fsm[0];

  if (lcp->state != STOPPED || (lcp->flags & OPT_SILENT) == 0)
    return;
  lcp->flags &= ~OPT_SILENT;
  fsm_lowerdown (lcp);
  fsm_lowerup (lcp);
}

void
byway_pppd_first_frames_begin (void)
{
  if (!link_is_new)
    return;
  link_is_new = 0;
  if (n_kept > 0)
    compat_timeout (hand_in_frames, 0);
  compat_timeout (speak_first, SPEAK_FIRST_MS);
}
