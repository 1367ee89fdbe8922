/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-deletions.h"
#include "byway-dialer.h"
#include "byway-preferences.h"

#include <gtk/gtk.h>

/* What the actions work on; the application's. */
typedef struct
{
  GtkApplication *application;
  BywayClient *client;
  BywayRoster *roster;
  BywayFeed *feed;
  BywayDialer *dialer;
  BywayDeletions *deletions;
  BywayPreferences *preferences;
  GtkWidget *window; /* the list; NULL: not open */
} BywayParts;

/* Every action that tray, windows and notifications name; @parts stays the application's. */
void byway_applet_add_actions (BywayParts *parts);
