/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-secret-draft.h"

/* Carries out what becomes of secrets that have worked. Returns at once; what the keyring can't do
 * is a message for the log, and asked for again next time. */
void byway_secret_keeper_keep (const char *uuid, const char *name, const BywaySecretDraft *draft);
