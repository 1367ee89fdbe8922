/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"

#include <string.h>

/* Prints byway-options(5), made from the option table. */

/* As text for roff, also at the start of a line. */
static void
print_text (const char *text)
{
  if (*text == '.' || *text == '\'')
    g_print ("\\&");
  for (; *text != '\0'; text++)
    if (*text == '\\')
      g_print ("\\e");
    else
      g_print ("%c", *text);
}

/* To be typed as it stands: its hyphens are minus signs. */
static void
print_literal (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", -1);
  g_autofree char *joined = g_strjoinv ("\\-", parts);

  g_print ("%s", joined);
}

static void
print_option (const BywayOption *option)
{
  g_autofree char *range = byway_option_describe_range (option);

  g_print (".It Cm ");
  print_literal (option->key);
  g_print ("\n");
  print_text (option->doc);
  g_print ("\n.br\nTakes ");
  print_text (range);
  if (option->unit != NULL)
    g_print (" (%s)", option->unit);
  if (option->flags & BYWAY_OPTION_REQUIRED)
    g_print ("; required");
  if (option->flags & BYWAY_OPTION_NO_UI)
    g_print ("; not in the editor");
  if (option->fallback != NULL)
    {
      g_print ("; default ");
      print_text (option->fallback);
    }
  g_print (".\n");
}

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
      print_option (&options[i]);
    }
  g_print (".El\n.Pp\nThe secrets are no settings: see\n.Cm set-secret\nin\n.Xr byway 1 .\n"
           ".Sh SEE ALSO\n.Xr byway 1 ,\n.Xr bywayd 8\n");
  return 0;
}
