/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-polkit.h"

#include "byway-limits.h"

/* Spoken by hand and not by libpolkit: that one waits for ever, starts a thread for each question,
 * and reads an answer of another type than it expects without looking. */
#define POLKIT "org.freedesktop.PolicyKit1"
#define AUTHORITY "/org/freedesktop/PolicyKit1/Authority"
#define ALLOW_USER_INTERACTION 1u

typedef struct
{
  GDBusConnection *bus;
  char *id; /* by which it can be taken back */
  guint watch;
  GCancellable *gone; /* who wanted to know */
} Question;

static void
question_free (Question *question)
{
  if (question->watch != 0)
    g_bus_unwatch_name (question->watch);
  g_object_unref (question->bus);
  g_object_unref (question->gone);
  g_free (question->id);
  g_free (question);
}

static void
take_back (Question *question)
{
  g_dbus_connection_call (question->bus, POLKIT, AUTHORITY, POLKIT ".Authority",
                          "CancelCheckAuthorization", g_variant_new ("(s)", question->id), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, BYWAY_LIMIT_POLKIT_MS, NULL, NULL, NULL);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gboolean allowed = FALSE;

  if (reply == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        take_back (g_task_get_task_data (task));
      g_task_return_error (task, error);
      return;
    }
  g_variant_get (reply, "((bb@a{ss}))", &allowed, NULL, NULL);
  g_task_return_boolean (task, allowed);
}

static void
on_gone (GDBusConnection *bus, const char *name, gpointer gone)
{
  g_cancellable_cancel (gone);
}

static char *
new_id (void)
{
  static guint last;

  return g_strdup_printf ("byway-%u", ++last);
}

static GVariant *
arguments (Question *question, const char *caller, const char *action, gboolean interactive)
{
  GVariantBuilder subject, details;

  g_variant_builder_init (&subject, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&subject, "{sv}", "name", g_variant_new_string (caller));
  g_variant_builder_init (&details, G_VARIANT_TYPE ("a{ss}"));
  return g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject, action, &details,
                        interactive ? ALLOW_USER_INTERACTION : 0u, question->id);
}

void
byway_polkit_ask (GDBusConnection *bus, const char *caller, const char *action,
                  gboolean interactive, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Question *question = g_new0 (Question, 1);

  question->bus = g_object_ref (bus);
  question->id = new_id ();
  question->gone = g_cancellable_new ();
  question->watch
      = g_bus_watch_name_on_connection (bus, caller, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_gone,
                                        g_object_ref (question->gone), g_object_unref);
  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  g_dbus_connection_call (bus, POLKIT, AUTHORITY, POLKIT ".Authority", "CheckAuthorization",
                          arguments (question, caller, action, interactive),
                          G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE,
                          interactive ? BYWAY_LIMIT_POLKIT_ASKING_MS : BYWAY_LIMIT_POLKIT_MS,
                          question->gone, on_answer, task);
}

gboolean
byway_polkit_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
