/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-secrets.h"
#include "byway-cli.h"
#include "byway-keyring.h"
#include "byway-option.h"

#include <glib/gi18n.h>

/* What the keyring has for one, it shall have for the other. */
static void
copy_secrets (GVariant *from, GVariant *to)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (BywayProfile) profile = byway_about_profile (to, NULL);
  gsize n;
  const BywayOption *options = byway_options (&n);

  byway_keyring_load_sync (byway_about_string (from, "uuid"), set);
  for (gsize i = 0; i < n && profile != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (options[i].type == BYWAY_OPTION_SECRET
          && byway_secret_set_get (set, options[i].key, NULL) != NULL
          && !byway_keyring_save_sync (byway_about_string (to, "uuid"),
                                       byway_about_string (to, "name"), options[i].key, set,
                                       byway_profile_storage (profile, options[i].key), &error))
        g_printerr (_ ("%s was not kept: %s\n"), options[i].key, error->message);
    }
}

static gboolean
duplicate (BywayClient *client, const char *name, const char *new_name, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) about = byway_cli_find (client, name, &path, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) copy = NULL;
  const char *new_path;

  if (about == NULL)
    return FALSE;
  reply = byway_client_call_sync (client, BYWAY_CLIENT_ROOT, "Manager", "AddConnection",
                                  g_variant_new ("(s@a{ss}b)", new_name,
                                                 g_variant_lookup_value (about, "settings", NULL),
                                                 byway_about_bool (about, "system")),
                                  error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(&o)", &new_path);
  copy = byway_client_get_sync (client, new_path, "Connection", error);
  if (copy == NULL)
    return FALSE;
  copy_secrets (about, copy);
  g_print (_ ("Added “%s”, a copy of “%s”.\n"), new_name, byway_about_string (about, "name"));
  return TRUE;
}

int
byway_verb_duplicate (int argc, char **argv)
{
  g_autoptr (BywayClient) client = NULL;
  GError *error = NULL;

  if (byway_cli_parse (&argc, &argv, NULL, NULL, 2, 2, &error)
      && (client = byway_client_new (&error)) != NULL
      && duplicate (client, argv[1], argv[2], &error))
    return 0;
  return byway_cli_fail (error);
}
