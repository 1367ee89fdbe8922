/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "commands.h"

char *
run (const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *problem = NULL;
  char *output = NULL;
  int status = -1;

  if (!g_spawn_command_line_sync (command, &output, &problem, &status, &error))
    g_error ("%s: %s", command, error->message);
  if (status != 0)
    g_error ("%s: %s", command, problem);
  return output;
}

void
act (const char *command)
{
  g_free (run (command));
}
