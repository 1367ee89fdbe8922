/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>
#include <linux/filter.h>

/* Keys of the kernel are no matter of the programs that we start. They are root's like us, and so
 * would have root's user keyring, where byway_kept_secrets has what is to outlive a crash. */

/* Before fork. */
void byway_no_keys_prepare (void);
/* Between fork and exec: system calls only. From here on add_key, request_key and keyctl are
 * refused with EPERM, to this process and all that it starts. Where the kernel refuses that, the
 * program begins all the same. @may_bind: it may set PR_SET_NO_NEW_PRIVS where that is needed. */
void byway_no_keys_enter (gboolean may_bind);
/* After the start: says once in the log why a program could not be kept from keys. */
void byway_no_keys_report (void);

/* What the kernel gets, for tests. */
const struct sock_fprog *byway_no_keys_filter (void);
