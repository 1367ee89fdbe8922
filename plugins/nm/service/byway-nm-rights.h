/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Files with the rights of somebody else. Linux has them for each thread of its own. */

/* `act (data)`, and what it opens is opened as that user could, with the user's groups; its result.
 * FALSE with error, and nothing done, when the rights can't be had. */
gboolean byway_nm_rights_act (uid_t user, gboolean (*act) (gpointer data), gpointer data,
                              GError **error);
