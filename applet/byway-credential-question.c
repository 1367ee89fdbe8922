/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-credential-question.h"

#include "byway-credentials.h"
#include "byway-diagnosis.h"
#include "byway-words.h"

/* From the first dialog to the last: a GTask's data. */
typedef struct
{
  char *uuid, *name;
  BywayProfile *profile;
  GStrv wanted;
  const char *password; /* the key of the one that a file wants; NULL. Static */
  GtkWindow *parent;    /* NULL when it is gone */
  BywaySecretSet *secrets;
  BywaySecretDraft *draft;   /* of the dialog before */
  BywaySecretDraft *earlier; /* of the one that is shown */
} Search;

static void
free_search (gpointer data)
{
  Search *search = data;

  g_clear_weak_pointer (&search->parent);
  g_clear_pointer (&search->profile, byway_profile_unref);
  g_clear_pointer (&search->secrets, byway_secret_set_unref);
  g_clear_pointer (&search->draft, byway_secret_draft_free);
  g_clear_pointer (&search->earlier, byway_secret_draft_free);
  g_strfreev (search->wanted);
  g_free (search->uuid);
  g_free (search->name);
  g_free (search);
}

static void on_asked (GObject *source, GAsyncResult *result, gpointer data);

/* --- the files ------------------------------------------------------------------------------ */

static void
ask_for_password (GTask *task, const GError *error)
{
  Search *search = g_task_get_task_data (task);
  g_autoptr (BywayDiagnosis) diagnosis
      = byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE);
  g_autoptr (BywayWords) words = byway_words_new (diagnosis);
  const BywaySecretSubject subject = { .uuid = search->uuid,
                                       .name = search->name,
                                       .profile = search->profile,
                                       .wanted = (const char *const *)search->wanted,
                                       .refused = search->password,
                                       .reason = words->sentence };

  g_clear_pointer (&search->earlier, byway_secret_draft_free);
  search->earlier = g_steal_pointer (&search->draft);
  byway_secret_question_ask (&subject, search->earlier, search->parent,
                             g_task_get_cancellable (task), on_asked, g_object_ref (task));
}

static void
return_secrets (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&search->secrets),
                         (GDestroyNotify)byway_secret_set_unref);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (byway_credentials_load_finish (result, &search->password, &error))
    return_secrets (task);
  else if (g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD))
    ask_for_password (task, error);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* --- the dialogs ---------------------------------------------------------------------------- */

/* Of a connection that is not known, nobody knows files. */
static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_pointer (&search->secrets, byway_secret_set_unref);
  search->secrets = byway_secret_question_ask_finish (result, &search->draft, &error);
  if (search->secrets == NULL)
    g_task_return_error (task, error);
  else if (search->profile == NULL)
    return_secrets (task);
  else
    byway_credentials_load_async (search->profile, (const char *const *)search->wanted,
                                  search->secrets, g_task_get_cancellable (task), on_loaded,
                                  g_object_ref (task));
}

void
byway_credential_question_ask (const BywaySecretSubject *subject, BywaySecretDraft *earlier,
                               GtkWindow *parent, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Search *search = g_new0 (Search, 1);

  g_task_set_check_cancellable (task, FALSE); /* its error is ours */
  g_task_set_task_data (task, search, free_search);
  search->uuid = g_strdup (subject->uuid);
  search->name = g_strdup (subject->name);
  search->profile = subject->profile != NULL ? byway_profile_ref (subject->profile) : NULL;
  search->wanted = g_strdupv ((GStrv)subject->wanted);
  g_set_weak_pointer (&search->parent, parent);
  byway_secret_question_ask (subject, earlier, parent, cancellable, on_asked, g_object_ref (task));
}

BywaySecretSet *
byway_credential_question_ask_finish (GAsyncResult *result, BywaySecretDraft **draft,
                                      GError **error)
{
  Search *search = g_task_get_task_data (G_TASK (result));

  *draft = g_steal_pointer (&search->draft);
  return g_task_propagate_pointer (G_TASK (result), error);
}
