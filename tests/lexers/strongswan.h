/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* strongSwan's libraries, of which no package has headers. */
typedef struct
{
  const char *name;
  gpointer function; /* where to put its address */
} StrongswanSymbol;

/* All of @symbols, up to one without a name; ends the program where one is missing. */
void strongswan_find (const char *library, const StrongswanSymbol *symbols);
