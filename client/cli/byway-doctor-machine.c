/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-program.h"
#include "byway-doctor-facts.h"

#include <errno.h>
#include <linux/if_pppox.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define NETLINK_XFRM_NUMBER 6 /* of linux/netlink.h, which only the helper's files use */
/* Byway is not older than this day: 2026-11-01. */
#define RELEASE_DAY 1793491200
#define PATIENCE_S 2
#define KLOG_READ_ALL 3
#define KLOG_ROOM (256 * 1024)

static char *
read_text (const char *path)
{
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* --- programs ------------------------------------------------------------------------------- */

static char *
find_program (const char *name)
{
  static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR)) /* Debian's pppd is not everybody's to run */
        return g_steal_pointer (&path);
    }
  return NULL;
}

/* The first word that begins with a digit, behind @mark. */
static char *
version_in (const char *text, const char *mark)
{
  const char *at = text != NULL ? strstr (text, mark) : NULL;

  if (at != NULL)
    at += strlen (mark) + strcspn (at + strlen (mark), "0123456789\n");
  if (at == NULL || !g_ascii_isdigit (*at))
    return g_strdup ("(of unknown version)");
  return g_strndup (at, strcspn (at, " \t\n"));
}

static char *
version_of (const char *name, const char *option, const char *mark)
{
  g_autofree char *path = find_program (name);
  const char *argv[] = { path, option, NULL };
  g_autofree char *output
      = path != NULL ? byway_cli_program_output (argv, TRUE, PATIENCE_S, NULL) : NULL;

  return path != NULL ? version_in (output, mark) : NULL;
}

static const char *
first_of (const char *const *paths)
{
  for (; *paths != NULL; paths++)
    if (g_file_test (*paths, G_FILE_TEST_IS_EXECUTABLE))
      return *paths;
  return NULL;
}

/* A line "ikev1-policy=accept"; Debian's default, and upstream's since 5.0, is to drop. */
static BywayAnswer
libreswan_ikev1 (void)
{
  g_autofree char *text = read_text ("/etc/ipsec.conf");
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (char **line = lines; line != NULL && *line != NULL; line++)
    if (g_str_has_prefix (g_strstrip (*line), "ikev1-policy") && strstr (*line, "accept") != NULL)
      return BYWAY_ANSWER_YES;
  return text != NULL ? BYWAY_ANSWER_NO : BYWAY_ANSWER_UNKNOWN;
}

static gboolean
is_program (const char *name)
{
  g_autofree char *path = find_program (name);

  return path != NULL;
}

static void
look_at_programs (BywayDoctorRecord *record)
{
  static const char *const charons[] = { "/usr/lib/ipsec/charon", "/usr/libexec/ipsec/charon",
                                         "/usr/libexec/strongswan/charon", NULL };
  static const char *const plutos[] = { "/usr/libexec/ipsec/pluto", "/usr/lib/ipsec/pluto", NULL };
  BywayDoctorFacts *facts = &record->facts;

  facts->pppd = byway_doctor_record_keep (record, version_of ("pppd", "--version", "version"));
  facts->xl2tpd = byway_doctor_record_keep (record, version_of ("xl2tpd", "-v", "xl2tpd-"));
  facts->charon = first_of (charons);
  facts->pluto = first_of (plutos);
  facts->libreswan_ikev1 = facts->pluto != NULL ? libreswan_ikev1 () : BYWAY_ANSWER_UNKNOWN;
  facts->nss_tools = is_program ("certutil") && is_program ("pk12util");
  facts->plugin_for
      = g_file_test (BYWAY_PPPD_PLUGIN, G_FILE_TEST_EXISTS) ? BYWAY_PPPD_VERSION : NULL;
}

/* --- kernel --------------------------------------------------------------------------------- */

static void
append_config (GString *text, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = g_str_has_suffix (name, ".conf") ? read_text (path) : NULL;

      if (content != NULL)
        g_string_append_printf (text, "%s\n", content);
    }
}

static void
look_at_modules (BywayDoctorFacts *facts, const char *release)
{
  g_autofree char *dep_path = g_build_filename ("/lib/modules", release, "modules.dep", NULL);
  g_autofree char *builtin_path
      = g_build_filename ("/lib/modules", release, "modules.builtin", NULL);
  g_autofree char *dep = read_text (dep_path);
  g_autofree char *builtin = read_text (builtin_path);
  g_autofree char *loaded = read_text ("/proc/modules");
  g_autoptr (GString) config = g_string_new (NULL);

  append_config (config, "/etc/modprobe.d");
  append_config (config, "/run/modprobe.d");
  append_config (config, "/usr/lib/modprobe.d");
  append_config (config, "/lib/modprobe.d");
  for (guint module = 0; module < BYWAY_DOCTOR_N_MODULES; module++)
    facts->modules[module] = byway_kernel_module_state (byway_doctor_module_name (module), loaded,
                                                        dep, builtin, config->str);
}

/* What can be tried without privileges; the helper tries the rest. */
static int
try_socket (int family, int type, int protocol)
{
  int fd = socket (family, type | SOCK_CLOEXEC, protocol);

  if (fd < 0)
    return errno;
  close (fd);
  return 0;
}

static void
try_kernel (BywayDoctorFacts *facts)
{
  int ipsec = try_socket (AF_NETLINK, SOCK_RAW, NETLINK_XFRM_NUMBER);

  facts->kernel_l2tp = try_socket (AF_PPPOX, SOCK_DGRAM, PX_PROTO_OL2TP);
  facts->kernel_ppp = g_file_test ("/dev/ppp", G_FILE_TEST_EXISTS) ? -1 : ENOENT;
  facts->kernel_esp = ipsec != 0 ? ipsec : -1;
}

static char *
container (void)
{
  char *kind = read_text ("/run/systemd/container");

  if (kind != NULL)
    return g_strstrip (kind);
  if (g_file_test ("/.dockerenv", G_FILE_TEST_EXISTS))
    return g_strdup ("docker");
  if (g_file_test ("/run/.containerenv", G_FILE_TEST_EXISTS))
    return g_strdup ("podman");
  return g_strdup ("");
}

static void
look_at_kernel (BywayDoctorRecord *record)
{
  struct utsname names;

  record->facts.kernel = "?";
  if (uname (&names) == 0)
    {
      record->facts.kernel = byway_doctor_record_keep (record, g_strdup (names.release));
      look_at_modules (&record->facts, names.release);
    }
  record->facts.container = byway_doctor_record_keep (record, container ());
}

/* --- the rest ------------------------------------------------------------------------------- */

static gboolean
port_is_held (const char *path, guint port)
{
  g_autofree char *text = read_text (path);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  guint number;

  for (char **line = lines; line != NULL && *line != NULL; line++)
    if (sscanf (*line, " %*u: %*[0-9A-Fa-f]:%x", &number) == 1 && number == port)
      return TRUE;
  return FALSE;
}

/* Held by somebody; by whom is root's to see. */
static const char *
holder (guint port)
{
  return port_is_held ("/proc/net/udp", port) || port_is_held ("/proc/net/udp6", port) ? "" : NULL;
}

static char *
other_tunnels (void)
{
  static const char *const prefixes[] = { "tun", "tap", "ppp", "wg", "ipsec", "vti" };
  g_autoptr (GDir) dir = g_dir_open ("/sys/class/net", 0, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
      if (g_str_has_prefix (name, prefixes[i]) && g_ascii_isdigit (name[strlen (prefixes[i])]))
        g_strv_builder_add (names, name);
  list = g_strv_builder_end (names);
  return g_strjoinv (" ", list);
}

/* NULL: the kernel's log is not ours to read. */
static char *
last_denial (void)
{
  g_autofree char *log = g_malloc (KLOG_ROOM);
  int length = klogctl (KLOG_READ_ALL, log, KLOG_ROOM - 1);
  g_auto (GStrv) lines = NULL;
  const char *found = "";

  if (length < 0)
    return NULL;
  log[length] = '\0';
  lines = g_strsplit (log, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (strstr (*line, "apparmor=\"DENIED\"") != NULL
        && (strstr (*line, "charon") || strstr (*line, "pppd") || strstr (*line, "xl2tpd")
            || strstr (*line, "bywayd")))
      found = *line;
  return g_utf8_make_valid (found, -1);
}

static void
look_at_clock (BywayDoctorFacts *facts)
{
  struct timex state = { 0 };
  int answer = adjtimex (&state);

  facts->clock_is_set = time (NULL) >= RELEASE_DAY ? BYWAY_ANSWER_YES : BYWAY_ANSWER_NO;
  facts->clock_is_synchronized = answer < 0             ? BYWAY_ANSWER_UNKNOWN
                                 : answer == TIME_ERROR ? BYWAY_ANSWER_NO
                                                        : BYWAY_ANSWER_YES;
}

void
byway_doctor_look_at_machine (BywayDoctorRecord *record)
{
  BywayDoctorFacts *facts = &record->facts;
  g_autofree char *filter = read_text ("/proc/sys/net/ipv4/conf/all/rp_filter");

  look_at_kernel (record);
  try_kernel (facts);
  look_at_programs (record);
  facts->port_500 = holder (500);
  facts->port_4500 = holder (4500);
  facts->port_1701 = holder (1701);
  facts->rp_filter = filter != NULL ? (int)g_ascii_strtoll (filter, NULL, 10) : -1;
  facts->tunnels = byway_doctor_record_keep (record, other_tunnels ());
  facts->denials = byway_doctor_record_keep (record, last_denial ());
  look_at_clock (facts);
}
