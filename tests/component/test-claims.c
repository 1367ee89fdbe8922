/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sessions of one helper claim, in a network namespace of its own, where nobody has a port.
 * Needs root. */
#include "config.h"

#include "byway-claims.h"
#include "byway-diagnosis.h"
#include "byway-rtnl.h"

#include <errno.h>
#include <sched.h>

static gboolean
take_server (BywayClaims *claims, const char *text, GError **error)
{
  BywayAddress address;

  g_assert_true (byway_address_parse (text, &address));
  return byway_claims_take_server (claims, &address, error);
}

static void
assert_taken (BywayClaims *claims, const char *server)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (take_server (claims, server, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (claims->server, ==, server);
}

static void
assert_busy (const char *server)
{
  BywayClaims claims = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (take_server (&claims, server, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_SERVER_BUSY);
  g_assert_cmpstr (error->message, ==, server);
  g_assert_null (claims.server);
  byway_claims_give_back (&claims); /* the other one's stays its own */
}

static void
test_server (void)
{
  BywayClaims first = { 0 }, second = { 0 };

  assert_taken (&first, "192.0.2.1");
  assert_busy ("192.0.2.1");
  assert_busy ("192.0.2.1");
  assert_taken (&second, "192.0.2.2");
  byway_claims_give_back (&first);
  assert_busy ("192.0.2.2");
  assert_taken (&first, "192.0.2.1");
  byway_claims_give_back (&first);
  byway_claims_give_back (&second);
  byway_claims_give_back (&second);
}

/* Sessions that begin in the same moment, before any of them has bound its own. */
static void
test_ports (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  BywayClaims first = { 0 }, others[50] = { 0 };

  g_assert_cmpuint (byway_claims_take_port (&first, TRUE), ==, 1701);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      guint16 port = byway_claims_take_port (&others[i], i % 2 == 0);

      g_assert_cmpuint (port, ==, others[i].port);
      g_assert_cmpuint (port, >=, 1024);
      g_assert_cmpuint (port, !=, 1701);
      g_assert_false (byway_udp_port_taken (port));
      g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (port)));
    }
  byway_claims_give_back (&first);
  g_assert_cmpuint (byway_claims_take_port (&first, TRUE), ==, 1701);
  byway_claims_give_back (&first);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    byway_claims_give_back (&others[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (unshare (CLONE_NEWNET) < 0)
    g_error ("a network namespace needs root: %s", g_strerror (errno));
  g_test_add_func ("/claims/server", test_server);
  g_test_add_func ("/claims/ports", test_ports);
  return g_test_run ();
}
