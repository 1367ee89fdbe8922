/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-profile.h"

#include <string.h>

static const char *const storage_choices[] = { "save", "session", "ask", NULL };
static const char *const machine_auth_choices[] = { "psk", "certificate", NULL };
static const char *const user_auth_choices[] = { "password", "certificate", NULL };
static const char *const ike_daemon_choices[] = { "auto", "strongswan", "libreswan", NULL };
static const char *const ike_version_choices[] = { "1", "2", NULL };
static const char *const reconnect_choices[] = { "never", "lost", "always", NULL };
static const char *const mppe_choices[] = { "no", "yes", "40", "128", NULL };

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
#define FILE_OPTION(k, s, member, text)                                                            \
  {                                                                                                \
    .key = k, .section = s, .type = BYWAY_OPTION_FILE, .max = 1023, AT (member), .doc = text       \
  }
#define ENUM_OPTION(k, s, member, values, d, text)                                                 \
  {                                                                                                \
    .key = k, .section = s, .type = BYWAY_OPTION_ENUM, .choices = values, .fallback = d,           \
    AT (member), .doc = text                                                                       \
  }
#define SECRET_OPTION(k, needed, lo, hi, text)                                                     \
  {                                                                                                \
    .key = k, .section = "secrets", .type = BYWAY_OPTION_SECRET, .flags = needed, .min = lo,       \
    .max = hi, .doc = text                                                                         \
  }

/* clang-format off */
static const BywayOption table[] = {
  { "gateway", "general", BYWAY_OPTION_HOST, BYWAY_OPTION_REQUIRED, .max = 253, AT (gateway),
    .doc = "The server: a name or an IPv4 address; of a name's several addresses the next one is tried where one does not answer." },
  ENUM_OPTION ("reconnect", "general", reconnect, reconnect_choices, "never",
    "Whether to connect again by itself: never, when an established connection was lost, or always until told otherwise."),

  BOOL_OPTION ("ipsec", "ipsec", ipsec, "yes",
    "Protect the tunnel with IPsec."),
  ENUM_OPTION ("ike-daemon", "ipsec", ike_daemon, ike_daemon_choices, "auto",
    "Which IKE daemon of this machine makes the IPsec association; auto: what /etc/byway/byway.conf says, or one that runs, or one that is installed."),
  ENUM_OPTION ("ike-version", "ipsec", ike_version, ike_version_choices, "1",
    "Version of IKE; nearly all L2TP servers speak 1."),
  ENUM_OPTION ("machine-auth", "ipsec", machine_auth, machine_auth_choices, "psk",
    "How IPsec knows us: by the pre-shared key, or by a certificate of this machine."),
  FILE_OPTION ("machine-ca", "ipsec", machine_ca, "The certificate of the authority that signed the server's."),
  FILE_OPTION ("machine-cert", "ipsec", machine_cert, "This machine's certificate."),
  FILE_OPTION ("machine-key", "ipsec", machine_key, "The private key of this machine's certificate."),
  { "machine-token", "ipsec", BYWAY_OPTION_TOKEN, .max = 511, AT (machine_token),
    .doc = "The private key of this machine's certificate where it lies on a token (smart card, HSM), in place of machine-key: pkcs11:id=%01;slot-id=0?module-name=NAME, by the module's name in strongswan.conf; its PIN is machine-certpass." },
  { "ike", "ipsec", BYWAY_OPTION_IKE, .max = 511, AT (ike),
    .doc = "IKE (phase 1) proposals, strongest first, separated by commas, such as aes256-sha256-modp2048; empty: a safe list that this machine can do." },
  { "esp", "ipsec", BYWAY_OPTION_ESP, .max = 511, AT (esp),
    .doc = "ESP (phase 2) proposals, such as aes256-sha256 or aes256gcm16; with a group for PFS; empty: automatic." },
  { "local-id", "ipsec", BYWAY_OPTION_IDENTITY, .max = 255, AT (local_id),
    .doc = "Our IKE identity: @name, user@name, an address, keyid:GROUP, @#HEX or C=DE, O=Firm, CN=me; empty: our address." },
  { "remote-id", "ipsec", BYWAY_OPTION_IDENTITY, .max = 255, AT (remote_id),
    .doc = "The identity that the server must show; empty: any, secured by the pre-shared key." },
  BOOL_OPTION ("aggressive", "ipsec", aggressive, "no",
    "Use IKE version 1's aggressive mode, for a server that knows us by a group name (local-id) only; whoever listens can try keys against it."),
  { "xauth-user", "ipsec", BYWAY_OPTION_TEXT, .max = 126, AT (xauth_user),
    .doc = "The user name of a second login inside IKE (XAUTH), for servers that want one; empty: none; with Libreswan nothing is renewed then, and the connection lasts as long as ike-lifetime and esp-lifetime say." },
  BOOL_OPTION ("force-encaps", "ipsec", force_encaps, "yes",
    "Wrap ESP in UDP even where no address translation is seen; most networks pass only that."),
  BOOL_OPTION ("pfs", "ipsec", pfs, "yes",
    "Let an ESP proposal that names a group make a fresh key exchange; no: leave the groups out."),
  BOOL_OPTION ("ipcomp", "ipsec", ipcomp, "no", "Offer to compress packets before they are encrypted (IPComp)."),
  UINT_OPTION ("ike-lifetime", "ipsec", ike_lifetime, 30, 86400, "10800", "s",
    "Seconds after which the IKE association is made anew."),
  UINT_OPTION ("esp-lifetime", "ipsec", esp_lifetime, 30, 86400, "3600", "s",
    "Seconds after which the ESP keys are made anew."),
  UINT_OPTION ("dpd-delay", "ipsec", dpd_delay, 0, 3600, "5", "s",
    "Seconds of silence before the server is asked whether it lives; 0: never asked."),
  UINT_OPTION ("dpd-timeout", "ipsec", dpd_timeout, 5, 3600, "20", "s",
    "Seconds without an answer to that question after which the server counts as dead."),

  BOOL_OPTION ("ephemeral-port", "l2tp", ephemeral_port, "no",
    "Use a free source port in place of 1701; done by itself when 1701 is taken."),
  BOOL_OPTION ("l2tp-auth", "l2tp", l2tp_auth, "no",
    "Prove to the server that we know the tunnel secret, and let it prove the same."),
  BOOL_OPTION ("hidden-avps", "l2tp", hidden_avps, "no",
    "Let xl2tpd hide by the tunnel secret what it can of its messages (its hidden bit); most builds of xl2tpd hide nothing."),
  BOOL_OPTION ("length-bit", "l2tp", length_bit, "yes",
    "Tell xl2tpd to put the length field into L2TP data messages; the kernel, which carries them, leaves it out whatever is said here."),
  UINT_OPTION ("l2tp-max-retries", "l2tp", l2tp_max_retries, 1, 10, "5", NULL,
    "How often an L2TP control message is sent before the server counts as silent."),

  { "user", "ppp", BYWAY_OPTION_TEXT, BYWAY_OPTION_REQUIRED, .max = 255, AT (user),
    .doc = "The user name at the server; with user-auth=certificate it may be left out, and is then the certificate's." },
  { "domain", "ppp", BYWAY_OPTION_TEXT, .max = 64, AT (domain),
    .doc = "The Windows domain, sent as DOMAIN\\user." },
  { "remote-name", "ppp", BYWAY_OPTION_TEXT, .max = 255, AT (remote_name),
    .doc = "The name by which the server's PPP must call itself before it gets an answer (CHAP and its kin; PAP tells none), or the name (CN) that its certificate must have (EAP-TLS); empty: any." },
  ENUM_OPTION ("user-auth", "ppp", user_auth, user_auth_choices, "password",
    "How the user logs in: by password, or by a certificate (EAP-TLS)."),
  FILE_OPTION ("user-ca", "ppp", user_ca, "The certificate of the authority that signed the server's, for EAP-TLS."),
  FILE_OPTION ("user-cert", "ppp", user_cert, "The user's certificate, for EAP-TLS; may hold its key and the authority too."),
  FILE_OPTION ("user-key", "ppp", user_key, "The private key of the user's certificate."),
  BOOL_OPTION ("refuse-eap", "ppp", refuse_eap, "yes", "Never log in by EAP with a password; a certificate always does, and by nothing else."),
  BOOL_OPTION ("refuse-pap", "ppp", refuse_pap, "no",
    "Never send the password by PAP; inside IPsec PAP is protected."),
  BOOL_OPTION ("plain-pap", "ppp", plain_pap, "no",
    "Send the password by PAP even where ipsec=no lets everybody on the way read it."),
  BOOL_OPTION ("refuse-chap", "ppp", refuse_chap, "no", "Never answer CHAP (MD5)."),
  BOOL_OPTION ("refuse-mschap", "ppp", refuse_mschap, "yes", "Never answer MS-CHAP version 1."),
  BOOL_OPTION ("refuse-mschapv2", "ppp", refuse_mschapv2, "no", "Never answer MS-CHAP version 2."),
  ENUM_OPTION ("mppe", "ppp", mppe, mppe_choices, "no",
    "Demand PPP's own encryption, of any, 40 or 128 bits; inside IPsec it only costs time."),
  BOOL_OPTION ("mppe-stateful", "ppp", mppe_stateful, "no", "Allow MPPE's stateful mode, which is weaker."),
  UINT_OPTION ("mtu", "ppp", mtu, 576, 1500, "1400", "bytes", "Largest packet that we send through the tunnel."),
  UINT_OPTION ("mru", "ppp", mru, 576, 1500, "1400", "bytes", "Largest packet that we ask the server to send."),
  UINT_OPTION ("mrru", "ppp", mrru, 0, 4500, "0", "bytes",
    "Ask for multilink with reassembled packets of up to this size (1500 or more); 0: no multilink."),
  UINT_OPTION ("lcp-echo-interval", "ppp", lcp_echo_interval, 0, 3600, "6", "s",
    "Seconds between echo requests on the link; 0: none."),
  UINT_OPTION ("lcp-echo-failure", "ppp", lcp_echo_failure, 1, 100, "3", NULL,
    "Unanswered echo requests after which the link counts as dead; known when the next one would be due."),
  BOOL_OPTION ("bsdcomp", "ppp", bsdcomp, "no", "Allow BSD compression."),
  BOOL_OPTION ("deflate", "ppp", deflate, "no", "Allow Deflate compression."),
  BOOL_OPTION ("vj-comp", "ppp", vj_comp, "no", "Allow Van Jacobson header compression."),
  BOOL_OPTION ("pcomp", "ppp", pcomp, "yes", "Allow protocol field compression."),
  BOOL_OPTION ("accomp", "ppp", accomp, "yes", "Allow address and control field compression."),
  { "ipcp-peer-ip", "ppp", BYWAY_OPTION_IPV4, .max = 15, AT (ipcp_peer_ip),
    .doc = "The address that the server's end is asked to have; it may answer with another." },
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
  BOOL_OPTION ("kill-switch", "routes", kill_switch, "no",
    "From connecting until disconnecting, whenever the connection is not up: let nothing leave this machine but the way to the server."),
  BOOL_OPTION ("kill-switch-local", "routes", kill_switch_local, "yes",
    "With the kill switch: private addresses of the local network may be reached all the same."),

  BOOL_OPTION ("dns-auto", "dns", dns_auto, "yes", "Use the name servers that the server names."),
  { "dns", "dns", BYWAY_OPTION_ADDRESSES, .max = 1000, AT (dns),
    .doc = "Name servers of your own, separated by commas; they come first." },
  { "dns-search", "dns", BYWAY_OPTION_DOMAINS, .max = 1000, AT (dns_search),
    .doc = "Domains to search, separated by commas." },
  BOOL_OPTION ("wins-auto", "dns", wins_auto, "no",
    "Ask for WINS servers too, for the names of old Windows networks; where there are none, that costs one round trip."),

  ENUM_OPTION ("ipsec-psk-storage", "secrets", ipsec_psk_storage, storage_choices, "save",
    "Where the pre-shared key is kept: the keyring, this login session, or nowhere (always ask)."),
  ENUM_OPTION ("password-storage", "secrets", password_storage, storage_choices, "save",
    "Where the password is kept: the keyring, this login session, or nowhere (always ask)."),
  ENUM_OPTION ("xauth-password-storage", "secrets", xauth_password_storage, storage_choices, "save",
    "Where the XAUTH password is kept: the keyring, this login session, or nowhere (always ask)."),
  ENUM_OPTION ("l2tp-secret-storage", "secrets", l2tp_secret_storage, storage_choices, "save",
    "Where the tunnel secret is kept: the keyring, this login session, or nowhere (always ask)."),
  ENUM_OPTION ("machine-certpass-storage", "secrets", machine_certpass_storage, storage_choices, "save",
    "Where the password of the machine's key is kept."),
  ENUM_OPTION ("user-certpass-storage", "secrets", user_certpass_storage, storage_choices, "save",
    "Where the password of the user's key is kept."),
  SECRET_OPTION ("ipsec-psk", BYWAY_OPTION_REQUIRED, 1, 1024, "The pre-shared key (also called shared secret)."),
  /* An account may have an empty one, where somebody says so. */
  SECRET_OPTION ("password", BYWAY_OPTION_REQUIRED, 0, 255, "The user's password."),
  SECRET_OPTION ("xauth-password", 0, 1, 255, "The password of the XAUTH login."),
  SECRET_OPTION ("l2tp-secret", 0, 1, 80, "The L2TP tunnel secret: printable ASCII without blanks, # and ;."),
  SECRET_OPTION ("machine-certpass", 0, 1, 255, "The password of the machine's private key, or its token's PIN."),
  SECRET_OPTION ("user-certpass", 0, 1, 255, "The password of the user's private key."),
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
      return g_strdup ("@name, user@name, an address, keyid:TEXT, @#HEX, a name such as C=DE, "
                       "O=Firm, CN=vpn or %any");
    case BYWAY_OPTION_IKE:
      return g_strdup ("proposals such as aes256-sha256-modp2048, separated by commas");
    case BYWAY_OPTION_ESP:
      return g_strdup ("proposals such as aes256-sha256 or aes256gcm16, separated by commas");
    case BYWAY_OPTION_IPV4:
      return g_strdup ("a host's IPv4 address");
    case BYWAY_OPTION_ADDRESSES:
      return g_strdup ("addresses, separated by commas");
    case BYWAY_OPTION_PREFIXES:
      return g_strdup ("networks such as 10.0.0.0/8, separated by commas");
    case BYWAY_OPTION_DOMAINS:
      return g_strdup ("domain names, separated by commas");
    case BYWAY_OPTION_FILE:
      return g_strdup ("an absolute path");
    case BYWAY_OPTION_TOKEN:
      return g_strdup ("a URI such as pkcs11:id=%01;slot-id=0?module-name=NAME");
    case BYWAY_OPTION_SECRET:
      return g_strdup_printf ("a secret of at most %u bytes", option->max);
    }
  g_return_val_if_reached (g_strdup (""));
}
