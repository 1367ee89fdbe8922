/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-json.h"

#include "byway-error.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

GVariant *
byway_json_read_object (const char *text, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GVariant *object = json_gvariant_deserialize_data (text, -1, NULL, &cause);

  if (object != NULL)
    g_variant_ref_sink (object);
  if (object != NULL && g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    return object;
  g_clear_pointer (&object, g_variant_unref);
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, _ ("the command’s answer can’t be read%s%s"),
               cause != NULL ? ": " : "", cause != NULL ? cause->message : "");
  return NULL;
}
