/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ipsec-engine.h"

G_DEFINE_INTERFACE (BywayIpsecEngine, byway_ipsec_engine, G_TYPE_OBJECT)

static void
byway_ipsec_engine_default_init (BywayIpsecEngineInterface *iface)
{
  g_signal_new ("progress", BYWAY_TYPE_IPSEC_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
  g_signal_new ("log", BYWAY_TYPE_IPSEC_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, G_TYPE_STRING, G_TYPE_STRING);
  g_signal_new ("agreed", BYWAY_TYPE_IPSEC_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  g_signal_new ("pin", BYWAY_TYPE_IPSEC_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  g_signal_new ("lost", BYWAY_TYPE_IPSEC_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
}
