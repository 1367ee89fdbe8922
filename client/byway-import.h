/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* A connection, read from somebody's file, for whoever makes one of it. */
typedef struct
{
  char *name; /* as the file says, else the file's own name without its ending. Not checked */
  GHashTable *settings;    /* option key -> text; not checked. IPsec is on, whatever was said */
  BywaySecretSet *secrets; /* empty in nearly every file */
  gboolean plain;          /* the file wants a tunnel without IPsec: its reader is to be asked */
} BywayImport;

/* Reads it; blocks. "-": standard input. NULL with error: BYWAY_ERROR_INVALID names everything that
 * is wrong with it, a line each. */
BywayImport *byway_import_read_sync (const char *path, GError **error);
void byway_import_free (BywayImport *import);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayImport, byway_import_free)
