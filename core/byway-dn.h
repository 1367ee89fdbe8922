/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A distinguished name as people write it, "C=DE, O=Firm, CN=vpn.example.net" (RFC 4514, in either
 * order), as DER (X.501, X.690). Values may hold anything behind a backslash. NULL when it is no
 * such name, or has an attribute that certificates of VPNs do not have. */
GByteArray *byway_dn_encode (const char *text);
