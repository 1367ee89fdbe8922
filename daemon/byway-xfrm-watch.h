/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The kernel's own news about IPsec associations: that some were removed, or have expired. */
typedef struct _BywayXfrmWatch BywayXfrmWatch;

/* @changed is called in the main loop, once for all that came together. NULL when the kernel has no
 * IPsec, or does not let us. */
BywayXfrmWatch *byway_xfrm_watch_new (void (*changed) (gpointer data), gpointer data);
void byway_xfrm_watch_free (BywayXfrmWatch *watch);
