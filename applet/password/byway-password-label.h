/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a person calls a secret, with a mnemonic's underscore: "_Password for alice". @user may be
 * NULL; it may hold anything. Caller's. */
char *byway_password_label_new (const char *key, const char *user);
/* A label without its mnemonic. Caller's. */
char *byway_password_label_plain (const char *label);
