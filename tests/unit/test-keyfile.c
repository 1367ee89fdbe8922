/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-keyfile.h"

#include <string.h>

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"

static BywayRecord *
sample (void)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (settings, g_strdup ("gateway"), g_strdup ("vpn.example.net"));
  g_hash_table_insert (settings, g_strdup ("user"), g_strdup (" al;i#ce\\s=\"x' "));
  g_hash_table_insert (settings, g_strdup ("routes"), g_strdup ("10.0.0.0/8, 2001:db8::/32 20"));
  return byway_record_new (UUID, "Büro [1]", 1000, settings);
}

static void
test_round_trip (void)
{
  g_autoptr (BywayRecord) record = sample ();
  g_autofree char *data = byway_record_to_data (record);
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayRecord) copy = byway_record_from_data (data, strlen (data), UUID, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (copy->name, ==, record->name);
  g_assert_cmpuint (copy->owner, ==, 1000);
  g_assert_cmpuint (g_hash_table_size (copy->settings), ==, 3);
  g_assert_cmpstr (g_hash_table_lookup (copy->settings, "user"), ==,
                   g_hash_table_lookup (record->settings, "user"));
}

/* A file that was cut off anywhere is refused whole. */
static void
test_half_written (void)
{
  g_autoptr (BywayRecord) record = sample ();
  g_autofree char *data = byway_record_to_data (record);

  for (gsize length = 0; length + 2 < strlen (data); length++)
    g_assert_null (byway_record_from_data (data, length, UUID, NULL));
}

static void
test_foreign (void)
{
  g_autoptr (BywayRecord) record = sample ();
  g_autofree char *data = byway_record_to_data (record);
  g_autofree char *bad = NULL;

  g_assert_null (
      byway_record_from_data (data, strlen (data), "5f1c2f5e-0000-4000-8000-000000000002", NULL));
  g_hash_table_insert (record->settings, g_strdup ("leftupdown"), g_strdup ("/bin/sh"));
  bad = byway_record_to_data (record);
  g_assert_null (byway_record_from_data (bad, strlen (bad), UUID, NULL));
}

/* It would end a value early, and nobody would see what is behind. */
static void
test_nul (void)
{
  g_autoptr (BywayRecord) record = sample ();
  g_autofree char *data = byway_record_to_data (record);

  for (gsize i = 0; i <= strlen (data); i++)
    {
      g_autoptr (GString) bytes = g_string_new (data);
      g_autoptr (GError) error = NULL;

      g_string_insert_c (bytes, i, '\0');
      g_assert_null (byway_record_from_data (bytes->str, bytes->len, UUID, &error));
      g_assert_nonnull (error);
    }
}

/* A dictionary on the bus may have a key more than once, a hash table takes the last without a
 * word. */
static void
test_twice (void)
{
  g_autoptr (GVariant) once
      = g_variant_ref_sink (g_variant_new_parsed ("{'gateway': 'a', 'user': 'bc', 'mtu': ''}"));
  g_autoptr (GVariant) twice = g_variant_ref_sink (
      g_variant_new_parsed ("{'gateway': 'a', 'user': 'b', 'gateway': 'c', 'user': 'd'}"));
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{ss}", NULL));

  g_assert_null (byway_settings_find_twice (once));
  g_assert_null (byway_settings_find_twice (none));
  g_assert_cmpstr (byway_settings_find_twice (twice), ==, "gateway");
  g_assert_cmpuint (byway_settings_size (once), ==, 7 + 1 + 4 + 2 + 3);
  g_assert_cmpuint (byway_settings_size (none), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keyfile/round-trip", test_round_trip);
  g_test_add_func ("/keyfile/half-written", test_half_written);
  g_test_add_func ("/keyfile/foreign", test_foreign);
  g_test_add_func ("/keyfile/nul", test_nul);
  g_test_add_func ("/keyfile/twice", test_twice);
  return g_test_run ();
}
