/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cert-check.h"
#include "byway-diagnosis.h"

#include <glib/gstdio.h>
#include <string.h>

/* Certificates and keys are made when the test runs, by the program openssl. */

#define PASSWORD "open sesame"
#define DAY 86400

static char *folder;
static gint64 now;

/* Words between blanks; @ stands for the folder, % for a blank. */
static void
openssl (const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, "@", -1);
  g_autofree char *joined = g_strjoinv (folder, parts);
  g_autofree char *line = g_strconcat ("openssl ", joined, NULL);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autofree char *out = NULL;
  g_autofree char *problem = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  for (char **word = argv; *word != NULL; word++)
    g_strdelimit (*word, "%", ' ');
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &problem, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", line, problem);
}

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
join_files (const char *target, const char *const *names)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (; *names != NULL; names++)
    {
      g_autofree char *path = g_build_filename (folder, *names, NULL);
      g_autofree char *text = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      g_string_append_len (all, text, length);
    }
  write_file (target, all->str);
}

/* NAME.key, and NAME.pem, signed by BY. */
static void
issue (const char *name, const char *subject, const char *by, const char *extensions,
       const char *more)
{
  g_autofree char *config = g_strconcat (name, ".ext", NULL);
  g_autofree char *key = g_strdup_printf (
      "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out @/%s.key", name);
  g_autofree char *request
      = g_strdup_printf ("req -new -key @/%s.key -subj %s -out @/%s.csr", name, subject, name);
  g_autofree char *sign = g_strdup_printf (
      "x509 -req -in @/%s.csr -CA @/%s.pem -CAkey @/%s.key -CAcreateserial -extfile @/%s.ext "
      "-out @/%s.pem%s",
      name, by, by, name, name, more);

  write_file (config, extensions);
  openssl (key);
  openssl (request);
  openssl (sign);
}

#define AUTHORITY "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
#define SIGNER "keyUsage=critical,digitalSignature\n"

static void
make_authorities (void)
{
  openssl ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out @/root.key");
  openssl ("req -x509 -new -key @/root.key -subj /CN=Root -days 3650 -out @/root.pem -addext "
           "basicConstraints=critical,CA:TRUE");
  issue ("between", "/CN=Between", "root", AUTHORITY, " -days 900");
}

static void
make_certificates (void)
{
  issue ("own", "/O=Example/CN=laptop", "between",
         SIGNER "subjectAltName=DNS:laptop.example.net,email:a@example.net,IP:192.0.2.7,"
                "IP:2001:db8::7,URI:https://x\n",
         " -days 100");
  issue ("windows", "/CN=Alice.A", "root",
         SIGNER "subjectAltName=email:a@example.net,otherName:msUPN;UTF8:alice@corp.example\n",
         " -days 100");
  issue ("nobody", "/O=Example", "root", SIGNER, " -days 100");
  issue ("control", "/CN=lap\016\016top", "root", SIGNER, " -days 100");
  issue ("other", "/CN=other", "root", SIGNER, " -days 100");
  issue ("agree", "/CN=agree", "root", "keyUsage=critical,keyAgreement\n", " -days 100");
  openssl ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out @/rsa.key");
  openssl ("req -x509 -new -key @/rsa.key -subj /CN=rsa -days 20 -out @/rsa.pem");
  openssl ("genpkey -algorithm ED25519 -out @/ed.key");
  openssl ("req -x509 -new -key @/ed.key -subj /CN=ed -days 20 -out @/ed.pem");
}

static void
make_formats (void)
{
  openssl ("x509 -in @/own.pem -outform DER -out @/own.der");
  openssl ("pkey -in @/own.key -outform DER -out @/key.der");
  openssl ("pkcs8 -topk8 -nocrypt -in @/own.key -outform DER -out @/key8.der");
  openssl ("pkcs8 -topk8 -in @/own.key -passout pass:open%sesame -out @/locked.pem");
  openssl ("pkcs8 -topk8 -in @/own.key -passout pass:open%sesame -outform DER -out @/locked.der");
  openssl ("pkcs8 -topk8 -in @/own.key -v1 PBE-SHA1-RC2-40 -provider legacy -provider default "
           "-passout pass:open%sesame -out @/old-locked.pem");
  openssl ("ec -in @/own.key -out @/ec.pem");
  openssl ("ec -in @/own.key -aes128 -passout pass:open%sesame -out @/ec-locked.pem");
  openssl ("rsa -in @/rsa.key -traditional -out @/rsa-old.pem");
  openssl ("rsa -in @/rsa.key -traditional -aes256 -passout pass:open%sesame -out "
           "@/rsa-old-locked.pem");
  openssl ("rsa -in @/rsa.key -traditional -des -provider legacy -provider default -passout "
           "pass:open%sesame -out @/rsa-des.pem");
  join_files ("cas.pem", (const char *[]){ "root.pem", "between.pem", NULL });
  join_files ("bundle.pem",
              (const char *[]){ "root.pem", "between.pem", "own.pem", "own.key", NULL });
  openssl ("pkcs12 -export -inkey @/own.key -in @/own.pem -certfile @/cas.pem -passout "
           "pass:open%sesame -out @/new.p12");
  openssl ("pkcs12 -export -legacy -inkey @/own.key -in @/own.pem -certfile @/cas.pem -passout "
           "pass:open%sesame -out @/old.p12");
  openssl ("pkcs12 -export -inkey @/own.key -in @/own.pem -passout pass: -out @/empty.p12");
  openssl ("pkcs12 -export -nokeys -in @/cas.pem -passout pass:open%sesame -out @/cas.p12");
}

/* --- files ---------------------------------------------------------------------------------- */

static BywayCertFile *
read_with (const char *name, const char *password, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  return byway_cert_file_read ((const guint8 *)data, length, password, error);
}

static BywayCertFile *
read_file (const char *name)
{
  g_autoptr (GError) error = NULL;
  BywayCertFile *file = read_with (name, PASSWORD, &error);

  g_assert_no_error (error);
  g_assert_nonnull (file);
  return file;
}

static const struct
{
  const char *name;
  guint certs;
  gboolean key, encrypted;
} formats[] = {
  { "own.pem", 1, FALSE, FALSE },    { "own.der", 1, FALSE, FALSE },
  { "own.key", 0, TRUE, FALSE },     { "key.der", 0, TRUE, FALSE },
  { "key8.der", 0, TRUE, FALSE },    { "locked.pem", 0, TRUE, TRUE },
  { "locked.der", 0, TRUE, TRUE },   { "old-locked.pem", 0, TRUE, TRUE },
  { "ec.pem", 0, TRUE, FALSE },      { "ec-locked.pem", 0, TRUE, TRUE },
  { "rsa-old.pem", 0, TRUE, FALSE }, { "rsa-old-locked.pem", 0, TRUE, TRUE },
  { "rsa-des.pem", 0, TRUE, TRUE },  { "cas.pem", 2, FALSE, FALSE },
  { "bundle.pem", 3, TRUE, FALSE },  { "new.p12", 3, TRUE, TRUE },
  { "old.p12", 3, TRUE, TRUE },
};

/* All of them with the same key end as the same bytes. */
static void
test_formats (void)
{
  g_autoptr (BywayCertFile) plain = read_file ("own.key");
  g_autoptr (BywayCertFile) plain_rsa = read_file ("rsa.key");

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (BywayCertFile) file = read_file (formats[i].name);
      const BywayCertFile *same = g_str_has_prefix (formats[i].name, "rsa") ? plain_rsa : plain;

      g_test_message ("%s", formats[i].name);
      g_assert_cmpuint (file->certs->len, ==, formats[i].certs);
      g_assert_cmpint (file->key != NULL, ==, formats[i].key);
      g_assert_cmpint (file->encrypted, ==, formats[i].encrypted);
      if (file->key != NULL)
        g_assert_true (g_bytes_equal (file->key, same->key));
    }
}

static void
test_passwords (void)
{
  static const char *const wrong[] = { "sesame", "", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (wrong); j++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (BywayCertFile) file = read_with (formats[i].name, wrong[j], &error);

        g_test_message ("%s with %s", formats[i].name, wrong[j] != NULL ? wrong[j] : "none");
        if (formats[i].encrypted)
          g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD);
        else
          g_assert_nonnull (file);
      }
}

/* One wrong password in 256 gives something that looks as if it were decrypted. */
static void
test_lucky_passwords (void)
{
  static const char *const names[] = { "rsa-old-locked.pem", "ec-locked.pem", "rsa-des.pem" };

  for (gsize i = 0; i < 1500; i++)
    {
      const char *name = names[i % G_N_ELEMENTS (names)];
      g_autofree char *wrong = g_strdup_printf ("wrong %" G_GSIZE_FORMAT, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (BywayCertFile) file = read_with (name, wrong, &error);

      g_test_message ("%s with %s", name, wrong);
      g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_PASSWORD);
    }
}

/* Nobody asks for a password that is not there. */
static void
test_empty_password (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayCertFile) file = read_with ("empty.p12", NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (file->key);
}

static void
assert_no_certificate (const guint8 *data, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (byway_cert_file_read (data, length, PASSWORD, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_FORMAT);
}

static void
test_rubbish (void)
{
  g_autofree guint8 *large = g_malloc0 (BYWAY_CERT_FILE_MAX + 1);
  const char *text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

  assert_no_certificate (NULL, 0);
  assert_no_certificate ((const guint8 *)"hello", 5);
  assert_no_certificate ((const guint8 *)text, strlen (text));
  assert_no_certificate (large, BYWAY_CERT_FILE_MAX + 1);
}

/* Cut anywhere, a file is refused or still whole; nothing else happens. */
static void
test_cut (void)
{
  g_autofree char *path = g_build_filename (folder, "own.der", NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize cut = 0; cut < length; cut++)
    assert_no_certificate ((const guint8 *)data, cut);
}

/* Where OpenSSL's old ciphers are not installed, this is said, and not that a password is wrong. */
static void
test_no_legacy (void)
{
  static const char *const names[] = { "old.p12", "old-locked.pem", "rsa-des.pem" };

  if (!g_test_subprocess ())
    {
      g_setenv ("OPENSSL_MODULES", "/nonexistent", TRUE);
      g_setenv ("BYWAY_TEST_FOLDER", folder, TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_unsetenv ("OPENSSL_MODULES");
      g_test_trap_assert_passed ();
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_with (names[i], PASSWORD, &error));
      g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_LEGACY);
    }
}

/* --- certificates --------------------------------------------------------------------------- */

static void
test_details (void)
{
  g_autoptr (BywayCertFile) file = read_file ("own.pem");
  g_autoptr (BywayCertFile) rsa = read_file ("rsa.pem");
  g_autoptr (BywayCertFile) ed = read_file ("ed.pem");
  const BywayCert *cert = file->certs->pdata[0];
  g_autofree char *names = g_strjoinv (" ", cert->names);

  g_assert_cmpstr (cert->subject, ==, "CN=laptop,O=Example");
  g_assert_cmpstr (cert->issuer, ==, "CN=Between");
  g_assert_cmpstr (names, ==, "@laptop.example.net a@example.net 192.0.2.7 2001:db8:0:0:0:0:0:7");
  g_assert_cmpstr (cert->key_type, ==, "ECDSA P-256");
  g_assert_true (cert->may_sign && !cert->authority && !cert->self_signed);
  g_assert_cmpstr (((BywayCert *)rsa->certs->pdata[0])->key_type, ==, "RSA 2048");
  g_assert_true (((BywayCert *)rsa->certs->pdata[0])->self_signed);
  g_assert_null (((BywayCert *)ed->certs->pdata[0])->key_type);
}

static void
assert_login (const char *name, const char *login)
{
  g_autoptr (BywayCertFile) file = read_file (name);

  g_assert_cmpstr (((BywayCert *)file->certs->pdata[0])->login, ==, login);
}

/* Windows knows a user by the principal name, everybody else by the common name. */
static void
test_login (void)
{
  assert_login ("own.pem", "laptop");
  assert_login ("windows.pem", "alice@corp.example");
  assert_login ("nobody.pem", NULL);
  assert_login ("control.pem", NULL);
}

static void
test_days (void)
{
  g_autoptr (BywayCertFile) file = read_file ("own.pem");
  const BywayCert *cert = file->certs->pdata[0];
  g_autofree char *date = byway_cert_date (1800000000);

  g_assert_cmpint (byway_cert_days_left (cert, cert->begins), ==, 100);
  g_assert_cmpint (byway_cert_days_left (cert, cert->expires - 1), ==, 0);
  g_assert_cmpint (byway_cert_days_left (cert, cert->expires), ==, 0);
  g_assert_cmpint (byway_cert_days_left (cert, cert->expires + 1), ==, -1);
  g_assert_cmpint (byway_cert_days_left (cert, cert->expires + DAY + 1), ==, -2);
  g_assert_cmpstr (date, ==, "2027-01-15");
}

/* --- together ------------------------------------------------------------------------------- */

static BywayCredential *
check (const char *own, const char *key, const char *authority, gint64 when, GError **error)
{
  g_autoptr (BywayCertFile) own_file = read_file (own);
  g_autoptr (BywayCertFile) key_file = key != NULL ? read_file (key) : NULL;
  g_autoptr (BywayCertFile) authority_file = authority != NULL ? read_file (authority) : NULL;

  return byway_cert_check (own_file, key_file != NULL ? key_file : own_file, authority_file, when,
                           error);
}

static void
test_good (void)
{
  static const struct
  {
    const char *own, *key, *authority;
    guint chain, authorities, subjects;
    gboolean is_signed;
  } cases[] = {
    { "new.p12", NULL, NULL, 1, 1, 2, TRUE },
    { "old.p12", NULL, NULL, 1, 1, 2, TRUE },
    { "bundle.pem", NULL, NULL, 1, 1, 2, TRUE },
    { "own.der", "locked.der", "between.pem", 0, 1, 1, TRUE },
    { "own.pem", "own.key", "cas.p12", 0, 2, 2, TRUE },
    { "bundle.pem", NULL, "rsa.pem", 1, 1, 1, FALSE },
    { "rsa.pem", "rsa.key", "root.pem", 0, 1, 1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BywayCredential) credential
          = check (cases[i].own, cases[i].key, cases[i].authority, now, &error);

      g_test_message ("%s", cases[i].own);
      g_assert_no_error (error);
      g_assert_cmpuint (credential->chain->len, ==, cases[i].chain);
      g_assert_cmpuint (credential->authorities->len, ==, cases[i].authorities);
      g_assert_cmpuint (
          byway_credential_shown_bytes (credential), >,
          g_bytes_get_size (credential->certificate)
              + (credential->chain->len > 0 ? g_bytes_get_size (credential->chain->pdata[0]) : 0));
      g_assert_cmpuint (credential->authority_subjects->len, ==, cases[i].subjects);
      g_assert_cmpint (byway_cert_is_signed (credential), ==, cases[i].is_signed);
      g_assert_cmpuint (strlen (credential->key_id), ==, 40);
    }
}

static void
test_bad (void)
{
  const struct
  {
    const char *own, *key, *authority;
    int days;
    BywayCause cause;
    const char *word;
  } cases[] = {
    { "own.pem", NULL, "root.pem", 0, BYWAY_CAUSE_CERT_KEY_MISSING, "" },
    { "own.pem", "other.key", "root.pem", 0, BYWAY_CAUSE_CERT_KEY_MISMATCH, "CN=laptop" },
    { "own.pem", "rsa.key", "root.pem", 0, BYWAY_CAUSE_CERT_KEY_MISMATCH, "CN=laptop" },
    { "own.pem", "own.key", NULL, 0, BYWAY_CAUSE_CERT_NO_AUTHORITY, "" },
    { "own.pem", "own.key", "other.pem", 0, BYWAY_CAUSE_CERT_NO_AUTHORITY, "" },
    { "own.pem", "own.key", "root.pem", 101, BYWAY_CAUSE_CERT_EXPIRED, "valid until" },
    { "own.pem", "own.key", "root.pem", -2, BYWAY_CAUSE_CERT_EXPIRED, "valid only from" },
    { "own.pem", "own.key", "rsa.pem", 30, BYWAY_CAUSE_CERT_EXPIRED, "CN=rsa" },
    { "agree.pem", "agree.key", "root.pem", 0, BYWAY_CAUSE_CERT_USAGE, "CN=agree" },
    { "ed.pem", "ed.key", "root.pem", 0, BYWAY_CAUSE_CERT_USAGE, "CN=ed" },
    { "own.key", "own.key", "root.pem", 0, BYWAY_CAUSE_CERT_FORMAT, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s", cases[i].own, cases[i].key);
      g_assert_null (check (cases[i].own, cases[i].key, cases[i].authority,
                            now + cases[i].days * DAY, &error));
      g_assert_error (error, BYWAY_FAILURE, (int)cases[i].cause);
      g_assert_nonnull (strstr (error->message, cases[i].word));
    }
}

/* Own and authority: whichever is over first ends the connection. */
static void
test_soon (void)
{
  static const struct
  {
    const char *own, *key, *authority;
    int days;
    const char *what;
  } cases[] = {
    { "own.pem", "own.key", "root.pem", 0, NULL },
    { "own.pem", "own.key", "root.pem", 68, NULL },
    { "own.pem", "own.key", "root.pem", 69, "CN=laptop,O=Example, valid until " },
    { "own.pem", "own.key", "root.pem", 99, "CN=laptop,O=Example, valid until " },
    { "own.pem", "own.key", "rsa.pem", 0, "CN=rsa, valid until " },
    { "rsa.pem", "rsa.key", "root.pem", 0, "CN=rsa, valid until " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywayCredential) credential
          = check (cases[i].own, cases[i].key, cases[i].authority, now, NULL);
      g_autofree char *what
          = byway_cert_soon_over (credential, now + cases[i].days * (gint64)DAY + DAY / 2);

      g_test_message ("%s %d", cases[i].own, cases[i].days);
      if (cases[i].what == NULL)
        g_assert_null (what);
      else
        g_assert_true (g_str_has_prefix (what, cases[i].what));
    }
}

/* --- to the helper -------------------------------------------------------------------------- */

static void
test_pack (void)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (BywayCredential) sent = check ("new.p12", NULL, NULL, now, NULL);
  g_autoptr (BywayCredential) got = NULL;
  g_autoptr (GError) error = NULL;
  const char *problem;

  g_assert_true (byway_credential_pack (sent, "machine", set, &problem));
  got = byway_cert_unpack (set, "machine", now, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (got->certificate, sent->certificate));
  g_assert_true (g_bytes_equal (got->key, sent->key));
  g_assert_true (g_bytes_equal (got->chain->pdata[0], sent->chain->pdata[0]));
  g_assert_true (g_bytes_equal (got->authorities->pdata[0], sent->authorities->pdata[0]));
  g_assert_cmpstr (got->key_id, ==, sent->key_id);
  g_assert_null (byway_cert_unpack (set, "machine", now + 101 * DAY, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_EXPIRED);
}

/* With the key on a token: certificate and authority alone, of the same use and time. */
static void
test_without_key (void)
{
  g_autoptr (BywayCertFile) own = read_file ("own.pem");
  g_autoptr (BywayCertFile) root = read_file ("root.pem");
  g_autoptr (BywayCertFile) agree = read_file ("agree.pem");
  g_autoptr (BywayCredential) with = check ("own.pem", "own.key", "root.pem", now, NULL);
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
  g_autoptr (BywayCredential) sent = NULL;
  g_autoptr (BywayCredential) got = NULL;
  g_autoptr (GError) error = NULL;
  const char *problem;

  sent = byway_cert_check_without_key (own, root, now, &error);
  g_assert_no_error (error);
  g_assert_null (sent->key);
  g_assert_cmpstr (sent->key_id, ==, with->key_id);
  g_assert_true (byway_credential_pack (sent, "machine", set, &problem));
  g_assert_null (byway_secret_set_get (set, "machine-key", NULL));
  got = byway_cert_unpack_without_key (set, "machine", now, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (got->certificate, with->certificate));
  g_assert_cmpstr (got->key_id, ==, with->key_id);
  g_assert_null (byway_cert_check_without_key (own, root, now + 1000 * DAY, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_EXPIRED);
  g_clear_error (&error);
  g_assert_null (byway_cert_check_without_key (agree, root, now, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_USAGE);
  g_clear_error (&error);
  g_assert_null (byway_cert_check_without_key (root, root, now, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_CERT_FORMAT);
}

static void
put_file (BywaySecretSet *set, const char *key, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  const char *problem;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  g_assert_true (byway_secret_set_put (set, key, data, length, &problem));
}

/* The helper takes plain DER, and reads nothing else. */
static void
test_unpack_strict (void)
{
  static const struct
  {
    const char *cert, *key, *ca;
    BywayCause cause;
  } cases[] = {
    { "own.der", "key8.der", "own.der", BYWAY_CAUSE_CERT_NO_AUTHORITY },
    { "own.pem", "key8.der", "root.der", BYWAY_CAUSE_CERT_FORMAT },
    { "new.p12", "key8.der", "root.der", BYWAY_CAUSE_CERT_FORMAT },
    { "own.der", "own.key", "root.der", BYWAY_CAUSE_CERT_FORMAT },
    { "own.der", "locked.der", "root.der", BYWAY_CAUSE_CERT_FORMAT },
    { "own.der", "key8.der", "root.pem", BYWAY_CAUSE_CERT_FORMAT },
    { "other.der", "key8.der", "root.der", BYWAY_CAUSE_CERT_KEY_MISMATCH },
  };

  openssl ("x509 -in @/root.pem -outform DER -out @/root.der");
  openssl ("x509 -in @/other.pem -outform DER -out @/other.der");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywaySecretSet) set = byway_secret_set_new ();
      g_autoptr (GError) error = NULL;

      put_file (set, "machine-cert", cases[i].cert);
      put_file (set, "machine-key", cases[i].key);
      put_file (set, "machine-ca", cases[i].ca);
      g_assert_null (byway_cert_unpack (set, "machine", now, &error));
      g_assert_error (error, BYWAY_FAILURE, (int)cases[i].cause);
    }
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_strdup (g_getenv ("BYWAY_TEST_FOLDER"));
  if (folder == NULL)
    {
      folder = g_dir_make_tmp ("byway-cert-XXXXXX", NULL);
      make_authorities ();
      make_certificates ();
      make_formats ();
    }
  now = g_get_real_time () / G_USEC_PER_SEC; /* none of them begins later */
  g_test_add_func ("/cert/formats", test_formats);
  g_test_add_func ("/cert/passwords", test_passwords);
  g_test_add_func ("/cert/lucky-passwords", test_lucky_passwords);
  g_test_add_func ("/cert/empty-password", test_empty_password);
  g_test_add_func ("/cert/rubbish", test_rubbish);
  g_test_add_func ("/cert/cut", test_cut);
  g_test_add_func ("/cert/no-legacy", test_no_legacy);
  g_test_add_func ("/cert/details", test_details);
  g_test_add_func ("/cert/login", test_login);
  g_test_add_func ("/cert/days", test_days);
  g_test_add_func ("/cert/good", test_good);
  g_test_add_func ("/cert/bad", test_bad);
  g_test_add_func ("/cert/soon", test_soon);
  g_test_add_func ("/cert/pack", test_pack);
  g_test_add_func ("/cert/without-key", test_without_key);
  g_test_add_func ("/cert/unpack-strict", test_unpack_strict);
  status = g_test_run ();
  if (!g_test_subprocess ())
    remove_folder ();
  g_free (folder);
  return status;
}
