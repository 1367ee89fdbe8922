/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret.h"

/* The secrets of a message: a descriptor of its list, a memfd sealed against every change. */
BywaySecretSet *byway_memfd_read_secrets (GDBusMessage *message, int index, GError **error);
