/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-doctor-facts.h"

#include "byway-able.h"
#include "byway-cert-check.h"
#include "byway-cli-diagnosis.h"
#include "byway-cli-examine.h"
#include "byway-cli.h"
#include "byway-credentials.h"
#include "byway-keyring.h"
#include "byway-option.h"

#include <string.h>
#include <unistd.h>

const char *
byway_doctor_record_keep (BywayDoctorRecord *record, char *text)
{
  if (text != NULL)
    g_ptr_array_add (record->strings, text);
  return text;
}

/* --- what the helper says ------------------------------------------------------------------- */

static int
tried (GVariant *machine, const char *part)
{
  g_autoptr (GVariant) kernel
      = g_variant_lookup_value (machine, "kernel", G_VARIANT_TYPE ("a{si}"));
  gint32 problem = -1;

  if (kernel != NULL)
    g_variant_lookup (kernel, part, "i", &problem);
  return problem;
}

/* The helper sees more than we: its word replaces ours. */
static void
take_ports (BywayDoctorFacts *facts, GVariant *machine)
{
  g_autoptr (GVariant) ports = g_variant_lookup_value (machine, "ports", G_VARIANT_TYPE ("a(us)"));
  GVariantIter iter;
  guint32 port;
  const char *holder;

  if (ports == NULL)
    return;
  g_variant_iter_init (&iter, ports);
  while (g_variant_iter_next (&iter, "(u&s)", &port, &holder))
    *(port == 500    ? &facts->port_500
      : port == 4500 ? &facts->port_4500
                     : &facts->port_1701)
        = holder;
}

static void
take_machine (BywayDoctorRecord *record)
{
  BywayDoctorFacts *facts = &record->facts;
  GVariant *machine = record->machine;
  const char **plugins = NULL;
  const char **algorithms = NULL;
  gboolean ikev1;

  if (machine == NULL)
    return;
  facts->helper_answers = TRUE;
  facts->helper_version = byway_about_string (machine, "version");
  facts->kernel_ppp = tried (machine, "ppp");
  facts->kernel_l2tp = tried (machine, "l2tp");
  facts->kernel_esp = tried (machine, "esp");
  take_ports (facts, machine);
  facts->foreign_associations = (guint)byway_about_number (machine, "foreign-associations");
  g_variant_lookup (machine, "strongswan-version", "&s", &facts->charon_version);
  g_variant_lookup (machine, "libreswan-version", "&s", &facts->libreswan_version);
  if (g_variant_lookup (machine, "libreswan-ikev1", "b", &ikev1))
    facts->libreswan_ikev1 = ikev1 ? BYWAY_ANSWER_YES : BYWAY_ANSWER_NO;
  if (g_variant_lookup (machine, "strongswan-plugins", "^a&s", &plugins))
    facts->charon_plugins = (const char *const *)byway_doctor_record_keep (record, (char *)plugins);
  if (g_variant_lookup (machine, "strongswan-algorithms", "^a&s", &algorithms))
    facts->charon_has_3des = g_strv_contains (algorithms, "3DES_CBC");
  g_free (algorithms);
}

/* --- the record ----------------------------------------------------------------------------- */

BywayDoctorRecord *
byway_doctor_record_new (const char *name, GError **error)
{
  g_autoptr (BywayDoctorRecord) record = g_new0 (BywayDoctorRecord, 1);

  record->strings = g_ptr_array_new_with_free_func (g_free);
  record->facts.root = geteuid () == 0;
  byway_doctor_look_at_machine (record);
  byway_doctor_look_at_buses (record);
  if (record->facts.bus)
    record->machine = byway_cli_examine ();
  take_machine (record);
  if (name != NULL && !byway_doctor_look_at_connection (record, name, error))
    return NULL;
  return g_steal_pointer (&record);
}

void
byway_doctor_record_free (BywayDoctorRecord *record)
{
  g_ptr_array_unref (record->strings);
  g_clear_pointer (&record->machine, g_variant_unref);
  g_free (record);
}

/* --- one connection ------------------------------------------------------------------------- */

static void
look_at_route (BywayDoctorRecord *record, GInetAddress *address)
{
  g_autoptr (GSocketAddress) there = g_inet_socket_address_new (address, 500);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  /* Connecting a datagram socket sends nothing: it only asks for the route. */
  record->facts.routed = socket != NULL && g_socket_connect (socket, there, NULL, NULL)
                             ? BYWAY_ANSWER_YES
                             : BYWAY_ANSWER_NO;
}

static void
look_at_server (BywayDoctorRecord *record)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_with_flags (
      resolver, record->facts.gateway, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, &error);

  if (addresses == NULL)
    {
      record->facts.resolve_error = byway_doctor_record_keep (record, g_strdup (error->message));
      return;
    }
  record->facts.address
      = byway_doctor_record_keep (record, g_inet_address_to_string (addresses->data));
  look_at_route (record, addresses->data);
  g_resolver_free_addresses (addresses);
}

/* What was read of files; without a key where that is on a token. */
static BywayCredential *
unpack (const BywaySecretSet *secrets, const char *whose)
{
  g_autofree char *key = g_strconcat (whose, "-key", NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  return byway_secret_set_get (secrets, key, NULL) != NULL
             ? byway_cert_unpack (secrets, whose, now, NULL)
             : byway_cert_unpack_without_key (secrets, whose, now, NULL);
}

/* Of two certificates the one that is over first is told of. */
static void
look_at_certificate (BywayDoctorRecord *record, const BywaySecretSet *secrets, const char *whose)
{
  g_autofree char *part = g_strconcat (whose, "-cert", NULL);
  g_autoptr (BywayCredential) credential = NULL;
  g_autoptr (BywayCert) cert = NULL;
  int days;

  if (byway_secret_set_get (secrets, part, NULL) == NULL)
    return;
  credential = unpack (secrets, whose);
  cert = credential != NULL ? byway_cert_new (credential->certificate) : NULL;
  days = cert != NULL ? byway_cert_days_left (cert, g_get_real_time () / G_USEC_PER_SEC) : 0;
  if (cert == NULL || (record->facts.certificate != NULL && record->facts.certificate_days <= days))
    return;
  record->facts.certificate = byway_doctor_record_keep (record, g_strdup (cert->subject));
  record->facts.certificate_days = days;
}

/* Files are read at each connect, and so never kept; the password of one is a secret like others.
 */
static char *
join_missing (GStrv missing, const char *password)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (char **key = missing; *key != NULL; key++)
    if (byway_option_find (*key)->type != BYWAY_OPTION_FILE)
      g_strv_builder_add (keys, *key);
  if (password != NULL)
    g_strv_builder_add (keys, password);
  list = g_strv_builder_end (keys);
  return g_strjoinv (", ", list);
}

static void
look_at_secrets (BywayDoctorRecord *record, GVariant *about, const BywayProfile *profile)
{
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  g_auto (GStrv) missing = NULL;
  g_autoptr (GError) error = NULL;
  const char *password;
  gboolean locked;

  if (record->facts.keyring == BYWAY_ANSWER_YES)
    byway_keyring_load_sync (byway_about_string (about, "uuid"), secrets);
  byway_credentials_load (profile, secrets, &password, &error);
  look_at_certificate (record, secrets, "machine");
  look_at_certificate (record, secrets, "user");
  locked = g_error_matches (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD);
  if (error != NULL && !locked)
    {
      g_autoptr (BywayDiagnosis) diagnosis = byway_cli_diagnosis_of_error (error, "");

      record->facts.certificate_problem
          = byway_doctor_record_keep (record, byway_cli_diagnosis_sentence (diagnosis));
    }
  record->facts.by_certificate = byway_profile_uses_machine_cert (profile);
  record->facts.by_token = byway_profile_uses_token (profile);
  missing = byway_secrets_missing (profile, secrets);
  record->facts.missing_secrets
      = byway_doctor_record_keep (record, join_missing (missing, locked ? password : NULL));
}

/* The strongest that its IKE daemon here can do decides; what nobody named is a good list of our
 * own. */
static void
look_at_proposals (BywayDoctorRecord *record, const BywayProfile *profile)
{
  g_autoptr (BywayAble) machine = record->machine != NULL ? byway_able_new (record->machine) : NULL;
  const BywayIkeAble *able = byway_able_of (machine, profile->ike_daemon);
  const char *lacking = NULL;
  guint possible = 0, strong = 0;

  for (guint i = 0; i < profile->ike->len; i++)
    {
      const BywayProposal *proposal = &g_array_index (profile->ike, BywayProposal, i);
      const BywayAlgorithm *missing
          = able != NULL ? byway_ike_able_missing (able, proposal, BYWAY_PHASE_IKE) : NULL;

      if (missing != NULL)
        lacking = missing->keyword;
      possible += missing == NULL;
      strong += missing == NULL && !byway_proposal_is_weak (proposal);
    }
  record->facts.plain = !profile->ipsec;
  record->facts.aggressive = profile->aggressive;
  record->facts.weak = profile->ike->len > 0 && strong == 0;
  record->facts.by_libreswan
      = able != NULL && able == byway_able_of (machine, BYWAY_IKE_CHOICE_LIBRESWAN);
  record->facts.lacking = able == NULL ? NULL : possible == 0 && lacking != NULL ? lacking : "";
}

gboolean
byway_doctor_look_at_connection (BywayDoctorRecord *record, const char *name, GError **error)
{
  g_autoptr (BywayClient) client = byway_client_new (error);
  g_autofree char *path = NULL;
  GVariant *about = client != NULL ? byway_cli_find (client, name, &path, error) : NULL;
  g_autoptr (GHashTable) settings = NULL;
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GError) problem = NULL;

  if (about == NULL)
    return FALSE;
  settings = byway_about_settings (about);
  profile = byway_about_profile (about, &problem);
  record->facts.name = byway_doctor_record_keep (record, g_strdup (name));
  record->facts.gateway
      = byway_doctor_record_keep (record, g_strdup (g_hash_table_lookup (settings, "gateway")));
  if (record->facts.gateway == NULL)
    record->facts.gateway = "";
  record->facts.problems
      = byway_doctor_record_keep (record, g_strdup (problem != NULL ? problem->message : ""));
  record->facts.missing_secrets = "";
  look_at_server (record);
  if (profile != NULL)
    {
      look_at_secrets (record, about, profile);
      look_at_proposals (record, profile);
    }
  g_variant_unref (about);
  return TRUE;
}
