/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-examine.h"

#include "byway-facts.h"
#include "byway-kernel.h"
#include "byway-rtnl.h"
#include "byway-xfrm.h"

static GVariant *
kernel_to_variant (void)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{si}"));
  for (guint part = 0; part < BYWAY_N_KERNEL_PARTS; part++)
    g_variant_builder_add (&builder, "{si}", byway_kernel_part_name (part),
                           byway_kernel_try (part));
  return g_variant_builder_end (&builder);
}

static GVariant *
ports_to_variant (void)
{
  static const guint16 ports[] = { 500, 4500, BYWAY_L2TP_PORT };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(us)"));
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      g_autofree char *holder = byway_udp_port_holder (ports[i]);

      if (holder != NULL)
        g_variant_builder_add (&builder, "(us)", (guint32)ports[i], holder);
    }
  return g_variant_builder_end (&builder);
}

static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) daemon = byway_ike_daemons_examine_finish (result);
  GVariantDict dict;

  g_variant_dict_init (&dict, daemon);
  g_variant_dict_insert (&dict, "version", "s", PACKAGE_VERSION);
  g_variant_dict_insert_value (&dict, "kernel", kernel_to_variant ());
  g_variant_dict_insert_value (&dict, "ports", ports_to_variant ());
  g_variant_dict_insert (&dict, "foreign-associations", "u",
                         byway_xfrm_count_foreign (BYWAY_REQID, BYWAY_REQID_MASK));
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&dict)),
                         (GDestroyNotify)g_variant_unref);
}

void
byway_examine (BywayIkeDaemons *daemons, GAsyncReadyCallback callback, gpointer data)
{
  byway_ike_daemons_examine (daemons, on_examined, g_task_new (NULL, NULL, callback, data));
}

GVariant *
byway_examine_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
