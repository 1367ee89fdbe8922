/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-hint.h"

#include <string.h>

/* The helper's sentences name what is wrong in the words of the settings. */
static const struct
{
  const char *words, *command;
} hints[] = {
  { "pre-shared key", "set-secret %s ipsec-psk" },
  { "password", "set-secret %s password" },
  { "(option ike)", "edit %s ike=" },
  { "(option esp)", "edit %s esp=" },
  { "(option local-id)", "edit %s local-id=" },
  { "(option remote-id)", "edit %s remote-id=" },
  { "(option ephemeral-port)", "edit %s ephemeral-port=yes" },
  { "can't be resolved", "edit %s gateway=" },
  { "has no IPv4 address", "edit %s gateway=" },
};

char *
byway_cli_hint (const char *name, const char *message)
{
  g_autofree char *quoted = g_shell_quote (name);
  gboolean plain = name[strcspn (name, " \"'\\$`;&|<>()*?[]#~!{}")] == '\0';

  for (gsize i = 0; i < G_N_ELEMENTS (hints); i++)
    if (strstr (message, hints[i].words) != NULL)
      {
        g_autofree char *command = g_strdup_printf (hints[i].command, plain ? name : quoted);

        return g_strconcat ("byway ", command, NULL);
      }
  return NULL;
}
