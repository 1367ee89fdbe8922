/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Byway's plugin inside pppd: it says who we are, tells the helper what happens, ends pppd when
 * the helper is gone, and keeps the first LCP frames from getting lost. It decides nothing else.
 *
 * Options:
 *   byway-fd N        our end of the socket pair, see byway-pppd-wire.h. The credentials must be
 *                     waiting in it; nothing else is ever read from it. Without this option no
 *                     link is made. For one link (no persist), in one process (nodetach).
 *   byway-peer-wins   ask the peer for WINS servers too
 *   byway-peer-dns    ask the peer for name servers, and tell only the helper. Unlike usepeerdns
 *                     this writes no resolv.conf and is not seen by scripts in ip-up.d.
 *   byway-peer-name N answer no challenge but of a peer that calls itself N. For CHAP and its kin:
 *                     where PAP or EAP is allowed, this is no protection.
 *   byway-eap-tls N   log in by certificate only: the files of `cert`, `key` and `ca` are the
 *                     descriptors from N on, which no script of pppd's shall inherit.
 *   byway-check       the first word after the plugin: leave with 0 once all options were read, 2
 *                     if one is not known. As strict as a real run (a PPPoL2TP link knows no serial
 *                     port's options), but needs no /dev/ppp and never looks at the descriptor.
 */

#include "byway-eap-packet.h"
#include "byway-pppd-addresses.h"
#include "byway-pppd-compat.h"
#include "byway-pppd-helper.h"
#include "byway-pppd-path.h"
#include "byway-pppd-phase.h"
#include "byway-pppd-vault.h"
#include "byway-pppd-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

#define EAP_TLS_FILES 3
#define SPEAK_FIRST_MS 1000 /* without a word from a peer that was to begin */

EXPORT void plugin_init (void);
EXPORT char pppd_version[] = PPPD_VERSION_TEXT;

static pid_t talking_pid;
static int exit_is_told;
/* No echo came back. Then pppd sends its goodbye, finds that its channel has ended, and takes that
 * for the reason (main.c, "Modem hangup"). */
static int server_is_dead;

#define PROTOCOL_EAP 0xc227 /* RFC 2284, 4; not every pppd's headers name it */

/* ----------------------------------------------------------------------- the first LCP frames */

/*
 * Two frames get lost at the start of an L2TP call, and each costs a restart timer of three
 * seconds. The peer's Configure-Request may arrive when the PPPoX socket is connected but pppd has
 * not yet made a channel of it: it is then queued on the socket, where nobody reads. And ours may
 * arrive before the peer's pppd listens. So: read the socket just before pppd takes it over and
 * hand in what was found; and (option silent) let the peer begin, unless it waits for us to.
 */

#define KEPT_FRAMES 4
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

static void
wrap_channel (void)
{
  link_is_new = 1;
  if (the_channel->establish_ppp == establish_and_keep)
    return;
  channel_establish_ppp = the_channel->establish_ppp;
  the_channel->establish_ppp = establish_and_keep;
}

static void look_at_frame (unsigned int protocol, const unsigned char *frame, int length);

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
  look_at_frame (PPP_LCP, frame + 2, length - 2);
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

/* pppd announces the phase just before it starts LCP, so "at once" is soon enough, not too soon. */
static void
begin_lcp (void)
{
  if (!link_is_new)
    return;
  link_is_new = 0;
  if (n_kept > 0)
    compat_timeout (hand_in_frames, 0);
  compat_timeout (speak_first, SPEAK_FIRST_MS);
}

/* ------------------------------------------------------------------------------------ the news */

/* What the peer wants to know us by, 0 when it does not want to. */
static unsigned int auth_protocol;
static int peer_has_spoken;

static unsigned int
negotiated_auth_protocol (void)
{
  const lcp_options *peer = &lcp_hisoptions[0];

  if (peer->neg_chap)
    switch (CHAP_DIGEST (peer->chap_mdtype))
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

static void
on_auth_up (void *data, int arg)
{
  tell_auth (BYWAY_PPPD_AUTH_OK);
  if (auth_protocol == BYWAY_PPPD_AUTH_PAP)
    byway_pppd_vault_forget_pap_password ();
}

/* Once per attempt, so that a peer can't flood the helper: its first words are the reason. */
static void
tell_auth_message (const unsigned char *text, int length)
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
static void
look_at_refusal (unsigned int protocol, unsigned int code, const unsigned char *data, int length)
{
  int authenticating = byway_pppd_phase_now () == PHASE_AUTHENTICATE && auth_protocol != 0;
  int by_pap = auth_protocol == BYWAY_PPPD_AUTH_PAP;

  if (protocol == PPP_CHAP && code == CHAP_FAILURE && authenticating && !by_pap)
    tell_auth_message (data, length);
  else if (protocol == PPP_PAP && code == UPAP_AUTHNAK && authenticating && by_pap && length > 0)
    tell_auth_message (data + 1, data[0] < length - 1 ? data[0] : length - 1);
  else if (protocol == PPP_LCP && code == TERMREQ)
    tell_auth_message (data, length);
}

#define OPTION_MPPE 18 /* of CCP: RFC 3078, 2 */

/* A bit for each that was told. */
static unsigned int peer_news;
static unsigned int peer_asked;

static void
tell_peer (enum byway_pppd_peer_news news, unsigned int protocol)
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
  switch (value[0] << 8 | value[1])
    {
    case PPP_PAP:
      return BYWAY_PPPD_AUTH_PAP;
    case PROTOCOL_EAP:
      return BYWAY_PPPD_AUTH_EAP;
    case PPP_CHAP:
      break;
    default:
      return BYWAY_PPPD_AUTH_OTHER;
    }
  switch (has_algorithm ? value[2] : 0)
    {
    case CHAP_MD5:
      return BYWAY_PPPD_AUTH_CHAP_MD5;
    case CHAP_MICROSOFT:
      return BYWAY_PPPD_AUTH_MSCHAP;
    case CHAP_MICROSOFT_V2:
      return BYWAY_PPPD_AUTH_MSCHAPV2;
    default:
      return BYWAY_PPPD_AUTH_OTHER;
    }
}

static void
look_at_request (const unsigned char *data, int length)
{
  const unsigned char *value = find_option (data, length, CI_AUTHTYPE, 2);

  tell_peer (BYWAY_PPPD_PEER_SPEAKS, BYWAY_PPPD_AUTH_PAP);
  if (value != NULL)
    tell_peer (BYWAY_PPPD_PEER_ASKS,
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

static void
look_at_peer (unsigned int protocol, unsigned int code, const unsigned char *data, int length)
{
  if (protocol == PPP_LCP && code == CONFREQ)
    look_at_request (data, length);
  else if (protocol == PPP_LCP && code >= CONFACK && code <= CONFREJ)
    tell_peer (BYWAY_PPPD_PEER_HEARS, BYWAY_PPPD_AUTH_PAP);
  else if (protocol == PPP_CCP && code == CONFREQ
           && find_option (data, length, OPTION_MPPE, 4) != NULL)
    tell_peer (BYWAY_PPPD_PEER_WANTS_MPPE, BYWAY_PPPD_AUTH_PAP);
  else if (refuses_mppe (protocol, code, data, length))
    tell_peer (BYWAY_PPPD_PEER_LACKS_MPPE, BYWAY_PPPD_AUTH_PAP);
  else if (protocol == PPP_LCP && code == PROTREJ && length >= 2
           && (data[0] << 8 | data[1]) == PPP_IPCP)
    tell_peer (BYWAY_PPPD_PEER_REJECTS_IP, BYWAY_PPPD_AUTH_PAP);
}

/* The name that a peer must have; empty: any. */
static char peer_name[MAXNAMELEN];

/* @data: a challenge and, behind it, who challenges (RFC 1994, 4.1). Before pppd looks at it. */
static void
look_at_challenge (const unsigned char *data, int length)
{
  int size = length > 0 ? data[0] + 1 : 0;

  if (peer_name[0] == '\0' || size == 0)
    return;
  if (size <= length && (size_t)(length - size) == strlen (peer_name)
      && memcmp (data + size, peer_name, (size_t)(length - size)) == 0)
    return;
  byway_pppd_vault_wipe ();
  tell_auth_message (data + size, length - size);
  tell_peer (BYWAY_PPPD_PEER_IS_ANOTHER, BYWAY_PPPD_AUTH_PAP);
  byway_pppd_hang_up ();
}

/* -------------------------------------------------------------------------------------- by EAP */

static int alert_is_told;
static unsigned int requested; /* the type of the peer's last EAP request */

/* Who does not like whose certificate: a fatal alert says it; pppd logs only that EAP failed. */
static void
look_for_alert (const unsigned char *packet, int length, enum byway_pppd_tls_alert_by by)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_TLS_ALERT };
  int alert = byway_eap_packet_alert (packet, (size_t)length);

  if (alert < 0 || alert_is_told)
    return;
  alert_is_told = 1;
  message.tls_alert.by = by;
  message.tls_alert.description = (uint8_t)alert;
  byway_pppd_helper_tell (&message);
}

static void
look_at_eap (const unsigned char *packet, int length)
{
  unsigned int type = byway_eap_packet_requested (packet, (size_t)length);
  size_t size;
  const unsigned char *words = byway_eap_packet_refusal (packet, (size_t)length, &size);

  if (type != 0)
    requested = type;
  if (byway_pppd_vault_is_by_certificate ())
    look_for_alert (packet, length, BYWAY_PPPD_TLS_ALERT_BY_PEER);
  else if (words != NULL && auth_protocol == BYWAY_PPPD_AUTH_EAP)
    tell_auth_message (words, (int)size);
}

static void (*next_snoop_send_hook) (unsigned char *, int);

/* pppd shows each frame before it sends it, and sends what it finds in it afterwards. It would wish
 * for SRP or MSCHAPv2, which we don't have, when a server begins with something else than TLS. */
static void
on_sent_packet (unsigned char *packet, int length)
{
  if (next_snoop_send_hook != NULL)
    next_snoop_send_hook (packet, length);
  if (!byway_pppd_vault_is_by_certificate () || length <= PPP_HDRLEN
      || (packet[2] << 8 | packet[3]) != PROTOCOL_EAP)
    return;
  look_for_alert (packet + PPP_HDRLEN, length - PPP_HDRLEN, BYWAY_PPPD_TLS_ALERT_BY_US);
  byway_eap_packet_wish_for_tls (packet + PPP_HDRLEN, (size_t)(length - PPP_HDRLEN), requested);
}

/* --------------------------------------------------------------------------------- each frame */

static void (*next_snoop_hook) (unsigned char *, int);

/* @frame: from the code on (RFC 1661, 5). pppd only logs what the peer wants, and why it refused
 * us; it is worth telling. */
static void
look_at_frame (unsigned int protocol, const unsigned char *frame, int length)
{
  const int header = 4;
  int claimed = length >= header ? frame[2] << 8 | frame[3] : 0;

  if (byway_pppd_phase_now () < PHASE_ESTABLISH || claimed < header || claimed > length)
    return;
  if (protocol == PPP_CHAP && frame[0] == CHAP_CHALLENGE)
    look_at_challenge (frame + header, claimed - header);
  if (byway_pppd_phase_now () == PHASE_RUNNING && protocol == PPP_LCP && frame[0] == ECHOREP)
    byway_pppd_path_look_at_echo (frame[1], claimed);
  if (byway_pppd_phase_now () >= PHASE_RUNNING)
    return;
  if (protocol == PROTOCOL_EAP)
    look_at_eap (frame, claimed);
  look_at_peer (protocol, frame[0], frame + header, claimed - header);
  look_at_refusal (protocol, frame[0], frame + header, claimed - header);
}

static void
on_packet (unsigned char *packet, int length)
{
  if (next_snoop_hook != NULL)
    next_snoop_hook (packet, length);
  if (length > PPP_HDRLEN)
    look_at_frame ((unsigned int)packet[2] << 8 | packet[3], packet + PPP_HDRLEN,
                   length - PPP_HDRLEN);
}

static void
begin_auth (void)
{
  auth_protocol = negotiated_auth_protocol ();
  tell_auth (BYWAY_PPPD_AUTH_ASKED);
}

/* pppd notifies before it sends its Terminate-Request. With the helper gone, one is sent as a
 * courtesy and no answer is waited for. */
static void
begin_end (void)
{
  if (compat_status () == EXIT_AUTH_TOPEER_FAILED)
    tell_auth (BYWAY_PPPD_AUTH_FAILED);
  if (byway_pppd_helper_is_gone ())
    lcp_fsm[0].maxtermtransmits = 0;
}

/* All options were read: only now is it clear which channel it is, and who has the last word. */
static void
begin_link (void)
{
  if (!byway_pppd_helper_is_there ())
    fatal ("byway-fd is missing");
  auth_protocol = 0;
  peer_has_spoken = 0;
  peer_news = peer_asked = 0;
  requested = 0;
  alert_is_told = 0;
  byway_pppd_vault_assert_identity ();
  wrap_channel ();
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
    begin_lcp ();
  else if (phase == PHASE_AUTHENTICATE)
    begin_auth ();
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

static int
tell_hello (void)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_HELLO };

  talking_pid = getpid ();
#ifdef __GLIBC__
  on_exit (on_early_exit, NULL);
#endif
  message.hello.version = BYWAY_PPPD_PROTOCOL_VERSION;
  strncpy (message.hello.pppd_version, pppd_version, BYWAY_PPPD_TEXT_MAX);
  message.hello.pid = (uint32_t)talking_pid;
  return byway_pppd_helper_tell (&message);
}

/* --------------------------------------------------------------------------------- the options */

static int checking_only;
static char fd_text[12];

static int
parse_fd (const char *text)
{
  char *end;
  long value;

  if (text[0] < '0' || text[0] > '9' || strlen (text) >= sizeof fd_text)
    return -1;
  errno = 0;
  value = strtol (text, &end, 10);
  return errno == 0 && *end == '\0' && value > 2 && value < 65536 ? (int)value : -1;
}

static const char *
open_conversation (int fd)
{
  if (byway_pppd_helper_take (fd) < 0)
    return "not a socket of the helper's";
  if (byway_pppd_vault_make () < 0)
    return "no memory for the credentials";
  if (byway_pppd_vault_receive (fd) < 0)
    return "the helper sent no credentials";
  if (byway_pppd_helper_watch () < 0 || tell_hello () < 0)
    return "the helper is gone";
  return NULL;
}

/* Nothing after this word in the options can be tried without a helper, so any failure is final. */
static int
set_fd (char **argv)
{
  int fd = parse_fd (argv[0]);
  const char *trouble;

  if (fd < 0 || byway_pppd_helper_is_there ())
    {
      compat_option_error ("byway-fd takes one descriptor's number, once");
      return 0;
    }
  strcpy (fd_text, argv[0]);
  if (checking_only)
    return 1;
  trouble = open_conversation (fd);
  if (trouble == NULL)
    return 1;
  compat_option_error ("byway-fd %d: %s", fd, trouble);
  return 0;
}

/* pppd opens the files only when the peer asks for them, and as often as it does. */
static int
set_eap_tls (char **argv)
{
  int fd = parse_fd (argv[0]);

  if (fd < 0)
    {
      compat_option_error ("byway-eap-tls takes one descriptor's number");
      return 0;
    }
  byway_pppd_vault_use_certificate ();
  for (int i = 0; !checking_only && i < EAP_TLS_FILES; i++)
    if (fcntl (fd + i, F_SETFD, FD_CLOEXEC) < 0)
      {
        compat_option_error ("byway-eap-tls %d: a file is missing", fd);
        return 0;
      }
  return 1;
}

/* Called as soon as all options were read, before pppd looks for its kernel driver. */
static void
end_check (void)
{
  exit (EXIT_OK);
}

static option_t no_options[] = { { NULL } };
static struct channel check_channel = {
  .options = no_options,
  .process_extra_options = end_check,
};

static int
set_check (char **argv)
{
  checking_only = 1;
  the_channel = &check_channel;
  return 1;
}

static option_t options[] = {
  { "byway-fd", o_special, &set_fd, "Socket to Byway's helper",
    OPT_PRIV | OPT_A2STRVAL | OPT_STATIC, fd_text },
  { "byway-eap-tls", o_special, &set_eap_tls, "Log in by certificate only", OPT_PRIV },
  { "byway-peer-dns", o_bool, &byway_pppd_want_dns,
    "Ask the peer for name servers, for the helper only", 1 },
  { "byway-peer-wins", o_bool, &byway_pppd_want_wins, "Ask the peer for WINS servers", 1 },
  { "byway-peer-name", o_string, peer_name, "The name that the peer must have",
    OPT_PRIV | OPT_STATIC, NULL, MAXNAMELEN },
  { "byway-check", o_special_noarg, &set_check, "Only see whether all options are known" },
  { NULL },
};

void
plugin_init (void)
{
  compat_add_options (options);

  byway_pppd_vault_install ();
  next_snoop_hook = snoop_recv_hook;
  snoop_recv_hook = on_packet;
  next_snoop_send_hook = snoop_send_hook;
  snoop_send_hook = on_sent_packet;

  compat_notify (PHASE_CHANGE, on_phase);
  compat_notify (AUTH_UP, on_auth_up);
  byway_pppd_addresses_install ();
  compat_notify (EXIT, on_exit_notified);
}
