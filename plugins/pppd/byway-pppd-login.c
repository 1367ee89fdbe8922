/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-login.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-helper.h"
#include "byway-pppd-phase.h"
#include "byway-pppd-vault.h"

/* What the peer wants to know us by, 0 when it does not want to. */
static unsigned int auth_protocol;
static int peer_has_spoken;

void
byway_pppd_login_reset (void)
{
  auth_protocol = 0;
  peer_has_spoken = 0;
}

unsigned int
byway_pppd_login_protocol (void)
{
  return auth_protocol;
}

unsigned int
byway_pppd_login_by_chap (int algorithm)
{
  switch (algorithm)
    {
    case CHAP_MD5:
      return BYWAY_PPPD_AUTH_CHAP_MD5;
    case CHAP_MICROSOFT:
      return BYWAY_PPPD_AUTH_MSCHAP;
    case CHAP_MICROSOFT_V2:
      return BYWAY_PPPD_AUTH_MSCHAPV2;
    default:
      return 0;
    }
}

static unsigned int
negotiated_auth_protocol (void)
{
  const lcp_options *peer = &lcp_hisoptions[0];

  if (peer->neg_chap)
    return byway_pppd_login_by_chap (CHAP_DIGEST (peer->chap_mdtype));
  if (peer->neg_eap)
    return BYWAY_PPPD_AUTH_EAP;
  return peer->neg_upap ? BYWAY_PPPD_AUTH_PAP : 0;
}

static void
tell_auth (enum byway_pppd_auth_result result)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_AUTH };

  if (auth_protocol == 0)
    return;
  message.auth.protocol = auth_protocol;
  message.auth.result = result;
  byway_pppd_helper_tell (&message);
}

void
byway_pppd_login_begin (void)
{
  auth_protocol = negotiated_auth_protocol ();
  tell_auth (BYWAY_PPPD_AUTH_ASKED);
}

void
byway_pppd_login_fail (void)
{
  tell_auth (BYWAY_PPPD_AUTH_FAILED);
}

static void
on_auth_up (void *data, int arg)
{
  tell_auth (BYWAY_PPPD_AUTH_OK);
  if (auth_protocol == BYWAY_PPPD_AUTH_PAP)
    byway_pppd_vault_forget_pap_password ();
}

void
byway_pppd_login_tell_words (const unsigned char *text, int length)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_AUTH_MESSAGE };

  if (length <= 0 || peer_has_spoken)
    return;
  peer_has_spoken = 1;
  if (length > BYWAY_PPPD_TEXT_MAX)
    length = BYWAY_PPPD_TEXT_MAX;
  for (int i = 0; i < length; i++)
    message.auth_message.text[i] = text[i] < 0x20 || text[i] == 0x7f ? ' ' : (char)text[i];
  byway_pppd_helper_tell (&message);
}

/* @data: what follows the packet's header of code, id and length. */
void
byway_pppd_login_look (unsigned int protocol, unsigned int code, const unsigned char *data,
                       int length)
{
  int authenticating = byway_pppd_phase_now () == PHASE_AUTHENTICATE && auth_protocol != 0;
  int by_pap = auth_protocol == BYWAY_PPPD_AUTH_PAP;

  if (protocol == PPP_CHAP && code == CHAP_FAILURE && authenticating && !by_pap)
    byway_pppd_login_tell_words (data, length);
  else if (protocol == PPP_PAP && code == UPAP_AUTHNAK && authenticating && by_pap && length > 0)
    byway_pppd_login_tell_words (data + 1, data[0] < length - 1 ? data[0] : length - 1);
  else if (protocol == PPP_LCP && code == TERMREQ)
    byway_pppd_login_tell_words (data, length);
}

void
byway_pppd_login_install (void)
{
  compat_notify (AUTH_UP, on_auth_up);
}
