/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-diagnosis.h"

/* Whether an IKE daemon runs, and starting it where nobody else did: by systemd's unit, or where
 * there is no systemd as a process of its own. What we started, and only that, we stop again. */

typedef struct
{
  const char *process; /* its name, as the kernel has it */
  const char *const *programs;
  const char *const *arguments; /* behind the program, where that is started */
  const char *const *units;
  const char *mark; /* a file beside its own, which says that it was we who started it */
  BywayCause missing, unreachable;
  /* Does it run, and take requests? NULL: it does when its socket takes a connection. */
  gboolean (*is_ready) (const char *path);
} BywayIkeServiceKind;

typedef struct _BywayIkeService BywayIkeService;

/* @path: its socket, or another file that appears when it is there. @kind is borrowed for ever;
 * @system_bus may be NULL: then its program is started. */
BywayIkeService *byway_ike_service_new (const BywayIkeServiceKind *kind, const char *path,
                                        GDBusConnection *system_bus);
void byway_ike_service_free (BywayIkeService *service);
gboolean byway_ike_service_is_installed (const BywayIkeServiceKind *kind);
gboolean byway_ike_service_is_process (const BywayIkeServiceKind *kind, GPid pid);

/* Finishes when it takes requests; starts it when it does not, within 10 s. Several may be under
 * way. Errors of BYWAY_FAILURE. */
void byway_ike_service_ensure (BywayIkeService *service, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean byway_ike_service_ensure_finish (BywayIkeService *service, GAsyncResult *result,
                                          GError **error);

/* Was it started by us, this helper or one before it? */
gboolean byway_ike_service_is_ours (BywayIkeService *service);
/* No more sessions: stops it if it is ours. Its end is waited for by the next ensure. */
void byway_ike_service_idle (BywayIkeService *service);
/* Returns TRUE from @task when systemd has taken our word to stop a unit, which it does not from
 * who has left the bus meanwhile; at once where there is nothing to wait for. */
void byway_ike_service_settle (BywayIkeService *service, GTask *task);
