/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kernel-modules.h"

#include <string.h>

/* '-' and '_' are the same to the kernel. */
static gboolean
same_name (const char *a, gsize length, const char *b)
{
  if (strlen (b) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
      return FALSE;
  return TRUE;
}

/* "name size users …" */
static gboolean
is_loaded (const char *name, const char *text)
{
  for (const char *line = text; line != NULL && *line != '\0';)
    {
      const char *end = strchr (line, '\n');

      if (same_name (line, strcspn (line, " \n"), name))
        return TRUE;
      line = end != NULL ? end + 1 : NULL;
    }
  return FALSE;
}

/* Lines that begin with "some/folder/name.ko", maybe compressed, maybe followed by ':'. */
static gboolean
is_listed (const char *name, const char *text)
{
  for (const char *line = text; line != NULL && *line != '\0';)
    {
      const char *end = strchr (line, '\n');
      gsize path = strcspn (line, ":\n");
      const char *base = g_strrstr_len (line, (gssize)path, "/");
      const char *start = base != NULL ? base + 1 : line;
      const char *dot = g_strstr_len (start, (gssize)(line + path - start), ".ko");

      if (dot != NULL && same_name (start, (gsize)(dot - start), name))
        return TRUE;
      line = end != NULL ? end + 1 : NULL;
    }
  return FALSE;
}

/* "install NAME /bin/false" (or /bin/true): modprobe(8) then runs that in the module's place. */
static gboolean
is_blocked (const char *name, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = NULL;
      gboolean install;

      g_strdelimit (g_strstrip (*line), "\t", ' ');
      words = g_strsplit (*line, " ", 3);
      if (g_strv_length (words) < 2 || !same_name (words[1], strlen (words[1]), name))
        continue;
      install = strcmp (words[0], "install") == 0 && words[2] != NULL;
      if (strcmp (words[0], "blacklist") == 0
          || (install && (strstr (words[2], "/false") || strstr (words[2], "/true"))))
        return TRUE;
    }
  return FALSE;
}

BywayModuleState
byway_kernel_module_state (const char *name, const char *loaded, const char *dep,
                           const char *builtin, const char *config)
{
  if (is_loaded (name, loaded) || is_listed (name, builtin))
    return BYWAY_MODULE_LOADED;
  if (dep == NULL && builtin == NULL)
    return BYWAY_MODULE_UNKNOWN;
  if (!is_listed (name, dep))
    return BYWAY_MODULE_ABSENT;
  return config != NULL && is_blocked (name, config) ? BYWAY_MODULE_BLOCKED : BYWAY_MODULE_LOADABLE;
}
