/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-test-box.h"

#include "byway-editor-gtk.h"
#include "byway-examination.h"
#include "byway-json.h"
#include "byway-program.h"

#include <glib/gi18n.h>

typedef enum
{
  PART_MACHINE,
  PART_SERVER,
  N_PARTS
} Part;

/* One heading, with its verdicts below. */
typedef struct
{
  GtkWidget *box, *spinner, *state, *list;
} Section;

struct _BywayTestBox
{
  GtkBox parent;
  Section sections[N_PARTS];
  GtkWidget *stop, *again;
  GCancellable *running; /* NULL: all is done */
  guint left;            /* parts under way */
  char *name, *gateway;
};

G_DEFINE_FINAL_TYPE (BywayTestBox, byway_test_box, GTK_TYPE_BOX)

/* A part that is under way. */
typedef struct
{
  BywayTestBox *owner;
  Part part;
} Question;

/* --- verdicts ------------------------------------------------------------------------------- */

static const struct
{
  const char *icon, *name, *style;
} looks[] = {
  [BYWAY_VERDICT_OK] = { "emblem-ok-symbolic", N_ ("Fine"), "byway-fine" },
  [BYWAY_VERDICT_WARNING] = { "dialog-warning-symbolic", N_ ("Warning"), "byway-doubt" },
  [BYWAY_VERDICT_PROBLEM] = { "dialog-error-symbolic", N_ ("Problem"), "byway-problem" },
  [BYWAY_VERDICT_UNKNOWN] = { "dialog-question-symbolic", N_ ("Not known"), "dim-label" },
};

static GtkWidget *
make_icon (BywayVerdict verdict)
{
  GtkWidget *icon = byway_gtk_icon_new (looks[verdict].icon);

  byway_gtk_set_name (icon, _ (looks[verdict].name));
  byway_gtk_set_class (icon, looks[verdict].style, TRUE);
  gtk_widget_set_tooltip_text (icon, _ (looks[verdict].name));
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  return icon;
}

static GtkWidget *
make_text (const char *text)
{
  GtkWidget *label = byway_gtk_wrapping_label_new ("", 56);

  gtk_label_set_use_underline (GTK_LABEL (label), FALSE);
  gtk_label_set_text (GTK_LABEL (label), text);
  return label;
}

static GtkWidget *
make_fix (const char *fix)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = make_text (fix);
  GtkWidget *copy = gtk_button_new ();
  g_autofree char *name = g_strdup_printf (_ ("Copy: %s"), fix);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  byway_gtk_set_class (label, "dim-label", TRUE);
  byway_gtk_button_set_icon (copy, "edit-copy-symbolic");
  gtk_button_set_relief (GTK_BUTTON (copy), GTK_RELIEF_NONE);
  gtk_widget_set_valign (copy, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (copy, _ ("Copy"));
  byway_gtk_set_name (copy, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (copy), "app.copy");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (copy), "s", fix);
  byway_gtk_box_add (box, label, TRUE);
  byway_gtk_box_add (box, copy, FALSE);
  return box;
}

static void
add_line (GtkWidget *list, const BywayExamined *examined)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  g_object_set (line, "margin", 12, NULL);
  byway_gtk_box_add (texts, make_text (examined->sentence), FALSE);
  if (examined->fix != NULL)
    byway_gtk_box_add (texts, make_fix (examined->fix), FALSE);
  byway_gtk_box_add (line, make_icon (examined->verdict), FALSE);
  byway_gtk_box_add (line, texts, TRUE);
  gtk_container_add (GTK_CONTAINER (row), line);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  byway_gtk_set_name (row, examined->sentence);
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (list), row);
}

/* Problems first, then warnings: what is fine interests nobody while something is not. */
static void
add_lines (Section *section, GPtrArray *lines)
{
  static const BywayVerdict order[]
      = { BYWAY_VERDICT_PROBLEM, BYWAY_VERDICT_WARNING, BYWAY_VERDICT_UNKNOWN, BYWAY_VERDICT_OK };

  for (guint o = 0; o < G_N_ELEMENTS (order); o++)
    for (guint i = 0; i < lines->len; i++)
      {
        const BywayExamined *examined = g_ptr_array_index (lines, i);

        if (examined->verdict == order[o])
          add_line (section->list, examined);
      }
  gtk_widget_show (section->list);
}

static void
add_problem (Section *section, const char *text)
{
  BywayExamined examined = { BYWAY_VERDICT_UNKNOWN, (char *)text, NULL };

  add_line (section->list, &examined);
  gtk_widget_show (section->list);
}

/* --- running -------------------------------------------------------------------------------- */

static void
show_section (Section *section, gboolean running, const char *state)
{
  g_object_set (section->spinner, "active", running, NULL);
  byway_gtk_set_shown (section->spinner, running);
  gtk_label_set_text (GTK_LABEL (section->state), state);
  byway_gtk_set_shown (section->state, *state != '\0');
}

static void
show_buttons (BywayTestBox *self)
{
  byway_gtk_set_shown (self->stop, self->running != NULL);
  byway_gtk_set_shown (self->again, self->running == NULL);
}

static void
show_object (BywayTestBox *self, Part part, GVariant *object)
{
  Section *section = &self->sections[part];
  g_autoptr (GPtrArray) lines = part == PART_MACHINE ? byway_examination_of_machine (object)
                                                     : byway_examination_of_server (object);

  add_lines (section, lines);
  show_section (section, FALSE, part == PART_MACHINE ? byway_examination_conclusion (object) : "");
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (BywayTestBox) self = question->owner;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = byway_program_run_finish (result, NULL, &error);
  g_autoptr (GVariant) object = answer != NULL ? byway_json_read_object (answer, &error) : NULL;

  if (g_task_get_cancellable (G_TASK (result)) != self->running)
    return; /* stopped, and perhaps begun anew */
  if (object != NULL)
    show_object (self, question->part, object);
  else
    {
      add_problem (&self->sections[question->part], error->message);
      show_section (&self->sections[question->part], FALSE, "");
    }
  if (--self->left > 0)
    return;
  g_clear_object (&self->running);
  show_buttons (self);
}

static void
ask (BywayTestBox *self, Part part, const char *const *words)
{
  Question *question = g_new0 (Question, 1);

  question->owner = g_object_ref (self);
  question->part = part;
  self->left++;
  byway_program_run (words, self->running, on_answer, question);
}

static void
clear (BywayTestBox *self)
{
  for (int part = 0; part < N_PARTS; part++)
    {
      g_autoptr (GList) rows
          = gtk_container_get_children (GTK_CONTAINER (self->sections[part].list));

      for (GList *row = rows; row != NULL; row = row->next)
        gtk_widget_destroy (row->data);
      gtk_widget_hide (self->sections[part].list);
    }
}

static void
start (BywayTestBox *self)
{
  const char *doctor[] = { "doctor", "--json", "--", self->name, NULL };
  const char *doctor_of_all[] = { "doctor", "--json", NULL };
  const char *probe[] = { "probe", "--json", "--", self->gateway, NULL };
  gboolean has_gateway = *self->gateway != '\0';

  byway_test_box_stop (self);
  clear (self);
  self->left = 0;
  self->running = g_cancellable_new ();
  show_section (&self->sections[PART_MACHINE], TRUE, _ ("Looking…"));
  show_section (&self->sections[PART_SERVER], has_gateway,
                has_gateway ? _ ("Asking…") : _ ("The connection has no gateway yet."));
  ask (self, PART_MACHINE, self->name != NULL ? doctor : doctor_of_all);
  if (has_gateway)
    ask (self, PART_SERVER, probe);
  show_buttons (self);
}

void
byway_test_box_start (BywayTestBox *self, const char *name, const char *gateway)
{
  g_free (self->name);
  g_free (self->gateway);
  self->name = g_strdup (name);
  self->gateway = g_strdup (gateway != NULL ? gateway : "");
  start (self);
}

void
byway_test_box_stop (BywayTestBox *self)
{
  if (self->running == NULL)
    return;
  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  for (int part = 0; part < N_PARTS; part++)
    if (gtk_widget_get_visible (self->sections[part].spinner))
      show_section (&self->sections[part], FALSE, _ ("Stopped."));
  show_buttons (self);
}

/* --- the look ------------------------------------------------------------------------------- */

static void
build_section (BywayTestBox *self, Part part, const char *title)
{
  Section *section = &self->sections[part];
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *heading = gtk_label_new (title);

  byway_gtk_set_class (heading, "byway-heading", TRUE);
  section->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  section->spinner = gtk_spinner_new ();
  section->state = make_text ("");
  gtk_label_set_xalign (GTK_LABEL (section->state), 0);
  section->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (section->list), GTK_SELECTION_NONE);
  byway_gtk_set_class (section->list, "frame", TRUE);
  byway_gtk_set_name (section->list, title);
  byway_gtk_box_add (head, heading, FALSE);
  byway_gtk_box_add (head, section->spinner, FALSE);
  byway_gtk_box_add (section->box, head, FALSE);
  byway_gtk_box_add (section->box, section->state, FALSE);
  byway_gtk_box_add (section->box, section->list, FALSE);
}

static GtkWidget *
make_button (BywayTestBox *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_halign (button, GTK_ALIGN_END);
  g_signal_connect_swapped (button, "clicked", callback, self);
  byway_gtk_box_add (GTK_WIDGET (self), button, FALSE);
  return button;
}

GtkWidget *
byway_test_box_new (void)
{
  return g_object_new (BYWAY_TYPE_TEST_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12,
                       NULL);
}

static void
byway_test_box_dispose (GObject *object)
{
  BywayTestBox *self = BYWAY_TEST_BOX (object);

  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  G_OBJECT_CLASS (byway_test_box_parent_class)->dispose (object);
}

static void
byway_test_box_finalize (GObject *object)
{
  BywayTestBox *self = BYWAY_TEST_BOX (object);

  g_free (self->name);
  g_free (self->gateway);
  G_OBJECT_CLASS (byway_test_box_parent_class)->finalize (object);
}

static void
byway_test_box_class_init (BywayTestBoxClass *class)
{
  G_OBJECT_CLASS (class)->dispose = byway_test_box_dispose;
  G_OBJECT_CLASS (class)->finalize = byway_test_box_finalize;
}

static void
byway_test_box_init (BywayTestBox *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  build_section (self, PART_MACHINE, _ ("This machine"));
  build_section (self, PART_SERVER, _ ("The server"));
  for (int part = 0; part < N_PARTS; part++)
    byway_gtk_box_add (box, self->sections[part].box, FALSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroller), box);
  byway_gtk_box_add (GTK_WIDGET (self), scroller, TRUE);
  self->stop = make_button (self, _ ("_Stop"), G_CALLBACK (byway_test_box_stop));
  self->again = make_button (self, _ ("_Test Again"), G_CALLBACK (start));
  byway_gtk_use_css (GTK_WIDGET (self), ".byway-heading { font-weight: bold; }"
                                        ".byway-fine { color: @success_color; }"
                                        ".byway-doubt { color: @warning_color; }"
                                        ".byway-problem { color: @error_color; }");
  gtk_widget_show_all (GTK_WIDGET (self));
  clear (self);
  show_buttons (self);
}

/* --- the window ----------------------------------------------------------------------------- */

static gboolean
on_key (GtkWidget *window, GdkEventKey *event, gpointer data)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_destroy (window);
  return GDK_EVENT_STOP;
}

void
byway_test_box_open (GtkWindow *parent, const char *name, const char *gateway)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *box = byway_test_box_new ();

  gtk_window_set_title (GTK_WINDOW (window), _ ("Test of the Connection"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_application (GTK_WINDOW (window), gtk_window_get_application (parent));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_type_hint (GTK_WINDOW (window), GDK_WINDOW_TYPE_HINT_DIALOG);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 560);
  gtk_container_set_border_width (GTK_CONTAINER (window), 12);
  gtk_container_add (GTK_CONTAINER (window), box);
  g_signal_connect (window, "key-press-event", G_CALLBACK (on_key), NULL);
  byway_test_box_start (BYWAY_TEST_BOX (box), name, gateway);
  gtk_window_present (GTK_WINDOW (window));
}
