/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Removes the kernel's IPsec associations and policies whose reqid is `reqid` under `mask`: what an
 * IKE daemon that died left of ours. Nothing to remove is no error; the rest is logged. */
void byway_xfrm_flush (guint32 reqid, guint32 mask);
