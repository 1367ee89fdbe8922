/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kill switches against the real kernel's rules, each test in a network namespace of its own with a
 * peer in another that counts what comes. Needs root. */
#include "config.h"

#include "byway-kill-switches.h"
#include "byway-netlink.h"
#include "byway-rtnl.h"
#include "byway-rules.h"
#include "byway-wall.h"
#include "commands.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OFFICE "0dd5e6a6-3f2b-4c0e-9a6e-0a6b7a3c1d11"
#define HOME "5a1c1c5e-7d53-4f7a-8f6a-2f4f6f1f9e22"
#define SERVER "203.0.113.5"

/* up0 is the uplink, in a private network; link0 stands for the tunnel. One program for all of it,
 * because there are hundreds of these. */
#define NETWORK                                                                                    \
  "link set lo up\n"                                                                               \
  "link add up0 type veth peer name up1\n"                                                         \
  "link add link0 type veth peer name link1\n"                                                     \
  "link set up0 addrgenmode none up\n"                                                             \
  "link set up1 addrgenmode none up\n"                                                             \
  "link set link1 addrgenmode none up\n"                                                           \
  "address add 192.168.7.9/24 dev up0\n"                                                           \
  "address add 2001:db8:7::9/64 dev up0 nodad\n"                                                   \
  "address add fd00:7::9/64 dev up0 nodad\n"                                                       \
  "route add default via 192.168.7.1\n"                                                            \
  "route add default via 2001:db8:7::1"

static void
enter_namespace (void)
{
  if (unshare (CLONE_NEWNET) < 0)
    g_error ("a network namespace needs root: %s", g_strerror (errno));
  act ("sh -c 'echo \"" NETWORK "\" | ip -batch -'");
}

static void
raise_link (void)
{
  act ("ip link set link0 up");
  act ("ip address add 10.9.0.2 peer 10.9.0.1/32 dev link0");
  act ("ip route add 0.0.0.0/1 dev link0 metric 50");
  act ("ip route add 128.0.0.0/1 dev link0 metric 50");
}

/* Would the kernel send a datagram there? By a socket's own question, as a program's is asked. */
static int
try_port (const char *text, guint16 port, const char *device)
{
  BywayAddress to;
  struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons (port) };
  int fd, problem = 0;

  g_assert_true (byway_address_parse (text, &to));
  fd = socket (to.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  if (device != NULL)
    g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen (device)), ==, 0);
  memcpy (&in4.sin_addr, to.bytes, 4);
  memcpy (&in6.sin6_addr, to.bytes, 16);
  if (sendto (fd, "x", 1, 0, to.family == 6 ? (void *)&in6 : (void *)&in4,
              to.family == 6 ? sizeof in6 : sizeof in4)
      < 0)
    problem = errno;
  close (fd);
  return problem;
}

static void
assert_leaves (const char *address)
{
  g_assert_cmpint (try_port (address, 443, NULL), ==, 0);
}

static void
assert_stays (const char *address)
{
  g_assert_cmpint (try_port (address, 443, NULL), ==, EACCES);
}

static char *
rules (void)
{
  g_autofree char *four = run ("ip -4 rule show");
  g_autofree char *six = run ("ip -6 rule show");

  return g_strconcat (four, six, NULL);
}

static void
assert_no_rules (void)
{
  g_autofree char *text = rules ();
  g_autoptr (GArray) wall = byway_wall_list (NULL);

  g_assert_null (strstr (text, "proto 107"));
  g_assert_cmpuint (wall->len, ==, 0);
}

/* --- a run folder --------------------------------------------------------------------------- */

typedef struct
{
  char *folder;
  BywayKillSwitches *all;
  guint changes;
} Fixture;

static void
on_changed (BywayKillSwitches *all, const char *uuid, Fixture *fixture)
{
  fixture->changes++;
}

static void
start (Fixture *fixture)
{
  fixture->all = byway_kill_switches_new (fixture->folder);
  g_signal_connect (fixture->all, "changed", G_CALLBACK (on_changed), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  enter_namespace ();
  fixture->folder = g_dir_make_tmp ("byway-kill-switch-XXXXXX", NULL);
  start (fixture);
}

static char *
note (Fixture *fixture, const char *uuid)
{
  return g_build_filename (fixture->folder, BYWAY_KILL_SWITCHES_FOLDER, uuid, NULL);
}

static void
lift_all (Fixture *fixture)
{
  g_auto (GStrv) uuids = byway_kill_switches_list (fixture->all);

  for (char **uuid = uuids; *uuid != NULL; uuid++)
    byway_kill_switches_lift (fixture->all, *uuid, NULL);
  assert_no_rules ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lift_all (fixture);
  g_clear_object (&fixture->all);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* so it is empty, too */
  g_free (fixture->folder);
}

static void
want (Fixture *fixture, const char *uuid, const char *gateway, gboolean local)
{
  g_autoptr (GError) error = NULL;

  byway_kill_switches_want (fixture->all, uuid, gateway, local, &error);
  g_assert_no_error (error);
}

/* Those of the office, up to NULL. */
static void G_GNUC_NULL_TERMINATED
set_servers (Fixture *fixture, ...)
{
  g_autoptr (GArray) servers = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  va_list texts;
  const char *text;

  va_start (texts, fixture);
  while ((text = va_arg (texts, const char *)) != NULL)
    {
      BywayAddress server;

      g_assert_true (byway_address_parse (text, &server));
      g_array_append_val (servers, server);
    }
  va_end (texts);
  byway_kill_switches_set_servers (fixture->all, OFFICE, servers);
}

static void
lift (Fixture *fixture, const char *uuid)
{
  g_autoptr (GError) error = NULL;

  byway_kill_switches_lift (fixture->all, uuid, &error);
  g_assert_no_error (error);
}

/* Up through link0, all traffic. */
static void
bring_up (Fixture *fixture)
{
  g_autoptr (GHashTable) settings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (BywayNetPlan) plan = NULL;
  BywayUplink uplink = { .ifname = "up0", .ifindex = 2 };
  BywayLinkInfo link = { .ifname = "link0", .mtu = 1400 };

  g_hash_table_insert (settings, (char *)"gateway", (char *)SERVER);
  g_hash_table_insert (settings, (char *)"user", (char *)"alice");
  profile = byway_profile_parse (settings, NULL);
  g_assert_true (byway_address_parse (SERVER, &uplink.server));
  plan = byway_net_plan_new (profile, &uplink, &link);
  byway_kill_switches_set_plan (fixture->all, OFFICE, plan);
}

/* --- what leaves ---------------------------------------------------------------------------- */

static void
test_off (Fixture *fixture, gconstpointer data)
{
  assert_no_rules ();
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, "off");
  assert_leaves ("198.51.100.1");
  assert_leaves ("2001:db8:99::1");
}

static void
test_blocking (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, SERVER, TRUE);
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, "blocking");
  g_assert_cmpuint (fixture->changes, ==, 1);
  assert_leaves (SERVER);
  assert_leaves ("127.0.0.1");
  assert_leaves ("192.168.7.77");
  assert_leaves ("fd00:7::77");
  assert_stays ("198.51.100.1");
  assert_stays ("2001:db8:99::1");
  assert_stays ("2001:db8:7::77"); /* of the local network, but not private */
  assert_stays ("10.1.2.3");       /* private, but behind the gateway */
}

static void
test_without_local (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, SERVER, FALSE);
  assert_leaves (SERVER);
  assert_stays ("192.168.7.77");
  assert_stays ("fd00:7::77");
}

/* A program that asks for the interface by name gets no further than one that does not. */
static void
test_bound_to_device (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (try_port ("198.51.100.1", 443, "up0"), ==, 0);
  want (fixture, OFFICE, SERVER, TRUE);
  g_assert_cmpint (try_port (SERVER, 443, "up0"), ==, 0);
  g_assert_cmpint (try_port ("198.51.100.1", 443, "up0"), ==, EPERM);
  g_assert_cmpint (try_port ("198.51.100.53", 53, "up0"), ==, EPERM);
  g_assert_cmpint (try_port ("192.168.7.1", 53, "up0"), ==, EPERM);
  g_assert_cmpint (try_port ("2001:db8:99::1", 443, "up0"), ==, EACCES);
  g_assert_cmpint (try_port ("192.168.7.77", 443, "up0"), ==, 0);
  g_assert_cmpint (try_port ("224.0.0.251", 5353, "up0"), ==, 0);
  g_assert_cmpint (try_port ("198.51.100.67", 67, "up0"), ==, 0); /* to keep our address */
  lift (fixture, OFFICE);
  g_assert_cmpint (try_port ("198.51.100.1", 443, "up0"), ==, 0);
}

static void
test_bound_without_local (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, SERVER, FALSE);
  g_assert_cmpint (try_port (SERVER, 443, "up0"), ==, 0);
  g_assert_cmpint (try_port ("192.168.7.77", 443, "up0"), ==, EPERM);
  g_assert_cmpint (try_port ("224.0.0.251", 5353, "up0"), ==, EPERM);
  assert_leaves ("192.168.7.9"); /* which is ourselves */
  assert_leaves ("2001:db8:7::9");
}

/* The way to the server is no way for L2TP without IPsec. */
static void
test_guard_goes_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BywayAddress server;

  g_assert_true (byway_address_parse (SERVER, &server));
  byway_guard_on (&server, &error);
  g_assert_no_error (error);
  want (fixture, OFFICE, SERVER, TRUE);
  g_assert_cmpint (try_port (SERVER, 1701, NULL), ==, EPERM);
  assert_leaves (SERVER);
  byway_guard_flush (&error);
  g_assert_no_error (error);
  g_assert_cmpint (try_port ("198.51.100.1", 443, "up0"), ==,
                   EPERM); /* which was not the guard's */
}

/* Connected before, and so with a route of its own. */
static void
test_connected_before (Fixture *fixture, gconstpointer data)
{
  struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons (443) };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons (443) };
  int four = socket (AF_INET, SOCK_DGRAM, 0), six = socket (AF_INET6, SOCK_DGRAM, 0);

  inet_pton (AF_INET, "198.51.100.1", &in4.sin_addr);
  inet_pton (AF_INET6, "2001:db8:99::1", &in6.sin6_addr);
  g_assert_cmpint (connect (four, (void *)&in4, sizeof in4), ==, 0);
  g_assert_cmpint (connect (six, (void *)&in6, sizeof in6), ==, 0);
  g_assert_cmpint (send (four, "x", 1, 0), ==, 1);
  g_assert_cmpint (send (six, "x", 1, 0), ==, 1);
  want (fixture, OFFICE, SERVER, TRUE);
  g_assert_cmpint (send (four, "x", 1, 0), ==, -1);
  g_assert_cmpint (send (six, "x", 1, 0), ==, -1);
  close (four);
  close (six);
}

static void
test_connected_and_bound_before (Fixture *fixture, gconstpointer data)
{
  struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons (443) };
  int bound = socket (AF_INET, SOCK_DGRAM, 0);

  inet_pton (AF_INET, "198.51.100.1", &in4.sin_addr);
  g_assert_cmpint (setsockopt (bound, SOL_SOCKET, SO_BINDTODEVICE, "up0", 3), ==, 0);
  g_assert_cmpint (connect (bound, (void *)&in4, sizeof in4), ==, 0);
  g_assert_cmpint (send (bound, "x", 1, 0), ==, 1);
  want (fixture, OFFICE, SERVER, TRUE);
  g_assert_cmpint (send (bound, "x", 1, 0), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  close (bound);
}

/* Another network gives a gateway, and the kernel wants to see it on the link; the gateway asks for
 * us by ARP. But no packet is let through for that. */
static void
test_gateway (Fixture *fixture, gconstpointer data)
{
  g_autofree char *way = NULL;

  act ("ip address add 198.51.100.9/24 dev up0");
  want (fixture, OFFICE, SERVER, FALSE);
  act ("ip route replace default via 198.51.100.254");
  act ("ip -6 address add 2001:db8:8::9/64 dev up0 nodad");
  act ("ip -6 route replace default via 2001:db8:8::1");
  way = run ("ip route get " SERVER);
  g_assert_nonnull (strstr (way, "via 198.51.100.254"));
  assert_stays ("198.51.100.254");
  g_assert_cmpint (try_port ("198.51.100.254", 443, "up0"), ==, EPERM);
  assert_stays ("2001:db8:8::1");
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, "vpn.example.net", TRUE);
  g_assert_cmpint (try_port ("198.51.100.53", 53, NULL), ==, 0);
  g_assert_cmpint (try_port ("192.168.7.1", 53, NULL), ==, 0);
  assert_stays (SERVER);
  set_servers (fixture, SERVER, "203.0.113.9", NULL);
  byway_kill_switches_set_resolving (fixture->all, OFFICE, FALSE);
  assert_leaves (SERVER);
  assert_leaves ("203.0.113.9");
  g_assert_cmpint (try_port ("198.51.100.53", 53, NULL), ==, EACCES);
  g_assert_cmpint (try_port ("192.168.7.1", 53, NULL), ==, EACCES);
  g_assert_cmpint (try_port ("fd00:7::1", 53, NULL), ==, EACCES);
  assert_leaves ("192.168.7.1");
}

static void
test_up_and_lost (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, SERVER, FALSE);
  raise_link ();
  bring_up (fixture);
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, "up");
  assert_leaves ("198.51.100.1");
  assert_leaves ("192.168.7.77");
  /* The tunnel goes, and nobody notices. */
  act ("ip link del link0");
  assert_stays ("198.51.100.1");
  assert_leaves (SERVER);
  /* Somebody does. */
  byway_kill_switches_set_plan (fixture->all, OFFICE, NULL);
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, "blocking");
  assert_stays ("198.51.100.1");
  assert_stays ("192.168.7.77");
  g_assert_cmpuint (fixture->changes, ==, 3);
}

static void
test_lift (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = note (fixture, OFFICE);

  want (fixture, OFFICE, SERVER, FALSE);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  lift (fixture, OFFICE);
  assert_no_rules ();
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_leaves ("198.51.100.1");
  assert_leaves ("2001:db8:99::1");
  lift (fixture, OFFICE); /* twice is no error */
  g_assert_cmpuint (fixture->changes, ==, 2);
}

static void
test_two (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, SERVER, TRUE);
  want (fixture, HOME, "203.0.113.6", FALSE);
  assert_leaves (SERVER);
  assert_leaves ("203.0.113.6");
  assert_stays ("192.168.7.77");
  lift (fixture, HOME);
  assert_leaves ("192.168.7.77");
  assert_stays ("203.0.113.6");
  assert_stays ("198.51.100.1");
}

/* --- the next helper ------------------------------------------------------------------------ */

static void
test_next_helper (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) uuids = NULL;

  want (fixture, OFFICE, SERVER, TRUE);
  raise_link ();
  bring_up (fixture);
  g_clear_object (&fixture->all); /* as after a kill: nothing is taken back */
  act ("ip link del link0");
  assert_stays ("198.51.100.1");
  start (fixture);
  uuids = byway_kill_switches_list (fixture->all);
  g_assert_cmpstr (uuids[0], ==, OFFICE);
  g_assert_null (uuids[1]);
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, "blocking");
  assert_stays ("198.51.100.1");
  assert_leaves (SERVER);
  assert_leaves ("192.168.7.77");
  lift (fixture, OFFICE);
  assert_leaves ("198.51.100.1");
}

/* A note that was damaged still says that somebody wants it. */
static void
test_damaged_note (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = note (fixture, OFFICE);

  want (fixture, OFFICE, SERVER, TRUE);
  g_clear_object (&fixture->all);
  g_assert_true (g_file_set_contents (path, "loc", -1, NULL));
  start (fixture);
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, "blocking");
  assert_stays ("198.51.100.1");
  assert_stays (SERVER);
}

/* Rules of ours that nobody wants go; others' stay. */
static void
test_strays (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  act ("ip rule add preference 110 prohibit protocol 107");
  act ("ip rule add preference 110 to 198.51.100.9 prohibit");
  g_clear_object (&fixture->all);
  start (fixture);
  assert_no_rules ();
  text = run ("ip rule show");
  g_assert_nonnull (strstr (text, "198.51.100.9 prohibit"));
}

/* What somebody took away is put back by the next change; Libreswan's unit, say, empties all of
 * IPsec's policies when it stops. */
static void
test_taken_away (Fixture *fixture, gconstpointer data)
{
  want (fixture, OFFICE, SERVER, TRUE);
  act ("ip rule del preference 110 ipproto udp prohibit protocol 107");
  act ("ip rule del preference 112 to 128.0.0.0/1 prohibit protocol 107");
  g_assert_cmpint (try_port ("198.51.100.1", 443, NULL), ==, EPERM); /* by the other wall */
  act ("ip xfrm policy flush");
  assert_leaves ("198.51.100.1");
  want (fixture, OFFICE, SERVER, TRUE);
  assert_stays ("198.51.100.1");
  g_assert_cmpint (try_port ("198.51.100.1", 443, "up0"), ==, EPERM);
}

static void
test_read_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) switches = g_ptr_array_new ();
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GArray) there = NULL;

  want (fixture, OFFICE, SERVER, TRUE);
  g_ptr_array_add (switches, (BywayKillSwitch *)byway_kill_switches_find (fixture->all, OFFICE));
  wanted = byway_kill_switch_rules (switches);
  there = byway_rules_list (NULL);
  g_assert_nonnull (there);
  g_assert_cmpuint (there->len, ==, wanted->len);
  for (guint i = 0; i < wanted->len; i++)
    g_assert_true (byway_kill_rules_contain (there, &g_array_index (wanted, BywayKillRule, i)));
}

/* --- killed between any two writes ---------------------------------------------------------- */

static guint writes_left = G_MAXUINT;
static guint notes; /* that were written */

static void
count_write (void)
{
  if (writes_left-- == 0)
    raise (SIGKILL);
}

/* The linker leads all calls of these here (--wrap). */
int __real_byway_netlink_change (int bus, struct nlmsghdr *request);
int __wrap_byway_netlink_change (int bus, struct nlmsghdr *request);
gboolean __real_g_file_set_contents_full (const char *path, const char *text, gssize length,
                                          GFileSetContentsFlags flags, int mode, GError **error);
gboolean __wrap_g_file_set_contents_full (const char *path, const char *text, gssize length,
                                          GFileSetContentsFlags flags, int mode, GError **error);
int __real_g_unlink (const char *path);
int __wrap_g_unlink (const char *path);
int __real_g_rmdir (const char *path);
int __wrap_g_rmdir (const char *path);

int
__wrap_byway_netlink_change (int bus, struct nlmsghdr *request)
{
  count_write ();
  return __real_byway_netlink_change (bus, request);
}

gboolean
__wrap_g_file_set_contents_full (const char *path, const char *text, gssize length,
                                 GFileSetContentsFlags flags, int mode, GError **error)
{
  count_write ();
  notes++;
  return __real_g_file_set_contents_full (path, text, length, flags, mode, error);
}

int
__wrap_g_unlink (const char *path)
{
  count_write ();
  return __real_g_unlink (path);
}

int
__wrap_g_rmdir (const char *path)
{
  count_write ();
  return __real_g_rmdir (path);
}

static void
want_it (Fixture *fixture)
{
  want (fixture, OFFICE, SERVER, TRUE);
}

static void
want_otherwise (Fixture *fixture)
{
  want (fixture, OFFICE, "vpn.example.net", FALSE);
}

static void
want_another (Fixture *fixture)
{
  want (fixture, HOME, "203.0.113.6", FALSE);
}

static void
move_server (Fixture *fixture)
{
  set_servers (fixture, "203.0.113.7", NULL);
}

static void
take_down (Fixture *fixture)
{
  byway_kill_switches_set_plan (fixture->all, OFFICE, NULL);
}

static void
lift_it (Fixture *fixture)
{
  lift (fixture, OFFICE);
}

typedef void (*Act) (Fixture *fixture);

/* What was done before, what the helper is killed in, and what the next one makes of it: when
 * nothing was written yet, and from the first write on. */
static const struct
{
  const char *name;
  Act before[2];
  Act act;
  const char *untouched, *begun;
} crashes[] = {
  { "want", { NULL }, want_it, "off", "blocking" },
  { "want otherwise", { want_it }, want_otherwise, "blocking", "blocking" },
  { "want another", { want_it }, want_another, "blocking", "blocking" },
  { "server", { want_it }, move_server, "blocking", "blocking" },
  { "up", { want_it }, bring_up, "blocking", "blocking" },
  { "down", { want_it, bring_up }, take_down, "blocking", "blocking" },
  { "want while up", { want_it, bring_up }, want_otherwise, "blocking", "blocking" },
  { "lift", { want_it }, lift_it, "blocking", "off" },
  { "lift while up", { want_it, bring_up }, lift_it, "blocking", "off" },
};

/* TRUE: it was killed. */
static gboolean
is_killed_in (Fixture *fixture, Act act, guint writes)
{
  int status;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      writes_left = writes;
      act (fixture);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

/* Closed, with both walls; or open, and nothing is left. */
static void
assert_next_helper (Fixture *fixture, const char *how)
{
  gboolean blocks = g_str_equal (how, "blocking");

  g_clear_object (&fixture->all);
  start (fixture);
  g_assert_cmpstr (byway_kill_switches_describe (fixture->all, OFFICE), ==, how);
  g_assert_cmpint (try_port ("198.51.100.1", 443, NULL), ==, blocks ? EACCES : 0);
  g_assert_cmpint (try_port ("198.51.100.1", 443, "up0"), ==, blocks ? EPERM : 0);
  if (!blocks)
    assert_no_rules ();
}

static gboolean
is_killed (Fixture *fixture, gsize crash, guint writes)
{
  const char *next = writes == 0 ? crashes[crash].untouched : crashes[crash].begun;
  gboolean killed;

  for (gsize i = 0; i < G_N_ELEMENTS (crashes[crash].before); i++)
    if (crashes[crash].before[i] != NULL)
      crashes[crash].before[i](fixture);
  killed = is_killed_in (fixture, crashes[crash].act, writes);
  if (g_str_equal (crashes[crash].untouched, crashes[crash].begun))
    assert_stays ("198.51.100.1"); /* all along, also with nobody there */
  assert_next_helper (fixture, next);
  return killed;
}

/* Before the first write, before the second, and so on, until none is left to be killed before. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  for (gsize crash = 0; crash < G_N_ELEMENTS (crashes); crash++)
    {
      guint writes = 0;

      for (; is_killed (fixture, crash, writes); writes++)
        lift_all (fixture);
      lift_all (fixture);
      g_test_message ("%s: killed at each of %u writes", crashes[crash].name, writes);
      g_assert_cmpuint (writes, >, 0);
    }
}

/* A connect to an address knows the server from the start, and is told of it once more when it is
 * resolved. */
static void
test_noted_once (Fixture *fixture, gconstpointer data)
{
  notes = 0;
  want (fixture, OFFICE, SERVER, TRUE);
  set_servers (fixture, SERVER, NULL);
  g_assert_cmpuint (notes, ==, 1);
  assert_leaves (SERVER);
  move_server (fixture);
  g_assert_cmpuint (notes, ==, 2);
  assert_stays (SERVER);
}

/* Killed in the middle of a write: what was begun goes, what was there counts. */
static void
test_half_a_note (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = note (fixture, OFFICE);
  g_autofree char *half = g_strconcat (path, ".X1Y2Z3", NULL);

  want (fixture, OFFICE, SERVER, TRUE);
  g_clear_object (&fixture->all);
  g_assert_true (g_file_set_contents (half, "loc", -1, NULL));
  start (fixture);
  g_assert_false (g_file_test (half, G_FILE_TEST_EXISTS));
  assert_leaves (SERVER);
  assert_stays ("198.51.100.1");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/kill-switches/off", test_off },
    { "/kill-switches/blocking", test_blocking },
    { "/kill-switches/without-local", test_without_local },
    { "/kill-switches/bound-to-device", test_bound_to_device },
    { "/kill-switches/bound-without-local", test_bound_without_local },
    { "/kill-switches/guard-goes-first", test_guard_goes_first },
    { "/kill-switches/connected-before", test_connected_before },
    { "/kill-switches/connected-and-bound-before", test_connected_and_bound_before },
    { "/kill-switches/gateway", test_gateway },
    { "/kill-switches/names", test_names },
    { "/kill-switches/up-and-lost", test_up_and_lost },
    { "/kill-switches/lift", test_lift },
    { "/kill-switches/two", test_two },
    { "/kill-switches/next-helper", test_next_helper },
    { "/kill-switches/damaged-note", test_damaged_note },
    { "/kill-switches/strays", test_strays },
    { "/kill-switches/taken-away", test_taken_away },
    { "/kill-switches/read-back", test_read_back },
    { "/kill-switches/killed", test_killed },
    { "/kill-switches/noted-once", test_noted_once },
    { "/kill-switches/half-a-note", test_half_a_note },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
