/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-answer.h"

#include "byway-password-text.h"

#include <string.h>

void
byway_auth_answer_append_secrets (BywayAuthText *text, GPtrArray *fields,
                                  const BywaySecretSet *have)
{
  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];
      const char *value = byway_auth_field_value (field, have);

      if (value == NULL)
        continue;
      byway_auth_text_append (text, field->key, -1);
      byway_auth_text_append (text, "\n", 1);
      byway_auth_text_append (text, value, -1);
      byway_auth_text_append (text, "\n", 1);
    }
  byway_auth_text_append (text, "\n\n", 2);
}

/* As GKeyFile reads it. GKeyFile could write it too, but in memory that is never wiped. */
static void
append_entry (BywayAuthText *text, const char *key, const char *value)
{
  static const char escapes[][3] = { "\\\\", "\nn", "\rr", "\tt" };
  const char *start = value;

  byway_auth_text_append (text, key, -1);
  byway_auth_text_append (text, "=", 1);
  /* Blanks at the beginning would be taken off. */
  for (; *value == ' '; value++)
    byway_auth_text_append (text, "\\s", 2);
  for (start = value; *value != '\0'; value++)
    for (gsize i = 0; i < G_N_ELEMENTS (escapes); i++)
      if (*value == escapes[i][0])
        {
          byway_auth_text_append (text, start, value - start);
          byway_auth_text_append (text, "\\", 1);
          byway_auth_text_append (text, &escapes[i][1], 1);
          start = value + 1;
        }
  byway_auth_text_append (text, start, value - start);
  byway_auth_text_append (text, "\n", 1);
}

void
byway_auth_answer_append_window (BywayAuthText *text, GPtrArray *fields, const BywaySecretSet *have,
                                 const char *title, const char *description, gboolean may_ask)
{
  byway_auth_text_append (text, "[VPN Plugin UI]\n", -1);
  append_entry (text, "Version", "2");
  append_entry (text, "Description", description);
  append_entry (text, "Title", title);
  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];
      const char *value = byway_auth_field_value (field, have);
      g_autofree char *label = byway_password_text_plain (field->label);

      byway_auth_text_append (text, "\n[", -1);
      byway_auth_text_append (text, field->key, -1);
      byway_auth_text_append (text, "]\n", -1);
      append_entry (text, "Value", value != NULL ? value : "");
      append_entry (text, "Label", label);
      append_entry (text, "IsSecret", "true");
      append_entry (text, "ShouldAsk", may_ask && field->ask ? "true" : "false");
    }
}
