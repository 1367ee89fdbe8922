/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "strongswan.h"

#include <dlfcn.h>

#define FOLDER "/usr/lib/ipsec"

void
strongswan_find (const char *library, const StrongswanSymbol *symbols)
{
  g_autofree char *path = g_build_filename (FOLDER, library, NULL);
  gpointer handle = dlopen (path, RTLD_NOW | RTLD_GLOBAL);

  if (handle == NULL)
    g_error ("%s", dlerror ());
  for (; symbols->name != NULL; symbols++)
    if ((*(gpointer *)symbols->function = dlsym (handle, symbols->name)) == NULL)
      g_error ("%s", dlerror ());
}
