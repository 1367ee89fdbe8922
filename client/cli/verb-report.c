/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-doctor-facts.h"
#include "byway-error.h"
#include "byway-mask.h"
#include "byway-option.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GString *text;
  BywayMask *mask;
} Report;

/* --- what is to be masked ------------------------------------------------------------------- */

static void
mask_list (BywayMask *mask, const char *list, gboolean domains)
{
  g_auto (GStrv) words = list != NULL ? g_strsplit_set (list, ", ", -1) : NULL;

  for (char **word = words; word != NULL && *word != NULL; word++)
    if (domains)
      byway_mask_add_domain (mask, *word);
    else
      byway_mask_add (mask, BYWAY_MASK_ADDRESS, *word);
}

static void
mask_connection (BywayMask *mask, GVariant *about)
{
  g_autoptr (GHashTable) settings = byway_about_settings (about);

  byway_mask_add_host (mask, BYWAY_MASK_SERVER, g_hash_table_lookup (settings, "gateway"));
  byway_mask_add (mask, BYWAY_MASK_USER, g_hash_table_lookup (settings, "user"));
  byway_mask_add (mask, BYWAY_MASK_NAME, g_hash_table_lookup (settings, "domain"));
  byway_mask_add (mask, BYWAY_MASK_NAME, g_hash_table_lookup (settings, "local-id"));
  byway_mask_add (mask, BYWAY_MASK_NAME, g_hash_table_lookup (settings, "remote-id"));
  byway_mask_add (mask, BYWAY_MASK_NAME, byway_about_string (about, "name"));
  byway_mask_add (mask, BYWAY_MASK_UUID, byway_about_string (about, "uuid"));
  mask_list (mask, g_hash_table_lookup (settings, "dns-search"), TRUE);
  mask_list (mask, g_hash_table_lookup (settings, "dns"), FALSE);
}

static void
mask_machine (BywayMask *mask)
{
  byway_mask_add (mask, BYWAY_MASK_HOST, g_get_host_name ());
  byway_mask_add (mask, BYWAY_MASK_USER, g_get_user_name ());
}

/* --- the sections --------------------------------------------------------------------------- */

static void
add_title (Report *report, const char *title)
{
  g_string_append_printf (report->text, "\n== %s ==\n", title);
}

static void
add_versions (Report *report, const BywayDoctorFacts *facts)
{
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  g_string_append_printf (report->text, "byway %s, helper %s\n", PACKAGE_VERSION,
                          facts->helper_answers ? facts->helper_version : "(does not answer)");
  g_string_append_printf (report->text, "%s, kernel %s\n", system != NULL ? system : "Linux",
                          facts->kernel);
  g_string_append_printf (report->text, "pppd %s, xl2tpd %s, strongSwan %s%s\n",
                          facts->pppd != NULL ? facts->pppd : "(none)",
                          facts->xl2tpd != NULL ? facts->xl2tpd : "(none)",
                          facts->charon_version != NULL ? facts->charon_version
                          : facts->charon != NULL       ? "(does not run)"
                                                        : "(none)",
                          facts->pluto != NULL ? ", Libreswan is installed too" : "");
}

static void
add_doctor (Report *report, const BywayDoctorFacts *facts)
{
  g_autoptr (GPtrArray) findings = byway_doctor_examine (facts);
  g_autofree char *conclusion = byway_doctor_conclusion (facts, findings);

  add_title (report, "doctor");
  for (guint i = 0; i < findings->len; i++)
    {
      const BywayFinding *finding = findings->pdata[i];

      g_string_append_printf (report->text, "%-8s %s: %s\n",
                              byway_verdict_to_string (finding->verdict), finding->id,
                              finding->sentence);
    }
  g_string_append_printf (report->text, "%s\n", conclusion);
}

/* What differs from the defaults; secrets are no settings. */
static void
add_settings (Report *report, GVariant *about)
{
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  gsize n;
  const BywayOption *options = byway_options (&n);

  add_title (report, "settings that are no defaults");
  for (gsize i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (settings, options[i].key);

      if (value != NULL && options[i].type != BYWAY_OPTION_SECRET)
        g_string_append_printf (report->text, "%s = %s\n", options[i].key, value);
    }
}

static GVariant *
ask (BywayClient *client, const char *path, const char *method)
{
  g_autoptr (GVariant) reply = byway_client_call_sync (client, path, "Session", method, NULL, NULL);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static void
add_stages (Report *report, BywayClient *client, const char *session)
{
  g_autoptr (GVariant) about = ask (client, session, "Get");
  g_autoptr (GVariant) stages
      = about != NULL ? g_variant_lookup_value (about, "stages", G_VARIANT_TYPE ("a(ssus)")) : NULL;
  GVariantIter iter;
  const char *stage, *state, *text;
  guint milliseconds;

  if (stages == NULL)
    return;
  add_title (report, "the last attempt");
  g_string_append_printf (report->text, "state %s\n", byway_about_string (about, "state"));
  g_variant_iter_init (&iter, stages);
  while (g_variant_iter_next (&iter, "(&s&su&s)", &stage, &state, &milliseconds, &text))
    g_string_append_printf (report->text, "%-8s %-8s %6u ms  %s\n", stage, state, milliseconds,
                            text);
}

static void
add_diagnosis (Report *report, BywayClient *client, const char *session)
{
  g_autoptr (GVariant) about = ask (client, session, "Diagnosis");

  if (about == NULL || g_variant_n_children (about) == 0)
    return;
  add_title (report, "diagnosis");
  g_string_append_printf (report->text, "%s at %s: %s\n", byway_about_string (about, "code"),
                          byway_about_string (about, "stage"),
                          byway_about_string (about, "sentence"));
}

static void
add_log (Report *report, BywayClient *client, const char *connection)
{
  g_autoptr (GVariant) reply
      = byway_client_call_sync (client, connection, "Connection", "GetLog", NULL, NULL);
  g_autofree const char **lines = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(^a&s)", &lines);
  add_title (report, "log");
  for (const char **line = lines; *line != NULL; line++)
    g_string_append_printf (report->text, "%s\n", *line);
}

static void
add_files (Report *report, BywayClient *client, const char *session)
{
  g_autoptr (GVariant) files = ask (client, session, "GetFiles");
  GVariantIter iter;
  const char *name, *text;

  if (files == NULL)
    return;
  g_variant_iter_init (&iter, files);
  while (g_variant_iter_next (&iter, "(&s&s)", &name, &text))
    {
      add_title (report, name);
      g_string_append (report->text, text);
    }
}

/* --- the whole ------------------------------------------------------------------------------ */

static gboolean
add_connection (Report *report, const char *name, GError **error)
{
  g_autoptr (BywayClient) client = byway_client_new (error);
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = client != NULL ? byway_cli_find (client, name, &path, error) : NULL;
  const char *session = about != NULL ? byway_about_string (about, "session") : "/";

  if (about == NULL)
    return FALSE;
  mask_connection (report->mask, about);
  add_settings (report, about);
  if (strcmp (session, "/") != 0)
    {
      add_stages (report, client, session);
      add_diagnosis (report, client, session);
      add_files (report, client, session);
    }
  add_log (report, client, path);
  return TRUE;
}

static gboolean
is_without_helper (const GError *error)
{
  return error->domain != BYWAY_ERROR;
}

/* A helper that does not answer is part of the report, a name that nobody knows an error. */
static gboolean
write_report (Report *report, const char *name, GError **error)
{
  g_autoptr (BywayDoctorRecord) record = byway_doctor_record_new (NULL, NULL);
  g_autoptr (GError) cause = NULL;

  mask_machine (report->mask);
  byway_mask_add (report->mask, BYWAY_MASK_NAME, name);
  g_string_append (report->text, "Byway's report. Names and addresses are masked; no secret was "
                                 "ever in it.\n");
  add_versions (report, &record->facts);
  if (!add_connection (report, name, &cause))
    {
      if (!is_without_helper (cause))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      add_title (report, "connection");
      g_string_append_printf (report->text, "the helper can't be asked: %s\n", cause->message);
    }
  add_doctor (report, &record->facts);
  return TRUE;
}

static gboolean
put (const char *text, const char *path, GError **error)
{
  int fd;
  gsize length = strlen (text);
  gboolean ok;

  if (path == NULL)
    {
      g_print ("%s", text);
      return TRUE;
    }
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  ok = fd >= 0 && write (fd, text, length) == (gssize)length;
  if (!ok)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, _ ("%s can't be written: %s"), path,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok;
}

static gboolean
report_on (const char *name, const char *path, gboolean open, GError **error)
{
  Report report = { g_string_new (NULL), byway_mask_new () };
  g_autofree char *masked = NULL;
  gboolean ok = write_report (&report, name, error);

  if (ok)
    {
      masked
          = open ? g_strdup (report.text->str) : byway_mask_apply (report.mask, report.text->str);
      ok = put (masked, path, error);
    }
  if (ok)
    g_printerr ("%s\n", open ? _ ("Nothing is masked in it: show it only to people you trust.")
                             : _ ("Read it before you give it to somebody: what looks like a name "
                                  "or an address is masked."));
  g_string_free (report.text, TRUE);
  byway_mask_free (report.mask);
  return ok;
}

int
byway_verb_report (int argc, char **argv)
{
  g_autofree char *path = NULL;
  gboolean open = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &path, N_ ("Write it to a new file"), "FILE" },
    { "no-mask", 0, 0, G_OPTION_ARG_NONE, &open, N_ ("With names and addresses as they are"),
      NULL },
    { NULL },
  };
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error)
      && report_on (argv[1], path, open, &error))
    return 0;
  return byway_cli_fail (error);
}
