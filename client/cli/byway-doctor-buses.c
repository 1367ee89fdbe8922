/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-doctor-facts.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 3000
#define HELPER "org.byway.Byway1"
#define POLKIT "org.freedesktop.PolicyKit1"
#define SECRETS "org.freedesktop.secrets"

static gboolean
has_owner (GDBusConnection *bus, const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS,
      NULL, NULL);
  gboolean owned = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  return owned;
}

static gboolean
is_activatable (GDBusConnection *bus, const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "ListActivatableNames", NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS,
      NULL, NULL);
  g_autofree const char **names = NULL;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(^a&s)", &names);
  return g_strv_contains (names, name);
}

static BywayAnswer
is_there (GDBusConnection *bus, const char *name)
{
  return has_owner (bus, name) || is_activatable (bus, name) ? BYWAY_ANSWER_YES : BYWAY_ANSWER_NO;
}

/* --- polkit --------------------------------------------------------------------------------- */

static void
look_at_permission (BywayDoctorFacts *facts, GDBusConnection *bus)
{
  GVariantBuilder subject;
  g_autoptr (GVariant) reply = NULL;
  gboolean yes, challenge;

  g_variant_builder_init (&subject, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&subject, "{sv}", "name",
                         g_variant_new_string (g_dbus_connection_get_unique_name (bus)));
  reply = g_dbus_connection_call_sync (
      bus, POLKIT, "/org/freedesktop/PolicyKit1/Authority", POLKIT ".Authority",
      "CheckAuthorization",
      g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject, HELPER ".connect-own", NULL,
                     0u, ""),
      G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, NULL, NULL);
  if (reply == NULL)
    return;
  g_variant_get (reply, "((bba{ss}))", &yes, &challenge, NULL);
  facts->may_connect = yes ? BYWAY_ANSWER_YES : BYWAY_ANSWER_NO;
  facts->may_be_asked = challenge ? BYWAY_ANSWER_YES : BYWAY_ANSWER_NO;
}

/* polkit does not say whether one is registered; those that are known run under these names. */
static BywayAnswer
has_agent (void)
{
  static const char *const agents[] = { "polkit-gnome-au", "polkit-kde-auth", "polkit-mate-aut",
                                        "lxpolkit",        "lxqt-policykit-", "xfce-polkit",
                                        "gnome-shell",     "cinnamon",        "phosh",
                                        "pkttyagent",      "mate-polkit",     "ukui-polkit",
                                        "pantheon-agent-", "hyprpolkitagent", NULL };
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "comm", NULL);
      g_autofree char *program = NULL;
      struct stat status;

      if (g_ascii_isdigit (*name) && stat (path, &status) == 0 && status.st_uid == getuid ()
          && g_file_get_contents (path, &program, NULL, NULL)
          && g_strv_contains (agents, g_strchomp (program)))
        return BYWAY_ANSWER_YES;
    }
  return BYWAY_ANSWER_NO;
}

/* --- name servers and keyring --------------------------------------------------------------- */

static const char *
dns_manager (GDBusConnection *bus)
{
  g_autofree char *target = g_file_read_link ("/etc/resolv.conf", NULL);

  if (bus != NULL && has_owner (bus, "org.freedesktop.resolve1"))
    return "systemd-resolved";
  if ((target != NULL && strstr (target, "resolvconf") != NULL)
      || g_file_test ("/sbin/resolvconf", G_FILE_TEST_IS_EXECUTABLE))
    return "resolvconf";
  if (bus != NULL && has_owner (bus, "org.freedesktop.NetworkManager"))
    return "NetworkManager";
  return "file";
}

static BywayAnswer
keyring_is_open (GDBusConnection *bus)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, SECRETS, "/org/freedesktop/secrets/aliases/default", "org.freedesktop.DBus.Properties",
      "Get", g_variant_new ("(ss)", "org.freedesktop.Secret.Collection", "Locked"),
      G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, NULL, NULL);
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return BYWAY_ANSWER_UNKNOWN;
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return BYWAY_ANSWER_UNKNOWN;
  return g_variant_get_boolean (value) ? BYWAY_ANSWER_NO : BYWAY_ANSWER_YES;
}

/* Without an address of it GLib would look for one by starting a bus. */
static GDBusConnection *
session_bus (void)
{
  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") == NULL && g_getenv ("XDG_RUNTIME_DIR") == NULL)
    return NULL;
  return g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
}

void
byway_doctor_look_at_buses (BywayDoctorRecord *record)
{
  BywayDoctorFacts *facts = &record->facts;
  g_autoptr (GDBusConnection) system = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  g_autoptr (GDBusConnection) session = session_bus ();

  facts->bus = system != NULL;
  facts->dns = dns_manager (system);
  if (system != NULL)
    {
      facts->helper_installed = is_there (system, HELPER);
      facts->polkit = is_there (system, POLKIT);
      if (facts->polkit == BYWAY_ANSWER_YES)
        look_at_permission (facts, system);
      facts->agent = has_agent ();
    }
  if (session != NULL)
    {
      facts->keyring = is_there (session, SECRETS);
      if (facts->keyring == BYWAY_ANSWER_YES)
        facts->keyring_open = keyring_is_open (session);
    }
}
