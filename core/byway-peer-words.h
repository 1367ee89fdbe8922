/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-secret.h"

/* The words of the file that its reader and its writer share. */

#define BYWAY_PEER_CONNECTION "connection"
#define BYWAY_PEER_VPN "vpn"
#define BYWAY_PEER_SECRETS "vpn-secrets"
#define BYWAY_PEER_OURS "byway"
#define BYWAY_PEER_DEFAULTED "defaulted"
#define BYWAY_PEER_FLAGS "-flags"
#define BYWAY_PEER_STORAGE "-storage"
#define BYWAY_PEER_CODED "0s"       /* begins a pre-shared key in base64 */
#define BYWAY_PEER_BASE64 "-base64" /* a secret that is no plain text */

/* Is it a secret's key? The key of an option that says where a secret is kept? */
gboolean byway_peer_is_secret (const char *key);
gboolean byway_peer_is_storage (const char *key);
/* "yes", "no", or NULL when the text is neither, in any spelling. Static. */
const char *byway_peer_yes_or_no (const char *text);
gboolean byway_peer_is_yes (const char *text);

/* Is that text a pre-shared key in base64, to those who go by "0s"? */
gboolean byway_peer_psk_is_coded (const char *text);
/* Puts a pre-shared key in that program's words. It hands one that begins with "0s" on as it is,
 * and the IKE daemon reads it as base64 (ipsec.secrets(5)); every other one, in "0x" too, it codes
 * itself, so that the daemon has the key's own bytes. What follows a "0s" and is not the whole of a
 * base64 (RFC 4648, with its padding) is part of a key. As byway_secret_set_put. */
gboolean byway_peer_put_psk (BywaySecretSet *set, const char *text, const char **problem);
