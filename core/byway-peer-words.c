/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-peer-words.h"

#include <string.h>

gboolean
byway_peer_is_secret (const char *key)
{
  const BywayOption *option = byway_option_find (key);

  return option != NULL && option->type == BYWAY_OPTION_SECRET;
}

gboolean
byway_peer_is_storage (const char *key)
{
  return g_str_has_suffix (key, BYWAY_PEER_STORAGE) && byway_option_find (key) != NULL;
}

/* "yes", "no", or NULL when the text is neither. */
const char *
byway_peer_yes_or_no (const char *text)
{
  static const char *const words[][4]
      = { { "no", "false", "0", NULL }, { "yes", "true", "1", NULL } };

  for (int value = 0; value < 2; value++)
    if (g_strv_contains (words[value], text))
      return words[value][0];
  return NULL;
}

gboolean
byway_peer_is_yes (const char *text)
{
  return g_strcmp0 (byway_peer_yes_or_no (text), "yes") == 0;
}

static gboolean
is_base64 (const char *text)
{
  gsize length = strlen (text), digits = 0;

  while (g_ascii_isalnum (text[digits]) || text[digits] == '+' || text[digits] == '/')
    digits++;
  return length > 0 && length % 4 == 0 && length - digits <= 2
         && strspn (text + digits, "=") == length - digits;
}

gboolean
byway_peer_psk_is_coded (const char *text)
{
  return g_str_has_prefix (text, BYWAY_PEER_CODED) && is_base64 (text + strlen (BYWAY_PEER_CODED));
}

gboolean
byway_peer_put_psk (BywaySecretSet *set, const char *text, const char **problem)
{
  const char *coded = text + strlen (BYWAY_PEER_CODED);
  gsize length;
  char *bytes;
  gboolean ok;

  if (!byway_peer_psk_is_coded (text))
    return byway_secret_set_put (set, "ipsec-psk", text, strlen (text), problem);
  bytes = byway_locked_alloc (strlen (coded) + 1);
  strcpy (bytes, coded);
  g_base64_decode_inplace (bytes, &length);
  ok = byway_secret_set_put (set, "ipsec-psk", bytes, length, problem);
  byway_locked_free (bytes);
  return ok;
}
