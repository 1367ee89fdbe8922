/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-connection-editor.h"

#include "byway-able.h"
#include "byway-connection-form.h"
#include "byway-connection-saver.h"
#include "byway-editor-fields.h"
#include "byway-editor-gtk.h"
#include "byway-error.h"
#include "byway-keeper.h"
#include "byway-option.h"
#include "byway-preferences.h"
#include "byway-test-box.h"

#include <glib/gi18n.h>
#include <string.h>

#define BYWAY_TYPE_CONNECTION_EDITOR (byway_connection_editor_get_type ())
G_DECLARE_FINAL_TYPE (BywayConnectionEditor, byway_connection_editor, BYWAY, CONNECTION_EDITOR,
                      GtkWindow)

struct _BywayConnectionEditor
{
  GtkWindow parent;
  BywayClient *client;
  BywayRoster *roster;
  BywayPreferences *preferences;
  char *id;           /* NULL: a new one */
  BywaySaved *saved;  /* the same */
  BywayDraft *kept;   /* as it is saved; NULL: a new one */
  BywayDraft *begun;  /* what is lost when this is closed is what differs from it */
  gboolean gathering; /* a copy's secrets are on their way: without them it is none */
  gboolean saving;
  guint fitting;   /* source */
  int form_height; /* as it wants to be */
  GtkWidget *bar, *bar_text, *form, *spinner, *test, *save, *cancel;
};

G_DEFINE_FINAL_TYPE (BywayConnectionEditor, byway_connection_editor, GTK_TYPE_WINDOW)

/* The window may be closed while the helper or the keyring works on. */
static gboolean
is_closed (BywayConnectionEditor *self)
{
  return self->form == NULL;
}

static void
show_busy (BywayConnectionEditor *self)
{
  gtk_widget_set_sensitive (self->form, !self->saving);
  gtk_widget_set_sensitive (self->save, !self->saving && !self->gathering);
  gtk_widget_set_sensitive (self->test, !self->saving);
  g_object_set (self->spinner, "active", self->saving || self->gathering, NULL);
}

/* --- messages ------------------------------------------------------------------------------- */

static void
say (BywayConnectionEditor *self, GtkMessageType type, const char *text)
{
  gtk_info_bar_set_message_type (GTK_INFO_BAR (self->bar), type);
  gtk_label_set_text (GTK_LABEL (self->bar_text), text != NULL ? text : "");
  byway_gtk_set_shown (self->bar, text != NULL);
}

static void
on_bar_response (GtkInfoBar *bar, int response, gpointer data)
{
  say (data, GTK_MESSAGE_INFO, NULL);
}

/* "dpd-delay: is too long" with the words that the field has here. Caller frees. */
static char *
describe_line (const char *line)
{
  g_autofree char *key = byway_draft_refused_key (line);
  const BywayEditorField *field = key != NULL ? byway_editor_field_find (key) : NULL;
  g_autofree char *name = field != NULL ? byway_editor_field_name (field) : NULL;

  return name != NULL ? g_strconcat (name, line + strlen (key), NULL) : g_strdup (line);
}

static char *
describe (const GError *error)
{
  g_auto (GStrv) lines = NULL;

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    return g_strdup (_ ("the helper bywayd is not installed, or the bus can't start it"));
  lines = g_strsplit (error->message, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *words = describe_line (*line);

      g_free (*line);
      *line = words;
    }
  return g_strjoinv ("\n", lines);
}

static void
show_refusal (BywayConnectionEditor *self, const GError *error)
{
  g_autofree char *words = describe (error);
  g_autofree char *text = g_strdup_printf (_ ("It was not saved: %s"), words);
  g_autofree char *key = g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_EXISTS)
                             ? g_strdup ("name")
                             : byway_draft_refused_key (error->message);

  say (self, GTK_MESSAGE_ERROR, text);
  if (key != NULL)
    byway_connection_form_go_to (BYWAY_CONNECTION_FORM (self->form), key);
}

/* --- saving --------------------------------------------------------------------------------- */

/* One save, which goes on when the window does not. */
typedef struct
{
  BywayConnectionEditor *owner;
  BywayDraft *draft, *kept;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->owner);
  byway_draft_free (saving->draft);
  g_clear_pointer (&saving->kept, byway_draft_free);
  g_free (saving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static BywayDraft *
copy_draft (const BywayDraft *draft)
{
  BywayDraft *copy = byway_draft_new (draft->name, draft->settings);

  copy->system = draft->system;
  copy->login = draft->login;
  byway_secret_set_unref (copy->secrets);
  copy->secrets = byway_secret_set_ref (draft->secrets);
  return copy;
}

static void
take_as_kept (BywayConnectionEditor *self, const BywayDraft *draft)
{
  g_clear_pointer (&self->kept, byway_draft_free);
  g_clear_pointer (&self->begun, byway_draft_free);
  self->kept = copy_draft (draft);
  self->begun = copy_draft (draft);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Saving) saving = data;
  BywayConnectionEditor *self = saving->owner;
  g_autoptr (GError) error = NULL;
  gboolean ok = byway_keeper_keep_finish (result, &error);
  g_autofree char *text = NULL;

  self->saving = FALSE;
  if (ok || is_closed (self))
    {
      if (!is_closed (self))
        gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  text = g_strdup_printf (_ ("The connection is saved, but not its secrets: %s"), error->message);
  show_busy (self);
  say (self, GTK_MESSAGE_WARNING, text);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Saving) saving = data;
  BywayConnectionEditor *self = saving->owner;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySaved) saved = byway_connection_save_finish (result, &error);

  if (saved == NULL)
    {
      self->saving = FALSE;
      if (!is_closed (self))
        {
          show_busy (self);
          show_refusal (self, error);
        }
      return;
    }
  g_clear_pointer (&self->saved, byway_saved_free);
  self->saved = g_steal_pointer (&saved);
  g_free (self->id);
  self->id = g_strconcat ("byway:", self->saved->uuid, NULL);
  byway_preferences_set_login (self->preferences, self->id, saving->draft->login);
  byway_keeper_keep (self->saved->uuid, saving->kept, saving->draft, on_kept, saving);
  take_as_kept (self, saving->draft);
  /* What the keyring has is what it had, where it was kept and what it was for, until it says
   * otherwise. */
  if (saving->kept != NULL)
    {
      g_hash_table_unref (self->kept->settings);
      self->kept->settings = g_hash_table_ref (saving->kept->settings);
    }
  byway_secret_set_unref (self->kept->secrets);
  self->kept->secrets = saving->kept != NULL ? byway_secret_set_ref (saving->kept->secrets)
                                             : byway_secret_set_new ();
  g_steal_pointer (&saving);
}

static void
save (BywayConnectionEditor *self)
{
  Saving *saving;

  if (self->saving || self->gathering)
    return;
  say (self, GTK_MESSAGE_INFO, NULL);
  if (byway_connection_form_has_problems (BYWAY_CONNECTION_FORM (self->form)))
    {
      byway_connection_form_reveal_problems (BYWAY_CONNECTION_FORM (self->form));
      return;
    }
  saving = g_new0 (Saving, 1);
  saving->owner = g_object_ref (self);
  saving->draft = byway_connection_form_get_draft (BYWAY_CONNECTION_FORM (self->form));
  saving->kept = self->kept != NULL ? copy_draft (self->kept) : NULL;
  self->saving = TRUE;
  show_busy (self);
  byway_connection_save (self->client, self->saved, saving->draft, on_saved, saving);
}

/* --- closing -------------------------------------------------------------------------------- */

static gboolean
is_changed (BywayConnectionEditor *self)
{
  g_autoptr (BywayDraft) draft
      = byway_connection_form_get_draft (BYWAY_CONNECTION_FORM (self->form));

  return !byway_draft_equal (self->begun, draft);
}

static void
on_answered (GtkDialog *dialog, int response, gpointer data)
{
  BywayConnectionEditor *self = data;

  gtk_widget_destroy (GTK_WIDGET (dialog));
  if (response == GTK_RESPONSE_NO)
    gtk_widget_destroy (GTK_WIDGET (self));
  else if (response == GTK_RESPONSE_YES)
    save (self);
}

static void
ask_whether_to_save (BywayConnectionEditor *self)
{
  const char *name = self->begun->name;
  GtkWidget *dialog = gtk_message_dialog_new (
      GTK_WINDOW (self), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE,
      *name != '\0' ? _ ("Save the changes to “%s”?") : _ ("Save the connection?"), name);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s",
                                            _ ("What you do not save is lost."));
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("Close _without Saving"), GTK_RESPONSE_NO);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Save"), GTK_RESPONSE_YES);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_YES);
  gtk_window_set_title (GTK_WINDOW (dialog), _ ("Unsaved Changes"));
  byway_gtk_set_name (dialog, _ ("Unsaved Changes"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
wish_to_close (BywayConnectionEditor *self)
{
  if (!self->saving && is_changed (self))
    ask_whether_to_save (self);
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static gboolean
byway_connection_editor_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  wish_to_close (BYWAY_CONNECTION_EDITOR (widget));
  return GDK_EVENT_STOP;
}

/* A bubble or a list that is open has Escape for itself. */
static gboolean
byway_connection_editor_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (GTK_WIDGET_CLASS (byway_connection_editor_parent_class)->key_press_event (widget, event))
    return GDK_EVENT_STOP;
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  wish_to_close (BYWAY_CONNECTION_EDITOR (widget));
  return GDK_EVENT_STOP;
}

/* --- the look ------------------------------------------------------------------------------- */

static void
on_test (BywayConnectionEditor *self)
{
  byway_test_box_open (GTK_WINDOW (self), self->kept != NULL ? self->kept->name : NULL,
                       byway_connection_form_get_gateway (BYWAY_CONNECTION_FORM (self->form)));
}

static int
screen_height (GtkWidget *widget)
{
  GdkMonitor *monitor = gdk_display_get_monitor_at_window (gtk_widget_get_display (widget),
                                                           gtk_widget_get_window (widget));
  GdkRectangle area;

  gdk_monitor_get_workarea (monitor, &area);
  return area.height * 9 / 10;
}

/* As high as what is in it, as far as the screen is. */
static void
fit (BywayConnectionEditor *self, gboolean may_shrink)
{
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (self));
  int width, height, wanted;

  if (!gtk_widget_get_realized (GTK_WIDGET (self)) || gtk_window_is_maximized (GTK_WINDOW (self)))
    return;
  gtk_window_get_size (GTK_WINDOW (self), &width, &height);
  gtk_widget_get_preferred_height_for_width (child, width, NULL, &wanted);
  wanted = MIN (wanted, screen_height (GTK_WIDGET (self)));
  if (wanted > height || may_shrink)
    gtk_window_resize (GTK_WINDOW (self), width, wanted);
}

static gboolean
on_fit (gpointer data)
{
  BywayConnectionEditor *self = data;
  int height;

  self->fitting = 0;
  gtk_widget_get_preferred_height (self->form, NULL, &height);
  fit (self, height < self->form_height);
  self->form_height = height;
  return G_SOURCE_REMOVE;
}

/* Something opened, closed, or said what is wrong with it. */
static void
on_form_allocated (BywayConnectionEditor *self)
{
  int height;

  gtk_widget_get_preferred_height (self->form, NULL, &height);
  if (self->form_height == 0)
    self->form_height = height;
  if (height != self->form_height && self->fitting == 0)
    self->fitting = g_idle_add (on_fit, self);
}

static GtkWidget *
make_bar (BywayConnectionEditor *self)
{
  self->bar = gtk_info_bar_new ();
  self->bar_text = byway_gtk_wrapping_label_new ("", 50);
  gtk_label_set_use_underline (GTK_LABEL (self->bar_text), FALSE);
  gtk_label_set_selectable (GTK_LABEL (self->bar_text), TRUE);
  gtk_widget_set_can_focus (self->bar_text, FALSE);
  gtk_info_bar_set_show_close_button (GTK_INFO_BAR (self->bar), TRUE);
  byway_gtk_box_add (gtk_info_bar_get_content_area (GTK_INFO_BAR (self->bar)), self->bar_text,
                     TRUE);
  g_signal_connect (self->bar, "response", G_CALLBACK (on_bar_response), self);
  return self->bar;
}

static GtkWidget *
make_button (BywayConnectionEditor *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static GtkWidget *
make_buttons (BywayConnectionEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->test = make_button (self, _ ("_Test…"), G_CALLBACK (on_test));
  self->cancel = make_button (self, _ ("_Cancel"), G_CALLBACK (wish_to_close));
  self->save = make_button (self, _ ("_Save"), G_CALLBACK (save));
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_tooltip_text (self->test,
                               _ ("Examine this machine and the server, without connecting"));
  gtk_widget_set_can_default (self->save, TRUE);
  byway_gtk_set_class (self->save, "suggested-action", TRUE);
  gtk_box_pack_start (GTK_BOX (box), self->test, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), self->spinner, FALSE, FALSE, 6);
  gtk_box_pack_end (GTK_BOX (box), self->save, FALSE, FALSE, 0);
  gtk_box_pack_end (GTK_BOX (box), self->cancel, FALSE, FALSE, 0);
  return box;
}

/* What does not fit the screen can be scrolled to. */
static GtkWidget *
make_scroller (GtkWidget *form)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_container_add (GTK_CONTAINER (scroller), form);
  return scroller;
}

static void
build (BywayConnectionEditor *self, gboolean is_new)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  g_object_set (inner, "margin", 18, NULL);
  self->form = byway_connection_form_new (is_new);
  byway_gtk_box_add (inner, make_scroller (self->form), TRUE);
  byway_gtk_box_add (inner, make_buttons (self), FALSE);
  byway_gtk_box_add (outer, make_bar (self), FALSE);
  byway_gtk_box_add (outer, inner, TRUE);
  gtk_container_add (GTK_CONTAINER (self), outer);
  gtk_widget_show_all (outer);
  byway_gtk_set_shown (self->bar, FALSE);
  gtk_window_set_default (GTK_WINDOW (self), self->save);
  g_signal_connect_swapped (self->form, "size-allocate", G_CALLBACK (on_form_allocated), self);
}

/* --- what it begins with -------------------------------------------------------------------- */

/* The names that a connection can't get: of every other one of the same owner. */
static GHashTable *
names_taken (BywayRoster *roster, const char *but_id, gboolean system)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < byway_roster_size (roster); i++)
    {
      const BywayEntry *entry = byway_roster_nth (roster, i);

      if (entry->home == BYWAY_HOME_HELPER && entry->system == system
          && g_strcmp0 (entry->id, but_id) != 0)
        g_hash_table_add (names, g_strdup (entry->name));
    }
  return names;
}

static void
take_secret (BywayConnectionEditor *self, const char *key, const BywaySecretSet *secrets)
{
  gsize length;
  const char *bytes = byway_secret_set_get (secrets, key, &length);
  const char *problem;

  if (bytes == NULL)
    return;
  if (byway_draft_storage (self->begun, key) != BYWAY_STORAGE_ASK)
    byway_secret_set_put (self->begun->secrets, key, bytes, length, &problem);
  if (self->kept != NULL)
    byway_secret_set_put (self->kept->secrets, key, bytes, length, &problem);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayConnectionEditor) self = data;
  g_autoptr (BywaySecretSet) secrets = byway_keeper_load_finish (result);
  gsize n;
  const BywayOption *options = byway_options (&n);

  self->gathering = FALSE;
  if (is_closed (self) || self->saving || secrets == NULL)
    return;
  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET)
      take_secret (self, options[i].key, secrets);
  byway_connection_form_offer_secrets (BYWAY_CONNECTION_FORM (self->form), secrets);
  show_busy (self);
}

/* Without an answer nothing is called impossible. */
static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayConnectionEditor) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);
  g_autoptr (GVariant) machine = NULL;

  if (reply == NULL)
    g_debug ("What this machine can do is not known: %s", error->message);
  if (reply == NULL || is_closed (self))
    return;
  machine = g_variant_get_child_value (reply, 0);
  byway_connection_form_set_able (BYWAY_CONNECTION_FORM (self->form), byway_able_new (machine));
}

static void
begin (BywayConnectionEditor *self, const BywayDraft *draft, const char *title)
{
  g_autoptr (GHashTable) own = names_taken (self->roster, self->id, FALSE);
  g_autoptr (GHashTable) system = names_taken (self->roster, self->id, TRUE);

  gtk_window_set_title (GTK_WINDOW (self), title);
  self->begun = copy_draft (draft);
  byway_connection_form_set_taken (BYWAY_CONNECTION_FORM (self->form), own, system);
  byway_connection_form_set_draft (BYWAY_CONNECTION_FORM (self->form), draft);
}

static BywayConnectionEditor *
editor_new (GtkApplication *application, BywayClient *client, BywayRoster *roster, const char *id)
{
  BywayConnectionEditor *self = g_object_new (BYWAY_TYPE_CONNECTION_EDITOR, "application",
                                              application, "default-width", 540, NULL);

  self->client = g_object_ref (client);
  self->roster = g_object_ref (roster);
  self->preferences = byway_preferences_new ();
  self->id = g_strdup (id);
  build (self, id == NULL);
  byway_client_call (client, BYWAY_CLIENT_ROOT, "Manager", "Examine", NULL, on_examined,
                     g_object_ref (self));
  return self;
}

/* The window for that connection; NULL: there is none. */
static BywayConnectionEditor *
find_window (GtkApplication *application, const char *id)
{
  for (GList *window = gtk_application_get_windows (application); window != NULL;
       window = window->next)
    if (BYWAY_IS_CONNECTION_EDITOR (window->data)
        && g_strcmp0 (BYWAY_CONNECTION_EDITOR (window->data)->id, id) == 0)
      return window->data;
  return NULL;
}

static BywayConnectionEditor *
open_new (GtkApplication *application, BywayClient *client, BywayRoster *roster)
{
  BywayConnectionEditor *self = editor_new (application, client, roster, NULL);
  g_autoptr (BywayDraft) draft = byway_draft_new ("", NULL);

  begin (self, draft, _ ("New Connection"));
  return self;
}

static BywayConnectionEditor *
open_entry (GtkApplication *application, BywayClient *client, BywayRoster *roster,
            const BywayEntry *entry)
{
  BywayConnectionEditor *self = editor_new (application, client, roster, entry->id);
  g_autoptr (BywayDraft) draft = byway_draft_new (entry->name, entry->settings);
  g_autofree char *title = g_strdup_printf (_ ("Edit “%s”"), entry->name);

  draft->system = entry->system;
  draft->login = byway_preferences_get_login (self->preferences, entry->id);
  self->saved = byway_saved_new (entry->path, entry->uuid);
  begin (self, draft, title);
  self->kept = byway_draft_new (entry->name, entry->settings);
  byway_keeper_load (entry->uuid, on_loaded, g_object_ref (self));
  return self;
}

void
byway_connection_editor_open (GtkApplication *application, BywayClient *client, BywayRoster *roster,
                              const char *id, const char *key)
{
  BywayConnectionEditor *self = find_window (application, id);
  const BywayEntry *entry = id != NULL ? byway_roster_find (roster, id) : NULL;

  if (self == NULL && id == NULL)
    self = open_new (application, client, roster);
  else if (self == NULL && entry != NULL && entry->home == BYWAY_HOME_HELPER)
    self = open_entry (application, client, roster, entry);
  if (self == NULL)
    return;
  gtk_window_present (GTK_WINDOW (self));
  byway_connection_form_go_to (BYWAY_CONNECTION_FORM (self->form), key != NULL ? key : "name");
}

void
byway_connection_editor_duplicate (GtkApplication *application, BywayClient *client,
                                   BywayRoster *roster, const char *id)
{
  const BywayEntry *entry = byway_roster_find (roster, id);
  BywayConnectionEditor *self;
  g_autoptr (GHashTable) taken = NULL;
  g_autoptr (BywayDraft) draft = NULL;
  g_autofree char *name = NULL, *title = NULL;

  if (entry == NULL || entry->home != BYWAY_HOME_HELPER)
    return;
  self = editor_new (application, client, roster, NULL);
  taken = names_taken (roster, NULL, entry->system);
  name = byway_draft_copy_name (entry->name, taken);
  title = g_strdup_printf (_ ("Copy of “%s”"), entry->name);
  draft = byway_draft_new (name, entry->settings);
  draft->system = entry->system;
  begin (self, draft, title);
  self->gathering = TRUE;
  show_busy (self);
  byway_keeper_load (entry->uuid, on_loaded, g_object_ref (self));
  gtk_window_present (GTK_WINDOW (self));
  byway_connection_form_go_to (BYWAY_CONNECTION_FORM (self->form), "name");
}

void
byway_connection_editor_open_import (GtkApplication *application, BywayClient *client,
                                     BywayRoster *roster, const BywayImport *import)
{
  BywayConnectionEditor *self = editor_new (application, client, roster, NULL);
  g_autoptr (BywayDraft) draft = byway_draft_new (import->name, import->settings);
  g_autofree char *title = g_strdup_printf (_ ("Import “%s”"), import->name);

  byway_secret_set_unref (draft->secrets);
  draft->secrets = byway_secret_set_ref (import->secrets);
  begin (self, draft, title);
  /* Nothing of it is saved yet: closing it loses something. */
  g_free (self->begun->name);
  self->begun->name = g_strdup ("");
  gtk_window_present (GTK_WINDOW (self));
  if (byway_connection_form_has_problems (BYWAY_CONNECTION_FORM (self->form)))
    byway_connection_form_reveal_problems (BYWAY_CONNECTION_FORM (self->form));
  else
    byway_connection_form_go_to (BYWAY_CONNECTION_FORM (self->form), "name");
}

/* --- the object ----------------------------------------------------------------------------- */

static void
byway_connection_editor_destroy (GtkWidget *widget)
{
  BywayConnectionEditor *self = BYWAY_CONNECTION_EDITOR (widget);

  g_clear_handle_id (&self->fitting, g_source_remove);
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  self->form = NULL;
  GTK_WIDGET_CLASS (byway_connection_editor_parent_class)->destroy (widget);
}

static void
byway_connection_editor_finalize (GObject *object)
{
  BywayConnectionEditor *self = BYWAY_CONNECTION_EDITOR (object);

  g_clear_object (&self->client);
  g_clear_object (&self->roster);
  g_clear_object (&self->preferences);
  g_clear_pointer (&self->saved, byway_saved_free);
  g_clear_pointer (&self->kept, byway_draft_free);
  g_clear_pointer (&self->begun, byway_draft_free);
  g_free (self->id);
  G_OBJECT_CLASS (byway_connection_editor_parent_class)->finalize (object);
}

static void
byway_connection_editor_class_init (BywayConnectionEditorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = byway_connection_editor_finalize;
  GTK_WIDGET_CLASS (class)->destroy = byway_connection_editor_destroy;
  GTK_WIDGET_CLASS (class)->delete_event = byway_connection_editor_delete_event;
  GTK_WIDGET_CLASS (class)->key_press_event = byway_connection_editor_key_press_event;
}

static void
byway_connection_editor_init (BywayConnectionEditor *self)
{
}
