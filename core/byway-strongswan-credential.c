/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-credential.h"

#include "byway-error.h"

#include <string.h>

/* Charon cuts an identity that is longer: 512 bytes, two hex digits each, a prefix, an end. */
#define SUBJECT_MAX ((512 - sizeof "asn1dn:#") / 2)

/* Takes @builder; FALSE when it latched an error. */
static gboolean
add_request (GPtrArray *requests, const char *command, BywayViciBuilder *builder, GError **error)
{
  GBytes *body = byway_vici_builder_finish (builder, error);

  if (body == NULL)
    return FALSE;
  byway_plan_requests_add (requests, command, body);
  return TRUE;
}

/* `command` with one word in it. */
static gboolean
add_naming (GPtrArray *requests, const char *command, const char *key, const char *name,
            GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (FALSE);

  byway_vici_add_value (builder, key, name);
  return add_request (requests, command, builder, error);
}

gboolean
byway_strongswan_render_unload_authority (GPtrArray *requests, const char *name, GError **error)
{
  return add_naming (requests, "unload-authority", "name", name, error);
}

gboolean
byway_strongswan_render_unload_key (GPtrArray *requests, const char *mark, GError **error)
{
  return add_naming (requests, "unload-key", "id", mark + strlen (BYWAY_STRONGSWAN_KEY_MARK), error)
         && add_naming (requests, "unload-shared", "id", mark, error);
}

/* An authority by this way is there until it is unloaded; in "cacerts" of load-conn it would stay
 * for good. What lies between our certificate and its authority goes the same way. */
static gboolean
load_authorities (BywayPlan *plan, GPtrArray *certificates, const char *kind, GError **error)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%s%u", plan->ike_name, kind, i + 1);
      BywayViciBuilder *builder = byway_vici_builder_new (FALSE);
      gsize length;
      gconstpointer data = g_bytes_get_data (certificates->pdata[i], &length);

      byway_vici_begin_section (builder, name);
      byway_vici_add_bytes (builder, "cacert", data, length);
      byway_vici_end_section (builder);
      if (!add_request (plan->loads, "load-authority", builder, error)
          || !byway_strongswan_render_unload_authority (plan->unloads, name, error))
        return FALSE;
    }
  return TRUE;
}

/* A PPK (RFC 8784) is looked up by its name only, and no connection asks for this one. */
static gboolean
load_mark (BywayPlan *plan, const char *mark, GBytes *key, GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (TRUE);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *owner = g_strconcat ("fqdn:", mark, NULL);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  g_checksum_get_digest (checksum, digest, &length);
  byway_vici_add_value (builder, "id", mark);
  byway_vici_add_value (builder, "type", "ppk");
  byway_vici_add_bytes (builder, "data", digest, length);
  byway_vici_add_list (builder, "owners", (const char *[]){ owner, NULL });
  return add_request (plan->load_key, "load-shared", builder, error);
}

static gboolean
load_from_memory (BywayPlan *plan, GBytes *key, GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (TRUE);

  byway_vici_add_value (builder, "type", "any");
  byway_vici_add_bytes (builder, "data", g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  return add_request (plan->load_key, "load-key", builder, error);
}

/* Where it is: of a key, or of the certificate beside it. Without a slot charon would look in every
 * module. */
static void
add_place (BywayViciBuilder *builder, const BywayToken *token)
{
  byway_vici_add_value (builder, "handle", token->handle);
  byway_vici_add_valuef (builder, "slot", "%u", token->slot);
  byway_vici_add_value (builder, "module", token->module);
}

static GBytes *
copy_pin (const BywaySecretSet *secrets)
{
  gsize length = 0;
  const char *pin = byway_secret_set_get (secrets, "machine-certpass", &length);
  char *copy = byway_locked_alloc (MAX (length, 1));

  if (length > 0)
    memcpy (copy, pin, length);
  return g_bytes_new_with_free_func (copy, length, byway_locked_free, copy);
}

static gboolean
load_from_token (BywayPlan *plan, const BywayToken *token, const BywaySecretSet *secrets,
                 GError **error)
{
  BywayViciBuilder *builder = byway_vici_builder_new (TRUE);

  plan->token = g_strdup_printf ("%s, slot %u", token->module, token->slot);
  plan->pin = copy_pin (secrets);
  add_place (builder, token);
  byway_vici_add_bytes (builder, "pin", g_bytes_get_data (plan->pin, NULL),
                        g_bytes_get_size (plan->pin));
  return add_request (plan->load_key, "load-token", builder, error);
}

/* What the mark holds need not be secret. */
static gboolean
load_key (BywayPlan *plan, const BywayProfile *profile, const BywaySecretSet *secrets,
          const BywayCredential *machine, GError **error)
{
  g_autofree char *mark = g_strconcat (BYWAY_STRONGSWAN_KEY_MARK, machine->key_id, NULL);
  gboolean token = byway_profile_uses_token (profile);

  return load_mark (plan, mark, token ? machine->certificate : machine->key, error)
         && (token ? load_from_token (plan, profile->machine_token, secrets, error)
                   : load_from_memory (plan, machine->key, error))
         && byway_strongswan_render_unload_key (plan->unload_key, mark, error);
}

gboolean
byway_strongswan_render_credential (BywayPlan *plan, const BywayProfile *profile,
                                    const BywaySecretSet *secrets, const BywayFacts *facts,
                                    GError **error)
{
  const BywayCredential *machine = facts->machine;

  for (guint i = 0; i < machine->authority_subjects->len; i++)
    if (g_bytes_get_size (machine->authority_subjects->pdata[i]) > SUBJECT_MAX)
      {
        g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                             "machine-ca: the authority's name is too long for strongSwan");
        return FALSE;
      }
  plan->key_id = g_strdup (machine->key_id);
  return load_authorities (plan, machine->authorities, "ca", error)
         && load_authorities (plan, machine->chain, "chain", error)
         && load_key (plan, profile, secrets, machine, error);
}

/* A token has the certificate too. That charon finds it there says that module, slot and id are
 * right, before a PIN is sent: of a key on a token it only tells that it did not get it. */
void
byway_strongswan_add_certificate (BywayViciBuilder *builder, const BywayProfile *profile,
                                  const BywayCredential *machine)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  if (byway_profile_uses_token (profile))
    {
      byway_vici_begin_section (builder, "cert");
      add_place (builder, profile->machine_token);
      byway_vici_end_section (builder);
      return;
    }
  if (machine == NULL)
    return;
  g_ptr_array_add (list, machine->certificate);
  byway_vici_add_bytes_list (builder, "certs", list);
}

/* Named by their subjects, because "cacerts" would load them for good; one is enough for charon. */
void
byway_strongswan_add_authorities (BywayViciBuilder *builder, const BywayCredential *machine)
{
  for (guint i = 0; machine != NULL && i < machine->authority_subjects->len; i++)
    {
      gsize length;
      const guint8 *der = g_bytes_get_data (machine->authority_subjects->pdata[i], &length);
      g_autoptr (GString) text = g_string_new ("asn1dn:#");

      for (gsize at = 0; at < length; at++)
        g_string_append_printf (text, "%02x", der[at]);
      byway_vici_add_value (builder, "ca_id", text->str);
    }
}
