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

#include "byway-pppd-addresses.h"
#include "byway-pppd-compat.h"
#include "byway-pppd-frames.h"
#include "byway-pppd-helper.h"
#include "byway-pppd-life.h"
#include "byway-pppd-login.h"
#include "byway-pppd-news.h"
#include "byway-pppd-vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__ ((visibility ("default")))

#define EAP_TLS_FILES 3

EXPORT void plugin_init (void);
EXPORT char pppd_version[] = PPPD_VERSION_TEXT;

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
  if (byway_pppd_helper_watch () < 0 || byway_pppd_life_begin () < 0)
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
  { "byway-peer-name", o_string, byway_pppd_peer_name, "The name that the peer must have",
    OPT_PRIV | OPT_STATIC, NULL, MAXNAMELEN },
  { "byway-check", o_special_noarg, &set_check, "Only see whether all options are known" },
  { NULL },
};

void
plugin_init (void)
{
  compat_add_options (options);
  byway_pppd_vault_install ();
  byway_pppd_frames_install ();
  byway_pppd_addresses_install ();
  byway_pppd_login_install ();
  byway_pppd_life_install ();
}
