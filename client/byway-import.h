/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* A connection, read from somebody's file, for whoever makes one of it. */
typedef struct
{
  char *name; /* as the file says, else the file's own name without its ending. Not checked */
  GHashTable *settings;    /* option key -> text; not checked. IPsec is on, whatever was said */
  BywaySecretSet *secrets; /* empty in nearly every file */
  /* The same without IPsec, which is what the file wants; NULL: it wants IPsec. */
  GHashTable *plain;
  gboolean own;   /* it wants that by Byway's own word: nobody has to be asked, only told */
  gboolean peers; /* it is NetworkManager-l2tp's */
} BywayImport;

/* Reads it; blocks. "-": standard input. NULL with error: BYWAY_ERROR_INVALID names everything that
 * is wrong with it, a line each. */
BywayImport *byway_import_read_sync (const char *path, GError **error);
/* Takes it without IPsec, where that is what the file wants. For who asked, or tells. */
void byway_import_take_plain (BywayImport *import);
/* What of NetworkManager-l2tp's defaults Byway does not take over, see byway_nm_differences; empty
 * for a file of Byway's, and for one that is no use yet. Free it. */
GStrv byway_import_differences (const BywayImport *import);
void byway_import_free (BywayImport *import);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayImport, byway_import_free)
