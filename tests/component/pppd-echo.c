/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A plugin for tests: pppd says, in hex, what it has read.
 *
 *   byway-echo WORD    this word, as pppd hands it to an option
 *   byway-echo-user    what the option "user" has set so far
 */

#include "byway-pppd-compat.h"

#include <stdio.h>

#define EXPORT __attribute__ ((visibility ("default")))

EXPORT void plugin_init (void);
EXPORT char pppd_version[] = PPPD_VERSION_TEXT;

static void
say (const char *text)
{
  printf ("echo ");
  for (; *text != '\0'; text++)
    printf ("%02x", (unsigned char)*text);
  printf ("\n");
}

static int
echo (char **argv)
{
  say (argv[0]);
  return 1;
}

static int
echo_user (char **argv)
{
  say (user);
  return 1;
}

static option_t options[] = {
  { "byway-echo", o_special, &echo, "Print this word" },
  { "byway-echo-user", o_special_noarg, &echo_user, "Print the user's name" },
  { NULL },
};

void
plugin_init (void)
{
  compat_add_options (options);
}
