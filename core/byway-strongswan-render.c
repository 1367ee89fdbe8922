/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-diagnosis.h"
#include "byway-strongswan-credential.h"
#include "byway-strongswan-render.h"
#include "byway-vici.h"

#include <string.h>

#define LIFETIME_MARGIN_S 60

/* The proposals that this machine can do, as vici takes them. */
static GStrv
able_proposals (GArray *asked, BywayPhase phase, gboolean groups, GHashTable *names, GError **error)
{
  g_autoptr (GArray) list
      = asked->len > 0 ? g_array_ref (asked) : byway_proposals_automatic (phase);
  g_autoptr (GStrvBuilder) able = g_strv_builder_new ();
  const BywayAlgorithm *lacking = NULL;
  guint count = 0;

  for (guint i = 0; i < list->len; i++)
    {
      BywayProposal proposal = g_array_index (list, BywayProposal, i);
      const BywayAlgorithm *missing;
      g_autofree char *text = NULL;

      if (!groups)
        proposal.part[BYWAY_ALGORITHM_GROUP] = NULL;
      missing = names != NULL ? byway_proposal_missing (&proposal, names) : NULL;
      if (missing != NULL)
        {
          lacking = missing;
          continue;
        }
      text = byway_proposal_to_string (&proposal);
      g_strv_builder_add (able, text);
      count++;
    }
  if (count > 0)
    return g_strv_builder_end (able);
  g_set_error (error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_ALGORITHM_MISSING, "%s (option %s)",
               lacking->keyword, phase == BYWAY_PHASE_IKE ? "ike" : "esp");
  return NULL;
}

static gboolean
can_own (const BywayIdentity *identity, const char *text)
{
  return identity->kind > BYWAY_IDENTITY_ANY && strlen (text) <= BYWAY_IDENTITY_OWNER_MAX;
}

/* Whom the key is for. Both ends by address and, where they have them, by name: charon looks for
 * the pair (our identity, theirs) and takes a key that anyone left without owners before one that
 * fits only by half. */
static GBytes *
render_shared (const BywayPlan *plan, const BywayProfile *profile, const BywaySecretSet *secrets,
               GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (TRUE);
  g_autofree char *server = byway_address_to_string (&plan->uplink.server);
  g_autofree char *source = byway_address_to_string (&plan->uplink.source);
  g_autofree char *local = byway_identity_to_vici (&profile->local_id);
  g_autofree char *remote = byway_identity_to_vici (&profile->remote_id);
  const char *owners[5] = { server, source };
  guint n = 2;
  gsize length;
  const char *key = byway_secret_set_get (secrets, "ipsec-psk", &length);

  if (can_own (&profile->local_id, local))
    owners[n++] = local;
  /* A wildcard would offer our key to other people's connections in the same charon. */
  if (can_own (&profile->remote_id, remote) && strchr (remote, '*') == NULL)
    owners[n++] = remote;
  byway_vici_add_value (builder, "id", plan->ike_name);
  byway_vici_add_value (builder, "type", "IKE");
  byway_vici_add_bytes (builder, "data", key, length);
  byway_vici_add_list (builder, "owners", owners);
  return byway_vici_builder_finish (builder, error);
}

/* The user's name as bytes, so that charon does not take it for an identity of another kind. */
static char *
xauth_identity (const BywayProfile *profile)
{
  const BywayIdentity user = { .kind = BYWAY_IDENTITY_KEY_ID,
                               .value = profile->xauth_user,
                               .length = strlen (profile->xauth_user) };

  return byway_identity_to_vici (&user);
}

static char *
xauth_name (const char *name)
{
  return g_strconcat (name, "-xauth", NULL);
}

static GBytes *
render_xauth (const BywayPlan *plan, const BywayProfile *profile, const BywaySecretSet *secrets,
              GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (TRUE);
  g_autofree char *name = xauth_name (plan->ike_name);
  g_autofree char *user = xauth_identity (profile);
  gsize length;
  const char *password = byway_secret_set_get (secrets, "xauth-password", &length);

  byway_vici_add_value (builder, "id", name);
  byway_vici_add_value (builder, "type", "XAUTH");
  byway_vici_add_bytes (builder, "data", password, length);
  byway_vici_add_list (builder, "owners", (const char *[]){ user, NULL });
  return byway_vici_builder_finish (builder, error);
}

/* The second round of ours; the server asks for it behind the first. */
static void
add_xauth (BywayViciBuilder *builder, const BywayProfile *profile)
{
  g_autofree char *user = xauth_identity (profile);

  if (*profile->xauth_user == '\0')
    return;
  byway_vici_begin_section (builder, "local-xauth");
  byway_vici_add_value (builder, "auth", "xauth");
  byway_vici_add_value (builder, "xauth_id", user);
  byway_vici_end_section (builder);
}

static void
add_auth (BywayViciBuilder *builder, const char *section, const char *how,
          const BywayIdentity *identity, const char *fallback)
{
  g_autofree char *text = byway_identity_to_vici (identity);
  const char *id = identity->kind == BYWAY_IDENTITY_NONE ? fallback : text;

  byway_vici_begin_section (builder, section);
  byway_vici_add_value (builder, "auth", how);
  if (id != NULL)
    byway_vici_add_value (builder, "id", id);
}

static void
add_auths (BywayViciBuilder *builder, const BywayProfile *profile, const BywayFacts *facts,
           const char *source)
{
  g_autofree char *gateway = NULL;
  BywayIdentity expected = { BYWAY_IDENTITY_NONE };

  if (profile->machine_auth == BYWAY_AUTH_SECRET)
    {
      add_auth (builder, "local", "psk", &profile->local_id, source);
      byway_vici_end_section (builder);
      add_xauth (builder, profile);
      add_auth (builder, "remote", "psk", &profile->remote_id, "%any");
      byway_vici_end_section (builder);
      return;
    }
  /* Nobody vouches for a server that may show any name: unless told otherwise, it is the one that
   * the user wrote. Without an id of ours charon takes the certificate's subject. */
  if (byway_identity_parse (profile->gateway, &expected))
    gateway = byway_identity_to_vici (&expected);
  byway_identity_clear (&expected);
  add_auth (builder, "local", "pubkey", &profile->local_id, NULL);
  byway_strongswan_add_certificate (builder, profile, facts->machine);
  byway_vici_end_section (builder);
  add_xauth (builder, profile);
  add_auth (builder, "remote", "pubkey", &profile->remote_id, gateway);
  byway_strongswan_add_authorities (builder, facts->machine);
  byway_vici_end_section (builder);
}

/* The old one lives on while the new one is made, long enough for a few packets to get lost: charon
 * sends again after 4 and 11 s, and when the old association of version 1 ends, most servers take
 * its ESP along. Its own margin is a tenth of the lifetime, and by up to the same it begins earlier
 * than asked for, so that not all clients of a server come at once. @before: what the end is
 * counted from. */
static void
add_lifetime (BywayViciBuilder *builder, const char *again, const char *end, guint seconds,
              guint before)
{
  byway_vici_add_valuef (builder, again, "%us", seconds);
  byway_vici_add_valuef (builder, end, "%us", before + MAX (seconds / 10, LIFETIME_MARGIN_S));
  byway_vici_add_valuef (builder, "rand_time", "%us", seconds / 10);
}

static void
add_child (BywayViciBuilder *builder, const BywayPlan *plan, const BywayProfile *profile,
           const char *const *proposals)
{
  g_autofree char *ours = g_strdup_printf ("dynamic[udp/%u]", plan->local_port);
  g_autofree char *theirs = g_strdup_printf ("dynamic[udp/%u]", BYWAY_L2TP_PORT);

  byway_vici_begin_section (builder, "children");
  byway_vici_begin_section (builder, plan->ike_name);
  byway_vici_add_value (builder, "mode", "transport");
  byway_vici_add_valuef (builder, "reqid", "%u", plan->reqid);
  byway_vici_add_list (builder, "local_ts", (const char *[]){ ours, NULL });
  byway_vici_add_list (builder, "remote_ts", (const char *[]){ theirs, NULL });
  byway_vici_add_list (builder, "esp_proposals", proposals);
  add_lifetime (builder, "rekey_time", "life_time", profile->esp_lifetime, profile->esp_lifetime);
  if (profile->ipcomp)
    byway_vici_add_value (builder, "ipcomp", "yes");
  byway_vici_add_value (builder, "start_action", "none");
  byway_vici_add_value (builder, "close_action", "none");
  byway_vici_add_value (builder, "dpd_action", "clear");
  byway_vici_end_section (builder);
  byway_vici_end_section (builder);
}

static GBytes *
render_conn (const BywayPlan *plan, const BywayProfile *profile, const BywayFacts *facts,
             const char *const *ike, const char *const *esp, GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (FALSE);
  g_autofree char *server = byway_address_to_string (&plan->uplink.server);
  g_autofree char *source = byway_address_to_string (&plan->uplink.source);

  byway_vici_begin_section (builder, plan->ike_name);
  byway_vici_add_value (builder, "version", profile->ike_version == BYWAY_IKE_2 ? "2" : "1");
  byway_vici_add_value (builder, "aggressive", profile->aggressive ? "yes" : "no");
  byway_vici_add_list (builder, "local_addrs", (const char *[]){ source, NULL });
  byway_vici_add_list (builder, "remote_addrs", (const char *[]){ server, NULL });
  byway_vici_add_list (builder, "proposals", ike);
  byway_vici_add_value (builder, "encap", profile->force_encaps ? "yes" : "no");
  byway_vici_add_value (builder, "keyingtries", "1");
  /* "replace" would end the tunnel to another server that shows the same identity. */
  byway_vici_add_value (builder, "unique", "never");
  /* Version 1 knows no other way; in version 2 a new login takes the association down first. */
  add_lifetime (builder, profile->ike_version == BYWAY_IKE_2 ? "rekey_time" : "reauth_time",
                "over_time", profile->ike_lifetime, 0);
  if (profile->dpd_delay > 0)
    byway_vici_add_valuef (builder, "dpd_delay", "%us", profile->dpd_delay);
  if (profile->dpd_delay > 0 && profile->ike_version == BYWAY_IKE_1)
    byway_vici_add_valuef (builder, "dpd_timeout", "%us", profile->dpd_timeout);
  add_auths (builder, profile, facts, source);
  add_child (builder, plan, profile, esp);
  byway_vici_end_section (builder);
  return byway_vici_builder_finish (builder, error);
}

static GBytes *
render_values (const char *const *pairs, GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (FALSE);

  for (; pairs[0] != NULL; pairs += 2)
    byway_vici_add_value (builder, pairs[0], pairs[1]);
  return byway_vici_builder_finish (builder, error);
}

gboolean
byway_strongswan_render_undo (const char *name, GBytes *messages[BYWAY_PLAN_UNDOS], GError **error)
{
  g_autofree char *xauth = xauth_name (name);
  const char *const pairs[BYWAY_PLAN_UNDOS][9] = {
    { "ike", name, "force", "yes", "timeout", "2000", "loglevel", "-1", NULL },
    { "name", name, NULL },
    { "id", name, NULL },
    { "id", xauth, NULL },
  };

  for (guint i = 0; i < BYWAY_PLAN_UNDOS; i++)
    {
      messages[i] = render_values (pairs[i], error);
      if (messages[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
byway_strongswan_render (BywayPlan *plan, const BywayProfile *profile,
                         const BywaySecretSet *secrets, const BywayFacts *facts, GError **error)
{
  const char *name = plan->ike_name;
  g_autofree char *timeout = g_strdup_printf ("%u", plan->deadlines.initiate);
  g_auto (GStrv) ike
      = able_proposals (profile->ike, BYWAY_PHASE_IKE, TRUE, facts->algorithms, error);
  g_auto (GStrv) esp = NULL;

  plan->reqid = BYWAY_REQID | (g_str_hash (facts->uuid) & ~BYWAY_REQID_MASK);
  if (ike == NULL)
    return FALSE;
  esp = able_proposals (profile->esp, BYWAY_PHASE_ESP, profile->pfs, facts->algorithms, error);
  if (esp == NULL)
    return FALSE;
  if (profile->machine_auth == BYWAY_AUTH_CERTIFICATE)
    {
      if (facts->machine != NULL
          && !byway_strongswan_render_credential (plan, profile, secrets, facts, error))
        return FALSE;
    }
  else if (secrets != NULL && byway_secret_set_get (secrets, "ipsec-psk", NULL) != NULL)
    {
      plan->load_shared = render_shared (plan, profile, secrets, error);
      if (plan->load_shared == NULL)
        return FALSE;
    }
  if (secrets != NULL && *profile->xauth_user != '\0'
      && byway_secret_set_get (secrets, "xauth-password", NULL) != NULL)
    {
      plan->load_xauth = render_xauth (plan, profile, secrets, error);
      if (plan->load_xauth == NULL)
        return FALSE;
    }
  if (profile->ike_version == BYWAY_IKE_2 && profile->dpd_delay > 0)
    {
      plan->dpd_delay = profile->dpd_delay;
      plan->dpd_timeout = profile->dpd_timeout;
    }
  plan->load_conn = render_conn (plan, profile, facts, (const char *const *)ike,
                                 (const char *const *)esp, error);
  if (plan->load_conn == NULL)
    return FALSE;
  plan->initiate = render_values (
      (const char *[]){ "child", name, "ike", name, "timeout", timeout, "loglevel", "1", NULL },
      error);
  return plan->initiate != NULL && byway_strongswan_render_undo (name, plan->undo, error);
}
