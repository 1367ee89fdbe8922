/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-credential.h"

/* A certificate of ours, shown to a person on standard output. */
void byway_cli_cert_print (const BywayCredential *credential);
/* The same as a{sv}, floating, for JSON. */
GVariant *byway_cli_cert_describe (const BywayCredential *credential, const char *name);
