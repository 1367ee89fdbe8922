/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-error.h"
#include "byway-libreswan-algorithm.h"
#include "byway-libreswan-conf.h"
#include "byway-libreswan-secrets.h"
#include "byway-nss.h"
#include "byway-whack.h"

#include <string.h>

#define NAME "byway-5f1c2f5e-0000-4000-8000-000000000001"

/* ----------------------------------------------------------------------------------- ipsec.conf */

/* A conn with @value as its leftid; NULL when the writer refused. */
static char *
conn_with (const char *value, GError **error)
{
  BywayLibreswanWriter *writer = byway_libreswan_writer_new (NAME);

  byway_libreswan_writer_word (writer, "type", "transport");
  byway_libreswan_writer_text (writer, "leftid", value, "local-id");
  byway_libreswan_writer_word (writer, "leftupdown", "%disabled");
  return byway_libreswan_writer_finish (writer, error);
}

/* What went in comes out, between two lines that it did not touch; or it is refused, by name. */
static void
assert_safe (const char *value, gboolean writable)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = conn_with (value, &error);
  g_autofree char *name = NULL;
  g_auto (GStrv) pairs = NULL;
  const char *const wanted[]
      = { "type", "transport", "leftid", value, "leftupdown", "%disabled", NULL };

  if (!writable)
    {
      g_assert_null (text);
      g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "local-id"));
      return;
    }
  g_assert_no_error (error);
  pairs = byway_libreswan_conf_read (text, &name);
  g_assert_nonnull (pairs);
  g_assert_cmpstr (name, ==, NAME);
  g_assert_true (g_strv_equal ((const char *const *)pairs, wanted));
}

static void
test_every_byte (void)
{
  for (int byte = 1; byte < 256; byte++)
    {
      const char text[] = { 'a', (char)byte, 'b', '\0' };
      const char alone[] = { (char)byte, '\0' };
      gboolean writable = byte != '"' && byte >= 0x20 && byte != 0x7f;

      assert_safe (text, writable);
      assert_safe (alone, writable);
    }
}

static void
test_injections (void)
{
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autofree char *longer = g_strnfill (1025, 'x');
  g_autofree char *four = g_strnfill (4096, '#');
  const struct
  {
    const char *value;
    gboolean writable;
  } cases[] = {
    { "@a\n\tleftupdown=/tmp/evil", FALSE },
    { "@a\"\n\tleftupdown=/tmp/evil", FALSE },
    { "@a\r\n", FALSE },
    { "@a\" leftupdown=\"/tmp/evil", FALSE },
    { "\"", FALSE },
    { "", FALSE },
    { "@a # a comment", TRUE },
    { "@a\\", TRUE },
    { "@a\\n\\tleftupdown=/tmp/evil", TRUE },
    { "{a b}", TRUE },
    { "@$HOME`id`$(id)%any%{x}", TRUE },
    { "@b\xc3\xbcro", TRUE },
    { "include /etc/passwd", TRUE },
    { "CN=a,,b", FALSE },
    { "@CN=a,,b", TRUE },
    { "a,,b", TRUE },
    { longest, TRUE },
    { longer, FALSE },
    { four, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_safe (cases[i].value, cases[i].writable);
}

/* The writer's words are our own, and it looks all the same. */
static void
test_words (void)
{
  static const char *const bad[] = { "", "a b", "a\nb", "a=b", "a#b", "\"a\"", "a{b}", "$x" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      BywayLibreswanWriter *writer = byway_libreswan_writer_new (NAME);
      g_autoptr (GError) error = NULL;

      byway_libreswan_writer_word (writer, "type", bad[i]);
      g_assert_null (byway_libreswan_writer_finish (writer, &error));
      g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
      g_clear_error (&error);
      writer = byway_libreswan_writer_new (bad[i]);
      g_assert_null (byway_libreswan_writer_finish (writer, &error));
      g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
    }
}

static void
test_reader_refuses (void)
{
  static const char *const texts[] = {
    "",
    "conn a",
    "conn a b\n",
    "conn \n",
    "conn a;b\n",
    "config setup\n\tlogfile=/x\n",
    "conn a\n\ttype=transport",
    "conn a\ntype=transport\n",
    "conn a\n\n",
    "conn a\n# comment\n",
    "conn a\n\tinclude /etc/x\n",
    "conn a\n\talso=b\n",
    "conn a\n\tleftupdown=/tmp/evil\n",
    "conn a\n\tleftupdown=\"/tmp/evil\"\n",
    "conn a\n\tleftcert=x\n",
    "conn a\n\ttype=\n",
    "conn a\n\ttype=\"\"\n",
    "conn a\n\ttype=\"transport\n",
    "conn a\n\ttype=\"a\"b\"\n",
    "conn a\n\ttype=transport tunnel\n",
    "conn a\n\ttype=transport #\n",
    "conn a\n\ttype=transport\n\ttype=tunnel\n",
    "conn a\n\ttype=transport\nconn b\n",
    "conn a\n\t type=transport\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *name = NULL;
      g_auto (GStrv) pairs = byway_libreswan_conf_read (texts[i], &name);

      if (pairs != NULL)
        g_error ("it reads “%s”", texts[i]);
      g_assert_null (name);
    }
}

static void
test_identities (void)
{
  static const char *const cases[][2] = {
    { "", NULL },
    { "%any", NULL },
    { "192.0.2.1", "192.0.2.1" },
    { "2001:db8::1", "2001:db8::1" },
    { "@vpn.example.net", "@vpn.example.net" },
    { "vpn.example.net", "@vpn.example.net" },
    { "alice@example.net", "alice@example.net" },
    { "@@alice@example.net", "alice@example.net" },
    { "keyid:staff", "@#7374616666" },
    { "keyid:two words \"'", "@#74776f20776f726473202227" },
    { "@#DEADbeef00", "@#deadbeef00" },
    /* Libreswan would take these for another kind, or for more than one word. */
    { "@[staff]", NULL },
    { "@~00", NULL },
    { "@CN=vpn", NULL },
    { "@two words", NULL },
    { "@o'neil", NULL },
    { "@b\xc3\xbcro", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayIdentity identity;
      g_autofree char *text = NULL;

      g_assert_true (byway_identity_parse (cases[i][0], &identity));
      text = byway_identity_to_libreswan (&identity);
      g_assert_cmpstr (text, ==, cases[i][1]);
      byway_identity_clear (&identity);
    }
}

/* -------------------------------------------------------------------------------- ipsec.secrets */

/* The key of a record that is one line, behind those ids. */
static void
assert_record (GBytes *record, const char *ids, const char *key, gsize length)
{
  gsize size, decoded_length;
  const char *line = g_bytes_get_data (record, &size);
  g_autofree char *text = g_strndup (line, size);
  g_autofree char *begin = g_strconcat (ids, " : PSK 0s", NULL);
  g_autofree guchar *decoded = NULL;

  g_assert_cmpuint (size, <=, BYWAY_LIBRESWAN_LINE_MAX);
  g_assert_cmpuint (strlen (text), ==, size);
  g_assert_true (strchr (text, '\n') == text + size - 1);
  g_assert_true (g_str_has_prefix (text, begin));
  text[size - 1] = '\0';
  g_assert_cmpuint (strspn (text + strlen (begin), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/="),
                    ==, strlen (text + strlen (begin)));
  decoded = g_base64_decode (text + strlen (begin), &decoded_length);
  g_assert_cmpmem (decoded, decoded_length, key, length);
}

static void
test_secret (void)
{
  static const char *const ids[] = { "198.51.100.1", "@vpn.example.net", NULL };
  char all[255], longest[1024];

  for (int i = 0; i < 255; i++)
    all[i] = (char)(i + 1);
  memset (longest, '"', sizeof longest);
  for (gsize length = 1; length <= sizeof all; length++)
    {
      g_autoptr (GBytes) record = byway_libreswan_secret (ids, all, length, NULL);

      assert_record (record, "198.51.100.1 @vpn.example.net", all, length);
    }
  {
    g_autoptr (GBytes) record = byway_libreswan_secret (ids, longest, sizeof longest, NULL);

    assert_record (record, "198.51.100.1 @vpn.example.net", longest, sizeof longest);
  }
}

static void
test_secret_refused (void)
{
  g_autofree char *wide = g_strnfill (800, 'x');
  g_autofree char *key = g_strnfill (1024, 'k');
  const char *const ids[][2] = {
    { wide, NULL },
    { "two words", NULL },
    { "a\nb", NULL },
    { "\"a\"", NULL },
    { "", NULL },
    { "#a", NULL },
    { "include", NULL },
    { ":", NULL },
    { "'a", NULL },
    { "b\xc3\xbc", NULL },
    { "Include", NULL },
    { "@vpn:", NULL },
    { "0tony@vpn.example.net", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (byway_libreswan_secret (ids[i], key, i == 0 ? 1024 : 20, &error));
      g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
      g_assert_null (strstr (error->message, "kkk"));
    }
}

/* ----------------------------------------------------------------------------------- algorithms */

static void
test_proposals (void)
{
  static const struct
  {
    const char *ours, *theirs;
    BywayPhase phase;
  } cases[] = {
    { "3des-sha1-modp1024", "3des-sha1-modp1024", BYWAY_PHASE_IKE },
    { "aes256-sha256-ecp256", "aes256-sha2_256-dh19", BYWAY_PHASE_IKE },
    { "aes128-sha384-ecp521", "aes128-sha2_384-dh21", BYWAY_PHASE_IKE },
    { "aes192-sha512-curve25519", "aes192-sha2_512-dh31", BYWAY_PHASE_IKE },
    { "aes256-sha1-prfsha1-modp2048", "aes256-sha1-modp2048", BYWAY_PHASE_IKE },
    { "aes256gcm16-prfsha256-ecp384", "aes_gcm256-sha2_256-dh20", BYWAY_PHASE_IKE },
    { "aes256gcm16", "aes_gcm256", BYWAY_PHASE_ESP },
    { "aes128-md5", "aes128-md5", BYWAY_PHASE_ESP },
    { "aes256-sha256-modp2048", "aes256-sha2_256-modp2048", BYWAY_PHASE_ESP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayProposal proposal;
      g_autofree char *text = NULL;

      g_assert_true (byway_proposal_parse (cases[i].ours, cases[i].phase, &proposal));
      text = byway_libreswan_proposal (&proposal);
      g_assert_cmpstr (text, ==, cases[i].theirs);
    }
}

/* Each row of our own table has its words. */
static void
test_every_algorithm (void)
{
  gsize n;
  const BywayAlgorithm *algorithms = byway_algorithms (&n);

  for (gsize i = 0; i < n; i++)
    {
      BywayProposal proposal = { 0 };
      g_autofree char *text = NULL;

      proposal.part[algorithms[i].kind] = &algorithms[i];
      text = byway_libreswan_proposal (&proposal);
      g_assert_cmpuint (strlen (text), >, 0);
    }
}

/* ------------------------------------------------------------------------------------- whack */

#define INITIATING "002 \"" NAME "\" #1: initiating IKEv1 Main Mode connection"
#define SENT_1 "102 \"" NAME "\" #1: sent Main Mode request"
#define SENT_2 "104 \"" NAME "\" #1: sent Main Mode I2"
#define SENT_3 "106 \"" NAME "\" #1: sent Main Mode I3"
#define PEER_ID "002 \"" NAME "\" #1: Peer ID is ID_FQDN: '@vpn.example.net'"
#define IKE_UP                                                                                     \
  "004 \"" NAME "\" #1: IKE SA established {auth=PRESHARED_KEY cipher=3DES_CBC_192 "               \
  "integ=HMAC_SHA1 group=MODP1536}"
#define QUICK                                                                                      \
  "002 \"" NAME "\" #2: initiating Quick Mode IKEv1+PSK+ENCRYPT+UP {using isakmp#1 "               \
  "msgid:4127a909 proposal=3DES_CBC-HMAC_SHA1_96 pfsgroup=no-pfs}"
#define UP                                                                                         \
  "004 \"" NAME "\" #2: IPsec SA established transport mode {ESPinUDP=>0xc88088f4 <0x42b5bc0f "    \
  "xfrm=3DES_CBC-HMAC_SHA1_96 NATOA=192.0.2.10 NATD=198.51.100.1:4500 DPD=active}"
#define IGNORED(what)                                                                              \
  "003 \"" NAME "\" #1: ignoring informational payload " what ", msgid=00000000, length=28"
#define AGAIN                                                                                      \
  "010 \"" NAME "\" #1: STATE_MAIN_I1: retransmission; will wait 0.5 seconds for response"
#define SENT_AUTH                                                                                  \
  "182 \"" NAME "\" #1: sent IKE_AUTH request {cipher=AES_CBC_256 integ=HMAC_SHA2_256_128 "        \
  "prf=HMAC_SHA2_256 group=MODP2048}"
#define CERT_OK                                                                                    \
  "003 \"" NAME "\" #1: authenticated peer '2048-bit RSA with SHA1' signature using peer "         \
  "certificate '@vpn.example.net' issued by CA 'CN=Lab authority'"
#define REJECTED(whose, why)                                                                       \
  "003 \"" NAME "\" #1: NSS: ERROR: IPsec certificate CN=" whose " invalid: SEC_ERROR_" why
#define WORDS "pluto's last words"

typedef struct
{
  const char *about;
  const char *lines[12];
  BywayWhackEvent last;
  gboolean heard, ike_up, up;
  const char *ike, *esp, *shown;
  BywayCause cause;
  const char *detail;
  gboolean certificate;
} Story;

static const Story stories[] = {
  { "an old server behind an address translation",
    { INITIATING, SENT_1, SENT_2, SENT_3, PEER_ID, IKE_UP, QUICK,
      "115 \"" NAME "\" #2: sent Quick Mode request", UP },
    BYWAY_WHACK_UP,
    TRUE,
    TRUE,
    TRUE,
    "3des-sha1-modp1536",
    "3des-sha1",
    "@vpn.example.net",
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "IKE version 2",
    { "002 \"" NAME "\" #1: initiating IKEv2 connection",
      "181 \"" NAME "\" #1: sent IKE_SA_INIT request to 198.51.100.1:500",
      "002 \"" NAME "\" #1: Received unauthenticated INVALID_KE_PAYLOAD response to DH DH19; "
      "resending with suggested DH MODP2048",
      SENT_AUTH,
      "003 \"" NAME "\" #1: initiator established IKE SA; authenticated peer using authby=secret "
      "and ID_FQDN '@vpn.example.net'",
      "004 \"" NAME "\" #2: initiator established Child SA using #1; IPsec transport "
      "[192.0.2.10-192.0.2.10:1701-1701 17] -> [198.51.100.1-198.51.100.1:1701-1701 17] "
      "{ESPinUDP=>0xc47c9bf4 <0xd8037994 xfrm=AES_GCM_16_256-NONE NATD=198.51.100.1:4500 "
      "DPD=active}" },
    BYWAY_WHACK_UP,
    TRUE,
    TRUE,
    TRUE,
    "aes256-sha256-modp2048",
    "aes256gcm16",
    NULL,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "IKE version 2 with another key",
    { SENT_AUTH, "002 \"" NAME
                 "\" #1: IKE SA authentication request rejected by peer: AUTHENTICATION_FAILED" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    "aes256-sha256-modp2048",
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_LOGIN_REFUSED,
    "" },
  { "IKE version 1 from a Libreswan that numbers no lines",
    { "\"" NAME "\" #1: initiating IKEv1 Main Mode connection",
      "\"" NAME "\" #1: sent Main Mode request", "\"" NAME "\" #1: sent Main Mode I2",
      "\"" NAME "\" #1: IKE SA established {auth=PRESHARED_KEY cipher=AES_CBC_256 "
      "integ=HMAC_SHA2_256 group=DH19}",
      "\"" NAME
      "\" #2: IPsec SA established transport mode {ESP=>0x1 <0x2 xfrm=AES_GCM_16_256-NONE}" },
    BYWAY_WHACK_UP,
    TRUE,
    TRUE,
    TRUE,
    "aes256-sha256-ecp256",
    "aes256gcm16",
    NULL,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "nobody answers",
    { INITIATING, SENT_1, AGAIN, AGAIN },
    BYWAY_WHACK_NOTHING,
    FALSE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_SILENT,
    WORDS },
  { "an answer, and then no more",
    { SENT_1, SENT_2, SENT_3, AGAIN },
    BYWAY_WHACK_NOTHING,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_STALLED,
    WORDS },
  { "our certificate shown in main mode, and then no word",
    { SENT_1, SENT_2, SENT_3, AGAIN },
    BYWAY_WHACK_NOTHING,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_CERT_SILENT,
    WORDS,
    TRUE },
  { "our certificate shown in IKE version 2, and then no word",
    { "002 \"" NAME "\" #1: initiating IKEv2 connection", SENT_AUTH, AGAIN },
    BYWAY_WHACK_NOTHING,
    TRUE,
    FALSE,
    FALSE,
    "aes256-sha256-modp2048",
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_CERT_SILENT,
    WORDS,
    TRUE },
  { "no word before our certificate was shown",
    { SENT_1, SENT_2, AGAIN },
    BYWAY_WHACK_NOTHING,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_STALLED,
    WORDS,
    TRUE },
  { "no association after IKE",
    { SENT_2, IKE_UP, QUICK },
    BYWAY_WHACK_NOTHING,
    TRUE,
    TRUE,
    FALSE,
    "3des-sha1-modp1536",
    NULL,
    NULL,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "no IKE proposal in common",
    { SENT_1, IGNORED ("NO_PROPOSAL_CHOSEN") },
    BYWAY_WHACK_FAILURE,
    FALSE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_PROPOSAL,
    "" },
  { "by certificates",
    { INITIATING, SENT_1, SENT_2, "002 \"" NAME "\" #1: I am sending my cert",
      "002 \"" NAME "\" #1: I am sending a certificate request", SENT_3, PEER_ID, CERT_OK,
      "004 \"" NAME "\" #1: IKE SA established {auth=RSA_SIG cipher=AES_CBC_256 "
      "integ=HMAC_SHA2_256 group=MODP2048}",
      UP },
    BYWAY_WHACK_UP,
    TRUE,
    TRUE,
    TRUE,
    "aes256-sha256-modp2048",
    "3des-sha1",
    "@vpn.example.net",
    BYWAY_CAUSE_ESP_STALLED,
    WORDS,
    TRUE },
  { "a certificate of an authority that nobody told pluto of",
    { SENT_3, REJECTED ("vpn.example.net", "UNKNOWN_ISSUER: Peer's Certificate issuer is not "
                                           "recognized.") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_CERT_UNTRUSTED,
    "IPsec certificate CN=vpn.example.net invalid: SEC_ERROR_UNKNOWN_ISSUER: Peer's Certificate "
    "issuer is not recognized.",
    TRUE },
  { "a certificate of another root in the database",
    { SENT_3, PEER_ID,
      "003 \"" NAME "\" #1: authentication failed: no certificate matched RSA with SHA1 and "
      "'@vpn.example.net'" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    "@vpn.example.net",
    BYWAY_CAUSE_IKE_CERT_UNTRUSTED,
    "",
    TRUE },
  { "a root that came after pluto had looked for them",
    { SENT_3, REJECTED ("Lab authority", "UNTRUSTED_ISSUER: Peer's certificate issuer has been "
                                         "marked as not trusted by the user.") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_LIBRESWAN_AUTHORITIES,
    "",
    TRUE },
  { "a certificate that is over",
    { SENT_3, REJECTED ("vpn.example.net", "EXPIRED_CERTIFICATE: Peer's Certificate has "
                                           "expired.") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_CERT_EXPIRED,
    "IPsec certificate CN=vpn.example.net invalid: SEC_ERROR_EXPIRED_CERTIFICATE: Peer's "
    "Certificate has expired.",
    TRUE },
  { "a certificate of another name",
    { SENT_3, PEER_ID,
      "003 \"" NAME "\" #1: X509: authentication failed; peer certificate subjectAltName "
      "extension does not match ID_FQDN 'other.example.net'" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    "@vpn.example.net",
    BYWAY_CAUSE_IKE_CERT_IDENTITY,
    "@vpn.example.net",
    TRUE },
  { "ours is refused",
    { SENT_3, IGNORED ("INVALID_ID_INFORMATION") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "ignoring informational payload INVALID_ID_INFORMATION, msgid=00000000, length=28",
    TRUE },
  /* No key of theirs and ours can differ then: it is charon's "no", which pluto can't decrypt. */
  { "ours is refused, in words that it can't read",
    { SENT_3, "003 \"" NAME "\" #1: 1435-byte length of ISAKMP Hash Payload is larger than can fit",
      "003 \"" NAME "\" #1: malformed payload in packet" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "Libreswan could not decrypt its words",
    TRUE },
  { "no ESP proposal in common",
    { SENT_2, IKE_UP, IGNORED ("NO_PROPOSAL_CHOSEN") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    TRUE,
    FALSE,
    "3des-sha1-modp1536",
    NULL,
    NULL,
    BYWAY_CAUSE_ESP_PROPOSAL,
    "" },
  { "selectors refused",
    { SENT_2, IKE_UP,
      "003 \"" NAME "\" #2: received and ignored notification payload: INVALID_ID_INFORMATION" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    TRUE,
    FALSE,
    "3des-sha1-modp1536",
    NULL,
    NULL,
    BYWAY_CAUSE_ESP_SELECTORS,
    "" },
  { "a wrong key, by our own measure",
    { SENT_2, SENT_3,
      "003 \"" NAME "\" #1: 6551-byte length of ISAKMP Hash Payload is larger than can fit" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_PSK_WRONG,
    "" },
  { "an answer that is none",
    { INITIATING, SENT_1, "003 \"" NAME "\" #1: malformed payload in packet" },
    BYWAY_WHACK_FAILURE,
    FALSE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_MALFORMED,
    "" },
  { "a wrong key, by theirs",
    { SENT_2, SENT_3, IGNORED ("PAYLOAD_MALFORMED") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_PSK_WRONG,
    "" },
  { "refused",
    { SENT_2, SENT_3, IGNORED ("AUTHENTICATION_FAILED") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_REFUSED,
    "" },
  { "no key on the other side",
    { SENT_2, SENT_3, IGNORED ("INVALID_KEY_INFORMATION") },
    BYWAY_WHACK_FAILURE,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_PSK_UNKNOWN,
    "" },
  { "another identity, and the first reason counts",
    { SENT_2, SENT_3, PEER_ID,
      "003 \"" NAME "\" #1: Peer ID '@vpn.example.net' mismatched on first found connection and no "
      "better connection found",
      "218 \"" NAME
      "\" #1: sending encrypted notification INVALID_ID_INFORMATION to 198.51.100.1:4500" },
    BYWAY_WHACK_NOTHING,
    TRUE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    "@vpn.example.net",
    BYWAY_CAUSE_IKE_REMOTE_ID,
    "@vpn.example.net" },
  { "no key here",
    { SENT_1,
      "003 \"" NAME
      "\" #1: Can't authenticate: no preshared key found for `192.0.2.10' and `@vpn.example.net'.  "
      "Attribute OAKLEY_AUTHENTICATION_METHOD",
      "214 \"" NAME "\" #1: sending notification NO_PROPOSAL_CHOSEN to 198.51.100.1:500" },
    BYWAY_WHACK_NOTHING,
    FALSE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    NULL,
    BYWAY_CAUSE_IKE_PSK_NOT_LOADED,
    "" },
  { "the kernel refuses",
    { SENT_2, IKE_UP,
      "003 ERROR: \"" NAME "\" #2: netlink response for Add SA esp.c220be25@192.0.2.1: "
      "Function not implemented (errno 38)" },
    BYWAY_WHACK_FAILURE,
    TRUE,
    TRUE,
    FALSE,
    "3des-sha1-modp1536",
    NULL,
    NULL,
    BYWAY_CAUSE_ESP_NOT_INSTALLED,
    "Function not implemented (errno 38)" },
};

static void
test_story (gconstpointer data)
{
  const Story *story = data;
  BywayWhackView view = { .certificate = story->certificate };
  BywayWhackEvent event = BYWAY_WHACK_NOTHING;
  g_autoptr (GError) error = NULL;

  for (const char *const *line = story->lines; *line != NULL; line++)
    event = byway_whack_view_take (&view, *line);
  error = byway_whack_view_explain (&view, WORDS);
  g_test_message ("%s: %s", story->about, byway_cause_row (error->code)->code);
  g_assert_cmpint (event, ==, story->last);
  g_assert_cmpint (view.heard, ==, story->heard);
  g_assert_cmpint (view.ike_up, ==, story->ike_up);
  g_assert_cmpint (view.up, ==, story->up);
  g_assert_cmpstr (view.ike, ==, story->ike);
  g_assert_cmpstr (view.esp, ==, story->esp);
  g_assert_cmpstr (view.shown, ==, story->shown);
  g_assert_error (error, BYWAY_FAILURE, (int)story->cause);
  g_assert_cmpstr (error->message, ==, story->detail);
  byway_whack_view_clear (&view);
  g_assert_null (view.ike);
  g_assert_false (view.heard);
}

static void
test_line_words (void)
{
  static const char *const cases[][2] = {
    { SENT_1, "sent Main Mode request" },
    { "000 initiating all conns with alias='x'", "initiating all conns with alias='x'" },
    { "002 \"" NAME "\"[1] 192.0.2.1 #7: words: more", "words: more" },
    { "002 \"" NAME "\": terminating SAs using this connection",
      "terminating SAs using this connection" },
    { "\"unfinished", "\"unfinished" },
    { "2 x", "2 x" },
    { "0000 x", "0000 x" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (byway_whack_words (cases[i][0]), ==, cases[i][1]);
}

static void
test_argv (void)
{
  g_auto (GStrv) initiate = byway_whack_argv (BYWAY_WHACK_INITIATE, NAME);
  g_auto (GStrv) reread = byway_whack_argv (BYWAY_WHACK_REREAD, NULL);

  g_assert_true (
      g_strv_equal ((const char *const *)initiate,
                    (const char *const[]){ "whack", "--initiate", "--name", NAME, NULL }));
  g_assert_true (g_strv_equal ((const char *const *)reread,
                               (const char *const[]){ "whack", "--rereadsecrets", NULL }));
}

/* ------------------------------------------------------------------------------------- status */

/* Parts of what Debian's 4.10 says. */
static const char *const status[] = {
  "000 using kernel interface: xfrm",
  "000  ",
  "000 interface eth0 UDP 192.0.2.10:500",
  "000 pluto_version=4.10, pluto_vendorid=OE-Libreswan-4.10, audit-log=yes",
  "000 ddos-cookies-threshold=25000, ddos-max-halfopen=50000, ddos-mode=auto, ikev1-policy=accept",
  "000 algorithm ESP encrypt: name=3DES_CBC, keysizemin=192, keysizemax=192",
  "000 algorithm ESP encrypt: name=AES_GCM_16, keysizemin=128, keysizemax=256",
  "000 algorithm AH/ESP auth: name=HMAC_SHA1_96, key-length=160",
  "000 algorithm IKE encrypt: v1id=5, v1name=OAKLEY_3DES_CBC, v2id=3, v2name=3DES, blocksize=8, "
  "keydeflen=192",
  "000 algorithm IKE encrypt: v1id=-1, v1name=n/a, v2id=20, v2name=AES_GCM_C, blocksize=16, "
  "keydeflen=128",
  "000 algorithm IKE PRF: name=HMAC_SHA1, hashlen=20",
  "000 algorithm IKE DH Key Exchange: name=MODP1536, bits=1536",
  "000 algorithm IKE DH Key Exchange: name=DH19, bits=512",
  "000 \"headquarters\": 192.0.2.10<192.0.2.10>...198.51.100.7<198.51.100.7>; erouted; eroute "
  "owner: #3",
  "000 \"" NAME "\": 192.0.2.10/32:UDP/1701===198.51.100.1:UDP/1701; erouted; eroute owner: #2",
  "000 \"" NAME "\":   oriented; my_ip=unset; their_ip=unset;",
  "000 \"byway-"
  "0'; rm -rf /\":   somebody's joke",
  "000 IKE SAs: total(2), half-open(0), open(0), authenticated(2), anonymous(0)",
  "000 #9: \"byway-0000\":4500 STATE_MAIN_I4 (IKE SA established); REPLACE in 27815s; newest; "
  "idle;",
  NULL,
};

static void
test_status (void)
{
  static const char *const able[]
      = { "ike 3DES_CBC", "ike HMAC_SHA1",  "ike MODP1536",     "ike DH19",
          "esp 3DES_CBC", "esp AES_GCM_16", "esp HMAC_SHA1_96", BYWAY_PLUTO_IKEV1 };
  BywayPlutoView view = { 0 };
  g_autoptr (GHashTable) abilities = NULL;

  for (const char *const *line = status; *line != NULL; line++)
    byway_pluto_view_take (&view, *line);
  abilities = byway_pluto_view_abilities (&view);
  g_assert_cmpstr (view.version, ==, "4.10");
  g_assert_false (view.ikev1_off);
  g_assert_true (view.listens);
  g_assert_cmpuint (view.associations, ==, 2);
  g_assert_cmpuint (g_hash_table_size (abilities), ==, G_N_ELEMENTS (able));
  for (guint i = 0; i < G_N_ELEMENTS (able); i++)
    g_assert_true (g_hash_table_contains (abilities, able[i]));
  g_assert_cmpuint (g_hash_table_size (view.ours), ==, 2);
  g_assert_true (g_hash_table_contains (view.ours, NAME));
  g_assert_true (g_hash_table_contains (view.ours, "byway-0000"));
  byway_pluto_view_clear (&view);
}

/* Those of other people that would believe any root: told by the first one's name. */
static void
test_sharing (void)
{
  static const struct
  {
    const char *lines[5], *name;
  } cases[] = {
    { { NULL }, NULL },
    { { "000 \"a\":   our auth:secret, their auth:secret, our autheap:none, their autheap:none;" },
      NULL },
    { { "000 \"a\":   our auth:rsasig, their auth:rsasig, our autheap:none, their autheap:none;" },
      "a" },
    { { "000 \"a\":   our auth:rsasig(RSASIG+RSASIG_v1_5), their auth:RSASIG+ECDSA, our "
        "autheap:none" },
      "a" },
    { { "000 \"a\":   our auth:rsasig, their auth:rsasig, our autheap:none",
        "000 \"a\":   CAs: 'CN=x'...'%any'" },
      "a" },
    { { "000 \"a\":   our auth:rsasig, their auth:rsasig, our autheap:none",
        "000 \"a\":   CAs: '%any'...'CN=HQ, O=x'" },
      NULL },
    { { "000 \"a\":   our auth:rsasig, their auth:rsasig, our autheap:none",
        "000 \"b\":   our auth:rsasig, their auth:rsasig, our autheap:none",
        "000 \"b\":   CAs: '%any'...'CN=HQ'" },
      "a" },
    { { "000 \"" NAME "\":   our auth:rsasig, their auth:rsasig, our autheap:none" }, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayPlutoView view = { 0 };

      for (const char *const *line = cases[i].lines; *line != NULL; line++)
        byway_pluto_view_take (&view, *line);
      g_assert_cmpstr (byway_pluto_view_sharing (&view), ==, cases[i].name);
      byway_pluto_view_clear (&view);
    }
}

/* ---------------------------------------------------------------------------------------- NSS */

#define NICK "byway-1ce89f61c7014551963a8440b67121af5516133a"
#define KEY_ID "b319638b6984a84b987691ab566eec61b2af1d2e"

static void
test_nicknames (void)
{
  static const char output[]
      = "\nCertificate Nickname                                         Trust Attributes\n"
        "                                                             SSL,S/MIME,JAR/XPI\n\n"
        "Corp CA, Inc.                                                CT,C, \n" NICK
        "                u,u,u\n" NICK "                u,u,u\n"
        "token:with words                                             ,,   \n"
        "certutil: function failed: SEC_ERROR_BAD_DATABASE: security library: bad database.\n";
  g_auto (GStrv) names = byway_nss_read_nicknames (output);
  g_auto (GStrv) keyed = byway_nss_read_with_key (output);

  g_assert_true (
      g_strv_equal ((const char *const *)names,
                    (const char *const[]){ "Corp CA, Inc.", NICK, "token:with words", NULL }));
  g_assert_true (g_strv_equal ((const char *const *)keyed, (const char *const[]){ NICK, NULL }));
  g_assert_true (byway_nss_is_ours (NICK));
  g_assert_false (byway_nss_is_ours (NICK "0"));
  g_assert_false (byway_nss_is_ours ("byway-" NAME));
  g_assert_false (byway_nss_is_ours ("byway-"));
}

static void
test_nss_keys (void)
{
  g_autoptr (GPtrArray) keys = byway_nss_read_our_keys (
      "certutil: Checking token \"NSS Certificate DB\" in slot \"NSS User Private Key\"\n"
      "< 0> rsa      " KEY_ID "   " NICK "\n"
      "< 1> rsa      " KEY_ID "   theirs\n"
      "< 2> ec       " KEY_ID "   two " NICK "\n"
      "< 3> rsa      " KEY_ID "   (orphan)\n"
      "<10> rsa      short   " NICK "\n");
  const BywayNssKey *key;

  g_assert_cmpuint (keys->len, ==, 1);
  key = keys->pdata[0];
  g_assert_cmpstr (key->id, ==, KEY_ID);
  g_assert_cmpstr (key->nickname, ==, NICK);
}

static void
test_nss_certificates (void)
{
  g_autoptr (GPtrArray) certificates = byway_nss_read_certificates (
      "-----BEGIN CERTIFICATE-----\r\nYWJj\r\nZGVm\r\n-----END CERTIFICATE-----\r\n"
      "-----BEGIN CERTIFICATE-----\nZ2hp\n-----END CERTIFICATE-----\n"
      "-----BEGIN CERTIFICATE-----END CERTIFICATE-----\n");
  g_autoptr (GBytes) first = g_bytes_new ("abcdef", 6);
  g_autoptr (GBytes) second = g_bytes_new ("ghi", 3);

  g_assert_cmpuint (certificates->len, ==, 2);
  g_assert_true (g_bytes_equal (certificates->pdata[0], first));
  g_assert_true (g_bytes_equal (certificates->pdata[1], second));
}

/* A nickname is a word of its own, whatever is in it; nothing waits for a password. */
static void
test_nss_argv (void)
{
  g_auto (GStrv) argv = byway_nss_argv (BYWAY_NSS_SHOW, "/x", "-t $(id)");

  g_assert_true (g_strv_equal (
      (const char *const *)argv,
      (const char *const[]){ "certutil", "-L", "-a", "-n", "-t $(id)", "-d", "sql:/x", NULL }));
}

static void
test_status_off (void)
{
  static const char *const policies[] = { "drop", "reject", "accept" };

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      BywayPlutoView view = { 0 };
      g_autofree char *line = g_strconcat ("ddos-mode=auto, ikev1-policy=", policies[i], NULL);
      g_autoptr (GHashTable) abilities = NULL;
      gboolean accepts = strcmp (policies[i], "accept") == 0;

      byway_pluto_view_take (&view, line);
      abilities = byway_pluto_view_abilities (&view);
      g_assert_cmpint (view.ikev1_off, ==, !accepts);
      g_assert_false (view.listens);
      g_assert_cmpint (g_hash_table_contains (abilities, BYWAY_PLUTO_IKEV1), ==, accepts);
      byway_pluto_view_clear (&view);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/libreswan/conf/every-byte", test_every_byte);
  g_test_add_func ("/libreswan/conf/injections", test_injections);
  g_test_add_func ("/libreswan/conf/words", test_words);
  g_test_add_func ("/libreswan/conf/reader-refuses", test_reader_refuses);
  g_test_add_func ("/libreswan/identities", test_identities);
  g_test_add_func ("/libreswan/secret", test_secret);
  g_test_add_func ("/libreswan/secret-refused", test_secret_refused);
  g_test_add_func ("/libreswan/proposals", test_proposals);
  g_test_add_func ("/libreswan/every-algorithm", test_every_algorithm);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      g_autofree char *path = g_strdup_printf ("/libreswan/whack/%u", i);

      g_test_add_data_func (path, &stories[i], test_story);
    }
  g_test_add_func ("/libreswan/whack/words", test_line_words);
  g_test_add_func ("/libreswan/whack/argv", test_argv);
  g_test_add_func ("/libreswan/status", test_status);
  g_test_add_func ("/libreswan/status-off", test_status_off);
  g_test_add_func ("/libreswan/sharing", test_sharing);
  g_test_add_func ("/libreswan/nss/nicknames", test_nicknames);
  g_test_add_func ("/libreswan/nss/keys", test_nss_keys);
  g_test_add_func ("/libreswan/nss/certificates", test_nss_certificates);
  g_test_add_func ("/libreswan/nss/argv", test_nss_argv);
  return g_test_run ();
}
