/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-connection-form.h"

#include "byway-detect.h"
#include "byway-editor-gtk.h"
#include "byway-editor.h"
#include "byway-option.h"

#include <glib/gi18n.h>
#include <string.h>

/* The ids are what the options "…-storage" take. */
static const BywayEditorStorage storages[] = {
  { "save", N_ ("Kept in your keyring"), TRUE },
  { "session", N_ ("Kept until you log out"), TRUE },
  { "ask", N_ ("Asked every time"), FALSE },
};
static const BywayEditorHost host = { storages, G_N_ELEMENTS (storages), TRUE };

struct _BywayConnectionForm
{
  GtkBox parent;
  GtkWidget *name, *name_problem, *system, *login;
  BywayEditor *editor;
  GHashTable *taken, *taken_system; /* sets of names */
  GHashTable *came;                 /* settings as they came */
  BywaySecretSet *carried;          /* secrets that came and that no field can show */
  char *gateway;                    /* what was asked for last */
  gboolean visited;                 /* the user was at the name: that it lacks may be told */
  gboolean showing;                 /* nobody typed */
};

G_DEFINE_FINAL_TYPE (BywayConnectionForm, byway_connection_form, GTK_TYPE_BOX)

static guint changed_signal;

/* --- the name ------------------------------------------------------------------------------- */

static gboolean
is_system (BywayConnectionForm *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->system));
}

static const char *
find_name_problem (BywayConnectionForm *self)
{
  return byway_draft_name_problem (gtk_entry_get_text (GTK_ENTRY (self->name)),
                                   is_system (self) ? self->taken_system : self->taken);
}

/* "a name has no blank …" begins a sentence here. */
static char *
as_sentence (const char *text)
{
  const char *rest = g_utf8_next_char (text);
  g_autofree char *first = g_utf8_strup (text, rest - text);

  return g_strconcat (first, rest, NULL);
}

static void
show_name_problem (BywayConnectionForm *self)
{
  const char *problem = find_name_problem (self);
  gboolean told = problem != NULL && self->visited;
  g_autofree char *text = told ? as_sentence (problem) : NULL;
  GtkWidget *line = gtk_widget_get_parent (self->name_problem);

  gtk_label_set_text (GTK_LABEL (self->name_problem), told ? text : "");
  byway_gtk_set_class (self->name, "error", told);
  byway_gtk_set_invalid (self->name, told);
  byway_gtk_set_description (self->name, text);
  byway_gtk_set_shown (line, told);
}

/* --- what the user does --------------------------------------------------------------------- */

static void
on_changed (BywayConnectionForm *self)
{
  if (self->showing)
    return;
  show_name_problem (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_name_typed (BywayConnectionForm *self)
{
  self->visited |= !self->showing;
  on_changed (self);
}

static gboolean
on_name_left (BywayConnectionForm *self)
{
  self->visited = TRUE;
  show_name_problem (self);
  return GDK_EVENT_PROPAGATE;
}

/* --- drafts --------------------------------------------------------------------------------- */

static gboolean
can_be_shown (const BywaySecretSet *secrets, const char *key)
{
  gsize length;
  const char *bytes = byway_secret_set_get (secrets, key, &length);

  return bytes != NULL && g_utf8_validate (bytes, length, NULL);
}

static void
copy_secret (const BywaySecretSet *from, const char *key, BywaySecretSet *to)
{
  gsize length;
  const char *bytes = byway_secret_set_get (from, key, &length);
  const char *problem;

  if (bytes != NULL)
    byway_secret_set_put (to, key, bytes, length, &problem);
}

typedef void (*ForSecret) (BywayConnectionForm *self, const char *key, gpointer data);

static void
for_each_secret (BywayConnectionForm *self, ForSecret each, gpointer data)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET)
      each (self, options[i].key, data);
}

static void
offer_secret (BywayConnectionForm *self, const char *key, gpointer data)
{
  const BywaySecretSet *secrets = data;

  if (byway_editor_get_secret (self->editor, key) != NULL)
    return;
  if (can_be_shown (secrets, key))
    byway_editor_set_secret (self->editor, key, byway_secret_set_get (secrets, key, NULL));
  else
    copy_secret (secrets, key, self->carried);
}

void
byway_connection_form_offer_secrets (BywayConnectionForm *self, const BywaySecretSet *secrets)
{
  for_each_secret (self, offer_secret, (gpointer)secrets);
}

static void
show_storage (BywayConnectionForm *self, const char *key, gpointer data)
{
  g_autofree char *option = g_strconcat (key, "-storage", NULL);
  const char *id = g_hash_table_lookup (self->came, option);

  byway_editor_set_storage (self->editor, key, id != NULL ? id : storages[0].id);
}

void
byway_connection_form_set_draft (BywayConnectionForm *self, const BywayDraft *draft)
{
  self->showing = TRUE;
  g_hash_table_unref (self->came);
  self->came = g_hash_table_ref (draft->settings);
  gtk_entry_set_text (GTK_ENTRY (self->name), draft->name);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->system), draft->system);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->login), draft->login);
  byway_editor_set_settings (self->editor, draft->settings);
  for_each_secret (self, show_storage, NULL);
  byway_connection_form_offer_secrets (self, draft->secrets);
  self->showing = FALSE;
  show_name_problem (self);
}

/* The default is written down only where it was before. */
static void
read_storage (BywayConnectionForm *self, const char *key, BywayDraft *draft)
{
  g_autofree char *option = g_strconcat (key, "-storage", NULL);
  const char *id = byway_editor_get_storage (self->editor, key);

  if (id == NULL) /* it came as a word that nobody knows, and nobody chose another one */
    return;
  if (strcmp (id, storages[0].id) != 0 || g_hash_table_contains (self->came, option))
    g_hash_table_insert (draft->settings, g_strdup (option), g_strdup (id));
  else
    g_hash_table_remove (draft->settings, option);
}

static void
read_secret (BywayConnectionForm *self, const char *key, gpointer data)
{
  BywayDraft *draft = data;
  const char *typed = byway_editor_get_secret (self->editor, key);
  const char *problem;

  read_storage (self, key, draft);
  if (typed != NULL)
    byway_secret_set_put (draft->secrets, key, typed, strlen (typed), &problem);
  else if (byway_draft_storage (draft, key) != BYWAY_STORAGE_ASK)
    copy_secret (self->carried, key, draft->secrets);
}

BywayDraft *
byway_connection_form_get_draft (BywayConnectionForm *self)
{
  g_autoptr (GHashTable) settings = byway_editor_get_settings (self->editor);
  BywayDraft *draft = byway_draft_new (gtk_entry_get_text (GTK_ENTRY (self->name)), settings);

  draft->system = is_system (self);
  draft->login = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->login));
  for_each_secret (self, read_secret, draft);
  return draft;
}

/* --- the window's side ---------------------------------------------------------------------- */

void
byway_connection_form_set_taken (BywayConnectionForm *self, GHashTable *own, GHashTable *system)
{
  g_hash_table_unref (self->taken);
  g_hash_table_unref (self->taken_system);
  self->taken = g_hash_table_ref (own);
  self->taken_system = g_hash_table_ref (system);
  show_name_problem (self);
}

void
byway_connection_form_set_able (BywayConnectionForm *self, BywayAble *able)
{
  byway_editor_set_able (self->editor, able);
}

gboolean
byway_connection_form_has_problems (BywayConnectionForm *self)
{
  g_autoptr (GPtrArray) issues = byway_editor_get_issues (self->editor);

  return issues->len > 0 || find_name_problem (self) != NULL;
}

void
byway_connection_form_reveal_problems (BywayConnectionForm *self)
{
  self->visited = TRUE;
  show_name_problem (self);
  byway_editor_reveal_issues (self->editor);
  if (find_name_problem (self) != NULL)
    gtk_widget_grab_focus (self->name);
}

void
byway_connection_form_go_to (BywayConnectionForm *self, const char *key)
{
  if (strcmp (key, "name") == 0)
    gtk_widget_grab_focus (self->name);
  else
    byway_editor_go_to (self->editor, key);
}

const char *
byway_connection_form_get_gateway (BywayConnectionForm *self)
{
  g_autoptr (GHashTable) settings = byway_editor_get_settings (self->editor);
  const char *gateway = g_hash_table_lookup (settings, "gateway");

  g_free (self->gateway);
  self->gateway = g_strdup (gateway != NULL ? gateway : "");
  return self->gateway;
}

/* --- the look ------------------------------------------------------------------------------- */

static const char *
on_gateway_wanted (gpointer data)
{
  return byway_connection_form_get_gateway (data);
}

static void
on_proposals_wanted (const char *proposals, gpointer data)
{
  BywayConnectionForm *self = data;

  byway_editor_put (self->editor, "ike", proposals);
}

static GtkWidget *
make_problem_line (BywayConnectionForm *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = byway_gtk_icon_new ("dialog-error-symbolic");

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  self->name_problem = byway_gtk_wrapping_label_new ("", 44);
  gtk_label_set_use_underline (GTK_LABEL (self->name_problem), FALSE);
  byway_gtk_set_class (line, "byway-problem", TRUE);
  byway_gtk_box_add (line, icon, FALSE);
  byway_gtk_box_add (line, self->name_problem, TRUE);
  return line;
}

static void
build_name (BywayConnectionForm *self)
{
  GtkWidget *label = byway_gtk_wrapping_label_new (_ ("Na_me"), 30);

  self->name = byway_gtk_entry_new (FALSE, 24);
  gtk_widget_set_tooltip_text (self->name, _ ("What you call the connection: “office”"));
  byway_gtk_set_label (self->name, label, _ ("Name"));
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (on_name_typed), self);
  g_signal_connect_swapped (self->name, "focus-out-event", G_CALLBACK (on_name_left), self);
  byway_editor_add_above (self->editor, label, self->name);
  byway_editor_add_above (self->editor, NULL, make_problem_line (self));
}

static GtkWidget *
add_check (BywayConnectionForm *self, const char *label, const char *name, const char *tooltip)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (label);

  gtk_widget_set_tooltip_text (check, tooltip);
  byway_gtk_set_name (check, name);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (on_changed), self);
  byway_editor_add_below (self->editor, check);
  return check;
}

GtkWidget *
byway_connection_form_new (gboolean is_new)
{
  BywayConnectionForm *self = g_object_new (BYWAY_TYPE_CONNECTION_FORM, NULL);

  byway_gtk_set_shown (self->system, is_new);
  return GTK_WIDGET (self);
}

static void
byway_connection_form_finalize (GObject *object)
{
  BywayConnectionForm *self = BYWAY_CONNECTION_FORM (object);

  g_hash_table_unref (self->taken);
  g_hash_table_unref (self->taken_system);
  g_hash_table_unref (self->came);
  byway_secret_set_unref (self->carried);
  g_free (self->gateway);
  G_OBJECT_CLASS (byway_connection_form_parent_class)->finalize (object);
}

static void
byway_connection_form_class_init (BywayConnectionFormClass *class)
{
  G_OBJECT_CLASS (class)->finalize = byway_connection_form_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_connection_form_init (BywayConnectionForm *self)
{
  const BywayDetectHost asker = { on_gateway_wanted, on_proposals_wanted, self };

  self->taken = g_hash_table_new (g_str_hash, g_str_equal);
  self->taken_system = g_hash_table_new (g_str_hash, g_str_equal);
  self->came = g_hash_table_new (g_str_hash, g_str_equal);
  self->carried = byway_secret_set_new ();
  self->editor = BYWAY_EDITOR (byway_editor_new (&host));
  build_name (self);
  self->system = add_check (self, _ ("A_vailable to all users"), _ ("Available to all users"),
                            _ ("Everybody on this machine sees it, and may connect it with their "
                               "own secrets"));
  self->login = add_check (self, _ ("Connect at lo_gin"), _ ("Connect at login"),
                           _ ("Connect as soon as you have logged in"));
  byway_editor_add_beside (self->editor, "ike", byway_detect_new (&asker));
  g_signal_connect_swapped (self->editor, "changed", G_CALLBACK (on_changed), self);
  byway_gtk_box_add (GTK_WIDGET (self), GTK_WIDGET (self->editor), TRUE);
  gtk_widget_show_all (GTK_WIDGET (self));
  show_name_problem (self);
}
