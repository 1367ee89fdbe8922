/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What the program is, by whom, under which licence. @parent may be NULL. */
void byway_about_dialog_show (GtkWindow *parent);
