/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-life.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-eap.h"
#include "byway-pppd-first-frames.h"
#include "byway-pppd-helper.h"
#include "byway-pppd-login.h"
#include "byway-pppd-news.h"
#include "byway-pppd-phase.h"
#include "byway-pppd-vault.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pid_t talking_pid;
static int exit_is_told;
/* No echo came back. Then pppd sends its goodbye, finds that its channel has ended, and takes that
 * for the reason (main.c, "Modem hangup"). */
static int server_is_dead;

/* pppd notifies before it sends its Terminate-Request. With the helper gone, one is sent as a
 * courtesy and no answer is waited for. */
static void
begin_end (void)
{
  if (compat_status () == EXIT_AUTH_TOPEER_FAILED)
    byway_pppd_login_fail ();
  if (byway_pppd_helper_is_gone ())
    lcp_fsm[0].maxtermtransmits = 0;
}

/* All options were read: only now is it clear which channel it is, and who has the last word. */
static void
begin_link (void)
{
  if (!byway_pppd_helper_is_there ())
    fatal ("byway-fd is missing");
  byway_pppd_login_reset ();
  byway_pppd_news_reset ();
  byway_pppd_eap_reset ();
  byway_pppd_vault_assert_identity ();
  byway_pppd_first_frames_prepare ();
}

static void
on_phase (void *data, int phase)
{
  if (!byway_pppd_phase_enter (phase))
    return;
  if (phase == PHASE_TERMINATE)
    {
      server_is_dead = compat_status () == EXIT_PEER_DEAD;
      begin_end ();
    }
  byway_pppd_phase_tell ();

  if (phase == PHASE_SERIALCONN)
    begin_link ();
  else if (phase == PHASE_ESTABLISH)
    byway_pppd_first_frames_begin ();
  else if (phase == PHASE_AUTHENTICATE)
    byway_pppd_login_begin ();
  else if (phase == PHASE_DEAD)
    byway_pppd_vault_wipe ();
}

static void
on_exit_notified (void *data, int code)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_EXIT };

  if (exit_is_told)
    return;
  exit_is_told = 1;
  message.exit.status = (uint32_t)(server_is_dead && code == EXIT_HANGUP ? EXIT_PEER_DEAD : code);
  byway_pppd_helper_tell (&message);
}

#ifdef __GLIBC__
/* pppd notifies of no exit that comes before it began to work, an unknown option's for one. */
static void
on_early_exit (int code, void *data)
{
  if (getpid () == talking_pid)
    on_exit_notified (NULL, code);
}
#endif

int
byway_pppd_life_begin (void)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_HELLO };

  talking_pid = getpid ();
#ifdef __GLIBC__
  on_exit (on_early_exit, NULL);
#endif
  message.hello.version = BYWAY_PPPD_PROTOCOL_VERSION;
  strncpy (message.hello.pppd_version, PPPD_VERSION_TEXT, BYWAY_PPPD_TEXT_MAX);
  message.hello.pid = (uint32_t)talking_pid;
  return byway_pppd_helper_tell (&message);
}

void
byway_pppd_life_install (void)
{
  compat_notify (PHASE_CHANGE, on_phase);
  compat_notify (EXIT, on_exit_notified);
}
