/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-keyfile.h"

/* The folder of saved connections: one 0600 file each, written atomically. */

/* (element-type BywayRecord) what could be read; a bad file is left as it is and warned of. */
GPtrArray *byway_store_load (const char *folder);
gboolean byway_store_save (const char *folder, const BywayRecord *record, GError **error);
gboolean byway_store_delete (const char *folder, const char *uuid, GError **error);
