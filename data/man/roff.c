/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "roff.h"

void
roff_print_text (const char *text)
{
  if (*text == '.' || *text == '\'')
    g_print ("\\&");
  for (; *text != '\0'; text++)
    if (*text == '\\')
      g_print ("\\e");
    else
      g_print ("%c", *text);
}

void
roff_print_literal (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", -1);
  g_autofree char *joined = g_strjoinv ("\\-", parts);

  g_print ("%s", joined);
}

void
roff_print_option (const BywayOption *option)
{
  g_autofree char *range = byway_option_describe_range (option);

  g_print (".It Cm ");
  roff_print_literal (option->key);
  g_print ("\n");
  roff_print_text (option->doc);
  g_print ("\n.br\nTakes ");
  roff_print_text (range);
  if (option->unit != NULL)
    g_print (" (%s)", option->unit);
  if (option->flags & BYWAY_OPTION_REQUIRED)
    g_print ("; required");
  if (option->flags & BYWAY_OPTION_NO_UI)
    g_print ("; not in the editor");
  if (option->fallback != NULL)
    {
      g_print ("; default ");
      roff_print_text (option->fallback);
    }
  g_print (".\n");
}
