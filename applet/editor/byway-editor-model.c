/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-model.h"
#include "byway-issue.h"
#include "byway-option.h"
#include "byway-secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _BywayEditorModel
{
  GHashTable *came, *now; /* option key -> text */
  GHashTable *secrets;    /* option key -> text in locked memory */
};

static GHashTable *
text_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static GHashTable *
copy_table (GHashTable *from)
{
  GHashTable *copy = text_table ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

BywayEditorModel *
byway_editor_model_new (void)
{
  BywayEditorModel *model = g_new0 (BywayEditorModel, 1);

  model->came = text_table ();
  model->now = text_table ();
  model->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, byway_locked_free);
  return model;
}

void
byway_editor_model_free (BywayEditorModel *model)
{
  g_hash_table_unref (model->came);
  g_hash_table_unref (model->now);
  g_hash_table_unref (model->secrets);
  g_free (model);
}

void
byway_editor_model_set_settings (BywayEditorModel *model, GHashTable *settings)
{
  g_hash_table_unref (model->came);
  g_hash_table_unref (model->now);
  model->came = copy_table (settings);
  model->now = copy_table (settings);
}

GHashTable *
byway_editor_model_get_settings (BywayEditorModel *model)
{
  return copy_table (model->now);
}

const char *
byway_editor_model_get (BywayEditorModel *model, const char *key)
{
  return g_hash_table_lookup (model->now, key);
}

static const char *
fallback_of (const char *key)
{
  const BywayOption *option = byway_option_find (key);

  return option != NULL && option->fallback != NULL ? option->fallback : "";
}

const char *
byway_editor_model_effective (BywayEditorModel *model, const char *key)
{
  const char *text = byway_editor_model_get (model, key);

  return text != NULL ? text : fallback_of (key);
}

void
byway_editor_model_put (BywayEditorModel *model, const char *key, const char *text)
{
  const char *came = g_hash_table_lookup (model->came, key);
  gboolean as_it_came = came != NULL && text != NULL && strcmp (came, text) == 0;

  if (!as_it_came && (text == NULL || strcmp (text, fallback_of (key)) == 0))
    g_hash_table_remove (model->now, key);
  else
    g_hash_table_insert (model->now, g_strdup (key), g_strdup (text));
}

const char *
byway_editor_model_get_secret (BywayEditorModel *model, const char *key)
{
  const char *secret = g_hash_table_lookup (model->secrets, key);

  return secret != NULL ? secret : "";
}

void
byway_editor_model_set_secret (BywayEditorModel *model, const char *key, const char *secret)
{
  gsize size = secret != NULL ? strlen (secret) + 1 : 0;
  char *copy;

  if (size <= 1)
    {
      g_hash_table_remove (model->secrets, key);
      return;
    }
  copy = byway_locked_alloc (size);
  memcpy (copy, secret, size);
  g_hash_table_insert (model->secrets, g_strdup (key), copy);
}

/* --- what is wrong -------------------------------------------------------------------------- */

static void
find_secret_issues (BywayEditorModel *model, GPtrArray *issues)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  GHashTableIter iter;
  gpointer key, secret;
  const char *problem;

  g_hash_table_iter_init (&iter, model->secrets);
  while (g_hash_table_iter_next (&iter, &key, &secret))
    if (!byway_secret_set_put (set, key, secret, strlen (secret), &problem))
      g_ptr_array_add (issues, byway_issue_new (key, BYWAY_ISSUE_SYNTAX, "%s", problem));
}

static gboolean
has_issue (GPtrArray *issues, const char *key)
{
  for (guint i = 0; i < issues->len; i++)
    if (strcmp (((const BywayIssue *)g_ptr_array_index (issues, i))->key, key) == 0)
      return TRUE;
  return FALSE;
}

/* The parser looks for conflicts once every value can be read: it gets a copy without those that
 * can't, and with something in place of what is missing. */
static void
find_hidden_conflicts (GHashTable *settings, GPtrArray *issues)
{
  g_autoptr (GHashTable) readable = text_table ();
  g_autoptr (GPtrArray) conflicts = NULL;
  g_autoptr (BywayProfile) profile = NULL;
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *key = options[i].key;
      const char *text = g_hash_table_lookup (settings, key);

      if (has_issue (issues, key))
        text = options[i].flags & BYWAY_OPTION_REQUIRED ? "x" : NULL;
      if (text != NULL && options[i].type != BYWAY_OPTION_SECRET)
        g_hash_table_insert (readable, g_strdup (key), g_strdup (text));
    }
  profile = byway_profile_parse (readable, &conflicts);
  while (conflicts != NULL && conflicts->len > 0)
    {
      BywayIssue *issue = g_ptr_array_steal_index (conflicts, 0);

      if (has_issue (issues, issue->key))
        byway_issue_free (issue);
      else
        g_ptr_array_add (issues, issue);
    }
}

GPtrArray *
byway_editor_model_issues (BywayEditorModel *model)
{
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywayProfile) profile = byway_profile_parse (model->now, &issues);

  if (issues == NULL)
    issues = byway_issues_new ();
  if (profile == NULL)
    find_hidden_conflicts (model->now, issues);
  find_secret_issues (model, issues);
  return g_steal_pointer (&issues);
}
