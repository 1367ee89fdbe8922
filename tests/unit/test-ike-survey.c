/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-algorithm.h"
#include "byway-ike-survey.h"
#include "byway-ike-vendor.h"
#include "byway-option.h"

#include <string.h>

static const guint8 cookie[BYWAY_IKE_COOKIE] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const guint8 theirs[BYWAY_IKE_COOKIE] = { 9, 9, 9, 9, 9, 9, 9, 9 };

/* --- messages ------------------------------------------------------------------------------- */

/* RFC 2408, byte by byte. */
static void
test_exact_bytes (void)
{
  static const guint8 expected[] = {
    1,    2,    3,    4,    5,    6,    7,    8,    0,    0,    0,    0,    0,    0,    0,
    0,    1,    0x10, 2,    0,    0,    0,    0,    0,    0,    0,    0,    124,  13,   0,
    0,    56,   0,    0,    0,    1,    0,    0,    0,    1, /* SA */
    0,    0,    0,    44,   1,    1,    0,    1,             /* proposal */
    0,    0,    0,    36,   1,    1,    0,    0,    0x80, 1,    0,    7,    0x80, 14,   1,
    0, /* transform: AES, 256 */
    0x80, 2,    0,    4,    0x80, 3,    0,    1,    0x80, 4,    0,    14,   0x80, 11,   0,
    1,    0x80, 12,   0x70, 0x80, 13,   0,    0,    20,   0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03,
    0x58, 0x45, 0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f, 0,    0,    0,    20,   0xaf,
    0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01, 0x00,
  };
  const BywayIkeTransform transform = { 7, 256, 4, 1, 14 };
  g_autoptr (GBytes) message = byway_ike_probe_new (cookie, &transform, 1);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);

  g_assert_cmpmem (bytes, length, expected, sizeof expected);
}

/* As long as it is wished, and its payloads fill it. */
static void
test_large (void)
{
  const BywayIkeTransform transform = { 7, 256, 4, 1, 14 };
  g_autoptr (GBytes) small = byway_ike_probe_new (cookie, &transform, 1);
  const gsize sizes[] = { 0, 124, 125, 128, 129, 1500, 3000, G_MAXUINT16 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) message = byway_ike_probe_new_large (cookie, &transform, 1, sizes[i]);
      gsize length;
      const guint8 *bytes = g_bytes_get_data (message, &length);
      BywayIkeReply reply;

      g_assert_cmpuint (length, ==, sizes[i] > 128 ? sizes[i] : g_bytes_get_size (small));
      g_assert_cmpint (byway_ike_reply_parse (bytes, length, cookie, &reply), ==,
                       BYWAY_IKE_REPLY_ACCEPTED);
      g_assert_cmpuint (reply.n_vendors, ==, length > 124 ? 3 : 2);
      g_assert_false (byway_ike_reply_splits (&reply));
    }
}

static void
test_splits (void)
{
  BywayIkeReply reply = { .vendors = { { { 0xaf, 0xca, 0xd7, 0x13 }, 16 },
                                       { { 0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25,
                                           0xe7, 0xde, 0x7f, 0x00, 0xd6, 0xc2, 0xd3, 0x80 },
                                         20 } } };

  reply.n_vendors = 1;
  g_assert_false (byway_ike_reply_splits (&reply));
  reply.n_vendors = 2;
  g_assert_true (byway_ike_reply_splits (&reply));
}

/* An answer is our own message with one transform, and a cookie of theirs. */
static GBytes *
answer_with (const BywayIkeTransform *transform)
{
  g_autoptr (GBytes) message = byway_ike_probe_new (cookie, transform, 1);
  gsize length;
  guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&message), &length);

  memcpy (bytes + BYWAY_IKE_COOKIE, theirs, BYWAY_IKE_COOKIE);
  return g_bytes_new_take (bytes, length);
}

static void
test_answer (void)
{
  const BywayIkeTransform transform = { 5, 0, 2, 1, 2 };
  g_autoptr (GBytes) message = answer_with (&transform);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  BywayIkeReply reply;

  g_assert_cmpint (byway_ike_reply_parse (bytes, length, cookie, &reply), ==,
                   BYWAY_IKE_REPLY_ACCEPTED);
  g_assert_cmpmem (&reply.transform, sizeof transform, &transform, sizeof transform);
  g_assert_cmpmem (reply.responder_cookie, 8, theirs, 8);
  g_assert_cmpuint (reply.n_vendors, ==, 2);
  g_assert_cmpstr (byway_ike_vendor_find (&reply.vendors[0])->name, ==, "NAT traversal (RFC 3947)");
  g_assert_cmpint (byway_ike_reply_parse (bytes, length, theirs, &reply), ==, BYWAY_IKE_REPLY_NONE);
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree guint8 *exact = g_memdup2 (bytes, cut);

      g_assert_cmpint (byway_ike_reply_parse (exact, cut, cookie, &reply), ==,
                       BYWAY_IKE_REPLY_NONE);
    }
}

static void
test_refusal (void)
{
  g_autoptr (GBytes) message = byway_ike_forget_new (cookie, theirs);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  BywayIkeReply reply;

  g_assert_cmpuint (length, ==, 40);
  g_assert_cmpint (byway_ike_reply_parse (bytes, length, cookie, &reply), ==,
                   BYWAY_IKE_REPLY_REFUSED);
  g_assert_cmpuint (reply.notify, ==, 14);
}

/* --- surveys of servers that are known ------------------------------------------------------ */

typedef struct
{
  const char *about;
  const char *takes; /* separated by blanks, in its own order */
  gboolean silent_refusal, own_order;
  guint16 auth;  /* the only way to log in that it takes; 0: any */
  guint packets; /* at most */
  const char *proposal, *other_login;
} Server;

static const Server servers[] = {
  { "one", "3des-sha1-modp1024", .packets = 10, .proposal = "3des-sha1-modp1024" },
  { "three in its own order", "3des-sha1-modp1024 aes256-sha256-modp2048 aes128-sha1-modp1536",
    .own_order = TRUE, .packets = 15, .proposal = "aes256-sha256-modp2048" },
  { "silent when it refuses", "aes256-sha256-ecp256 aes128-sha1-modp2048", .silent_refusal = TRUE,
    .packets = 40 },
  { "old ones too", "des-md5-modp768 3des-md5-modp1024 des-sha1-modp1024", .packets = 15,
    .proposal = "3des-md5-modp1024" },
  { "nothing", "", .packets = 15 },
  { "XAUTH only", "aes256-sha1-modp1024", .auth = 65001, .packets = 15, .other_login = "XAUTH" },
  { "certificates only", "aes256-sha1-modp2048", .auth = 3, .packets = 15,
    .other_login = "certificates" },
  { "dead", NULL, .packets = 12 },
};

/* What is on offer in a message of ours, in order. */
static guint
read_offer (GBytes *message, BywayIkeTransform *out)
{
  const guint8 *bytes = g_bytes_get_data (message, NULL);
  const guint8 *at = bytes + 28 + 12;
  guint n = at[7];

  at += 8;
  for (guint i = 0; i < n; i++)
    {
      gboolean keyed = (at[8 + 4 + 1] | at[8 + 4] << 8) == 0x800e;
      const guint8 *rest = at + 8 + 4 + (keyed ? 4 : 0);

      out[i] = (BywayIkeTransform){ .encryption = at[8 + 3],
                                    .key_bits = keyed ? (guint16)(at[14] << 8 | at[15]) : 0,
                                    .hash = rest[3],
                                    .auth = (guint16)(rest[6] << 8 | rest[7]),
                                    .group = rest[11] };
      at += at[2] << 8 | at[3];
    }
  return n;
}

static const struct
{
  const char *word;
  guint16 number, bits;
} ciphers[] = { { "aes256", 7, 256 }, { "aes128", 7, 128 }, { "3des", 5, 0 }, { "des", 1, 0 } };
static const struct
{
  const char *word;
  guint16 number;
} others[] = { { "sha256", 4 },    { "sha1", 2 },     { "md5", 1 },      { "ecp256", 19 },
               { "modp2048", 14 }, { "modp1536", 5 }, { "modp1024", 2 }, { "modp768", 1 } };

static guint16
number_of (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (strcmp (others[i].word, word) == 0)
      return others[i].number;
  g_assert_not_reached ();
}

static BywayIkeTransform
transform_of (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, "-", 3);
  BywayIkeTransform transform = { .hash = number_of (words[1]), .group = number_of (words[2]) };

  for (gsize i = 0; i < G_N_ELEMENTS (ciphers); i++)
    if (strcmp (ciphers[i].word, words[0]) == 0)
      {
        transform.encryption = ciphers[i].number;
        transform.key_bits = ciphers[i].bits;
      }
  return transform;
}

static gboolean
same (const BywayIkeTransform *a, const BywayIkeTransform *b)
{
  return a->encryption == b->encryption && a->key_bits == b->key_bits && a->hash == b->hash
         && a->group == b->group;
}

static gboolean
choose (const Server *server, const BywayIkeTransform *offer, guint n, BywayIkeTransform *chosen)
{
  g_auto (GStrv) takes = g_strsplit (server->takes, " ", -1);
  guint length = *server->takes != '\0' ? g_strv_length (takes) : 0;
  guint16 auth = server->auth != 0 ? server->auth : 1;

  for (guint i = 0; i < n * length; i++)
    {
      guint mine = server->own_order ? i / n : i % length;
      guint yours = server->own_order ? i % n : i / length;
      BywayIkeTransform wanted = transform_of (takes[mine]);

      if (offer[yours].auth == auth && same (&wanted, &offer[yours]))
        {
          *chosen = offer[yours];
          return TRUE;
        }
    }
  return FALSE;
}

static void
play (const Server *server, BywayIkeSurvey *survey)
{
  g_autoptr (GBytes) message = NULL;

  while ((message = byway_ike_survey_next (survey, cookie)) != NULL)
    {
      BywayIkeTransform offer[64];
      guint n = read_offer (message, offer);
      BywayIkeReply reply = { 0 };

      g_assert_cmpuint (n, <=, 30);
      g_assert_cmpuint (g_bytes_get_size (message), <=, 1280);
      if (server->takes != NULL && choose (server, offer, n, &reply.transform))
        byway_ike_survey_answer (survey, BYWAY_IKE_REPLY_ACCEPTED, &reply);
      else if (server->takes == NULL || server->silent_refusal)
        byway_ike_survey_silence (survey);
      else
        byway_ike_survey_answer (survey, BYWAY_IKE_REPLY_REFUSED, &reply);
      g_clear_pointer (&message, g_bytes_unref);
    }
}

static void
test_server (gconstpointer data)
{
  const Server *server = data;
  g_autoptr (BywayIkeSurvey) survey = byway_ike_survey_new ();
  GArray *findings;
  g_autofree char *proposal = NULL;
  guint expected = 0;

  play (server, survey);
  findings = byway_ike_survey_findings (survey);
  proposal = byway_ike_survey_proposal (survey);
  for (guint i = 0; i < findings->len; i++)
    {
      const BywayIkeFinding *finding = &g_array_index (findings, BywayIkeFinding, i);

      g_assert_nonnull (strstr (server->takes, finding->text));
      if (i > 0)
        g_assert_cmpint (finding->weak, >=, g_array_index (findings, BywayIkeFinding, i - 1).weak);
    }
  if (server->takes != NULL && *server->takes != '\0' && server->auth == 0)
    for (const char *at = server->takes; at != NULL; at = strchr (at + 1, ' '))
      expected++;
  g_assert_cmpuint (findings->len, ==, expected);
  g_assert_true (byway_ike_survey_complete (survey));
  g_assert_cmpuint (byway_ike_survey_packets (survey), <=, server->packets);
  g_assert_cmpint (byway_ike_survey_heard (survey), ==, server->takes != NULL);
  g_assert_cmpstr (byway_ike_survey_other_login (survey), ==, server->other_login);
  if (server->proposal != NULL)
    g_assert_cmpstr (proposal, ==, server->proposal);
}

/* A server that answers with what was never on offer, for ever, does not keep us, and is not
 * believed. */
static void
test_liar (gconstpointer data)
{
  g_autoptr (BywayIkeSurvey) survey = byway_ike_survey_new ();
  g_autoptr (GBytes) message = NULL;
  BywayIkeReply reply = { .transform = *(const BywayIkeTransform *)data };

  while ((message = byway_ike_survey_next (survey, cookie)) != NULL)
    {
      byway_ike_survey_answer (survey, BYWAY_IKE_REPLY_ACCEPTED, &reply);
      g_clear_pointer (&message, g_bytes_unref);
    }
  g_assert_cmpuint (byway_ike_survey_findings (survey)->len, ==, 0);
  g_assert_cmpuint (byway_ike_survey_packets (survey), <=, BYWAY_IKE_SURVEY_PACKETS);
  g_assert_null (byway_ike_survey_other_login (survey));
}

/* A server that takes everything fills the caps, and no more; the line to paste stays short. */
static void
test_eager (void)
{
  g_autofree char *proposal = NULL;
  g_autoptr (BywayIkeSurvey) survey = byway_ike_survey_new ();
  g_autoptr (GBytes) message = NULL;

  while ((message = byway_ike_survey_next (survey, cookie)) != NULL)
    {
      BywayIkeTransform offer[64];
      BywayIkeReply reply = { 0 };

      read_offer (message, offer);
      reply.transform = offer[0];
      byway_ike_survey_answer (survey, BYWAY_IKE_REPLY_ACCEPTED, &reply);
      g_clear_pointer (&message, g_bytes_unref);
    }
  g_assert_cmpuint (byway_ike_survey_packets (survey), ==, BYWAY_IKE_SURVEY_PACKETS);
  g_assert_false (byway_ike_survey_complete (survey));
  proposal = byway_ike_survey_proposal (survey);
  g_assert_true (g_str_has_prefix (proposal, "aes256-sha512-curve25519,aes256-sha384-curve25519,"
                                             "aes256-sha512-ecp521,"));
  g_assert_true (g_str_has_suffix (proposal, ",aes256-sha512-modp2048,aes256-sha384-modp2048"));
  g_assert_cmpuint (strlen (proposal), <=, byway_option_find ("ike")->max);
}

int
main (int argc, char **argv)
{
  static const BywayIkeTransform strange = { 99, 99, 99, 1, 99 };
  static const BywayIkeTransform other_login = { 7, 256, 2, 9, 14 };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ike/exact-bytes", test_exact_bytes);
  g_test_add_func ("/ike/large", test_large);
  g_test_add_func ("/ike/splits", test_splits);
  g_test_add_func ("/ike/answer", test_answer);
  g_test_add_func ("/ike/refusal", test_refusal);
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/ike/survey/%s", servers[i].about);

      g_test_add_data_func (path, &servers[i], test_server);
    }
  g_test_add_data_func ("/ike/survey/liar/algorithms", &strange, test_liar);
  g_test_add_data_func ("/ike/survey/liar/login", &other_login, test_liar);
  g_test_add_func ("/ike/survey/eager", test_eager);
  return g_test_run ();
}
