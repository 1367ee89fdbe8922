/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-mask.h"

#include "byway-address.h"
#include "byway-identity.h"
#include "byway-option.h"

#include <gio/gio.h>
#include <string.h>

/* --- settings ------------------------------------------------------------------------------- */

/* "alice", "alice@example.net" or "EXAMPLE\alice": the whole, and its parts. */
static void
add_user (BywayMask *mask, const char *user)
{
  const char *backslash = strrchr (user, '\\');
  const char *at = strrchr (user, '@');
  g_autofree char *before = NULL;

  byway_mask_add (mask, BYWAY_MASK_USER, user);
  if (backslash != NULL)
    {
      before = g_strndup (user, backslash - user);
      byway_mask_add (mask, BYWAY_MASK_USER, backslash + 1);
      byway_mask_add (mask, BYWAY_MASK_NAME, before);
    }
  else if (at != NULL)
    {
      before = g_strndup (user, at - user);
      byway_mask_add (mask, BYWAY_MASK_USER, before);
      byway_mask_add_domain (mask, at + 1);
    }
}

/* By its value, and as charon's messages have it where it is no plain text. */
static void
add_identity (BywayMask *mask, const char *text)
{
  g_autoptr (GString) hex = g_string_new (NULL);
  BywayIdentity identity;

  if (!byway_identity_parse (text, &identity))
    {
      byway_mask_add (mask, BYWAY_MASK_NAME, text);
      return;
    }
  if (identity.kind > BYWAY_IDENTITY_ANY)
    {
      g_autofree char *vici = byway_identity_to_vici (&identity);

      if (identity.kind == BYWAY_IDENTITY_DN)
        g_string_append (hex, strchr (vici, '#') + 1);
      else
        for (gsize i = 0; i < identity.length; i++)
          g_string_append_printf (hex, "%02x", (guint8)identity.value[i]);
      if (identity.kind == BYWAY_IDENTITY_FQDN)
        byway_mask_add_host (mask, BYWAY_MASK_HOST, identity.value);
      else
        byway_mask_add (mask, BYWAY_MASK_NAME, identity.value);
      byway_mask_add_spelling (mask, identity.value, hex->str);
    }
  byway_identity_clear (&identity);
}

/* "10.0.0.0/8 20" is a network and a metric. */
static void
add_network (BywayMask *mask, const char *text)
{
  g_autofree char *address = g_strndup (text, strcspn (text, "/ "));
  BywayAddress parsed;

  if (byway_address_parse (address, &parsed) && byway_address_is_set (&parsed))
    byway_mask_add (mask, BYWAY_MASK_ADDRESS, address);
}

static void
add_each (BywayMask *mask, const char *list, void (*add) (BywayMask *mask, const char *word))
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    add (mask, g_strstrip (words[i]));
}

static void
add_setting (BywayMask *mask, const BywayOption *option, const char *value)
{
  switch (option->type)
    {
    case BYWAY_OPTION_HOST:
      byway_mask_add_host (mask, BYWAY_MASK_SERVER, value);
      break;
    case BYWAY_OPTION_TEXT:
    case BYWAY_OPTION_FILE:
    case BYWAY_OPTION_TOKEN:
      byway_mask_add (mask, BYWAY_MASK_NAME, value);
      break;
    case BYWAY_OPTION_IDENTITY:
      add_identity (mask, value);
      break;
    case BYWAY_OPTION_IPV4:
    case BYWAY_OPTION_ADDRESSES:
    case BYWAY_OPTION_PREFIXES:
      add_each (mask, value, add_network);
      break;
    case BYWAY_OPTION_DOMAINS:
      add_each (mask, value, byway_mask_add_domain);
      break;
    case BYWAY_OPTION_SECRET:
      byway_mask_add_secret (mask, value, strlen (value));
      break;
    case BYWAY_OPTION_BOOL:
    case BYWAY_OPTION_UINT:
    case BYWAY_OPTION_ENUM:
    case BYWAY_OPTION_IKE:
    case BYWAY_OPTION_ESP:
      break;
    }
}

/* Server and user first: as whatever else they come again, these words say most. */
void
byway_cli_mask_add_settings (BywayMask *mask, GHashTable *settings)
{
  gsize n;
  const BywayOption *options = byway_options (&n);
  const char *gateway = g_hash_table_lookup (settings, "gateway");
  const char *user = g_hash_table_lookup (settings, "user");

  byway_mask_add (mask, BYWAY_MASK_SERVER, gateway);
  if (user != NULL)
    add_user (mask, user);
  for (gsize i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (settings, options[i].key);

      if (value != NULL && *value != '\0')
        add_setting (mask, &options[i], value);
    }
}

/* --- this computer -------------------------------------------------------------------------- */

/* What every second computer says tells of nobody, and its place is in many sentences. */
static gboolean
is_common (const char *name)
{
  static const char *const words[] = { "root", "Unknown", "localhost", "localhost.localdomain" };
  g_autofree char *distribution = g_get_os_info (G_OS_INFO_KEY_ID);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (name, words[i]) == 0)
      return TRUE;
  return g_strcmp0 (name, distribution) == 0;
}

/* "search" and "domain" of resolv.conf. One word alone may be any word: "home", "local". */
static void
add_search_domains (BywayMask *mask)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/etc/resolv.conf", &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (lines[i], " \t", -1);

      if (g_strcmp0 (words[0], "search") != 0 && g_strcmp0 (words[0], "domain") != 0)
        continue;
      for (guint j = 1; words[j] != NULL; j++)
        if (strchr (words[j], '.') != NULL)
          byway_mask_add_domain (mask, words[j]);
    }
}

void
byway_cli_mask_add_computer (BywayMask *mask)
{
  const char *host = g_get_host_name ();
  g_autofree char *label = g_strndup (host, strcspn (host, "."));

  if (!is_common (g_get_user_name ()))
    byway_mask_add (mask, BYWAY_MASK_USER, g_get_user_name ());
  if (!is_common (g_get_real_name ()))
    byway_mask_add (mask, BYWAY_MASK_NAME, g_get_real_name ());
  if (!is_common (host))
    byway_mask_add_host (mask, BYWAY_MASK_HOST, host);
  if (!is_common (label))
    byway_mask_add (mask, BYWAY_MASK_HOST, label);
  add_search_domains (mask);
}
