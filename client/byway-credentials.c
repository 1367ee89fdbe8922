/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-credentials.h"

#include "byway-cert-check.h"
#include "byway-diagnosis.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
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

BywayCredential *
byway_credentials_read (const char *cert, const char *key, const char *authority,
                        const char *password, GError **error)
{
  g_autoptr (BywayCertFile) own = byway_credentials_read_file (cert, password, error);
  g_autoptr (BywayCertFile) other_key = NULL;
  g_autoptr (BywayCertFile) other_authority = NULL;

  if (own == NULL)
    return NULL;
  if (is_other (key, cert)
      && (other_key = byway_credentials_read_file (key, password, error)) == NULL)
    return NULL;
  if (is_other (authority, cert)
      && (other_authority = byway_credentials_read_file (authority, password, error)) == NULL)
    return NULL;
  return byway_cert_check (own, other_key != NULL ? other_key : own, other_authority,
                           g_get_real_time () / G_USEC_PER_SEC, error);
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

BywayCredential *
byway_credentials_read_without_key (const char *cert, const char *authority, GError **error)
{
  g_autoptr (BywayCertFile) own = read_open_file (cert, error);
  g_autoptr (BywayCertFile) other = NULL;

  if (own == NULL
      || (is_other (authority, cert) && (other = read_open_file (authority, error)) == NULL))
    return NULL;
  return byway_cert_check_without_key (own, other, g_get_real_time () / G_USEC_PER_SEC, error);
}

/* One of the two logins that may go by certificate. */
typedef struct
{
  const char *whose, *cert, *key, *authority;
  gboolean wanted, token;
} Login;

static BywayCredential *
read_login (const Login *login, const char *password, GError **error)
{
  if (login->token)
    return byway_credentials_read_without_key (login->cert, login->authority, error);
  return byway_credentials_read (login->cert, login->key, login->authority, password, error);
}

static gboolean
load_login (const Login *login, BywaySecretSet *set, GError **error)
{
  g_autofree char *have = g_strconcat (login->whose, login->token ? "-ca" : "-key", NULL);
  g_autofree char *password = g_strconcat (login->whose, "-certpass", NULL);
  g_autoptr (BywayCredential) credential = NULL;
  const char *problem;

  if (!login->wanted || byway_secret_set_get (set, have, NULL) != NULL)
    return TRUE;
  credential = read_login (login, byway_secret_set_get (set, password, NULL), error);
  if (credential == NULL)
    return FALSE;
  if (byway_credential_pack (credential, login->whose, set, &problem))
    return TRUE;
  g_set_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_FILE, "%s %s", login->cert, problem);
  return FALSE;
}

static gboolean
load (const BywayProfile *profile, const char *const *wanted, BywaySecretSet *set,
      const char **password, GError **error)
{
  const Login machine = { "machine",
                          profile->machine_cert,
                          profile->machine_key,
                          profile->machine_ca,
                          byway_profile_uses_machine_cert (profile)
                              && byway_credential_is_wanted (wanted, "machine"),
                          byway_profile_uses_token (profile) };
  const Login user = { "user", profile->user_cert, profile->user_key, profile->user_ca,
                       profile->user_auth == BYWAY_AUTH_CERTIFICATE
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
