/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-label.h"

#include <string.h>

/* Lines longer than this are hard to read. */
#define WIDEST 60

GtkWidget *
byway_label_new (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDEST);
  return label;
}

GtkWidget *
byway_label_new_styled (const char *text, PangoWeight weight, double scale)
{
  GtkWidget *label = byway_label_new (text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
  return label;
}

static GtkWidget *
new_with_class (const char *text, const char *class_name)
{
  GtkWidget *label = byway_label_new (text);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), class_name);
  return label;
}

GtkWidget *
byway_label_new_dim (const char *text)
{
  return new_with_class (text, GTK_STYLE_CLASS_DIM_LABEL);
}

GtkWidget *
byway_label_new_monospace (const char *text)
{
  return new_with_class (text, GTK_STYLE_CLASS_MONOSPACE);
}

char *
byway_label_sentence (const char *text)
{
  GString *sentence = g_string_new (NULL);

  if (*text == '\0')
    return g_string_free (sentence, FALSE);
  g_string_append_unichar (sentence, g_unichar_totitle (g_utf8_get_char (text)));
  g_string_append (sentence, g_utf8_next_char (text));
  if (strchr (".!?", sentence->str[sentence->len - 1]) == NULL)
    g_string_append_c (sentence, '.');
  return g_string_free (sentence, FALSE);
}
