/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-doctor.h"

/* The facts, and what their strings live in. */
typedef struct
{
  BywayDoctorFacts facts;
  GPtrArray *strings;
  GVariant *machine; /* Manager.Examine's answer; NULL: the helper did not give one */
} BywayDoctorRecord;

/* Looks at this machine, and with a name at that connection. Blocks for seconds at most; changes
 * nothing; needs no privileges. NULL with error: there is no such connection. */
BywayDoctorRecord *byway_doctor_record_new (const char *name, GError **error);
void byway_doctor_record_free (BywayDoctorRecord *record);
/* The text is the record's from now on. Takes @text; gives it back for use. */
const char *byway_doctor_record_keep (BywayDoctorRecord *record, char *text);

/* Parts of it, each a file of its own. */
void byway_doctor_look_at_machine (BywayDoctorRecord *record);
void byway_doctor_look_at_buses (BywayDoctorRecord *record);
gboolean byway_doctor_look_at_connection (BywayDoctorRecord *record, const char *name,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayDoctorRecord, byway_doctor_record_free)
