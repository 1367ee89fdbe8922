/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-rtnl.h"

#include <stdio.h>
#include <string.h>

#define INODE_COLUMN 10

/* A line is "  slot: ADDRESS:PORT … inode …", address and port in hexadecimal; the first is a
 * heading. 0: it is about another port. */
static guint64
inode_of_line (const char *line, guint16 port)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *clean = g_strdup (line);
  guint64 inode = 1;
  guint local, number;

  if (sscanf (line, " %*u: %*[0-9A-Fa-f]:%x", &number) != 1 || number != port)
    return 0;
  words = g_strsplit_set (g_strstrip (clean), " ", -1);
  local = 0;
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && ++local == INODE_COLUMN)
      inode = g_ascii_strtoull (*word, NULL, 10);
  return MAX (inode, 1);
}

/* 0: nobody holds it. */
static guint64
inode_in_table (const char *path, guint16 port)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 inode = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL && inode == 0; line++)
    inode = inode_of_line (*line, port);
  return inode;
}

static guint64
inode_of_port (guint16 port)
{
  guint64 inode = inode_in_table ("/proc/net/udp", port);

  return inode != 0 ? inode : inode_in_table ("/proc/net/udp6", port);
}

gboolean
byway_udp_port_taken (guint16 port)
{
  return inode_of_port (port) != 0;
}

static gboolean
has_socket (const char *process, const char *wanted)
{
  g_autofree char *folder = g_build_filename ("/proc", process, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (g_strcmp0 (target, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

char *
byway_udp_port_holder (guint16 port)
{
  guint64 inode = inode_of_port (port);
  g_autofree char *wanted = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", inode);
  g_autoptr (GDir) dir = inode != 0 ? g_dir_open ("/proc", 0, NULL) : NULL;
  const char *name;

  if (inode == 0)
    return NULL;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "comm", NULL);
      char *program = NULL;

      if (g_ascii_isdigit (*name) && has_socket (name, wanted)
          && g_file_get_contents (path, &program, NULL, NULL))
        return g_strchomp (program);
    }
  return g_strdup ("");
}
