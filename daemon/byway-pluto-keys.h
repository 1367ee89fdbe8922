/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* Our pre-shared keys in pluto, which takes them only out of files below /etc/ipsec.d, and forgets
 * all that are not there when it is told to read them anew. So each time it reads, all of ours are
 * there, and between two times none: a key is written below our own run directory, which is memory,
 * and a link with our name in /etc/ipsec.d leads to it. */
typedef struct _BywayPlutoKeys BywayPlutoKeys;

/* @drop_in: NULL for /etc/ipsec.d. */
BywayPlutoKeys *byway_pluto_keys_new (const char *drop_in);
void byway_pluto_keys_free (BywayPlutoKeys *keys);

/* @record: a line of ipsec.secrets; @folder: the session's run directory. Replaces an earlier one
 * of the name. Takes effect with the next read. */
void byway_pluto_keys_put (BywayPlutoKeys *keys, const char *name, const char *folder,
                           GBytes *record);
void byway_pluto_keys_drop (BywayPlutoKeys *keys, const char *name);

/* Has pluto read all that was put up to now, and forget what was dropped. Finishes when it has; the
 * files are gone then. @listen: it looks for new addresses of this machine as well. */
void byway_pluto_keys_read (BywayPlutoKeys *keys, gboolean listen, GAsyncReadyCallback callback,
                            gpointer data);
/* FALSE: pluto does not answer, or a file could not be written. */
gboolean byway_pluto_keys_read_finish (GAsyncResult *result, GError **error);

/* Removes links of our name that a helper before this one left. TRUE when there were any. */
gboolean byway_pluto_keys_clean (BywayPlutoKeys *keys);
