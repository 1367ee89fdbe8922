/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-plan.h"

/* What is ours in Libreswan's database of certificates. It is on the disk, and so the one place
 * where a private key rests outside of memory: from `put` to `drop` at most, and what a killed
 * helper left goes with the first `sweep`. Whatever has no nickname of ours stays as it is. */
typedef struct _BywayNssStore BywayNssStore;

/* @folder: NULL for Libreswan's own. */
BywayNssStore *byway_nss_store_new (const char *folder);
void byway_nss_store_free (BywayNssStore *store);
/* pluto says that it is elsewhere. */
void byway_nss_store_set_folder (BywayNssStore *store, const char *folder);

/* Puts in what is missing of the plan's certificates and key. When it fails, nothing of it stays.
 * One thing at a time is done to the database, in the order asked for. */
void byway_nss_store_put (BywayNssStore *store, BywayPlan *plan, GAsyncReadyCallback callback,
                          gpointer data);
gboolean byway_nss_store_put_finish (GAsyncResult *result, GError **error);

/* Takes out what that plan alone needs. Never fails: what could not be removed is told in the
 * log, and tried again by the next sweep. */
void byway_nss_store_drop (BywayNssStore *store, const BywayPlan *plan,
                           GAsyncReadyCallback callback, gpointer data);
/* Takes out all of ours that no plan needs. */
void byway_nss_store_sweep (BywayNssStore *store, GAsyncReadyCallback callback, gpointer data);
void byway_nss_store_sweep_finish (GAsyncResult *result); /* of both */
