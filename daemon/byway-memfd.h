/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret.h"

/* The secrets of a call: the one descriptor of its list, a memfd sealed against every change. */
BywaySecretSet *byway_memfd_read_secrets (GDBusMethodInvocation *invocation, int index,
                                          GError **error);
