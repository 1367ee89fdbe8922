/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-cert.h"
#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-credentials.h"
#include "byway-diagnosis.h"
#include "byway-keyfile.h"
#include "byway-keyring.h"
#include "byway-terminal.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char *cert, *key, *authority; /* absolute; the last two may be NULL: they are in cert */
  char *token;                  /* where the key lies instead; NULL: on none */
  gboolean user;                /* the login's, not IKE's */
  gboolean from_stdin, json;
} Choice;

static const char *
password_key (const Choice *choice)
{
  return choice->user ? "user-certpass" : "machine-certpass";
}

/* What the connection keeps is where the files lie, wherever somebody types its name. */
static void
make_absolute (char **path)
{
  char *absolute;

  if (*path == NULL)
    return;
  absolute = g_canonicalize_filename (*path, NULL);
  g_free (*path);
  *path = absolute;
}

static BywayCredential *
read_with (const Choice *choice, const BywaySecretSet *set, GError **error)
{
  const BywayCredentialFiles files
      = { .cert = choice->cert,
          .key = choice->key,
          .authority = choice->authority,
          .password = byway_secret_set_get (set, password_key (choice), NULL),
          .token = choice->token != NULL };

  return byway_credentials_read (&files, NULL, error);
}

/* A password is asked for only where a file wants one, and a PIN not before it is needed. */
static BywayCredential *
read_files (const Choice *choice, BywaySecretSet *set, GError **error)
{
  g_autoptr (GError) problem = NULL;
  BywayCredential *credential;

  if (choice->token != NULL && choice->from_stdin
      && !byway_cli_secrets_read (password_key (choice), TRUE, set, error))
    return NULL;
  credential = read_with (choice, set, &problem);
  if (credential != NULL)
    return credential;
  if (!g_error_matches (problem, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD)
      || (!choice->from_stdin && !byway_terminal_can_ask ()))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  return byway_cli_secrets_read (password_key (choice), choice->from_stdin, set, error)
             ? read_with (choice, set, error)
             : NULL;
}

static void
set_path (GHashTable *settings, const Choice *choice, const char *what, const char *path)
{
  char *key = g_strconcat (choice->user ? "user" : "machine", what, NULL);

  if (path != NULL)
    g_hash_table_insert (settings, key, g_strdup (path));
  else
    {
      g_hash_table_remove (settings, key);
      g_free (key);
    }
}

static gboolean
update (BywayClient *client, const char *path, GVariant *about, const Choice *choice,
        GError **error)
{
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  g_autoptr (GVariant) reply = NULL;

  set_path (settings, choice, "-auth", "certificate");
  set_path (settings, choice, "-cert", choice->cert);
  set_path (settings, choice, "-key", choice->key);
  set_path (settings, choice, "-ca", choice->authority);
  if (!choice->user)
    set_path (settings, choice, "-token", choice->token);
  reply = byway_client_call_sync (client, path, "Connection", "Update",
                                  g_variant_new ("(s@a{ss})", byway_about_string (about, "name"),
                                                 byway_settings_to_variant (settings)),
                                  error);
  if (reply == NULL)
    return FALSE;
  byway_cli_secrets_forget_pin (about, settings);
  return TRUE;
}

/* As the connection says; without a keyring it is asked for at each connect. */
static gboolean
keep_password (GVariant *about, const char *key, const BywaySecretSet *set)
{
  g_autoptr (BywayProfile) profile = byway_about_profile (about, NULL);
  BywayStorage storage = profile != NULL ? byway_profile_storage (profile, key) : BYWAY_STORAGE_ASK;
  g_autoptr (GError) error = NULL;

  if (byway_secret_set_get (set, key, NULL) == NULL || storage == BYWAY_STORAGE_ASK)
    return FALSE;
  if (byway_keyring_save_sync (byway_about_string (about, "uuid"),
                               byway_about_string (about, "name"), key, set, storage, &error))
    return TRUE;
  g_printerr (_ ("%s was not kept: %s\n"), key, error->message);
  return FALSE;
}

static void
tell (GVariant *about, const BywayCredential *credential, gboolean kept, const Choice *choice)
{
  const char *name = byway_about_string (about, "name");

  if (choice->json)
    {
      byway_cli_print_json (byway_cli_cert_describe (credential, name));
      return;
    }
  byway_cli_cert_print (credential);
  if (choice->user && credential->identity != NULL)
    g_print (_ ("Login name   %s, where the connection has none\n"), credential->identity);
  g_print (!kept ? _ ("“%s” uses it from now on.\n")
           : choice->token != NULL
               ? _ ("“%s” uses it from now on; the token's PIN is in your keyring.\n")
               : _ ("“%s” uses it from now on; the key's password is in your keyring.\n"),
           name);
}

static gboolean
import (BywayClient *client, const char *name, const Choice *choice, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (BywayCredential) credential = NULL;

  if (about == NULL)
    return FALSE;
  credential = read_files (choice, set, error);
  if (credential == NULL || !update (client, path, about, choice, error))
    return FALSE;
  tell (about, credential, keep_password (about, password_key (choice), set), choice);
  return TRUE;
}

static void
choice_clear (Choice *choice)
{
  g_free (choice->cert);
  g_free (choice->key);
  g_free (choice->authority);
  g_free (choice->token);
}

static gboolean
is_uri (const char *path)
{
  return path != NULL && g_ascii_strncasecmp (path, "pkcs11:", strlen ("pkcs11:")) == 0;
}

/* The login's key is pppd's, which is handed a file. A URI is not repeated: it may have a PIN. */
static gboolean
is_possible (const Choice *choice, GError **error)
{
  if (is_uri (choice->cert) || is_uri (choice->key) || is_uri (choice->authority))
    {
      g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                           _ ("a pkcs11: URI is no file: --token takes the one of the machine's "
                              "private key, beside a file with the certificate"));
      return FALSE;
    }
  if (choice->token == NULL || (!choice->user && choice->key == NULL))
    return TRUE;
  g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                       choice->user ? _ ("--token is for the machine's key, not for the user's")
                                    : _ ("the key is either in a file or on a token"));
  return FALSE;
}

int
byway_verb_import_cert (int argc, char **argv)
{
  Choice choice = { 0 };
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &choice.key,
      N_ ("The private key, where it is in a file of its own"), "FILE" },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &choice.authority,
      N_ ("The certificate of the authority that signed the server's"), "FILE" },
    { "token", 0, 0, G_OPTION_ARG_STRING, &choice.token,
      N_ ("The private key is on a token; its PIN is asked for at connect"), "URI" },
    { "user", 0, 0, G_OPTION_ARG_NONE, &choice.user,
      N_ ("It is the user's, to log in with (EAP-TLS), not the machine's for IPsec"), NULL },
    { "stdin", 0, 0, G_OPTION_ARG_NONE, &choice.from_stdin,
      N_ ("Read the key's password, or the token's PIN, from standard input, to its end"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &choice.json, N_ ("Write an object"), NULL },
    { NULL },
  };
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;
  gboolean ok = byway_cli_parse (&argc, &argv, entries, NULL, 2, 2, &error);

  if (ok)
    choice.cert = g_strdup (argv[2]);
  ok = ok && is_possible (&choice, &error);
  if (ok)
    {
      make_absolute (&choice.cert);
      make_absolute (&choice.key);
      make_absolute (&choice.authority);
      ok = (client = byway_client_new (&error)) != NULL
           && import (client, argv[1], &choice, &error);
    }
  choice_clear (&choice);
  return ok ? 0 : byway_cli_fail (error);
}
