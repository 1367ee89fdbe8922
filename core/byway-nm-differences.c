/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-data.h"
#include "byway-nm-differences.h"
#include "byway-option.h"

#include <string.h>

/* Does the option change anything for such a connection? */
static gboolean
matters (const char *key, const BywayProfile *profile)
{
  if (strcmp (key, "force-encaps") == 0)
    return profile->ipsec;
  if (g_str_has_prefix (key, "refuse-"))
    return profile->user_auth == BYWAY_AUTH_SECRET;
  /* Without MPPE that program says "noccp", and these are part of CCP (RFC 1962). */
  if (strcmp (key, "bsdcomp") == 0 || strcmp (key, "deflate") == 0)
    return profile->mppe != BYWAY_MPPE_NO;
  if (strcmp (key, "lcp-echo-failure") == 0)
    return profile->lcp_echo_interval > 0;
  return TRUE;
}

static void
add (GStrvBuilder *list, const char *key, const char *ours, const char *theirs)
{
  g_autofree char *text = g_strdup_printf ("%s=%s, not %s", key, ours, theirs);

  g_strv_builder_add (list, text);
}

static void
add_defaults (GStrvBuilder *list, GHashTable *settings, const BywayProfile *profile)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      const char *key = options[i].key;
      gboolean taken;
      g_autofree char *theirs = byway_nm_key_absent (key, &taken);

      if (theirs != NULL && strcmp (key, "ipsec") != 0 && !g_hash_table_contains (settings, key)
          && matters (key, profile))
        add (list, key, options[i].fallback, theirs);
    }
}

GStrv
byway_nm_differences (GHashTable *settings, const BywayProfile *profile)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  add_defaults (list, settings, profile);
  /* "rightid=%any" there. */
  if (byway_profile_uses_machine_cert (profile) && profile->remote_id.kind == BYWAY_IDENTITY_NONE)
    add (list, "remote-id", profile->gateway, "%any");
  if (!profile->ipsec && profile->user_auth == BYWAY_AUTH_SECRET && !profile->refuse_pap
      && !profile->plain_pap)
    add (list, "plain-pap", "no", "yes");
  return g_strv_builder_end (list);
}
