/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* What a person calls a secret, with a mnemonic's underscore: "_Password for alice". @user may be
 * NULL; it may hold anything. Caller's. */
char *byway_password_text_label (const char *key, const char *user);
/* A label without its mnemonic. Caller's. */
char *byway_password_text_plain (const char *label);
/* A clause, as diagnoses are, as a sentence. A first word that is a name, as "vpn.example.net",
 * stays as it is. Caller's. */
char *byway_password_text_sentence (const char *text);
