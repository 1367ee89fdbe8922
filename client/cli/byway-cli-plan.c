/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-plan.h"

#include "byway-plan.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define EXAMPLE_UUID "00000000-0000-0000-0000-000000000000"
#define EXAMPLE_SERVER "192.0.2.1"
#define EXAMPLE_SOURCE "192.0.2.2"

static char *
resolve (const char *gateway)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *addresses = g_resolver_lookup_by_name_with_flags (
      resolver, gateway, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, NULL);
  char *text = addresses != NULL ? g_inet_address_to_string (addresses->data) : NULL;

  g_resolver_free_addresses (addresses);
  return text;
}

/* Our address on the way to the server: what a connected UDP socket says, without a packet. */
static char *
find_source (const char *server)
{
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) there
      = g_inet_socket_address_new_from_string (server, BYWAY_L2TP_PORT);
  g_autoptr (GSocketAddress) here = NULL;

  if (socket == NULL || !g_socket_connect (socket, there, NULL, NULL))
    return NULL;
  here = g_socket_get_local_address (socket, NULL);
  return here != NULL ? g_inet_address_to_string (
             g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (here)))
                      : NULL;
}

static gboolean
is_there (const char *const *programs)
{
  for (; *programs != NULL; programs++)
    if (g_file_test (*programs, G_FILE_TEST_IS_EXECUTABLE))
      return TRUE;
  return FALSE;
}

/* Which one the helper would take, as far as that can be seen without it. */
static BywayIkeDaemon
likely_daemon (const BywayProfile *profile)
{
  static const char *const charons[] = { "/usr/lib/ipsec/charon", "/usr/libexec/ipsec/charon",
                                         "/usr/libexec/strongswan/charon", NULL };
  static const char *const plutos[] = { "/usr/libexec/ipsec/pluto", "/usr/lib/ipsec/pluto", NULL };

  switch ((BywayIkeChoice)profile->ike_daemon)
    {
    case BYWAY_IKE_CHOICE_STRONGSWAN:
      return BYWAY_IKE_DAEMON_STRONGSWAN;
    case BYWAY_IKE_CHOICE_LIBRESWAN:
      return BYWAY_IKE_DAEMON_LIBRESWAN;
    case BYWAY_IKE_CHOICE_AUTO:
      break;
    }
  return is_there (plutos) && !is_there (charons) ? BYWAY_IKE_DAEMON_LIBRESWAN
                                                  : BYWAY_IKE_DAEMON_STRONGSWAN;
}

char *
byway_cli_plan_render (const BywayProfile *profile, const char *uuid, GError **error)
{
  g_autofree char *server = resolve (profile->gateway);
  g_autofree char *source = server != NULL ? find_source (server) : NULL;
  g_autofree char *run_dir = NULL;
  g_autoptr (BywayPlan) plan = NULL;
  BywayFacts facts = { .uuid = uuid != NULL ? uuid : EXAMPLE_UUID,
                       .local_port = BYWAY_L2TP_PORT,
                       .ike_daemon = likely_daemon (profile),
                       .pppd_plugin = BYWAY_PPPD_PLUGIN };

  if (source == NULL)
    {
      g_printerr (_ ("There is no way to %s just now: %s and %s stand for the addresses.\n"),
                  profile->gateway, EXAMPLE_SERVER, EXAMPLE_SOURCE);
      g_free (server);
      server = g_strdup (EXAMPLE_SERVER);
      source = g_strdup (EXAMPLE_SOURCE);
    }
  byway_address_parse (server, &facts.uplink.server);
  byway_address_parse (source, &facts.uplink.source);
  facts.run_dir = run_dir = g_build_filename (BYWAY_RUN_DIR, facts.uuid, NULL);
  plan = byway_plan_new (profile, NULL, &facts, error);
  return plan != NULL ? byway_plan_to_string (plan) : NULL;
}
