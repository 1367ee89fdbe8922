/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"
#include "byway-draft.h"

/* Where a saved connection is found. */
typedef struct
{
  char *path, *uuid;
} BywaySaved;

/* Puts a draft into the helper: as a new connection, or in place of @saved (copied). The draft is
 * read before this returns. */
void byway_connection_save (BywayClient *client, const BywaySaved *saved, const BywayDraft *draft,
                            GAsyncReadyCallback callback, gpointer data);
/* The caller's; NULL with error: nothing was saved. */
BywaySaved *byway_connection_save_finish (GAsyncResult *result, GError **error);
BywaySaved *byway_saved_new (const char *path, const char *uuid);
void byway_saved_free (BywaySaved *saved);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywaySaved, byway_saved_free)
