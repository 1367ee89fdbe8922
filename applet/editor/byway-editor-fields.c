/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-fields.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const machine_auth[]
    = { N_ ("Pre-shared key"), N_ ("Certificate of this machine"), NULL };
static const char *const user_auth[] = { N_ ("Password"), N_ ("Certificate (EAP-TLS)"), NULL };
static const char *const ike_daemon[]
    = { N_ ("Whichever is there"), N_ ("strongSwan"), N_ ("Libreswan"), NULL };
static const char *const ike_version[] = { N_ ("1 (nearly all servers)"), N_ ("2"), NULL };
static const char *const reconnect[]
    = { N_ ("No"), N_ ("When it was lost"), N_ ("Always, until disconnected"), NULL };
static const char *const mppe[] = { N_ ("No"), N_ ("Required, any strength"),
                                    N_ ("Required, 40 bits"), N_ ("Required, 128 bits"), NULL };

#define MAIN BYWAY_EDITOR_PAGE_MAIN
#define IPSEC BYWAY_EDITOR_PAGE_IPSEC
#define L2TP BYWAY_EDITOR_PAGE_L2TP
#define PPP BYWAY_EDITOR_PAGE_PPP
#define ROUTES BYWAY_EDITOR_PAGE_ROUTES
#define DNS BYWAY_EDITOR_PAGE_DNS
#define BY_PSK .when = "machine-auth", .is = "psk"
#define BY_MACHINE_CERT .when = "machine-auth", .is = "certificate"
#define BY_PASSWORD .when = "user-auth", .is = "password"
#define BY_USER_CERT .when = "user-auth", .is = "certificate"

/* Mnemonics differ within a page, and from those of the main page, which is seen beside each. */
/* clang-format off */
static const BywayEditorField table[] = {
  { "gateway", MAIN, NULL, N_("_Gateway") },
  { "user", MAIN, NULL, N_("User _name") },
  { "password", MAIN, NULL, N_("_Password"), BY_PASSWORD },
  { "ipsec-psk", MAIN, NULL, N_("Pre-shared _key (shared secret)"), BY_PSK },

  { "ipsec", IPSEC, N_("Identity"), N_("_Encrypt the tunnel with IPsec") },
  { "machine-auth", IPSEC, N_("Identity"), N_("Prove _who we are by"), machine_auth },
  { "machine-ca", IPSEC, N_("Identity"), N_("Certificate _authority"), BY_MACHINE_CERT },
  { "machine-cert", IPSEC, N_("Identity"), N_("_Machine certificate"), BY_MACHINE_CERT },
  { "machine-key", IPSEC, N_("Identity"), N_("Pr_ivate key"), BY_MACHINE_CERT },
  { "machine-token", IPSEC, N_("Identity"), N_("Private key on a token"), BY_MACHINE_CERT },
  { "machine-certpass", IPSEC, N_("Identity"), N_("Private key pa_ssword"), BY_MACHINE_CERT },
  { "local-id", IPSEC, N_("Identity"), N_("Our i_dentity") },
  { "remote-id", IPSEC, N_("Identity"), N_("Serve_r’s identity") },
  { "aggressive", IPSEC, N_("Identity"), N_("Aggressive mode (unsafe: the key can be attacked)") },
  { "xauth-user", IPSEC, N_("Second login (XAUTH)"), N_("User name inside IPsec") },
  { "xauth-password", IPSEC, N_("Second login (XAUTH)"), N_("Password inside IPsec") },
  { "ike-daemon", IPSEC, N_("Algorithms"), N_("IKE daemon"), ike_daemon },
  { "ike-version", IPSEC, N_("Algorithms"), N_("IKE versi_on"), ike_version },
  { "ike", IPSEC, N_("Algorithms"), N_("IKE algori_thms (phase 1)") },
  { "esp", IPSEC, N_("Algorithms"), N_("ESP a_lgorithms (phase 2)") },
  { "pfs", IPSEC, N_("Algorithms"), N_("Perfect _forward secrecy") },
  { "ike-lifetime", IPSEC, N_("Times"), N_("Renew IKE after") },
  { "esp-lifetime", IPSEC, N_("Times"), N_("Renew ESP after") },
  { "dpd-delay", IPSEC, N_("Times"), N_("Ask a silent server after") },
  { "dpd-timeout", IPSEC, N_("Times"), N_("Give a server _up after") },
  { "force-encaps", IPSEC, N_("Network"), N_("Alwa_ys wrap in UDP") },
  { "ipcomp", IPSEC, N_("Network"), N_("_Compress packets (IPComp)") },

  { "ephemeral-port", L2TP, NULL, N_("Use any free source p_ort, not 1701") },
  { "l2tp-auth", L2TP, NULL, N_("Prove _who we are by a tunnel secret") },
  { "l2tp-secret", L2TP, NULL, N_("_Tunnel secret"), .when = "l2tp-auth", .is = "yes" },
  { "hidden-avps", L2TP, NULL, N_("Hide what _xl2tpd can hide"), .when = "l2tp-auth", .is = "yes" },
  { "length-bit", L2TP, NULL, N_("Send packet _lengths") },
  { "l2tp-max-retries", L2TP, NULL, N_("Send a message at _most (times)") },

  { "domain", PPP, N_("Login"), N_("Windows _domain") },
  { "remote-name", PPP, N_("Login"), N_("Server’s name in PPP") },
  { "user-auth", PPP, N_("Login"), N_("_Log in with"), user_auth },
  { "user-ca", PPP, N_("Login"), N_("Certificate _authority"), BY_USER_CERT },
  { "user-cert", PPP, N_("Login"), N_("_User certificate"), BY_USER_CERT },
  { "user-key", PPP, N_("Login"), N_("Pr_ivate key"), BY_USER_CERT },
  { "user-certpass", PPP, N_("Login"), N_("Private key pass_word"), BY_USER_CERT },
  { "refuse-mschapv2", PPP, N_("Allowed ways to log in"), N_("MS-CHAP version _2"), .inverted = TRUE },
  { "refuse-chap", PPP, N_("Allowed ways to log in"), N_("C_HAP"), .inverted = TRUE },
  { "refuse-pap", PPP, N_("Allowed ways to log in"), N_("PAP (the password as it is, inside IPsec)"), .inverted = TRUE },
  { "plain-pap", PPP, N_("Allowed ways to log in"), N_("PAP even without IPsec (everybody can read it)") },
  { "refuse-mschap", PPP, N_("Allowed ways to log in"), N_("MS-CHAP version _1"), .inverted = TRUE },
  { "refuse-eap", PPP, N_("Allowed ways to log in"), N_("_EAP"), .inverted = TRUE },
  { "mtu", PPP, N_("Packets"), N_("Largest packet _sent (MTU)") },
  { "mru", PPP, N_("Packets"), N_("Largest packet _received (MRU)") },
  { "mrru", PPP, N_("Packets"), N_("Largest multilink packet (MRRU)") },
  { "lcp-echo-interval", PPP, N_("Is the server still there?"), N_("Ask every") },
  { "lcp-echo-failure", PPP, N_("Is the server still there?"), N_("Gone after unanswered") },
  { "ipcp-peer-ip", PPP, N_("Addresses"), N_("Address of the server’s end") },
  { "ipv6", PPP, N_("Addresses"), N_("IPv_6 inside the tunnel") },
  { "wins-auto", PPP, N_("Addresses"), N_("Ask for WINS servers (old Windows networks)") },
  { "mppe", PPP, N_("Encryption by PPP"), N_("_MPPE"), mppe },
  { "mppe-stateful", PPP, N_("Encryption by PPP"), N_("Allow s_tateful MPPE") },
  { "bsdcomp", PPP, N_("Compression"), N_("_BSD") },
  { "deflate", PPP, N_("Compression"), N_("De_flate") },
  { "vj-comp", PPP, N_("Compression"), N_("Headers (Van _Jacobson)") },
  { "pcomp", PPP, N_("Compression"), N_("Pr_otocol field") },
  { "accomp", PPP, N_("Compression"), N_("Address and _control field") },

  { "reconnect", ROUTES, NULL, N_("Connect again by itsel_f"), reconnect },
  { "all-traffic", ROUTES, NULL, N_("Send _all traffic through the tunnel") },
  { "routes", ROUTES, NULL, N_("Net_works behind the server") },
  { "exclude-routes", ROUTES, NULL, N_("Networks _outside the tunnel") },
  { "route-metric", ROUTES, NULL, N_("_Metric") },
  { "block-ipv6", ROUTES, NULL, N_("_Block IPv6 beside a tunnel without it") },
  { "kill-switch", ROUTES, N_("Kill switch"), N_("Let nothing leave while it is not _up") },
  { "kill-switch-local", ROUTES, N_("Kill switch"), N_("But let the _local network be reached") },

  { "dns-auto", DNS, NULL, N_("_Use the server’s name servers") },
  { "dns", DNS, NULL, N_("Name _servers") },
  { "dns-search", DNS, NULL, N_("Search _domains") },
};

static const char *const titles[] = {
  [BYWAY_EDITOR_PAGE_MAIN] = N_("Connection"),
  [BYWAY_EDITOR_PAGE_IPSEC] = N_("IPsec"),
  [BYWAY_EDITOR_PAGE_L2TP] = N_("L2TP"),
  [BYWAY_EDITOR_PAGE_PPP] = N_("PPP"),
  [BYWAY_EDITOR_PAGE_ROUTES] = N_("Routes"),
  [BYWAY_EDITOR_PAGE_DNS] = N_("DNS"),
};
/* clang-format on */

const BywayEditorField *
byway_editor_fields (gsize *n)
{
  *n = G_N_ELEMENTS (table);
  return table;
}

const BywayEditorField *
byway_editor_field_find (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].key, key) == 0)
      return &table[i];
  return NULL;
}

const char *
byway_editor_page_title (BywayEditorPage page)
{
  return _ (titles[page]);
}

gboolean
byway_editor_has_key (const char *key)
{
  g_autofree char *secret = NULL;

  if (!g_str_has_suffix (key, "-storage"))
    return byway_editor_field_find (key) != NULL;
  secret = g_strndup (key, strlen (key) - strlen ("-storage"));
  return byway_editor_field_find (secret) != NULL;
}

static void
append_word (GString *sentence, const char *word)
{
  gsize length = strcspn (word, ".,;:");
  g_autofree char *key = g_strndup (word, length);
  const BywayEditorField *field = strchr (key, '-') != NULL ? byway_editor_field_find (key) : NULL;
  g_autofree char *name = field != NULL ? byway_editor_field_name (field) : NULL;

  if (sentence->len > 0)
    g_string_append_c (sentence, ' ');
  if (name != NULL)
    g_string_append_printf (sentence, "“%s”%s", name, word + length);
  else
    g_string_append (sentence, word);
}

char *
byway_editor_sentence (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GString) sentence = g_string_new (NULL);
  g_autofree char *first = NULL;

  for (char **word = words; *word != NULL; word++)
    append_word (sentence, *word);
  if (sentence->len == 0)
    return g_strdup ("");
  first = g_utf8_strup (sentence->str, g_utf8_next_char (sentence->str) - sentence->str);
  return g_strconcat (first, g_utf8_next_char (sentence->str), NULL);
}

char *
byway_editor_field_name (const BywayEditorField *field)
{
  g_auto (GStrv) parts = g_strsplit (_ (field->label), "_", -1);

  return g_strjoinv ("", parts);
}
