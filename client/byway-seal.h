/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* Secrets travel in memory that only its reader's copy outlives: a memfd, sealed so that the helper
 * can trust it not to change. The caller closes it; -1 with error. */
int byway_seal_secrets (const BywaySecretSet *secrets, GError **error);
