/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is no object is refused in words; an object can be looked through. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) object = byway_json_read_object (text, &error);
  g_autofree char *printed = NULL;

  if (object == NULL)
    {
      g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED);
      return 0;
    }
  g_assert_no_error (error);
  g_assert_true (g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT));
  g_assert_true (g_variant_is_normal_form (object));
  printed = g_variant_print (object, TRUE);
  return 0;
}
