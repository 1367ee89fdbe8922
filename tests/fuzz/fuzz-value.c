/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-algorithm.h"
#include "byway-identity.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
try_address (const char *text)
{
  BywayAddress address, again;
  g_autofree char *canonical = NULL;

  if (!byway_address_parse (text, &address))
    return;
  canonical = byway_address_to_string (&address);
  g_assert_true (byway_address_parse (canonical, &again));
  g_assert_true (byway_address_equal (&address, &again));
}

static void
try_prefix (const char *text)
{
  BywayPrefix prefix, again;
  g_autofree char *canonical = NULL;

  if (!byway_prefix_parse (text, &prefix))
    return;
  canonical = byway_prefix_to_string (&prefix);
  g_assert_true (byway_prefix_parse (canonical, &again));
  g_assert_true (byway_address_equal (&prefix.address, &again.address));
  g_assert_cmpuint (prefix.length, ==, again.length);
  g_assert_cmpuint (prefix.metric, ==, again.metric);
  g_assert_true (byway_prefix_contains (&prefix, &again.address));
}

static void
try_proposal (const char *text, BywayPhase phase)
{
  BywayProposal proposal, again;
  g_autofree char *canonical = NULL;

  if (!byway_proposal_parse (text, phase, &proposal))
    return;
  canonical = byway_proposal_to_string (&proposal);
  g_assert_true (byway_proposal_parse (canonical, phase, &again));
  g_assert_cmpmem (&proposal, sizeof proposal, &again, sizeof again);
}

/* Printable, short enough for charon, and the same identity when it is read again in our own
 * spelling of bytes. */
static void
try_identity (const char *text)
{
  BywayIdentity identity, again;
  g_autofree char *vici = NULL;

  if (!byway_identity_parse (text, &identity))
    return;
  vici = byway_identity_to_vici (&identity);
  g_assert_true (identity.kind == BYWAY_IDENTITY_DN || strlen (vici) <= BYWAY_IDENTITY_OWNER_MAX);
  for (const char *c = vici; *c != '\0'; c++)
    g_assert_true (g_ascii_isprint (*c));
  if (identity.kind == BYWAY_IDENTITY_KEY_ID)
    {
      g_assert_true (byway_identity_parse (vici, &again));
      g_assert_cmpmem (identity.value, identity.length, again.value, again.length);
      byway_identity_clear (&again);
    }
  byway_identity_clear (&identity);
}

/* What one of the small parsers takes, it takes again in the spelling that it prints. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);

  try_address (text);
  try_prefix (text);
  try_proposal (text, BYWAY_PHASE_IKE);
  try_proposal (text, BYWAY_PHASE_ESP);
  try_identity (text);
  return 0;
}
