/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-plan.h"
#include "byway-vici.h"

/* What a certificate of ours takes in charon. Everything carries a name of ours, so that it can be
 * taken back; only our own certificate can't, for vici has no word for that (see HACKING). */

/* Fills loads, unloads, load_key and unload_key. Pure. */
gboolean byway_strongswan_render_credential (BywayPlan *plan, const BywayProfile *profile,
                                             const BywaySecretSet *secrets, const BywayFacts *facts,
                                             GError **error);

/* Into the section "local": which certificate; and "remote": who must have signed the server's.
 * `machine` may be NULL, for a look at the message. */
void byway_strongswan_add_certificate (BywayViciBuilder *builder, const BywayProfile *profile,
                                       const BywayCredential *machine);
void byway_strongswan_add_authorities (BywayViciBuilder *builder, const BywayCredential *machine);

/* A private key has no name in charon. A shared key that fits nothing stands beside it, so that a
 * key whose helper was killed is found again. */
#define BYWAY_STRONGSWAN_KEY_MARK BYWAY_IKE_PREFIX "key-"

/* The bodies of unload-key and unload-shared for one of that name, or of unload-authority. */
gboolean byway_strongswan_render_unload_key (GPtrArray *requests, const char *mark, GError **error);
gboolean byway_strongswan_render_unload_authority (GPtrArray *requests, const char *name,
                                                   GError **error);
