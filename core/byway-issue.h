/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  BYWAY_ISSUE_UNKNOWN_KEY,
  BYWAY_ISSUE_MISSING,
  BYWAY_ISSUE_SYNTAX, /* not of the key's type */
  BYWAY_ISSUE_RANGE,
  BYWAY_ISSUE_TOO_LONG,
  BYWAY_ISSUE_CHARACTERS, /* control characters, NUL, or no UTF-8 */
  BYWAY_ISSUE_CONFLICT    /* against another key */
} BywayIssueCode;

/* One problem of a profile: the option's key, a code, and a sentence for people. */
typedef struct
{
  char *key;
  BywayIssueCode code;
  char *text;
} BywayIssue;

BywayIssue *byway_issue_new (const char *key, BywayIssueCode code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void byway_issue_free (BywayIssue *issue);
/* Stable word for scripts: "unknown-key", "range", … */
const char *byway_issue_code_to_string (BywayIssueCode code);

/* (element-type BywayIssue) owned array, and the one GError that carries all of them, a line each.
 */
GPtrArray *byway_issues_new (void);
void byway_issues_to_error (GPtrArray *issues, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayIssue, byway_issue_free)
