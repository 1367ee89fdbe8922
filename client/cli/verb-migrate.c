/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-moving.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-issue.h"
#include "byway-migration.h"
#include "byway-nm-bus.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  gboolean all, dry_run, undo, plain, json;
} Choice;

/* One line of the answer. */
typedef struct
{
  char *id, *uuid;
  const char *result; /* for scripts: "migrated", "would-migrate", "undone", … */
  GPtrArray *details; /* char *: sentences */
  gboolean active;
  GError *error; /* it could not be done, or a profile that was named is not fit */
} Line;

static void
line_free (Line *line)
{
  g_free (line->id);
  g_free (line->uuid);
  g_ptr_array_unref (line->details);
  g_clear_error (&line->error);
  g_free (line);
}

/* --- one profile ---------------------------------------------------------------------------- */

/* What a script reads, beside what a person does. */
static const struct
{
  const char *word, *title;
} results[] = {
  { "migrated", N_ ("moved to Byway") }, { "would-migrate", N_ ("would move to Byway") },
  { "undone", N_ ("moved back") },       { "would-undo", N_ ("would move back") },
  { "already", N_ ("nothing to do") },   { "left-alone", N_ ("left alone") },
  { "failed", N_ ("failed") },
};

static const char *
title_of (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    if (strcmp (results[i].word, word) == 0)
      return _ (results[i].title);
  return word;
}

static void
add_detail (Line *line, const char *text)
{
  g_ptr_array_add (line->details, g_strdup (text));
}

/* What becomes different by it. */
static void
warn (Line *line, const BywayMigration *plan)
{
  char *defaults = plan->differences != NULL ? byway_cli_moving_defaults (plan->differences) : NULL;

  if (plan->unprotected != NULL)
    g_ptr_array_add (line->details, byway_cli_moving_unprotected (plan->unprotected));
  if (defaults != NULL)
    g_ptr_array_add (line->details, defaults);
}

static void
explain (Line *line, const BywayMigration *plan)
{
  warn (line, plan);
  for (guint i = 0; i < plan->issues->len; i++)
    {
      const BywayIssue *issue = plan->issues->pdata[i];

      g_ptr_array_add (line->details, g_strdup_printf ("%s: %s", issue->key, issue->text));
    }
  if (plan->left_out->len > 0)
    {
      g_autoptr (GPtrArray) names = g_ptr_array_copy (plan->left_out, NULL, NULL);
      g_autofree char *joined = NULL;

      g_ptr_array_set_free_func (names, NULL);
      g_ptr_array_add (names, NULL);
      joined = g_strjoinv (", ", (GStrv)names->pdata);
      g_ptr_array_add (
          line->details,
          g_strdup_printf (_ ("without %s: NetworkManager-l2tp has no word for it"), joined));
    }
}

static void
write_profile (BywayNmBus *bus, const char *path, const BywayMigration *plan, Line *line)
{
  g_autoptr (GVariant) secrets = byway_nm_bus_get_secrets (bus, path);
  g_autoptr (GVariant) settings = byway_migration_with_secrets (plan->settings, secrets);
  const char *problem = byway_migration_psk_problem (settings, secrets);

  if (problem != NULL)
    g_ptr_array_add (line->details, g_strdup_printf ("ipsec-psk: %s", problem));
  if (byway_nm_bus_update (bus, path, settings, &line->error))
    return;
  line->result = "failed";
  add_detail (line, line->error->message);
}

static void
carry_out (BywayNmBus *bus, const char *path, const BywayMigration *plan, const Choice *choice,
           Line *line)
{
  switch (plan->verdict)
    {
    case BYWAY_MIGRATION_POSSIBLE:
      if (choice->dry_run)
        line->result = choice->undo ? "would-undo" : "would-migrate";
      else
        {
          line->result = choice->undo ? "undone" : "migrated";
          write_profile (bus, path, plan, line);
        }
      if (line->active)
        add_detail (line, _ ("active: it goes on as it is, and changes with its next connect"));
      return;
    case BYWAY_MIGRATION_DONE:
      line->result = "already";
      return;
    case BYWAY_MIGRATION_NOT_MARKED:
      line->result = "left-alone";
      add_detail (line, _ ("it was never moved here"));
      return;
    case BYWAY_MIGRATION_PLAIN:
      line->result = "left-alone";
      add_detail (line, _ ("a tunnel without IPsec; --plain takes it over as it is"));
      return;
    case BYWAY_MIGRATION_REFUSED:
      line->result = "left-alone";
      return;
    case BYWAY_MIGRATION_NONE:
      return;
    }
}

static gboolean
is_named (char **names, const BywayMigration *plan)
{
  return g_strv_contains ((const char *const *)names, plan->id)
         || g_strv_contains ((const char *const *)names, plan->uuid);
}

/* Another kind of profile may have the same name. With --all, only what is in question: what is
 * there already needs no line. */
static gboolean
is_wanted (char **names, const BywayMigration *plan)
{
  if (*names != NULL)
    return plan->verdict != BYWAY_MIGRATION_NONE && is_named (names, plan);
  switch (plan->verdict)
    {
    case BYWAY_MIGRATION_POSSIBLE:
    case BYWAY_MIGRATION_PLAIN:
    case BYWAY_MIGRATION_REFUSED:
      return TRUE;
    case BYWAY_MIGRATION_NONE:
    case BYWAY_MIGRATION_DONE:
    case BYWAY_MIGRATION_NOT_MARKED:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

/* NULL when it is none of those. */
static Line *
handle_profile (BywayNmBus *bus, const char *path, char **names, char **active,
                const Choice *choice)
{
  g_autoptr (GVariant) settings = byway_nm_bus_get (bus, path, NULL);
  g_autoptr (BywayMigration) plan = NULL;
  Line *line;

  if (settings == NULL) /* deleted just now */
    return NULL;
  plan = choice->undo ? byway_migration_plan_undo (settings)
                      : byway_migration_plan (settings, choice->plain);
  if (!is_wanted (names, plan))
    return NULL;
  line = g_new0 (Line, 1);
  line->id = g_strdup (plan->id);
  line->uuid = g_strdup (plan->uuid);
  line->details = g_ptr_array_new_with_free_func (g_free);
  line->active = g_strv_contains ((const char *const *)active, path);
  carry_out (bus, path, plan, choice, line);
  explain (line, plan);
  if (*names != NULL && line->error == NULL && strcmp (line->result, "left-alone") == 0)
    g_set_error (&line->error, BYWAY_ERROR, BYWAY_ERROR_INVALID, _ ("“%s” was left alone"),
                 line->id);
  return line;
}

/* --- all of them ---------------------------------------------------------------------------- */

static gboolean
find_missing (char **names, GPtrArray *lines, GError **error)
{
  for (char **name = names; *name != NULL; name++)
    {
      gboolean found = FALSE;

      for (guint i = 0; i < lines->len && !found; i++)
        found = strcmp (((Line *)lines->pdata[i])->id, *name) == 0
                || strcmp (((Line *)lines->pdata[i])->uuid, *name) == 0;
      if (!found)
        {
          g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND,
                       _ ("NetworkManager has no L2TP profile “%s” that you may see"), *name);
          return TRUE;
        }
    }
  return FALSE;
}

static void
print_objects (GPtrArray *lines)
{
  GVariantBuilder array;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = lines->pdata[i];
      GVariantDict dict;

      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "name", "s", line->id);
      g_variant_dict_insert (&dict, "uuid", "s", line->uuid);
      g_variant_dict_insert (&dict, "result", "s", line->result);
      g_variant_dict_insert (&dict, "active", "b", line->active);
      g_variant_dict_insert_value (
          &dict, "details",
          g_variant_new_strv ((const char *const *)line->details->pdata, line->details->len));
      g_variant_builder_add_value (&array, g_variant_dict_end (&dict));
    }
  byway_cli_print_json (g_variant_builder_end (&array));
}

static void
print_rows (GPtrArray *lines, gboolean undo)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  const char *const header[] = { _ ("PROFILE"), _ ("RESULT"), _ ("WHY"), NULL };

  if (lines->len == 0)
    {
      g_printerr ("%s\n", undo ? _ ("No profile was moved to Byway.")
                               : _ ("NetworkManager has no profile of NetworkManager-l2tp's."));
      g_ptr_array_unref (rows);
      return;
    }
  g_ptr_array_add (rows, g_strdupv ((GStrv)header));
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = lines->pdata[i];
      guint n = MAX (line->details->len, 1);

      for (guint d = 0; d < n; d++)
        {
          const char *const cells[]
              = { d == 0 ? line->id : "", d == 0 ? title_of (line->result) : "",
                  d < line->details->len ? line->details->pdata[d] : "", NULL };

          g_ptr_array_add (rows, g_strdupv ((GStrv)cells));
        }
    }
  byway_cli_print_table (rows);
}

/* The first one counts for the exit code; its words are in the table, where it has a line. */
static gboolean
take_first_error (GPtrArray *lines, GError **error)
{
  for (guint i = 0; i < lines->len; i++)
    {
      Line *line = lines->pdata[i];

      if (line->error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&line->error));
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
migrate (BywayNmBus *bus, char **names, const Choice *choice, GError **error)
{
  g_auto (GStrv) paths = byway_nm_bus_list (bus, error);
  g_auto (GStrv) active = paths != NULL ? byway_nm_bus_list_active (bus) : NULL;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify)line_free);

  if (paths == NULL)
    return FALSE;
  for (char **path = paths; *path != NULL; path++)
    {
      Line *line = handle_profile (bus, *path, names, active, choice);

      if (line != NULL)
        g_ptr_array_add (lines, line);
    }
  if (choice->json)
    print_objects (lines);
  else if (*names == NULL || lines->len > 0)
    print_rows (lines, choice->undo);
  return !take_first_error (lines, error) && !find_missing (names, lines, error);
}

int
byway_verb_migrate (int argc, char **argv)
{
  Choice choice = { 0 };
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &choice.all, N_ ("Every profile that can be moved"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &choice.dry_run, N_ ("Only say what would happen"),
      NULL },
    { "undo", 0, 0, G_OPTION_ARG_NONE, &choice.undo,
      N_ ("Give profiles that were moved back to NetworkManager-l2tp"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &choice.plain,
      N_ ("Those without IPsec too, as they are: all that they carry can be read on its way"),
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &choice.json, N_ ("Print an array of objects"), NULL },
    { NULL },
  };
  g_autoptr (BywayNmBus) bus = NULL;
  GError *error = NULL;

  if (!byway_cli_parse (&argc, &argv, entries, NULL, 0, -1, &error))
    return byway_cli_fail (error);
  if (choice.undo && choice.plain)
    g_set_error_literal (&error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                         _ ("--plain is for the way to Byway, not for --undo"));
  else if ((argc > 1) == choice.all && (choice.all || !choice.dry_run))
    g_set_error_literal (&error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                         _ ("name the profiles, or say --all (byway migrate --dry-run tells which "
                            "there are)"));
  else if ((bus = byway_nm_bus_new (&error)) != NULL && migrate (bus, argv + 1, &choice, &error))
    return 0;
  return byway_cli_fail (error);
}
