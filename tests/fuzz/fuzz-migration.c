/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-migration.h"
#include "byway-nm-data.h"

#include <string.h>

#define PROFILE G_VARIANT_TYPE ("a{sa{sv}}")

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The bytes as NetworkManager's settings, of whatever types they say. Full. */
static GVariant *
read_profile (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) raw = g_variant_ref_sink (g_variant_new_from_bytes (PROFILE, bytes, FALSE));

  return g_variant_get_normal_form (raw);
}

static char *
service_of (GVariant *settings)
{
  g_autoptr (GVariant) vpn = g_variant_lookup_value (settings, "vpn", G_VARIANT_TYPE_VARDICT);
  char *service = NULL;

  g_assert_nonnull (vpn);
  g_assert_true (g_variant_lookup (vpn, "service-type", "s", &service));
  return service;
}

static gboolean
is_possible (const BywayMigration *migration)
{
  g_assert_true ((migration->settings != NULL) == (migration->verdict == BYWAY_MIGRATION_POSSIBLE));
  g_assert_true ((migration->issues->len > 0) == (migration->verdict == BYWAY_MIGRATION_REFUSED));
  g_assert_true (migration->settings == NULL
                 || g_variant_is_of_type (migration->settings, PROFILE));
  return migration->settings != NULL;
}

/* Who went there can come back. */
static void
try_there_and_back (GVariant *settings, gboolean plain)
{
  g_autoptr (BywayMigration) there = byway_migration_plan (settings, plain);
  g_autoptr (BywayMigration) back = NULL;
  g_autoptr (GVariant) kept = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (!is_possible (there))
    return;
  ours = service_of (there->settings);
  g_assert_cmpstr (ours, ==, BYWAY_NM_SERVICE);
  kept = byway_migration_with_secrets (there->settings, settings);
  g_assert_true (g_variant_is_of_type (kept, PROFILE));
  byway_migration_psk_problem (there->settings, settings);
  back = byway_migration_plan_undo (there->settings);
  g_assert_true (is_possible (back));
  theirs = service_of (back->settings);
  g_assert_cmpstr (theirs, ==, BYWAY_NM_PEER_SERVICE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GVariant) settings = read_profile (data, size);
  g_autoptr (BywayMigration) undo = byway_migration_plan_undo (settings);

  is_possible (undo);
  try_there_and_back (settings, FALSE);
  try_there_and_back (settings, TRUE);
  return 0;
}
