/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-algorithm.h"
#include "byway-issue.h"
#include "byway-option.h"
#include "byway-profile.h"

#include <string.h>

typedef gboolean (*ParseValue) (const BywayOption *option, const char *text, gpointer target);

static gboolean
parse_bool (const BywayOption *option, const char *text, gpointer target)
{
  static const char *const words[][3] = { { "no", "false", "0" }, { "yes", "true", "1" } };

  for (int value = 0; value < 2; value++)
    for (int i = 0; i < 3; i++)
      if (strcmp (text, words[value][i]) == 0)
        {
          *(gboolean *)target = value;
          return TRUE;
        }
  return FALSE;
}

static gboolean
parse_uint (const BywayOption *option, const char *text, gpointer target)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, option->min, option->max, &number, NULL))
    return FALSE;
  *(guint *)target = number;
  return TRUE;
}

static gboolean
parse_text (const BywayOption *option, const char *text, gpointer target)
{
  *(char **)target = g_strdup (text);
  return TRUE;
}

/* RFC 1123 labels, with '_' as found in the wild. */
static gboolean
is_domain_name (const char *name)
{
  gsize label = 0;

  if (*name == '\0' || strlen (name) > 253)
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    {
      gboolean edge = label == 0 || c[1] == '.' || c[1] == '\0';

      if (*c == '.')
        {
          if (label == 0)
            return FALSE;
          label = 0;
          continue;
        }
      if (!(g_ascii_isalnum (*c) || *c == '_' || (*c == '-' && !edge)) || ++label > 63)
        return FALSE;
    }
  return TRUE;
}

static gboolean
parse_host (const BywayOption *option, const char *text, gpointer target)
{
  g_autofree char *ascii = NULL;
  BywayAddress address;

  /* xl2tpd speaks to IPv4 servers only (network.c), so an IPv6 literal can never connect. */
  if (byway_address_parse (text, &address))
    ascii = address.family == 4 ? g_strdup (text) : NULL;
  else
    ascii = g_hostname_to_ascii (text);
  if (ascii == NULL || !is_domain_name (ascii)
      || (strspn (ascii, "0123456789.") == strlen (ascii)
          && !byway_address_parse (ascii, &address)))
    return FALSE;
  *(char **)target = g_steal_pointer (&ascii);
  return TRUE;
}

static gboolean
parse_enum (const BywayOption *option, const char *text, gpointer target)
{
  for (guint i = 0; option->choices[i] != NULL; i++)
    if (strcmp (option->choices[i], text) == 0)
      {
        *(guint *)target = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_identity (const BywayOption *option, const char *text, gpointer target)
{
  return byway_identity_parse (text, target);
}

static gboolean
parse_ipv4 (const BywayOption *option, const char *text, gpointer target)
{
  BywayAddress *address = target;

  if (*text == '\0')
    return TRUE;
  /* pppd refuses an address that no host can have (ipcp.c, bad_ip_adrs). */
  return byway_address_parse (text, address) && address->family == 4 && address->bytes[0] > 0
         && address->bytes[0] != 127 && address->bytes[0] < 224;
}

static gboolean
parse_file (const BywayOption *option, const char *text, gpointer target)
{
  if (*text != '\0' && *text != '/')
    return FALSE;
  *(char **)target = g_strdup (text);
  return TRUE;
}

static gboolean
parse_token (const BywayOption *option, const char *text, gpointer target)
{
  const char *problem;

  if (*text == '\0')
    return TRUE;
  *(BywayToken **)target = byway_token_parse (text, &problem);
  return *(BywayToken **)target != NULL;
}

typedef gboolean (*ParseItem) (const BywayOption *option, const char *text, gpointer item);

/* Items between commas, blanks around them dropped; an empty text is an empty list. */
static gboolean
parse_list (const BywayOption *option, const char *text, GArray *list, gpointer item,
            ParseItem parse)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (char **word = words; *word != NULL; word++)
    {
      if (*g_strstrip (*word) == '\0' && words[1] == NULL)
        break;
      if (!parse (option, *word, item))
        return FALSE;
      g_array_append_vals (list, item, 1);
    }
  return TRUE;
}

static gboolean
parse_proposal_item (const BywayOption *option, const char *text, gpointer item)
{
  return byway_proposal_parse (
      text, option->type == BYWAY_OPTION_IKE ? BYWAY_PHASE_IKE : BYWAY_PHASE_ESP, item);
}

static gboolean
parse_address_item (const BywayOption *option, const char *text, gpointer item)
{
  return byway_address_parse (text, item);
}

static gboolean
parse_prefix_item (const BywayOption *option, const char *text, gpointer item)
{
  return byway_prefix_parse (text, item);
}

static gboolean
parse_proposals (const BywayOption *option, const char *text, gpointer target)
{
  BywayProposal item;
  GArray *list = *(GArray **)target = g_array_new (FALSE, FALSE, sizeof item);

  return parse_list (option, text, list, &item, parse_proposal_item);
}

static gboolean
parse_addresses (const BywayOption *option, const char *text, gpointer target)
{
  BywayAddress item;
  GArray *list = *(GArray **)target = g_array_new (FALSE, FALSE, sizeof item);

  return parse_list (option, text, list, &item, parse_address_item);
}

static gboolean
parse_prefixes (const BywayOption *option, const char *text, gpointer target)
{
  BywayPrefix item;
  GArray *list = *(GArray **)target = g_array_new (FALSE, FALSE, sizeof item);

  return parse_list (option, text, list, &item, parse_prefix_item);
}

static gboolean
parse_domains (const BywayOption *option, const char *text, gpointer target)
{
  g_auto (GStrv) words = *text == '\0' ? g_new0 (char *, 1) : g_strsplit (text, ",", -1);

  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *ascii = g_hostname_to_ascii (g_strstrip (*word));

      if (ascii == NULL || !is_domain_name (ascii))
        return FALSE;
      g_free (*word);
      *word = g_steal_pointer (&ascii);
    }
  *(GStrv *)target = g_steal_pointer (&words);
  return TRUE;
}

static const ParseValue parsers[] = {
  [BYWAY_OPTION_BOOL] = parse_bool,           [BYWAY_OPTION_UINT] = parse_uint,
  [BYWAY_OPTION_TEXT] = parse_text,           [BYWAY_OPTION_HOST] = parse_host,
  [BYWAY_OPTION_ENUM] = parse_enum,           [BYWAY_OPTION_IDENTITY] = parse_identity,
  [BYWAY_OPTION_IKE] = parse_proposals,       [BYWAY_OPTION_ESP] = parse_proposals,
  [BYWAY_OPTION_ADDRESSES] = parse_addresses, [BYWAY_OPTION_PREFIXES] = parse_prefixes,
  [BYWAY_OPTION_DOMAINS] = parse_domains,     [BYWAY_OPTION_FILE] = parse_file,
  [BYWAY_OPTION_IPV4] = parse_ipv4,           [BYWAY_OPTION_TOKEN] = parse_token,
};

gboolean
byway_text_has_controls (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return TRUE;
  return FALSE;
}

static void
check_text (const BywayOption *option, const char *text, GPtrArray *issues)
{
  if (option->max > 0 && option->type != BYWAY_OPTION_UINT && strlen (text) > option->max)
    g_ptr_array_add (issues, byway_issue_new (option->key, BYWAY_ISSUE_TOO_LONG,
                                              "%zu bytes are too long, at most %u are possible",
                                              strlen (text), option->max));
  else if (!g_utf8_validate (text, -1, NULL) || byway_text_has_controls (text))
    g_ptr_array_add (issues, byway_issue_new (option->key, BYWAY_ISSUE_CHARACTERS,
                                              "holds a line break, another control character or "
                                              "bytes that are not UTF-8"));
}

/* Somebody may have put a PIN into it, so that it is not repeated. */
static void
add_token_issue (const BywayOption *option, const char *text, GPtrArray *issues)
{
  const char *problem = NULL;
  g_autoptr (BywayToken) token = byway_token_parse (text, &problem);

  g_ptr_array_add (issues, byway_issue_new (option->key, BYWAY_ISSUE_SYNTAX, "%s", problem));
}

static gboolean
is_token_as_file (const BywayOption *option, const char *text)
{
  g_autofree char *plain = option->type == BYWAY_OPTION_FILE ? g_ascii_strdown (text, -1) : NULL;

  return plain != NULL && strstr (plain, "pkcs11:") != NULL;
}

/* NetworkManager-l2tp takes such URIs, and with a PIN in them: these are not repeated either. */
static void
add_token_as_file_issue (const BywayOption *option, GPtrArray *issues)
{
  g_ptr_array_add (issues,
                   byway_issue_new (option->key, BYWAY_ISSUE_SYNTAX, "%s",
                                    strcmp (option->key, "machine-key") == 0
                                        ? "takes an absolute path; a key on a token goes into "
                                          "machine-token"
                                        : "takes an absolute path; only the machine's key can be "
                                          "on a token, by machine-token"));
}

static void
add_value_issue (const BywayOption *option, const char *text, GPtrArray *issues)
{
  g_autofree char *range = byway_option_describe_range (option);
  g_autofree char *shown = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 40));
  gboolean number = *text != '\0' && strspn (text, "0123456789") == strlen (text);

  g_ptr_array_add (issues, byway_issue_new (option->key,
                                            option->type == BYWAY_OPTION_UINT && number
                                                ? BYWAY_ISSUE_RANGE
                                                : BYWAY_ISSUE_SYNTAX,
                                            "“%s” is not %s", shown, range));
}

static void
add_issue_of_parser (const BywayOption *option, const char *text, GPtrArray *issues)
{
  if (option->type == BYWAY_OPTION_TOKEN)
    add_token_issue (option, text, issues);
  else if (is_token_as_file (option, text))
    add_token_as_file_issue (option, issues);
  else
    add_value_issue (option, text, issues);
}

/* A certificate says whose it is. */
static gboolean
is_required (const BywayOption *option, GHashTable *settings)
{
  const char *way = g_hash_table_lookup (settings, "user-auth");

  return option->flags & BYWAY_OPTION_REQUIRED
         && !(strcmp (option->key, "user") == 0 && g_strcmp0 (way, "certificate") == 0);
}

static void
parse_option (const BywayOption *option, GHashTable *settings, BywayProfile *profile,
              GPtrArray *issues)
{
  const char *text = g_hash_table_lookup (settings, option->key);
  guint before = issues->len;

  if (option->type == BYWAY_OPTION_SECRET)
    {
      if (text != NULL)
        g_ptr_array_add (issues, byway_issue_new (option->key, BYWAY_ISSUE_CONFLICT,
                                                  "is a secret and belongs in the keyring, not in "
                                                  "the settings (byway set-secret)"));
      return;
    }
  if ((text == NULL || *text == '\0') && is_required (option, settings))
    {
      g_ptr_array_add (issues, byway_issue_new (option->key, BYWAY_ISSUE_MISSING, "is needed"));
      return;
    }
  if (text == NULL)
    text = option->fallback != NULL ? option->fallback : "";
  check_text (option, text, issues);
  if (issues->len == before
      && !parsers[option->type](option, text, G_STRUCT_MEMBER_P (profile, option->offset)))
    add_issue_of_parser (option, text, issues);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
find_unknown_keys (GHashTable *settings, GPtrArray *issues)
{
  guint n;
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (settings, &n);

  qsort (keys, n, sizeof *keys, compare_keys);
  for (guint i = 0; i < n; i++)
    if (byway_option_find (keys[i]) == NULL)
      g_ptr_array_add (issues, byway_issue_new (keys[i], BYWAY_ISSUE_UNKNOWN_KEY,
                                                "is no option that Byway knows"));
}

/* Values that the table's types let through and that nothing can be made of. */
static void
find_impossible (const BywayProfile *profile, GPtrArray *issues)
{
  if (byway_profile_uses_machine_cert (profile) && *profile->machine_cert == '\0')
    g_ptr_array_add (issues, byway_issue_new ("machine-cert", BYWAY_ISSUE_CONFLICT,
                                              "is needed, where machine-auth is “certificate” "
                                              "(byway import-cert)"));
  if (profile->user_auth == BYWAY_AUTH_CERTIFICATE && *profile->user_cert == '\0')
    g_ptr_array_add (issues, byway_issue_new ("user-cert", BYWAY_ISSUE_CONFLICT,
                                              "is needed, where user-auth is “certificate” "
                                              "(byway import-cert --user)"));
  if (profile->mrru > 0 && profile->mrru < 1500)
    g_ptr_array_add (issues, byway_issue_new ("mrru", BYWAY_ISSUE_RANGE,
                                              "“%u” is neither 0 nor a number from 1500 to 4500",
                                              profile->mrru));
}

/* Its first message already holds a key exchange, before anything is agreed on. */
static gboolean
is_of_one_group (GArray *proposals)
{
  for (guint i = 0; i < proposals->len; i++)
    if (g_array_index (proposals, BywayProposal, i).part[BYWAY_ALGORITHM_GROUP]
        != g_array_index (proposals, BywayProposal, 0).part[BYWAY_ALGORITHM_GROUP])
      return FALSE;
  return proposals->len > 0;
}

static void
find_conflicts_of_ways (const BywayProfile *profile, GPtrArray *issues)
{
  if (profile->aggressive && profile->ike_version == BYWAY_IKE_2)
    g_ptr_array_add (issues, byway_issue_new ("aggressive", BYWAY_ISSUE_CONFLICT,
                                              "is a mode of IKE version 1 only"));
  else if (profile->aggressive && !is_of_one_group (profile->ike))
    g_ptr_array_add (issues,
                     byway_issue_new ("ike", BYWAY_ISSUE_CONFLICT,
                                      "aggressive mode needs proposals of one group, such as "
                                      "aes256-sha1-modp1024,3des-sha1-modp1024"));
  if (profile->aggressive && byway_profile_uses_machine_cert (profile))
    g_ptr_array_add (issues, byway_issue_new ("aggressive", BYWAY_ISSUE_CONFLICT,
                                              "is for a pre-shared key; a certificate goes with "
                                              "main mode, which is safer"));
  if (byway_profile_uses_token (profile) && *profile->machine_key != '\0')
    g_ptr_array_add (issues, byway_issue_new ("machine-token", BYWAY_ISSUE_CONFLICT,
                                              "takes the place of machine-key; only one of them "
                                              "can be the key"));
  if (*profile->xauth_user != '\0' && profile->ike_version == BYWAY_IKE_2)
    g_ptr_array_add (issues, byway_issue_new ("xauth-user", BYWAY_ISSUE_CONFLICT,
                                              "XAUTH is a part of IKE version 1 only"));
  if (profile->hidden_avps && !profile->l2tp_auth)
    g_ptr_array_add (issues, byway_issue_new ("hidden-avps", BYWAY_ISSUE_CONFLICT,
                                              "needs the tunnel secret (l2tp-auth)"));
  /* RFC 3079: its keys are made of what these two leave behind. */
  if (profile->mppe != BYWAY_MPPE_NO && profile->refuse_mschap && profile->refuse_mschapv2)
    g_ptr_array_add (issues, byway_issue_new ("mppe", BYWAY_ISSUE_CONFLICT,
                                              "needs a login by MS-CHAP or MS-CHAPv2"));
}

static void
find_conflicts (const BywayProfile *profile, GPtrArray *issues)
{
  g_autofree char *name = byway_profile_ppp_name (profile);

  if (strlen (name) > 255)
    g_ptr_array_add (issues, byway_issue_new ("domain", BYWAY_ISSUE_TOO_LONG,
                                              "domain and user together pass 255 bytes"));
  if (profile->user_auth != BYWAY_AUTH_CERTIFICATE && profile->refuse_eap
      && !byway_profile_allows_pap (profile) && profile->refuse_chap && profile->refuse_mschap
      && profile->refuse_mschapv2)
    g_ptr_array_add (issues, byway_issue_new ("refuse-mschapv2", BYWAY_ISSUE_CONFLICT,
                                              "every way to log in is refused"));
  if (profile->dpd_delay > 0 && profile->dpd_timeout < profile->dpd_delay)
    g_ptr_array_add (issues, byway_issue_new ("dpd-timeout", BYWAY_ISSUE_CONFLICT,
                                              "must not be less than dpd-delay"));
}

BywayProfile *
byway_profile_parse (GHashTable *settings, GPtrArray **issues)
{
  g_autoptr (BywayProfile) profile = g_new0 (BywayProfile, 1);
  g_autoptr (GPtrArray) found = byway_issues_new ();
  gsize n;
  const BywayOption *options = byway_options (&n);

  g_atomic_ref_count_init (&profile->references);
  find_unknown_keys (settings, found);
  for (gsize i = 0; i < n; i++)
    parse_option (&options[i], settings, profile, found);
  if (found->len == 0)
    {
      find_impossible (profile, found);
      find_conflicts (profile, found);
      find_conflicts_of_ways (profile, found);
    }
  if (found->len > 0)
    {
      if (issues != NULL)
        *issues = g_steal_pointer (&found);
      return NULL;
    }
  return g_steal_pointer (&profile);
}

BywayProfile *
byway_profile_ref (BywayProfile *profile)
{
  g_atomic_ref_count_inc (&profile->references);
  return profile;
}

void
byway_profile_unref (BywayProfile *profile)
{
  if (!g_atomic_ref_count_dec (&profile->references))
    return;
  g_free (profile->gateway);
  g_clear_pointer (&profile->ike, g_array_unref);
  g_clear_pointer (&profile->esp, g_array_unref);
  byway_identity_clear (&profile->local_id);
  byway_identity_clear (&profile->remote_id);
  g_free (profile->xauth_user);
  g_free (profile->machine_ca);
  g_free (profile->machine_cert);
  g_free (profile->machine_key);
  g_clear_pointer (&profile->machine_token, byway_token_free);
  g_free (profile->user);
  g_free (profile->domain);
  g_free (profile->remote_name);
  g_free (profile->user_ca);
  g_free (profile->user_cert);
  g_free (profile->user_key);
  g_clear_pointer (&profile->routes, g_array_unref);
  g_clear_pointer (&profile->exclude_routes, g_array_unref);
  g_clear_pointer (&profile->dns, g_array_unref);
  g_strfreev (profile->dns_search);
  g_free (profile);
}

gboolean
byway_profile_uses_machine_cert (const BywayProfile *profile)
{
  return profile->ipsec && profile->machine_auth == BYWAY_AUTH_CERTIFICATE;
}

gboolean
byway_profile_uses_token (const BywayProfile *profile)
{
  return byway_profile_uses_machine_cert (profile) && profile->machine_token != NULL;
}

gboolean
byway_profile_allows_pap (const BywayProfile *profile)
{
  return !profile->refuse_pap && (profile->ipsec || profile->plain_pap)
         && *profile->remote_name == '\0';
}

char *
byway_profile_ppp_name (const BywayProfile *profile)
{
  if (*profile->domain == '\0')
    return g_strdup (profile->user);
  return g_strconcat (profile->domain, "\\", profile->user, NULL);
}

BywayStorage
byway_profile_storage (const BywayProfile *profile, const char *secret)
{
  g_autofree char *key = g_strconcat (secret, "-storage", NULL);
  const BywayOption *option = byway_option_find (key);

  g_return_val_if_fail (option != NULL, BYWAY_STORAGE_ASK);
  return G_STRUCT_MEMBER (guint, profile, option->offset);
}

const char *
byway_name_problem (const char *name)
{
  gsize length = strlen (name);

  if (length == 0)
    return "a connection needs a name";
  if (length > 64)
    return "a name has at most 64 bytes";
  if (!g_utf8_validate (name, -1, NULL) || byway_text_has_controls (name))
    return "a name has no control characters";
  if (strchr (name, '/') != NULL)
    return "a name has no “/”";
  if (*name == '-' || *name == '.')
    return "a name does not begin with “-” or “.”";
  if (g_ascii_isspace (name[0]) || g_ascii_isspace (name[length - 1]))
    return "a name has no blank at its ends";
  return NULL;
}
