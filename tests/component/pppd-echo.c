/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A plugin for tests: pppd says, in hex, what it has read.
 *
 *   byway-echo WORD      this word, as pppd hands it to an option
 *   byway-echo-user      what the option "user" has set so far
 *   byway-echo-number N  nothing yet;
 *   byway-echo-that      the last such number, as pppd's own reader of numbers set it
 */

#include "byway-pppd-compat.h"

#include <stdio.h>

#define EXPORT __attribute__ ((visibility ("default")))

EXPORT void plugin_init (void);
EXPORT char pppd_version[] = PPPD_VERSION_TEXT;

static void
say (const char *text)
{
  static const char digits[] = "0123456789abcdef";

  fputs ("echo ", stdout);
  for (; *text != '\0'; text++)
    {
      putc_unlocked (digits[(unsigned char)*text >> 4], stdout);
      putc_unlocked (digits[(unsigned char)*text & 15], stdout);
    }
  fputs ("\n", stdout);
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

static int number;

static int
echo_number (char **argv)
{
  char text[16];

  snprintf (text, sizeof text, "%d", number);
  say (text);
  return 1;
}

static option_t options[] = {
  { "byway-echo", o_special, &echo, "Print this word" },
  { "byway-echo-user", o_special_noarg, &echo_user, "Print the user's name" },
  { "byway-echo-number", o_int, &number, "Take this number" },
  { "byway-echo-that", o_special_noarg, &echo_number, "Print it" },
  { NULL },
};

void
plugin_init (void)
{
  compat_add_options (options);
}
