/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Labels that take any text as it is, wrap, and begin where reading starts. */
GtkWidget *byway_label_new (const char *text);
/* With this weight and size beside the text around it. */
GtkWidget *byway_label_new_styled (const char *text, PangoWeight weight, double scale);
GtkWidget *byway_label_new_dim (const char *text);
/* For what is typed or was said by a program. */
GtkWidget *byway_label_new_monospace (const char *text);

/* "it is so" as "It is so." Caller frees. */
char *byway_label_sentence (const char *text);
