/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-window.h"

#include "byway-auth-agent.h"
#include "byway-error.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <unistd.h>

typedef struct
{
  BywayPasswordDialog *dialog;
  GMainLoop *loop;
  BywaySecretSet *answer; /* NULL: not wanted */
  BywayAuthReader *reader;
  guint agent_watch;
} Window;

/* The agent takes back what it asked for. That it hangs up says nothing: some do at once. */
static gboolean
on_agent (int fd, GIOCondition condition, gpointer user_data)
{
  Window *window = user_data;
  gboolean more = byway_auth_agent_read_more (window->reader);

  if (byway_auth_reader_quit (window->reader))
    gtk_dialog_response (GTK_DIALOG (window->dialog), GTK_RESPONSE_CANCEL);
  if (!more)
    window->agent_watch = 0;
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *window = user_data;

  window->answer = byway_password_dialog_ask_finish (window->dialog, result, NULL);
  g_main_loop_quit (window->loop);
}

static void
add_row (BywayPasswordDialog *dialog, const BywayAuthField *field, const BywaySecretSet *have)
{
  const BywayPasswordRow row = { .key = field->key,
                                 .label = field->label,
                                 .value = byway_auth_field_value (field, have),
                                 .max = field->max,
                                 .needed = field->needed };

  byway_password_dialog_add (dialog, &row);
}

/* Where secrets are kept is the agent's business. */
static BywayPasswordDialog *
new_dialog (const BywayPasswordWords *words, GPtrArray *fields, const BywaySecretSet *have)
{
  BywayPasswordDialog *dialog = byway_password_dialog_new (NULL, words, FALSE);

  for (guint i = 0; i < fields->len; i++)
    if (((BywayAuthField *)fields->pdata[i])->ask)
      add_row (dialog, fields->pdata[i], have);
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  return dialog;
}

static BywaySecretSet *
run (Window *window)
{
  if (!byway_auth_reader_quit (window->reader))
    window->agent_watch = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_agent, window);
  window->loop = g_main_loop_new (NULL, FALSE);
  byway_password_dialog_ask (window->dialog, NULL, on_answered, window);
  g_main_loop_run (window->loop);
  g_main_loop_unref (window->loop);
  if (window->agent_watch != 0)
    g_source_remove (window->agent_watch);
  gtk_widget_destroy (GTK_WIDGET (window->dialog));
  return window->answer;
}

/* Adds what was not asked for. */
static void
add_kept (BywaySecretSet *answer, GPtrArray *fields, const BywaySecretSet *have)
{
  g_autoptr (BywaySecretSet) kept = byway_auth_fields_kept (fields, have);

  for (guint i = 0; i < fields->len; i++)
    {
      const char *key = ((BywayAuthField *)fields->pdata[i])->key;
      gsize length;
      const char *bytes = byway_secret_set_get (kept, key, &length);
      const char *problem;

      if (bytes != NULL)
        byway_secret_set_put (answer, key, bytes, length, &problem);
    }
}

BywaySecretSet *
byway_auth_window_ask (const BywayPasswordWords *words, GPtrArray *fields,
                       const BywaySecretSet *have, BywayAuthReader *reader, GError **error)
{
  Window window = { .reader = reader };
  BywaySecretSet *answer;

  if (!gtk_init_check (NULL, NULL))
    {
      g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_FAILED,
                           _ ("there is no display to ask on"));
      return NULL;
    }
  window.dialog = new_dialog (words, fields, have);
  answer = run (&window);
  if (answer != NULL)
    add_kept (answer, fields, have);
  return answer;
}
