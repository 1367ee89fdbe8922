/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-request.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

int
main (int argc, char **argv)
{
  g_autoptr (BywayAuthOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BYWAY_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("nm-byway-auth-dialog");
  /* Agents close what they don't read: our standard error, to begin with. */
  signal (SIGPIPE, SIG_IGN);
  options = byway_auth_options_parse (argv, &error);
  if (options != NULL && byway_auth_request_run (options, &error))
    return 0;
  if (error != NULL)
    g_printerr ("nm-byway-auth-dialog: %s\n", error->message);
  return 1;
}
