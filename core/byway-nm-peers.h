/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Whose words vpn.data are in. "ipsec-enabled=yes", and nothing by our own key "ipsec", says that
 * they are NetworkManager-l2tp's: then what is absent is read as there (byway-nm-data.h), and a
 * pre-shared key in "0s" is base64 (byway-peer-words.h). */
gboolean byway_nm_is_peers (GHashTable *data);
/* @data by our own keys become such ones, and nothing in them means anything else then; not where
 * IPsec is off. */
void byway_nm_stay_peers (GHashTable *data);

/* Does NetworkManager-l2tp, with these data, make a tunnel without IPsec? (Its "ipsec-enabled" is
 * off when absent; ours is on.) */
gboolean byway_nm_peer_is_plain (GHashTable *data);
/* Are there words of that program's, and none about IPsec, neither a key for it? Moved over by its
 * type alone, such a profile was one without IPsec, and is to be decided about by somebody. */
gboolean byway_nm_leaves_ipsec_open (GHashTable *data);
