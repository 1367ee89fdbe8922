/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-peer-words.h"

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
