/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-claims.h"

#include "byway-diagnosis.h"
#include "byway-facts.h"
#include "byway-rtnl.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

/* All that this helper's sessions have; they may not have bound their ports yet. */
static GHashTable *servers, *ports;

gboolean
byway_claims_take_server (BywayClaims *claims, const BywayAddress *server, GError **error)
{
  g_autofree char *text = byway_address_to_string (server);

  if (servers == NULL)
    servers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_contains (servers, text))
    {
      g_set_error_literal (error, BYWAY_FAILURE, BYWAY_CAUSE_SERVER_BUSY, text);
      return FALSE;
    }
  claims->server = g_strdup (text);
  g_hash_table_add (servers, g_steal_pointer (&text));
  return TRUE;
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

static gboolean
is_to_be_had (guint16 port)
{
  return !g_hash_table_contains (ports, GUINT_TO_POINTER (port)) && !byway_udp_port_taken (port);
}

static guint16
free_port (void)
{
  for (int attempt = 0; attempt < 16; attempt++)
    {
      guint16 port = choose_port ();

      if (port != 0 && port != BYWAY_L2TP_PORT && is_to_be_had (port))
        return port;
    }
  return g_random_int_range (49152, 65536);
}

guint16
byway_claims_take_port (BywayClaims *claims, gboolean well_known)
{
  if (ports == NULL)
    ports = g_hash_table_new (NULL, NULL);
  claims->port = well_known && is_to_be_had (BYWAY_L2TP_PORT) ? BYWAY_L2TP_PORT : free_port ();
  g_hash_table_add (ports, GUINT_TO_POINTER (claims->port));
  return claims->port;
}

void
byway_claims_give_back (BywayClaims *claims)
{
  if (claims->server != NULL)
    g_hash_table_remove (servers, claims->server);
  if (claims->port != 0)
    g_hash_table_remove (ports, GUINT_TO_POINTER (claims->port));
  g_free (claims->server);
  *claims = (BywayClaims){ 0 };
}
