/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret-question.h"

#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-keyring-async.h"
#include "byway-password-dialog.h"
#include "byway-password-text.h"
#include "byway-xl2tpd-log.h"

#include <glib/gi18n.h>
#include <string.h>

/* A keyring that is well answers within a few milliseconds. */
#define KEYRING_SECONDS 5

/* The question, from the keyring to the dialog: a GTask's data. */
typedef struct
{
  char *uuid, *name, *refused, *reason;
  BywayProfile *profile;
  GStrv wanted;
  BywaySecretWish wish; /* of the above */
  GtkWindow *parent;    /* NULL when it is gone */
  GCancellable *reading;
  gulong cancelled;
  guint deadline;
  BywayKeyringState keyring;
  BywaySecretPlan *plan;
  BywayPasswordDialog *dialog;
  BywaySecretDraft *draft; /* of the answer */
} Question;

static void read_keyring (GTask *task, gboolean may_unlock);

static void
set_parent (Question *question, GtkWindow *parent)
{
  g_set_weak_pointer (&question->parent, parent);
}

static void
free_question (gpointer data)
{
  Question *question = data;

  set_parent (question, NULL);
  g_clear_pointer (&question->plan, byway_secret_plan_free);
  g_clear_pointer (&question->draft, byway_secret_draft_free);
  g_clear_pointer (&question->profile, byway_profile_unref);
  g_clear_object (&question->reading);
  g_strfreev (question->wanted);
  g_free (question->uuid);
  g_free (question->name);
  g_free (question->refused);
  g_free (question->reason);
  g_free (question);
}

/* In one clean line: diagnoses have words of other machines in them. */
static char *
as_sentence (const char *reason)
{
  g_autofree char *clean = reason != NULL ? byway_xl2tpd_clean_line (reason, -1) : NULL;

  return clean != NULL && *clean != '\0' ? byway_password_text_sentence (clean) : NULL;
}

static Question *
new_question (const BywaySecretSubject *subject, BywaySecretDraft *earlier)
{
  Question *question = g_new0 (Question, 1);

  question->uuid = g_strdup (subject->uuid);
  question->name = byway_xl2tpd_clean_line (subject->name, -1);
  question->refused = g_strdup (subject->refused);
  question->reason = as_sentence (subject->reason);
  question->profile = subject->profile != NULL ? byway_profile_ref (subject->profile) : NULL;
  question->wanted = g_strdupv ((GStrv)subject->wanted);
  question->wish = (BywaySecretWish){ .profile = question->profile,
                                      .wanted = (const char *const *)question->wanted,
                                      .refused = question->refused,
                                      .reason = question->reason,
                                      .earlier = earlier };
  return question;
}

/* --- the end -------------------------------------------------------------------------------- */

static void
return_cancelled (GTask *task)
{
  g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_CANCELLED, "%s",
                           _ ("the question for secrets was cancelled"));
}

/* The user gave up: where the keyring has it, that is the matter. */
static void
return_refusal (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  gboolean by_user = !g_cancellable_is_cancelled (g_task_get_cancellable (task));

  if (by_user && question->keyring == BYWAY_KEYRING_LOCKED)
    g_task_return_new_error (task, BYWAY_FAILURE, BYWAY_CAUSE_KEYRING_LOCKED, "%s", "");
  else
    return_cancelled (task);
}

/* Takes the plan's, with what was typed by now. */
static void
return_answer (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  BywaySecretPlan *plan = question->plan;

  question->draft = g_steal_pointer (&plan->draft);
  plan->draft = byway_secret_draft_new ();
  g_task_return_pointer (task, byway_secret_set_ref (plan->have),
                         (GDestroyNotify)byway_secret_set_unref);
}

/* --- the dialog ----------------------------------------------------------------------------- */

static void
take_typed (Question *question, const BywaySecretSet *typed)
{
  BywaySecretPlan *plan = question->plan;

  for (guint i = 0; i < plan->asks->len; i++)
    {
      const char *key = g_array_index (plan->asks, BywaySecretAsk, i).key;
      BywayStorage storage = byway_password_dialog_storage (question->dialog, key);
      gsize length;
      const char *bytes = byway_secret_set_get (typed, key, &length);
      const char *problem;

      if (bytes == NULL)
        continue;
      byway_secret_set_put (plan->have, key, bytes, length, &problem);
      byway_secret_draft_put (plan->draft, key, bytes, length,
                              byway_secret_plan_act (plan, storage));
    }
}

static void
on_typed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (BywaySecretSet) typed
      = byway_password_dialog_ask_finish (question->dialog, result, NULL);

  if (typed != NULL)
    take_typed (question, typed);
  gtk_widget_destroy (GTK_WIDGET (question->dialog));
  if (typed != NULL)
    return_answer (task);
  else
    return_refusal (task);
}

static void
add_row (Question *question, const BywaySecretAsk *ask)
{
  const char *user = question->profile != NULL ? question->profile->user : NULL;
  g_autofree char *label = byway_password_text_label (ask->key, user);
  const BywayPasswordRow row = { .key = ask->key,
                                 .label = label,
                                 .value = ask->value,
                                 .max = ask->max,
                                 .needed = TRUE,
                                 .storage = ask->storage };

  byway_password_dialog_add (question->dialog, &row);
}

static void
show_dialog (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  g_autofree char *title = g_strdup_printf (_ ("Connect to “%s”"), question->name);
  const BywayPasswordWords words
      = { .title = title, .reason = question->plan->reason, .accept = _ ("C_onnect") };

  question->dialog
      = byway_password_dialog_new (question->parent, &words, question->plan->offers_storage);
  for (guint i = 0; i < question->plan->asks->len; i++)
    add_row (question, &g_array_index (question->plan->asks, BywaySecretAsk, i));
  byway_password_dialog_ask (question->dialog, g_task_get_cancellable (task), on_typed,
                             g_object_ref (task));
}

/* --- the keyring ---------------------------------------------------------------------------- */

static void
go_on (GTask *task, const BywaySecretSet *kept)
{
  Question *question = g_task_get_task_data (task);

  question->plan = byway_secret_plan_new (&question->wish, kept, question->keyring);
  if (question->plan->asks->len > 0)
    show_dialog (task);
  else
    return_answer (task);
}

/* Neither is wanted any more once the keyring has answered. */
static void
stop_watching (GTask *task)
{
  Question *question = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_clear_handle_id (&question->deadline, g_source_remove);
  g_clear_signal_handler (&question->cancelled, cancellable);
  g_clear_object (&question->reading);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  BywayKeyringState before = question->keyring;
  g_autoptr (BywaySecretSet) kept = byway_keyring_read_finish (result, &question->keyring, NULL);

  stop_watching (task);
  if (kept == NULL)
    {
      kept = byway_secret_set_new ();
      question->keyring = BYWAY_KEYRING_SILENT;
    }
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return_cancelled (task);
  else if (question->keyring == BYWAY_KEYRING_LOCKED && before != BYWAY_KEYRING_LOCKED)
    read_keyring (task, TRUE);
  else
    go_on (task, kept);
}

static gboolean
on_deadline (gpointer data)
{
  Question *question = data;

  question->deadline = 0;
  g_cancellable_cancel (question->reading);
  return G_SOURCE_REMOVE;
}

/* First without a window of the keyring's, and not for long; then a person may take as long as it
 * takes. */
static void
read_keyring (GTask *task, gboolean may_unlock)
{
  Question *question = g_task_get_task_data (task);
  g_auto (GStrv) keys = byway_secret_plan_lookups (&question->wish);

  question->reading = g_cancellable_new ();
  question->cancelled
      = g_signal_connect_swapped (g_task_get_cancellable (task), "cancelled",
                                  G_CALLBACK (g_cancellable_cancel), question->reading);
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_cancellable_cancel (question->reading);
  if (!may_unlock)
    question->deadline = g_timeout_add_seconds (KEYRING_SECONDS, on_deadline, question);
  byway_keyring_read (question->uuid, (const char *const *)keys, may_unlock, question->reading,
                      on_read, g_object_ref (task));
}

void
byway_secret_question_ask (const BywaySecretSubject *subject, BywaySecretDraft *earlier,
                           GtkWindow *parent, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Question *question = new_question (subject, earlier);

  g_task_set_check_cancellable (task, FALSE); /* its error is ours */
  g_task_set_task_data (task, question, free_question);
  set_parent (question, parent);
  read_keyring (task, FALSE);
}

BywaySecretSet *
byway_secret_question_ask_finish (GAsyncResult *result, BywaySecretDraft **draft, GError **error)
{
  Question *question = g_task_get_task_data (G_TASK (result));
  BywaySecretSet *secrets = g_task_propagate_pointer (G_TASK (result), error);

  if (secrets != NULL)
    *draft = g_steal_pointer (&question->draft);
  return secrets;
}
