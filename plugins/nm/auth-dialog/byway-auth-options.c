/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-options.h"

#include "byway-error.h"
#include "byway-nm-data.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
check (const BywayAuthOptions *options, char **rest, GError **error)
{
  if (options->uuid == NULL || *options->uuid == '\0' || options->name == NULL
      || options->service == NULL)
    g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                         _ ("the connection's UUID and name, and the service, have to be given"));
  else if (!g_utf8_validate (options->uuid, -1, NULL))
    g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                         _ ("the connection's UUID can't be read"));
  else if (strcmp (options->service, BYWAY_NM_SERVICE) != 0)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                 _ ("only connections of the service %s can be asked for"), BYWAY_NM_SERVICE);
  else if (rest[0] != NULL && rest[1] != NULL)
    g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID, _ ("there is no argument “%s”"), rest[1]);
  else
    return TRUE;
  return FALSE;
}

BywayAuthOptions *
byway_auth_options_parse (char **argv, GError **error)
{
  g_autoptr (BywayAuthOptions) options = g_new0 (BywayAuthOptions, 1);
  /* Words come from the bus: UTF-8, whatever the locale is. "File names" are not converted. */
  const GOptionEntry entries[] = {
    { "uuid", 'u', 0, G_OPTION_ARG_FILENAME, &options->uuid, N_ ("The connection's UUID"), "UUID" },
    { "name", 'n', 0, G_OPTION_ARG_FILENAME, &options->name, N_ ("The connection's name"), "NAME" },
    { "service", 's', 0, G_OPTION_ARG_FILENAME, &options->service, N_ ("The VPN service"), "NAME" },
    { "reprompt", 'r', 0, G_OPTION_ARG_NONE, &options->reprompt, N_ ("Ask for known secrets too"),
      NULL },
    { "allow-interaction", 'i', 0, G_OPTION_ARG_NONE, &options->allow_interaction,
      N_ ("The user may be asked"), NULL },
    { "hint", 't', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->hints,
      N_ ("Only about this secret; or x-vpn-message: and words for the user"), "HINT" },
    { "external-ui-mode", 0, 0, G_OPTION_ARG_NONE, &options->external_ui,
      N_ ("Tell what to ask in place of asking"), NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (NULL);
  g_auto (GStrv) rest = g_strdupv (argv);
  gboolean ok;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context,
                                _ ("Asks for a VPN's secrets. NetworkManager's agents call it."));
  ok = g_option_context_parse_strv (context, &rest, error);
  g_option_context_free (context);
  return ok && check (options, rest, error) ? g_steal_pointer (&options) : NULL;
}

void
byway_auth_options_free (BywayAuthOptions *options)
{
  g_free (options->uuid);
  g_free (options->name);
  g_free (options->service);
  g_strfreev (options->hints);
  g_free (options);
}
