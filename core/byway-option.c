/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-profile.h"

#include <string.h>

static const char *const storage_choices[] = { "save", "session", "ask", NULL };

#define AT(member) .offset = G_STRUCT_OFFSET (BywayProfile, member)
#define BOOL_OPTION(k, s, member, d, text)                                                         \
  {                                                                                                \
    .key = k, .section = s, .type = BYWAY_OPTION_BOOL, .fallback = d, AT (member), .doc = text     \
  }
#define UINT_OPTION(k, s, member, lo, hi, d, u, text)                                              \
  {                                                                                                \
    .key = k, .section = s, .type = BYWAY_OPTION_UINT, .min = lo, .max = hi, .fallback = d,        \
    AT (member), .unit = u, .doc = text                                                            \
  }

/* clang-format off */
static const BywayOption table[] = {
  { "gateway", "general", BYWAY_OPTION_HOST, BYWAY_OPTION_REQUIRED, .max = 253, AT (gateway),
    .doc = "The server: a name or an IPv4 address." },

  { "ike", "ipsec", BYWAY_OPTION_IKE, .max = 511, AT (ike),
    .doc = "IKE (phase 1) proposals, strongest first, separated by commas, such as aes256-sha256-modp2048; empty: a safe list that this machine can do." },
  { "esp", "ipsec", BYWAY_OPTION_ESP, .max = 511, AT (esp),
    .doc = "ESP (phase 2) proposals, such as aes256-sha256 or aes256gcm16; with a group for PFS; empty: automatic." },
  { "local-id", "ipsec", BYWAY_OPTION_IDENTITY, .max = 255, AT (local_id),
    .doc = "Our IKE identity: @name, user@name, an address, keyid:GROUP or @#HEX; empty: our address." },
  { "remote-id", "ipsec", BYWAY_OPTION_IDENTITY, .max = 255, AT (remote_id),
    .doc = "The identity that the server must show; empty: any, secured by the pre-shared key." },
  BOOL_OPTION ("force-encaps", "ipsec", force_encaps, "yes",
    "Wrap ESP in UDP even where no address translation is seen; most networks pass only that."),
  UINT_OPTION ("ike-lifetime", "ipsec", ike_lifetime, 300, 86400, "10800", "s",
    "Seconds after which the IKE association is made anew."),
  UINT_OPTION ("esp-lifetime", "ipsec", esp_lifetime, 300, 86400, "3600", "s",
    "Seconds after which the ESP keys are made anew."),
  UINT_OPTION ("dpd-delay", "ipsec", dpd_delay, 0, 3600, "10", "s",
    "Seconds of silence before the server is asked whether it lives; 0: never asked."),
  UINT_OPTION ("dpd-timeout", "ipsec", dpd_timeout, 5, 3600, "30", "s",
    "Seconds without an answer after which the server counts as dead."),

  BOOL_OPTION ("ephemeral-port", "l2tp", ephemeral_port, "no",
    "Use a free source port in place of 1701; done by itself when 1701 is taken."),
  BOOL_OPTION ("length-bit", "l2tp", length_bit, "yes",
    "Put the length field into L2TP data messages."),
  UINT_OPTION ("l2tp-max-retries", "l2tp", l2tp_max_retries, 1, 10, "5", NULL,
    "How often an L2TP control message is sent before the server counts as silent."),

  { "user", "ppp", BYWAY_OPTION_TEXT, BYWAY_OPTION_REQUIRED, .max = 255, AT (user),
    .doc = "The user name at the server." },
  { "domain", "ppp", BYWAY_OPTION_TEXT, .max = 64, AT (domain),
    .doc = "The Windows domain, sent as DOMAIN\\user." },
  BOOL_OPTION ("refuse-pap", "ppp", refuse_pap, "no",
    "Never send the password by PAP; inside IPsec PAP is protected."),
  BOOL_OPTION ("refuse-chap", "ppp", refuse_chap, "no", "Never answer CHAP (MD5)."),
  BOOL_OPTION ("refuse-mschap", "ppp", refuse_mschap, "yes", "Never answer MS-CHAP version 1."),
  BOOL_OPTION ("refuse-mschapv2", "ppp", refuse_mschapv2, "no", "Never answer MS-CHAP version 2."),
  UINT_OPTION ("mtu", "ppp", mtu, 576, 1500, "1400", "bytes", "Largest packet that we send through the tunnel."),
  UINT_OPTION ("mru", "ppp", mru, 576, 1500, "1400", "bytes", "Largest packet that we ask the server to send."),
  UINT_OPTION ("lcp-echo-interval", "ppp", lcp_echo_interval, 0, 3600, "10", "s",
    "Seconds between echo requests on the link; 0: none."),
  UINT_OPTION ("lcp-echo-failure", "ppp", lcp_echo_failure, 1, 100, "3", NULL,
    "Unanswered echo requests after which the link counts as dead."),
  BOOL_OPTION ("vj-comp", "ppp", vj_comp, "no", "Allow Van Jacobson header compression."),
  BOOL_OPTION ("pcomp", "ppp", pcomp, "yes", "Allow protocol field compression."),
  BOOL_OPTION ("accomp", "ppp", accomp, "yes", "Allow address and control field compression."),
  BOOL_OPTION ("ipv6", "ppp", ipv6, "no", "Ask for IPv6 inside the tunnel (IPV6CP)."),

  BOOL_OPTION ("all-traffic", "routes", all_traffic, "yes",
    "Send everything through the tunnel; no: only the networks in routes."),
  { "routes", "routes", BYWAY_OPTION_PREFIXES, .max = 2000, AT (routes),
    .doc = "Networks behind the server, separated by commas, each with an optional metric: 10.0.0.0/8, 2001:db8::/32 20." },
  { "exclude-routes", "routes", BYWAY_OPTION_PREFIXES, .max = 2000, AT (exclude_routes),
    .doc = "Networks that stay outside the tunnel." },
  UINT_OPTION ("route-metric", "routes", route_metric, 1, 65535, "50", NULL, "Metric of our routes where none is given."),
  BOOL_OPTION ("block-ipv6", "routes", block_ipv6, "yes",
    "With all traffic through a tunnel that carries no IPv6: let no IPv6 leave beside it."),

  BOOL_OPTION ("dns-auto", "dns", dns_auto, "yes", "Use the name servers that the server names."),
  { "dns", "dns", BYWAY_OPTION_ADDRESSES, .max = 1000, AT (dns),
    .doc = "Name servers of your own, separated by commas; they come first." },
  { "dns-search", "dns", BYWAY_OPTION_DOMAINS, .max = 1000, AT (dns_search),
    .doc = "Domains to search, separated by commas." },

  { "ipsec-psk-storage", "secrets", BYWAY_OPTION_ENUM, .fallback = "save", .choices = storage_choices, AT (ipsec_psk_storage),
    .doc = "Where the pre-shared key is kept: the keyring, this login session, or nowhere (always ask)." },
  { "password-storage", "secrets", BYWAY_OPTION_ENUM, .fallback = "save", .choices = storage_choices, AT (password_storage),
    .doc = "Where the password is kept: the keyring, this login session, or nowhere (always ask)." },
  { "ipsec-psk", "secrets", BYWAY_OPTION_SECRET, BYWAY_OPTION_REQUIRED, .min = 1, .max = 1024,
    .doc = "The pre-shared key (also called shared secret)." },
  { "password", "secrets", BYWAY_OPTION_SECRET, BYWAY_OPTION_REQUIRED, .min = 1, .max = 255,
    .doc = "The user's password." },
};
/* clang-format on */

const BywayOption *
byway_options (gsize *n)
{
  *n = G_N_ELEMENTS (table);
  return table;
}

const BywayOption *
byway_option_find (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].key, key) == 0)
      return &table[i];
  return NULL;
}

char *
byway_option_describe_range (const BywayOption *option)
{
  switch (option->type)
    {
    case BYWAY_OPTION_BOOL:
      return g_strdup ("yes or no");
    case BYWAY_OPTION_UINT:
      return g_strdup_printf ("a number from %u to %u", option->min, option->max);
    case BYWAY_OPTION_TEXT:
      return g_strdup_printf ("text of at most %u bytes", option->max);
    case BYWAY_OPTION_HOST:
      return g_strdup ("a host name or an IPv4 address");
      case BYWAY_OPTION_ENUM: {
        g_autofree char *list = g_strjoinv (", ", (char **)option->choices);

        return g_strdup_printf ("one of %s", list);
      }
    case BYWAY_OPTION_IDENTITY:
      return g_strdup ("@name, user@name, an address, keyid:TEXT, @#HEX or %any");
    case BYWAY_OPTION_IKE:
      return g_strdup ("proposals such as aes256-sha256-modp2048, separated by commas");
    case BYWAY_OPTION_ESP:
      return g_strdup ("proposals such as aes256-sha256 or aes256gcm16, separated by commas");
    case BYWAY_OPTION_ADDRESSES:
      return g_strdup ("addresses, separated by commas");
    case BYWAY_OPTION_PREFIXES:
      return g_strdup ("networks such as 10.0.0.0/8, separated by commas");
    case BYWAY_OPTION_DOMAINS:
      return g_strdup ("domain names, separated by commas");
    case BYWAY_OPTION_SECRET:
      return g_strdup_printf ("a secret of at most %u bytes", option->max);
    }
  g_return_val_if_reached (g_strdup (""));
}
