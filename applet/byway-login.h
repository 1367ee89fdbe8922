/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-preferences.h"
#include "byway-roster.h"

#include <gtk/gtk.h>

/* Brings those up that the user wants up from log-in on: each once, when it is first heard of. */
#define BYWAY_TYPE_LOGIN (byway_login_get_type ())
G_DECLARE_FINAL_TYPE (BywayLogin, byway_login, BYWAY, LOGIN, GObject)

BywayLogin *byway_login_new (GtkApplication *application, BywayRoster *roster,
                             BywayPreferences *preferences);
