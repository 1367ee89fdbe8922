/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-news.h"

#include "byway-pppd-helper.h"
#include "byway-pppd-login.h"
#include "byway-pppd-vault.h"

#include <string.h>

#define OPTION_MPPE 18 /* of CCP: RFC 3078, 2 */

/* A bit for each that was told. */
static unsigned int peer_news;
static unsigned int peer_asked;

void
byway_pppd_news_reset (void)
{
  peer_news = peer_asked = 0;
}

static void
tell_news (enum byway_pppd_peer_news news, unsigned int protocol)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_NEWS };

  if ((peer_news & 1u << news) != 0 && (news != BYWAY_PPPD_PEER_ASKS || protocol == peer_asked))
    return;
  peer_news |= 1u << news;
  if (news == BYWAY_PPPD_PEER_ASKS)
    peer_asked = protocol;
  message.peer.news = news;
  message.peer.protocol = protocol;
  byway_pppd_helper_tell (&message);
}

/* The value of option @type in a Configure-Request, of at least @least bytes; NULL: not there. */
static const unsigned char *
find_option (const unsigned char *options, int length, unsigned int type, int least)
{
  while (length >= 2 && options[1] >= 2 && options[1] <= length)
    {
      if (options[0] == type && options[1] - 2 >= least)
        return options + 2;
      length -= options[1];
      options += options[1];
    }
  return NULL;
}

/* RFC 1661, 6.2: a protocol's number, and for CHAP the algorithm's (RFC 1994, 2433, 2759). */
static unsigned int
protocol_of_option (const unsigned char *value, int has_algorithm)
{
  unsigned int known;

  switch (value[0] << 8 | value[1])
    {
    case PPP_PAP:
      return BYWAY_PPPD_AUTH_PAP;
    case COMPAT_EAP:
      return BYWAY_PPPD_AUTH_EAP;
    case PPP_CHAP:
      break;
    default:
      return BYWAY_PPPD_AUTH_OTHER;
    }
  known = has_algorithm ? byway_pppd_login_by_chap (value[2]) : 0;
  return known != 0 ? known : BYWAY_PPPD_AUTH_OTHER;
}

static void
look_at_request (const unsigned char *data, int length)
{
  const unsigned char *value = find_option (data, length, CI_AUTHTYPE, 2);

  tell_news (BYWAY_PPPD_PEER_SPEAKS, BYWAY_PPPD_AUTH_PAP);
  if (value != NULL)
    tell_news (BYWAY_PPPD_PEER_ASKS,
               protocol_of_option (value, find_option (data, length, CI_AUTHTYPE, 3) != NULL));
}

/* @data: behind the header of LCP's or CCP's packet. A Protocol-Reject holds the protocol and,
 * behind it, what was sent (RFC 1661, 5.7): our Configure-Request. */
static int
refuses_mppe (unsigned int protocol, unsigned int code, const unsigned char *data, int length)
{
  const int rejected = 6; /* the protocol, and the header of what was sent */

  if (protocol == PPP_LCP && code == PROTREJ && length > rejected
      && (data[0] << 8 | data[1]) == PPP_CCP && data[2] == CONFREQ)
    return find_option (data + rejected, length - rejected, OPTION_MPPE, 4) != NULL;
  return protocol == PPP_CCP && (code == CONFNAK || code == CONFREJ)
         && find_option (data, length, OPTION_MPPE, 4) != NULL;
}

void
byway_pppd_news_look (unsigned int protocol, unsigned int code, const unsigned char *data,
                      int length)
{
  if (protocol == PPP_LCP && code == CONFREQ)
    look_at_request (data, length);
  else if (protocol == PPP_LCP && code >= CONFACK && code <= CONFREJ)
    tell_news (BYWAY_PPPD_PEER_HEARS, BYWAY_PPPD_AUTH_PAP);
  else if (protocol == PPP_CCP && code == CONFREQ
           && find_option (data, length, OPTION_MPPE, 4) != NULL)
    tell_news (BYWAY_PPPD_PEER_WANTS_MPPE, BYWAY_PPPD_AUTH_PAP);
  else if (refuses_mppe (protocol, code, data, length))
    tell_news (BYWAY_PPPD_PEER_LACKS_MPPE, BYWAY_PPPD_AUTH_PAP);
  else if (protocol == PPP_LCP && code == PROTREJ && length >= 2
           && (data[0] << 8 | data[1]) == PPP_IPCP)
    tell_news (BYWAY_PPPD_PEER_REJECTS_IP, BYWAY_PPPD_AUTH_PAP);
}

char byway_pppd_peer_name[MAXNAMELEN];

/* @data: a challenge and, behind it, who challenges (RFC 1994, 4.1). Before pppd looks at it. */
void
byway_pppd_news_look_at_challenge (const unsigned char *data, int length)
{
  int size = length > 0 ? data[0] + 1 : 0;

  if (byway_pppd_peer_name[0] == '\0' || size == 0)
    return;
  if (size <= length && (size_t)(length - size) == strlen (byway_pppd_peer_name)
      && memcmp (data + size, byway_pppd_peer_name, (size_t)(length - size)) == 0)
    return;
  byway_pppd_vault_wipe ();
  byway_pppd_login_tell_words (data + size, length - size);
  tell_news (BYWAY_PPPD_PEER_IS_ANOTHER, BYWAY_PPPD_AUTH_PAP);
  byway_pppd_hang_up ();
}
