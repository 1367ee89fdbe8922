/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-file.h"
#include "byway-cli-report.h"
#include "byway-cli.h"

#include <glib/gi18n.h>

/* What a reader may trust, and what not. */
static void
print_advice (const BywayMask *mask, gboolean masked)
{
  g_printerr ("\n");
  if (masked)
    g_printerr (_ ("Names and addresses are masked, in %u places. Passwords and keys were never "
                   "in it.\nA daemon may have said what nobody could foresee: read the report "
                   "before you paste it.\n"),
                byway_mask_count_replaced (mask));
  else
    g_printerr ("%s\n", _ ("Nothing is masked: names and addresses are in it. Passwords and keys "
                           "are not.\nRead the report before you give it to anybody."));
}

static gboolean
report (const char *name, const char *output, gboolean plain, GError **error)
{
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autoptr (BywayClient) client = byway_client_new (NULL);
  g_autofree char *text = byway_cli_report (client, name, mask, error);
  g_autofree char *masked = NULL;

  if (text == NULL)
    return FALSE;
  if (!plain)
    masked = byway_mask_apply (mask, text);
  if (output != NULL && !byway_cli_write_file (output, plain ? text : masked, error))
    return FALSE;
  if (output == NULL)
    g_print ("%s", plain ? text : masked);
  print_advice (mask, !plain);
  return TRUE;
}

int
byway_verb_report (int argc, char **argv)
{
  g_autofree char *output = NULL;
  gboolean plain = FALSE;
  const GOptionEntry entries[] = {
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &output, N_ ("Write to a new file, not to a terminal"),
      "FILE" },
    { "no-mask", 0, 0, G_OPTION_ARG_NONE, &plain, N_ ("Leave names and addresses in"), NULL },
    { NULL },
  };
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && report (argv[1], output, plain, &error))
    return 0;
  return byway_cli_fail (error);
}
