/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kill-switch.h"

#include <string.h>

#define OFFICE "0dd5e6a6-3f2b-4c0e-9a6e-0a6b7a3c1d11"
#define HOME "5a1c1c5e-7d53-4f7a-8f6a-2f4f6f1f9e22"

#define END "113: to 0.0.0.0/0 nop|113: to ::/0 nop|"
#define WAY "107: to 203.0.113.5/32 goto 113|"
#define OTHER_WAY "107: to 198.51.100.7/32 goto 113|"
#define NAMES(n, action)                                                                           \
  n ": to 0.0.0.0/0 ipproto 17 dport 53 " action "|" n ": to 0.0.0.0/0 ipproto 6 dport 53 " action \
    "|" n ": to 0.0.0.0/0 ipproto 6 dport 853 " action "|" n                                       \
    ": to ::/0 ipproto 17 dport 53 " action "|" n ": to ::/0 ipproto 6 dport 53 " action "|" n     \
    ": to ::/0 ipproto 6 dport 853 " action "|"
#define NO_NAMES NAMES ("108", "prohibit")
#define RESOLVING NAMES ("107", "goto 113")
#define LOCAL                                                                                      \
  "109: to 10.0.0.0/8 lookup main suppress_prefixlength 7|"                                        \
  "109: to 172.16.0.0/12 lookup main suppress_prefixlength 11|"                                    \
  "109: to 192.168.0.0/16 lookup main suppress_prefixlength 15|"                                   \
  "109: to 169.254.0.0/16 lookup main suppress_prefixlength 15|"                                   \
  "109: to fc00::/7 lookup main suppress_prefixlength 6|"                                          \
  "109: to fe80::/10 lookup main suppress_prefixlength 9|"
#define PROTOCOL(n) "110: to 0.0.0.0/0 ipproto " n " prohibit|"
#define LINK4                                                                                      \
  PROTOCOL ("1")                                                                                   \
  PROTOCOL ("2")                                                                                   \
  PROTOCOL ("4")                                                                                   \
  PROTOCOL ("6")                                                                                   \
  PROTOCOL ("17")                                                                                  \
  PROTOCOL ("33")                                                                                  \
  PROTOCOL ("41")                                                                                  \
  PROTOCOL ("47")                                                                                  \
  PROTOCOL ("50")                                                                                  \
  PROTOCOL ("51")                                                                                  \
  PROTOCOL ("115")                                                                                 \
  PROTOCOL ("132")                                                                                 \
  PROTOCOL ("136") PROTOCOL ("255") "111: to 0.0.0.0/0 lookup main suppress_prefixlength 0|"
#define REFUSE LINK4 OR_NOWHERE OR_NOWHERE6
#define THROUGH                                                                                    \
  "109: to 0.0.0.0/1 lookup main suppress_prefixlength 0|"                                         \
  "109: to 128.0.0.0/1 lookup main suppress_prefixlength 0|"
#define THROUGH6                                                                                   \
  "109: to ::/1 lookup main suppress_prefixlength 0|"                                              \
  "109: to 8000::/1 lookup main suppress_prefixlength 0|"
#define OR_NOWHERE "112: to 0.0.0.0/1 prohibit|112: to 128.0.0.0/1 prohibit|"
#define OR_NOWHERE6 "112: to ::/1 prohibit|112: to 8000::/1 prohibit|"

/* --- making them ---------------------------------------------------------------------------- */

static BywayKillSwitch *
make (const char *uuid, const char *server, gboolean local)
{
  BywayKillSwitch *one = byway_kill_switch_new (uuid);
  BywayAddress address;

  one->local = local;
  if (server == NULL)
    return one;
  g_assert_true (byway_address_parse (server, &address));
  byway_kill_switch_set_servers (one, &address, 1);
  return one;
}

/* Up, with such settings beside the necessary ones. */
static void
bring_up (BywayKillSwitch *one, const char *key, const char *value, const char *routes)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (BywayNetPlan) plan = NULL;
  BywayUplink uplink = { .ifname = "eth0", .ifindex = 2 };
  BywayLinkInfo link = { .ifname = "ppp0", .mtu = 1400 };

  g_hash_table_insert (settings, (char *)"gateway", (char *)"vpn.example.net");
  g_hash_table_insert (settings, (char *)"user", (char *)"alice");
  g_hash_table_insert (settings, (char *)key, (char *)value);
  if (routes != NULL)
    g_hash_table_insert (settings, (char *)"routes", (char *)routes);
  profile = byway_profile_parse (settings, NULL);
  g_assert_nonnull (profile);
  g_assert_true (byway_address_parse ("203.0.113.5", &uplink.server));
  plan = byway_net_plan_new (profile, &uplink, &link);
  byway_kill_switch_set_up (one, plan);
}

static char *
describe (GArray *rules)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rules->len; i++)
    {
      g_autofree char *rule = byway_kill_rule_to_string (&g_array_index (rules, BywayKillRule, i));

      g_string_append_printf (text, "%s|", rule);
    }
  return g_string_free (text, FALSE);
}

/* Takes the switches. */
static void
assert_made (GArray *(*make_rules) (GPtrArray *), BywayKillSwitch *first, BywayKillSwitch *second,
             const char *wanted)
{
  g_autoptr (GPtrArray) switches
      = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_kill_switch_free);
  g_autoptr (GArray) rules = NULL;
  g_autofree char *text = NULL;

  if (first != NULL)
    g_ptr_array_add (switches, first);
  if (second != NULL)
    g_ptr_array_add (switches, second);
  rules = make_rules (switches);
  text = describe (rules);
  g_assert_cmpstr (text, ==, wanted);
}

static void
assert_rules (BywayKillSwitch *first, BywayKillSwitch *second, const char *wanted)
{
  assert_made (byway_kill_switch_rules, first, second, wanted);
}

static void
assert_wall (BywayKillSwitch *first, BywayKillSwitch *second, const char *wanted)
{
  assert_made (byway_kill_switch_wall, first, second, wanted);
}

/* --- rules ---------------------------------------------------------------------------------- */

static void
test_none (void)
{
  assert_rules (NULL, NULL, "");
}

static void
test_blocking (void)
{
  assert_rules (make (OFFICE, "203.0.113.5", TRUE), NULL, END WAY NO_NAMES LOCAL REFUSE);
}

static void
test_without_local (void)
{
  assert_rules (make (OFFICE, "203.0.113.5", FALSE), NULL, END WAY NO_NAMES REFUSE);
}

static void
test_unknown_server (void)
{
  assert_rules (make (OFFICE, NULL, FALSE), NULL, END NO_NAMES REFUSE);
}

static void
test_resolving (void)
{
  BywayKillSwitch *one = make (OFFICE, NULL, TRUE);

  one->resolving = TRUE;
  assert_rules (one, NULL, END RESOLVING LOCAL REFUSE);
}

static void
test_one_server (void)
{
  BywayKillSwitch *one = make (OFFICE, "198.51.100.7", FALSE);
  BywayAddress server;

  g_assert_true (byway_address_parse ("203.0.113.5", &server));
  byway_kill_switch_set_servers (one, &server, 1);
  assert_rules (one, NULL, END WAY NO_NAMES REFUSE);
}

static void
test_up (void)
{
  BywayKillSwitch *one = make (OFFICE, "203.0.113.5", FALSE);

  bring_up (one, "block-ipv6", "no", NULL);
  assert_rules (one, NULL, END WAY THROUGH OR_NOWHERE);
}

static void
test_up_without_ipv6 (void)
{
  BywayKillSwitch *one = make (OFFICE, "203.0.113.5", TRUE);

  bring_up (one, "block-ipv6", "yes", NULL);
  assert_rules (one, NULL, END WAY THROUGH THROUGH6 OR_NOWHERE OR_NOWHERE6);
}

static void
test_up_with_routes (void)
{
  BywayKillSwitch *one = make (OFFICE, "203.0.113.5", TRUE);

  bring_up (one, "all-traffic", "no", "10.0.0.0/8 7, 10.1.0.0/16");
  assert_rules (one, NULL,
                END WAY "109: to 10.0.0.0/8 lookup main suppress_prefixlength 7|"
                        "109: to 10.1.0.0/16 lookup main suppress_prefixlength 15|"
                        "112: to 10.0.0.0/8 prohibit|112: to 10.1.0.0/16 prohibit|");
}

static void
test_down_again (void)
{
  BywayKillSwitch *one = make (OFFICE, "203.0.113.5", TRUE);

  bring_up (one, "block-ipv6", "yes", NULL);
  byway_kill_switch_set_down (one);
  assert_rules (one, NULL, END WAY NO_NAMES LOCAL REFUSE);
}

/* One that is up does not open what the other one closes. */
static void
test_two (void)
{
  BywayKillSwitch *up = make (OFFICE, "203.0.113.5", TRUE);
  BywayKillSwitch *down = make (HOME, "198.51.100.7", FALSE);

  bring_up (up, "block-ipv6", "yes", NULL);
  assert_rules (up, down, END WAY OTHER_WAY NO_NAMES REFUSE);
}

static void
test_two_of_one_server (void)
{
  assert_rules (make (OFFICE, "203.0.113.5", TRUE), make (HOME, "203.0.113.5", TRUE),
                END WAY NO_NAMES LOCAL REFUSE);
}

static void
test_two_disagree (void)
{
  assert_rules (make (OFFICE, "203.0.113.5", TRUE), make (HOME, "198.51.100.7", FALSE),
                END WAY OTHER_WAY NO_NAMES REFUSE);
}

/* --- the second wall ------------------------------------------------------------------------ */

#define LEASE "107: to 0.0.0.0/0 ipproto 17 dport 67 goto 113|"
#define NO_NAMES4                                                                                  \
  "108: to 0.0.0.0/0 ipproto 17 dport 53 prohibit|"                                                \
  "108: to 0.0.0.0/0 ipproto 6 dport 53 prohibit|"                                                 \
  "108: to 0.0.0.0/0 ipproto 6 dport 853 prohibit|"
#define LINK                                                                                       \
  "109: to 224.0.0.0/4 lookup main suppress_prefixlength 3|"                                       \
  "109: to 255.255.255.255/32 lookup main suppress_prefixlength 31|"
#define LOCAL4                                                                                     \
  "109: to 10.0.0.0/8 lookup main suppress_prefixlength 7|"                                        \
  "109: to 172.16.0.0/12 lookup main suppress_prefixlength 11|"                                    \
  "109: to 192.168.0.0/16 lookup main suppress_prefixlength 15|"                                   \
  "109: to 169.254.0.0/16 lookup main suppress_prefixlength 15|"

static void
test_wall (void)
{
  assert_wall (NULL, NULL, "");
  assert_wall (make (OFFICE, "203.0.113.5", TRUE), NULL,
               LEASE LINK WAY NO_NAMES4 LOCAL4 OR_NOWHERE);
  assert_wall (make (OFFICE, "203.0.113.5", FALSE), NULL, LEASE WAY NO_NAMES4 OR_NOWHERE);
}

/* The tunnel's interface has no name here: while it is up there is no wall. */
static void
test_wall_while_up (void)
{
  BywayKillSwitch *up = make (OFFICE, "203.0.113.5", TRUE);
  BywayKillSwitch *first = make (OFFICE, "203.0.113.5", TRUE);

  bring_up (up, "block-ipv6", "yes", NULL);
  assert_wall (up, NULL, "");
  bring_up (first, "block-ipv6", "yes", NULL);
  assert_wall (first, make (HOME, "198.51.100.7", FALSE), LEASE WAY OTHER_WAY NO_NAMES4 OR_NOWHERE);
}

/* --- what outlives the helper --------------------------------------------------------------- */

static void
test_text (void)
{
  g_autoptr (BywayKillSwitch) one = make (OFFICE, "203.0.113.5", TRUE);
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr (BywayKillSwitch) parsed = NULL;

  bring_up (one, "block-ipv6", "yes", NULL);
  text = byway_kill_switch_to_text (one);
  g_assert_cmpstr (text, ==, "local\n203.0.113.5\nend\n");
  parsed = byway_kill_switch_parse (OFFICE, text);
  g_assert_nonnull (parsed);
  g_assert_cmpstr (parsed->uuid, ==, OFFICE);
  g_assert_false (parsed->up);
  g_assert_false (parsed->resolving);
  again = byway_kill_switch_to_text (parsed);
  g_assert_cmpstr (again, ==, text);
}

static void
test_bad_text (void)
{
  static const char *const bad[] = { "",           "local\n",       "end",     "203.0.113.5\n",
                                     "local\nend", "locals\nend\n", "\nend\n", "203.0.113\nend\n",
                                     "end\nend\n", "local\nend\nx" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (byway_kill_switch_parse (OFFICE, bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kill-switch/none", test_none);
  g_test_add_func ("/kill-switch/blocking", test_blocking);
  g_test_add_func ("/kill-switch/without-local", test_without_local);
  g_test_add_func ("/kill-switch/unknown-server", test_unknown_server);
  g_test_add_func ("/kill-switch/resolving", test_resolving);
  g_test_add_func ("/kill-switch/one-server", test_one_server);
  g_test_add_func ("/kill-switch/up", test_up);
  g_test_add_func ("/kill-switch/up-without-ipv6", test_up_without_ipv6);
  g_test_add_func ("/kill-switch/up-with-routes", test_up_with_routes);
  g_test_add_func ("/kill-switch/down-again", test_down_again);
  g_test_add_func ("/kill-switch/two", test_two);
  g_test_add_func ("/kill-switch/two-of-one-server", test_two_of_one_server);
  g_test_add_func ("/kill-switch/two-disagree", test_two_disagree);
  g_test_add_func ("/kill-switch/wall", test_wall);
  g_test_add_func ("/kill-switch/wall-while-up", test_wall_while_up);
  g_test_add_func ("/kill-switch/text", test_text);
  g_test_add_func ("/kill-switch/bad-text", test_bad_text);
  return g_test_run ();
}
