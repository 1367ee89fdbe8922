/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-cli-examine.h"
#include "byway-cli.h"
#include "byway-diagnosis.h"
#include "byway-prober.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *host;
  GMainLoop *loop;
  GCancellable *cancellable;
  BywayIkeSurvey *survey;
  GError *error;
  char *address;
  BywayAble *able; /* what the IKE daemons here can do; NULL: not known */
} Probe;

/* --- the result ----------------------------------------------------------------------------- */

/* TRUE as well where it is not known. */
static gboolean
can (const Probe *probe, BywayIkeChoice daemon, const BywayIkeFinding *finding)
{
  const BywayIkeAble *able = byway_able_of (probe->able, daemon);
  BywayProposal proposal;

  if (!byway_proposal_parse (finding->text, BYWAY_PHASE_IKE, &proposal))
    return FALSE;
  return able == NULL || byway_ike_able_missing (able, &proposal, BYWAY_PHASE_IKE) == NULL;
}

static gboolean
strongswan_can (const Probe *probe, const BywayIkeFinding *finding)
{
  return can (probe, BYWAY_IKE_CHOICE_STRONGSWAN, finding);
}

/* Of one that does not run: Debian's is built without modp1024 and older (its DH2). */
static gboolean
libreswan_can (const Probe *probe, const BywayIkeFinding *finding)
{
  if (byway_able_of (probe->able, BYWAY_IKE_CHOICE_LIBRESWAN) == NULL)
    return finding->supported && strstr (finding->text, "modp1024") == NULL;
  return can (probe, BYWAY_IKE_CHOICE_LIBRESWAN, finding);
}

static GVariant *
findings_to_variant (const Probe *probe)
{
  GArray *findings = byway_ike_survey_findings (probe->survey);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < findings->len; i++)
    {
      const BywayIkeFinding *finding = &g_array_index (findings, BywayIkeFinding, i);
      GVariantDict dict;

      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "ike", "s", finding->text);
      g_variant_dict_insert (&dict, "supported", "b", finding->supported);
      g_variant_dict_insert (&dict, "weak", "b", finding->weak);
      g_variant_dict_insert (&dict, "strongswan", "b", strongswan_can (probe, finding));
      g_variant_dict_insert (&dict, "libreswan", "b", libreswan_can (probe, finding));
      g_variant_builder_add_value (&builder, g_variant_dict_end (&dict));
    }
  return g_variant_builder_end (&builder);
}

static void
print_object (const Probe *probe)
{
  g_autofree char *proposal = byway_ike_survey_proposal (probe->survey);
  g_auto (GStrv) vendors = byway_ike_survey_vendors (probe->survey);
  const char *make = byway_ike_survey_make (probe->survey);
  const char *login = byway_ike_survey_other_login (probe->survey);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "host", "s", probe->host);
  g_variant_dict_insert (&dict, "address", "s", probe->address);
  g_variant_dict_insert (&dict, "answers", "b", byway_ike_survey_heard (probe->survey));
  g_variant_dict_insert_value (&dict, "accepted", findings_to_variant (probe));
  g_variant_dict_insert (&dict, "complete", "b", byway_ike_survey_complete (probe->survey));
  g_variant_dict_insert (&dict, "proposal", "s", proposal != NULL ? proposal : "");
  g_variant_dict_insert (&dict, "make", "s", make != NULL ? make : "");
  g_variant_dict_insert (&dict, "vendors", "^as", vendors);
  g_variant_dict_insert (&dict, "nat-t", "b", byway_ike_survey_nat_t (probe->survey));
  g_variant_dict_insert (&dict, "other-login", "s", login != NULL ? login : "");
  g_variant_dict_insert (&dict, "packets", "u", byway_ike_survey_packets (probe->survey));
  byway_cli_print_json (g_variant_dict_end (&dict));
}

static char *
engines_of (const Probe *probe, const BywayIkeFinding *finding)
{
  gboolean strongswan = strongswan_can (probe, finding), libreswan = libreswan_can (probe, finding);

  if (strongswan && libreswan)
    return g_strdup (_ ("strongSwan, Libreswan"));
  return g_strdup (strongswan ? _ ("strongSwan") : libreswan ? _ ("Libreswan") : _ ("none"));
}

static void
print_findings (const Probe *probe)
{
  GArray *findings = byway_ike_survey_findings (probe->survey);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  const char *header[] = { _ ("IKE"), _ ("STRENGTH"), _ ("CAN BE DONE BY"), NULL };

  g_ptr_array_add (rows, g_strdupv ((GStrv)header));
  for (guint i = 0; i < findings->len; i++)
    {
      const BywayIkeFinding *finding = &g_array_index (findings, BywayIkeFinding, i);
      g_autofree char *engines = engines_of (probe, finding);
      const char *row[] = { finding->text, finding->weak ? _ ("weak") : _ ("good"), engines, NULL };

      g_ptr_array_add (rows, g_strdupv ((GStrv)row));
    }
  byway_cli_print_table (rows);
}

static void
print_server (const Probe *probe)
{
  g_auto (GStrv) vendors = byway_ike_survey_vendors (probe->survey);
  g_autofree char *list = g_strjoinv (", ", vendors);
  const char *make = byway_ike_survey_make (probe->survey);

  g_print (_ ("%s (%s) answers IKE version 1. Make: %s.\n"), probe->host, probe->address,
           make != NULL ? make : _ ("not told"));
  if (*list != '\0')
    g_print (_ ("It says of itself: %s.\n"), list);
  if (!byway_ike_survey_nat_t (probe->survey))
    g_print ("%s\n", _ ("It does not offer NAT traversal: from behind a router it may not work."));
}

static void
print_advice (const Probe *probe)
{
  GArray *findings = byway_ike_survey_findings (probe->survey);
  g_autofree char *proposal = byway_ike_survey_proposal (probe->survey);

  if (!byway_ike_survey_complete (probe->survey))
    g_print (_ ("These are what it was asked for in %u messages: it may take more.\n"),
             byway_ike_survey_packets (probe->survey));
  if (proposal == NULL)
    {
      g_print ("%s\n", _ ("None of these is one that Byway can do."));
      return;
    }
  if (g_array_index (findings, BywayIkeFinding, 0).weak)
    g_print ("%s\n", _ ("All of it is weak by today's measure: ask the server's administrator for "
                        "aes256-sha256-modp2048."));
  g_print (_ ("To use it:  byway edit NAME ike=%s\n"), proposal);
}

static int
print_result (const Probe *probe)
{
  const char *login = byway_ike_survey_other_login (probe->survey);

  if (!byway_ike_survey_heard (probe->survey))
    {
      g_printerr (
          _ ("%s (%s) does not answer. It may be switched off, a firewall may drop UDP port "
             "500, or it answers only to source port 500.\n"),
          probe->host, probe->address);
      return byway_error_exit_code (BYWAY_ERROR_TIMEOUT);
    }
  print_server (probe);
  if (byway_ike_survey_findings (probe->survey)->len > 0)
    {
      print_findings (probe);
      print_advice (probe);
      return 0;
    }
  if (login != NULL)
    g_printerr (_ ("It refuses logins by a pre-shared key, and takes them by %s.\n"), login);
  else
    g_printerr ("%s\n", _ ("It refuses everything that was offered: perhaps it wants aggressive "
                           "mode, or does not know this address."));
  return byway_error_exit_code (BYWAY_ERROR_IPSEC);
}

static int
result_code (const Probe *probe)
{
  if (!byway_ike_survey_heard (probe->survey))
    return byway_error_exit_code (BYWAY_ERROR_TIMEOUT);
  return byway_ike_survey_findings (probe->survey)->len > 0
             ? 0
             : byway_error_exit_code (BYWAY_ERROR_IPSEC);
}

/* --- the verb ------------------------------------------------------------------------------- */

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;

  probe->survey = byway_prober_run_finish (result, &probe->error);
  g_main_loop_quit (probe->loop);
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;
  GList *addresses
      = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, &error);

  if (addresses == NULL)
    {
      probe->error = g_error_new (BYWAY_ERROR, BYWAY_ERROR_RESOLVE, "%s", error->message);
      g_main_loop_quit (probe->loop);
      return;
    }
  probe->address = g_inet_address_to_string (addresses->data);
  byway_prober_run (addresses->data, probe->cancellable, on_done, probe);
  g_resolver_free_addresses (addresses);
}

static gboolean
on_interrupt (gpointer data)
{
  g_cancellable_cancel (((Probe *)data)->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
run (Probe *probe)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  probe->loop = g_main_loop_new (NULL, FALSE);
  probe->cancellable = g_cancellable_new ();
  probe->able = byway_cli_examine_able ();
  g_unix_signal_add (SIGINT, on_interrupt, probe);
  g_unix_signal_add (SIGTERM, on_interrupt, probe);
  g_resolver_lookup_by_name_with_flags_async (resolver, probe->host,
                                              G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                              probe->cancellable, on_resolved, probe);
  g_main_loop_run (probe->loop);
  g_main_loop_unref (probe->loop);
}

static int
tell (Probe *probe, gboolean json)
{
  if (g_error_matches (probe->error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_cancellable_is_cancelled (probe->cancellable))
    {
      g_clear_error (&probe->error);
      return byway_error_exit_code (BYWAY_ERROR_CANCELLED);
    }
  if (g_error_matches (probe->error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_REJECTED))
    {
      g_printerr (_ ("%s (%s) is there, but runs no IPsec: it refuses UDP port 500.\n"),
                  probe->host, probe->address);
      g_clear_error (&probe->error);
      return byway_error_exit_code (BYWAY_ERROR_IPSEC);
    }
  if (probe->error != NULL)
    return byway_cli_fail (g_steal_pointer (&probe->error));
  if (!json)
    return print_result (probe);
  print_object (probe);
  return result_code (probe);
}

int
byway_verb_probe (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print an object"), NULL },
    { NULL },
  };
  Probe probe = { 0 };
  GError *error = NULL;
  int code;

  if (!byway_cli_parse (&argc, &argv, entries, NULL, 1, 1, &error))
    return byway_cli_fail (error);
  probe.host = argv[1];
  run (&probe);
  code = tell (&probe, json);
  g_clear_pointer (&probe.survey, byway_ike_survey_free);
  g_clear_pointer (&probe.able, byway_able_free);
  g_clear_object (&probe.cancellable);
  g_free (probe.address);
  return code;
}
