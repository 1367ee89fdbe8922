/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How long polkit may take to decide: by itself, and when it asks a person for a password. */
#define BYWAY_LIMIT_POLKIT_MS 10000
#define BYWAY_LIMIT_POLKIT_ASKING_MS (5 * 60 * 1000)
