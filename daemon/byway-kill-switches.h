/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-kill-switch.h"

#include <gio/gio.h>

/* All kill switches of this helper that are on, what the kernel has of them, and a file of each
 * below the run folder, so that the next helper knows whose they are. Each call is one exchange
 * with our own kernel. Where it does not take what it is told, a warning is logged, and the next
 * call tries again; only byway_kill_switches_want refuses.
 *   "changed" (const char *uuid): one went on or off, or is up, or is not any more */
#define BYWAY_TYPE_KILL_SWITCHES (byway_kill_switches_get_type ())
G_DECLARE_FINAL_TYPE (BywayKillSwitches, byway_kill_switches, BYWAY, KILL_SWITCHES, GObject)

/* The folder of the files, below the run folder: cleaning leaves it. */
#define BYWAY_KILL_SWITCHES_FOLDER "kill-switch"

/* Finds those that a helper before has left, and holds on to them: none of them is up. */
BywayKillSwitches *byway_kill_switches_new (const char *run_base);
/* The uuids of those that are on. Caller frees. */
GStrv byway_kill_switches_list (BywayKillSwitches *self);

/* From now on nothing leaves. What was known of its server stays allowed. `gateway` is a name or
 * an address. */
gboolean byway_kill_switches_want (BywayKillSwitches *self, const char *uuid, const char *gateway,
                                   gboolean local, GError **error);
/* Everything may leave again. */
gboolean byway_kill_switches_lift (BywayKillSwitches *self, const char *uuid, GError **error);

/* Of one that is off, these do nothing. */
void byway_kill_switches_set_servers (BywayKillSwitches *self, const char *uuid, GArray *servers);
/* Its server's name is (not) being asked for. */
void byway_kill_switches_set_resolving (BywayKillSwitches *self, const char *uuid,
                                        gboolean resolving);
/* With a plan: it is up. NULL: it is not. */
void byway_kill_switches_set_plan (BywayKillSwitches *self, const char *uuid,
                                   const BywayNetPlan *plan);

/* NULL: it is off. Borrowed until the next call. */
const BywayKillSwitch *byway_kill_switches_find (BywayKillSwitches *self, const char *uuid);
/* "off", "up" (it is on, and the connection is up) or "blocking" (nothing leaves). */
const char *byway_kill_switches_describe (BywayKillSwitches *self, const char *uuid);
