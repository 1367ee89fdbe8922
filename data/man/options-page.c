/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "roff.h"

#include <string.h>

/* Prints byway-options(5), made from the option table. */

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
           ".Sh SEE ALSO\n.Xr byway 1 ,\n.Xr bywayd 8\n");
  return 0;
}
