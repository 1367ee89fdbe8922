/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-settings.h"

#include "byway-option.h"

#include <string.h>

BywayIkeChoice
byway_settings_ike_daemon (const char *path)
{
  const char *file = path != NULL ? path : BYWAY_SETTINGS;
  const char *const *choices = byway_option_find ("ike-daemon")->choices;
  g_autoptr (GKeyFile) settings = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *word = NULL;

  if (!g_key_file_load_from_file (settings, file, G_KEY_FILE_NONE, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_warning ("%s can't be read: %s", file, error->message);
      return BYWAY_IKE_CHOICE_AUTO;
    }
  word = g_key_file_get_string (settings, "daemon", "ike-daemon", NULL);
  for (guint i = 0; word != NULL && choices[i] != NULL; i++)
    if (strcmp (g_strchomp (word), choices[i]) == 0)
      return (BywayIkeChoice)i;
  if (word != NULL)
    g_warning ("%s: ike-daemon=%s is none of auto, strongswan, libreswan", file, word);
  return BYWAY_IKE_CHOICE_AUTO;
}
