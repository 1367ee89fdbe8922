/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-doctor.h"

#include <errno.h>
#include <string.h>

static const char *const plugins[] = { "aes", "openssl", "vici", NULL };
static const char *const token_plugins[] = { "aes", "pkcs11", "vici", NULL };
static const char *const bad_plugins[] = { "kernel-libipsec", "bypass-lan", NULL };

/* A machine that lacks nothing. */
static BywayDoctorFacts
healthy (void)
{
  return (BywayDoctorFacts){
    .container = "",
    .kernel = "6.1",
    .pppd = "2.4.9",
    .xl2tpd = "1.3.18",
    .charon = "/usr/lib/ipsec/charon",
    .plugin_for = "2.4.9",
    .modules = { BYWAY_MODULE_LOADED, BYWAY_MODULE_LOADED, BYWAY_MODULE_LOADABLE,
                 BYWAY_MODULE_LOADED, BYWAY_MODULE_LOADED },
    .helper_answers = TRUE,
    .helper_version = "1",
    .charon_version = "5.9.8",
    .charon_plugins = plugins,
    .charon_has_3des = TRUE,
    .helper_installed = BYWAY_ANSWER_YES,
    .bus = TRUE,
    .port_500 = "charon",
    .port_4500 = "charon",
    .polkit = BYWAY_ANSWER_YES,
    .may_connect = BYWAY_ANSWER_YES,
    .keyring = BYWAY_ANSWER_YES,
    .keyring_open = BYWAY_ANSWER_YES,
    .dns = "systemd-resolved",
    .tunnels = "",
    .denials = "",
    .clock_is_set = BYWAY_ANSWER_YES,
    .clock_is_synchronized = BYWAY_ANSWER_YES,
    .name = "office",
    .gateway = "vpn.example.net",
    .problems = "",
    .address = "198.51.100.1",
    .routed = BYWAY_ANSWER_YES,
    .missing_secrets = "",
    .lacking = "",
  };
}

static const BywayFinding *
find (GPtrArray *findings, const char *id, BywayVerdict verdict)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const BywayFinding *finding = findings->pdata[i];

      if (strcmp (finding->id, id) == 0 && finding->verdict == verdict)
        return finding;
    }
  return NULL;
}

static void
test_healthy (void)
{
  BywayDoctorFacts facts = healthy ();
  g_autoptr (GPtrArray) findings = byway_doctor_examine (&facts);
  g_autofree char *conclusion = byway_doctor_conclusion (&facts, findings);

  for (guint i = 0; i < findings->len; i++)
    {
      const BywayFinding *finding = findings->pdata[i];

      g_test_message ("%s: %s", finding->id, finding->sentence);
      g_assert_cmpint (finding->verdict, ==, BYWAY_VERDICT_OK);
      g_assert_null (finding->fix);
    }
  g_assert_cmpstr (conclusion, ==, "You can connect.");
}

/* One thing is changed each time, and that is what is said, with the words. */
typedef struct
{
  void (*spoil) (BywayDoctorFacts *facts);
  const char *id;
  BywayVerdict verdict;
  const char *words, *conclusion;
} Case;

#define SPOIL(name, statement)                                                                     \
  static void name (BywayDoctorFacts *facts)                                                       \
  {                                                                                                \
    statement;                                                                                     \
  }
SPOIL (no_pppd, facts->pppd = NULL)
SPOIL (no_xl2tpd, facts->xl2tpd = NULL)
SPOIL (other_plugin, facts->plugin_for = "2.5.2")
SPOIL (not_ours_to_run, facts->pppd = "(of unknown version)")
SPOIL (no_plugin, facts->plugin_for = NULL)
SPOIL (no_charon, facts->charon = facts->charon_version = NULL)
SPOIL (only_pluto, facts->charon = facts->charon_version = NULL; facts->pluto = "/x/pluto";
       facts->libreswan_ikev1 = BYWAY_ANSWER_NO)
SPOIL (sound_pluto, facts->charon = facts->charon_version = NULL; facts->pluto = "/x/pluto";
       facts->libreswan_ikev1 = BYWAY_ANSWER_YES)
SPOIL (running_pluto, sound_pluto (facts); facts->libreswan_version = "4.10"; facts->port_500 = "")
SPOIL (both_daemons, facts->pluto = "/x/pluto"; facts->libreswan_ikev1 = BYWAY_ANSWER_NO)
SPOIL (no_3des, facts->charon_has_3des = FALSE)
SPOIL (libipsec, facts->charon_plugins = bad_plugins)
SPOIL (no_esp, facts->modules[BYWAY_DOCTOR_ESP] = BYWAY_MODULE_ABSENT; facts->kernel_esp = -1)
SPOIL (blocked_l2tp, facts->modules[BYWAY_DOCTOR_L2TP] = BYWAY_MODULE_BLOCKED;
       facts->kernel_l2tp = EPROTONOSUPPORT)
SPOIL (container, facts->container = "docker"; facts->kernel_ppp = ENOENT;
       facts->kernel_l2tp = EAFNOSUPPORT)
SPOIL (untried, facts->kernel_ppp = facts->kernel_l2tp = facts->kernel_esp = -1)
SPOIL (port_500_held, facts->port_500 = "python3")
SPOIL (port_1701_held, facts->port_1701 = "")
SPOIL (no_bus, facts->bus = FALSE; facts->helper_answers = FALSE)
SPOIL (no_helper, facts->helper_answers = FALSE; facts->helper_installed = BYWAY_ANSWER_NO)
SPOIL (no_polkit, facts->polkit = BYWAY_ANSWER_NO)
SPOIL (no_agent, facts->may_connect = BYWAY_ANSWER_NO; facts->may_be_asked = BYWAY_ANSWER_YES;
       facts->agent = BYWAY_ANSWER_NO)
SPOIL (forbidden, facts->may_connect = BYWAY_ANSWER_NO; facts->may_be_asked = BYWAY_ANSWER_NO)
SPOIL (soon_over, facts->certificate = "CN=laptop"; facts->certificate_days = 30)
SPOIL (useless, facts->certificate_problem = "a certificate is out of its time")
SPOIL (no_nss_tools, sound_pluto (facts); facts->by_certificate = TRUE)
SPOIL (nss_tools, no_nss_tools (facts); facts->nss_tools = TRUE)
SPOIL (token_of_pluto, nss_tools (facts); facts->by_token = TRUE; facts->charon_plugins = NULL)
SPOIL (no_token_plugin, facts->by_certificate = facts->by_token = TRUE)
SPOIL (token_plugin, no_token_plugin (facts); facts->charon_plugins = token_plugins)
SPOIL (token_unseen, no_token_plugin (facts); facts->charon_plugins = NULL)
SPOIL (token_of_both, token_plugin (facts); facts->pluto = "/x/pluto")
SPOIL (locked, facts->keyring_open = BYWAY_ANSWER_NO)
SPOIL (plain_dns, facts->dns = "file")
SPOIL (strict_filter, facts->rp_filter = 1)
SPOIL (other_tunnel, facts->tunnels = "wg0")
SPOIL (denied, facts->denials = "apparmor=\"DENIED\" profile=\"charon\"")
SPOIL (no_log, facts->denials = NULL)
SPOIL (old_clock, facts->clock_is_set = BYWAY_ANSWER_NO)
SPOIL (free_clock, facts->clock_is_synchronized = BYWAY_ANSWER_NO)
SPOIL (unresolved, facts->address = NULL; facts->resolve_error = "no such name")
SPOIL (unrouted, facts->routed = BYWAY_ANSWER_NO)
SPOIL (no_secret, facts->missing_secrets = "password")
SPOIL (weak, facts->weak = TRUE)
SPOIL (plain, facts->plain = TRUE)
SPOIL (aggressive, facts->aggressive = TRUE)
SPOIL (lacking, facts->lacking = "3des")
SPOIL (libreswan_lacks, facts->lacking = "modp1024"; facts->by_libreswan = TRUE)
SPOIL (bad_settings, facts->problems = "mtu: too large")

#define OK BYWAY_VERDICT_OK
#define WARN BYWAY_VERDICT_WARNING
#define BAD BYWAY_VERDICT_PROBLEM
#define NONE BYWAY_VERDICT_UNKNOWN

static const Case cases[] = {
  { no_pppd, "pppd", BAD, "pppd is not installed", "You can't connect: pppd is not installed." },
  { no_xl2tpd, "xl2tpd", BAD, "not installed", "You can't connect: " },
  { other_plugin, "pppd-plugin", BAD, "built for pppd 2.5.2, and pppd 2.4.9", "You can't" },
  { not_ours_to_run, "pppd-plugin", NONE, "can only root ask", "as far as" },
  { no_plugin, "pppd-plugin", BAD, "not where it belongs", "You can't" },
  { no_charon, "ike-daemon", BAD, "No IKE daemon is installed", "You can't" },
  { only_pluto, "libreswan-ikev1", BAD, "is switched off in Libreswan", "You can't" },
  { sound_pluto, "ike-daemon", OK, "Libreswan is installed (/x/pluto)", "You can connect." },
  { sound_pluto, "libreswan-groups", OK, "modp1024", "You can connect." },
  { running_pluto, "ike-daemon", OK, "Libreswan 4.10 runs", "You can connect." },
  { running_pluto, "port-500", OK, "while the IKE daemon runs", "You can connect." },
  { both_daemons, "libreswan-ikev1", WARN, "is switched off", "You can connect." },
  { no_3des, "3des", WARN, "can't do 3DES", "You can connect." },
  { libipsec, "charon-plugins", BAD, "kernel-libipsec can't do transport mode", "You can't" },
  { libipsec, "charon-plugins", WARN, "bypass-lan", "You can't" },
  { no_esp, "esp4", BAD, "This kernel (6.1) has no module esp4",
    "has no IPsec (ESP): no connection" },
  { blocked_l2tp, "l2tp_ppp", BAD, "blacklisted", "has no L2TP: no connection can be made" },
  { blocked_l2tp, "try-l2tp", BAD, "refuses L2TP", "has no L2TP" },
  { container, "try-ppp", BAD, "refuses PPP",
    "This is a container (docker), and the kernel below it has no PPP, L2TP: no connection can be "
    "made from here." },
  { untried, "try-ppp", NONE, "not tried", "as far as could be checked" },
  { port_500_held, "port-500", BAD, "held by python3", "You can't" },
  { port_1701_held, "port-1701", WARN, "another program", "You can connect." },
  { no_bus, "helper", BAD, "no system bus", "You can't" },
  { no_helper, "helper", BAD, "knows no helper", "You can't" },
  { no_polkit, "polkit", BAD, "only root may connect", "You can't" },
  { no_agent, "polkit", WARN, "no program that asks", "You can connect." },
  { forbidden, "polkit", BAD, "does not allow", "You can't" },
  { soon_over, "certificate", WARN, "30 days", "You can connect." },
  { useless, "certificate", BAD, "out of its time", "You can't" },
  { no_nss_tools, "nss-tools", BAD, "certutil and pk12util", "You can't" },
  { nss_tools, "ike-daemon", OK, "Libreswan is installed", "You can connect." },
  { token_of_pluto, "token", BAD, "needs strongSwan, and only Libreswan", "You can't" },
  { no_token_plugin, "token", BAD, "strongSwan here has no plugin pkcs11",
    "You can't connect: Its key is on a token" },
  { token_plugin, "token", OK, "has its plugin pkcs11", "You can connect." },
  { token_unseen, "token", NONE, "was not seen", "as far as" },
  { token_of_both, "token", OK, "has its plugin pkcs11", "You can connect." },
  { locked, "keyring", WARN, "locked", "You can connect." },
  { plain_dns, "dns", WARN, "plain file", "You can connect." },
  { strict_filter, "rp-filter", WARN, "strict", "You can connect." },
  { other_tunnel, "other-tunnels", WARN, "wg0", "You can connect." },
  { denied, "apparmor", WARN, "profile=\"charon\"", "You can connect." },
  { no_log, "apparmor", NONE, "root's", "as far as could be checked" },
  { old_clock, "clock", BAD, "before the day", "You can't" },
  { free_clock, "clock", WARN, "not synchronised", "You can connect." },
  { unresolved, "server", BAD, "does not resolve: no such name", "You can't" },
  { unrouted, "server", BAD, "no way to the server", "You can't" },
  { no_secret, "secrets", WARN, "password", "You can connect." },
  { weak, "algorithms", WARN, "weak", "You can connect." },
  { plain, "way", WARN, "without IPsec", "You can connect." },
  { aggressive, "way", WARN, "aggressive mode", "You can connect." },
  { lacking, "algorithms", BAD, "strongSwan here can do none of its proposals: 3des is missing",
    "You can't" },
  { libreswan_lacks, "algorithms", BAD,
    "Libreswan here can do none of its proposals: modp1024 is missing", "You can't" },
  { bad_settings, "settings", BAD, "mtu: too large", "You can't" },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayDoctorFacts facts = healthy ();
      g_autoptr (GPtrArray) findings = NULL;
      g_autofree char *conclusion = NULL;
      const BywayFinding *found;
      int worst = 0;

      cases[i].spoil (&facts);
      findings = byway_doctor_examine (&facts);
      conclusion = byway_doctor_conclusion (&facts, findings);
      found = find (findings, cases[i].id, cases[i].verdict);
      g_test_message ("%s: %s / %s", cases[i].id, found != NULL ? found->sentence : "(not said)",
                      conclusion);
      g_assert_nonnull (found);
      g_assert_nonnull (strstr (found->sentence, cases[i].words));
      g_assert_nonnull (strstr (conclusion, cases[i].conclusion));
      for (guint f = 0; f < findings->len; f++)
        {
          static const int ranks[] = { [OK] = 3, [WARN] = 1, [BAD] = 0, [NONE] = 2 };
          int rank = ranks[((const BywayFinding *)findings->pdata[f])->verdict];

          g_assert_cmpint (rank, >=, worst);
          worst = rank;
        }
    }
}

static void
test_modules (void)
{
  static const struct
  {
    const char *loaded, *dep, *builtin, *config;
    BywayModuleState state;
  } modules[] = {
    { NULL, NULL, NULL, NULL, BYWAY_MODULE_UNKNOWN },
    { "x 1 0\nl2tp_ppp 28672 0 - Live 0x0\n", NULL, NULL, NULL, BYWAY_MODULE_LOADED },
    { "l2tp_ppp_not 1 0\n", "kernel/net/l2tp/l2tp_ppp.ko: x.ko\n", NULL, NULL,
      BYWAY_MODULE_LOADABLE },
    { "", "a/b.ko:\nkernel/net/l2tp/l2tp_ppp.ko.xz: kernel/x.ko\n", "", "", BYWAY_MODULE_LOADABLE },
    { "", "a/b.ko: kernel/net/l2tp/l2tp_ppp.ko\n", "", "", BYWAY_MODULE_ABSENT },
    { "", "", "kernel/net/l2tp/l2tp-ppp.ko\n", "", BYWAY_MODULE_LOADED },
    { "", "k/l2tp_ppp.ko:", "", "# blacklist l2tp_ppp\nblacklist other\n", BYWAY_MODULE_LOADABLE },
    { "", "k/l2tp_ppp.ko:", "", "x\n  blacklist\tl2tp-ppp  \n", BYWAY_MODULE_BLOCKED },
    { "", "k/l2tp_ppp.ko:", "", "install l2tp_ppp /bin/false", BYWAY_MODULE_BLOCKED },
    { "", "k/l2tp_ppp.ko:", "", "install l2tp_ppp /sbin/modprobe -i x", BYWAY_MODULE_LOADABLE },
    { "", "k/l2tp_ppp.ko:", "", "install l2tp_ppp", BYWAY_MODULE_LOADABLE },
    { "", "k/l2tp_ppp.ko:", "", "options l2tp_ppp a=1", BYWAY_MODULE_LOADABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      g_test_message ("%zu", i);
      g_assert_cmpint (byway_kernel_module_state ("l2tp_ppp", modules[i].loaded, modules[i].dep,
                                                  modules[i].builtin, modules[i].config),
                       ==, modules[i].state);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/healthy", test_healthy);
  g_test_add_func ("/doctor/cases", test_cases);
  g_test_add_func ("/doctor/modules", test_modules);
  return g_test_run ();
}
