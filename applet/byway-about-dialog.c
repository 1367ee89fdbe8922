/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-about-dialog.h"

#include <glib/gi18n.h>

void
byway_about_dialog_show (GtkWindow *parent)
{
  gtk_show_about_dialog (
      parent, "program-name", _ ("Byway"), "version", PACKAGE_VERSION, "logo-icon-name",
      "org.byway.Applet", "comments",
      _ ("Connects to VPNs of the kind that offices call L2TP/IPsec with a pre-shared key."),
      "license-type", GTK_LICENSE_GPL_2_0, NULL);
}
