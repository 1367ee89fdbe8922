/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-diagnosis.h"

#include <glib/gi18n.h>
#include <pwd.h>
#include <string.h>

static char *
owner_name (GVariant *about)
{
  guint uid = byway_about_number (about, "owner");
  struct passwd *user;

  if (byway_about_bool (about, "transient"))
    return g_strdup ("NetworkManager");
  if (byway_about_bool (about, "system"))
    return g_strdup (_ ("everyone"));
  user = getpwuid (uid);
  return user != NULL ? g_strdup (user->pw_name) : g_strdup_printf ("%u", uid);
}

static char *
dup_state (BywayClient *client, GVariant *about)
{
  const char *path = byway_about_string (about, "session");
  g_autoptr (GVariant) session
      = strcmp (path, "/") != 0 ? byway_client_get_sync (client, path, "Session", NULL) : NULL;

  return g_strdup (byway_cli_state (about, session));
}

static GVariant *
describe (BywayClient *client, GVariant *about)
{
  g_autofree char *state = dup_state (client, about);
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", byway_about_string (about, "name"));
  g_variant_dict_insert (&dict, "uuid", "s", byway_about_string (about, "uuid"));
  g_variant_dict_insert (&dict, "gateway", "s", g_hash_table_lookup (settings, "gateway"));
  g_variant_dict_insert (&dict, "state", "s", state);
  g_variant_dict_insert_value (&dict, "lacks", byway_about_lacks (about));
  g_variant_dict_insert (&dict, "next-try", "x", (gint64)byway_about_number (about, "next-try"));
  g_variant_dict_insert (&dict, "kill-switch", "s", byway_about_string (about, "kill-switch"));
  g_variant_dict_insert (&dict, "system", "b", byway_about_bool (about, "system"));
  g_variant_dict_insert (&dict, "networkmanager", "b", byway_about_bool (about, "transient"));
  return g_variant_dict_end (&dict);
}

static char **
row (BywayClient *client, GVariant *about)
{
  g_autoptr (GStrvBuilder) cells = g_strv_builder_new ();
  g_autoptr (GHashTable) settings = byway_about_settings (about);
  g_autofree char *state = dup_state (client, about);
  g_autofree char *owner = owner_name (about);

  g_strv_builder_add_many (cells, byway_about_string (about, "name"), state,
                           (char *)g_hash_table_lookup (settings, "gateway"), owner, NULL);
  return g_strv_builder_end (cells);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (byway_about_string (*(GVariant *const *)a, "name"),
                         byway_about_string (*(GVariant *const *)b, "name"));
}

/* The Get of each connection, in the order of their names; NULL with error. */
static GPtrArray *
load (BywayClient *client, GError **error)
{
  g_autoptr (GVariant) reply = byway_client_call_sync (client, BYWAY_CLIENT_ROOT, "Manager",
                                                       "ListConnections", NULL, error);
  GPtrArray *connections = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  g_autoptr (GVariantIter) iter = NULL;
  const char *path;

  if (reply == NULL)
    {
      g_ptr_array_unref (connections);
      return NULL;
    }
  g_variant_get (reply, "(ao)", &iter);
  while (g_variant_iter_next (iter, "&o", &path))
    {
      GVariant *about = byway_client_get_sync (client, path, "Connection", NULL);

      if (about != NULL) /* else it was deleted just now */
        g_ptr_array_add (connections, about);
    }
  g_ptr_array_sort (connections, by_name);
  return connections;
}

static void
print_objects (BywayClient *client, GPtrArray *connections)
{
  GVariantBuilder array;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < connections->len; i++)
    g_variant_builder_add_value (&array, describe (client, connections->pdata[i]));
  byway_cli_print_json (g_variant_builder_end (&array));
}

/* Beside the table, where nobody overlooks it. */
static void
print_blocks (GPtrArray *connections)
{
  for (guint i = 0; i < connections->len; i++)
    {
      const char *name = byway_about_string (connections->pdata[i], "name");
      g_autofree char *word = byway_diagnosis_name_in_command (name);

      if (byway_about_blocks (connections->pdata[i]))
        g_printerr (
            _ ("The kill switch of %s is on: nothing leaves this machine but the way to its "
               "server. To lift it: byway lift %s\n"),
            name, word);
    }
}

static void
print_lacks (GPtrArray *connections)
{
  for (guint i = 0; i < connections->len; i++)
    {
      g_autofree char *lacks = byway_about_dup_lacks (connections->pdata[i]);

      if (lacks != NULL)
        byway_cli_print_lacks (byway_about_string (connections->pdata[i], "name"), lacks);
    }
}

static void
print_rows (BywayClient *client, GPtrArray *connections)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  const char *const header[] = { _ ("NAME"), _ ("STATE"), _ ("SERVER"), _ ("OWNER"), NULL };

  if (connections->len == 0)
    {
      g_printerr (_ ("There is no connection yet: byway add NAME --gateway HOST --user NAME\n"));
      g_ptr_array_unref (rows);
      return;
    }
  g_ptr_array_add (rows, g_strdupv ((GStrv)header));
  for (guint i = 0; i < connections->len; i++)
    g_ptr_array_add (rows, row (client, connections->pdata[i]));
  byway_cli_print_table (rows);
  print_blocks (connections);
  print_lacks (connections);
}

int
byway_verb_list (int argc, char **argv)
{
  gboolean json = FALSE, names = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print an array of objects"), NULL },
    { "names", 0, 0, G_OPTION_ARG_NONE, &names, N_ ("Print the names only, one a line"), NULL },
    { NULL },
  };
  GError *error = NULL;
  g_autoptr (BywayClient) client = NULL;
  g_autoptr (GPtrArray) connections = NULL;

  if (!byway_cli_parse (&argc, &argv, entries, NULL, 0, 0, &error))
    return byway_cli_fail (error);
  client = byway_client_new (&error);
  connections = client != NULL ? load (client, &error) : NULL;
  if (connections == NULL)
    return byway_cli_fail (error);
  if (json)
    print_objects (client, connections);
  else if (names)
    for (guint i = 0; i < connections->len; i++)
      g_print ("%s\n", byway_about_string (connections->pdata[i], "name"));
  else
    print_rows (client, connections);
  return 0;
}
