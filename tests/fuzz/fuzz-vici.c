/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-vici.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
rebuild (BywayViciBuilder *builder, const BywayViciNode *node)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      const BywayViciNode *child = g_ptr_array_index (node->children, i);
      g_autoptr (GStrvBuilder) items = g_strv_builder_new ();
      g_auto (GStrv) list = NULL;

      if (child->kind == BYWAY_VICI_VALUE)
        {
          gsize length;
          gconstpointer value = g_bytes_get_data (child->value, &length);

          byway_vici_add_bytes (builder, child->name, value != NULL ? value : "", length);
          continue;
        }
      if (child->kind == BYWAY_VICI_SECTION)
        {
          byway_vici_begin_section (builder, child->name);
          rebuild (builder, child);
          byway_vici_end_section (builder);
          continue;
        }
      for (guint j = 0; j < child->children->len; j++)
        {
          g_autofree char *item = byway_vici_node_dup_text (child->children->pdata[j], "");

          g_strv_builder_add (items, item);
        }
      list = g_strv_builder_end (items);
      byway_vici_add_list (builder, child->name, (const char *const *)list);
    }
}

/* What is read can be printed, and built again unless a name was empty or grew in becoming UTF-8;
 * what was built is read and built again, the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (BywayViciNode) root = byway_vici_parse (data, size, NULL);
  g_autoptr (BywayViciNode) again = NULL;
  g_autoptr (GBytes) given = g_bytes_new (data, size);
  g_autofree char *text = byway_vici_to_string (given);
  BywayViciBuilder *builder;
  g_autoptr (GBytes) built = NULL;
  g_autoptr (GBytes) rebuilt = NULL;

  if (root == NULL)
    {
      g_assert_cmpstr (text, ==, "");
      return 0;
    }
  g_assert_true (g_utf8_validate (text, -1, NULL));
  builder = byway_vici_builder_new (size % 2 != 0);
  rebuild (builder, root);
  built = byway_vici_builder_finish (builder, NULL);
  if (built == NULL)
    return 0;
  again = byway_vici_parse (g_bytes_get_data (built, NULL), g_bytes_get_size (built), NULL);
  g_assert_nonnull (again);
  builder = byway_vici_builder_new (FALSE);
  rebuild (builder, again);
  rebuilt = byway_vici_builder_finish (builder, NULL);
  g_assert_nonnull (rebuilt);
  g_assert_true (g_bytes_equal (built, rebuilt));
  return 0;
}
