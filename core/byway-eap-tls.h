/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-credential.h"
#include "byway-profile.h"

/* Login by certificate: pppd reads three files, in PEM. They exist in memory only; pppd inherits
 * them at descriptors that follow each other, and opens them as /proc/self/fd/N. */
typedef enum
{
  BYWAY_EAP_TLS_CERT, /* with the chain behind it */
  BYWAY_EAP_TLS_KEY,
  BYWAY_EAP_TLS_CA,
  BYWAY_EAP_TLS_FILES
} BywayEapTlsFile;

/* The first one; our plugin is told of it. */
#define BYWAY_EAP_TLS_FD 5

/* What stands in the file, in memory that is locked and wiped. */
GBytes *byway_eap_tls_file (const BywayCredential *credential, BywayEapTlsFile file);
/* What pppd opens it by. Caller frees. */
char *byway_eap_tls_path (BywayEapTlsFile file);

/* The name that goes to the server: the profile's, or else the certificate's (NULL: not known yet).
 * Empty when neither has one. Caller frees. */
char *byway_eap_tls_name (const BywayProfile *profile, const BywayCredential *credential);
