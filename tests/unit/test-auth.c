/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-answer.h"
#include "byway-auth-reader.h"
#include "byway-password-text.h"

#include <string.h>

/* --- reader ----------------------------------------------------------------------------------- */

static BywayAuthReader *
read_text (const char *text, gsize chunk)
{
  BywayAuthReader *reader = byway_auth_reader_new ();

  for (gsize length = strlen (text); length > 0;)
    {
      gsize n = MIN (chunk, length);

      byway_auth_reader_push (reader, text, n);
      text += n;
      length -= n;
    }
  return reader;
}

static BywayAuthState
state_of (BywayAuthReader *reader)
{
  return byway_auth_reader_push (reader, "", 0);
}

static const char *
data_of (BywayAuthReader *reader, const char *key)
{
  return g_hash_table_lookup (byway_auth_reader_data (reader), key);
}

static const char *
secret_of (BywayAuthReader *reader, const char *key)
{
  return byway_secret_set_get (byway_auth_reader_secrets (reader), key, NULL);
}

static void
test_read (void)
{
  static const char text[] = "DATA_KEY=gateway\nDATA_VAL=vpn.example.net\n\n"
                             "DATA_KEY=odd\nDATA_VAL=one\n==two\n=\n=DONE\n\n"
                             "DATA_KEY=empty\nDATA_VAL=\n\n"
                             "SECRET_KEY=password\nSECRET_VAL= a=b\\n \n\n"
                             "SECRET_KEY=no-secret\nSECRET_VAL=true\n\n"
                             "DONE\n\n";

  for (gsize chunk = 1; chunk < sizeof text; chunk++)
    {
      g_autoptr (BywayAuthReader) reader = read_text (text, chunk);

      g_assert_cmpint (state_of (reader), ==, BYWAY_AUTH_READY);
      g_assert_false (byway_auth_reader_quit (reader));
      g_assert_cmpuint (g_hash_table_size (byway_auth_reader_data (reader)), ==, 3);
      g_assert_cmpstr (data_of (reader, "gateway"), ==, "vpn.example.net");
      g_assert_cmpstr (data_of (reader, "odd"), ==, "one\n=two\n\nDONE");
      g_assert_cmpstr (data_of (reader, "empty"), ==, "");
      g_assert_cmpstr (secret_of (reader, "password"), ==, " a=b\\n ");
      g_assert_null (secret_of (reader, "no-secret"));
    }
}

typedef struct
{
  const char *text;
  BywayAuthState state;
  gboolean quit;
  const char *gateway, *password;
} ReaderCase;

static const ReaderCase reader_cases[] = {
  { "", BYWAY_AUTH_READING },
  { "DONE", BYWAY_AUTH_READING },
  { "DONE\n", BYWAY_AUTH_READY },
  { "DONE\nQUIT\n", BYWAY_AUTH_READY, TRUE },
  { "DONE\n\nQUIT\n\n", BYWAY_AUTH_READY, TRUE },
  { "QUIT\n", BYWAY_AUTH_READING, TRUE },
  { "DATA_KEY=gateway\nDATA_VAL=a\nQUIT\n", BYWAY_AUTH_READING, TRUE, "a" },
  { "DATA_KEY=gateway\nDATA_VAL=a\n", BYWAY_AUTH_READING },
  { "DATA_KEY=gateway\nDATA_VAL=a\nDONE\n", BYWAY_AUTH_READY, FALSE, "a" },
  /* the last one counts; a key without a value is none */
  { "DATA_KEY=gateway\nDATA_VAL=a\nDATA_KEY=gateway\nDATA_VAL=b\nDONE\n", BYWAY_AUTH_READY, FALSE,
    "b" },
  { "DATA_KEY=mtu\nDATA_KEY=gateway\nDATA_VAL=b\nDONE\n", BYWAY_AUTH_READY, FALSE, "b" },
  { "DATA_KEY=gateway\nDONE\n", BYWAY_AUTH_READY },
  /* after DONE nothing is added, and a value's line is no command */
  { "DONE\nDATA_KEY=gateway\nDATA_VAL=b\n\n", BYWAY_AUTH_READY },
  { "DATA_KEY=x\nDATA_VAL=y\n=QUIT\nDONE\n", BYWAY_AUTH_READY },
  { "DATA_KEY=x\nDATA_VAL=QUIT\nDONE\n", BYWAY_AUTH_READY },
  /* further lines that are not marked say nothing */
  { "DATA_KEY=gateway\nDATA_VAL=b\nc\n=d\n e\nDONE\n", BYWAY_AUTH_READY, FALSE, "b" },
  { "=\n=x\nDONE\n", BYWAY_AUTH_READY },
  { "DATA_VALUE=x\nDATA_KEY\nDONE \nDONE\n", BYWAY_AUTH_READY },
  /* a value under another's key is refused */
  { "DATA_VAL=x\nDONE\n", BYWAY_AUTH_BROKEN },
  { "SECRET_VAL=x\nDONE\n", BYWAY_AUTH_BROKEN },
  { "DATA_KEY=password\nSECRET_VAL=x\nDONE\n", BYWAY_AUTH_BROKEN },
  { "SECRET_KEY=password\nDATA_VAL=x\nDONE\n", BYWAY_AUTH_BROKEN },
  { "SECRET_KEY=password\nSECRET_VAL=x\nSECRET_VAL=y\nDONE\n", BYWAY_AUTH_BROKEN, FALSE, NULL,
    "x" },
  { "DATA_KEY=gateway\n\nDATA_VAL=x\nDONE\n", BYWAY_AUTH_READY, FALSE, "x" },
  { "DATA_KEY=gateway\nDATA_VAL=\xff\nDONE\n", BYWAY_AUTH_BROKEN },
  { "DATA_KEY=\xff\nDATA_VAL=x\nDONE\n", BYWAY_AUTH_BROKEN },
  /* what can't be a secret is none */
  { "SECRET_KEY=password\nSECRET_VAL=x\nDONE\n", BYWAY_AUTH_READY, FALSE, NULL, "x" },
  { "SECRET_KEY=password\nSECRET_VAL=x\n=y\nDONE\n", BYWAY_AUTH_READY },
  { "SECRET_KEY=password\nSECRET_VAL=\nDONE\n", BYWAY_AUTH_READY },
  { "SECRET_KEY=gateway\nSECRET_VAL=x\nDONE\n", BYWAY_AUTH_READY },
};

static void
test_reader_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reader_cases); i++)
    {
      const ReaderCase *c = &reader_cases[i];
      g_autoptr (BywayAuthReader) reader = read_text (c->text, 7);
      g_autofree char *shown = g_strescape (c->text, NULL);

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, shown);
      g_assert_cmpint (state_of (reader), ==, c->state);
      g_assert_cmpint (byway_auth_reader_problem (reader) != NULL, ==,
                       c->state == BYWAY_AUTH_BROKEN);
      g_assert_cmpint (byway_auth_reader_quit (reader), ==, c->quit);
      g_assert_cmpstr (data_of (reader, "gateway"), ==, c->gateway);
      g_assert_cmpstr (secret_of (reader, "password"), ==, c->password);
    }
}

static void
test_reader_limits (void)
{
  g_autofree char *longest = g_strnfill (BYWAY_AUTH_MAX_LINE - 10, 'x');
  g_autoptr (BywayAuthReader) fits = byway_auth_reader_new ();
  g_autoptr (BywayAuthReader) line = byway_auth_reader_new ();
  g_autoptr (BywayAuthReader) value = byway_auth_reader_new ();
  g_autoptr (BywayAuthReader) pairs = byway_auth_reader_new ();
  g_autoptr (BywayAuthReader) nul = byway_auth_reader_new ();

  byway_auth_reader_push (fits, "DATA_KEY=gateway\nDATA_VAL=", 26);
  byway_auth_reader_push (fits, longest, strlen (longest));
  g_assert_cmpint (byway_auth_reader_push (fits, "\nDONE\n", 6), ==, BYWAY_AUTH_READY);
  g_assert_cmpstr (data_of (fits, "gateway"), ==, longest);

  byway_auth_reader_push (line, longest, strlen (longest));
  g_assert_cmpint (byway_auth_reader_push (line, "12345678901", 11), ==, BYWAY_AUTH_BROKEN);
  g_assert_cmpint (byway_auth_reader_push (line, "\nDONE\n", 6), ==, BYWAY_AUTH_BROKEN);

  byway_auth_reader_push (value, "DATA_KEY=gateway\nDATA_VAL=\n=", 28);
  byway_auth_reader_push (value, longest, strlen (longest));
  g_assert_cmpint (byway_auth_reader_push (value, "\n=0123456789\n", 13), ==, BYWAY_AUTH_BROKEN);

  for (guint i = 0; i < BYWAY_AUTH_MAX_PAIRS; i++)
    byway_auth_reader_push (pairs, "DATA_KEY=a\nDATA_VAL=b\n", 22);
  g_assert_cmpint (state_of (pairs), ==, BYWAY_AUTH_READING);
  g_assert_cmpint (byway_auth_reader_push (pairs, "DATA_KEY=a\nDATA_VAL=b\nDONE\n", 27), ==,
                   BYWAY_AUTH_BROKEN);

  g_assert_cmpint (byway_auth_reader_push (nul, "DATA_KEY=a\0b\n", 13), ==, BYWAY_AUTH_BROKEN);
}

/* --- what to ask ------------------------------------------------------------------------------ */

typedef struct
{
  const char *data;  /* "key=value key=value" */
  const char *hints; /* separated by blanks */
  const char *have;  /* keys of known secrets */
  gboolean reprompt;
  /* Each secret that the request is about: "+" it is asked for, "-" it is not, "?" and may be left
   * empty. */
  const char *result;
} AskCase;

static const AskCase ask_cases[] = {
  { "gateway=a user=b", "", "", FALSE, "+ipsec-psk +password" },
  { "gateway=a user=b", "", "password", FALSE, "+ipsec-psk -password" },
  { "gateway=a user=b", "", "ipsec-psk password", FALSE, "-ipsec-psk -password" },
  { "gateway=a user=b", "", "ipsec-psk password", TRUE, "+ipsec-psk +password" },
  { "", "", "", FALSE, "+ipsec-psk +password" },
  /* without IPsec */
  { "ipsec=no", "", "", FALSE, "+password" },
  { "ipsec-enabled=no", "", "", FALSE, "+password" },
  { "ipsec=no machine-auth=certificate", "", "", FALSE, "+password" },
  /* certificates, in our words and NetworkManager-l2tp's */
  { "machine-auth=certificate", "", "", FALSE, "+password +machine-certpass?" },
  { "machine-auth-type=tls", "", "", FALSE, "+password +machine-certpass?" },
  { "machine-auth-type=psk user-auth-type=password", "", "", FALSE, "+ipsec-psk +password" },
  { "user-auth=certificate", "", "", FALSE, "+ipsec-psk +user-certpass?" },
  { "user-auth-type=tls", "", "ipsec-psk", FALSE, "-ipsec-psk +user-certpass?" },
  { "machine-auth=certificate user-auth=certificate", "", "user-certpass", FALSE,
    "+machine-certpass? -user-certpass?" },
  { "machine-auth=certificate machine-token=pkcs11:id=1 machine-cert=/c", "", "", FALSE,
    "+password +machine-certpass" },
  { "machine-auth=nonsense", "", "", FALSE, "+password" },
  /* flags: 0 system, 1 agent, 2 not saved, 4 not required */
  { "password-flags=0", "", "ipsec-psk password", FALSE, "-ipsec-psk -password" },
  { "password-flags=1", "", "ipsec-psk password", FALSE, "-ipsec-psk -password" },
  { "password-flags=2", "", "ipsec-psk password", FALSE, "-ipsec-psk +password" },
  { "password-flags=3", "", "ipsec-psk password", FALSE, "-ipsec-psk +password" },
  { "password-flags=4", "", "", FALSE, "+ipsec-psk" },
  { "password-flags=4", "", "ipsec-psk password", TRUE, "+ipsec-psk" },
  { "password-flags=5 ipsec-psk-flags=4", "", "", TRUE, "" },
  { "password-flags=x ipsec-psk-flags=-1", "", "ipsec-psk password", FALSE,
    "-ipsec-psk -password" },
  { "password-flags=4294967296", "", "ipsec-psk password", FALSE, "-ipsec-psk -password" },
  { "machine-auth=certificate machine-certpass-flags=4", "", "", FALSE, "+password" },
  /* hints: only these, and even what is known */
  { "", "password", "ipsec-psk password", FALSE, "+password" },
  { "", "password", "", FALSE, "+password" },
  { "", "ipsec-psk password", "password", FALSE, "+ipsec-psk +password" },
  { "", "x-vpn-message:no", "password", FALSE, "+ipsec-psk -password" },
  { "", "x-vpn-message:no password", "ipsec-psk password", FALSE, "+password" },
  { "", "otp", "password", FALSE, "+ipsec-psk -password" },
  { "machine-auth=certificate", "machine-certpass", "", FALSE, "+machine-certpass" },
  { "password-flags=4", "password", "", FALSE, "" },
  { "password-flags=2", "password", "password", FALSE, "+password" },
};

static GHashTable *
parse_data (const char *text)
{
  GHashTable *data = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (text, " ", -1);

  for (char **pair = pairs; *pair != NULL && **pair != '\0'; pair++)
    {
      char *equals = strchr (*pair, '=');

      g_hash_table_insert (data, g_strndup (*pair, (gsize)(equals - *pair)), g_strdup (equals + 1));
    }
  return data;
}

static BywaySecretSet *
parse_secrets (const char *text)
{
  BywaySecretSet *set = byway_secret_set_new ();
  g_auto (GStrv) keys = g_strsplit (text, " ", -1);
  const char *problem;

  for (char **key = keys; *key != NULL && **key != '\0'; key++)
    g_assert_true (byway_secret_set_put (set, *key, "word", 4, &problem));
  return set;
}

static char *
describe (GPtrArray *fields)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < fields->len; i++)
    {
      const BywayAuthField *field = fields->pdata[i];

      g_string_append_printf (text, "%s%s%s%s", i > 0 ? " " : "", field->ask ? "+" : "-",
                              field->key, field->needed ? "" : "?");
    }
  return g_string_free (text, FALSE);
}

static void
test_ask (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ask_cases); i++)
    {
      const AskCase *c = &ask_cases[i];
      g_autoptr (GHashTable) data = parse_data (c->data);
      g_auto (GStrv) hints = g_strsplit (c->hints, " ", -1);
      g_autoptr (BywaySecretSet) given = parse_secrets (c->have);
      g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, (const char *const *)hints);
      g_autoptr (BywaySecretSet) have = byway_auth_fields_known (fields, given);
      gboolean any = byway_auth_fields_settle (fields, have, c->reprompt);
      g_autofree char *result = describe (fields);

      g_test_message ("%" G_GSIZE_FORMAT ": %s | %s | %s", i, c->data, c->hints, c->have);
      g_assert_cmpstr (result, ==, c->result);
      g_assert_cmpint (any, ==, strchr (result, '+') != NULL);
    }
}

/* What is not to be stored is looked for nowhere, and what the agent has of it does not count. */
static void
test_lookup (void)
{
  g_autoptr (GHashTable) data = parse_data ("password-flags=2 ipsec-psk-flags=1");
  g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
  g_autoptr (BywaySecretSet) given = parse_secrets ("password");
  g_autoptr (BywaySecretSet) known = byway_auth_fields_known (fields, given);
  g_auto (GStrv) unknown = byway_auth_fields_unknown (fields, known);
  g_autofree char *keys = g_strjoinv (" ", unknown);
  g_autoptr (BywaySecretSet) latin1 = byway_secret_set_new ();
  const char *problem;

  g_assert_null (byway_secret_set_get (known, "password", NULL));
  g_assert_cmpstr (keys, ==, "ipsec-psk");

  /* NetworkManager carries text: what is none is as good as unknown. */
  g_assert_true (byway_secret_set_put (latin1, "ipsec-psk", "caf\xe9", 4, &problem));
  g_assert_true (byway_auth_fields_settle (fields, latin1, FALSE));
  g_assert_true (((BywayAuthField *)fields->pdata[0])->ask);
  g_assert_null (byway_auth_field_value (fields->pdata[0], latin1));
}

static void
test_kept (void)
{
  g_autoptr (GHashTable) data = parse_data ("password-flags=2");
  g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
  g_autoptr (BywaySecretSet) have = parse_secrets ("password ipsec-psk");
  g_autoptr (BywaySecretSet) kept = NULL;

  byway_auth_fields_settle (fields, have, FALSE);
  kept = byway_auth_fields_kept (fields, have);
  g_assert_cmpstr (byway_secret_set_get (kept, "ipsec-psk", NULL), ==, "word");
  g_assert_null (byway_secret_set_get (kept, "password", NULL));
}

static void
test_key_files (void)
{
  static const struct
  {
    const char *bytes;
    BywayAuthKey kind;
    const char *result;
  } cases[] = {
    { "", BYWAY_AUTH_KEY_UNKNOWN, "+password +machine-certpass?" },
    { "0\x82\x04\xa4", BYWAY_AUTH_KEY_UNKNOWN, "+password +machine-certpass?" },
    { "-----BEGIN CERTIFICATE-----\n", BYWAY_AUTH_KEY_UNKNOWN, "+password +machine-certpass?" },
    { "-----BEGIN PRIVATE KEY-----\nMIIE", BYWAY_AUTH_KEY_PLAIN, "+password" },
    { "-----BEGIN RSA PRIVATE KEY-----\nMIIE", BYWAY_AUTH_KEY_PLAIN, "+password" },
    { "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE", BYWAY_AUTH_KEY_LOCKED,
      "+password +machine-certpass" },
    { "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", BYWAY_AUTH_KEY_LOCKED,
      "+password +machine-certpass" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GHashTable) data = parse_data ("machine-auth=certificate machine-key=/k");
      g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
      g_autoptr (BywaySecretSet) none = byway_secret_set_new ();
      BywayAuthField *field = fields->pdata[1];
      BywayAuthKey kind = byway_auth_key_classify (cases[i].bytes, strlen (cases[i].bytes));
      g_autofree char *result = NULL;

      g_assert_cmpint (kind, ==, cases[i].kind);
      g_assert_cmpstr (field->key_file, ==, "/k");
      byway_auth_fields_learn (fields, field, kind);
      byway_auth_fields_settle (fields, none, FALSE);
      result = describe (fields);
      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

static void
test_labels (void)
{
  g_autoptr (GHashTable) data = parse_data ("user=a_b\nc\x01 gateway=x");
  g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
  g_autofree char *psk = byway_password_text_plain (((BywayAuthField *)fields->pdata[0])->label);
  g_autofree char *password
      = byway_password_text_plain (((BywayAuthField *)fields->pdata[1])->label);

  g_assert_cmpstr (psk, ==, "Pre-shared key (shared secret)");
  g_assert_cmpstr (((BywayAuthField *)fields->pdata[1])->label, ==, "_Password for a__bc");
  g_assert_cmpstr (password, ==, "Password for a_bc");
  g_assert_cmpuint (((BywayAuthField *)fields->pdata[0])->max, ==, 1024);
}

static void
test_message (void)
{
  static const struct
  {
    const char *hint, *message;
  } cases[] = {
    { "x-vpn-message:", NULL },
    { "x-vpn-message: ", NULL },
    { "x-vpn-messag:no", NULL },
    { "x-vpn-message:the server refused it", "The server refused it." },
    { "x-vpn-message:vpn.example.net refused it.", "vpn.example.net refused it." },
    { "x-vpn-message:Is it “x”?", "Is it “x”?" },
    { "x-vpn-message:ürgent news", "Ürgent news." },
    { "x-vpn-message:no", "no." },
    { "x-vpn-message: no\nsuch\x1b[1m user \xff", "No such[1m user \xef\xbf\xbd" },
  };
  g_autofree char *none = byway_auth_hints_message (NULL);

  g_assert_null (none);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const hints[] = { "password", cases[i].hint, "x-vpn-message:later", NULL };
      g_autofree char *message = byway_auth_hints_message (hints);

      g_assert_cmpstr (message, ==, cases[i].message != NULL ? cases[i].message : "later.");
    }
}

/* --- answer ----------------------------------------------------------------------------------- */

static void
test_answer_secrets (void)
{
  g_autoptr (GHashTable) data = parse_data ("user=alice");
  g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
  g_autoptr (BywaySecretSet) have = byway_secret_set_new ();
  g_auto (BywayAuthText) none = { 0 }, text = { 0 };
  const char *problem;

  byway_auth_answer_append_secrets (&none, fields, have);
  g_assert_cmpstr (none.bytes, ==, "\n\n");
  byway_secret_set_put (have, "password", " a=\\b\t", 6, &problem);
  byway_secret_set_put (have, "ipsec-psk", "clé", 4, &problem);
  byway_secret_set_put (have, "user-certpass", "other", 5, &problem);
  byway_auth_answer_append_secrets (&text, fields, have);
  g_assert_cmpstr (text.bytes, ==, "ipsec-psk\nclé\npassword\n a=\\b\t\n\n\n");
  g_assert_cmpuint (text.length, ==, strlen (text.bytes));
}

/* Read back by GKeyFile, as the agents do. */
static void
test_answer_window (void)
{
  static const char *const values[] = { "plain", "  two blanks ", "\t\ttabs", "a\\b\\",       "\r",
                                        "[x]",   "#;=",           "\\s\\n",   "é\xe2\x82\xac" };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GHashTable) data = parse_data ("user=alice");
      g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
      g_autoptr (BywaySecretSet) have = byway_secret_set_new ();
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_auto (BywayAuthText) text = { 0 };
      g_auto (GStrv) groups = NULL;
      g_autofree char *value = NULL, *description = NULL, *label = NULL, *empty = NULL;
      const char *problem;

      byway_secret_set_put (have, "password", values[i], strlen (values[i]), &problem);
      byway_auth_fields_settle (fields, have, FALSE);
      byway_auth_answer_append_window (&text, fields, have, "Title", values[i], TRUE);
      g_assert_true (g_key_file_load_from_data (file, text.bytes, text.length, 0, NULL));
      groups = g_key_file_get_groups (file, NULL);
      g_assert_cmpstr (groups[0], ==, "VPN Plugin UI");
      g_assert_cmpuint (g_strv_length (groups), ==, 3);
      g_assert_cmpint (g_key_file_get_integer (file, groups[0], "Version", NULL), ==, 2);
      description = g_key_file_get_string (file, groups[0], "Description", NULL);
      g_assert_cmpstr (description, ==, values[i]);
      value = g_key_file_get_string (file, "password", "Value", NULL);
      g_assert_cmpstr (value, ==, values[i]);
      g_assert_true (g_key_file_get_boolean (file, "password", "IsSecret", NULL));
      g_assert_false (g_key_file_get_boolean (file, "password", "ShouldAsk", NULL));
      label = g_key_file_get_string (file, "password", "Label", NULL);
      g_assert_cmpstr (label, ==, "Password for alice");
      empty = g_key_file_get_string (file, "ipsec-psk", "Value", NULL);
      g_assert_cmpstr (empty, ==, "");
      g_assert_true (g_key_file_get_boolean (file, "ipsec-psk", "ShouldAsk", NULL));
    }
}

static void
test_window_may_not_ask (void)
{
  g_autoptr (GHashTable) data = parse_data ("");
  g_autoptr (GPtrArray) fields = byway_auth_fields_new (data, NULL);
  g_autoptr (BywaySecretSet) have = byway_secret_set_new ();
  g_auto (BywayAuthText) text = { 0 };

  byway_auth_fields_settle (fields, have, TRUE);
  byway_auth_answer_append_window (&text, fields, have, "Title", "Reason", FALSE);
  g_assert_null (strstr (text.bytes, "ShouldAsk=true"));
}

static void
test_text_grows (void)
{
  g_auto (BywayAuthText) text = { 0 };

  for (guint i = 0; i < 5000; i++)
    byway_auth_text_append (&text, "ab", 2);
  g_assert_cmpuint (text.length, ==, 10000);
  g_assert_cmpuint (strlen (text.bytes), ==, 10000);
  byway_auth_text_truncate (&text);
  byway_auth_text_append (&text, "", 0);
  g_assert_cmpstr (text.bytes, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/auth/read", test_read);
  g_test_add_func ("/auth/reader-cases", test_reader_cases);
  g_test_add_func ("/auth/reader-limits", test_reader_limits);
  g_test_add_func ("/auth/ask", test_ask);
  g_test_add_func ("/auth/lookup", test_lookup);
  g_test_add_func ("/auth/kept", test_kept);
  g_test_add_func ("/auth/key-files", test_key_files);
  g_test_add_func ("/auth/labels", test_labels);
  g_test_add_func ("/auth/message", test_message);
  g_test_add_func ("/auth/answer-secrets", test_answer_secrets);
  g_test_add_func ("/auth/answer-window", test_answer_window);
  g_test_add_func ("/auth/window-may-not-ask", test_window_may_not_ask);
  g_test_add_func ("/auth/text-grows", test_text_grows);
  return g_test_run ();
}
