/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret.h"

/* The secrets of a message: a descriptor of its list, a memfd sealed against every change. */
BywaySecretSet *byway_memfd_read_secrets (GDBusMessage *message, int index, GError **error);

/* A file in memory only, for a program that reads its secret from a path: it opens /proc/self/fd/N,
 * as often as it likes. -1 with error. */
int byway_memfd_new_file (GBytes *content, GError **error);
/* Overwritten, emptied and closed; whoever else has it open finds nothing in it. @fd is -1 then, as
 * it may be before. */
void byway_memfd_wipe_file (int *fd);
