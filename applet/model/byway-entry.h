/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-roster.h"

/* For the roster alone: everybody else reads entries. */

/* Off, with an empty name and no session. */
BywayEntry *byway_entry_new (BywayHome home, const char *uuid);
void byway_entry_free (BywayEntry *entry);
/* Takes @session; NULL: none. */
void byway_entry_set_session (BywayEntry *entry, BywaySessionLook *session);
/* Another session than the one it has begins with nothing known; "/" says that there is none. */
void byway_entry_set_session_path (BywayEntry *entry, const char *path);

/* All that Session.Get tells. */
void byway_session_look_read (BywaySessionLook *session, GVariant *about);
/* Words as Session.StageChanged has them; unknown ones are left out. */
void byway_session_look_put_stage (BywaySessionLook *session, const char *stage, const char *state,
                                   guint milliseconds, const char *text);
