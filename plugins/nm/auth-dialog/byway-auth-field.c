/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-field.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "byway-option.h"
#include "byway-password-text.h"
#include "byway-xl2tpd-log.h"

#include <glib/gi18n.h>
#include <string.h>

#define MESSAGE_TAG "x-vpn-message:"

/* NetworkManager's NMSettingSecretFlags. */
enum
{
  FLAG_NOT_SAVED = 1 << 1,
  FLAG_NOT_REQUIRED = 1 << 2
};

/* When a secret belongs to a connection: @option says @value; NULL: anything. */
static const struct
{
  const char *key, *option, *value;
  gboolean in_ipsec;
  const char *file, *other_file; /* options: whose password it is */
  const char *token;             /* option: where it is a token's PIN instead, always needed */
} rows[] = {
  { "ipsec-psk", "machine-auth", "psk", TRUE },
  { "password", "user-auth", "password", FALSE },
  { "xauth-password", "xauth-user", NULL, TRUE },
  { "l2tp-secret", "l2tp-auth", "yes", FALSE },
  { "machine-certpass", "machine-auth", "certificate", TRUE, "machine-key", "machine-cert",
    "machine-token" },
  { "user-certpass", "user-auth", "certificate", FALSE, "user-key", "user-cert" },
};

BywayAuthKey
byway_auth_key_classify (const char *bytes, gsize length)
{
  /* "BEGIN ENCRYPTED PRIVATE KEY" (RFC 7468), or "Proc-Type: 4,ENCRYPTED" (RFC 1421). */
  if (g_strstr_len (bytes, (gssize)length, "PRIVATE KEY-----") == NULL)
    return BYWAY_AUTH_KEY_UNKNOWN;
  return g_strstr_len (bytes, (gssize)length, "ENCRYPTED") != NULL ? BYWAY_AUTH_KEY_LOCKED
                                                                   : BYWAY_AUTH_KEY_PLAIN;
}

static const char *
setting (GHashTable *settings, const char *key)
{
  const char *value = g_hash_table_lookup (settings, key);

  return value != NULL && *value != '\0' ? value : byway_option_find (key)->fallback;
}

static gboolean
is_no (const char *value)
{
  return strcmp (value, "no") == 0 || strcmp (value, "false") == 0 || strcmp (value, "0") == 0;
}

/* What can't be read says nothing, as to NetworkManager. */
static guint
secret_flags (GHashTable *data, const char *key)
{
  g_autofree char *name = g_strconcat (key, "-flags", NULL);
  const char *text = g_hash_table_lookup (data, name);
  guint64 flags;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &flags, NULL))
    return 0;
  return (guint)flags;
}

static gboolean
is_hinted (const char *const *hints, const char *key)
{
  return hints != NULL && g_strv_contains (hints, key);
}

static gboolean
names_a_secret (const char *const *hints)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (is_hinted (hints, rows[i].key))
      return TRUE;
  return FALSE;
}

static BywayAuthField *
new_field (GHashTable *settings, gsize row, guint flags, gboolean hinted)
{
  BywayAuthField *field = g_new0 (BywayAuthField, 1);
  const char *file = NULL;
  gboolean token = rows[row].token != NULL && setting (settings, rows[row].token) != NULL;

  field->key = rows[row].key;
  field->max = byway_option_find (rows[row].key)->max;
  field->label = byway_password_text_label (rows[row].key, setting (settings, "user"));
  if (rows[row].file != NULL && !token)
    file = setting (settings, rows[row].file);
  if (rows[row].file != NULL && !token && file == NULL)
    file = setting (settings, rows[row].other_file);
  field->key_file = g_strdup (file);
  field->stored = (flags & FLAG_NOT_SAVED) == 0;
  field->hinted = hinted;
  field->needed = hinted || rows[row].file == NULL || token;
  return field;
}

static void
free_field (gpointer data)
{
  BywayAuthField *field = data;

  g_free (field->label);
  g_free (field->key_file);
  g_free (field);
}

static gboolean
belongs (GHashTable *settings, gsize row)
{
  const char *value = setting (settings, rows[row].option);

  if (rows[row].in_ipsec && is_no (setting (settings, "ipsec")))
    return FALSE;
  if (rows[row].value == NULL || value == NULL)
    return value != NULL;
  return strcmp (rows[row].value, "yes") == 0 ? !is_no (value)
                                              : strcmp (value, rows[row].value) == 0;
}

GPtrArray *
byway_auth_fields_new (GHashTable *data, const char *const *hints)
{
  g_autoptr (GPtrArray) issues = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_issue_free);
  g_autoptr (GHashTable) settings = byway_nm_data_to_settings (data, NULL, NULL, issues);
  GPtrArray *fields = g_ptr_array_new_with_free_func (free_field);
  gboolean only_hinted = names_a_secret (hints);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint flags = secret_flags (data, rows[i].key);
      gboolean hinted = is_hinted (hints, rows[i].key);

      if ((only_hinted ? hinted : belongs (settings, i)) && (flags & FLAG_NOT_REQUIRED) == 0)
        g_ptr_array_add (fields, new_field (settings, i, flags, hinted));
    }
  return fields;
}

char *
byway_auth_hints_message (const char *const *hints)
{
  for (gsize i = 0; hints != NULL && hints[i] != NULL; i++)
    if (g_str_has_prefix (hints[i], MESSAGE_TAG))
      {
        g_autofree char *text
            = g_strdelimit (g_strdup (hints[i] + strlen (MESSAGE_TAG)), "\r\n", ' ');
        g_autofree char *clean = g_strstrip (byway_xl2tpd_clean_line (text, -1));

        if (*clean != '\0')
          return byway_password_text_sentence (clean);
      }
  return NULL;
}

void
byway_auth_fields_learn (GPtrArray *fields, BywayAuthField *field, BywayAuthKey key)
{
  switch (key)
    {
    case BYWAY_AUTH_KEY_UNKNOWN:
      break;
    case BYWAY_AUTH_KEY_LOCKED:
      field->needed = TRUE;
      break;
    case BYWAY_AUTH_KEY_PLAIN:
      if (!field->hinted)
        g_ptr_array_remove (fields, field);
      break;
    }
}

const char *
byway_auth_field_value (const BywayAuthField *field, const BywaySecretSet *have)
{
  gsize length;
  const char *value = byway_secret_set_get (have, field->key, &length);

  if (value == NULL || length == 0 || !g_utf8_validate (value, (gssize)length, NULL))
    return NULL;
  return value;
}

static void
copy_value (BywaySecretSet *to, const BywayAuthField *field, const BywaySecretSet *from)
{
  const char *value = byway_auth_field_value (field, from);
  const char *problem;

  if (value != NULL)
    byway_secret_set_put (to, field->key, value, strlen (value), &problem);
}

BywaySecretSet *
byway_auth_fields_known (GPtrArray *fields, const BywaySecretSet *given)
{
  BywaySecretSet *known = byway_secret_set_new ();

  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];

      if (field->stored)
        copy_value (known, field, given);
    }
  return known;
}

BywaySecretSet *
byway_auth_fields_kept (GPtrArray *fields, const BywaySecretSet *have)
{
  BywaySecretSet *kept = byway_secret_set_new ();

  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];

      if (!field->ask)
        copy_value (kept, field, have);
    }
  return kept;
}

GStrv
byway_auth_fields_unknown (GPtrArray *fields, const BywaySecretSet *have)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];

      if (field->stored && byway_auth_field_value (field, have) == NULL)
        g_strv_builder_add (keys, field->key);
    }
  return g_strv_builder_end (keys);
}

gboolean
byway_auth_fields_settle (GPtrArray *fields, const BywaySecretSet *have, gboolean reprompt)
{
  gboolean any = FALSE;

  for (guint i = 0; i < fields->len; i++)
    {
      BywayAuthField *field = fields->pdata[i];

      field->ask = reprompt || field->hinted || !field->stored
                   || byway_auth_field_value (field, have) == NULL;
      any |= field->ask;
    }
  return any;
}
