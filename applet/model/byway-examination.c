/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-examination.h"

#include "byway-about.h"

#include <glib/gi18n.h>
#include <string.h>

static void
examined_free (gpointer data)
{
  BywayExamined *examined = data;

  g_free (examined->sentence);
  g_free (examined->fix);
  g_free (examined);
}

static GPtrArray *
lines_new (void)
{
  return g_ptr_array_new_with_free_func (examined_free);
}

/* Takes @sentence. */
static void
add (GPtrArray *lines, BywayVerdict verdict, char *sentence, const char *fix)
{
  BywayExamined *examined = g_new0 (BywayExamined, 1);

  examined->verdict = verdict;
  examined->sentence = sentence;
  examined->fix = fix != NULL && *fix != '\0' ? g_strdup (fix) : NULL;
  g_ptr_array_add (lines, examined);
}

/* The objects of a list by that name; may be empty. */
static GPtrArray *
objects_of (GVariant *about, const char *name)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  g_autoptr (GVariant) list = g_variant_lookup_value (about, name, G_VARIANT_TYPE ("av"));

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) box = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) object = g_variant_get_variant (box);

      if (g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
        g_ptr_array_add (objects, g_steal_pointer (&object));
    }
  return objects;
}

/* --- the machine ---------------------------------------------------------------------------- */

/* A word that is not known is no verdict. */
static BywayVerdict
verdict_from_string (const char *word)
{
  for (int verdict = BYWAY_VERDICT_OK; verdict <= BYWAY_VERDICT_UNKNOWN; verdict++)
    if (strcmp (byway_verdict_to_string (verdict), word) == 0)
      return verdict;
  return BYWAY_VERDICT_UNKNOWN;
}

GPtrArray *
byway_examination_of_machine (GVariant *doctor)
{
  GPtrArray *lines = lines_new ();
  g_autoptr (GPtrArray) checks = objects_of (doctor, "checks");

  for (guint i = 0; i < checks->len; i++)
    {
      GVariant *check = g_ptr_array_index (checks, i);

      add (lines, verdict_from_string (byway_about_string (check, "verdict")),
           g_strdup (byway_about_string (check, "sentence")), byway_about_string (check, "fix"));
    }
  return lines;
}

const char *
byway_examination_conclusion (GVariant *doctor)
{
  return byway_about_string (doctor, "conclusion");
}

/* --- the server ----------------------------------------------------------------------------- */

GStrv
byway_examination_accepted (GVariant *probe)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_autoptr (GPtrArray) accepted = objects_of (probe, "accepted");

  for (guint i = 0; i < accepted->len; i++)
    g_strv_builder_add (list, byway_about_string (g_ptr_array_index (accepted, i), "ike"));
  return g_strv_builder_end (list);
}

const char *
byway_examination_proposal (GVariant *probe)
{
  return byway_about_string (probe, "proposal");
}

static void
add_silence (GPtrArray *lines, const char *host)
{
  add (lines, BYWAY_VERDICT_PROBLEM,
       g_strdup_printf (_ ("%s does not answer. It may be switched off, a firewall may drop UDP "
                           "port 500, or it answers only to source port 500."),
                        host),
       NULL);
}

static void
add_refusal (GPtrArray *lines, const char *login)
{
  add (lines, BYWAY_VERDICT_PROBLEM,
       *login != '\0'
           ? g_strdup_printf (_ ("It refuses logins by a pre-shared key, and takes them by %s."),
                              login)
           : g_strdup (_ ("It refuses everything that was offered: perhaps it wants aggressive "
                          "mode, or does not know this address.")),
       NULL);
}

static void
add_algorithms (GPtrArray *lines, GVariant *probe, GPtrArray *accepted)
{
  g_auto (GStrv) names = byway_examination_accepted (probe);
  g_autofree char *list = g_strjoinv (", ", names);

  if (byway_about_bool (g_ptr_array_index (accepted, 0), "weak"))
    add (lines, BYWAY_VERDICT_WARNING,
         g_strdup_printf (_ ("It takes weak algorithms only: %s."), list),
         _ ("ask the server’s administrator for aes256-sha256-modp2048"));
  else
    add (lines, BYWAY_VERDICT_OK, g_strdup_printf (_ ("It takes %s."), list), NULL);
  if (*byway_examination_proposal (probe) == '\0')
    add (lines, BYWAY_VERDICT_PROBLEM, g_strdup (_ ("None of these is one that Byway can do.")),
         NULL);
}

GPtrArray *
byway_examination_of_server (GVariant *probe)
{
  GPtrArray *lines = lines_new ();
  g_autoptr (GPtrArray) accepted = objects_of (probe, "accepted");
  const char *host = byway_about_string (probe, "host");

  if (!byway_about_bool (probe, "answers"))
    {
      add_silence (lines, host);
      return lines;
    }
  add (lines, BYWAY_VERDICT_OK,
       g_strdup_printf (_ ("%s (%s) answers."), host, byway_about_string (probe, "address")), NULL);
  if (accepted->len > 0)
    add_algorithms (lines, probe, accepted);
  else
    add_refusal (lines, byway_about_string (probe, "other-login"));
  if (!byway_about_bool (probe, "nat-t"))
    add (lines, BYWAY_VERDICT_WARNING,
         g_strdup (_ ("It does not offer NAT traversal: from behind a router it may not work.")),
         NULL);
  return lines;
}
