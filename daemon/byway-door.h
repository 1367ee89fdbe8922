/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Where calls come in from the bus. A caller that has too many calls under way, or brings too much
 * with one, is answered here, in GDBus's own thread: nothing of it waits for the main loop, so that
 * who floods us fills neither our memory nor the others' queue. */
typedef struct _BywayDoor BywayDoor;

BywayDoor *byway_door_new (GDBusConnection *bus);
void byway_door_free (BywayDoor *self);

/* The bus said whose call this is. FALSE: BYWAY_ERROR_LIMIT, that user, or all of them, have too
 * many under way. */
gboolean byway_door_name_user (GDBusMessage *call, guint uid, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayDoor, byway_door_free)
