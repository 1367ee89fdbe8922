/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-identity.h"
#include "dice.h"

/* A random identity of any kind but "none" and "any", as somebody may write it in the options
 * local-id and remote-id: it went through the same door. To be cleared. */
void dice_identity (Dice *dice, BywayIdentity *identity);
