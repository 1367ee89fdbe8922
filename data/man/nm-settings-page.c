/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-nm-data.h"
#include "roff.h"

#include <string.h>

/* Prints nm-settings-byway(5), made from the option table and the table of NetworkManager-l2tp's
 * words. */

static const char head[]
    = ".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
      ".\\\" Made from core/byway-option.c and core/byway-nm-data.c\n"
      ".Dd November 23, 2026\n.Dt NM-SETTINGS-BYWAY 5\n.Os\n"
      ".Sh NAME\n.Nm nm-settings-byway\n"
      ".Nd settings of Byway's connections in NetworkManager\n"
      ".Sh DESCRIPTION\nA profile of NetworkManager's whose\n.Cm vpn.service-type\nis\n"
      ".Cm " BYWAY_NM_SERVICE "\n.Pq for Xr nmcli 1 : Cm vpn-type byway\n"
      "is connected by Byway.\nIts settings are in\n.Cm vpn.data ,\nits secrets in\n"
      ".Cm vpn.secrets .\nAddresses, routes and name servers are in\n.Cm ipv4\nand\n.Cm ipv6 ,\n"
      "as of any profile: see\n.Xr nm-settings-nmcli 5 .\n"
      "To send only some networks through the tunnel, set\n.Cm ipv4.never-default\nand\n"
      ".Cm ipv4.routes .\n.Pp\n"
      "NetworkManager-l2tp's keys are taken too, so that its profiles with IPsec need another\n"
      ".Cm vpn.service-type\nand nothing else.\n"
      "Where both are set, Byway's own key counts.\n"
      ".Pp\nA profile that says\n.Cm ipsec\\-enabled\\&=yes ,\nand nothing by Byway's own key\n"
      ".Cm ipsec ,\nis in that program's words.\n"
      "What it leaves out means what it means there, where that costs no protection: see the "
      "options\n"
      "below; and a pre-shared key that begins with\n.Li 0s\nis base64.\n"
      "In every other profile a key that is absent has Byway's default, and a secret is what it "
      "is.\n"
      ".Pp\nNothing that is absent turns IPsec off.\n"
      "A profile with keys of that program's, but neither\n.Cm ipsec\\-enabled\nnor\n.Cm ipsec\n"
      "nor a pre-shared key, was a tunnel without IPsec there.\n"
      "Here it is refused until it says\n.Cm ipsec\\-enabled\\&=yes\nand has a key; or\n"
      ".Cm ipsec\\&=no ,\nand then everything can be read on its way, also the password.\n.Pp\n"
      "A profile with a key that is neither's is refused, and each such key is named.\n"
      ".Sh DATA\n";

static const char secrets_head[] = ".Sh SECRETS\nIn\n.Cm vpn.secrets :\n.Bl -tag -width Ds\n";

static const char flags_text[]
    = ".El\n.Pp\nWhere a secret is kept says\n.Cm vpn.data Ns 's\n.Ar secret Ns Cm \\-flags ,\n"
      "such as\n.Cm password\\-flags ,\na sum of:\n.Bl -tag -width Ds -compact\n"
      ".It 0\nNetworkManager keeps it, in a file that root can read: it connects without a user.\n"
      ".It 1\nAn agent in the user's session keeps it, in the keyring.\n"
      ".It 2\nNobody does: it is asked for at each connect.\n"
      ".It 4\nIt is not needed, and not asked for.\n.El\n.Pp\n"
      "Secrets hold no line break; NetworkManager's are text in UTF-8.\n"
      "A key in\n.Cm vpn.data Ns 's\n.Cm ipsec\\-psk ,\n"
      "an old place of NetworkManager-l2tp's, is used where there is no secret;\n"
      "everyone who may see the profile can read it, and an editor that saves the profile moves "
      "it\n"
      "to the secrets, unless by its flags it would not be kept there.\n";

/* What NetworkManager does in place of the helper, and otherwise. */
static const char *const notes[][2] = {
  { "reconnect", "No effect here: NetworkManager decides when to connect." },
  { "exclude-routes", "NetworkManager has nothing of the kind: a profile with it is refused." },
  { "block-ipv6",
    "No effect here: NetworkManager decides where IPv6 goes, see\n.Cm ipv6.method ." },
  { "kill-switch", "No effect here: it is for Byway's own connections." },
  { "kill-switch-local", "No effect here: it is for Byway's own connections." },
  { "remote-id",
    "With a certificate and without this NetworkManager-l2tp takes any name of the server's;\n"
    "Byway, the gateway's only, and any where it is %any." },
  { "plain-pap", "NetworkManager-l2tp sends the password by PAP without IPsec, too." },
  { "routes", "The same as\n.Cm ipv4.routes\nand\n.Cm ipv6.routes ,\nwhich editors show." },
  { "all-traffic", "no: the same as\n.Cm ipv4.never-default\nand\n.Cm ipv6.never-default ." },
};

/* Each title, and what is typed. */
static const char *const examples[][2] = {
  { "A connection for the whole machine, its secrets kept by NetworkManager:",
    "nmcli connection add type vpn vpn-type byway con-name office \\e\n"
    "    vpn.data 'gateway=vpn.example.net, user=alice' \\e\n"
    "    vpn.secrets 'ipsec-psk=SHARED SECRET, password=WORD'\n"
    "nmcli connection up office\n" },
  { "Only one network behind the server, and an option of Byway's:",
    "nmcli connection modify office ipv4.never-default yes ipv4.routes 172.31.18.0/24\n"
    "nmcli connection modify office +vpn.data dpd-delay=20\n" },
  { "A normal user's own, its secrets in the keyring by a desktop's agent:",
    "nmcli connection add type vpn vpn-type byway con-name office \\e\n"
    "    connection.permissions user:$USER \\e\n"
    "    vpn.data 'gateway=vpn.example.net, user=alice, password-flags=1, ipsec-psk-flags=1'\n"
    "nmcli connection up office\n" },
  { "Without a desktop, asked for on the terminal:", "nmcli --ask connection up office\n" },
  { "From a script:", "umask 077\n"
                      "printf '%s\\en' 'vpn.secrets.ipsec-psk:SHARED SECRET' \\e\n"
                      "    'vpn.secrets.password:WORD' >secrets\n"
                      "nmcli connection up office passwd-file secrets\n" },
  { "A file that NetworkManager-l2tp or Byway exported:",
    "nmcli connection import type byway file office.conf\n"
    "nmcli connection export office office.conf\n" },
  { "A profile of NetworkManager-l2tp's, by hand or as byway(1) does it, which checks it first:",
    "nmcli connection modify office vpn.service-type " BYWAY_NM_SERVICE "\n"
    "byway migrate office\n"
    "byway migrate --undo office\n" },
};

/* What the other program's key means in ours: a boolean that is its opposite, for one. */
static void
print_alias (const BywayOption *option, const char *alias)
{
  g_autoptr (GHashTable) data = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) issues = byway_issues_new ();
  g_autoptr (GHashTable) settings = NULL;
  const char *value;

  g_print (".br\nNetworkManager-l2tp's\n.Cm ");
  roff_print_literal (alias);
  if (!byway_nm_key_is_boolean (alias))
    {
      g_print (" .\n");
      return;
    }
  g_hash_table_insert (data, (char *)alias, "yes");
  settings = byway_nm_data_to_settings (data, NULL, NULL, issues);
  value = g_hash_table_lookup (settings, option->key);
  g_print ("\\&=yes\nis\n.Cm ");
  roff_print_literal (option->key);
  g_print ("\\&=%s .\n", value);
}

/* What the other program does where it is not set, and who counts. */
static void
print_absent (const BywayOption *option)
{
  gboolean taken;
  g_autofree char *theirs = byway_nm_key_absent (option->key, &taken);

  if (theirs == NULL)
    return;
  g_print (".br\nNot set, NetworkManager-l2tp has %s; ", theirs);
  g_print (taken ? "so has Byway in a profile in its words.\n" : "Byway has its own default.\n");
}

static void
print_key (const BywayOption *option)
{
  g_auto (GStrv) aliases = byway_nm_key_aliases (option->key);

  roff_print_option (option);
  for (char **alias = aliases; *alias != NULL; alias++)
    print_alias (option, *alias);
  print_absent (option);
  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    if (strcmp (notes[i][0], option->key) == 0)
      g_print (".br\n%s\n", notes[i][1]);
}

static void
print_keys (const BywayOption *options, gsize n)
{
  const char *section = "";

  for (gsize i = 0; i < n; i++)
    {
      if (byway_nm_key_classify (options[i].key) != BYWAY_NM_KEY_OPTION)
        continue;
      if (strcmp (section, options[i].section) != 0)
        {
          section = options[i].section;
          g_print ("%s.Ss %s\n.Bl -tag -width Ds\n", i > 0 ? ".El\n" : "", section);
        }
      print_key (&options[i]);
    }
  g_print (".El\n");
}

static void
print_secrets (const BywayOption *options, gsize n)
{
  g_print ("%s", secrets_head);
  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET)
      roff_print_option (&options[i]);
  g_print ("%s", flags_text);
}

static void
print_examples (void)
{
  g_print (".Sh EXAMPLES\n");
  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    g_print ("%s%s\n.Bd -literal -offset indent\n%s.Ed\n", i > 0 ? ".Pp\n" : "", examples[i][0],
             examples[i][1]);
}

int
main (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  g_print ("%s", head);
  print_keys (options, n);
  print_secrets (options, n);
  g_print (".Sh FILES\nA file has the form that NetworkManager-l2tp exports.\n"
           "What that program has no word for stands under Byway's own key, which it passes over.\n"
           "Secrets are not in it, and neither are manual addresses.\n"
           "One without\n.Li ipsec\\-enabled=true\nis a tunnel without IPsec, and is imported only "
           "where "
           "it says\n.Li ipsec=false ,\nas Byway writes it.\n");
  print_examples ();
  g_print (".Sh SEE ALSO\n.Xr byway 1 ,\n.Xr nmcli 1 ,\n.Xr byway-options 5 ,\n"
           ".Xr nm-settings-nmcli 5 ,\n.Xr bywayd 8\n");
  return 0;
}
