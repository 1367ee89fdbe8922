/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-doctor.h"

#include "byway-credential.h"

#include <string.h>

static const char *const module_names[BYWAY_DOCTOR_N_MODULES]
    = { "ppp_generic", "pppox", "l2tp_ppp", "xfrm_user", "esp4" };

const char *
byway_doctor_module_name (BywayDoctorModule module)
{
  g_return_val_if_fail (module < BYWAY_DOCTOR_N_MODULES, "");
  return module_names[module];
}

const char *
byway_verdict_to_string (BywayVerdict verdict)
{
  static const char *const names[] = { "ok", "warning", "problem", "unknown" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (names), "unknown");
  return names[verdict];
}

static void
finding_free (gpointer data)
{
  BywayFinding *finding = data;

  g_free (finding->sentence);
  g_free (finding->fix);
  g_free (finding);
}

static void say (GPtrArray *out, const char *id, BywayVerdict verdict, const char *fix,
                 const char *format, ...) G_GNUC_PRINTF (5, 6);

static void
say (GPtrArray *out, const char *id, BywayVerdict verdict, const char *fix, const char *format, ...)
{
  BywayFinding *finding = g_new0 (BywayFinding, 1);
  va_list arguments;

  finding->id = id;
  finding->verdict = verdict;
  finding->fix = g_strdup (fix);
  va_start (arguments, format);
  finding->sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (out, finding);
}

/* --- kernel --------------------------------------------------------------------------------- */

/* The helper asked the kernel itself; without it the modules' files say what would happen. */
static gboolean
kernel_lacks (int tried, BywayModuleState module)
{
  if (tried >= 0)
    return tried != 0;
  return module == BYWAY_MODULE_ABSENT || module == BYWAY_MODULE_BLOCKED;
}

static gboolean
lacks_ppp (const BywayDoctorFacts *facts)
{
  return kernel_lacks (facts->kernel_ppp, facts->modules[BYWAY_DOCTOR_PPP]);
}

static gboolean
lacks_l2tp (const BywayDoctorFacts *facts)
{
  return kernel_lacks (facts->kernel_l2tp, facts->modules[BYWAY_DOCTOR_L2TP]);
}

static gboolean
lacks_esp (const BywayDoctorFacts *facts)
{
  return kernel_lacks (facts->kernel_esp, facts->modules[BYWAY_DOCTOR_ESP]);
}

static void
check_module (const BywayDoctorFacts *facts, GPtrArray *out, BywayDoctorModule module)
{
  const char *name = module_names[module];
  g_autofree char *load = g_strdup_printf ("sudo modprobe %s", name);
  g_autofree char *allow
      = g_strdup_printf ("grep -rs %s /etc/modprobe.d /usr/lib/modprobe.d /run/modprobe.d", name);

  switch (facts->modules[module])
    {
    case BYWAY_MODULE_LOADED:
      say (out, name, BYWAY_VERDICT_OK, NULL, "The kernel has %s.", name);
      break;
    case BYWAY_MODULE_LOADABLE:
      say (out, name, BYWAY_VERDICT_OK, NULL, "The kernel module %s can be loaded.", name);
      break;
    case BYWAY_MODULE_BLOCKED:
      say (out, name, BYWAY_VERDICT_PROBLEM, allow,
           "The kernel module %s is there, but blacklisted. This shows the line to take out.",
           name);
      break;
    case BYWAY_MODULE_ABSENT:
      say (out, name, BYWAY_VERDICT_PROBLEM,
           "Use a kernel that has it; some systems keep it in a package of extra modules.",
           "This kernel (%s) has no module %s.", facts->kernel, name);
      break;
    case BYWAY_MODULE_UNKNOWN:
      say (out, name, BYWAY_VERDICT_UNKNOWN, load,
           "Whether the kernel has %s can't be seen: its list of modules is not here.", name);
      break;
    }
}

static void
check_tried (GPtrArray *out, const char *id, const char *what, int tried)
{
  if (tried > 0)
    say (out, id, BYWAY_VERDICT_PROBLEM, NULL, "The kernel refuses %s: %s.", what,
         g_strerror (tried));
  else if (tried == 0)
    say (out, id, BYWAY_VERDICT_OK, NULL, "The kernel gives %s.", what);
  else
    say (out, id, BYWAY_VERDICT_UNKNOWN, "sudo byway doctor",
         "Whether the kernel gives %s was not tried: that needs the helper.", what);
}

static void
check_kernel (const BywayDoctorFacts *facts, GPtrArray *out)
{
  for (guint module = 0; module < BYWAY_DOCTOR_N_MODULES; module++)
    check_module (facts, out, module);
  check_tried (out, "try-ppp", "PPP", facts->kernel_ppp);
  check_tried (out, "try-l2tp", "L2TP", facts->kernel_l2tp);
  check_tried (out, "try-esp", "ESP", facts->kernel_esp);
}

/* --- programs ------------------------------------------------------------------------------- */

static void
check_programs (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (facts->pppd != NULL)
    say (out, "pppd", BYWAY_VERDICT_OK, NULL, "pppd %s is installed.", facts->pppd);
  else
    say (out, "pppd", BYWAY_VERDICT_PROBLEM, "sudo apt install ppp", "pppd is not installed.");
  if (facts->xl2tpd != NULL)
    say (out, "xl2tpd", BYWAY_VERDICT_OK, NULL, "xl2tpd %s is installed.", facts->xl2tpd);
  else
    say (out, "xl2tpd", BYWAY_VERDICT_PROBLEM, "sudo apt install xl2tpd",
         "xl2tpd is not installed.");
  if (facts->plugin_for == NULL)
    say (out, "pppd-plugin", BYWAY_VERDICT_PROBLEM, "Install Byway anew.",
         "Byway's plugin for pppd is not where it belongs.");
  else if (facts->pppd == NULL || !g_ascii_isdigit (facts->pppd[0]))
    say (out, "pppd-plugin", BYWAY_VERDICT_UNKNOWN, "sudo byway doctor",
         "Byway's plugin is built for pppd %s; which one is installed can only root ask.",
         facts->plugin_for);
  else if (strcmp (facts->plugin_for, facts->pppd) != 0)
    say (out, "pppd-plugin", BYWAY_VERDICT_PROBLEM, "Build and install Byway anew.",
         "Byway's plugin is built for pppd %s, and pppd %s is installed.", facts->plugin_for,
         facts->pppd);
  else
    say (out, "pppd-plugin", BYWAY_VERDICT_OK, NULL, "Byway's plugin fits pppd %s.",
         facts->plugin_for);
}

/* kernel-libipsec (strongSwan's documentation): ESP in user space, no transport mode. bypass-lan:
 * local networks are left out of IPsec, so a server in one is spoken to in clear. unity and
 * forecast change or widen selectors. */
static void
check_charon_plugins (const BywayDoctorFacts *facts, GPtrArray *out)
{
  static const struct
  {
    const char *name, *trouble;
    BywayVerdict verdict;
  } known[] = {
    { "kernel-libipsec", "can't do transport mode, which L2TP needs", BYWAY_VERDICT_PROBLEM },
    { "bypass-lan", "leaves servers in the local network out of IPsec", BYWAY_VERDICT_WARNING },
    { "unity", "changes what a Cisco server protects", BYWAY_VERDICT_WARNING },
    { "forecast", "marks packets, which L2TP does not expect", BYWAY_VERDICT_WARNING },
  };
  gboolean found = FALSE;

  if (facts->charon_plugins == NULL)
    {
      say (out, "charon-plugins", BYWAY_VERDICT_UNKNOWN, "sudo byway doctor",
           "strongSwan's plugins were not looked at: charon does not run, or the helper was not "
           "asked.");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strv_contains (facts->charon_plugins, known[i].name))
      {
        g_autofree char *fix
            = g_strdup_printf ("load = no  in /etc/strongswan.d/charon/%s.conf", known[i].name);

        found = TRUE;
        say (out, "charon-plugins", known[i].verdict, fix, "strongSwan's plugin %s %s.",
             known[i].name, known[i].trouble);
      }
  if (!found)
    say (out, "charon-plugins", BYWAY_VERDICT_OK, NULL,
         "None of strongSwan's plugins is known to be in the way.");
}

/* There is nothing else. */
static gboolean
uses_libreswan (const BywayDoctorFacts *facts)
{
  return facts->pluto != NULL && facts->charon == NULL && facts->charon_version == NULL;
}

static void
check_ike_daemon (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (facts->charon_version != NULL)
    say (out, "ike-daemon", BYWAY_VERDICT_OK, NULL, "strongSwan %s runs.", facts->charon_version);
  else if (facts->charon != NULL)
    say (out, "ike-daemon", BYWAY_VERDICT_OK, NULL,
         "strongSwan is installed (%s) and is started when it is needed.", facts->charon);
  else if (facts->libreswan_version != NULL)
    say (out, "ike-daemon", BYWAY_VERDICT_OK, NULL, "Libreswan %s runs.", facts->libreswan_version);
  else if (facts->pluto != NULL)
    say (out, "ike-daemon", BYWAY_VERDICT_OK, NULL,
         "Libreswan is installed (%s) and is started when it is needed.", facts->pluto);
  else
    say (out, "ike-daemon", BYWAY_VERDICT_PROBLEM,
         "sudo apt install strongswan-starter strongswan-swanctl libstrongswan-standard-plugins",
         "No IKE daemon is installed.");
  if (facts->pluto != NULL && facts->libreswan_ikev1 == BYWAY_ANSWER_NO)
    say (out, "libreswan-ikev1",
         uses_libreswan (facts) ? BYWAY_VERDICT_PROBLEM : BYWAY_VERDICT_WARNING,
         "ikev1-policy=accept  under “config setup” in /etc/ipsec.conf; then: sudo systemctl "
         "restart ipsec",
         "IKE version 1, which L2TP servers need, is switched off in Libreswan.");
  if (uses_libreswan (facts))
    say (out, "libreswan-groups", BYWAY_VERDICT_OK, NULL,
         "Libreswan has no modp1024: a server that takes nothing else needs strongSwan.");
  if (facts->charon_version != NULL && !facts->charon_has_3des)
    say (out, "3des", BYWAY_VERDICT_WARNING, "sudo apt install libstrongswan-standard-plugins",
         "strongSwan here can't do 3DES, which old servers need.");
  check_charon_plugins (facts, out);
}

/* --- ports ---------------------------------------------------------------------------------- */

static gboolean
is_ike_daemon (const char *holder)
{
  return strcmp (holder, "charon") == 0 || strcmp (holder, "charon-systemd") == 0
         || strcmp (holder, "pluto") == 0;
}

static void
check_ike_port (const BywayDoctorFacts *facts, GPtrArray *out, const char *id, guint port,
                const char *holder)
{
  g_autofree char *look = g_strdup_printf ("sudo ss -lunp 'sport = :%u'", port);

  if (holder == NULL || is_ike_daemon (holder))
    say (out, id, BYWAY_VERDICT_OK, NULL, "UDP port %u is %s.", port,
         holder == NULL ? "free" : "the IKE daemon's");
  else if (*holder != '\0')
    say (out, id, BYWAY_VERDICT_PROBLEM, look, "UDP port %u is held by %s, so IKE can't use it.",
         port, holder);
  else if (facts->charon_version != NULL || facts->libreswan_version != NULL)
    say (out, id, BYWAY_VERDICT_OK, NULL, "UDP port %u is in use while the IKE daemon runs.", port);
  else
    say (out, id, BYWAY_VERDICT_UNKNOWN, look, "UDP port %u is in use; by whom can only root see.",
         port);
}

static void
check_ports (const BywayDoctorFacts *facts, GPtrArray *out)
{
  check_ike_port (facts, out, "port-500", 500, facts->port_500);
  check_ike_port (facts, out, "port-4500", 4500, facts->port_4500);
  if (facts->port_1701 == NULL || strcmp (facts->port_1701, "xl2tpd") == 0)
    say (out, "port-1701", BYWAY_VERDICT_OK, NULL, "UDP port 1701 is free or L2TP's.");
  else
    say (out, "port-1701", BYWAY_VERDICT_WARNING, "sudo ss -lunp 'sport = :1701'",
         "UDP port 1701 is held by %s; another one is used, which a few servers refuse.",
         *facts->port_1701 != '\0' ? facts->port_1701 : "another program");
}

/* --- the desktop ---------------------------------------------------------------------------- */

static void
check_helper (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (!facts->bus)
    say (out, "helper", BYWAY_VERDICT_PROBLEM, "sudo systemctl start dbus",
         "There is no system bus, so the helper bywayd can't be reached.");
  else if (facts->helper_answers)
    say (out, "helper", BYWAY_VERDICT_OK, NULL, "The helper bywayd %s answers.",
         facts->helper_version);
  else if (facts->helper_installed == BYWAY_ANSWER_YES)
    say (out, "helper", BYWAY_VERDICT_UNKNOWN, "sudo byway doctor",
         "The helper bywayd is installed, and did not let itself be asked: some checks need it, "
         "or root.");
  else
    say (out, "helper", BYWAY_VERDICT_PROBLEM,
         "Install Byway (meson install), then reload the bus.", "The bus knows no helper bywayd.");
}

static void
check_polkit (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (facts->root)
    say (out, "polkit", BYWAY_VERDICT_OK, NULL, "Root is asked nothing.");
  else if (facts->polkit == BYWAY_ANSWER_NO)
    say (out, "polkit", BYWAY_VERDICT_PROBLEM, "sudo apt install polkitd",
         "polkit is not there, so only root may connect.");
  else if (facts->may_connect == BYWAY_ANSWER_YES)
    say (out, "polkit", BYWAY_VERDICT_OK, NULL, "You may connect without a question.");
  else if (facts->may_be_asked == BYWAY_ANSWER_YES)
    say (out, "polkit", facts->agent == BYWAY_ANSWER_YES ? BYWAY_VERDICT_OK : BYWAY_VERDICT_WARNING,
         facts->agent == BYWAY_ANSWER_YES ? NULL : "pkttyagent --process $$ &",
         facts->agent == BYWAY_ANSWER_YES
             ? "You may connect after a password, and there is a program that asks for it."
             : "You may connect after a password, and no program that asks for it was seen.");
  else if (facts->may_connect == BYWAY_ANSWER_NO)
    say (out, "polkit", BYWAY_VERDICT_PROBLEM, "Ask this machine's administrator.",
         "This machine does not allow you to connect.");
  else
    say (out, "polkit", BYWAY_VERDICT_UNKNOWN, NULL, "What polkit would say could not be asked.");
}

static void
check_keyring (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (facts->keyring == BYWAY_ANSWER_NO)
    say (out, "keyring", BYWAY_VERDICT_WARNING, NULL,
         "There is no keyring in this session: secrets are asked for at each connect.");
  else if (facts->keyring == BYWAY_ANSWER_UNKNOWN)
    say (out, "keyring", BYWAY_VERDICT_UNKNOWN, NULL,
         "There is no session bus, so no keyring could be looked for.");
  else if (facts->keyring_open == BYWAY_ANSWER_NO)
    say (out, "keyring", BYWAY_VERDICT_WARNING, "Unlock it: it asks when a secret is needed.",
         "The keyring is locked.");
  else
    say (out, "keyring", BYWAY_VERDICT_OK, NULL, "There is a keyring.");
}

/* --- the network ---------------------------------------------------------------------------- */

static void
check_network (const BywayDoctorFacts *facts, GPtrArray *out)
{
  say (out, "dns", strcmp (facts->dns, "file") == 0 ? BYWAY_VERDICT_WARNING : BYWAY_VERDICT_OK,
       strcmp (facts->dns, "file") == 0 ? "sudo apt install systemd-resolved" : NULL,
       strcmp (facts->dns, "file") == 0
           ? "Nobody manages name servers here (%s): those of the VPN are not used."
           : "Name servers are managed by %s.",
       strcmp (facts->dns, "file") == 0 ? "/etc/resolv.conf is a plain file" : facts->dns);
  if (facts->rp_filter == 1)
    say (out, "rp-filter", BYWAY_VERDICT_WARNING, "sudo sysctl -w net.ipv4.conf.all.rp_filter=2",
         "The reverse-path filter is strict: with two ways to the Internet it drops answers.");
  else
    say (out, "rp-filter", facts->rp_filter < 0 ? BYWAY_VERDICT_UNKNOWN : BYWAY_VERDICT_OK, NULL,
         facts->rp_filter < 0 ? "The reverse-path filter could not be read."
                              : "The reverse-path filter is not in the way.");
  if (*facts->tunnels != '\0' || facts->foreign_associations > 0)
    say (out, "other-tunnels", BYWAY_VERDICT_WARNING, NULL,
         "Other tunnels are up (%s, %u IPsec associations): they stay as they are, and may take "
         "the same networks.",
         *facts->tunnels != '\0' ? facts->tunnels : "no interface", facts->foreign_associations);
  else
    say (out, "other-tunnels", BYWAY_VERDICT_OK, NULL, "No other tunnel was seen.");
}

static void
check_rest (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (facts->denials == NULL)
    say (out, "apparmor", BYWAY_VERDICT_UNKNOWN, "sudo byway doctor",
         "The kernel's log is root's, so AppArmor's denials could not be looked for.");
  else if (*facts->denials != '\0')
    say (out, "apparmor", BYWAY_VERDICT_WARNING, "sudo dmesg | grep DENIED",
         "AppArmor denied something to a program of the tunnel: %s", facts->denials);
  else
    say (out, "apparmor", BYWAY_VERDICT_OK, NULL, "AppArmor denied nothing to our programs.");
  if (facts->clock_is_set == BYWAY_ANSWER_NO)
    say (out, "clock", BYWAY_VERDICT_PROBLEM, "sudo timedatectl set-ntp true",
         "The clock is wrong: it is before the day on which Byway was built.");
  else if (facts->clock_is_synchronized == BYWAY_ANSWER_NO)
    say (out, "clock", BYWAY_VERDICT_WARNING, "sudo timedatectl set-ntp true",
         "The clock is not synchronised; certificates need the right time.");
  else
    say (out, "clock", BYWAY_VERDICT_OK, NULL, "The clock is set.");
}

/* --- one connection ------------------------------------------------------------------------- */

static void
check_reach (const BywayDoctorFacts *facts, GPtrArray *out)
{
  g_autofree char *edit = g_strdup_printf ("byway edit %s gateway=", facts->name);

  if (facts->address == NULL)
    say (out, "server", BYWAY_VERDICT_PROBLEM, edit, "The server %s does not resolve: %s.",
         facts->gateway, facts->resolve_error != NULL ? facts->resolve_error : "no answer");
  else if (facts->routed == BYWAY_ANSWER_NO)
    say (out, "server", BYWAY_VERDICT_PROBLEM, "ip route", "There is no way to the server %s (%s).",
         facts->gateway, facts->address);
  else
    say (out, "server", BYWAY_VERDICT_OK, NULL, "The server %s is %s, and there is a way to it.",
         facts->gateway, facts->address);
}

/* What the user has chosen, or was told to choose, and had better not. */
static void
check_way (const BywayDoctorFacts *facts, GPtrArray *out)
{
  g_autofree char *protect = g_strdup_printf ("byway edit %s ipsec=yes", facts->name);
  g_autofree char *safer = g_strdup_printf ("byway edit %s aggressive=no", facts->name);

  if (facts->plain)
    say (out, "way", BYWAY_VERDICT_WARNING, protect,
         "It goes without IPsec: whoever is on the way to %s can read and change all of it.",
         facts->gateway);
  else if (facts->aggressive)
    say (out, "way", BYWAY_VERDICT_WARNING, safer,
         "It uses aggressive mode: whoever hears it can try pre-shared keys, one after the other.");
  else
    say (out, "way", BYWAY_VERDICT_OK, NULL, "It is protected by IPsec.");
}

static void
check_certificate (const BywayDoctorFacts *facts, GPtrArray *out)
{
  g_autofree char *renew = g_strdup_printf ("byway import-cert %s FILE", facts->name);

  if (facts->certificate_problem != NULL)
    say (out, "certificate", BYWAY_VERDICT_PROBLEM, renew, "The certificate is of no use: %s.",
         facts->certificate_problem);
  else if (facts->certificate != NULL && facts->certificate_days <= BYWAY_CERT_WARN_DAYS)
    say (out, "certificate", BYWAY_VERDICT_WARNING, renew,
         "The certificate (%s) is over in %d days: ask for a new one now.", facts->certificate,
         facts->certificate_days);
  else if (facts->certificate != NULL)
    say (out, "certificate", BYWAY_VERDICT_OK, NULL, "The certificate (%s) is good for %d days.",
         facts->certificate, facts->certificate_days);
  if (facts->by_certificate && uses_libreswan (facts) && !facts->nss_tools)
    say (out, "nss-tools", BYWAY_VERDICT_PROBLEM, "sudo apt install libnss3-tools",
         "Libreswan is given certificates by certutil and pk12util, which are not installed.");
}

/* Byway itself loads no module of a token's. What charon has is known only while it runs. */
static void
check_token (const BywayDoctorFacts *facts, GPtrArray *out)
{
  if (!facts->by_token)
    return;
  if (uses_libreswan (facts))
    say (out, "token", BYWAY_VERDICT_PROBLEM,
         "sudo apt install strongswan-starter strongswan-swanctl libstrongswan-standard-plugins "
         "libstrongswan-extra-plugins",
         "Its key is on a token, which needs strongSwan, and only Libreswan is installed.");
  else if (facts->charon_plugins == NULL)
    say (
        out, "token", BYWAY_VERDICT_UNKNOWN, "sudo byway doctor",
        "Its key is on a token; whether strongSwan has its plugin pkcs11 was not seen: charon does "
        "not run, or the helper was not asked.");
  else if (!g_strv_contains (facts->charon_plugins, "pkcs11"))
    say (out, "token", BYWAY_VERDICT_PROBLEM, "sudo apt install libstrongswan-extra-plugins",
         "Its key is on a token, and strongSwan here has no plugin pkcs11.");
  else
    say (out, "token", BYWAY_VERDICT_OK, NULL,
         "Its key is on a token, and strongSwan has its plugin pkcs11.");
}

static void
check_connection (const BywayDoctorFacts *facts, GPtrArray *out)
{
  g_autofree char *probe = g_strdup_printf ("byway probe %s", facts->gateway);
  g_autofree char *set = g_strdup_printf ("byway set-secret %s KEY", facts->name);

  if (*facts->problems != '\0')
    say (out, "settings", BYWAY_VERDICT_PROBLEM, NULL, "The settings are not right: %s.",
         facts->problems);
  else
    say (out, "settings", BYWAY_VERDICT_OK, NULL, "The settings of %s are right.", facts->name);
  check_reach (facts, out);
  if (*facts->missing_secrets != '\0')
    say (out, "secrets", BYWAY_VERDICT_WARNING, set,
         "Not kept in your keyring, so asked for at each connect: %s.", facts->missing_secrets);
  else
    say (out, "secrets", BYWAY_VERDICT_OK, NULL, "All secrets are in your keyring.");
  check_way (facts, out);
  if (facts->plain)
    return;
  check_certificate (facts, out);
  check_token (facts, out);
  if (facts->lacking != NULL && *facts->lacking != '\0')
    say (out, "algorithms", BYWAY_VERDICT_PROBLEM,
         facts->by_libreswan ? probe : "sudo apt install libstrongswan-standard-plugins",
         "%s here can do none of its proposals: %s is missing.",
         facts->by_libreswan ? "Libreswan" : "strongSwan", facts->lacking);
  else if (facts->weak)
    say (out, "algorithms", BYWAY_VERDICT_WARNING, probe,
         "Its proposals are weak by today's measure.");
  else
    say (out, "algorithms", BYWAY_VERDICT_OK, NULL, "Its proposals are good.");
}

/* --- all ------------------------------------------------------------------------------------ */

static int
rank (BywayVerdict verdict)
{
  static const int ranks[] = {
    [BYWAY_VERDICT_PROBLEM] = 0,
    [BYWAY_VERDICT_WARNING] = 1,
    [BYWAY_VERDICT_UNKNOWN] = 2,
    [BYWAY_VERDICT_OK] = 3,
  };

  return ranks[verdict];
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return rank ((*(BywayFinding *const *)a)->verdict) - rank ((*(BywayFinding *const *)b)->verdict);
}

GPtrArray *
byway_doctor_examine (const BywayDoctorFacts *facts)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (finding_free);

  check_kernel (facts, out);
  check_programs (facts, out);
  check_ike_daemon (facts, out);
  check_ports (facts, out);
  check_helper (facts, out);
  check_polkit (facts, out);
  check_keyring (facts, out);
  check_network (facts, out);
  check_rest (facts, out);
  if (facts->name != NULL)
    check_connection (facts, out);
  g_ptr_array_sort (out, compare);
  return out;
}

/* "PPP, L2TP and ESP", of those that the kernel lacks; NULL: none. */
static char *
lacking_parts (const BywayDoctorFacts *facts)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (lacks_ppp (facts))
    g_strv_builder_add (parts, "PPP");
  if (lacks_l2tp (facts))
    g_strv_builder_add (parts, "L2TP");
  if (lacks_esp (facts))
    g_strv_builder_add (parts, "IPsec (ESP)");
  list = g_strv_builder_end (parts);
  return list[0] != NULL ? g_strjoinv (", ", list) : NULL;
}

char *
byway_doctor_conclusion (const BywayDoctorFacts *facts, GPtrArray *findings)
{
  g_autofree char *lacking = lacking_parts (facts);
  guint problems = 0, unknown = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      const BywayFinding *finding = findings->pdata[i];

      problems += finding->verdict == BYWAY_VERDICT_PROBLEM;
      unknown += finding->verdict == BYWAY_VERDICT_UNKNOWN;
    }
  if (lacking != NULL && *facts->container != '\0')
    return g_strdup_printf ("This is a container (%s), and the kernel below it has no %s: no "
                            "connection can be made from here.",
                            facts->container, lacking);
  if (lacking != NULL)
    return g_strdup_printf ("The kernel of this machine (a container's or a cloud guest's?) has no "
                            "%s: no connection can be made from here.",
                            lacking);
  if (problems > 0)
    return g_strdup_printf ("You can't connect: %s",
                            ((BywayFinding *)findings->pdata[0])->sentence);
  if (unknown > 0)
    return g_strdup ("You can connect, as far as could be checked.");
  return g_strdup ("You can connect.");
}
