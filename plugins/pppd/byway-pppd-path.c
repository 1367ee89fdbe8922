/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-path.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-helper.h"
#include "byway-pppd-phase.h"

#include <arpa/inet.h>
#include <string.h>

#define ECHO_FIRST_ID 0xe0 /* pppd's own echoes count up from 0 */
#define PATH_LEAST 576
#define PATH_STEP 16 /* as close as is worth the time */
#define PATH_TRIES 2 /* of each size; the first has one more */
#define PATH_WAIT_MS 600

static struct
{
  int top, low, high; /* what was asked first; what came back; what did not */
  int size, tries, id, done;
} path;

static void
tell_path (void)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_PATH };

  path.done = 1;
  message.path.largest = (uint32_t)path.low;
  message.path.lost = (uint32_t)path.high;
  byway_pppd_helper_tell (&message);
}

static void try_path (void *data);

static void
next_size (void)
{
  path.tries = 0;
  if (path.low >= path.top || (path.high != 0 && path.high - path.low <= PATH_STEP))
    tell_path ();
  else if (path.high != 0 && path.high <= PATH_LEAST)
    tell_path ();
  else
    {
      path.size = path.low == 0 ? PATH_LEAST : (path.low + path.high) / 2;
      try_path (NULL);
    }
}

static void
send_echo (int size)
{
  static unsigned char data[PPP_MRU];
  uint32_t magic = htonl (lcp_gotoptions[0].magicnumber);

  memset (data, 0, sizeof data);
  memcpy (data, &magic, sizeof magic);
  path.id = ECHO_FIRST_ID + (path.id + 1 - ECHO_FIRST_ID) % 16;
  fsm_sdata (&lcp_fsm[0], ECHOREQ, path.id, data, size - 4);
}

static void
try_path (void *data)
{
  if (path.done || byway_pppd_phase_now () != PHASE_RUNNING)
    return;
  if (path.tries >= PATH_TRIES + (path.size == path.top))
    {
      path.high = path.size;
      next_size ();
      return;
    }
  path.tries++;
  send_echo (path.size);
  compat_timeout (try_path, PATH_WAIT_MS);
}

void
byway_pppd_path_look_at_echo (unsigned int id, int length)
{
  if (path.done || path.size == 0 || (int)id != path.id || length != path.size)
    return;
  compat_untimeout (try_path);
  path.low = path.size;
  next_size ();
}

void
byway_pppd_path_begin (void)
{
  int most = lcp_hisoptions[0].neg_mru ? lcp_hisoptions[0].mru : PPP_MRU;
  int mtu = compat_mtu ();

  memset (&path, 0, sizeof path);
  path.id = ECHO_FIRST_ID;
  path.top = mtu < most ? mtu : most;
  if (path.top > PPP_MRU)
    path.top = PPP_MRU;
  if (path.top < PATH_LEAST)
    return;
  path.size = path.top;
  compat_timeout (try_path, 0);
}
