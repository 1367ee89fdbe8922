/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-profile.h"

/* This machine's settings, in /etc/byway/byway.conf; @path is for tests, else NULL. A file that is
 * not there, or has no such line, leaves it open; a line that can't be understood is told to the
 * log and left out. */
BywayIkeChoice byway_settings_ike_daemon (const char *path);
