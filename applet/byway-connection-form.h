/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-able.h"
#include "byway-draft.h"

/* All that can be edited of a connection: its name, who has it, and the editor that NetworkManager
 * has too. Signal: "changed" (), when the user changed anything. */
#define BYWAY_TYPE_CONNECTION_FORM (byway_connection_form_get_type ())
G_DECLARE_FINAL_TYPE (BywayConnectionForm, byway_connection_form, BYWAY, CONNECTION_FORM, GtkBox)

/* @is_new: whose it is can still be chosen. */
GtkWidget *byway_connection_form_new (gboolean is_new);

void byway_connection_form_set_draft (BywayConnectionForm *form, const BywayDraft *draft);
/* The caller's. */
BywayDraft *byway_connection_form_get_draft (BywayConnectionForm *form);
/* Secrets that came later: a field that something was typed into meanwhile keeps that. Copied. */
void byway_connection_form_offer_secrets (BywayConnectionForm *form, const BywaySecretSet *secrets);
/* Names (sets) of the user's other connections, and of everybody's. */
void byway_connection_form_set_taken (BywayConnectionForm *form, GHashTable *own,
                                      GHashTable *system);
/* What this machine can do. Takes it. */
void byway_connection_form_set_able (BywayConnectionForm *form, BywayAble *able);

gboolean byway_connection_form_has_problems (BywayConnectionForm *form);
/* Shows what is wrong also where the user was not yet, and goes to the first of it. */
void byway_connection_form_reveal_problems (BywayConnectionForm *form);
/* Goes to that option's field; "name" is one, too. */
void byway_connection_form_go_to (BywayConnectionForm *form, const char *key);
/* As it is typed now; borrowed until something changes. */
const char *byway_connection_form_get_gateway (BywayConnectionForm *form);
