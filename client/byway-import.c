/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-import.h"

#include "byway-error.h"
#include "byway-issue.h"
#include "byway-nm-differences.h"
#include "byway-peer-conf.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* FALSE with errno. */
static gboolean
read_all (int fd, char *data, gsize size, gsize *length)
{
  gssize got = 0;

  for (*length = 0; *length < size; *length += MAX (got, 0))
    {
      got = read (fd, data + *length, size - *length);
      if (got == 0)
        break;
      if (got < 0 && errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

/* At most @max bytes: of a longer file, @max and one more. A NUL follows. */
static char *
read_file (const char *path, gsize max, gsize *length, GError **error)
{
  gboolean standard = strcmp (path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  char *data = g_malloc0 (max + 2);
  gboolean ok = fd >= 0 && read_all (fd, data, max + 1, length);
  int problem = errno;

  if (!standard && fd >= 0)
    close (fd);
  if (ok)
    return data;
  g_free (data);
  g_set_error (error, BYWAY_ERROR, problem == ENOENT ? BYWAY_ERROR_NOT_FOUND : BYWAY_ERROR_FAILED,
               _ ("“%s” can't be read: %s"), path, g_strerror (problem));
  return NULL;
}

static BywayPeerConf *
read_conf (const char *path, GError **error)
{
  gsize length = 0;
  char *data = read_file (path, BYWAY_PEER_CONF_MAX, &length, error);
  g_autoptr (GPtrArray) issues = NULL;
  BywayPeerConf *conf;

  if (data == NULL)
    return NULL;
  conf = byway_peer_conf_from_data (data, length, &issues);
  explicit_bzero (data, length);
  g_free (data);
  if (conf == NULL)
    {
      byway_issues_to_error (issues, error);
      g_prefix_error (error, _ ("“%s” can't be imported:\n"), path);
    }
  return conf;
}

static char *
name_of_file (const char *path)
{
  g_autofree char *file = g_path_get_basename (path);
  char *dot = strrchr (file, '.');

  if (dot != NULL && dot != file)
    *dot = '\0';
  return g_utf8_make_valid (file, -1);
}

BywayImport *
byway_import_read_sync (const char *path, GError **error)
{
  g_autoptr (BywayPeerConf) conf = read_conf (path, error);
  BywayImport *import;

  if (conf == NULL)
    return NULL;
  import = g_new0 (BywayImport, 1);
  import->own = conf->own;
  import->peers = conf->peers;
  if (conf->plain)
    import->plain = byway_peer_conf_to_settings (conf);
  byway_peer_conf_set_ipsec (conf);
  import->name = conf->name != NULL ? g_strdup (conf->name) : name_of_file (path);
  import->settings = byway_peer_conf_to_settings (conf);
  import->secrets = byway_secret_set_ref (conf->secrets);
  return import;
}

void
byway_import_take_plain (BywayImport *import)
{
  if (import->plain == NULL)
    return;
  g_hash_table_unref (import->settings);
  import->settings = g_hash_table_ref (import->plain);
}

GStrv
byway_import_differences (const BywayImport *import)
{
  g_autoptr (BywayProfile) profile
      = import->peers ? byway_profile_parse (import->settings, NULL) : NULL;

  return profile != NULL ? byway_nm_differences (import->settings, profile) : g_new0 (char *, 1);
}

void
byway_import_free (BywayImport *import)
{
  g_free (import->name);
  g_hash_table_unref (import->settings);
  g_clear_pointer (&import->plain, g_hash_table_unref);
  byway_secret_set_unref (import->secrets);
  g_free (import);
}
