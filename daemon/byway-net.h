/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-net-plan.h"

/* Applies and reverts the routes and DNS of one session. DNS goes to systemd-resolved (per link,
 * over D-Bus) where it runs, else to resolvconf, else it is left alone and said so. */
#define BYWAY_TYPE_NET (byway_net_get_type ())
G_DECLARE_FINAL_TYPE (BywayNet, byway_net, BYWAY, NET, GObject)

BywayNet *byway_net_new (GDBusConnection *system_bus, const char *uuid);
/* Takes the plan. Applying again (new addresses) first takes back what differs. */
void byway_net_apply (BywayNet *net, BywayNetPlan *plan, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data);
/* *remark: a sentence such as "DNS was left alone: …", or NULL. Caller frees. */
gboolean byway_net_apply_finish (BywayNet *net, GAsyncResult *result, char **remark,
                                 GError **error);
/* Takes back all that apply did, also a half-done one. Never fails. */
void byway_net_revert (BywayNet *net, GAsyncReadyCallback callback, gpointer data);
void byway_net_revert_finish (BywayNet *net, GAsyncResult *result);
/* At start: takes away routes and DNS entries that a killed helper left. */
void byway_net_clean (GAsyncReadyCallback callback, gpointer data);
