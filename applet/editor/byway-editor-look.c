/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-look.h"

#include "byway-cert.h"
#include "byway-credentials.h"
#include "byway-diagnosis.h"
#include "byway-secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Who types a path is not told of each letter that there is no such file. */
#define PAUSE_MS 400

struct _BywayEditorLook
{
  const char *whose;
  BywayEditorModel *model;
  BywayEditorNoted noted;
  gpointer data;
  char *seen; /* all that was looked at last, in locked memory; NULL: nothing was */
  guint pause;
  GCancellable *reading;
};

/* --- what is there to look at --------------------------------------------------------------- */

static const char *
setting (const BywayEditorLook *look, const char *part)
{
  g_autofree char *key = g_strconcat (look->whose, "-", part, NULL);
  const char *text = byway_editor_model_get (look->model, key);

  return text != NULL ? text : "";
}

static gboolean
is_wanted (const BywayEditorLook *look)
{
  g_autofree char *key = g_strconcat (look->whose, "-auth", NULL);

  return strcmp (byway_editor_model_effective (look->model, key), "certificate") == 0;
}

/* What is no path has an issue of its own. */
static gboolean
is_path (const char *text)
{
  return *text == '\0' || g_path_is_absolute (text);
}

/* FALSE: nothing can be said about it. All is borrowed from the model. */
static gboolean
find_files (const BywayEditorLook *look, BywayCredentialFiles *files)
{
  g_autofree char *password = g_strconcat (look->whose, "-certpass", NULL);

  *files
      = (BywayCredentialFiles){ .cert = setting (look, "cert"),
                                .key = setting (look, "key"),
                                .authority = setting (look, "ca"),
                                .password = byway_editor_model_get_secret (look->model, password),
                                .token = *setting (look, "token") != '\0' };
  return is_wanted (look) && *files->cert != '\0' && is_path (files->cert) && is_path (files->key)
         && is_path (files->authority);
}

/* All that a note depends on, a password among it: in locked memory. */
static char *
sum_up (const BywayCredentialFiles *files)
{
  gsize size = strlen (files->cert) + strlen (files->key) + strlen (files->authority)
               + strlen (files->password) + sizeof "\n\n\n\n1";
  char *sum = byway_locked_alloc (size);

  g_snprintf (sum, size, "%s\n%s\n%s\n%s\n%d", files->cert, files->key, files->authority,
              files->password, files->token);
  return sum;
}

/* --- what is said --------------------------------------------------------------------------- */

static void
note (BywayEditorLook *look, const char *part, BywayEditorNote kind, const char *text)
{
  g_autofree char *key = g_strconcat (look->whose, "-", part, NULL);

  look->noted (look, key, kind, text, look->data);
}

static void
note_good (BywayEditorLook *look, const BywayCredential *credential)
{
  g_auto (GStrv) remarks = byway_credentials_remarks (credential);
  g_autofree char *remark = g_strjoinv (" ", remarks);
  g_autofree char *date = byway_cert_date (credential->expires);
  g_autofree char *fine = g_strdup_printf (_ ("%s, valid until %s"), credential->title, date);
  g_autofree char *both = g_strconcat (fine, ". ", remark, NULL);

  if (*remark == '\0')
    note (look, "cert", BYWAY_EDITOR_NOTE_GOOD, fine);
  else
    note (look, "cert", BYWAY_EDITOR_NOTE_DOUBT, both);
}

/* A password that is not typed here may be asked for at connect. */
static void
note_locked (BywayEditorLook *look, const char *part, const char *file)
{
  g_autofree char *password = g_strconcat (look->whose, "-certpass", NULL);
  g_autofree char *wrong = g_strdup_printf (_ ("This password does not open %s"), file);

  if (*byway_editor_model_get_secret (look->model, password) != '\0')
    note (look, "certpass", BYWAY_EDITOR_NOTE_WRONG, wrong);
  else
    note (look, part, BYWAY_EDITOR_NOTE_DOUBT,
          _ ("It is closed by a password, and can be looked at once that is here"));
}

/* What is missing may be chosen next. */
static gboolean
is_missing (const GError *error)
{
  return g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_KEY_MISSING)
         || g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_NO_AUTHORITY);
}

static void
note_bad (BywayEditorLook *look, const char *part, const GError *error)
{
  g_autoptr (BywayDiagnosis) diagnosis = NULL;
  g_autofree char *text = NULL;

  if (g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD))
    {
      note_locked (look, part, error->message);
      return;
    }
  diagnosis = byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE);
  text = byway_diagnosis_expand (diagnosis, _ (byway_cause_row (diagnosis->cause)->sentence));
  note (look, part, is_missing (error) ? BYWAY_EDITOR_NOTE_DOUBT : BYWAY_EDITOR_NOTE_WRONG, text);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *part;
  g_autoptr (BywayCredential) credential = byway_credentials_read_finish (result, &part, &error);
  BywayEditorLook *look = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and perhaps it is not there any more */
  g_clear_object (&look->reading);
  if (credential != NULL)
    note_good (look, credential);
  else
    note_bad (look, part, error);
}

/* --- when ----------------------------------------------------------------------------------- */

static void
stop (BywayEditorLook *look)
{
  g_cancellable_cancel (look->reading);
  g_clear_object (&look->reading);
  g_clear_handle_id (&look->pause, g_source_remove);
}

static gboolean
on_pause_over (gpointer data)
{
  BywayEditorLook *look = data;
  BywayCredentialFiles files;

  look->pause = 0;
  look->reading = g_cancellable_new ();
  if (find_files (look, &files))
    byway_credentials_read_async (&files, look->reading, on_read, look);
  return G_SOURCE_REMOVE;
}

void
byway_editor_look_again (BywayEditorLook *look)
{
  BywayCredentialFiles files;
  gboolean can_look = find_files (look, &files);
  char *sum = can_look ? sum_up (&files) : NULL;

  if (g_strcmp0 (sum, look->seen) == 0)
    {
      g_clear_pointer (&sum, byway_locked_free);
      return;
    }
  g_clear_pointer (&look->seen, byway_locked_free);
  look->seen = sum;
  stop (look);
  look->noted (look, NULL, BYWAY_EDITOR_NOTE_GOOD, NULL, look->data);
  if (can_look)
    look->pause = g_timeout_add (PAUSE_MS, on_pause_over, look);
}

gboolean
byway_editor_look_concerns (const BywayEditorLook *look, const char *key)
{
  return g_str_has_prefix (key, look->whose) && key[strlen (look->whose)] == '-';
}

BywayEditorLook *
byway_editor_look_new (const char *whose, BywayEditorModel *model, BywayEditorNoted noted,
                       gpointer data)
{
  BywayEditorLook *look = g_new0 (BywayEditorLook, 1);

  look->whose = whose;
  look->model = model;
  look->noted = noted;
  look->data = data;
  return look;
}

void
byway_editor_look_free (BywayEditorLook *look)
{
  stop (look);
  g_clear_pointer (&look->seen, byway_locked_free);
  g_free (look);
}
