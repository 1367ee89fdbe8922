/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-libreswan-algorithm.h"
#include "byway-libreswan-conf.h"
#include "byway-libreswan-render.h"
#include "byway-libreswan-secrets.h"
#include "byway-nss.h"
#include "byway-whack.h"

#include <string.h>

/* With keyingtries=1 pluto sends at 0, 0.5, 1.5, 3.5, 7.5 s, and gives up after these seconds. */
#define RETRANSMIT_S 8
#define RETRANSMIT_INTERVAL_MS 500
/* What whack and pluto have room for, of a password for XAUTH (pluto_constants.h). */
#define XAUTH_MAX 127
/* pluto's own; never more than a part of what is to be made anew. */
#define REKEY_MARGIN_S 540

/* Of those that this machine can do, or all where that is not known. NULL with error when none is
 * left. */
static GPtrArray *
able_proposals (GArray *asked, BywayPhase phase, gboolean groups, GHashTable *names,
                GArray **chosen, GError **error)
{
  g_autoptr (GArray) list
      = asked->len > 0 ? g_array_ref (asked) : byway_proposals_automatic (phase);
  g_autoptr (GPtrArray) able = g_ptr_array_new_with_free_func (g_free);
  const BywayAlgorithm *lacking = NULL;

  *chosen = g_array_new (FALSE, FALSE, sizeof (BywayProposal));
  for (guint i = 0; i < list->len; i++)
    {
      BywayProposal proposal = g_array_index (list, BywayProposal, i);
      const BywayAlgorithm *missing;

      if (!groups)
        proposal.part[BYWAY_ALGORITHM_GROUP] = NULL;
      missing = names != NULL ? byway_libreswan_missing (&proposal, phase, names) : NULL;
      lacking = missing != NULL ? missing : lacking;
      if (missing != NULL)
        continue;
      g_ptr_array_add (able, byway_libreswan_proposal (&proposal));
      g_array_append_val (*chosen, proposal);
    }
  if (able->len > 0)
    return g_steal_pointer (&able);
  g_set_error (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_ALGORITHM_MISSING, "%s (option %s)",
               lacking->keyword, phase == BYWAY_PHASE_IKE ? "ike" : "esp");
  return NULL;
}

static char *
join (GPtrArray *words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", (char *)words->pdata[i]);
  return g_string_free (text, FALSE);
}

/* pluto has one switch, "pfs", for a whole conn. */
static gboolean
same_groups (GArray *proposals, const BywayAlgorithm **group, GError **error)
{
  *group = g_array_index (proposals, BywayProposal, 0).part[BYWAY_ALGORITHM_GROUP];
  for (guint i = 1; i < proposals->len; i++)
    if (g_array_index (proposals, BywayProposal, i).part[BYWAY_ALGORITHM_GROUP] != *group)
      {
        g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                             "Libreswan takes one group for all proposals of the option esp, or "
                             "none in any of them");
        return FALSE;
      }
  return TRUE;
}

static gboolean
add_proposals (BywayLibreswanWriter *writer, const BywayProfile *profile, GHashTable *names,
               GError **error)
{
  g_autoptr (GArray) ike_chosen = NULL;
  g_autoptr (GArray) esp_chosen = NULL;
  g_autoptr (GPtrArray) ike
      = able_proposals (profile->ike, BYWAY_PHASE_IKE, TRUE, names, &ike_chosen, error);
  g_autoptr (GPtrArray) esp = ike != NULL ? able_proposals (profile->esp, BYWAY_PHASE_ESP,
                                                            profile->pfs, names, &esp_chosen, error)
                                          : NULL;
  g_autofree char *ike_text = NULL;
  g_autofree char *esp_text = NULL;
  const BywayAlgorithm *group;

  if (esp == NULL || !same_groups (esp_chosen, &group, error))
    return FALSE;
  ike_text = join (ike);
  esp_text = join (esp);
  byway_libreswan_writer_word (writer, "ike", ike_text);
  byway_libreswan_writer_word (writer, "esp", esp_text);
  byway_libreswan_writer_flag (writer, "pfs", group != NULL);
  return TRUE;
}

/* Nobody vouches for a server that may show any name: unless told otherwise, it is the one that the
 * user wrote. */
static void
add_expected (BywayLibreswanWriter *writer, const BywayProfile *profile)
{
  BywayIdentity gateway = { BYWAY_IDENTITY_NONE };
  g_autofree char *text = NULL;

  if (profile->remote_id.kind == BYWAY_IDENTITY_ANY)
    {
      byway_libreswan_writer_word (writer, "rightid", "%fromcert");
      return;
    }
  if (byway_identity_parse (profile->gateway, &gateway))
    text = byway_identity_to_libreswan (&gateway);
  byway_identity_clear (&gateway);
  byway_libreswan_writer_text (writer, "rightid", text, "remote-id");
}

/* pluto trusts whatever root is in its database; "rightca" is what binds this conn to ours. */
static void
add_certificates (BywayLibreswanWriter *writer, const BywayProfile *profile,
                  const BywayCredential *machine)
{
  g_autofree char *nickname = machine != NULL ? byway_nss_nickname (machine->certificate) : NULL;

  if (profile->local_id.kind <= BYWAY_IDENTITY_ANY)
    byway_libreswan_writer_word (writer, "leftid", "%fromcert");
  byway_libreswan_writer_word (writer, "leftsendcert", "always");
  byway_libreswan_writer_word (writer, "sendca", "issuer");
  byway_libreswan_writer_word (writer, "rightrsasigkey", "%cert");
  if (profile->remote_id.kind <= BYWAY_IDENTITY_ANY)
    add_expected (writer, profile);
  if (machine == NULL)
    return;
  byway_libreswan_writer_word (writer, "leftcert", nickname);
  byway_libreswan_writer_text (writer, "rightca", machine->root_name, "machine-ca");
}

static void
add_ends (BywayLibreswanWriter *writer, const BywayPlan *plan, const BywayProfile *profile,
          const BywayFacts *facts)
{
  g_autofree char *source = byway_address_to_string (&plan->uplink.source);
  g_autofree char *server = byway_address_to_string (&plan->uplink.server);
  g_autofree char *ours = g_strdup_printf ("17/%u", plan->local_port);
  g_autofree char *theirs = g_strdup_printf ("17/%u", BYWAY_L2TP_PORT);
  g_autofree char *local = byway_identity_to_libreswan (&profile->local_id);
  g_autofree char *remote = byway_identity_to_libreswan (&profile->remote_id);

  byway_libreswan_writer_word (writer, "left", source);
  if (profile->local_id.kind > BYWAY_IDENTITY_ANY)
    byway_libreswan_writer_text (writer, "leftid", local, "local-id");
  byway_libreswan_writer_word (writer, "leftprotoport", ours);
  /* Nobody's script: what it would do, routes and firewall, is not wanted between two hosts. */
  byway_libreswan_writer_word (writer, "leftupdown", "%disabled");
  byway_libreswan_writer_word (writer, "right", server);
  if (profile->remote_id.kind > BYWAY_IDENTITY_ANY)
    byway_libreswan_writer_text (writer, "rightid", remote, "remote-id");
  if (byway_profile_uses_machine_cert (profile))
    add_certificates (writer, profile, facts->machine);
  byway_libreswan_writer_word (writer, "rightprotoport", theirs);
}

/* The password is asked for, and forgotten, when the server asks; so nothing can be renewed that it
 * would have to be asked for again. */
static void
add_xauth (BywayLibreswanWriter *writer, const BywayProfile *profile)
{
  byway_libreswan_writer_flag (writer, "leftxauthclient", TRUE);
  byway_libreswan_writer_text (writer, "leftusername", profile->xauth_user, "xauth-user");
  byway_libreswan_writer_flag (writer, "rightxauthserver", TRUE);
  byway_libreswan_writer_flag (writer, "rekey", FALSE);
}

/* Of @seconds: pluto's first wait for an answer in ms, half a second or more. Each wait but the
 * second is twice the one before, and it gives up at the end of one; so that is halved. */
static guint
retransmit_interval (guint seconds)
{
  guint ms = seconds * 1000, waits = 1;

  while (ms / waits >= 2 * RETRANSMIT_INTERVAL_MS)
    waits *= 2;
  return (ms + waits - 1) / waits;
}

static void
add_retransmission (BywayLibreswanWriter *writer, guint seconds)
{
  byway_libreswan_writer_uint (writer, "retransmit-timeout", seconds, "s");
  byway_libreswan_writer_uint (writer, "retransmit-interval", retransmit_interval (seconds), "");
}

/* Version 2 has no "dpdtimeout": there pluto gives a server up when any question, that of dpddelay
 * too, was without an answer for retransmit-timeout (starterwhack.c). And where the packets that
 * come in count (not with version 1 in UDP), pluto takes all since it looked last for one that came
 * just now, so that it asks after twice the silence. */
static void
add_dpd (BywayLibreswanWriter *writer, const BywayProfile *profile)
{
  gboolean version_1 = profile->ike_version == BYWAY_IKE_1;
  gboolean late = !version_1 || !profile->force_encaps;

  byway_libreswan_writer_uint (writer, "dpddelay",
                               late ? MAX (profile->dpd_delay / 2, 1) : profile->dpd_delay, "s");
  if (version_1)
    byway_libreswan_writer_uint (writer, "dpdtimeout", profile->dpd_timeout, "s");
  byway_libreswan_writer_word (writer, "dpdaction", "clear");
}

static void
add_times (BywayLibreswanWriter *writer, const BywayProfile *profile)
{
  guint shorter = MIN (profile->ike_lifetime, profile->esp_lifetime);

  byway_libreswan_writer_uint (writer, "keyingtries", 1, "");
  add_retransmission (writer, profile->ike_version == BYWAY_IKE_2 && profile->dpd_delay > 0
                                  ? profile->dpd_timeout
                                  : RETRANSMIT_S);
  byway_libreswan_writer_uint (writer, "ikelifetime", profile->ike_lifetime, "s");
  byway_libreswan_writer_uint (writer, "salifetime", profile->esp_lifetime, "s");
  byway_libreswan_writer_uint (writer, "rekeymargin", MIN (REKEY_MARGIN_S, shorter / 5), "s");
  if (profile->dpd_delay > 0)
    add_dpd (writer, profile);
}

/* The last of three walls: the file is what a reader of that dialect takes for one conn of ours. */
static gboolean
reads_back (const BywayPlan *plan, const char *text, GError **error)
{
  g_autofree char *name = NULL;
  g_auto (GStrv) pairs = byway_libreswan_conf_read (text, &name);

  if (pairs != NULL && strcmp (name, plan->ike_name) == 0)
    return TRUE;
  g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                       "this connection can't be written as Libreswan's ipsec.conf");
  return FALSE;
}

static char *
render_conn (const BywayPlan *plan, const BywayProfile *profile, const BywayFacts *facts,
             GError **error)
{
  BywayLibreswanWriter *writer = byway_libreswan_writer_new (plan->ike_name);
  gboolean ok;
  g_autofree char *text = NULL;

  byway_libreswan_writer_word (writer, "ikev2", profile->ike_version == BYWAY_IKE_2 ? "yes" : "no");
  if (profile->aggressive)
    byway_libreswan_writer_word (writer, "aggressive", "yes");
  byway_libreswan_writer_word (writer, "authby",
                               byway_profile_uses_machine_cert (profile) ? "rsasig" : "secret");
  byway_libreswan_writer_word (writer, "type", "transport");
  byway_libreswan_writer_uint (writer, "reqid", plan->reqid, "");
  add_ends (writer, plan, profile, facts);
  if (*profile->xauth_user != '\0')
    add_xauth (writer, profile);
  ok = add_proposals (writer, profile, facts->algorithms, error);
  byway_libreswan_writer_flag (writer, "compress", profile->ipcomp);
  byway_libreswan_writer_word (writer, "encapsulation", profile->force_encaps ? "yes" : "auto");
  add_times (writer, profile);
  text = byway_libreswan_writer_finish (writer, ok ? error : NULL);
  return ok && text != NULL && reads_back (plan, text, error) ? g_steal_pointer (&text) : NULL;
}

/* Whose key it is: both ends have to be named. A list with one end only, or with "%any", would be
 * taken for other people's connections, too (lsw_find_secret_by_id). */
static GBytes *
render_secret (const BywayPlan *plan, const char *shown, GError **error)
{
  g_autofree char *source = byway_address_to_string (&plan->uplink.source);
  g_autofree char *server = byway_address_to_string (&plan->uplink.server);
  const char *local = plan->libreswan.local_id != NULL ? plan->libreswan.local_id : source;
  const char *remote = plan->libreswan.remote_id != NULL ? plan->libreswan.remote_id : server;
  const char *ids[] = { local, shown != NULL ? shown : remote, NULL };

  return byway_libreswan_secret (ids, g_bytes_get_data (plan->libreswan.key, NULL),
                                 g_bytes_get_size (plan->libreswan.key), error);
}

GBytes *
byway_libreswan_secret_for (const BywayPlan *plan, const char *shown)
{
  return plan->libreswan.key != NULL ? render_secret (plan, shown, NULL) : NULL;
}

char *
byway_libreswan_shown_id (const BywayPlan *plan, const char *shown)
{
  /* pluto writes the bytes of a key identity with "0x" in front. */
  g_autofree char *plain
      = g_str_has_prefix (shown, "@#0x") ? g_strconcat ("@#", shown + 4, NULL) : g_strdup (shown);
  BywayIdentity identity;
  char *text;

  if (plan->libreswan.remote_id != NULL || !byway_identity_parse (plain, &identity))
    return NULL;
  text = byway_identity_to_libreswan (&identity);
  byway_identity_clear (&identity);
  return text;
}

char *
byway_libreswan_conn_for (const BywayPlan *plan, const char *shown)
{
  for (guint i = 0; i < plan->files->len; i++)
    {
      const BywayPlanFile *file = plan->files->pdata[i];

      if (strcmp (file->name, BYWAY_LIBRESWAN_CONF) == 0)
        return g_strdup_printf ("%s\trightid=\"%s\"\n", file->content, shown);
    }
  return NULL;
}

static GBytes *
copy_key (const BywaySecretSet *secrets)
{
  gsize length;
  const char *key = byway_secret_set_get (secrets, "ipsec-psk", &length);
  char *copy;

  if (key == NULL)
    return NULL;
  copy = byway_locked_alloc (length);
  memcpy (copy, key, length);
  return g_bytes_new_with_free_func (copy, length, byway_locked_free, copy);
}

/* As whack reads it: a line, and no secret has a line break in it. TRUE with NULL where there is
 * none. */
static gboolean
copy_xauth (const BywayProfile *profile, const BywaySecretSet *secrets, GBytes **line,
            GError **error)
{
  gsize length = 0;
  const char *password = secrets != NULL && *profile->xauth_user != '\0'
                             ? byway_secret_set_get (secrets, "xauth-password", &length)
                             : NULL;
  char *copy;

  *line = NULL;
  if (password == NULL)
    return TRUE;
  if (length > XAUTH_MAX)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                   "xauth-password: Libreswan takes at most %d bytes", XAUTH_MAX);
      return FALSE;
    }
  copy = byway_locked_alloc (length + 1);
  memcpy (copy, password, length);
  copy[length] = '\n';
  *line = g_bytes_new_with_free_func (copy, length + 1, byway_locked_free, copy);
  return TRUE;
}

static gboolean
has_ike_version (const BywayProfile *profile, GHashTable *abilities, GError **error)
{
  if (profile->ike_version != BYWAY_IKE_1 || abilities == NULL
      || g_hash_table_contains (abilities, BYWAY_PLUTO_IKEV1))
    return TRUE;
  g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_IKEV1_OFF, "");
  return FALSE;
}

/* Its IKE version 1 signs with RSA only, and it takes one root. */
static const char *
beyond_certificates (const BywayProfile *profile, const BywayCredential *machine)
{
  if (profile->ike_version == BYWAY_IKE_2)
    return "IKE version 2 by certificate (options ike-version, machine-auth)";
  if (profile->machine_token != NULL)
    return "a private key on a token (option machine-token)";
  if (machine == NULL)
    return NULL;
  if (!g_str_has_prefix (machine->key_type, "RSA"))
    return "a certificate whose key is not RSA (option machine-cert)";
  if (machine->root_name == NULL)
    return "other authorities than a single root, with a plain name (option machine-ca)";
  return NULL;
}

/* pluto would take these too, each by a way of its own. */
static gboolean
is_within_reach (const BywayProfile *profile, const BywayFacts *facts, GError **error)
{
  const char *beyond = NULL;

  if (byway_profile_uses_machine_cert (profile))
    beyond = beyond_certificates (profile, facts->machine);
  if (beyond == NULL && byway_profile_uses_machine_cert (profile) && *profile->xauth_user != '\0')
    beyond = "XAUTH beside a certificate (options xauth-user, machine-auth)";
  else if (beyond == NULL && profile->ike_version == BYWAY_IKE_2
           && profile->remote_id.kind <= BYWAY_IDENTITY_ANY)
    beyond = "IKE version 2 with any identity of the server (option remote-id)";
  else if (beyond == NULL
           && (profile->local_id.kind == BYWAY_IDENTITY_DN
               || profile->remote_id.kind == BYWAY_IDENTITY_DN))
    beyond = "a distinguished name as an identity (options local-id, remote-id)";
  if (beyond == NULL)
    return TRUE;
  g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNABLE, beyond);
  return FALSE;
}

static void
add_all (GPtrArray *list, GPtrArray *certificates)
{
  for (guint i = 0; i < certificates->len; i++)
    g_ptr_array_add (list, g_bytes_ref (certificates->pdata[i]));
}

static void
keep_certificates (BywayPlan *plan, const BywayCredential *machine)
{
  plan->libreswan.certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_ptr_array_add (plan->libreswan.certificates, g_bytes_ref (machine->certificate));
  add_all (plan->libreswan.certificates, machine->chain);
  add_all (plan->libreswan.certificates, machine->authorities);
  plan->libreswan.private_key = g_bytes_ref (machine->key);
}

static GStrv
add_argv (const BywayPlan *plan)
{
  g_autofree char *conf = g_build_filename (plan->run_dir, BYWAY_LIBRESWAN_CONF, NULL);
  const char *const argv[] = { "addconn", "--config", conf, plan->ike_name, NULL };

  return g_strdupv ((GStrv)argv);
}

gboolean
byway_libreswan_render (BywayPlan *plan, const BywayProfile *profile, const BywaySecretSet *secrets,
                        const BywayFacts *facts, GError **error)
{
  g_autoptr (GBytes) record = NULL;
  char *conn;

  plan->reqid = BYWAY_LIBRESWAN_REQID | (g_str_hash (facts->uuid) & ~BYWAY_LIBRESWAN_REQID_MASK);
  if (!is_within_reach (profile, facts, error)
      || !has_ike_version (profile, facts->algorithms, error))
    return FALSE;
  conn = render_conn (plan, profile, facts, error);
  if (conn == NULL)
    return FALSE;
  byway_plan_add_file (plan, BYWAY_LIBRESWAN_CONF, conn);
  plan->libreswan.add_argv = add_argv (plan);
  plan->libreswan.local_id = byway_identity_to_libreswan (&profile->local_id);
  plan->libreswan.remote_id = byway_identity_to_libreswan (&profile->remote_id);
  plan->libreswan.by_certificate = byway_profile_uses_machine_cert (profile);
  if (plan->libreswan.by_certificate)
    {
      if (facts->machine != NULL)
        keep_certificates (plan, facts->machine);
      return TRUE;
    }
  if (!copy_xauth (profile, secrets, &plan->libreswan.xauth, error))
    return FALSE;
  plan->libreswan.key = secrets != NULL ? copy_key (secrets) : NULL;
  if (plan->libreswan.key == NULL)
    return TRUE;
  record = render_secret (plan, NULL, error);
  return record != NULL;
}
