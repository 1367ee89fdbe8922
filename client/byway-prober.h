/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-ike-survey.h"

/* Carries out a survey against one address: from a free port of ours to UDP 500, with nobody's
 * privileges. Finishes with the survey itself (full), or with an error: cancelled, or
 * BYWAY_FAILURE IKE_REJECTED when ICMP says that nobody listens. */
void byway_prober_run (GInetAddress *server, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data);
BywayIkeSurvey *byway_prober_run_finish (GAsyncResult *result, GError **error);
