/* SPDX-License-Identifier: GPL-2.0-or-later */

/* For the laboratory's server: its pppd refuses every MS-CHAPv2 login with the words of the option
 * lab-refuse, as a Windows server does with an account that is locked, say. Two words are none:
 * with "hang" it does nothing any more, as one that waits for a directory; with "hang-up" it ends
 * the link in place of an answer. */

#include <net/ppp_defs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <pppd/pppd.h>
#include <pppd/patchlevel.h>
#include <pppd/chap-new.h>
#include <pppd/fsm.h>
#include <pppd/lcp.h>

#define HANG_SECONDS 60

char pppd_version[] = VERSION;

static char words[200];

static option_t options[]
    = { { "lab-refuse", o_string, words, "Words of the refusal", OPT_STATIC, NULL, sizeof words },
        { NULL } };

static int
refuse (char *user, char *server, int id, struct chap_digest_type *digest, unsigned char *challenge,
        unsigned char *response, char *message, int room)
{
  if (strcmp (words, "hang") == 0)
    sleep (HANG_SECONDS);
  if (strcmp (words, "hang-up") == 0)
    {
      lcp_close (0, "");
      die (1);
    }
  snprintf (message, (size_t)room, "%s", words);
  return 0;
}

void
plugin_init (void)
{
  add_options (options);
  chap_verify_hook = refuse;
}
