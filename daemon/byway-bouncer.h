/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Whose object a call is about, where it is nobody's: the Manager's own methods. */
#define BYWAY_OWNER_NONE (G_MAXUINT - 1)

#define BYWAY_TYPE_BOUNCER (byway_bouncer_get_type ())
G_DECLARE_FINAL_TYPE (BywayBouncer, byway_bouncer, BYWAY, BOUNCER, GObject)

/* Decides who may call what: one row a method, and no row means no. */
BywayBouncer *byway_bouncer_new (GDBusConnection *bus);

/* May the sender of this call do it to an object of `owner` (a uid, BYWAY_OWNER_SYSTEM or
 * BYWAY_OWNER_NONE)? Asks the bus daemon who the sender is, then polkit, about its bus name. */
void byway_bouncer_check (BywayBouncer *bouncer, GDBusMethodInvocation *invocation, guint owner,
                          GAsyncReadyCallback callback, gpointer data);
/* TRUE: yes, and *uid is the sender's. On any doubt FALSE: BYWAY_ERROR_DENIED, or NOT_FOUND for
 * another user's object. */
gboolean byway_bouncer_check_finish (BywayBouncer *bouncer, GAsyncResult *result, guint *uid,
                                     GError **error);

/* May this user see objects of that owner? Root sees all. */
gboolean byway_bouncer_sees (guint uid, guint owner);
