/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The words of the file that its reader and its writer share. */

#define BYWAY_PEER_CONNECTION "connection"
#define BYWAY_PEER_VPN "vpn"
#define BYWAY_PEER_SECRETS "vpn-secrets"
#define BYWAY_PEER_OURS "byway"
#define BYWAY_PEER_DEFAULTED "defaulted"
#define BYWAY_PEER_FLAGS "-flags"
#define BYWAY_PEER_STORAGE "-storage"
#define BYWAY_PEER_BASE64 "-base64" /* a secret that is no plain text */

/* Is it a secret's key? The key of an option that says where a secret is kept? */
gboolean byway_peer_is_secret (const char *key);
gboolean byway_peer_is_storage (const char *key);
/* "yes", "no", or NULL when the text is neither, in any spelling. Static. */
const char *byway_peer_yes_or_no (const char *text);
