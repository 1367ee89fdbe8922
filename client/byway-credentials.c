/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-credentials.h"

#include "byway-cert-check.h"
#include "byway-diagnosis.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gpointer
fail (GError **error, BywayCause cause, const char *path, const char *why)
{
  g_autofree char *name = g_path_get_basename (path);

  if (why != NULL)
    g_set_error (error, BYWAY_FAILURE, cause, "%s: %s", path, why);
  else
    g_set_error_literal (error, BYWAY_FAILURE, cause, name);
  return NULL;
}

/* A pipe or a device could keep us waiting for ever. */
static int
open_plain (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status;

  if (fd < 0)
    {
      fail (error, BYWAY_CAUSE_CERT_FILE, path, g_strerror (errno));
      return -1;
    }
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode) && status.st_size <= BYWAY_CERT_FILE_MAX)
    return fd;
  fail (error, BYWAY_CAUSE_CERT_FILE, path, "is no file, or too large for a certificate");
  close (fd);
  return -1;
}

/* In locked memory; NULL with error. */
static guint8 *
read_plain (const char *path, gsize *length, GError **error)
{
  int fd = open_plain (path, error);
  guint8 *data = NULL;
  gssize n = 0;

  *length = 0;
  if (fd < 0)
    return NULL;
  data = byway_locked_alloc (BYWAY_CERT_FILE_MAX);
  while (*length < BYWAY_CERT_FILE_MAX
         && (n = read (fd, data + *length, BYWAY_CERT_FILE_MAX - *length)) > 0)
    *length += n;
  if (n < 0)
    {
      fail (error, BYWAY_CAUSE_CERT_FILE, path, g_strerror (errno));
      g_clear_pointer (&data, byway_locked_free);
    }
  close (fd);
  return data;
}

BywayCertFile *
byway_credentials_read_file (const char *path, const char *password, GError **error)
{
  g_autoptr (GError) problem = NULL;
  BywayCertFile *file;
  gsize length;
  guint8 *data;

  data = read_plain (path, &length, error);
  if (data == NULL)
    return NULL;
  file = byway_cert_file_read (data, length, password, &problem);
  byway_locked_free (data);
  if (file == NULL)
    fail (error, problem->code, path, NULL);
  return file;
}

/* Another file than the certificate's own? */
static gboolean
is_other (const char *path, const char *cert)
{
  return path != NULL && *path != '\0' && strcmp (path, cert) != 0;
}

/* What a password closes holds more than certificates. */
static BywayCertFile *
read_open_file (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  BywayCertFile *file = byway_credentials_read_file (path, NULL, &problem);

  if (file != NULL)
    return file;
  if (g_error_matches (problem, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD))
    return fail (error, BYWAY_CAUSE_CERT_FILE, path,
                 "has a password; with a key on a token it takes a file of certificates only");
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/* TRUE also where the part is in the certificate's own file: *file stays NULL then. */
static gboolean
read_other (const BywayCredentialFiles *files, const char *path, BywayCertFile **file,
            GError **error)
{
  if (!is_other (path, files->cert))
    return TRUE;
  *file = files->token ? read_open_file (path, error)
                       : byway_credentials_read_file (path, files->password, error);
  return *file != NULL;
}

/* Of what is wrong with the files together. */
static const char *
blamed_part (const GError *error, gboolean has_key_file)
{
  if (g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_NO_AUTHORITY))
    return "ca";
  if (g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_KEY_MISSING)
      || (has_key_file && g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_KEY_MISMATCH)))
    return "key";
  return "cert";
}

static BywayCredential *
check_together (const BywayCertFile *own, const BywayCertFile *key, const BywayCertFile *authority,
                gboolean token, const char **part, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GError *problem = NULL;
  BywayCredential *credential
      = token ? byway_cert_check_without_key (own, authority, now, &problem)
              : byway_cert_check (own, key != NULL ? key : own, authority, now, &problem);

  if (credential != NULL)
    return credential;
  *part = blamed_part (problem, key != NULL);
  g_propagate_error (error, problem);
  return NULL;
}

BywayCredential *
byway_credentials_read (const BywayCredentialFiles *files, const char **part, GError **error)
{
  g_autoptr (BywayCertFile) own = NULL;
  g_autoptr (BywayCertFile) key = NULL;
  g_autoptr (BywayCertFile) authority = NULL;
  const char *ignored;

  part = part != NULL ? part : &ignored;
  *part = "cert";
  own = files->token ? read_open_file (files->cert, error)
                     : byway_credentials_read_file (files->cert, files->password, error);
  if (own == NULL)
    return NULL;
  *part = "key";
  if (!files->token && !read_other (files, files->key, &key, error))
    return NULL;
  *part = "ca";
  if (!read_other (files, files->authority, &authority, error))
    return NULL;
  return check_together (own, key, authority, files->token, part, error);
}

GStrv
byway_credentials_remarks (const BywayCredential *credential)
{
  g_autoptr (BywayCert) cert = byway_cert_new (credential->certificate);
  g_autoptr (GStrvBuilder) remarks = g_strv_builder_new ();
  int days = byway_cert_days_left (cert, g_get_real_time () / G_USEC_PER_SEC);

  if (days <= BYWAY_CERT_WARN_DAYS)
    {
      g_autofree char *soon = g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE, "It is over in %d day: ask for a new one soon.",
                       "It is over in %d days: ask for a new one soon.", days),
          days);

      g_strv_builder_add (remarks, soon);
    }
  if (!byway_cert_is_signed (credential))
    g_strv_builder_add (
        remarks, _ ("This authority did not sign our own certificate. That is right where the "
                    "server has one for itself, and another for its clients."));
  return g_strv_builder_end (remarks);
}

/* One of the two logins that may go by certificate; its password is in the set. */
typedef struct
{
  const char *whose;
  BywayCredentialFiles files;
  gboolean wanted;
} Login;

static gboolean
load_login (const Login *login, BywaySecretSet *set, GError **error)
{
  BywayCredentialFiles files = login->files;
  g_autofree char *have = g_strconcat (login->whose, files.token ? "-ca" : "-key", NULL);
  g_autofree char *password = g_strconcat (login->whose, "-certpass", NULL);
  g_autoptr (BywayCredential) credential = NULL;
  const char *problem;

  if (!login->wanted || byway_secret_set_get (set, have, NULL) != NULL)
    return TRUE;
  files.password = byway_secret_set_get (set, password, NULL);
  credential = byway_credentials_read (&files, NULL, error);
  if (credential == NULL)
    return FALSE;
  if (byway_credential_pack (credential, login->whose, set, &problem))
    return TRUE;
  g_set_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_FILE, "%s %s", files.cert, problem);
  return FALSE;
}

static gboolean
load (const BywayProfile *profile, const char *const *wanted, BywaySecretSet *set,
      const char **password, GError **error)
{
  const Login machine = { .whose = "machine",
                          .files = { .cert = profile->machine_cert,
                                     .key = profile->machine_key,
                                     .authority = profile->machine_ca,
                                     .token = byway_profile_uses_token (profile) },
                          .wanted = byway_profile_uses_machine_cert (profile)
                                    && byway_credential_is_wanted (wanted, "machine") };
  const Login user
      = { .whose = "user",
          .files
          = { .cert = profile->user_cert, .key = profile->user_key, .authority = profile->user_ca },
          .wanted = profile->user_auth == BYWAY_AUTH_CERTIFICATE
                    && byway_credential_is_wanted (wanted, "user") };

  *password = "machine-certpass";
  if (!load_login (&machine, set, error))
    return FALSE;
  *password = "user-certpass";
  return load_login (&user, set, error);
}

gboolean
byway_credentials_load (const BywayProfile *profile, BywaySecretSet *set, const char **password,
                        GError **error)
{
  return load (profile, NULL, set, password, error);
}

/* --- in a thread ---------------------------------------------------------------------------- */

typedef struct
{
  BywayProfile *profile;
  GStrv wanted;
  BywaySecretSet *set;
  const char *password; /* byway_credentials_load's */
} Job;

static void
free_job (gpointer data)
{
  Job *job = data;

  byway_profile_unref (job->profile);
  g_strfreev (job->wanted);
  byway_secret_set_unref (job->set);
  g_free (job);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (load (job->profile, (const char *const *)job->wanted, job->set, &job->password, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
byway_credentials_load_async (BywayProfile *profile, const char *const *wanted, BywaySecretSet *set,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Job *job = g_new0 (Job, 1);

  job->profile = byway_profile_ref (profile);
  job->wanted = g_strdupv ((GStrv)wanted);
  job->set = byway_secret_set_ref (set);
  g_task_set_source_tag (task, byway_credentials_load_async);
  g_task_set_task_data (task, job, free_job);
  g_task_run_in_thread (task, load_in_thread);
}

gboolean
byway_credentials_load_finish (GAsyncResult *result, const char **password, GError **error)
{
  const Job *job = g_task_get_task_data (G_TASK (result));

  *password = job->password;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The same of files that no profile names yet: @files, all copied. */
typedef struct
{
  BywayCredentialFiles files;
  const char *part;
} Look;

static char *
copy_locked (const char *text)
{
  gsize size = text != NULL ? strlen (text) + 1 : 0;

  return size > 0 ? memcpy (byway_locked_alloc (size), text, size) : NULL;
}

static void
free_look (gpointer data)
{
  Look *look = data;

  g_free ((char *)look->files.cert);
  g_free ((char *)look->files.key);
  g_free ((char *)look->files.authority);
  g_clear_pointer ((char **)&look->files.password, byway_locked_free);
  g_free (look);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GError *error = NULL;
  BywayCredential *credential = byway_credentials_read (&look->files, &look->part, &error);

  if (credential != NULL)
    g_task_return_pointer (task, credential, (GDestroyNotify)byway_credential_free);
  else
    g_task_return_error (task, error);
}

void
byway_credentials_read_async (const BywayCredentialFiles *files, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Look *look = g_new0 (Look, 1);

  look->files.cert = g_strdup (files->cert);
  look->files.key = g_strdup (files->key);
  look->files.authority = g_strdup (files->authority);
  look->files.password = copy_locked (files->password);
  look->files.token = files->token;
  g_task_set_source_tag (task, byway_credentials_read_async);
  g_task_set_task_data (task, look, free_look);
  g_task_run_in_thread (task, look_in_thread);
}

BywayCredential *
byway_credentials_read_finish (GAsyncResult *result, const char **part, GError **error)
{
  const Look *look = g_task_get_task_data (G_TASK (result));

  *part = look->part;
  return g_task_propagate_pointer (G_TASK (result), error);
}
