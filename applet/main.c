/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-applet.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (BywayApplet) applet = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BYWAY_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("org.byway.Applet"); /* how the desktop finds our desktop file */
  g_set_application_name (_ ("Byway"));
  applet = byway_applet_new ();
  return g_application_run (G_APPLICATION (applet), argc, argv);
}
