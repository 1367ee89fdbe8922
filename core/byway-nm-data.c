/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-nm-proposals.h"
#include "byway-option.h"
#include "byway-peer-words.h"

#include <string.h>

/* How a value changes between NetworkManager-l2tp's word and ours. */
typedef enum
{
  SAME,
  INVERSE,   /* "nopcomp" = yes is "pcomp" = no */
  AUTH,      /* psk or password/tls */
  IKE,       /* yes: version 2 */
  PROPOSALS, /* either daemon's spelling */
  LIFETIME,  /* 0: the daemon's own */
  MPPE       /* a key for each strength */
} Change;

typedef struct
{
  const char *peer, *key;
  Change change;
  /* What NetworkManager-l2tp does without the key, in its words, when that is not what ours does:
   * an export has to say it. */
  const char *absent;
  gboolean taken;    /* and a profile of its is read so: it can't cost protection inside IPsec */
  const char *value; /* MPPE: the choice that the key stands for */
} Row;

/* NetworkManager-l2tp 1.52.4, shared/nm-service-defines.h and the lists of valid properties in
 * src/nm-l2tp-service.c. The first row of an option is the one that an export uses, and the one
 * that counts when two are there. */
static const Row rows[] = {
  { "ipsec-enabled", "ipsec", SAME, "no" },
  { "machine-auth-type", "machine-auth", AUTH },
  { "user-auth-type", "user-auth", AUTH },
  { "ipsec-remote-id", "remote-id", SAME },
  { "ipsec-gateway-id", "remote-id", SAME },
  { "ipsec-group-name", "local-id", SAME },
  { "ipsec-ike", "ike", PROPOSALS },
  { "ipsec-esp", "esp", PROPOSALS },
  { "ipsec-ikelifetime", "ike-lifetime", LIFETIME },
  { "ipsec-salifetime", "esp-lifetime", LIFETIME },
  { "ipsec-forceencaps", "force-encaps", SAME, "no", TRUE },
  { "ipsec-ipcomp", "ipcomp", SAME },
  { "ipsec-ikev2", "ike-version", IKE },
  { "ipsec-pfs", "pfs", SAME },
  { "xl2tpd-max-retries", "l2tp-max-retries", SAME },
  { "require-mppe-128", "mppe", MPPE, .value = "128" },
  { "require-mppe-40", "mppe", MPPE, .value = "40" },
  { "require-mppe", "mppe", MPPE, .value = "yes" },
  { "nobsdcomp", "bsdcomp", INVERSE, "no" },
  { "nodeflate", "deflate", INVERSE, "no" },
  { "no-vj-comp", "vj-comp", INVERSE, "no" },
  { "nopcomp", "pcomp", INVERSE },
  { "noaccomp", "accomp", INVERSE },
  /* the same key in both */
  { "gateway", "gateway", SAME },
  { "user", "user", SAME },
  { "domain", "domain", SAME },
  { "user-ca", "user-ca", SAME },
  { "user-cert", "user-cert", SAME },
  { "user-key", "user-key", SAME },
  { "machine-ca", "machine-ca", SAME },
  { "machine-cert", "machine-cert", SAME },
  { "machine-key", "machine-key", SAME },
  { "ephemeral-port", "ephemeral-port", SAME },
  { "mtu", "mtu", SAME },
  { "mru", "mru", SAME },
  { "mrru", "mrru", SAME },
  { "refuse-eap", "refuse-eap", SAME, "no", TRUE },
  { "refuse-pap", "refuse-pap", SAME },
  { "refuse-chap", "refuse-chap", SAME },
  { "refuse-mschap", "refuse-mschap", SAME, "no", TRUE },
  { "refuse-mschapv2", "refuse-mschapv2", SAME },
  { "mppe-stateful", "mppe-stateful", SAME },
  { "lcp-echo-interval", "lcp-echo-interval", SAME, "0" },
  { "lcp-echo-failure", "lcp-echo-failure", SAME, "0" },
  { "ipcp-peer-ip", "ipcp-peer-ip", SAME },
};

static const char *const flags_keys[] = { "password-flags",
                                          "ipsec-psk-flags",
                                          "xauth-password-flags",
                                          "l2tp-secret-flags",
                                          "machine-certpass-flags",
                                          "user-certpass-flags",
                                          NULL };
/* "unit" is read by NetworkManager-l2tp and never used; "ipsec-psk" in the data, where everyone
 * who may see the profile sees it, is an old version's place for the secret. */
static const char *const ignored_keys[] = { "unit", "ipsec-psk", NULL };

static const Row *
find_row (const char *peer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].peer, peer) == 0)
      return &rows[i];
  return NULL;
}

static char *to_ours (const Row *row, const char *value);

/* The options that are NetworkManager's own business in its profiles. */
static gboolean
is_profile_option (const BywayOption *option)
{
  return option != NULL && option->type != BYWAY_OPTION_SECRET
         && !g_str_has_suffix (option->key, "-storage");
}

BywayNmKey
byway_nm_key_classify (const char *key)
{
  if (g_strv_contains (flags_keys, key))
    return BYWAY_NM_KEY_FLAGS;
  if (g_strv_contains (ignored_keys, key))
    return BYWAY_NM_KEY_IGNORED;
  if (is_profile_option (byway_option_find (key)))
    return BYWAY_NM_KEY_OPTION;
  return find_row (key) != NULL ? BYWAY_NM_KEY_PEER : BYWAY_NM_KEY_UNKNOWN;
}

gboolean
byway_nm_key_is_peers (const char *key)
{
  return find_row (key) != NULL || g_strv_contains (flags_keys, key)
         || g_strv_contains (ignored_keys, key);
}

GStrv
byway_nm_key_aliases (const char *key)
{
  g_autoptr (GStrvBuilder) aliases = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].key, key) == 0 && strcmp (rows[i].peer, key) != 0)
      g_strv_builder_add (aliases, rows[i].peer);
  return g_strv_builder_end (aliases);
}

char *
byway_nm_key_absent (const char *key, gboolean *taken)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].absent != NULL && strcmp (rows[i].key, key) == 0)
      {
        *taken = rows[i].taken;
        return to_ours (&rows[i], rows[i].absent);
      }
  return NULL;
}

gboolean
byway_nm_key_is_boolean (const char *key)
{
  const BywayOption *option = byway_option_find (key);
  const Row *row = find_row (key);

  if (is_profile_option (option))
    return option->type == BYWAY_OPTION_BOOL;
  if (row == NULL)
    return FALSE;
  switch (row->change)
    {
    case INVERSE:
    case IKE:
    case MPPE:
      return TRUE;
    case SAME:
      return byway_option_find (row->key)->type == BYWAY_OPTION_BOOL;
    case AUTH:
    case PROPOSALS:
    case LIFETIME:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

/* --- their words to ours -------------------------------------------------------------------- */

/* NULL: the value says nothing. Free it. */
static char *
to_ours (const Row *row, const char *value)
{
  switch (row->change)
    {
    case SAME:
      return g_strdup (value);
    case INVERSE:
      return g_strdup (byway_peer_is_yes (value) ? "no" : "yes");
    case AUTH:
      return g_strdup (strcmp (value, "tls") == 0 ? "certificate" : value);
    case IKE:
      return g_strdup (byway_peer_is_yes (value) ? "2" : "1");
    case PROPOSALS:
      return byway_nm_proposals_respell (value, strcmp (row->key, "ike") == 0 ? BYWAY_PHASE_IKE
                                                                              : BYWAY_PHASE_ESP);
    case LIFETIME:
      return strcmp (value, "0") == 0 ? NULL : g_strdup (value);
    case MPPE:
      return byway_peer_is_yes (value) ? g_strdup (row->value) : NULL;
    }
  g_return_val_if_reached (NULL);
}

static void
take_peer_words (GHashTable *data, GHashTable *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      const char *value = g_hash_table_lookup (data, row->peer);
      char *ours;

      if (value == NULL || *value == '\0' || g_hash_table_contains (settings, row->key))
        continue;
      ours = to_ours (row, value);
      if (ours != NULL)
        g_hash_table_insert (settings, g_strdup (row->key), ours);
    }
}

void
byway_nm_data_take_absent (GHashTable *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].taken && !g_hash_table_contains (settings, rows[i].key))
      g_hash_table_insert (settings, g_strdup (rows[i].key), to_ours (&rows[i], rows[i].absent));
}

/* pppd's failure count of 0 means that echo requests are never missed. */
static void
settle_echo (GHashTable *settings)
{
  const char *failure = g_hash_table_lookup (settings, "lcp-echo-failure");

  if (failure == NULL || strcmp (failure, "0") != 0)
    return;
  g_hash_table_remove (settings, "lcp-echo-failure");
  g_hash_table_insert (settings, g_strdup ("lcp-echo-interval"), g_strdup ("0"));
}

static void
sort_out (GHashTable *data, GHashTable *settings, GHashTable *rest, GPtrArray *issues)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, data);
  while (g_hash_table_iter_next (&iter, &key, &value))
    switch (byway_nm_key_classify (key))
      {
      case BYWAY_NM_KEY_OPTION:
        g_hash_table_insert (settings, g_strdup (key), g_strdup (value));
        break;
      case BYWAY_NM_KEY_UNKNOWN:
        if (rest != NULL)
          g_hash_table_insert (rest, g_strdup (key), g_strdup (value));
        else
          g_ptr_array_add (issues, byway_issue_new (key, BYWAY_ISSUE_UNKNOWN_KEY,
                                                    "is no option that Byway knows"));
        break;
      case BYWAY_NM_KEY_PEER:
      case BYWAY_NM_KEY_FLAGS:
      case BYWAY_NM_KEY_IGNORED:
        break;
      }
}

GHashTable *
byway_nm_data_to_settings (GHashTable *data, const char *user_name, GHashTable *rest,
                           GPtrArray *issues)
{
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  sort_out (data, settings, rest, issues);
  take_peer_words (data, settings);
  if (byway_nm_is_peers (data))
    byway_nm_data_take_absent (settings);
  settle_echo (settings);
  if (!g_hash_table_contains (settings, "user") && user_name != NULL && *user_name != '\0')
    g_hash_table_insert (settings, g_strdup ("user"), g_strdup (user_name));
  return settings;
}

GHashTable *
byway_nm_data_from_settings (GHashTable *settings)
{
  GHashTable *data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (is_profile_option (byway_option_find (key)) && *(const char *)value != '\0')
      g_hash_table_insert (data, g_strdup (key), g_strdup (value));
  return data;
}

/* --- our words to theirs -------------------------------------------------------------------- */

static char *
to_theirs (const Row *row, const char *value)
{
  switch (row->change)
    {
    case SAME:
    case LIFETIME:
    case PROPOSALS:
      return g_strdup (value);
    case INVERSE:
      return g_strdup (byway_peer_is_yes (value) ? "no" : "yes");
    case AUTH:
      return g_strdup (strcmp (value, "certificate") == 0 ? "tls" : value);
    case IKE:
      return g_strdup (strcmp (value, "2") == 0 ? "yes" : "no");
    case MPPE:
      return strcmp (value, row->value) == 0 ? g_strdup ("yes") : NULL;
    }
  g_return_val_if_reached (NULL);
}

static gboolean
has_peer_word (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].key, key) == 0)
      return TRUE;
  return FALSE;
}

static void
find_left_out (GHashTable *settings, GPtrArray *left_out)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (settings, options[i].key);
      const char *fallback = options[i].fallback != NULL ? options[i].fallback : "";

      if (value != NULL && strcmp (value, fallback) != 0 && is_profile_option (&options[i])
          && !has_peer_word (options[i].key))
        g_ptr_array_add (left_out, g_strdup (options[i].key));
    }
}

GHashTable *
byway_nm_data_to_peer (GHashTable *settings, GPtrArray *left_out)
{
  GHashTable *data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      const char *value = g_hash_table_lookup (settings, row->key);
      char *theirs;

      if (value == NULL && row->absent != NULL)
        value = byway_option_find (row->key)->fallback;
      if (value == NULL || *value == '\0' || strcmp (row->peer, "ipsec-gateway-id") == 0)
        continue;
      theirs = to_theirs (row, value);
      if (theirs != NULL)
        g_hash_table_insert (data, g_strdup (row->peer), theirs);
    }
  find_left_out (settings, left_out);
  return data;
}
