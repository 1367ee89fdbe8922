/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-facts.h"

#include <gio/gio.h>

/* What is looked for. Everything is copied. */
typedef struct
{
  const char *gateway;         /* a name or an address */
  GArray *known;               /* BywayAddress: its addresses; empty: the name service is asked */
  GArray *tried;               /* BywayAddress: where this attempt has been already */
  const BywayAddress *avoided; /* where one before it failed; may be none */
} BywayServerSearch;

typedef struct
{
  BywayUplink uplink; /* to the first address that there is a way to */
  GArray *addresses;  /* BywayAddress: all that the server has */
  gboolean more;      /* there are addresses that this attempt has not been to yet */
} BywayServerFound;

void byway_server_found_clear (BywayServerFound *found);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BywayServerFound, byway_server_found_clear)

/* Finds the way to the server just now. */
void byway_server_find (const BywayServerSearch *search, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data);
/* FALSE: a BYWAY_FAILURE that says why, or the kernel's word that there is no way. Only then
 * @found stays empty; caller clears it. */
gboolean byway_server_find_finish (GAsyncResult *result, BywayServerFound *found, GError **error);
