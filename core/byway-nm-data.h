/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#define BYWAY_NM_SERVICE "org.freedesktop.NetworkManager.byway"
#define BYWAY_NM_PEER_SERVICE "org.freedesktop.NetworkManager.l2tp"

/* vpn.data of a NetworkManager profile <-> settings. A profile's keys are the option table's own;
 * all of NetworkManager-l2tp's (1.52) are read too, so that changing vpn.service-type moves its
 * profiles over. What a profile in that program's words (byway-nm-peers.h) leaves out means what it
 * means there, where that can't cost protection: allowing EAP within IPsec can't. Storage
 * ("password-storage", …) is no key here: NetworkManager has "-flags". */

/* What one vpn.data key is. */
typedef enum
{
  BYWAY_NM_KEY_UNKNOWN,
  BYWAY_NM_KEY_OPTION, /* an option's own key */
  BYWAY_NM_KEY_PEER,   /* NetworkManager-l2tp's word for an option (another key, or other values) */
  BYWAY_NM_KEY_FLAGS,  /* "password-flags" and its siblings: NetworkManager's */
  BYWAY_NM_KEY_IGNORED /* understood, and without effect in both */
} BywayNmKey;

BywayNmKey byway_nm_key_classify (const char *key);
/* Would NetworkManager-l2tp take a profile with this key? It refuses one with any other. */
gboolean byway_nm_key_is_peers (const char *key);
/* NetworkManager-l2tp's keys for an option, where it has another one. Free it. */
GStrv byway_nm_key_aliases (const char *key);
/* What NetworkManager-l2tp does where the option is not set, in our words; NULL: what Byway does.
 * *taken: a profile in its words is read so. Free it. */
char *byway_nm_key_absent (const char *key, gboolean *taken);
/* Does the key, an option's or NetworkManager-l2tp's, say yes or no? FALSE for one that is
 * nobody's.
 */
gboolean byway_nm_key_is_boolean (const char *key);

/* Settings (key -> text, both char *) as byway_profile_parse takes them. @user_name (vpn.user-name,
 * may be NULL) stands in when the data names no user. Keys that are nobody's go to @rest when it is
 * not NULL, else to @issues, with everything else that could not be understood. Never NULL; a
 * secret in clear in the data (NetworkManager-l2tp's old "ipsec-psk") is left out. */
GHashTable *byway_nm_data_to_settings (GHashTable *data, const char *user_name, GHashTable *rest,
                                       GPtrArray *issues);

/* The other way: @settings as native vpn.data. Keys that say what the fallback says are kept. */
GHashTable *byway_nm_data_from_settings (GHashTable *settings);

/* @settings in NetworkManager-l2tp's words. Each option that it has none for is named in
 * @left_out (char *) when its value is not the fallback. */
GHashTable *byway_nm_data_to_peer (GHashTable *settings, GPtrArray *left_out);

/* Adds to settings with IPsec what an absent key means in that program's words. */
void byway_nm_data_take_absent (GHashTable *settings);
