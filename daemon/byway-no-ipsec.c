/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-no-ipsec.h"

struct _BywayNoIpsec
{
  GObject parent;
};

static void byway_no_ipsec_iface_init (BywayIpsecEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BywayNoIpsec, byway_no_ipsec, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BYWAY_TYPE_IPSEC_ENGINE,
                                                      byway_no_ipsec_iface_init))

static BywayPresence
byway_no_ipsec_presence (BywayIpsecEngine *engine)
{
  return BYWAY_PRESENCE_RUNNING;
}

static void
byway_no_ipsec_probe (BywayIpsecEngine *engine, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, cancellable, callback, data);

  g_task_return_pointer (task, g_hash_table_new (g_str_hash, g_str_equal),
                         (GDestroyNotify)g_hash_table_unref);
}

static GHashTable *
byway_no_ipsec_probe_finish (BywayIpsecEngine *engine, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
byway_no_ipsec_establish (BywayIpsecEngine *engine, BywayPlan *plan, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, cancellable, callback, data);

  g_signal_emit_by_name (engine, "log", plan->uuid,
                         "no IPsec: what goes to the server can be read on its way");
  g_task_return_boolean (task, TRUE);
}

static gboolean
byway_no_ipsec_establish_finish (BywayIpsecEngine *engine, GAsyncResult *result, BywaySaInfo *info,
                                 GError **error)
{
  *info = (BywaySaInfo){ 0 };
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Release, clean and idle: nothing is there to be undone. */
static void
end_at_once (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, NULL, callback, data);

  g_task_return_boolean (task, TRUE);
}

static void
finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

static void
byway_no_ipsec_release (BywayIpsecEngine *engine, BywayPlan *plan, GAsyncReadyCallback callback,
                        gpointer data)
{
  end_at_once (engine, callback, data);
}

static GVariant *
byway_no_ipsec_examine_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  GVariantDict nothing;

  finish (engine, result);
  g_variant_dict_init (&nothing, NULL);
  return g_variant_ref_sink (g_variant_dict_end (&nothing));
}

static void
byway_no_ipsec_iface_init (BywayIpsecEngineInterface *iface)
{
  iface->presence = byway_no_ipsec_presence;
  iface->probe = byway_no_ipsec_probe;
  iface->probe_finish = byway_no_ipsec_probe_finish;
  iface->establish = byway_no_ipsec_establish;
  iface->establish_finish = byway_no_ipsec_establish_finish;
  iface->release = byway_no_ipsec_release;
  iface->release_finish = finish;
  iface->clean = end_at_once;
  iface->clean_finish = finish;
  iface->examine = end_at_once;
  iface->examine_finish = byway_no_ipsec_examine_finish;
  iface->idle = end_at_once;
  iface->idle_finish = finish;
}

static void
byway_no_ipsec_class_init (BywayNoIpsecClass *klass)
{
}

static void
byway_no_ipsec_init (BywayNoIpsec *self)
{
}

BywayIpsecEngine *
byway_no_ipsec_new (void)
{
  return BYWAY_IPSEC_ENGINE (g_object_new (BYWAY_TYPE_NO_IPSEC, NULL));
}
