/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS of a session: a scripted systemd-resolved on a bus of its own, and a scripted resolvconf.
 * Needs root, for a network namespace with an interface to name. */
#include "config.h"

#include "byway-command.h"
#include "byway-error.h"
#include "byway-net.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

typedef struct
{
  GTestDBus *daemon;
  GDBusConnection *bus;
  GDBusConnection *resolved;
  GString *heard;      /* each call that the fake got, one a line */
  const char *refused; /* the method that it refuses */
  char *folder;        /* of the programs that Byway finds */
  BywayNet *net;
} Fixture;

static const char resolved_xml[]
    = "<node><interface name='org.freedesktop.resolve1.Manager'>"
      "<method name='SetLinkDNS'><arg type='i' direction='in'/><arg type='a(iay)' "
      "direction='in'/></method>"
      "<method name='SetLinkDomains'><arg type='i' direction='in'/><arg type='a(sb)' "
      "direction='in'/></method>"
      "<method name='SetLinkDefaultRoute'><arg type='i' direction='in'/><arg type='b' "
      "direction='in'/></method>"
      "<method name='RevertLink'><arg type='i' direction='in'/></method>"
      "</interface></node>";

static void
on_resolved_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                  const char *method, GVariant *arguments, GDBusMethodInvocation *invocation,
                  gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *text = g_variant_print (arguments, FALSE);

  g_string_append_printf (fixture->heard, "%s%s\n", method, text);
  if (g_strcmp0 (fixture->refused, method) == 0)
    g_dbus_method_invocation_return_dbus_error (
        invocation, "org.freedesktop.DBus.Error.UnknownMethod", "no such method");
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static GDBusConnection *
connect_to_bus (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->daemon),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static void
start_resolved (Fixture *fixture)
{
  static const GDBusInterfaceVTable table = { .method_call = on_resolved_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (resolved_xml, NULL);
  g_autoptr (GVariant) reply = NULL;

  fixture->resolved = connect_to_bus (fixture);
  g_dbus_connection_register_object (fixture->resolved, "/org/freedesktop/resolve1",
                                     node->interfaces[0], &table, fixture, NULL, NULL);
  reply = g_dbus_connection_call_sync (
      fixture->resolved, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.resolve1", 0), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (reply);
}

static void
install_resolvconf (Fixture *fixture, int exit_status)
{
  g_autofree char *program = g_build_filename (fixture->folder, "resolvconf", NULL);
  g_autofree char *text = g_strdup_printf (
      "#!/bin/sh\n{ echo \"$@\"; [ \"$1\" = -d ] || cat; } >> %s/heard\nexit %d\n", fixture->folder,
      exit_status);

  g_assert_true (g_file_set_contents (program, text, -1, NULL));
  g_assert_cmpint (chmod (program, 0755), ==, 0);
}

/* One that takes its time, and keeps the entry as a file. */
static void
install_slow_resolvconf (Fixture *fixture)
{
  g_autofree char *program = g_build_filename (fixture->folder, "resolvconf", NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\ncd %s\necho $1 >> heard\n"
                                           "case $1 in\n"
                                           "-a) cat > new; sleep 0.2; mv new entry;;\n"
                                           "-d) sleep 0.5; rm -f entry;;\n"
                                           "esac\n",
                                           fixture->folder);

  g_assert_true (g_file_set_contents (program, text, -1, NULL));
  g_assert_cmpint (chmod (program, 0755), ==, 0);
}

static gboolean
entry_is_there (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "entry", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
resolvconf_heard (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "heard", NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  if (unshare (CLONE_NEWNET) < 0)
    g_error ("a network namespace needs root: %s", g_strerror (errno));
  g_assert_true (g_spawn_command_line_sync ("ip link set lo up", NULL, NULL, NULL, NULL));
  fixture->folder = g_dir_make_tmp ("byway-net-XXXXXX", NULL);
  byway_command_set_folder (fixture->folder);
  fixture->heard = g_string_new (NULL);
  fixture->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->daemon);
  fixture->bus = connect_to_bus (fixture);
  fixture->net = byway_net_new (fixture->bus, "0f8fad5b-d9cb-469f-a165-70867728950e");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *const files[] = { "resolvconf", "heard", "new", "entry" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, files[i], NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_clear_object (&fixture->net);
  g_dbus_connection_close_sync (fixture->bus, NULL, NULL);
  g_clear_object (&fixture->bus);
  if (fixture->resolved != NULL)
    g_dbus_connection_close_sync (fixture->resolved, NULL, NULL);
  g_clear_object (&fixture->resolved);
  g_test_dbus_stop (fixture->daemon);
  g_clear_object (&fixture->daemon);
  g_string_free (fixture->heard, TRUE);
  g_free (fixture->folder);
}

/* The loopback interface stands for the link: its index is 1 in every namespace. */
static BywayNetPlan *
make_plan (gboolean for_all)
{
  BywayNetPlan *plan = g_new0 (BywayNetPlan, 1);
  BywayAddress servers[2];

  g_assert_true (byway_address_parse ("10.9.0.53", &servers[0]));
  g_assert_true (byway_address_parse ("2001:db8::53", &servers[1]));
  g_strlcpy (plan->link.ifname, "lo", sizeof plan->link.ifname);
  plan->routes = g_array_new (FALSE, FALSE, sizeof (BywayRoute));
  plan->dns = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  g_array_append_vals (plan->dns, servers, 2);
  plan->search = g_strsplit ("corp.example lab.example", " ", -1);
  plan->dns_for_all = for_all;
  return plan;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
apply (Fixture *fixture, gboolean for_all, char **remark, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  byway_net_apply (fixture->net, make_plan (for_all), NULL, keep_result, &result);
  wait_for (&result);
  return byway_net_apply_finish (fixture->net, result, remark, error);
}

static void
revert (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  byway_net_revert (fixture->net, keep_result, &result);
  wait_for (&result);
  byway_net_revert_finish (fixture->net, result);
}

#define TOLD_SERVERS                                                                               \
  "SetLinkDNS(1, [(2, [0x0a, 0x09, 0x00, 0x35]), (10, [0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, " \
  "0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x53])])\n"

static void
test_resolved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *remark = NULL;
  g_autoptr (GError) error = NULL;

  start_resolved (fixture);
  install_resolvconf (fixture, 1);
  apply (fixture, TRUE, &remark, &error);
  g_assert_no_error (error);
  g_assert_null (remark);
  g_assert_cmpstr (fixture->heard->str, ==,
                   TOLD_SERVERS
                   "SetLinkDomains(1, [('corp.example', false), ('lab.example', false), "
                   "('.', true)])\nSetLinkDefaultRoute(1, true)\n");
  g_string_truncate (fixture->heard, 0);
  revert (fixture);
  revert (fixture);
  g_assert_cmpstr (fixture->heard->str, ==, "RevertLink(1,)\n");
}

static void
test_resolved_split (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_resolved (fixture);
  fixture->refused = "SetLinkDefaultRoute"; /* as an older one */
  apply (fixture, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->heard->str, ==,
                   TOLD_SERVERS
                   "SetLinkDomains(1, [('corp.example', false), ('lab.example', false)])\n"
                   "SetLinkDefaultRoute(1, false)\n");
}

static void
test_resolved_refuses (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_resolved (fixture);
  fixture->refused = "SetLinkDNS";
  g_assert_false (apply (fixture, TRUE, NULL, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_NET);
  revert (fixture);
  g_assert_nonnull (strstr (fixture->heard->str, "RevertLink(1,)\n"));
}

/* A revert overtakes an apply: the answers still to come start nothing more. */
static void
test_revert_overtakes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  start_resolved (fixture);
  byway_net_apply (fixture->net, make_plan (TRUE), NULL, keep_result, &result);
  while (fixture->heard->len == 0)
    g_main_context_iteration (NULL, TRUE);
  revert (fixture);
  wait_for (&result);
  g_assert_false (byway_net_apply_finish (fixture->net, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (fixture->heard->str, ==, TOLD_SERVERS "RevertLink(1,)\n");
}

static void
test_resolvconf (Fixture *fixture, gconstpointer data)
{
  g_autofree char *remark = NULL;
  g_autofree char *heard = NULL;
  g_autoptr (GError) error = NULL;

  install_resolvconf (fixture, 0);
  apply (fixture, TRUE, &remark, &error);
  g_assert_no_error (error);
  g_assert_null (remark);
  revert (fixture);
  apply (fixture, FALSE, &remark, &error);
  g_assert_no_error (error);
  g_assert_nonnull (remark);
  revert (fixture);
  heard = resolvconf_heard (fixture);
#define TOLD                                                                                       \
  "-a lo.byway\nnameserver 10.9.0.53\nnameserver 2001:db8::53\nsearch corp.example lab.example\n"  \
  "-a lo.byway\n-d lo.byway\n"
  g_assert_cmpstr (heard, ==, TOLD TOLD);
}

static void
wait_until_heard (Fixture *fixture, const char *lines)
{
  g_autofree char *heard = NULL;

  while (g_strcmp0 (heard, lines) != 0)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
      g_free (heard);
      heard = resolvconf_heard (fixture);
    }
}

/* New addresses come while the entry for the old ones is being taken back. */
static void
test_resolvconf_overtaken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  install_slow_resolvconf (fixture);
  apply (fixture, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (entry_is_there (fixture));
  byway_net_apply (fixture->net, make_plan (TRUE), NULL, keep_result, &second);
  wait_until_heard (fixture, "-a\n-a\n-d\n");
  apply (fixture, TRUE, NULL, &error);
  g_assert_no_error (error);
  wait_for (&second);
  g_assert_false (byway_net_apply_finish (fixture->net, second, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_usleep (500000);
  g_assert_true (entry_is_there (fixture));
  revert (fixture);
  g_assert_false (entry_is_there (fixture));
}

/* The link goes down while resolvconf is being told. */
static void
test_resolvconf_reverted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  install_slow_resolvconf (fixture);
  byway_net_apply (fixture->net, make_plan (TRUE), NULL, keep_result, &result);
  wait_until_heard (fixture, "-a\n");
  revert (fixture);
  wait_for (&result);
  g_assert_false (byway_net_apply_finish (fixture->net, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_usleep (300000);
  g_assert_false (entry_is_there (fixture));
}

static void
test_resolvconf_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  install_resolvconf (fixture, 3);
  g_assert_false (apply (fixture, TRUE, NULL, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_NET);
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*resolvconf did not take back*");
  revert (fixture);
  g_test_assert_expected_messages ();
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  g_autofree char *remark = NULL;
  g_autoptr (GError) error = NULL;

  apply (fixture, TRUE, &remark, &error);
  g_assert_no_error (error);
  g_assert_nonnull (remark);
  g_assert_true (g_str_has_prefix (remark, "DNS was left alone"));
  revert (fixture);
}

/* New addresses of the same link: what was told is taken back first. */
static void
test_resolved_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_resolved (fixture);
  apply (fixture, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_string_truncate (fixture->heard, 0);
  apply (fixture, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (fixture->heard->str, "RevertLink(1,)\n" TOLD_SERVERS));
}

static void
test_link_gone (Fixture *fixture, gconstpointer data)
{
  BywayNetPlan *plan = make_plan (TRUE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  start_resolved (fixture);
  g_strlcpy (plan->link.ifname, "gone0", sizeof plan->link.ifname);
  byway_net_apply (fixture->net, plan, NULL, keep_result, &result);
  wait_for (&result);
  g_assert_false (byway_net_apply_finish (fixture->net, result, NULL, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_NET);
  revert (fixture);
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

/* A killed helper's entries go; nobody else's do, and no name is taken for an option. */
static void
test_clean (Fixture *fixture, gconstpointer data)
{
  static const char *const left[] = { "ppp0.byway", "eth0.dhclient", "-x.byway", "byway" };
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *heard = NULL;

  /* A /run of our own, until this process ends. */
  g_assert_no_errno (unshare (CLONE_NEWNS));
  g_assert_no_errno (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
  g_assert_no_errno (mount ("none", "/run", "tmpfs", 0, NULL));
  g_assert_no_errno (g_mkdir_with_parents ("/run/resolvconf/interface", 0755));
  for (gsize i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *path = g_build_filename ("/run/resolvconf/interface", left[i], NULL);

      g_assert_true (g_file_set_contents (path, "", -1, NULL));
    }
  install_resolvconf (fixture, 0);
  byway_net_clean (keep_result, &result);
  wait_for (&result);
  heard = resolvconf_heard (fixture);
  g_assert_cmpstr (heard, ==, "-a ppp0.byway\n-d ppp0.byway\n");
}

static const struct
{
  const char *path;
  void (*test) (Fixture *fixture, gconstpointer data);
} tests[] = {
  { "/net/resolved", test_resolved },
  { "/net/resolved-split", test_resolved_split },
  { "/net/resolved-again", test_resolved_again },
  { "/net/resolved-refuses", test_resolved_refuses },
  { "/net/revert-overtakes", test_revert_overtakes },
  { "/net/resolvconf", test_resolvconf },
  { "/net/resolvconf-overtaken", test_resolvconf_overtaken },
  { "/net/resolvconf-reverted", test_resolvconf_reverted },
  { "/net/resolvconf-fails", test_resolvconf_fails },
  { "/net/nobody", test_nobody },
  { "/net/link-gone", test_link_gone },
  { "/net/clean", test_clean },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
