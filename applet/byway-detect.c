/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-detect.h"

#include "byway-about.h"
#include "byway-editor-gtk.h"
#include "byway-examination.h"
#include "byway-json.h"
#include "byway-program.h"

#include <glib/gi18n.h>

typedef struct
{
  BywayDetectHost host;
  GtkWidget *button, *popover, *spinner, *text, *list, *use;
  GCancellable *asking; /* NULL: nobody is */
  char *proposals;      /* what is offered */
} Detect;

/* Both the button and a question that is under way have it. */
static void
stop (Detect *detect)
{
  if (detect->asking != NULL)
    g_cancellable_cancel (detect->asking);
  g_clear_object (&detect->asking);
}

static void
detect_clear (gpointer data)
{
  Detect *detect = data;

  stop (detect);
  g_free (detect->proposals);
}

static void
detect_unref (gpointer data)
{
  g_rc_box_release_full (data, detect_clear);
}

static void
set_text (Detect *detect, const char *text)
{
  gtk_label_set_text (GTK_LABEL (detect->text), text);
}

static void
show (Detect *detect, gboolean asking, const char *list)
{
  gtk_label_set_text (GTK_LABEL (detect->list), list != NULL ? list : "");
  byway_gtk_set_shown (detect->list, list != NULL && *list != '\0');
  byway_gtk_set_shown (detect->use, detect->proposals != NULL && *detect->proposals != '\0');
  byway_gtk_set_shown (detect->spinner, asking);
  g_object_set (detect->spinner, "active", asking, NULL);
}

/* The last thing that was found stands for all: what is wrong comes after what is not. */
static void
show_findings (Detect *detect, GVariant *probe)
{
  g_autoptr (GPtrArray) lines = byway_examination_of_server (probe);
  g_auto (GStrv) accepted = byway_examination_accepted (probe);
  g_autofree char *list = g_strjoinv ("\n", accepted);
  const BywayExamined *last = g_ptr_array_index (lines, lines->len - 1);
  g_autofree char *text = NULL;

  g_free (detect->proposals);
  detect->proposals = g_strdup (byway_examination_proposal (probe));
  if (*detect->proposals != '\0')
    text = g_strdup_printf (_ ("%s takes:"), byway_about_string (probe, "host"));
  set_text (detect, text != NULL ? text : last->sentence);
  show (detect, FALSE, list);
  if (gtk_widget_get_visible (detect->use))
    gtk_widget_grab_focus (detect->use);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Detect *detect = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = byway_program_run_finish (result, NULL, &error);
  g_autoptr (GVariant) probe = answer != NULL ? byway_json_read_object (answer, &error) : NULL;

  if (g_task_get_cancellable (G_TASK (result)) == detect->asking)
    {
      g_clear_object (&detect->asking);
      if (probe != NULL)
        show_findings (detect, probe);
      else
        {
          set_text (detect, error->message);
          show (detect, FALSE, NULL);
        }
    }
  detect_unref (detect);
}

static void
ask (Detect *detect)
{
  const char *gateway = detect->host.gateway (detect->host.data);
  const char *words[] = { "probe", "--json", "--", gateway, NULL };
  g_autofree char *text = NULL;

  stop (detect);
  g_clear_pointer (&detect->proposals, g_free);
  if (gateway == NULL || *gateway == '\0')
    {
      set_text (detect, _ ("Enter the gateway first."));
      show (detect, FALSE, NULL);
      return;
    }
  text = g_strdup_printf (_ ("Asking %s which algorithms it takes…"), gateway);
  set_text (detect, text);
  show (detect, TRUE, NULL);
  detect->asking = g_cancellable_new ();
  byway_program_run (words, detect->asking, on_answer, g_rc_box_acquire (detect));
}

static void
on_toggled (GtkToggleButton *button, gpointer data)
{
  if (gtk_toggle_button_get_active (button))
    ask (data);
  else
    stop (data);
}

static void
on_use (GtkWidget *button, gpointer data)
{
  Detect *detect = data;

  detect->host.use (detect->proposals, detect->host.data);
  /* At once: one that fades away would take with it what the next press of the button opens. */
  gtk_widget_hide (detect->popover);
}

static GtkWidget *
make_content (Detect *detect)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  g_object_set (box, "margin", 12, NULL);
  detect->spinner = gtk_spinner_new ();
  detect->text = byway_gtk_wrapping_label_new ("", 40);
  detect->list = byway_gtk_wrapping_label_new ("", 40);
  gtk_label_set_use_underline (GTK_LABEL (detect->text), FALSE);
  gtk_label_set_use_underline (GTK_LABEL (detect->list), FALSE);
  gtk_label_set_selectable (GTK_LABEL (detect->list), TRUE);
  gtk_widget_set_can_focus (detect->list, FALSE);
  gtk_widget_set_margin_start (detect->list, 12);
  detect->use = gtk_button_new_with_mnemonic (_ ("_Use These"));
  gtk_widget_set_halign (detect->use, GTK_ALIGN_END);
  g_signal_connect (detect->use, "clicked", G_CALLBACK (on_use), detect);
  byway_gtk_box_add (head, detect->spinner, FALSE);
  byway_gtk_box_add (head, detect->text, TRUE);
  byway_gtk_box_add (box, head, FALSE);
  byway_gtk_box_add (box, detect->list, FALSE);
  byway_gtk_box_add (box, detect->use, FALSE);
  gtk_widget_show_all (box);
  return box;
}

GtkWidget *
byway_detect_new (const BywayDetectHost *host)
{
  Detect *detect = g_rc_box_new0 (Detect);

  detect->host = *host;
  detect->button = gtk_menu_button_new ();
  gtk_container_add (GTK_CONTAINER (detect->button), gtk_label_new (_ ("Detect…")));
  gtk_widget_set_tooltip_text (detect->button,
                               _ ("Ask the server which algorithms it takes: without any secret"));
  byway_gtk_set_name (detect->button, _ ("Detect the server’s IKE algorithms"));
  detect->popover = gtk_popover_new (detect->button);
  gtk_container_add (GTK_CONTAINER (detect->popover), make_content (detect));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (detect->button), detect->popover);
  g_signal_connect (detect->button, "toggled", G_CALLBACK (on_toggled), detect);
  g_object_set_data_full (G_OBJECT (detect->button), "byway-detect", detect, detect_unref);
  return detect->button;
}
