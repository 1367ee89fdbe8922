/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-algorithm.h"
#include "byway-error.h"
#include "byway-strongswan-log.h"
#include "byway-strongswan-render.h"
#include "byway-vici.h"

#include <string.h>

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define NAME "byway-" UUID

/* ------------------------------------------------------------------------------------ the log */

#define HEARD "received packet: from 198.51.100.1[500] to 192.0.2.7[500] (156 bytes)"
#define IKE_3DES "selected proposal: IKE:3DES_CBC/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024"
#define ESP_3DES "selected proposal: ESP:3DES_CBC/HMAC_SHA1_96/NO_EXT_SEQ"
#define IKE_UP                                                                                     \
  "IKE_SA " NAME "[1] established between 192.0.2.7[192.0.2.7]...198.51.100.1[vpn.example.net]"
#define SHOWN "authentication of 'O=Lab, CN=laptop' (myself) with RSA signature successful"
#define AUTH_1 "generating ID_PROT request 0 [ ID CERT SIG CERTREQ N(INITIAL_CONTACT) ]"
#define AUTH_2                                                                                     \
  "generating IKE_AUTH request 1 [ IDi CERT CERTREQ IDr AUTH N(USE_TRANSP) SA TSi TSr ]"
#define AGAIN "sending retransmit 1 of request message ID 0, seq 3"
#define NO_PROPOSAL "received NO_PROPOSAL_CHOSEN error notify"

typedef struct
{
  const char *about;
  const char *lines[16];
  BywayCharonEvent last; /* of the last line */
  gboolean ike_up, encapsulated;
  const char *ike, *esp;
  gboolean failed;
  BywayCause cause;   /* of the explanation */
  const char *detail; /* its message */
} Story;

#define WORDS "charon's words"

static const Story stories[] = {
  { "main mode with 3DES behind an address translation",
    { "initiating Main Mode IKE_SA " NAME "[1] to 198.51.100.1",
      "generating ID_PROT request 0 [ SA V V V V V ]",
      "sending packet: from 192.0.2.7[500] to 198.51.100.1[500] (180 bytes)", HEARD,
      "parsed ID_PROT response 0 [ SA V V V V ]", "received NAT-T (RFC 3947) vendor ID", IKE_3DES,
      "local host is behind NAT, sending keep alives",
      "received packet: from 198.51.100.1[4500] to 192.0.2.7[4500] (68 bytes)", IKE_UP,
      "scheduling reauthentication in 10533s",
      "generating QUICK_MODE request 1 [ HASH SA No ID ID ]", ESP_3DES,
      "CHILD_SA " NAME "{1} established with SPIs c1d2_i c3d4_o and TS 192.0.2.7/32[udp/l2f] === "
      "198.51.100.1/32[udp/l2f]" },
    BYWAY_CHARON_NOTHING,
    TRUE,
    TRUE,
    "3des-sha1-modp1024",
    "3des-sha1",
    FALSE,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "no translation between",
    { HEARD, IKE_3DES, IKE_UP },
    BYWAY_CHARON_IKE_UP,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    FALSE,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "translation pretended",
    { HEARD, "faking NAT situation to enforce UDP encapsulation" },
    BYWAY_CHARON_NOTHING,
    FALSE,
    TRUE,
    NULL,
    NULL,
    FALSE,
    BYWAY_CAUSE_IKE_STALLED,
    WORDS },
  { "wrong key, an answer that can't be read",
    { HEARD, IKE_3DES, "invalid HASH_V1 payload length, decryption failed?" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_PSK_WRONG,
    "" },
  { "wrong key, a server that falls silent",
    { HEARD, IKE_3DES, "sending retransmit 1 of request message ID 0, seq 3" },
    BYWAY_CHARON_NOTHING,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    FALSE,
    BYWAY_CAUSE_IKE_STALLED,
    WORDS },
  { "IKE proposals refused",
    { HEARD, NO_PROPOSAL },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_PROPOSAL,
    "" },
  { "ESP proposals refused",
    { HEARD, IKE_3DES, IKE_UP, NO_PROPOSAL },
    BYWAY_CHARON_FAILURE,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_ESP_PROPOSAL,
    "" },
  { "the first failure counts",
    { HEARD, NO_PROPOSAL, "received AUTHENTICATION_FAILED error notify" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_PROPOSAL,
    "" },
  { "IKE version 2",
    { "initiating IKE_SA " NAME "[1] to 198.51.100.1", HEARD,
      "selected proposal: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048",
      "faking NAT situation to enforce UDP encapsulation", IKE_UP },
    BYWAY_CHARON_IKE_UP,
    TRUE,
    TRUE,
    "aes256-sha256-modp2048",
    NULL,
    FALSE,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "IKE version 2, the key or the identity refused",
    { "initiating IKE_SA " NAME "[1] to 198.51.100.1", HEARD,
      "received AUTHENTICATION_FAILED notify error" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_LOGIN_REFUSED,
    "" },
  { "IKE version 2, selectors refused",
    { HEARD, IKE_3DES, IKE_UP, "received TS_UNACCEPTABLE notify, no CHILD_SA built" },
    BYWAY_CHARON_FAILURE,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_ESP_SELECTORS,
    "" },
  { "aggressive mode refused",
    { "initiating Aggressive Mode IKE_SA " NAME "[1] to 198.51.100.1", HEARD,
      "received AUTHENTICATION_FAILED error notify" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_AGGRESSIVE_REFUSED,
    "" },
  { "aggressive mode with another key",
    { "initiating Aggressive Mode IKE_SA " NAME "[1] to 198.51.100.1", HEARD,
      "calculated HASH does not match HASH payload" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_PSK_WRONG,
    "" },
  { "XAUTH accepted",
    { HEARD, IKE_3DES, "XAuth authentication of '78' (myself) successful", IKE_UP },
    BYWAY_CHARON_IKE_UP,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    FALSE,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
  { "XAUTH refused",
    { HEARD, IKE_3DES, "XAuth authentication of '78' (myself) failed" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_XAUTH_REFUSED,
    "" },
  { "XAUTH asked for, and none there",
    { HEARD, IKE_3DES, "no XAuth authentication round found" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_WANTS_XAUTH,
    "" },
  { "XAUTH without its plugin",
    { HEARD, IKE_3DES, "no XAuth method found" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_NO_XAUTH,
    "" },
  { "our identity refused",
    { HEARD, IKE_3DES, "received AUTHENTICATION_FAILED error notify" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_REFUSED,
    "" },
  { "an identity refused before",
    { HEARD, "received INVALID_ID_INFORMATION error notify" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_LOCAL_ID,
    "" },
  { "the ports refused",
    { HEARD, IKE_3DES, IKE_UP, "received INVALID_ID_INFORMATION error notify" },
    BYWAY_CHARON_FAILURE,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_ESP_SELECTORS,
    "" },
  { "another server",
    { HEARD, IKE_3DES, "IDir 'other' does not match to 'vpn.example.net'" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_REMOTE_ID,
    "other" },
  { "no key for us",
    { HEARD, IKE_3DES, "received INVALID_KE_PAYLOAD error notify" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_PSK_UNKNOWN,
    "" },
  { "a cipher that the kernel has not",
    { HEARD, IKE_3DES, IKE_UP, ESP_3DES,
      "unable to add SAD entry with SPI c1d2e3f4: Protocol not supported (93)",
      "unable to install inbound and outbound IPsec SA (SAD) in kernel" },
    BYWAY_CHARON_FAILURE,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    "3des-sha1",
    TRUE,
    BYWAY_CAUSE_ESP_NOT_INSTALLED,
    "Protocol not supported (93)" },
  { "given up",
    { "establishing IKE_SA failed, peer not responding" },
    BYWAY_CHARON_NOTHING,
    FALSE,
    FALSE,
    NULL,
    NULL,
    FALSE,
    BYWAY_CAUSE_IKE_SILENT,
    WORDS },
  { "silence",
    { "sending packet: from 192.0.2.7[500] to 198.51.100.1[500] (180 bytes)" },
    BYWAY_CHARON_NOTHING,
    FALSE,
    FALSE,
    NULL,
    NULL,
    FALSE,
    BYWAY_CAUSE_IKE_SILENT,
    WORDS },
  { "not a word",
    { "" },
    BYWAY_CHARON_NOTHING,
    FALSE,
    FALSE,
    NULL,
    NULL,
    FALSE,
    BYWAY_CAUSE_IKE_SILENT,
    WORDS },
  { "an answer that is none",
    { HEARD, "parsed ID_PROT response 0 [ V N(NO_PROP) ]", "SA payload missing" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_MALFORMED,
    "" },
  { "a key that is none",
    { HEARD, "parsed ID_PROT response 0 [ KE No NAT-D NAT-D ]",
      "DH shared secret computation failed" },
    BYWAY_CHARON_FAILURE,
    FALSE,
    FALSE,
    NULL,
    NULL,
    TRUE,
    BYWAY_CAUSE_IKE_MALFORMED,
    "" },
  { "unknown",
    { HEARD, "the moon is full" },
    BYWAY_CHARON_NOTHING,
    FALSE,
    FALSE,
    NULL,
    NULL,
    FALSE,
    BYWAY_CAUSE_IKE_STALLED,
    WORDS },
  { "unknown with IKE up",
    { HEARD, IKE_3DES, IKE_UP, "the moon is full" },
    BYWAY_CHARON_NOTHING,
    TRUE,
    FALSE,
    "3des-sha1-modp1024",
    NULL,
    FALSE,
    BYWAY_CAUSE_ESP_STALLED,
    WORDS },
};

/* Both sides show certificates: as a real charon told it. */
static const struct
{
  const char *about;
  const char *lines[8];
  BywayCause cause;
  const char *detail;
} certificate_stories[] = {
  { "an authority that we were not told of",
    { HEARD, "  using certificate \"O=Lab, CN=vpn.example.net\"",
      "no issuer certificate found for \"O=Lab, CN=vpn.example.net\"",
      "  issuer is \"CN=Foreign authority\"",
      "no trusted ECDSA public key found for 'vpn.example.net'" },
    BYWAY_CAUSE_IKE_CERT_UNTRUSTED,
    "no issuer certificate found for \"O=Lab, CN=vpn.example.net\"" },
  { "another authority of charon's",
    { HEARD, "  using trusted ca certificate \"CN=Other\"",
      "constraint check failed: peer not authenticated by CA 'CN=Lab authority'" },
    BYWAY_CAUSE_IKE_CERT_UNTRUSTED,
    "" },
  { "its time is over",
    { HEARD, "  using trusted ca certificate \"CN=Lab authority\"",
      "subject certificate invalid (valid from Jan 01 00:00:00 2020 to Jan 01 00:00:00 2021)",
      "no trusted ECDSA public key found for 'vpn.example.net'" },
    BYWAY_CAUSE_IKE_CERT_EXPIRED,
    "subject certificate invalid (valid from Jan 01 00:00:00 2020 to Jan 01 00:00:00 2021)" },
  { "it shows its subject, because its certificate is not for the name",
    { HEARD, "IDir 'O=Lab, CN=mail.example.net' does not match to 'vpn.example.net'" },
    BYWAY_CAUSE_IKE_CERT_IDENTITY,
    "O=Lab, CN=mail.example.net" },
  { "it shows a name that its certificate has not",
    { HEARD, "no trusted RSA public key found for 'vpn.example.net'" },
    BYWAY_CAUSE_IKE_CERT_IDENTITY,
    "vpn.example.net" },
  { "it does not take ours",
    { HEARD, "received AUTHENTICATION_FAILED error notify" },
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "" },
  { "it has no connection for the name in it",
    { HEARD, SHOWN, "received INVALID_ID_INFORMATION error notify" },
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "" },
  /* Of those that speak of keys there are none. */
  { "it finds no key of ours that it takes",
    { HEARD, SHOWN, "received INVALID_KE_PAYLOAD error notify" },
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "" },
  { "it says no in words that can't be read",
    { HEARD, SHOWN, "could not decrypt payloads" },
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "" },
  { "it can't read ours",
    { HEARD, SHOWN, "received PAYLOAD_MALFORMED error notify" },
    BYWAY_CAUSE_IKE_CERT_REFUSED,
    "" },
};

/* The server says nothing any more: it matters whether it had our certificate before. */
static const struct
{
  const char *about;
  const char *lines[8];
  gboolean certificate;
  BywayCause cause;
} stalls[] = {
  { "main mode, without an answer to message 5",
    { HEARD, "authentication of 'O=Lab, CN=laptop' (myself) successful", AUTH_1, AGAIN },
    TRUE,
    BYWAY_CAUSE_IKE_CERT_SILENT },
  { "IKE version 2, without an answer to IKE_AUTH",
    { "initiating IKE_SA byway-x[1] to 198.51.100.1", HEARD, SHOWN, AUTH_2, AGAIN },
    TRUE,
    BYWAY_CAUSE_IKE_CERT_SILENT },
  { "main mode, without an answer to message 3",
    { HEARD, "generating ID_PROT request 0 [ KE No NAT-D NAT-D ]", AGAIN },
    TRUE,
    BYWAY_CAUSE_IKE_STALLED },
  { "IKE is up", { HEARD, SHOWN, AUTH_1, HEARD, IKE_UP, AGAIN }, TRUE, BYWAY_CAUSE_ESP_STALLED },
  { "a pre-shared key",
    { HEARD, "authentication of '192.0.2.7' (myself) with pre-shared key", AUTH_2, AGAIN },
    FALSE,
    BYWAY_CAUSE_IKE_STALLED },
};

static void
test_stalls (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (stalls); i++)
    {
      BywayCharonView view = { .certificate = stalls[i].certificate };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", stalls[i].about);
      for (const char *const *line = stalls[i].lines; *line != NULL; line++)
        g_assert_cmpint (byway_charon_view_take (&view, *line), !=, BYWAY_CHARON_FAILURE);
      error = byway_charon_view_explain (&view, WORDS);
      g_assert_error (error, BYWAY_FAILURE, (int)stalls[i].cause);
      g_assert_cmpstr (error->message, ==, WORDS);
      byway_charon_view_clear (&view);
    }
}

static void
test_certificates (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (certificate_stories); i++)
    {
      BywayCharonView view = { .certificate = TRUE };
      BywayCharonEvent event = BYWAY_CHARON_NOTHING;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", certificate_stories[i].about);
      for (const char *const *line = certificate_stories[i].lines; *line != NULL; line++)
        event = byway_charon_view_take (&view, *line);
      g_assert_cmpint (event, ==, BYWAY_CHARON_FAILURE);
      error = byway_charon_view_explain (&view, WORDS);
      g_assert_error (error, BYWAY_FAILURE, (int)certificate_stories[i].cause);
      g_assert_cmpstr (error->message, ==, certificate_stories[i].detail);
      byway_charon_view_clear (&view);
      g_assert_null (view.doubt_words);
    }
}

static void
test_story (gconstpointer data)
{
  const Story *story = data;
  BywayCharonView view = { 0 };
  BywayCharonEvent event = BYWAY_CHARON_NOTHING;
  g_autoptr (GError) error = NULL;
  guint ups = 0;

  for (const char *const *line = story->lines; *line != NULL; line++)
    {
      event = byway_charon_view_take (&view, *line);
      ups += event == BYWAY_CHARON_IKE_UP;
    }
  error = byway_charon_view_explain (&view, WORDS);
  g_test_message ("%s: %s", story->about, byway_cause_row (error->code)->code);
  g_assert_cmpint (event, ==, story->last);
  g_assert_cmpuint (ups, ==, story->ike_up);
  g_assert_cmpint (view.ike_up, ==, story->ike_up);
  g_assert_cmpint (view.encapsulated, ==, story->encapsulated);
  g_assert_cmpstr (view.ike, ==, story->ike);
  g_assert_cmpstr (view.esp, ==, story->esp);
  g_assert_cmpint (view.failed, ==, story->failed);
  g_assert_error (error, BYWAY_FAILURE, (int)story->cause);
  g_assert_cmpstr (error->message, ==, story->detail);
  byway_charon_view_clear (&view);
  g_assert_null (view.ike);
  g_assert_false (view.heard);
}

static void
test_keywords (void)
{
  static const char *const cases[][2] = {
    { "IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256", "aes256-sha256-ecp256" },
    { "IKE:AES_CBC_192/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384", "aes192-sha384-ecp384" },
    { "IKE:AES_CBC_128/HMAC_SHA2_512_256/PRF_HMAC_SHA2_512/MODP_2048", "aes128-sha512-modp2048" },
    { "IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE_25519", "aes256gcm16-prfsha256-curve25519" },
    { "ESP:AES_GCM_16_128/NO_EXT_SEQ", "aes128gcm16" },
    { "ESP:AES_CBC_256/HMAC_SHA2_256_128/MODP_2048/NO_EXT_SEQ", "aes256-sha256-modp2048" },
    { "ESP:3DES_CBC/HMAC_MD5_96/NO_EXT_SEQ", "3des-md5" },
    { "AES_CBC_128/HMAC_SHA1_96", "aes128-sha1" },
    { "ESP:ROT13", "" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayCharonView view = { 0 };
      g_autofree char *line = g_strconcat ("selected proposal: ", cases[i][0], NULL);

      byway_charon_view_take (&view, "selected proposal: ESP:3DES_CBC"); /* the last one counts */
      byway_charon_view_take (&view, line);
      g_assert_cmpstr (view.ike, ==, cases[i][1]);
      byway_charon_view_clear (&view);
    }
}

/* Every proposal that we offer comes back from the log in our own words. */
static void
test_keywords_automatic (void)
{
  for (BywayPhase phase = BYWAY_PHASE_IKE; phase <= BYWAY_PHASE_ESP; phase++)
    {
      g_autoptr (GArray) list = byway_proposals_automatic (phase);

      for (guint i = 0; i < list->len; i++)
        {
          const BywayProposal *proposal = &g_array_index (list, BywayProposal, i);
          g_autofree char *words = byway_proposal_to_string (proposal);
          g_autoptr (GString) line = g_string_new ("selected proposal: X:");
          BywayCharonView view = { 0 };

          for (guint kind = 0; kind < BYWAY_N_ALGORITHM_KINDS; kind++)
            if (proposal->part[kind] != NULL)
              {
                const char *keyword = proposal->part[kind]->keyword;

                g_string_append (line, proposal->part[kind]->vici_name);
                if (g_str_has_prefix (keyword, "aes"))
                  g_string_append_printf (line, "_%.3s", keyword + 3);
                g_string_append_c (line, '/');
              }
          g_string_append (line, "NO_EXT_SEQ");
          byway_charon_view_take (&view, line->str);
          g_assert_cmpstr (view.ike, ==, words);
          byway_charon_view_clear (&view);
        }
    }
}

/* --------------------------------------------------------------------------------- rendering */

static const char *const documented[] = {
  "ike", "3des-sha1-modp1024", "esp", "3des-sha1", "remote-id", "@vpn.example.net", NULL,
};

static const char *const modern[] = {
  "local-id",     "alice@example.net",
  "force-encaps", "no",
  "dpd-delay",    "0",
  "esp",          "aes256gcm16,aes256-sha256-modp2048",
  "esp-lifetime", "1200",
  "ike-lifetime", "7200",
  NULL,
};

static BywayProfile *
make_profile (const char *const *pairs)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  BywayProfile *profile;

  g_hash_table_insert (settings, g_strdup ("gateway"), g_strdup ("vpn.example.net"));
  g_hash_table_insert (settings, g_strdup ("user"), g_strdup ("alice"));
  for (; pairs[0] != NULL; pairs += 2)
    g_hash_table_insert (settings, g_strdup (pairs[0]), g_strdup (pairs[1]));
  profile = byway_profile_parse (settings, NULL);
  g_assert_nonnull (profile);
  return profile;
}

static BywayFacts
make_facts (guint16 port, GHashTable *algorithms)
{
  BywayFacts facts = {
    .uuid = UUID,
    .run_dir = "/run/byway/" UUID,
    .local_port = port,
    .algorithms = algorithms,
    .pppd_plugin = "/usr/lib/byway/byway-pppd.so",
  };

  g_assert_true (byway_address_parse ("198.51.100.1", &facts.uplink.server));
  g_assert_true (byway_address_parse ("192.0.2.7", &facts.uplink.source));
  return facts;
}

static BywayPlan *
make_plan (const char *const *pairs, const BywaySecretSet *secrets, guint16 port)
{
  g_autoptr (BywayProfile) profile = make_profile (pairs);
  const BywayFacts facts = make_facts (port, NULL);
  g_autoptr (GError) error = NULL;
  BywayPlan *plan = byway_plan_new (profile, secrets, &facts, &error);

  g_assert_no_error (error);
  return plan;
}

static BywayViciNode *
parse (GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  BywayViciNode *root = byway_vici_parse (data, length, NULL);

  g_assert_nonnull (root);
  return root;
}

/* A value as it is, a list's items with commas between. */
static void
assert_says (const BywayViciNode *section, const char *path, const char *wanted)
{
  const BywayViciNode *node = byway_vici_node_find (section, path);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_nonnull (node);
  for (guint i = 0; i < (node->kind == BYWAY_VICI_LIST ? node->children->len : 1); i++)
    {
      g_autofree char *item = byway_vici_node_dup_text (
          node->kind == BYWAY_VICI_LIST ? node->children->pdata[i] : node, "");

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", item);
    }
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
assert_reqid (const BywayViciNode *child)
{
  g_autofree char *text = byway_vici_node_dup_text (child, "reqid");
  guint64 reqid;

  g_assert_true (g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &reqid, NULL));
  g_assert_cmphex (reqid & BYWAY_REQID_MASK, ==, BYWAY_REQID);
}

static void
test_documented (void)
{
  g_autoptr (BywayPlan) plan = make_plan (documented, NULL, 1701);
  g_autoptr (BywayViciNode) root = parse (plan->load_conn);
  const BywayViciNode *conn = byway_vici_node_find (root, NAME);
  const BywayViciNode *child = byway_vici_node_find (root, NAME "/children/" NAME);

  g_assert_cmpuint (root->children->len, ==, 1);
  g_assert_null (plan->load_shared);
  assert_says (conn, "version", "1");
  assert_says (conn, "aggressive", "no");
  assert_says (conn, "unique", "never");
  assert_says (conn, "keyingtries", "1");
  assert_says (conn, "encap", "yes");
  assert_says (conn, "local_addrs", "192.0.2.7");
  assert_says (conn, "remote_addrs", "198.51.100.1");
  assert_says (conn, "proposals", "3des-sha1-modp1024");
  assert_says (conn, "reauth_time", "10800s");
  assert_says (conn, "dpd_delay", "5s");
  assert_says (conn, "dpd_timeout", "20s");
  g_assert_cmpuint (plan->dpd_timeout, ==, 0);
  assert_says (conn, "local/auth", "psk");
  assert_says (conn, "local/id", "192.0.2.7");
  assert_says (conn, "remote/auth", "psk");
  assert_says (conn, "remote/id", "fqdn:vpn.example.net");
  assert_says (child, "mode", "transport");
  assert_says (child, "local_ts", "dynamic[udp/1701]");
  assert_says (child, "remote_ts", "dynamic[udp/1701]");
  assert_says (child, "esp_proposals", "3des-sha1");
  assert_says (child, "rekey_time", "3600s");
  assert_says (child, "start_action", "none");
  assert_says (child, "close_action", "none");
  assert_reqid (child);
}

/* Charon does not know that bound there, so it is ours to keep. */
static void
test_dpd_of_version_2 (void)
{
  static const char *const pairs[]
      = { "ike-version", "2", "dpd-delay", "6", "dpd-timeout", "9", NULL };
  static const char *const off[] = { "ike-version", "2", "dpd-delay", "0", NULL };
  g_autoptr (BywayPlan) plan = make_plan (pairs, NULL, 1701);
  g_autoptr (BywayPlan) without = make_plan (off, NULL, 1701);
  g_autoptr (BywayViciNode) root = parse (plan->load_conn);
  const BywayViciNode *conn = byway_vici_node_find (root, NAME);

  assert_says (conn, "dpd_delay", "6s");
  g_assert_null (byway_vici_node_find (conn, "dpd_timeout"));
  g_assert_cmpuint (plan->dpd_delay, ==, 6);
  g_assert_cmpuint (plan->dpd_timeout, ==, 9);
  g_assert_cmpuint (without->dpd_timeout, ==, 0);
}

static void
test_modern (void)
{
  g_autoptr (BywayPlan) plan = make_plan (modern, NULL, 45678);
  g_autoptr (BywayViciNode) root = parse (plan->load_conn);
  const BywayViciNode *conn = byway_vici_node_find (root, NAME);
  const BywayViciNode *child = byway_vici_node_find (root, NAME "/children/" NAME);

  assert_says (conn, "version", "1");
  assert_says (conn, "unique", "never");
  assert_says (conn, "encap", "no");
  assert_says (conn, "reauth_time", "7200s");
  assert_says (conn, "proposals",
               "aes256-sha256-ecp256,aes256-sha256-modp2048,aes256-sha384-ecp384,"
               "aes128-sha256-ecp256,aes128-sha256-modp2048,aes256-sha1-ecp384,"
               "aes128-sha1-ecp256,aes256-sha1-modp2048,aes128-sha1-modp2048,"
               "aes256-sha256-modp1536,aes256-sha1-modp1536,aes256-sha256-modp1024,"
               "aes256-sha1-modp1024,aes128-sha1-modp1024,3des-sha1-modp2048,3des-sha1-modp1024");
  g_assert_null (byway_vici_node_find (conn, "dpd_delay"));
  g_assert_null (byway_vici_node_find (conn, "dpd_timeout"));
  assert_says (conn, "local/id", "email:alice@example.net");
  assert_says (conn, "remote/id", "%any");
  assert_says (child, "mode", "transport");
  assert_says (child, "local_ts", "dynamic[udp/45678]");
  assert_says (child, "remote_ts", "dynamic[udp/1701]");
  assert_says (child, "esp_proposals", "aes256gcm16,aes256-sha256-modp2048");
  assert_says (child, "rekey_time", "1200s");
  assert_reqid (child);
}

static void
test_names (void)
{
  g_autoptr (BywayPlan) plan = make_plan (documented, NULL, 1701);
  g_autoptr (BywayViciNode) initiate = parse (plan->initiate);
  g_autoptr (BywayViciNode) terminate = parse (plan->undo[0]);
  g_autoptr (BywayViciNode) unload_conn = parse (plan->undo[1]);
  g_autoptr (BywayViciNode) unload_shared = parse (plan->undo[2]);
  g_autofree char *deadline = g_strdup_printf ("%u", plan->deadlines.initiate);

  g_assert_cmpstr (plan->ike_name, ==, NAME);
  assert_says (initiate, "ike", NAME);
  assert_says (initiate, "child", NAME);
  assert_says (initiate, "timeout", deadline);
  assert_says (terminate, "ike", NAME);
  assert_says (terminate, "force", "yes");
  assert_says (unload_conn, "name", NAME);
  g_assert_cmpuint (unload_conn->children->len, ==, 1);
  assert_says (unload_shared, "id", NAME);
  g_assert_cmpuint (unload_shared->children->len, ==, 1);
}

static void
test_undo_refuses (void)
{
  g_autofree char *name = g_strnfill (G_MAXUINT16 + 1, 'n');
  g_autoptr (GError) error = NULL;
  GBytes *messages[BYWAY_PLAN_UNDOS] = { NULL };

  g_assert_false (byway_strongswan_render_undo (name, messages, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    g_assert_null (messages[i]);
}

static BywayPlan *
plan_with_key (const char *const *pairs, const char *key, gsize length)
{
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  const char *problem;

  g_assert_true (byway_secret_set_put (secrets, "ipsec-psk", key, length, &problem));
  g_assert_true (byway_secret_set_put (secrets, "password", "hush-password", 13, &problem));
  return make_plan (pairs, secrets, 1701);
}

static void
test_owners (void)
{
  static const struct
  {
    const char *pairs[5], *owners;
  } cases[] = {
    { { NULL }, "198.51.100.1,192.0.2.7" },
    { { "local-id", "%any", "remote-id", "%any" }, "198.51.100.1,192.0.2.7" },
    { { "remote-id", "@vpn.example.net" }, "198.51.100.1,192.0.2.7,fqdn:vpn.example.net" },
    { { "remote-id", "*@example.net" }, "198.51.100.1,192.0.2.7" },
    { { "local-id", "keyid:staff" }, "198.51.100.1,192.0.2.7,@#7374616666" },
    { { "local-id", "alice@example.net", "remote-id", "10.0.0.1" },
      "198.51.100.1,192.0.2.7,email:alice@example.net,10.0.0.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywayPlan) plan = plan_with_key (cases[i].pairs, "key", 3);
      g_autoptr (BywayViciNode) root = parse (plan->load_shared);

      assert_says (root, "id", NAME);
      assert_says (root, "type", "IKE");
      assert_says (root, "owners", cases[i].owners);
      g_assert_cmpuint (root->children->len, ==, 4);
    }
}

/* Not one byte is taken for anything but itself. */
static void
test_key_bytes (void)
{
  g_autofree char *longest = g_strnfill (1024, '\xe9');
  const char *const keys[] = { "simple",           "0sYWJj",       "0x616263",
                               "\"'#\\$ %any {}=", " blank ends ", "\xc3\xa9\xe2\x82\xac",
                               "\xff\xfe\x01\r\t", longest };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (BywayPlan) plan = plan_with_key (documented, keys[i], strlen (keys[i]));
      g_autoptr (BywayViciNode) root = parse (plan->load_shared);
      const BywayViciNode *node = byway_vici_node_find (root, "data");
      g_autofree char *text = byway_vici_to_string (plan->load_shared);
      gsize length;
      gconstpointer data = g_bytes_get_data (node->value, &length);

      g_assert_cmpint (node->kind, ==, BYWAY_VICI_VALUE);
      g_assert_cmpmem (data, length, keys[i], strlen (keys[i]));
      g_assert_nonnull (strstr (text, "data = (hidden)\n"));
      g_assert_null (strstr (text, keys[i]));
    }
}

/* -------------------------------------------------------------------------------- algorithms */

static GHashTable *
all_but (const char *missing)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);
  gsize n;
  const BywayAlgorithm *rows = byway_algorithms (&n);

  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (rows[i].vici_name, missing) != 0)
      g_hash_table_add (names, (char *)rows[i].vici_name);
  return names;
}

static const struct
{
  const char *missing, *ike, *esp;
  const char *begins; /* of the error */
  const char *names;  /* in the error */
} lacking[] = {
  { "3DES_CBC", "3des-sha1-modp1024", "3des-sha1", "option ike", "3des" },
  { "3DES_CBC", "aes128-sha1-modp1024", "3des-sha1", "option esp", "3des" },
  { "MODP_1024", "3des-sha1-modp1024", "3des-sha1", "option ike", "modp1024" },
  { "AES_GCM_16", "", "aes256gcm16,aes128gcm16", "option esp", "aes128gcm16" },
  { "HMAC_SHA1_96", "3des-sha1-modp1024,aes128-sha1-modp2048", "", "option ike", "sha1" },
};

static void
test_lacking (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lacking); i++)
    {
      g_autoptr (GHashTable) names = all_but (lacking[i].missing);
      g_autoptr (BywayProfile) profile
          = make_profile ((const char *[]){ "ike", lacking[i].ike, "esp", lacking[i].esp, NULL });
      const BywayFacts facts = make_facts (1701, names);
      g_autoptr (GError) error = NULL;

      g_assert_null (byway_plan_new (profile, NULL, &facts, &error));
      g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_ALGORITHM_MISSING);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, lacking[i].begins));
      g_assert_nonnull (strstr (error->message, lacking[i].names));
    }
}

/* What the machine can't do is left out, as long as something is left. */
static void
test_some_left (void)
{
  g_autoptr (GHashTable) names = all_but ("3DES_CBC");
  g_autoptr (BywayProfile) profile
      = make_profile ((const char *[]){ "ike", "3des-sha1-modp1024,aes128-sha1-modp1024", NULL });
  const BywayFacts facts = make_facts (1701, names);
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayPlan) plan = byway_plan_new (profile, NULL, &facts, &error);
  g_autoptr (BywayViciNode) root = NULL;

  g_assert_no_error (error);
  root = parse (plan->load_conn);
  assert_says (root, NAME "/proposals", "aes128-sha1-modp1024");
  assert_says (root, NAME "/children/" NAME "/esp_proposals",
               "aes256gcm16,aes128gcm16,aes256-sha256,aes128-sha256,aes256-sha1,aes128-sha1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      g_autofree char *path = g_strdup_printf ("/strongswan/log/%u", i);

      g_test_add_data_func (path, &stories[i], test_story);
    }
  g_test_add_func ("/strongswan/certificates", test_certificates);
  g_test_add_func ("/strongswan/stalls", test_stalls);
  g_test_add_func ("/strongswan/keywords", test_keywords);
  g_test_add_func ("/strongswan/keywords-automatic", test_keywords_automatic);
  g_test_add_func ("/strongswan/documented", test_documented);
  g_test_add_func ("/strongswan/modern", test_modern);
  g_test_add_func ("/strongswan/dpd-of-version-2", test_dpd_of_version_2);
  g_test_add_func ("/strongswan/names", test_names);
  g_test_add_func ("/strongswan/undo-refuses", test_undo_refuses);
  g_test_add_func ("/strongswan/owners", test_owners);
  g_test_add_func ("/strongswan/key-bytes", test_key_bytes);
  g_test_add_func ("/strongswan/lacking", test_lacking);
  g_test_add_func ("/strongswan/some-left", test_some_left);
  return g_test_run ();
}
