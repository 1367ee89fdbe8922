/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-remedy.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  TARGET_NONE,
  TARGET_ID,
  TARGET_KEY /* the id, and the option or secret */
} Target;

/* Our own commands that the application can do itself. Of all others the words are copied. */
static const struct
{
  const char *verb;
  guint n_words; /* of the whole command */
  Target target;
  const char *action, *label;
} rows[] = {
  { "edit", 4, TARGET_KEY, "edit-field", N_ ("Chan_ge…") },
  { "edit", 5, TARGET_KEY, "edit-field", N_ ("Chan_ge…") },
  { "set-secret", 4, TARGET_KEY, "set-secret", N_ ("E_nter…") },
  { "up", 3, TARGET_ID, "connect", N_ ("Connect A_gain") },
  { "report", 3, TARGET_ID, "copy-report", N_ ("Co_py Report") },
  { "log", 3, TARGET_ID, "show-log", N_ ("Show _Log") },
  { "status", 2, TARGET_NONE, "show-window", N_ ("S_how All") },
};

static int
find_row (char **words)
{
  guint n = g_strv_length (words);

  for (guint i = 0; n > 1 && i < G_N_ELEMENTS (rows); i++)
    if (strcmp (words[0], "byway") == 0 && strcmp (words[1], rows[i].verb) == 0
        && n == rows[i].n_words)
      return i;
  return -1;
}

/* "mtu" of "mtu=1400". */
static GVariant *
target_for (Target target, const char *id, char **words)
{
  g_autofree char *key = NULL;

  switch (target)
    {
    case TARGET_NONE:
      return NULL;
    case TARGET_ID:
      return g_variant_ref_sink (g_variant_new_string (id));
    case TARGET_KEY:
      key = g_strndup (words[3], strcspn (words[3], "="));
      return g_variant_ref_sink (g_variant_new ("(ss)", id, key));
    }
  return NULL;
}

/* The values that a setting is to get; where there is none, the text says what to enter. */
static char *
shown_for (char **words)
{
  if (strcmp (words[1], "edit") != 0 || g_str_has_suffix (words[3], "="))
    return NULL;
  return g_strjoinv (" ", words + 3);
}

static void
set_to_copy (BywayRemedy *remedy, const char *command)
{
  remedy->label = _ ("Co_py");
  remedy->action = "copy";
  remedy->target = g_variant_ref_sink (g_variant_new_string (command));
  remedy->shown = g_strdup (command);
}

BywayRemedy *
byway_remedy_new (const char *id, const BywayWordsFix *fix)
{
  BywayRemedy *remedy = g_new0 (BywayRemedy, 1);
  g_auto (GStrv) words = NULL;
  int row;

  if (fix->command == NULL)
    return remedy;
  row = g_shell_parse_argv (fix->command, NULL, &words, NULL) ? find_row (words) : -1;
  if (row < 0)
    {
      set_to_copy (remedy, fix->command);
      return remedy;
    }
  remedy->label = _ (rows[row].label);
  remedy->action = rows[row].action;
  remedy->target = target_for (rows[row].target, id, words);
  remedy->shown = shown_for (words);
  return remedy;
}

void
byway_remedy_free (BywayRemedy *remedy)
{
  g_clear_pointer (&remedy->target, g_variant_unref);
  g_free (remedy->shown);
  g_free (remedy);
}
