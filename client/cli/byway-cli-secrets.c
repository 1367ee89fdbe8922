/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-secrets.h"

#include "byway-cli.h"
#include "byway-credentials.h"
#include "byway-diagnosis.h"
#include "byway-keyring.h"
#include "byway-option.h"
#include "byway-terminal.h"
#include "byway-token.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define INPUT_SIZE 8192

const char *
byway_cli_secrets_title (const char *key)
{
  static const char *const titles[][2] = {
    { "ipsec-psk", N_ ("Pre-shared key (also called shared secret)") },
    { "password", N_ ("Password") },
    { "xauth-password", N_ ("Password inside IPsec (XAUTH)") },
    { "l2tp-secret", N_ ("Tunnel secret (L2TP)") },
    { "machine-certpass", N_ ("Password or PIN of the machine's private key") },
    { "user-certpass", N_ ("Password of the user's private key") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    if (strcmp (titles[i][0], key) == 0)
      return _ (titles[i][1]);
  return key;
}

/* The whole of a descriptor in locked memory; NULL with error. */
static char *
read_all (int fd, gsize *length, GError **error)
{
  char *data = byway_locked_alloc (INPUT_SIZE);
  gssize n;

  *length = 0;
  while (*length < INPUT_SIZE && (n = read (fd, data + *length, INPUT_SIZE - *length)) > 0)
    *length += n;
  if (*length < INPUT_SIZE && n == 0)
    return data;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
               _ ("the secrets can't be read, or are too long"));
  byway_locked_free (data);
  return NULL;
}

static gboolean
put (BywaySecretSet *set, const char *key, const char *bytes, gsize length, GError **error)
{
  const char *problem = _ ("is empty"); /* on a command line that is a mistake */

  if (length > 0 && byway_secret_set_put (set, key, bytes, length, &problem))
    return TRUE;
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, "%s %s", key, problem);
  return FALSE;
}

static gboolean
read_lines (int fd, BywaySecretSet *set, GError **error)
{
  gsize length;
  char *data = read_all (fd, &length, error);
  char *line = data;
  gboolean ok = data != NULL;

  while (ok && line < data + length)
    {
      gsize left = data + length - line;
      char *end = memchr (line, '\n', left);
      gsize size = end != NULL ? (gsize)(end - line) : left;
      char *equals = memchr (line, '=', size);

      if (equals != NULL)
        *equals = '\0';
      if (equals == NULL)
        g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                     _ ("a line of the secrets is not KEY=VALUE"));
      ok = equals != NULL && put (set, line, equals + 1, size - (equals + 1 - line), error);
      line += size + 1;
    }
  byway_locked_free (data);
  return ok;
}

gboolean
byway_cli_secrets_read (const char *key, gboolean from_stdin, BywaySecretSet *set, GError **error)
{
  g_autofree char *question
      = g_strdup_printf (_ ("%s (input hidden): "), byway_cli_secrets_title (key));
  const char *problem = NULL;
  gsize length;
  char *data;
  gboolean ok;

  if (!from_stdin)
    {
      if (byway_terminal_ask_secret (question, key, set, &problem))
        return TRUE;
      g_set_error (error, BYWAY_ERROR,
                   problem != NULL ? BYWAY_ERROR_INVALID : BYWAY_ERROR_SECRETS_MISSING, "%s %s",
                   key, problem != NULL ? problem : _ ("was not entered"));
      return FALSE;
    }
  data = read_all (STDIN_FILENO, &length, error);
  if (data == NULL)
    return FALSE;
  if (length > 0 && data[length - 1] == '\n')
    length--;
  ok = put (set, key, data, length, error);
  byway_locked_free (data);
  return ok;
}

void
byway_cli_secrets_forget_pin (GVariant *about, GHashTable *settings)
{
  g_autoptr (GHashTable) before = byway_about_settings (about);
  g_autoptr (GError) error = NULL;

  if (!byway_token_has_changed (before, settings))
    return;
  /* Without a keyring nothing is kept. */
  if (!byway_keyring_forget_sync (byway_about_string (about, "uuid"), "machine-certpass", &error))
    g_debug ("machine-certpass was not forgotten: %s", error->message);
}

/* Asks for one, and whether it shall be kept. */
static gboolean
ask (BywayCliSecrets *secrets, const BywayProfile *profile, const char *key, GError **error)
{
  char letter;

  if (!byway_cli_secrets_read (key, FALSE, secrets->set, error))
    return FALSE;
  if (byway_profile_storage (profile, key) == BYWAY_STORAGE_ASK)
    return TRUE;
  letter = byway_terminal_ask_letter (
      _ ("Keep it in your keyring when it works? [Y]es, until I [l]og out, [n]o: "), "yln");
  if (letter != 'n')
    g_hash_table_insert (secrets->keep, g_strdup (key),
                         GUINT_TO_POINTER (letter == 'y' ? byway_profile_storage (profile, key)
                                                         : BYWAY_STORAGE_SESSION));
  return TRUE;
}

/* The diagnosis that is made of it has the words around. */
static void
set_missing (GStrv missing, GError **error)
{
  g_autofree char *keys = g_strjoinv (", ", missing);

  g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_SECRETS_MISSING, keys);
}

/* What lies in files of the user's. A password that is lacking is asked for, where that can be:
 * once for the machine's key, once for the user's. */
static gboolean
read_files (BywayCliSecrets *secrets, const BywayProfile *profile, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *password;

  while (!byway_credentials_load (profile, secrets->set, &password, &problem))
    {
      if (!g_error_matches (problem, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD)
          || byway_secret_set_get (secrets->set, password, NULL) != NULL
          || !byway_terminal_can_ask ())
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      g_clear_error (&problem);
      if (!ask (secrets, profile, password, error))
        return FALSE;
    }
  return TRUE;
}

BywayCliSecrets *
byway_cli_secrets_gather (GVariant *about, int fd, GError **error)
{
  g_autoptr (BywayCliSecrets) secrets = g_new0 (BywayCliSecrets, 1);
  g_autoptr (BywayProfile) profile = byway_about_profile (about, error);
  g_auto (GStrv) missing = NULL;
  gboolean open = TRUE;

  secrets->set = byway_secret_set_new ();
  secrets->keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (profile == NULL || (fd >= 0 && !read_lines (fd, secrets->set, error)))
    return NULL;
  missing = byway_secrets_missing (profile, secrets->set);
  if (*missing != NULL)
    open = byway_keyring_load_sync (byway_about_string (about, "uuid"), secrets->set);
  if (!read_files (secrets, profile, error))
    return NULL;
  g_strfreev (missing);
  missing = byway_secrets_missing (profile, secrets->set);
  if (*missing != NULL && !byway_terminal_can_ask ())
    {
      if (open)
        set_missing (missing, error);
      else
        g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_KEYRING_LOCKED, "");
      return NULL;
    }
  for (char **key = missing; *key != NULL; key++)
    if (!ask (secrets, profile, *key, error))
      return NULL;
  return g_steal_pointer (&secrets);
}

void
byway_cli_secrets_keep (BywayCliSecrets *secrets, GVariant *about)
{
  GHashTableIter iter;
  gpointer key, storage;

  g_hash_table_iter_init (&iter, secrets->keep);
  while (g_hash_table_iter_next (&iter, &key, &storage))
    {
      g_autoptr (GError) error = NULL;

      if (!byway_keyring_save_sync (byway_about_string (about, "uuid"),
                                    byway_about_string (about, "name"), key, secrets->set,
                                    GPOINTER_TO_UINT (storage), &error))
        g_printerr (_ ("%s was not kept: %s\n"), (char *)key, error->message);
    }
}

void
byway_cli_secrets_free (BywayCliSecrets *secrets)
{
  g_clear_pointer (&secrets->set, byway_secret_set_unref);
  g_clear_pointer (&secrets->keep, g_hash_table_unref);
  g_free (secrets);
}
