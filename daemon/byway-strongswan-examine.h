/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* What a charon that runs already says of itself: a{sv}, full, with strongswan-version s,
 * strongswan-plugins as, strongswan-algorithms as (vici names); empty when none runs. Never starts
 * one, never fails. */
void byway_strongswan_examine (const char *path, GAsyncReadyCallback callback, gpointer data);
GVariant *byway_strongswan_examine_finish (GAsyncResult *result);
