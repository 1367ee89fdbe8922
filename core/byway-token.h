/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A private key on a token (smart card, HSM), as the IKE daemon finds it by PKCS #11. */
typedef struct
{
  char *module; /* the name that an administrator gave the module; never a path */
  guint slot;
  char *handle; /* the key's CKA_ID, in hex */
} BywayToken;

/* Reads a pkcs11: URI (RFC 7512) with the attributes id, slot-id and module-name, each once, and no
 * others. NULL with *problem (static, for people: "... " goes on after the option's name), which
 * never holds a part of the text: somebody may have put a PIN there. */
BywayToken *byway_token_parse (const char *uri, const char **problem);
void byway_token_free (BywayToken *token);

/* TRUE: between these settings the key came to a token, went from one, or to another. What is kept
 * as its password or PIN was another key's then, and a token counts what it is sent. */
gboolean byway_token_has_changed (GHashTable *before, GHashTable *after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayToken, byway_token_free)
