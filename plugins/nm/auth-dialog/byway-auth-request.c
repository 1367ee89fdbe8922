/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-request.h"

#include "byway-auth-agent.h"
#include "byway-auth-answer.h"
#include "byway-auth-window.h"
#include "byway-error.h"
#include "byway-keyring.h"
#include "byway-xl2tpd-log.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define KEY_FILE_BYTES (32 * 1024)

static BywayAuthKey
examine (const char *path)
{
  g_autofree char *bytes = NULL;
  BywayAuthKey kind = BYWAY_AUTH_KEY_UNKNOWN;
  gssize n;
  int fd;

  if (path == NULL || !g_path_is_absolute (path))
    return BYWAY_AUTH_KEY_UNKNOWN;
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return BYWAY_AUTH_KEY_UNKNOWN;
  bytes = g_malloc (KEY_FILE_BYTES);
  n = read (fd, bytes, KEY_FILE_BYTES);
  close (fd);
  if (n > 0)
    kind = byway_auth_key_classify (bytes, (gsize)n);
  explicit_bzero (bytes, KEY_FILE_BYTES);
  return kind;
}

/* From the end: what turns out to need no password goes. */
static void
examine_keys (GPtrArray *fields)
{
  for (guint i = fields->len; i-- > 0;)
    {
      BywayAuthField *field = fields->pdata[i];

      byway_auth_fields_learn (fields, field, examine (field->key_file));
    }
}

static char *
make_title (const BywayAuthOptions *options)
{
  g_autofree char *name = byway_xl2tpd_clean_line (options->name, -1);

  return g_strdup_printf (_ ("Connect to “%s”"), name);
}

static char *
make_reason (const BywayAuthOptions *options, gboolean keyring_open)
{
  char *message = byway_auth_hints_message ((const char *const *)options->hints);

  if (message != NULL)
    return message;
  if (!keyring_open)
    return g_strdup (_ ("The keyring is locked, so what it keeps has to be entered here."));
  return g_strdup (_ ("Enter what you were given for this VPN."));
}

static gboolean
answer_window (const BywayAuthOptions *options, const BywayPasswordWords *words, GPtrArray *fields,
               const BywaySecretSet *have)
{
  g_auto (BywayAuthText) text = { 0 };

  byway_auth_answer_append_window (&text, fields, have, words->title, words->reason,
                                   options->allow_interaction);
  /* Agents read this form to its end, and so would wait as long as we do. */
  return byway_auth_agent_write (&text);
}

static gboolean
answer_secrets (GPtrArray *fields, const BywaySecretSet *have, BywayAuthReader *reader)
{
  g_auto (BywayAuthText) text = { 0 };

  byway_auth_answer_append_secrets (&text, fields, have);
  if (!byway_auth_agent_write (&text))
    return FALSE;
  byway_auth_agent_wait (reader);
  return TRUE;
}

gboolean
byway_auth_request_run (const BywayAuthOptions *options, GError **error)
{
  g_autoptr (BywayAuthReader) reader = byway_auth_reader_new ();
  g_autoptr (GPtrArray) fields = NULL;
  g_autoptr (BywaySecretSet) have = NULL;
  g_autofree char *title = make_title (options);
  g_autofree char *reason = NULL;
  g_auto (GStrv) unknown = NULL;
  BywayPasswordWords words;
  gboolean open, any;

  if (!byway_auth_agent_read (reader, error))
    return FALSE;
  fields = byway_auth_fields_new (byway_auth_reader_data (reader),
                                  (const char *const *)options->hints);
  examine_keys (fields);
  have = byway_auth_fields_known (fields, byway_auth_reader_secrets (reader));
  unknown = byway_auth_fields_unknown (fields, have);
  open = byway_keyring_load_nm_sync (options->uuid, (const char *const *)unknown,
                                     options->allow_interaction, have);
  any = byway_auth_fields_settle (fields, have, options->reprompt);
  reason = make_reason (options, open);
  words = (BywayPasswordWords){ title, reason };
  if (options->external_ui)
    return answer_window (options, &words, fields, have);
  if (any && options->allow_interaction)
    {
      BywaySecretSet *answer = byway_auth_window_ask (&words, fields, have, reader, error);

      if (answer == NULL)
        return FALSE;
      byway_secret_set_unref (have);
      have = answer;
    }
  return answer_secrets (fields, have, reader);
}
