/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-mask.h"

#include <string.h>

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define RESPONSE                                                                                   \
  "d41d8cd98f00b204e9800998ecf8427e00000000000000000a0b0c0d0e0f1011121314151617181900"

/* A connection as most are. */
static BywayMask *
usual_mask (void)
{
  BywayMask *mask = byway_mask_new ();

  byway_mask_add_host (mask, BYWAY_MASK_SERVER, "vpn.example.net");
  byway_mask_add (mask, BYWAY_MASK_ADDRESS, "198.51.100.1");
  byway_mask_add (mask, BYWAY_MASK_USER, "alice");
  byway_mask_add (mask, BYWAY_MASK_NAME, "Office");
  byway_mask_add (mask, BYWAY_MASK_NAME, "ACME");
  byway_mask_add_domain (mask, "~corp.example");
  byway_mask_add (mask, BYWAY_MASK_HOST, "laptop7");
  byway_mask_add_secret (mask, "hunter22", 8);
  return mask;
}

typedef struct
{
  const char *line, *masked;
} Case;

static const Case charon[] = {
  { "initiating Main Mode IKE_SA byway-" UUID "[1] to 198.51.100.1",
    "initiating Main Mode IKE_SA byway-<uuid-1>[1] to <address-1>" },
  { "sending packet: from 192.0.2.7[500] to 198.51.100.1[500] (180 bytes)",
    "sending packet: from <address-2>[500] to <address-1>[500] (180 bytes)" },
  { "IKE_SA byway-" UUID "[1] established between 192.0.2.7[192.0.2.7]...198.51.100.1"
    "[vpn.example.net]",
    "IKE_SA byway-<uuid-1>[1] established between <address-2>[<address-2>]...<address-1>"
    "[<server>]" },
  { "established between 192.0.2.7[me]...198.51.100.1[C=CH, O=Zuber, CN=gate]",
    "established between <address-2>[<name-3>]...<address-1>[<name-4>]" },
  { "IDir 'gate7.zuber' does not match to 'vpn.example.net'",
    "IDir '<name-3>' does not match to '<server>'" },
  { "no shared key found for '%any' - 'gate7.zuber'",
    "no shared key found for '%any' - '<name-3>'" },
  { "CHILD_SA x{1} established with SPIs c1d2e3f4_i c5d6e7f8_o and TS 192.0.2.7/32[udp/l2f] === "
    "198.51.100.1/32[udp/l2f]",
    "CHILD_SA x{1} established with SPIs c1d2e3f4_i c5d6e7f8_o and TS <address-2>/32[udp/l2f] === "
    "<address-1>/32[udp/l2f]" },
  { "07[IKE] selected proposal: IKE:3DES_CBC/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024",
    "07[IKE] selected proposal: IKE:3DES_CBC/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024" },
  { "received unknown vendor ID: 4a:13:1c:81:07:03:58:45:5c:57:28:f2:0e:95:45:2f",
    "received unknown vendor ID: <mac-1>" },
};

static const Case xl2tpd[] = {
  { "xl2tpd[1]: Connecting to host 198.51.100.1, port 1701",
    "xl2tpd[1]: Connecting to host <address-1>, port 1701" },
  { "xl2tpd[1]: Connection established to 198.51.100.1, 1701.  Local: 11650, Remote: 37012 "
    "(ref=0/0).",
    "xl2tpd[1]: Connection established to <address-1>, 1701.  Local: 11650, Remote: 37012 "
    "(ref=0/0)." },
  { "xl2tpd[1]: hostname_avp: peer reports hostname 'gate7'",
    "xl2tpd[1]: hostname_avp: peer reports hostname '<name-3>'" },
  { "xl2tpd[1]: xl2tpd version xl2tpd-1.3.18 started on laptop7 PID:1",
    "xl2tpd[1]: xl2tpd version xl2tpd-1.3.18 started on <host-4> PID:1" },
  { "pppoptfile = /run/byway/" UUID "/options", "pppoptfile = /run/byway/<uuid-1>/options" },
};

static const Case pppd[] = {
  { "local  IP address 10.9.0.2", "local  IP address <address-2>" },
  { "rcvd [CHAP Challenge id=0x52 <" RESPONSE ">, name = \"gate7\"]",
    "rcvd [CHAP Challenge id=0x52 <<hex-1>>, name = \"<name-3>\"]" },
  { "sent [CHAP Response id=0x52 <" RESPONSE ">, name = \"ACME\\\\alice\"]",
    "sent [CHAP Response id=0x52 <<hex-1>>, name = \"<name-3>\"]" },
  { "sent [PAP AuthReq id=0x1 user=\"Alice\" password=<hidden>]",
    "sent [PAP AuthReq id=0x1 user=\"<user>\" password=<hidden>]" },
  { "Remote message: E=691 R=1 V=3", "Remote message: E=691 R=1 V=3" },
  { "sent [IPCP ConfReq id=0x1 <addr 0.0.0.0> <ms-dns1 10.9.0.53>]",
    "sent [IPCP ConfReq id=0x1 <addr 0.0.0.0> <ms-dns1 <address-2>>]" },
  { "local  LL address fe80::1c2d:3e4f:1", "local  LL address <address-2>" },
  { "pppd 2.4.9 started by alice, uid 0", "pppd 2.4.9 started by <user>, uid 0" },
};

static const Case literals[] = {
  { "0.0.0.0/0 127.0.0.1 127.0.0.53 ::1 :: 255.255.255.255",
    "0.0.0.0/0 127.0.0.1 127.0.0.53 ::1 :: 255.255.255.255" },
  { "strongSwan 5.9.8, Linux 6.1.0-13-amd64, Debian 12.5",
    "strongSwan 5.9.8, Linux 6.1.0-13-amd64, Debian 12.5" },
  { "300.1.2.3 1.2.3 12:34:56", "300.1.2.3 1.2.3 12:34:56" },
  { "at 2026-11-23 12:34:56.789", "at 2026-11-23 12:34:56.789" },
  { "2001:db8::1 2001:0DB8:0:0::1 2001:db8::2/64.", "<address-2> <address-2> <address-3>/64." },
  { "x192.0.2.1y 10.0.0.1:1701 (10.0.0.1)", "x<address-2>y <address-3>:1701 (<address-3>)" },
  { "::ffff:192.0.2.1", "<address-2>" },
  { "link/ether 52:54:00:12:34:56 brd ff-ff-ff-ff-ff-ff", "link/ether <mac-1> brd <mac-2>" },
  { "enx525400123456 wlp3s0 ppp0 index 525400123456", "enx<mac-1> wlp3s0 ppp0 index 525400123456" },
  { "bob@mail.example.org, bob@mail.example.org", "<mail-1>, <mail-1>" },
  { "connection/5f1c2f5e_0000_4000_8000_000000000001 " UUID, "connection/<uuid-1> <uuid-1>" },
};

static const Case known[] = {
  { "VPN.Example.NET, mail.example.net. ns.example.net example.net",
    "<server>, <host-5>. <host-6> <host-1>" },
  { "files.corp.example notcorp.example", "<host-5> not<host-3>" },
  { "office OFFICE Offices", "<name-1> <name-1> <name-1>s" },
  { "ACME\\ALICE and alice2", "<name-2>\\<user> and <user>2" },
  { "laptop7.local", "<host-4>.local" },
  { "EXAMPLE\\bob on vpn", "<host-2>\\bob on vpn" },
  { "key hunter22 HUNTER22 68756e7465723232 68:75:6E:74:65:72:32:32",
    "key <secret> <secret> <secret> <secret>" },
  { "utf16 680075006e0074006500720032003200", "utf16 <hex-1>" },
  { "utf16 680075006e00740065007200320032", "utf16 <secret>" },
  { "aHVudGVyMjI=", "<secret>I=" },
  { "", "" },
};

/* Each line by itself: the numbers begin anew. */
static void
test_cases (const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (BywayMask) mask = usual_mask ();
      g_autofree char *masked = byway_mask_apply (mask, cases[i].line);

      g_assert_cmpstr (masked, ==, cases[i].masked);
    }
}

#define CASES(table)                                                                               \
  static void test_##table (void)                                                                  \
  {                                                                                                \
    test_cases (table, G_N_ELEMENTS (table));                                                      \
  }

CASES (charon)
CASES (xl2tpd)
CASES (pppd)
CASES (literals)
CASES (known)

/* A short name inside words is no name; standing alone it is, in any case. */
static void
test_short_names (void)
{
  static const Case cases[] = {
    { "normal local al AL val1 al1", "normal local <user> <user> val1 <user>1" },
    { "'al' (al) ACME\\al al@ al.", "'<user>' (<user>) ACME\\<user> <user>@ <user>." },
    { "alá", "alá" },
    { "al_x", "<user>_x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywayMask) mask = byway_mask_new ();
      g_autofree char *masked = NULL;

      byway_mask_add (mask, BYWAY_MASK_USER, "al");
      masked = byway_mask_apply (mask, cases[i].line);
      g_assert_cmpstr (masked, ==, cases[i].masked);
    }
}

static void
test_longest_first (void)
{
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autofree char *masked = NULL;

  byway_mask_add (mask, BYWAY_MASK_USER, "anna");
  byway_mask_add (mask, BYWAY_MASK_NAME, "annabel");
  byway_mask_add (mask, BYWAY_MASK_NAME, "ANNA");
  byway_mask_add (mask, BYWAY_MASK_NAME, NULL);
  byway_mask_add (mask, BYWAY_MASK_NAME, "");
  masked = byway_mask_apply (mask, "Annabel annab anna 210.0.0.1");
  g_assert_cmpstr (masked, ==, "<name-1> <user>b <user> <address-1>");
}

/* An address that was given is not well known, and one text follows another. */
static void
test_texts_go_together (void)
{
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  byway_mask_add (mask, BYWAY_MASK_SERVER, "127.0.0.1");
  byway_mask_add (mask, BYWAY_MASK_SERVER, "2001:db8::1");
  first = byway_mask_apply (mask, "127.0.0.1 127.0.0.2 10.0.0.1 2001:DB8:0::1");
  g_assert_cmpuint (byway_mask_count_replaced (mask), ==, 3);
  second = byway_mask_apply (mask, "10.0.0.2 10.0.0.1");
  g_assert_cmpuint (byway_mask_count_replaced (mask), ==, 5);
  g_assert_cmpstr (first, ==, "<server> 127.0.0.2 <address-1> <server-2>");
  g_assert_cmpstr (second, ==, "<address-2> <address-1>");
}

/* One placeholder for both ways of writing it; a spelling of nothing is nothing. */
static void
test_spellings (void)
{
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autofree char *masked = NULL;

  byway_mask_add (mask, BYWAY_MASK_NAME, "staff");
  byway_mask_add_spelling (mask, "Staff", "7374616666");
  byway_mask_add_spelling (mask, "unknown", "other");
  masked = byway_mask_apply (mask, "@#7374616666 STAFF other");
  g_assert_cmpstr (masked, ==, "@#<name-1> <name-1> other");
}

/* In other letters than ASCII's too. */
static void
test_capitals (void)
{
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autofree char *masked = NULL;

  byway_mask_add (mask, BYWAY_MASK_USER, "Jörg");
  masked = byway_mask_apply (mask, "Jörg JÖRG jörg");
  g_assert_cmpstr (masked, ==, "<user> <user> <user>");
}

/* Whatever encodes it: none of it is left, wherever it begins in what was encoded. */
static void
test_secret_spellings (void)
{
  static const char secret[] = "p\"a\\ss %w\303\266rd";
  g_autoptr (BywayMask) mask = byway_mask_new ();
  g_autofree char *escaped = g_strescape (secret, NULL);
  g_autofree char *percent = g_uri_escape_string (secret, NULL, FALSE);
  const char *texts[] = { secret, escaped, percent };

  byway_mask_add_secret (mask, secret, strlen (secret));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *masked = byway_mask_apply (mask, texts[i]);

      g_assert_cmpstr (masked, ==, "<secret>");
    }
  for (guint before = 0; before < 6; before++)
    {
      g_autofree char *filler = g_strnfill (before, 'x');
      g_autofree char *plain = g_strconcat (filler, secret, "tail", NULL);
      g_autofree char *encoded = g_base64_encode ((const guchar *)plain, strlen (plain));
      g_autofree char *masked = byway_mask_apply (mask, encoded);

      g_assert_nonnull (strstr (masked, "<secret>"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask/charon", test_charon);
  g_test_add_func ("/mask/xl2tpd", test_xl2tpd);
  g_test_add_func ("/mask/pppd", test_pppd);
  g_test_add_func ("/mask/literals", test_literals);
  g_test_add_func ("/mask/known", test_known);
  g_test_add_func ("/mask/short-names", test_short_names);
  g_test_add_func ("/mask/longest-first", test_longest_first);
  g_test_add_func ("/mask/texts-go-together", test_texts_go_together);
  g_test_add_func ("/mask/spellings", test_spellings);
  g_test_add_func ("/mask/capitals", test_capitals);
  g_test_add_func ("/mask/secret-spellings", test_secret_spellings);
  return g_test_run ();
}
