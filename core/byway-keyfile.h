/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A saved connection. Never holds a secret. */
typedef struct
{
  char *uuid;
  char *name;
  guint owner;          /* uid; G_MAXUINT for the system's */
  GHashTable *settings; /* option key -> text */
} BywayRecord;

#define BYWAY_OWNER_SYSTEM G_MAXUINT

BywayRecord *byway_record_new (const char *uuid, const char *name, guint owner,
                               GHashTable *settings);
void byway_record_free (BywayRecord *record);

char *byway_record_to_data (const BywayRecord *record);
/* Strict: an unfinished, foreign or invalid file is refused whole. The uuid must be `uuid`. */
BywayRecord *byway_record_from_data (const char *data, gsize length, const char *uuid,
                                     GError **error);

GHashTable *byway_settings_copy (GHashTable *settings);
/* The same keys with the same text each. */
gboolean byway_settings_equal (GHashTable *one, GHashTable *other);
GHashTable *byway_settings_from_variant (GVariant *dictionary); /* a{ss} */
GVariant *byway_settings_to_variant (GHashTable *settings);     /* floating a{ss} */
/* Of an a{ss} as it came: the bytes of its keys and values, and a key that it has twice or NULL. */
gsize byway_settings_size (GVariant *dictionary);
const char *byway_settings_find_twice (GVariant *dictionary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayRecord, byway_record_free)
