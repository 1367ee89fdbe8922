/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-peer-conf.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "byway-nm-peers.h"
#include "byway-option.h"
#include "byway-peer-words.h"

#include <string.h>

#define MAX_FLAGS 7

static const char *const groups[] = { BYWAY_PEER_CONNECTION,
                                      BYWAY_PEER_VPN,
                                      BYWAY_PEER_SECRETS,
                                      "ipv4",
                                      "ipv6",
                                      "ip4",
                                      "ip6",
                                      BYWAY_PEER_OURS,
                                      NULL };

typedef struct
{
  GKeyFile *file;
  BywayPeerConf *conf;
  GHashTable *data; /* vpn.data as NetworkManager would have it */
  GPtrArray *issues;
} Reading;

static gboolean
loads (GKeyFile *file, const char *data, gsize length, GError **error)
{
  return g_key_file_load_from_data (file, data, length, G_KEY_FILE_KEEP_TRANSLATIONS, error);
}

/* Where a line that begins after @start ends; the end of the text for its last. */
static gsize
line_end (const char *data, gsize length, gsize start)
{
  const char *end = memchr (data + start, '\n', length - start);

  return end != NULL ? (gsize)(end - data) + 1 : length;
}

/* The number of the line in which byte @offset is, from 1. */
static guint
line_of (const char *data, gsize offset)
{
  guint line = 1;

  for (gsize i = 0; i < offset; i++)
    line += data[i] == '\n';
  return line;
}

/* GLib does not say which line it was: it is the last of the shortest beginning that fails. */
static gsize
find_bad_line (const char *data, gsize length)
{
  gsize good = 0, bad = length;

  while (line_end (data, length, good) < bad)
    {
      gsize middle = line_end (data, length, good + (bad - good) / 2);
      g_autoptr (GKeyFile) file = g_key_file_new ();

      if (middle >= bad) /* the middle is in the last line but the first one may be the bad one */
        middle = line_end (data, length, good);
      if (loads (file, data, middle, NULL))
        good = middle;
      else
        bad = middle;
    }
  return good;
}

static void
add_line_issue (GPtrArray *issues, guint line, BywayIssueCode code, const char *text)
{
  g_autofree char *where = g_strdup_printf ("line %u", line);

  g_ptr_array_add (issues, byway_issue_new (where, code, "%s", text));
}

static gboolean
load (GKeyFile *file, const char *data, gsize length, GPtrArray *issues)
{
  const char *nul = memchr (data, '\0', length);
  const char *invalid = data;
  g_autoptr (GError) error = NULL;

  if (length > BYWAY_PEER_CONF_MAX)
    g_ptr_array_add (issues, byway_issue_new ("file", BYWAY_ISSUE_TOO_LONG,
                                              "is larger than 1 MiB: no such file is"));
  else if (nul != NULL || !g_utf8_validate (data, length, &invalid))
    add_line_issue (issues, line_of (data, (nul != NULL ? nul : invalid) - data),
                    BYWAY_ISSUE_CHARACTERS, "is no text in UTF-8");
  else if (loads (file, data, length, &error))
    return TRUE;
  else
    add_line_issue (issues, line_of (data, find_bad_line (data, length)), BYWAY_ISSUE_SYNTAX,
                    "is neither [group], key=value nor a comment");
  return FALSE;
}

static void
check_groups (const Reading *reading)
{
  g_auto (GStrv) found = g_key_file_get_groups (reading->file, NULL);

  for (char **group = found; *group != NULL; group++)
    if (!g_strv_contains (groups, *group))
      {
        g_autofree char *name = g_strdup_printf ("[%s]", *group);

        g_ptr_array_add (reading->issues, byway_issue_new (name, BYWAY_ISSUE_UNKNOWN_KEY,
                                                           "is no group that Byway knows"));
      }
}

static void
add_unknown (const Reading *reading, const char *group, const char *key)
{
  g_autofree char *name = *group != '\0' ? g_strconcat (group, ".", key, NULL) : g_strdup (key);

  g_ptr_array_add (reading->issues, byway_issue_new (name, BYWAY_ISSUE_UNKNOWN_KEY,
                                                     "is no option that Byway knows"));
}

/* The text without its escapes; NULL, with an issue, where there are wrong ones. */
static char *
read_text (const Reading *reading, const char *group, const char *key)
{
  g_autoptr (GError) error = NULL;
  char *text = g_key_file_get_string (reading->file, group, key, &error);

  if (error == NULL)
    return text;
  g_ptr_array_add (reading->issues,
                   byway_issue_new (key, BYWAY_ISSUE_SYNTAX, "has a backslash that means nothing"));
  g_free (text); /* GLib returns what it made of it too */
  return NULL;
}

static void
read_connection (const Reading *reading)
{
  g_auto (GStrv) keys = g_key_file_get_keys (reading->file, BYWAY_PEER_CONNECTION, NULL, NULL);

  for (char **key = keys; key != NULL && *key != NULL; key++)
    if (strcmp (*key, "id") != 0 && strcmp (*key, "name") != 0) /* documented, and never written */
      add_unknown (reading, BYWAY_PEER_CONNECTION, *key);
    else if (reading->conf->name == NULL)
      reading->conf->name = read_text (reading, BYWAY_PEER_CONNECTION, *key);
}

static void
read_flags (const Reading *reading, const char *key)
{
  g_autofree char *text = g_key_file_get_value (reading->file, BYWAY_PEER_VPN, key, NULL);
  guint64 flags;

  if (g_ascii_string_to_unsigned (text, 10, 0, MAX_FLAGS, &flags, NULL))
    g_hash_table_insert (reading->conf->flags,
                         g_strndup (key, strlen (key) - strlen (BYWAY_PEER_FLAGS)),
                         GUINT_TO_POINTER ((guint)flags));
  else
    g_ptr_array_add (reading->issues, byway_issue_new (key, BYWAY_ISSUE_RANGE,
                                                       "is not a number from 0 to %d", MAX_FLAGS));
}

/* Byway writes no secret into [vpn]: one in there is in that program's words. */
static gboolean
is_peers_psk (const char *group, const char *key)
{
  return strcmp (group, BYWAY_PEER_VPN) == 0 && strcmp (key, "ipsec-psk") == 0;
}

static void
read_secret (const Reading *reading, const char *group, const char *key)
{
  g_autofree char *plain_key = g_strdup (key);
  g_autofree char *text = read_text (reading, group, key);
  gsize size = text != NULL ? strlen (text) : 0, length = size;
  const char *problem = NULL;

  if (g_str_has_suffix (key, BYWAY_PEER_BASE64))
    {
      plain_key[strlen (key) - strlen (BYWAY_PEER_BASE64)] = '\0';
      if (length > 0)
        g_base64_decode_inplace (text, &length);
    }
  if (text != NULL
      && !(is_peers_psk (group, key)
               ? byway_peer_put_psk (reading->conf->secrets, text, &problem)
               : byway_secret_set_put (reading->conf->secrets, plain_key, text, length, &problem)))
    g_ptr_array_add (reading->issues, byway_issue_new (key, BYWAY_ISSUE_SYNTAX, "%s", problem));
  if (text != NULL)
    explicit_bzero (text, size);
}

static gboolean
is_secret_key (const char *key)
{
  g_autofree char *plain_key = g_strdup (key);

  if (g_str_has_suffix (key, BYWAY_PEER_BASE64))
    plain_key[strlen (key) - strlen (BYWAY_PEER_BASE64)] = '\0';
  return byway_peer_is_secret (plain_key);
}

/* NULL, with an issue, when there is no reading it. Free it. */
static char *
read_boolean (const Reading *reading, const char *key)
{
  g_autofree char *text = read_text (reading, BYWAY_PEER_VPN, key);
  const char *word = text != NULL ? byway_peer_yes_or_no (text) : NULL;

  if (text != NULL && word == NULL)
    g_ptr_array_add (reading->issues,
                     byway_issue_new (key, BYWAY_ISSUE_SYNTAX, "is neither true nor false"));
  return g_strdup (word);
}

static void
read_value (const Reading *reading, const char *key)
{
  char *text = byway_nm_key_is_boolean (key) ? read_boolean (reading, key)
                                             : read_text (reading, BYWAY_PEER_VPN, key);

  if (text != NULL)
    g_hash_table_insert (byway_peer_is_storage (key) ? reading->conf->settings : reading->data,
                         g_strdup (key), text);
}

static void
read_vpn_key (const Reading *reading, const char *key)
{
  if (is_secret_key (key))
    {
      read_secret (reading, BYWAY_PEER_VPN, key);
      return;
    }
  if (byway_peer_is_storage (key))
    {
      read_value (reading, key);
      return;
    }
  switch (byway_nm_key_classify (key))
    {
    case BYWAY_NM_KEY_OPTION:
    case BYWAY_NM_KEY_PEER:
      read_value (reading, key);
      return;
    case BYWAY_NM_KEY_FLAGS:
      read_flags (reading, key);
      return;
    case BYWAY_NM_KEY_IGNORED:
      return;
    case BYWAY_NM_KEY_UNKNOWN:
      add_unknown (reading, "", key);
      return;
    }
}

static void
read_vpn (const Reading *reading)
{
  g_auto (GStrv) keys = g_key_file_get_keys (reading->file, BYWAY_PEER_VPN, NULL, NULL);
  g_auto (GStrv) secrets = g_key_file_get_keys (reading->file, BYWAY_PEER_SECRETS, NULL, NULL);

  if (keys == NULL)
    g_ptr_array_add (reading->issues, byway_issue_new ("[vpn]", BYWAY_ISSUE_MISSING,
                                                       "is needed: it is no L2TP connection"));
  for (char **key = keys; key != NULL && *key != NULL; key++)
    read_vpn_key (reading, *key);
  for (char **key = secrets; key != NULL && *key != NULL; key++)
    if (is_secret_key (*key))
      read_secret (reading, BYWAY_PEER_SECRETS, *key);
    else
      add_unknown (reading, BYWAY_PEER_SECRETS, *key);
}

/* What stands in the file only for NetworkManager-l2tp's sake, unless someone has changed it. */
static void
leave_out_defaulted (const Reading *reading)
{
  g_auto (GStrv) names = g_key_file_get_string_list (reading->file, BYWAY_PEER_OURS,
                                                     BYWAY_PEER_DEFAULTED, NULL, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (reading->file, BYWAY_PEER_OURS, NULL, NULL);
  GHashTable *settings = reading->conf->settings;

  for (char **key = keys; key != NULL && *key != NULL; key++)
    if (strcmp (*key, BYWAY_PEER_DEFAULTED) != 0)
      add_unknown (reading, BYWAY_PEER_OURS, *key);
  for (char **name = names; name != NULL && *name != NULL; name++)
    {
      const BywayOption *option = byway_option_find (*name);

      if (option == NULL)
        add_unknown (reading, BYWAY_PEER_OURS "." BYWAY_PEER_DEFAULTED, *name);
      else if (g_strcmp0 (g_hash_table_lookup (settings, *name), option->fallback) == 0)
        g_hash_table_remove (settings, *name);
    }
}

/* Ours is on without a word; a file of NetworkManager-l2tp's is not. */
static gboolean
is_plain (const Reading *reading)
{
  const char *ipsec = g_hash_table_lookup (reading->conf->settings, "ipsec");

  if (ipsec != NULL)
    return strcmp (ipsec, "no") == 0;
  return !g_key_file_has_group (reading->file, BYWAY_PEER_OURS)
         && byway_nm_peer_is_plain (reading->data);
}

static void
tell_kind (const Reading *reading)
{
  BywayPeerConf *conf = reading->conf;
  gboolean own_word = g_hash_table_contains (reading->data, "ipsec");

  conf->plain = is_plain (reading);
  conf->own = conf->plain && own_word;
  conf->peers = !own_word && !g_key_file_has_group (reading->file, BYWAY_PEER_OURS);
  if (conf->plain)
    g_hash_table_insert (conf->settings, g_strdup ("ipsec"), g_strdup ("no"));
}

static void
read_all (const Reading *reading)
{
  BywayPeerConf *conf = reading->conf;
  g_autoptr (GHashTable) settings = NULL;
  GHashTableIter iter;
  gpointer key, value;

  check_groups (reading);
  read_connection (reading);
  read_vpn (reading);
  settings = byway_nm_data_to_settings (reading->data, NULL, NULL, reading->issues);
  g_hash_table_iter_init (&iter, settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_hash_table_insert (conf->settings, key, value);
      g_hash_table_iter_steal (&iter);
    }
  leave_out_defaulted (reading);
  tell_kind (reading);
  byway_peer_ip_read (&conf->ipv4, reading->file, 4, reading->issues);
  byway_peer_ip_read (&conf->ipv6, reading->file, 6, reading->issues);
}

gboolean
byway_peer_conf_looks_like_one (const char *data, gsize length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) issues = byway_issues_new ();

  return load (file, data, length, issues)
         && g_key_file_has_key (file, BYWAY_PEER_VPN, "gateway", NULL);
}

BywayPeerConf *
byway_peer_conf_from_data (const char *data, gsize length, GPtrArray **issues)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (BywayPeerConf) conf = byway_peer_conf_new (NULL);
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) found = byway_issues_new ();
  const Reading reading = { file, conf, words, found };

  if (load (file, data, length, found))
    read_all (&reading);
  if (found->len == 0)
    return g_steal_pointer (&conf);
  if (issues != NULL)
    *issues = g_steal_pointer (&found);
  return NULL;
}
