/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "roff.h"

#include <string.h>

/* Prints byway-options(5), made from the option table. */

/* How options work together, which no option's own sentence can say. */
static const char dead_servers[]
    = ".Sh DEAD SERVERS\n"
      "A server that goes without a goodbye is missed in two ways, and the sooner one counts.\n"
      "With the defaults either knows it within 30 seconds.\n.Pp\n"
      "pppd gives the link up when\n.Cm lcp\\-echo\\-failure\n"
      "questions are unanswered and the next is due, so at the latest\n.Cm lcp\\-echo\\-interval\n"
      "times one more than that after the last answer: 24 s, and a second more for its "
      "goodbye.\n.Pp\n"
      "The IKE daemon asks when it has heard nothing for\n.Cm dpd\\-delay ,\n"
      "and gives the server up\n.Cm dpd\\-timeout\n"
      "after the first question without an answer: 25 s, and up to 4 s more until the reason is\n"
      "known.\n"
      "With IKE version 1 the server has to know such questions (RFC 3706), and most do.\n"
      "With IKE version 2 strongSwan has one bound for all its connections, in strongswan.conf, "
      "of\n"
      "165 s;\n.Xr bywayd 8\nlooks at what it waits for, and keeps that of the connection.\n"
      "Libreswan applies\n.Cm dpd\\-timeout\n"
      "to every question of IKE version 2, those of connecting among them.\n";

static const char renewal[]
    = ".Sh RENEWAL\n"
      "While traffic goes on, the keys of ESP are made anew after\n.Cm esp\\-lifetime\n"
      "and the association of IKE after\n.Cm ike\\-lifetime ,\n"
      "or somewhat earlier.\n"
      "With IKE version 2 nothing gets lost by that, nor with version 1 where the server is\n"
      "Libreswan.\n"
      "A strongSwan server that is asked by version 1 takes what comes with the new keys only\n"
      "some milliseconds after they are used, and what it gets before is lost: in eight renewals "
      "of\n"
      "both, at ten pings a second and 50 ms there and back, two pings, and never two in a row.\n"
      "Programs send such packets again; a call may crackle once in\n.Cm esp\\-lifetime .\n";

int
main (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);
  const char *section = "";

  g_print (".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
           ".\\\" Made from the option table: core/byway-option.c\n"
           ".Dd November 23, 2026\n.Dt BYWAY-OPTIONS 5\n.Os\n"
           ".Sh NAME\n.Nm byway-options\n.Nd settings of a Byway connection\n"
           ".Sh DESCRIPTION\nThese are the keys that\n.Xr byway 1\ntakes with\n.Cm add\nand\n"
           ".Cm edit .\nA key that is not set has its default.\n");
  for (gsize i = 0; i < n; i++)
    {
      if (strcmp (section, options[i].section) != 0)
        {
          g_print ("%s.Ss %s\n.Bl -tag -width Ds\n", *section != '\0' ? ".El\n" : "",
                   options[i].section);
          section = options[i].section;
        }
      roff_print_option (&options[i]);
    }
  g_print (".El\n.Pp\nThe secrets are no settings: see\n.Cm set-secret\nin\n.Xr byway 1 .\n"
           "%s%s.Sh SEE ALSO\n.Xr byway 1 ,\n.Xr bywayd 8\n",
           dead_servers, renewal);
  return 0;
}
