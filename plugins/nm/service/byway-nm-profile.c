/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-credentials.h"
#include "byway-diagnosis.h"
#include "byway-issue.h"
#include "byway-keyfile.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-nm-profile.h"
#include "byway-nm-rights.h"
#include "byway-option.h"
#include "byway-peer-words.h"

#include <pwd.h>
#include <string.h>

static void
take_item (const char *key, const char *value, gpointer data)
{
  g_hash_table_insert (data, g_strdup (key), g_strdup (value));
}

static GHashTable *
copy_data (NMSettingVpn *vpn)
{
  GHashTable *data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  nm_setting_vpn_foreach_data_item (vpn, take_item, data);
  return data;
}

/* Where secrets of a profile go. */
typedef struct
{
  BywaySecretSet *secrets;
  gboolean peers; /* in NetworkManager-l2tp's words */
} Taking;

static gboolean
put_secret (const Taking *taking, const char *key, const char *value, const char **problem)
{
  return taking->peers && strcmp (key, "ipsec-psk") == 0
             ? byway_peer_put_psk (taking->secrets, value, problem)
             : byway_secret_set_put (taking->secrets, key, value, strlen (value), problem);
}

static void
take_secret (const char *key, const char *value, gpointer data)
{
  const char *problem;

  /* "no-secret" and the like are between agents. */
  if (byway_option_find (key) != NULL && *value != '\0' && !put_secret (data, key, value, &problem))
    g_message ("%s %s", key, problem);
}

/* With NetworkManager-l2tp's old place for the key, which it goes by where there is no secret. */
static void
take_secrets (NMSettingVpn *vpn, BywaySecretSet *secrets)
{
  g_autoptr (GHashTable) data = copy_data (vpn);
  const char *old = g_hash_table_lookup (data, "ipsec-psk");
  Taking taking = { secrets, byway_nm_is_peers (data) };

  nm_setting_vpn_foreach_secret (vpn, take_secret, &taking);
  if (old != NULL && byway_secret_set_get (secrets, "ipsec-psk", NULL) == NULL)
    take_secret ("ipsec-psk", old, &taking);
}

/* A password that the profile does not require, and that nobody gave, is an empty one. */
static void
fill_in (NMSettingVpn *vpn, BywaySecretSet *secrets)
{
  NMSettingSecretFlags flags = NM_SETTING_SECRET_FLAG_NONE;
  const char *problem;

  if (byway_secret_set_get (secrets, "password", NULL) == NULL
      && nm_setting_get_secret_flags (NM_SETTING (vpn), "password", &flags, NULL)
      && (flags & NM_SETTING_SECRET_FLAG_NOT_REQUIRED) != 0)
    byway_secret_set_put (secrets, "password", "", 0, &problem);
}

/* A profile of one user's is that user's to see; one of several users' is nobody else's. */
static guint
find_owner (NMSettingConnection *setting)
{
  guint n = nm_setting_connection_get_num_permissions (setting);
  const char *type, *user;
  struct passwd *entry;

  if (n == 0)
    return BYWAY_OWNER_SYSTEM;
  if (n > 1 || !nm_setting_connection_get_permission (setting, 0, &type, &user, NULL)
      || strcmp (type, "user") != 0)
    return 0;
  entry = getpwnam (user);
  return entry != NULL ? entry->pw_uid : 0;
}

/* NetworkManager takes names that a command line would stumble over. */
static char *
usable_name (const char *id, const char *uuid)
{
  return g_strdup (byway_name_problem (id) == NULL ? id : uuid);
}

static void
set_issues (GPtrArray *issues, GError **error)
{
  g_autoptr (GError) all = NULL;

  byway_issues_to_error (issues, &all);
  g_set_error_literal (error, NM_VPN_PLUGIN_ERROR, NM_VPN_PLUGIN_ERROR_BAD_ARGUMENTS, all->message);
}

/* NetworkManager sets the routes, and has no word for this. To connect all the same would send
 * through the tunnel what was to stay outside. */
static void
refuse_unfit (const BywayProfile *profile, GPtrArray *issues)
{
  if (profile->exclude_routes->len > 0)
    g_ptr_array_add (issues,
                     byway_issue_new ("exclude-routes", BYWAY_ISSUE_CONFLICT,
                                      "is nothing that NetworkManager can do: leave it out"));
}

/* IPsec is on where nothing is said; a profile that was without it there has no key, and to ask for
 * one would lead nowhere. */
static void
refuse_undecided (GHashTable *data, NMSettingVpn *vpn, GPtrArray *issues)
{
  if (byway_nm_leaves_ipsec_open (data) && nm_setting_vpn_get_secret (vpn, "ipsec-psk") == NULL)
    g_ptr_array_add (
        issues,
        byway_issue_new ("ipsec-enabled", BYWAY_ISSUE_MISSING,
                         "is not set, which NetworkManager-l2tp takes for a tunnel without "
                         "IPsec. Set ipsec-enabled=yes and the pre-shared key; or ipsec=no, "
                         "if everything may be read on its way, also the password"));
}

static gboolean
parse (BywayNmProfile *self, NMSettingVpn *vpn, GError **error)
{
  g_autoptr (GHashTable) data = copy_data (vpn);
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GPtrArray) found = NULL;

  self->settings
      = byway_nm_data_to_settings (data, nm_setting_vpn_get_user_name (vpn), NULL, issues);
  refuse_undecided (data, vpn, issues);
  if (issues->len == 0)
    self->profile = byway_profile_parse (self->settings, &found);
  if (self->profile != NULL)
    refuse_unfit (self->profile, issues);
  if (self->profile != NULL && issues->len == 0)
    return TRUE;
  set_issues (issues->len > 0 ? issues : found, error);
  return FALSE;
}

/* --- files ------------------------------------------------------------------------------------ */

typedef struct
{
  BywayNmProfile *profile;
  const char *password; /* of what could not be read */
  GError *error;
} Loading;

static gboolean
load (gpointer data)
{
  Loading *loading = data;

  return byway_credentials_load (loading->profile->profile, loading->profile->secrets,
                                 &loading->password, &loading->error);
}

/* Whoever may change the profile must not see through us what is closed to them. One of several
 * users' could name a file of any of them, so it may name none. */
static gboolean
load_with_rights (Loading *loading)
{
  guint owner = loading->profile->owner;
  const BywayProfile *profile = loading->profile->profile;
  gboolean machine = byway_profile_uses_machine_cert (profile);

  if ((!machine && profile->user_auth != BYWAY_AUTH_CERTIFICATE) || owner == BYWAY_OWNER_SYSTEM)
    return load (loading);
  if (owner != 0)
    return byway_nm_rights_act (owner, load, loading, &loading->error);
  g_set_error (&loading->error, NM_VPN_PLUGIN_ERROR, NM_VPN_PLUGIN_ERROR_BAD_ARGUMENTS,
               "%s-cert: the files of a certificate are read for a profile of one user, or of "
               "everybody, not of several users",
               machine ? "machine" : "user");
  return FALSE;
}

static gboolean
load_files (BywayNmProfile *self, GError **error)
{
  Loading loading = { self };
  g_autoptr (BywayDiagnosis) diagnosis = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *sentence = NULL;

  if (load_with_rights (&loading))
    return TRUE;
  problem = loading.error;
  if (g_error_matches (problem, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD))
    {
      self->locked = loading.password;
      return TRUE;
    }
  diagnosis = byway_diagnosis_new_from_error (problem, BYWAY_STAGE_PREPARE);
  sentence = byway_diagnosis_sentence (diagnosis);
  g_set_error_literal (error, NM_VPN_PLUGIN_ERROR, NM_VPN_PLUGIN_ERROR_BAD_ARGUMENTS, sentence);
  return FALSE;
}

/* ---------------------------------------------------------------------------------------------- */

BywayNmProfile *
byway_nm_profile_new (NMConnection *connection, GError **error)
{
  g_autoptr (BywayNmProfile) self = g_new0 (BywayNmProfile, 1);
  NMSettingVpn *vpn = nm_connection_get_setting_vpn (connection);
  NMSettingConnection *setting = nm_connection_get_setting_connection (connection);

  if (vpn == NULL || setting == NULL || nm_connection_get_uuid (connection) == NULL)
    {
      g_set_error_literal (error, NM_VPN_PLUGIN_ERROR, NM_VPN_PLUGIN_ERROR_INVALID_CONNECTION,
                           "this is no VPN connection");
      return NULL;
    }
  if (!parse (self, vpn, error))
    return NULL;
  self->uuid = g_strdup (nm_connection_get_uuid (connection));
  self->name = usable_name (nm_setting_connection_get_id (setting), self->uuid);
  self->owner = find_owner (setting);
  self->secrets = byway_secret_set_new ();
  take_secrets (vpn, self->secrets);
  fill_in (vpn, self->secrets);
  return load_files (self, error) ? g_steal_pointer (&self) : NULL;
}

void
byway_nm_profile_free (BywayNmProfile *self)
{
  g_free (self->uuid);
  g_free (self->name);
  g_clear_pointer (&self->settings, g_hash_table_unref);
  g_clear_pointer (&self->profile, byway_profile_unref);
  g_clear_pointer (&self->secrets, byway_secret_set_unref);
  g_free (self);
}

const char *
byway_nm_profile_missing (const BywayNmProfile *self)
{
  g_auto (GStrv) missing = byway_secrets_missing (self->profile, self->secrets);

  if (self->locked != NULL)
    return self->locked;
  return missing[0] != NULL ? byway_option_find (missing[0])->key : NULL;
}
