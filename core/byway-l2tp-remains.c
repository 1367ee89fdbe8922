/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp-remains.h"

#include <string.h>

#define GROUP "tunnel"

char *
byway_l2tp_remains_to_text (const BywayL2tpRemains *remains)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *server = byway_address_to_string (&remains->uplink.server);
  g_autofree char *source = byway_address_to_string (&remains->uplink.source);

  g_key_file_set_string (note, GROUP, "server", server);
  g_key_file_set_string (note, GROUP, "source", source);
  g_key_file_set_integer (note, GROUP, "port", remains->local_port);
  g_key_file_set_integer (note, GROUP, "local", remains->local_id);
  g_key_file_set_integer (note, GROUP, "remote", remains->remote_id);
  return g_key_file_to_data (note, NULL, NULL);
}

static gboolean
read_address (GKeyFile *note, const char *key, BywayAddress *address)
{
  g_autofree char *text = g_key_file_get_string (note, GROUP, key, NULL);

  return text != NULL && byway_address_parse (text, address);
}

static gboolean
read_number (GKeyFile *note, const char *key, guint16 *number)
{
  g_autofree char *text = g_key_file_get_string (note, GROUP, key, NULL);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;
  *number = (guint16)value;
  return TRUE;
}

gboolean
byway_l2tp_remains_parse (const char *text, BywayL2tpRemains *out)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *again = NULL;
  BywayL2tpRemains read = { 0 };

  if (!g_key_file_load_from_data (note, text, strlen (text), G_KEY_FILE_NONE, NULL)
      || !read_address (note, "server", &read.uplink.server)
      || !read_address (note, "source", &read.uplink.source)
      || !read_number (note, "port", &read.local_port)
      || !read_number (note, "local", &read.local_id)
      || !read_number (note, "remote", &read.remote_id))
    return FALSE;
  again = byway_l2tp_remains_to_text (&read);
  if (strcmp (again, text) != 0)
    return FALSE;
  *out = read;
  return TRUE;
}
