/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-client.h"
#include "byway-feed.h"
#include "byway-nm-profiles.h"
#include "byway-secret-agent.h"

/* Brings connections up and down, as the user says: gathers secrets, calls the helper or
 * NetworkManager, asks again for a secret that was refused. Several at once, each once. */
#define BYWAY_TYPE_DIALER (byway_dialer_get_type ())
G_DECLARE_FINAL_TYPE (BywayDialer, byway_dialer, BYWAY, DIALER, GObject)

BywayDialer *byway_dialer_new (BywayClient *client, BywayRoster *roster, BywayFeed *feed,
                               BywaySecretAgent *agent, BywayNmProfiles *profiles);

/* Ids of the roster; one that is not there is no error. */
void byway_dialer_connect (BywayDialer *dialer, const char *id);
/* The secret of that key is asked for first, whatever is kept of it. */
void byway_dialer_connect_asking (BywayDialer *dialer, const char *id, const char *key);
/* Also what is still being asked for. */
void byway_dialer_disconnect (BywayDialer *dialer, const char *id);
/* Everything may leave the machine again; the connection, or attempts at it, go on. */
void byway_dialer_lift_kill_switch (BywayDialer *dialer, const char *id);
