/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-report.h"

#include "byway-cli-mask.h"
#include "byway-cli-plan.h"
#include "byway-cli-program.h"
#include "byway-cli-versions.h"
#include "byway-cli.h"
#include "byway-error.h"
#include "byway-option.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define DOCTOR_SECONDS 60

/* What a report is made of. The report itself is not translated: maintainers read it. */
typedef struct
{
  BywayClient *client; /* NULL: no bus */
  const char *name;
  GVariant *about;   /* the connection; NULL: the helper does not answer */
  GVariant *session; /* the latest; NULL: none */
  const char *session_path;
  GError *trouble; /* why there is no `about` */
  GString *text;
} Report;

/* --- layout --------------------------------------------------------------------------------- */

static void
add_title (Report *report, const char *title)
{
  g_string_append_printf (report->text, "\n## %s\n\n", title);
}

/* Set in by four, so that where a bug is reported "<server>" is not taken for HTML. */
static void
add_lines (Report *report, const char *lines)
{
  g_auto (GStrv) each = g_strsplit (lines, "\n", -1);

  for (guint i = 0; each[i] != NULL; i++)
    if (*each[i] != '\0')
      g_string_append_printf (report->text, "    %s\n", each[i]);
}

static void add_linef (Report *report, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_linef (Report *report, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_lines (report, line);
}

static void
add_member (Report *report, GVariant *about, const char *key)
{
  const char *value = byway_about_string (about, key);

  if (*value != '\0')
    add_linef (report, "%s: %s", key, value);
}

/* --- sections ------------------------------------------------------------------------------- */

static void
add_versions (Report *report)
{
  g_autofree char *versions = byway_cli_versions ();
  g_autoptr (GError) error = NULL;
  g_autofree char *helper
      = report->client != NULL ? byway_client_version_sync (report->client, &error) : NULL;

  add_title (report, "Versions");
  add_lines (report, versions);
  add_linef (report, "bywayd: %s", helper != NULL ? helper : "tells no version");
}

static void
add_stages (Report *report)
{
  g_autoptr (GVariantIter) stages = NULL;
  const char *stage, *state, *detail;
  guint milliseconds;

  if (!g_variant_lookup (report->session, "stages", "a(ssus)", &stages))
    return;
  while (g_variant_iter_next (stages, "(&s&su&s)", &stage, &state, &milliseconds, &detail))
    add_linef (report, "%-8s %-8s %6u ms  %s", stage, state, milliseconds, detail);
}

static void
add_session (Report *report)
{
  static const char *const members[] = { "state", "ifname", "local",  "remote", "server", "uplink",
                                         "ike",   "esp",    "remark", "error",  "message" };

  add_title (report, "Last session");
  if (report->session == NULL)
    {
      add_lines (report, report->about != NULL ? "There was none since the helper started."
                                               : "Not known: the helper did not answer.");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    add_member (report, report->session, members[i]);
  add_stages (report);
}

static void
add_evidence (Report *report, GVariant *about)
{
  g_autofree const char **lines = NULL;

  if (!g_variant_lookup (about, "evidence", "^a&s", &lines) || *lines == NULL)
    return;
  add_lines (report, "evidence:");
  for (const char **line = lines; *line != NULL; line++)
    add_linef (report, "  %s", *line);
}

/* A helper that knows no diagnosis has the first failure. */
static void
add_diagnosis (Report *report)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) diagnosis = NULL;

  if (report->session == NULL)
    return;
  add_title (report, "Diagnosis");
  reply = byway_client_call_sync (report->client, report->session_path, "Session", "Diagnosis",
                                  NULL, NULL);
  if (reply != NULL && g_variant_is_of_type (reply, G_VARIANT_TYPE ("(a{sv})")))
    {
      diagnosis = g_variant_get_child_value (reply, 0);
      add_member (report, diagnosis, "code");
      add_member (report, diagnosis, "stage");
      add_member (report, diagnosis, "sentence");
    }
  else
    {
      diagnosis = g_variant_ref (report->session);
      add_member (report, diagnosis, "message");
      if (*byway_about_string (diagnosis, "message") == '\0')
        add_lines (report, "Nothing failed.");
    }
  add_evidence (report, diagnosis);
}

static void
add_settings (Report *report)
{
  g_autoptr (GHashTable) settings = NULL;
  gsize n;
  const BywayOption *options = byway_options (&n);

  if (report->about == NULL)
    return;
  settings = byway_about_settings (report->about);
  add_title (report, "Settings that differ from the default");
  for (gsize i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (settings, options[i].key);

      if (value != NULL && options[i].type != BYWAY_OPTION_SECRET
          && g_strcmp0 (value, options[i].fallback) != 0)
        add_linef (report, "%s=%s", options[i].key, value);
    }
}

/* What the helper wrote and sent. FALSE when there is nothing of it. */
static gboolean
add_files_of_session (Report *report)
{
  g_autoptr (GVariant) reply = report->session != NULL
                                   ? byway_client_call_sync (report->client, report->session_path,
                                                             "Session", "GetFiles", NULL, NULL)
                                   : NULL;
  g_autoptr (GVariantIter) files = NULL;
  const char *name, *text;

  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(a(ss))")))
    return FALSE;
  g_variant_get (reply, "(a(ss))", &files);
  if (g_variant_iter_n_children (files) == 0)
    return FALSE;
  while (g_variant_iter_next (files, "(&s&s)", &name, &text))
    {
      g_string_append_printf (report->text, "### %s\n\n", name);
      add_lines (report, text);
      g_string_append_c (report->text, '\n');
    }
  g_string_truncate (report->text, report->text->len - 1);
  return TRUE;
}

static void
add_files (Report *report)
{
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (report->about == NULL)
    return;
  add_title (report, "Files");
  if (add_files_of_session (report))
    return;
  g_string_append (report->text, "Nothing was written; a connect from here would write and send "
                                 "this.\n\n");
  profile = byway_about_profile (report->about, &error);
  if (profile != NULL)
    text = byway_cli_plan_render (profile, byway_about_string (report->about, "uuid"), &error);
  add_lines (report, text != NULL ? text : error->message);
}

/* --- the doctor ----------------------------------------------------------------------------- */

static gboolean
have_verb (const char *name)
{
  for (const BywayVerb *verb = byway_verbs; verb->name != NULL; verb++)
    if (g_str_equal (verb->name, name))
      return TRUE;
  return FALSE;
}

/* JSON on lines of its own each; anything else as it is. */
static void
add_json (Report *report, const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = *lines[i] != '\0' ? json_from_string (lines[i], NULL) : NULL;
      g_autofree char *pretty = node != NULL ? json_to_string (node, TRUE) : NULL;

      add_lines (report, pretty != NULL ? pretty : lines[i]);
    }
}

static void
add_doctor (Report *report)
{
  const char *const argv[] = { "/proc/self/exe", "doctor", "--json", report->name, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  add_title (report, "Doctor");
  if (!have_verb ("doctor"))
    {
      add_lines (report, "This byway has no doctor.");
      return;
    }
  g_printerr ("%s\n", _ ("Looking for what is wrong with this computer …"));
  output = byway_cli_program_output (argv, FALSE, DOCTOR_SECONDS, &error);
  if (output == NULL)
    add_lines (report, error->message);
  else if (*output == '\0')
    add_lines (report, "It said nothing.");
  else
    add_json (report, output);
}

/* --- the whole ------------------------------------------------------------------------------ */

/* FALSE when there is no such connection; without a helper a report is still one. */
static gboolean
ask_helper (Report *report, GError **error)
{
  g_autofree char *path = NULL;

  if (report->client == NULL)
    return TRUE;
  report->about = byway_cli_find (report->client, report->name, &path, &report->trouble);
  if (g_error_matches (report->trouble, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&report->trouble));
      return FALSE;
    }
  if (report->about == NULL)
    return TRUE;
  report->session_path = byway_about_string (report->about, "session");
  if (strcmp (report->session_path, "/") != 0)
    report->session = byway_client_get_sync (report->client, report->session_path, "Session", NULL);
  return TRUE;
}

/* The settings first: the first kind that a value is added as stays. */
static void
teach (Report *report, BywayMask *mask)
{
  if (report->about != NULL)
    {
      g_autoptr (GHashTable) settings = byway_about_settings (report->about);

      byway_cli_mask_add_settings (mask, settings);
      byway_mask_add (mask, BYWAY_MASK_NAME, byway_about_string (report->about, "name"));
    }
  if (report->session != NULL)
    byway_mask_add (mask, BYWAY_MASK_ADDRESS, byway_about_string (report->session, "server"));
  byway_mask_add (mask, BYWAY_MASK_NAME, report->name);
  byway_cli_mask_add_computer (mask);
}

char *
byway_cli_report (BywayClient *client, const char *name, BywayMask *mask, GError **error)
{
  Report report = { .client = client, .name = name };

  g_printerr ("%s\n", _ ("Asking the helper and the daemons …"));
  if (!ask_helper (&report, error))
    return NULL;
  teach (&report, mask);
  report.text = g_string_new ("# Report of a connection, by byway\n");
  if (report.about == NULL)
    g_string_append_printf (report.text, "\nThe helper bywayd did not answer: %s\n",
                            report.trouble != NULL ? report.trouble->message : "there is no bus");
  add_versions (&report);
  add_session (&report);
  add_diagnosis (&report);
  add_settings (&report);
  add_files (&report);
  add_doctor (&report);
  g_clear_pointer (&report.about, g_variant_unref);
  g_clear_pointer (&report.session, g_variant_unref);
  g_clear_error (&report.trouble);
  return g_string_free (report.text, FALSE);
}
