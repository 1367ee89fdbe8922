/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Does somebody listen at this local socket? It is tried, and nothing is said: never waits. */
gboolean byway_socket_listens (const char *path);
