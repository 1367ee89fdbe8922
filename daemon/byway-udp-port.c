/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-rtnl.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A line is "  slot: ADDRESS:PORT …", address and port in hexadecimal; the first is a heading. */
static gboolean
line_has_port (const char *line, guint16 port)
{
  g_auto (GStrv) words = g_strsplit_set (g_strchug ((char *)line), " ", 3);
  const char *colon;
  guint64 number;

  if (words[0] == NULL || words[1] == NULL)
    return FALSE;
  colon = strrchr (words[1], ':');
  return colon != NULL && g_ascii_string_to_unsigned (colon + 1, 16, 0, G_MAXUINT16, &number, NULL)
         && number == port;
}

static gboolean
table_has_port (const char *path, guint16 port)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (line_has_port (*line, port))
      return TRUE;
  return FALSE;
}

gboolean
byway_udp_port_taken (guint16 port)
{
  return table_has_port ("/proc/net/udp", port) || table_has_port ("/proc/net/udp6", port);
}

/* The kernel chooses; 0 when it can't. */
static guint16
choose_port (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean bound = fd >= 0 && bind (fd, (struct sockaddr *)&address, size) == 0
                   && getsockname (fd, (struct sockaddr *)&address, &size) == 0;

  if (fd >= 0)
    close (fd);
  return bound ? ntohs (address.sin_port) : 0;
}

guint16
byway_udp_port_free (void)
{
  for (int attempt = 0; attempt < 16; attempt++)
    {
      guint16 port = choose_port ();

      if (port != 0 && port != BYWAY_L2TP_PORT && !byway_udp_port_taken (port))
        return port;
    }
  return g_random_int_range (49152, 65536);
}
