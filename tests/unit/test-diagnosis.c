/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-diagnosis.h"
#include "byway-option.h"
#include "byway-wire-facts.h"

#include <string.h>

static const char *const facts[]
    = { "name",       "gateway",     "server",     "resolved", "user",        "local-id",
        "remote-id",  "port",        "ike",        "esp",      "ike-offered", "method",
        "asked",      "esp-offered", "mtu",        "detail",   "holder",      "shown",
        "local-net",  "mtu-tried",   "remote-net", "result",   "l2tp-error",  "asked-option",
        "xauth-user", "remote-name", "key-coded",  NULL };

static gboolean
is_fact (const char *key, gsize length)
{
  for (gsize i = 0; facts[i] != NULL; i++)
    if (strlen (facts[i]) == length && strncmp (facts[i], key, length) == 0)
      return TRUE;
  return FALSE;
}

/* Braces and brackets close, and hold what somebody sets. */
static void
check_text (const char *code, const char *text)
{
  const char *open;

  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; (open = strchr (at, '{')) != NULL; at = open + 1)
    {
      const char *close = strchr (open, '}');

      if (close == NULL || !is_fact (open + 1, (gsize)(close - open - 1)))
        g_error ("%s: nobody sets a fact of “%s”", code, open);
    }
  for (const char *at = text; (open = strchr (at, '[')) != NULL; at = strchr (open, ']'))
    if (strchr (open, ']') == NULL || strcspn (open + 1, "[") < strcspn (open + 1, "]"))
      g_error ("%s: brackets of “%s”", code, text);
}

static void
check_fix (const char *code, const BywayFix *fix)
{
  check_text (code, fix->command);
  check_text (code, fix->text);
  if (fix->option != NULL && fix->option[0] != '{' && byway_option_find (fix->option) == NULL)
    g_error ("%s: there is no option %s", code, fix->option);
  /* The applet has a button in the command's place. */
  if (fix->command != NULL && g_str_has_prefix (fix->command, "byway edit"))
    g_assert_false (g_str_has_prefix (fix->text, "followed by"));
}

/* Every row: a code of its own, a sentence that fits behind "office is not up: ", something to do;
 * where it is not certain, what else it may be. */
static void
test_rows (void)
{
  g_autoptr (GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      const BywayCauseRow *row = byway_cause_row (cause);
      BywayCause back;

      g_assert_nonnull (row->code);
      g_test_message ("%s", row->code);
      g_assert_true (g_hash_table_add (codes, (gpointer)row->code));
      g_assert_true (byway_cause_from_code (row->code, &back) && back == cause);
      g_assert_nonnull (row->sentence);
      g_assert_false (g_str_has_suffix (row->sentence, "."));
      g_assert_false (g_ascii_isupper (row->sentence[0]) && row->sentence[1] != 'y'
                      && !g_ascii_isupper (row->sentence[1]));
      g_assert_nonnull (row->fixes[0].text);
      check_text (row->code, row->sentence);
      check_text (row->code, row->seen);
      check_text (row->code, row->tell);
      for (gsize i = 0; i < G_N_ELEMENTS (row->others); i++)
        check_text (row->code, row->others[i]);
      for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
        check_fix (row->code, &row->fixes[i]);
      if (row->tell != NULL)
        g_assert_nonnull (row->others[0]);
    }
}

/* Of connections with a key, or of the key alone. */
static const char *const of_keys[]
    = { "secrets-missing",   "ike-psk-wrong", "ike-psk-unknown", "ike-psk-not-loaded",
        "ike-login-refused", "ike-remote-id", "ike-aggressive",  NULL };

static void
check_speaks_of_both (const char *code, const char *text)
{
  if (text != NULL && strstr (text, "pre-shared key") != NULL
      && strstr (text, "certificate") == NULL)
    g_error ("%s: with a certificate this is not so: “%s”", code, text);
}

/* A connection has a key or a certificate; what may happen to either is told of both. */
static void
test_key_or_certificate (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      const BywayCauseRow *row = byway_cause_row (cause);

      if (g_strv_contains (of_keys, row->code))
        continue;
      check_speaks_of_both (row->code, row->sentence);
      check_speaks_of_both (row->code, row->seen);
      check_speaks_of_both (row->code, row->tell);
      for (gsize i = 0; i < G_N_ELEMENTS (row->others); i++)
        check_speaks_of_both (row->code, row->others[i]);
      for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
        check_speaks_of_both (row->code, row->fixes[i].text);
    }
}

/* There is nothing to be done but what the command itself is. */
static const char *const just_again[] = { "secrets-awaited", "keyring-locked",  "token-undecided",
                                          "lost-by-server",  "lost-ipsec",      "lost-xl2tpd",
                                          "lost-pppd",       "lost-ike-daemon", NULL };

/* It changes an option or the machine, or is words: what to do by hand, or whom to ask, or tell. */
static gboolean
mends (const BywayFix *fix)
{
  return fix->option != NULL || fix->command == NULL || g_str_has_prefix (fix->command, "sudo")
         || g_str_has_prefix (fix->command, "byway report");
}

/* To look is not enough: somebody is told what to change, or whom to ask. */
static void
test_something_to_do (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      const BywayCauseRow *row = byway_cause_row (cause);
      gboolean mended = g_strv_contains (just_again, row->code);

      for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
        mended |= mends (&row->fixes[i]);
      if (!mended)
        g_error ("%s: nothing to do but to look", row->code);
    }
}

/* Without a name that only those know who have read of IPsec: what they are for is said as well. */
static void
test_plain_words (void)
{
  static const struct
  {
    const char *term, *plain;
  } terms[] = {
    { "IKE daemon", "program" }, { "proposal", "algorithm" }, { "association", "encrypted" },
    { "charon", "program" },     { "pluto", "program" },      { "our xl2tpd", "program" },
    { "our pppd", "program" },
  };

  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
      {
        const BywayCauseRow *row = byway_cause_row (cause);

        if (strstr (row->sentence, terms[i].term) != NULL
            && strstr (row->sentence, terms[i].plain) == NULL)
          g_error ("%s: what is “%s”? “%s”", row->code, terms[i].term, row->sentence);
      }
}

static void
test_expand (void)
{
  static const struct
  {
    const char *text, *expanded;
  } cases[] = {
    { "plain", "plain" },
    { "to {gateway}", "to vpn" },
    { "to {gateway}[ ({server})]", "to vpn" },
    { "to {gateway}[ as {user}]!",
      "to vpn as al{gateway}[x]!" }, /* values are not looked at again */
    { "{nobody}", "" },
    { "open { brace", "open { brace" },
    { "[open", "open" },
    { "", "" },
  };
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new (BYWAY_CAUSE_IKE_SILENT);

  byway_diagnosis_set_fact (diagnosis, "gateway", "vpn");
  byway_diagnosis_set_fact (diagnosis, "user", "al{gateway}[x]");
  byway_diagnosis_set_fact (diagnosis, "server", "");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = byway_diagnosis_expand (diagnosis, cases[i].text);

      g_assert_cmpstr (text, ==, cases[i].expanded);
    }
  g_assert_null (byway_diagnosis_expand (diagnosis, NULL));
}

static void
test_name_is_quoted (void)
{
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new (BYWAY_CAUSE_IKE_PSK_WRONG);

  byway_diagnosis_set_name (diagnosis, "office");
  g_assert_cmpstr (g_hash_table_lookup (diagnosis->facts, "name"), ==, "office");
  byway_diagnosis_set_name (diagnosis, "$(reboot) `x` 'y'");
  g_assert_cmpstr (g_hash_table_lookup (diagnosis->facts, "name"), ==,
                   "'$(reboot) `x` '\\''y'\\'''");
}

static gboolean
has_command (const BywayCauseRow *row, gboolean user)
{
  for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
    {
      const char *command = row->fixes[i].command;

      if (command != NULL && strstr (command, "import-cert") != NULL
          && (strstr (command, " --user") != NULL) == user)
        return TRUE;
    }
  return FALSE;
}

/* A file may be the machine's for IPsec, or the user's for the login: importing the latter without
 * --user would change IPsec, and not help. */
static void
test_certificates_of_both (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      const BywayCauseRow *row = byway_cause_row (cause);

      if (!g_str_has_prefix (row->code, "cert-") || !has_command (row, FALSE))
        continue;
      g_test_message ("%s", row->code);
      g_assert_true (has_command (row, TRUE));
    }
}

/* Over the bus and back nothing is lost. */
static void
test_bus (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      g_autoptr (BywayDiagnosis) one = byway_diagnosis_new (cause);
      g_autoptr (BywayDiagnosis) other = NULL;
      g_autoptr (GVariant) variant = NULL;
      g_autoptr (GVariant) again = NULL;

      one->stage = cause % BYWAY_N_STAGES;
      byway_diagnosis_set_fact (one, "gateway", "vpn.example.net");
      byway_diagnosis_set_fact (one, "detail", "so it is");
      byway_diagnosis_set_evidence (one, g_strsplit ("one\ntwo", "\n", -1));
      variant = g_variant_ref_sink (byway_diagnosis_to_variant (one));
      other = byway_diagnosis_new_from_variant (variant);
      again = g_variant_ref_sink (byway_diagnosis_to_variant (other));
      g_assert_true (g_variant_equal (variant, again));
    }
}

static void
test_unknown_code (void)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (
      g_variant_new_parsed ("{'code': <'of-tomorrow'>, 'stage': <'sa'>, 'sentence': <'it rains'>, "
                            "'error': <'org.byway.Byway1.Error.Ipsec'>}"));
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new_from_variant (variant);
  g_autofree char *sentence = byway_diagnosis_sentence (diagnosis);

  g_assert_cmpint (diagnosis->cause, ==, BYWAY_CAUSE_UNEXPECTED);
  g_assert_cmpint (diagnosis->stage, ==, BYWAY_STAGE_SA);
  g_assert_cmpstr (sentence, ==, "it rains");
  g_assert_cmpint (byway_diagnosis_error (diagnosis), ==, BYWAY_ERROR_IPSEC);
}

static void
test_from_error (void)
{
  g_autoptr (GError) failure
      = g_error_new_literal (BYWAY_FAILURE, BYWAY_CAUSE_L2TP_REFUSED, "go away");
  g_autoptr (GError) denied = g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_DENIED, "no");
  g_autoptr (GError) other = g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_LIMIT, "too many");
  g_autoptr (BywayDiagnosis) one = byway_diagnosis_new_from_error (failure, BYWAY_STAGE_PPP);
  g_autoptr (BywayDiagnosis) two = byway_diagnosis_new_from_error (denied, BYWAY_STAGE_PREPARE);
  g_autoptr (BywayDiagnosis) three = byway_diagnosis_new_from_error (other, BYWAY_STAGE_IP);

  g_assert_cmpint (one->cause, ==, BYWAY_CAUSE_L2TP_REFUSED);
  g_assert_cmpint (one->stage, ==, BYWAY_STAGE_L2TP);
  g_assert_cmpstr (g_hash_table_lookup (one->facts, "detail"), ==, "go away");
  g_assert_cmpint (two->cause, ==, BYWAY_CAUSE_DENIED);
  g_assert_cmpint (three->cause, ==, BYWAY_CAUSE_UNEXPECTED);
  g_assert_cmpint (three->stage, ==, BYWAY_STAGE_IP);
  g_assert_cmpint (byway_diagnosis_error (three), ==, BYWAY_ERROR_LIMIT);
}

/* A fix whose command names what is not known is not offered. */
static void
test_fixes (void)
{
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new (BYWAY_CAUSE_PPP_METHOD);
  const BywayFix *fix = &byway_cause_row (BYWAY_CAUSE_PPP_METHOD)->fixes[0];

  byway_diagnosis_set_name (diagnosis, "office");
  g_assert_false (byway_diagnosis_can_fix (diagnosis, fix));
  byway_diagnosis_set_fact (diagnosis, "asked-option", "refuse-pap");
  g_assert_true (byway_diagnosis_can_fix (diagnosis, fix));
}

static guint
count_others (const BywayDiagnosis *diagnosis)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (byway_diagnosis_to_variant (diagnosis));
  g_auto (GStrv) others = NULL;

  g_assert_true (g_variant_lookup (variant, "others", "^as", &others));
  for (char **other = others; *other != NULL; other++)
    g_assert_cmpstr (*other, !=, "");
  return g_strv_length (others);
}

/* A guess that is about what is not known is not made; nor is an empty one. */
static void
test_others (void)
{
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new (BYWAY_CAUSE_IKE_PSK_WRONG);
  guint without = count_others (diagnosis);

  byway_diagnosis_set_fact (diagnosis, "key-coded", "0s");
  g_assert_cmpuint (count_others (diagnosis), ==, without + 1);
}

/* --- the wire ------------------------------------------------------------------------------- */

static void
test_refine (void)
{
  static const struct
  {
    BywayWireFacts facts;
    BywayCause from, to;
  } cases[] = {
    { { 0 }, BYWAY_CAUSE_IKE_SILENT, BYWAY_CAUSE_IKE_SILENT },
    { { .asked = TRUE }, BYWAY_CAUSE_IKE_SILENT, BYWAY_CAUSE_IKE_SILENT },
    { { .asked = TRUE, .answered_4500 = TRUE },
      BYWAY_CAUSE_IKE_SILENT,
      BYWAY_CAUSE_IKE_500_BLOCKED },
    { { .asked = TRUE, .answered_500 = TRUE, .answered_4500 = TRUE },
      BYWAY_CAUSE_IKE_SILENT,
      BYWAY_CAUSE_IKE_SOURCE_500_BLOCKED },
    { { .refused_ike = TRUE }, BYWAY_CAUSE_IKE_SILENT, BYWAY_CAUSE_IKE_REJECTED },
    { { .unreachable = 1 }, BYWAY_CAUSE_IKE_SILENT, BYWAY_CAUSE_IKE_HOST_UNREACHABLE },
    { { 0 }, BYWAY_CAUSE_IKE_STALLED, BYWAY_CAUSE_IKE_STALLED },
    { { .asked = TRUE, .answered_500 = TRUE },
      BYWAY_CAUSE_IKE_STALLED,
      BYWAY_CAUSE_IKE_4500_SILENT },
    { { .asked = TRUE, .answered_4500 = TRUE },
      BYWAY_CAUSE_IKE_STALLED,
      BYWAY_CAUSE_IKE_PSK_WRONG },
    { { .asked = TRUE, .answered_4500 = TRUE, .refused_ike = TRUE },
      BYWAY_CAUSE_IKE_STALLED,
      BYWAY_CAUSE_IKE_STALLED },
    { { .asked = TRUE, .answered_4500 = TRUE, .refused_4500 = TRUE },
      BYWAY_CAUSE_IKE_STALLED,
      BYWAY_CAUSE_IKE_STALLED },
    /* no key can be wrong where there is none */
    { { .asked = TRUE, .answered_4500 = TRUE, .certificate = TRUE },
      BYWAY_CAUSE_IKE_STALLED,
      BYWAY_CAUSE_IKE_STALLED },
    { { .certificate = TRUE }, BYWAY_CAUSE_IKE_CERT_SILENT, BYWAY_CAUSE_IKE_CERT_SILENT },
    { { .asked = TRUE, .answered_4500 = TRUE, .certificate = TRUE },
      BYWAY_CAUSE_IKE_CERT_SILENT,
      BYWAY_CAUSE_IKE_CERT_SILENT },
    { { .asked = TRUE, .answered_500 = TRUE, .certificate = TRUE },
      BYWAY_CAUSE_IKE_CERT_SILENT,
      BYWAY_CAUSE_IKE_4500_SILENT },
    { { .asked = TRUE, .answered_4500 = TRUE, .refused_ike = TRUE, .certificate = TRUE },
      BYWAY_CAUSE_IKE_CERT_SILENT,
      BYWAY_CAUSE_IKE_STALLED },
    /* as large as what our certificate is in */
    { { .asked = TRUE, .answered_4500 = TRUE, .certificate = TRUE, .asked_large = TRUE },
      BYWAY_CAUSE_IKE_CERT_SILENT,
      BYWAY_CAUSE_IKE_LARGE_LOST },
    { { .asked = TRUE,
        .answered_4500 = TRUE,
        .certificate = TRUE,
        .asked_large = TRUE,
        .answered_large = TRUE },
      BYWAY_CAUSE_IKE_CERT_SILENT,
      BYWAY_CAUSE_IKE_CERT_SILENT },
    { { .asked = TRUE,
        .answered_4500 = TRUE,
        .certificate = TRUE,
        .asked_large = TRUE,
        .splits = TRUE },
      BYWAY_CAUSE_IKE_CERT_SILENT,
      BYWAY_CAUSE_IKE_CERT_SILENT },
    { { 0 }, BYWAY_CAUSE_L2TP_SILENT, BYWAY_CAUSE_ESP_SILENT },
    { { .encapsulated = TRUE }, BYWAY_CAUSE_L2TP_SILENT, BYWAY_CAUSE_L2TP_SILENT },
    { { .esp_received = TRUE }, BYWAY_CAUSE_L2TP_SILENT, BYWAY_CAUSE_L2TP_SILENT },
    { { .refused_l2tp = TRUE }, BYWAY_CAUSE_L2TP_SILENT, BYWAY_CAUSE_L2TP_NO_SERVER },
    { { .refused_ike = TRUE }, BYWAY_CAUSE_PPP_SILENT, BYWAY_CAUSE_PPP_SILENT },
    { { .plain = TRUE }, BYWAY_CAUSE_L2TP_SILENT, BYWAY_CAUSE_L2TP_PLAIN_SILENT },
    { { .plain = TRUE, .refused_l2tp = TRUE },
      BYWAY_CAUSE_L2TP_SILENT,
      BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (
        byway_cause_row (byway_wire_facts_refine (&cases[i].facts, cases[i].from))->code, ==,
        byway_cause_row (cases[i].to)->code);
}

static void
test_loss (void)
{
  static const struct
  {
    BywayWireFacts facts;
    BywayCause cause;
  } cases[] = {
    { { .asked = TRUE }, BYWAY_CAUSE_LOST_SERVER },
    { { .asked = TRUE, .unreachable = 2 }, BYWAY_CAUSE_LOST_SERVER },
    { { .asked = TRUE, .answered_500 = TRUE }, BYWAY_CAUSE_LOST_IPSEC },
    { { .asked = TRUE, .answered_4500 = TRUE }, BYWAY_CAUSE_LOST_IPSEC },
    { { .asked = TRUE, .refused_ike = TRUE }, BYWAY_CAUSE_LOST_BY_SERVER },
    { { .asked = TRUE, .refused_ike = TRUE, .answered_4500 = TRUE }, BYWAY_CAUSE_LOST_BY_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (byway_cause_row (byway_wire_facts_loss (&cases[i].facts))->code, ==,
                     byway_cause_row (cases[i].cause)->code);
}

/* An ICMP message of 198.51.100.1 about a datagram from 192.0.2.10 to its port 500. */
static const guint8 refusal[] = {
  0x45, 0,    0,    56,   0, 0,  0, 0, 64, 1,  0, 0, 198, 51, 100, 1,  192, 0,  2,   10, /* IP */
  3,    3,    0,    0,    0, 0,  0, 0,                                                   /* ICMP */
  0x45, 0,    0,    48,   0, 0,  0, 0, 64, 17, 0, 0, 192, 0,  2,   10, 198, 51, 100, 1,  /* IP */
  0x01, 0xf4, 0x01, 0xf4, 0, 28, 0, 0,                                                   /* UDP */
};

static gboolean
parse (const guint8 *packet, gsize length, BywayIcmpNotice *notice)
{
  BywayAddress here, server;

  g_assert_true (byway_address_parse ("192.0.2.10", &here));
  g_assert_true (byway_address_parse ("198.51.100.1", &server));
  return byway_icmp_parse (packet, length, &here, &server, notice);
}

static void
test_icmp (void)
{
  guint8 packet[sizeof refusal];
  BywayIcmpNotice notice;
  BywayWireFacts seen = { 0 };
  BywayCause cause;

  g_assert_true (parse (refusal, sizeof refusal, &notice));
  g_assert_cmpuint (notice.port, ==, 500);
  g_assert_cmpuint (notice.code, ==, 3);
  g_assert_true (notice.by_server);
  byway_wire_facts_add_notice (&seen, &notice);
  g_assert_cmpstr (seen.words, ==, "port unreachable");
  g_assert_true (byway_wire_facts_is_hopeless (&seen, BYWAY_STAGE_IKE, &cause));
  g_assert_cmpint (cause, ==, BYWAY_CAUSE_IKE_REJECTED);
  g_assert_false (byway_wire_facts_is_hopeless (&seen, BYWAY_STAGE_L2TP, &cause));
  seen = (BywayWireFacts){ .unreachable = 1 }; /* a router may be wrong once */
  g_assert_false (byway_wire_facts_is_hopeless (&seen, BYWAY_STAGE_IKE, &cause));
  seen.unreachable = 2;
  g_assert_true (byway_wire_facts_is_hopeless (&seen, BYWAY_STAGE_IKE, &cause));
  g_assert_cmpint (cause, ==, BYWAY_CAUSE_IKE_HOST_UNREACHABLE);
  /* cut anywhere, or about something else: nothing */
  for (gsize length = 0; length < 52; length++)
    {
      g_autofree guint8 *exact = g_memdup2 (refusal, length);

      g_assert_false (parse (exact, length, &notice));
    }
  for (gsize i = 40; i < 48; i++)
    {
      memcpy (packet, refusal, sizeof packet);
      packet[i] ^= 1; /* another address */
      g_assert_false (parse (packet, sizeof packet, &notice));
    }
  memcpy (packet, refusal, sizeof packet);
  packet[21] = 4; /* "fragmentation needed" is no refusal */
  g_assert_false (parse (packet, sizeof packet, &notice));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnosis/rows", test_rows);
  g_test_add_func ("/diagnosis/key-or-certificate", test_key_or_certificate);
  g_test_add_func ("/diagnosis/something-to-do", test_something_to_do);
  g_test_add_func ("/diagnosis/plain-words", test_plain_words);
  g_test_add_func ("/diagnosis/expand", test_expand);
  g_test_add_func ("/diagnosis/name-is-quoted", test_name_is_quoted);
  g_test_add_func ("/diagnosis/certificates-of-both", test_certificates_of_both);
  g_test_add_func ("/diagnosis/bus", test_bus);
  g_test_add_func ("/diagnosis/unknown-code", test_unknown_code);
  g_test_add_func ("/diagnosis/from-error", test_from_error);
  g_test_add_func ("/diagnosis/fixes", test_fixes);
  g_test_add_func ("/diagnosis/others", test_others);
  g_test_add_func ("/diagnosis/refine", test_refine);
  g_test_add_func ("/diagnosis/loss", test_loss);
  g_test_add_func ("/diagnosis/icmp", test_icmp);
  return g_test_run ();
}
