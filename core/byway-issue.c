/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-error.h"

BywayIssue *
byway_issue_new (const char *key, BywayIssueCode code, const char *format, ...)
{
  BywayIssue *issue = g_new0 (BywayIssue, 1);
  g_autofree char *valid_key = g_utf8_make_valid (key, -1);
  va_list args;

  issue->key = g_strescape (valid_key, NULL);
  issue->code = code;
  va_start (args, format);
  issue->text = g_strdup_vprintf (format, args);
  va_end (args);
  return issue;
}

void
byway_issue_free (BywayIssue *issue)
{
  g_free (issue->key);
  g_free (issue->text);
  g_free (issue);
}

const char *
byway_issue_code_to_string (BywayIssueCode code)
{
  switch (code)
    {
    case BYWAY_ISSUE_UNKNOWN_KEY:
      return "unknown-key";
    case BYWAY_ISSUE_MISSING:
      return "missing";
    case BYWAY_ISSUE_SYNTAX:
      return "syntax";
    case BYWAY_ISSUE_RANGE:
      return "range";
    case BYWAY_ISSUE_TOO_LONG:
      return "too-long";
    case BYWAY_ISSUE_CHARACTERS:
      return "characters";
    case BYWAY_ISSUE_CONFLICT:
      return "conflict";
    }
  g_return_val_if_reached ("unknown");
}

GPtrArray *
byway_issues_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)byway_issue_free);
}

void
byway_issues_to_error (GPtrArray *issues, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < issues->len; i++)
    {
      const BywayIssue *issue = g_ptr_array_index (issues, i);

      g_string_append_printf (text, "%s%s: %s", i > 0 ? "\n" : "", issue->key, issue->text);
    }
  g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, text->str);
}
