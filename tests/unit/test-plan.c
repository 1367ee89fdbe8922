/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-libreswan-conf.h"
#include "byway-libreswan-render.h"
#include "byway-plan.h"
#include "byway-whack.h"

#include <string.h>

/* Usage: test-plan FOLDER. With BYWAY_GOLDEN_WRITE=1 the folder's files are written anew. */

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define PSK "0sPre-Shared \"Hush\""
#define PASSWORD "pass-Hush-word"
#define XAUTH "xauth-Hush-word"
#define TUNNEL "tunnel-Hush"
#define PIN "pin-Hush"

static const char *folder;

typedef struct
{
  const char *name; /* of the file, without ".txt" */
  guint16 port;
  gboolean keyless;
  const char *pairs[24];
  const char *psk; /* NULL: the usual one */
  BywayIkeDaemon daemon;
} Case;

static const Case cases[] = {
  { "documented",
    1701,
    FALSE,
    { "ike", "3des-sha1-modp1024", "esp", "3des-sha1", "remote-id", "@vpn.example.net", "mtu",
      "1280", "mru", "1280", "all-traffic", "no", "routes", "172.31.18.0/24" } },
  { "modern",
    1701,
    FALSE,
    { "remote-id", "@vpn.example.net", "local-id", "alice@example.net", "force-encaps", "no",
      "domain", "CORP", "refuse-pap", "yes", "refuse-chap", "yes", "dpd-delay", "0", "all-traffic",
      "no", "routes", "172.31.18.0/24" } },
  { "all-traffic",
    1701,
    TRUE,
    { "ipv6", "yes", "dns-auto", "no", "dns", "10.99.0.53", "exclude-routes", "203.0.113.96/28",
      "pcomp", "no", "accomp", "no", "vj-comp", "yes" } },
  { "ephemeral-port",
    45678,
    FALSE,
    { "ephemeral-port", "yes", "length-bit", "no", "l2tp-max-retries", "3", "local-id",
      "keyid:staff", "esp", "aes256-sha256-modp2048" } },
  { "odd-secrets",
    1701,
    FALSE,
    { "user", "o'Neil \"x\" #\\$;%", "domain", "B\xc3\xbcro", "local-id", "#414243", "remote-id",
      "@b\xc3\xbcro.example.net" },
    "\xff\r\t\"'\\#;%{}= Hush" },
  { "ipv6",
    1701,
    FALSE,
    { "ipv6", "yes", "block-ipv6", "no", "routes", "2001:db8:18::/48 20", "exclude-routes",
      "2001:db8:96::/64", "dns", "2001:db8::53", "remote-id", "2001:db8::1" } },
  { "group-and-xauth",
    1701,
    FALSE,
    { "aggressive", "yes", "ike", "aes256-sha1-modp1024,3des-sha1-modp1024", "local-id",
      "keyid:staff", "xauth-user", "x\xc3\xa4vier", "esp-lifetime", "30" } },
  { "ikev2-and-dn",
    1701,
    FALSE,
    { "ike-version", "2", "local-id", "C=DE, O=Firm, CN=me", "remote-id",
      "C=DE, O=Firm AG with a long name, OU=Networks and other things, OU=VPN, CN=vpn.example.net",
      "ike-lifetime", "40" } },
  { "plain",
    1701,
    FALSE,
    { "ipsec", "no", "l2tp-auth", "yes", "hidden-avps", "yes", "remote-name", "the \"server\"" } },
};

/* By certificate: what stands in the messages are bytes, whatever they mean. */
static const Case certificate
    = { "certificate",
        1701,
        FALSE,
        { "machine-auth", "certificate", "machine-cert", "/home/alice/a.p12", "remote-id",
          "@vpn.example.net", "local-id", "alice@example.net" } };

/* The same with the key on a token. */
static const Case token
    = { "token",
        1701,
        FALSE,
        { "machine-auth", "certificate", "machine-cert", "/home/alice/a.pem", "machine-token",
          "pkcs11:id=%01%a7;slot-id=5?module-name=hsm", "remote-id", "@vpn.example.net" } };

/* The login by certificate; who the user is stands in it. */
static const Case eap_tls = { "eap-tls",
                              1701,
                              FALSE,
                              { "user-auth", "certificate", "user-cert", "/home/alice/a.p12",
                                "remote-name", "the \"server\"", "refuse-eap", "yes" } };

static GBytes *
der (const char *text)
{
  g_autofree char *bytes = g_strconcat ("0\xff", text, NULL);

  return g_bytes_new (bytes, strlen (bytes));
}

static GPtrArray *
ders (const char *const *texts)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (; *texts != NULL; texts++)
    g_ptr_array_add (list, der (*texts));
  return list;
}

static BywayCredential *
make_credential (void)
{
  BywayCredential *credential = g_new0 (BywayCredential, 1);

  credential->certificate = der ("own");
  credential->chain = ders ((const char *[]){ "between", NULL });
  credential->authorities = ders ((const char *[]){ "one", "another", NULL });
  credential->authority_subjects = ders ((const char *[]){ "CN=one", "CN=another", NULL });
  credential->key = der ("private-Hush");
  credential->key_id = g_strdup ("00112233445566778899aabbccddeeff00112233");
  credential->subject = der ("CN=own");
  credential->title = g_strdup ("CN=own");
  credential->root_name = g_strdup ("C=DE,CN=one");
  credential->key_type = g_strdup ("RSA 2048");
  credential->identity = g_strdup ("alice@example.net");
  return credential;
}

static const Case libreswan_cases[] = {
  { "libreswan-old",
    1701,
    FALSE,
    { "ike", "3des-sha1-modp1536", "esp", "3des-sha1", "remote-id", "@vpn.example.net" },
    NULL,
    BYWAY_IKE_DAEMON_LIBRESWAN },
  { "libreswan-automatic",
    1701,
    FALSE,
    { "local-id", "alice@example.net", "force-encaps", "no", "dpd-delay", "0", "ipcomp", "yes" },
    "\xff\r\t\"'\\#;%{}= Hush",
    BYWAY_IKE_DAEMON_LIBRESWAN },
  { "libreswan-pfs",
    45678,
    TRUE,
    { "ephemeral-port", "yes", "local-id", "keyid:staff", "remote-id", "198.51.100.9", "esp",
      "aes256-sha256-modp2048,aes128-sha1-modp2048", "ike-lifetime", "60", "esp-lifetime", "40" },
    NULL,
    BYWAY_IKE_DAEMON_LIBRESWAN },
  { "libreswan-aggressive",
    1701,
    FALSE,
    { "aggressive", "yes", "ike", "aes256-sha1-modp1536,3des-sha1-modp1536", "local-id",
      "keyid:staff" },
    NULL,
    BYWAY_IKE_DAEMON_LIBRESWAN },
  { "libreswan-xauth",
    1701,
    FALSE,
    { "xauth-user", "CORP\\x\xc3\xa4vier", "ike", "aes256-sha1-modp1536" },
    NULL,
    BYWAY_IKE_DAEMON_LIBRESWAN },
  { "libreswan-ikev2",
    1701,
    FALSE,
    { "ike-version", "2", "local-id", "alice@example.net", "remote-id", "@vpn.example.net" },
    NULL,
    BYWAY_IKE_DAEMON_LIBRESWAN },
};

static BywayProfile *
make_profile (const Case *one)
{
  g_autoptr (GHashTable) settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  BywayProfile *profile;

  g_hash_table_insert (settings, g_strdup ("gateway"), g_strdup ("vpn.example.net"));
  g_hash_table_insert (settings, g_strdup ("user"), g_strdup ("alice"));
  for (const char *const *pair = one->pairs; pair[0] != NULL; pair += 2)
    g_hash_table_insert (settings, g_strdup (pair[0]), g_strdup (pair[1]));
  profile = byway_profile_parse (settings, NULL);
  g_assert_nonnull (profile);
  return profile;
}

static BywaySecretSet *
make_secrets (const Case *one)
{
  BywaySecretSet *secrets = byway_secret_set_new ();
  const char *psk = one->psk != NULL ? one->psk : PSK;
  const char *problem;

  g_assert_true (byway_secret_set_put (secrets, "ipsec-psk", psk, strlen (psk), &problem));
  g_assert_true (byway_secret_set_put (secrets, "password", PASSWORD, strlen (PASSWORD), &problem));
  g_assert_true (byway_secret_set_put (secrets, "xauth-password", XAUTH, strlen (XAUTH), &problem));
  g_assert_true (byway_secret_set_put (secrets, "l2tp-secret", TUNNEL, strlen (TUNNEL), &problem));
  g_assert_true (byway_secret_set_put (secrets, "machine-certpass", PIN, strlen (PIN), &problem));
  return secrets;
}

static BywayFacts
make_facts (guint16 port)
{
  BywayFacts facts = {
    .uuid = UUID,
    .run_dir = "/run/byway/" UUID,
    .local_port = port,
    .pppd_plugin = "/usr/lib/byway/byway-pppd.so",
    .uplink = { .ifname = "eth0", .ifindex = 2 },
  };

  g_assert_true (byway_address_parse ("198.51.100.1", &facts.uplink.server));
  g_assert_true (byway_address_parse ("192.0.2.7", &facts.uplink.source));
  g_assert_true (byway_address_parse ("192.0.2.1", &facts.uplink.gateway));
  return facts;
}

static BywayPlan *
make_plan (const Case *one, const BywaySecretSet *secrets)
{
  g_autoptr (BywayProfile) profile = make_profile (one);
  BywayFacts facts = make_facts (one->port);
  g_autoptr (GError) error = NULL;
  BywayPlan *plan;

  facts.ike_daemon = one->daemon;
  plan = byway_plan_new (profile, secrets, &facts, &error);
  g_assert_no_error (error);
  g_assert_nonnull (plan);
  return plan;
}

static void
assert_golden (const char *name, const char *text)
{
  g_autofree char *file = g_strconcat (name, ".txt", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *golden = NULL;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (g_getenv ("BYWAY_GOLDEN_WRITE"), "1") == 0)
    {
      g_file_set_contents (path, text, -1, &error);
      g_assert_no_error (error);
    }
  g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, golden);
}

static BywayPlan *
make_certificate_plan (const Case *one, const BywayCredential *machine, GError **error)
{
  g_autoptr (BywayProfile) profile = make_profile (one);
  g_autoptr (BywaySecretSet) secrets = make_secrets (one);
  BywayFacts facts = make_facts (one->port);

  facts.machine = machine;
  facts.ike_daemon = one->daemon;
  return byway_plan_new (profile, secrets, &facts, error);
}

static gboolean
has_key (const GPtrArray *requests)
{
  gboolean found = FALSE;

  for (guint i = 0; i < requests->len; i++)
    {
      const BywayPlanRequest *request = requests->pdata[i];
      gsize length;
      gconstpointer data = g_bytes_get_data (request->body, &length);

      found |= memmem (data, length, "Hush", strlen ("Hush")) != NULL;
    }
  return found;
}

/* One request has the private key, everything that is loaded is unloaded, and nobody is asked for a
 * pre-shared key. */
static void
test_certificate (void)
{
  g_autoptr (BywayCredential) machine = make_credential ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayPlan) plan = make_certificate_plan (&certificate, machine, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = byway_plan_to_string (plan);
  g_assert_null (strstr (text, "Hush"));
  assert_golden (certificate.name, text);
  g_assert_null (plan->load_shared);
  g_assert_cmpstr (plan->key_id, ==, machine->key_id);
  g_assert_true (has_key (plan->load_key));
  g_assert_false (has_key (plan->loads) || has_key (plan->unloads) || has_key (plan->unload_key));
  g_assert_cmpuint (plan->loads->len, ==, plan->unloads->len);
  g_assert_cmpuint (plan->load_key->len, ==, plan->unload_key->len);
}

/* The key is named by its place, and beside it nothing is secret but the PIN, which is in one
 * request. */
static void
test_token (void)
{
  g_autoptr (BywayCredential) machine = make_credential ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayPlan) plan = NULL;
  g_autofree char *text = NULL;

  g_clear_pointer (&machine->key, g_bytes_unref);
  plan = make_certificate_plan (&token, machine, &error);
  g_assert_no_error (error);
  text = byway_plan_to_string (plan);
  g_assert_null (strstr (text, "Hush"));
  assert_golden (token.name, text);
  g_assert_cmpstr (plan->token, ==, "hsm, slot 5");
  g_assert_cmpmem (g_bytes_get_data (plan->pin, NULL), g_bytes_get_size (plan->pin), PIN,
                   strlen (PIN));
  g_assert_true (has_key (plan->load_key));
  g_assert_false (has_key (plan->loads) || has_key (plan->unloads) || has_key (plan->unload_key));
}

static void
test_libreswan_token (void)
{
  g_autoptr (BywayCredential) machine = make_credential ();
  g_autoptr (GError) error = NULL;
  Case one = token;

  g_clear_pointer (&machine->key, g_bytes_unref);
  one.daemon = BYWAY_IKE_DAEMON_LIBRESWAN;
  g_assert_null (make_certificate_plan (&one, machine, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNABLE);
  g_assert_nonnull (strstr (error->message, "machine-token"));
}

/* A login inside IPsec may come behind a certificate, too. */
static void
test_certificate_and_xauth (void)
{
  static const Case both = { "certificate-and-xauth",
                             1701,
                             FALSE,
                             { "machine-auth", "certificate", "machine-cert", "/home/alice/a.p12",
                               "xauth-user", "xavier" } };
  g_autoptr (BywayCredential) machine = make_credential ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayPlan) plan = make_certificate_plan (&both, machine, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = byway_plan_to_string (plan);
  g_assert_null (strstr (text, "Hush"));
  assert_golden (both.name, text);
  g_assert_nonnull (plan->load_xauth);
  g_assert_null (plan->load_shared);
}

static char *
pem_of (const BywayPlan *plan, BywayEapTlsFile file)
{
  gsize length;
  const char *bytes = g_bytes_get_data (plan->eap_tls[file], &length);

  return g_strndup (bytes, length);
}

/* All that stands between the lines of the armour. */
static char *
unarmour (const char *pem, const char *label, guint at)
{
  g_autofree char *begin = g_strdup_printf ("-----BEGIN %s-----\n", label);
  g_autofree char *end = g_strdup_printf ("-----END %s-----\n", label);
  g_auto (GStrv) parts = g_strsplit (pem, begin, -1);
  g_auto (GStrv) halves = NULL;
  gsize length;

  g_assert_cmpuint (g_strv_length (parts), >, at + 1);
  g_assert_cmpstr (parts[0], ==, "");
  halves = g_strsplit (parts[at + 1], end, -1);
  g_assert_cmpuint (g_strv_length (halves), ==, 2);
  g_assert_cmpstr (halves[1], ==, "");
  return (char *)g_base64_decode_inplace (g_strdup (halves[0]), &length);
}

/* No password is needed, no file has the key, and pppd is told of nothing but its descriptors. */
static void
test_eap_tls (void)
{
  g_autoptr (BywayCredential) user = make_credential ();
  g_autoptr (BywayProfile) profile = make_profile (&eap_tls);
  g_autoptr (BywaySecretSet) secrets = make_secrets (&eap_tls);
  BywayFacts facts = make_facts (eap_tls.port);
  g_autoptr (BywayPlan) plan = NULL;
  g_autofree char *text = NULL, *cert = NULL, *key = NULL, *authorities = NULL, *second = NULL;

  facts.user = user;
  plan = byway_plan_new (profile, secrets, &facts, NULL);
  g_assert_nonnull (plan);
  text = byway_plan_to_string (plan);
  assert_golden (eap_tls.name, text);
  g_assert_null (strstr (text, "Hush"));
  cert = pem_of (plan, BYWAY_EAP_TLS_CERT);
  key = pem_of (plan, BYWAY_EAP_TLS_KEY);
  authorities = pem_of (plan, BYWAY_EAP_TLS_CA);
  second = unarmour (authorities, "CERTIFICATE", 1);
  g_assert_true (memcmp (second,
                         "0\xff"
                         "another",
                         9)
                 == 0);
  g_clear_pointer (&second, g_free);
  second = unarmour (cert, "CERTIFICATE", 1);
  g_assert_true (memcmp (second,
                         "0\xff"
                         "between",
                         9)
                 == 0);
  g_clear_pointer (&second, g_free);
  second = unarmour (key, "PRIVATE KEY", 0);
  g_assert_true (memcmp (second,
                         "0\xff"
                         "private-Hush",
                         14)
                 == 0);
}

/* As long as a real one: several lines, and each kind of end. */
static void
test_pem_lengths (void)
{
  for (guint length = 1; length < 400; length++)
    {
      g_autoptr (BywayCredential) user = make_credential ();
      guint8 bytes[400];
      g_autoptr (GBytes) file = NULL;
      g_autofree char *pem = NULL, *back = NULL;

      memset (bytes, 0xa5, sizeof bytes);
      g_bytes_unref (user->key);
      user->key = g_bytes_new (bytes, length);
      file = byway_eap_tls_file (user, BYWAY_EAP_TLS_KEY);
      pem = g_strndup (g_bytes_get_data (file, NULL), g_bytes_get_size (file));
      back = unarmour (pem, "PRIVATE KEY", 0);
      g_assert_true (memcmp (back, bytes, length) == 0);
      g_assert_true (g_str_has_suffix (pem, "-----END PRIVATE KEY-----\n"));
    }
}

static void
test_login_name (void)
{
  static const struct
  {
    const char *user, *domain, *identity, *name;
  } cases[] = {
    { "alice", "", "bob", "alice" },
    { "alice", "CORP", "bob", "CORP\\alice" },
    { "", "", "bob", "bob" },
    { "", "CORP", "bob", "CORP\\bob" },
    { "", "", NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const BywayProfile profile
          = { .user = (char *)cases[i].user, .domain = (char *)cases[i].domain };
      const BywayCredential credential = { .identity = (char *)cases[i].identity };
      g_autofree char *name = byway_eap_tls_name (&profile, &credential);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

/* Charon would cut it and look for another one. */
static void
test_long_authority (void)
{
  g_autoptr (BywayCredential) machine = make_credential ();
  g_autofree char *endless = g_strnfill (250, 'x');
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (machine->authority_subjects, der (endless));
  g_assert_null (make_certificate_plan (&certificate, machine, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
}

static void
test_golden (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (BywaySecretSet) secrets = one->keyless ? NULL : make_secrets (one);
  g_autoptr (BywayPlan) plan = make_plan (one, secrets);
  g_autofree char *text = byway_plan_to_string (plan);

  g_assert_null (strstr (text, "Hush"));
  assert_golden (one->name, text);
}

static gboolean
holds (gconstpointer data, gsize length, const char *needle)
{
  return memmem (data, length, needle, strlen (needle)) != NULL;
}

/* Nothing but load-shared has the key, and nothing at all the password. */
static void
test_secrets_stay (void)
{
  g_autoptr (BywaySecretSet) secrets = make_secrets (&cases[0]);
  g_autoptr (BywayPlan) plan = make_plan (&cases[0], secrets);
  GBytes *const messages[] = { plan->load_shared, plan->load_conn, plan->initiate,
                               plan->undo[0],     plan->undo[1],   plan->undo[2] };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      gsize length;
      gconstpointer data = g_bytes_get_data (messages[i], &length);

      g_assert_cmpint (holds (data, length, PSK), ==, i == 0);
      g_assert_false (holds (data, length, PASSWORD));
    }
  for (guint i = 0; i < plan->files->len; i++)
    {
      const BywayPlanFile *file = plan->files->pdata[i];

      g_assert_null (strstr (file->content, "Hush"));
      g_assert_null (strchr (file->name, '/'));
      g_assert_cmpuint (file->mode, ==, 0600);
    }
}

/* What a report shows: each file of words, the connection's message, and neither of the secrets. */
static void
test_described_files (void)
{
  static const char *const wanted[] = { "options", "xl2tpd.conf", "vici load-conn" };
  g_autoptr (BywaySecretSet) secrets = make_secrets (&cases[0]);
  g_autoptr (BywayPlan) plan = make_plan (&cases[0], secrets);
  g_autoptr (GVariant) files = g_variant_ref_sink (byway_plan_describe_files (plan));
  g_autofree char *all = g_variant_print (files, FALSE);

  g_assert_cmpuint (g_variant_n_children (files), ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const char *name, *text;

      g_variant_get_child (files, i, "(&s&s)", &name, &text);
      g_assert_cmpstr (name, ==, wanted[i]);
      g_assert_cmpuint (strlen (text), >, 40);
    }
  g_assert_nonnull (strstr (all, "remote_addrs"));
  g_assert_nonnull (strstr (all, "mtu 1280"));
  g_assert_null (strstr (all, "Hush"));
  g_assert_null (strstr (all, "owners"));
}

/* It is told from a value that can't be written: another daemon can do it. */
static void
test_libreswan_unable (void)
{
  static const struct
  {
    const char *pairs[7], *option;
  } cases[] = {
    { { "ike-version", "2" }, "remote-id" },
    { { "ike-version", "2", "remote-id", "%any" }, "remote-id" },
    { { "remote-id", "C=DE, O=Firm, CN=vpn.example.net" }, "remote-id" },
    { { "local-id", "C=DE, O=Firm, CN=client" }, "local-id" },
    { { "machine-auth", "certificate", "machine-cert", "/home/alice/a.p12", "xauth-user", "x" },
      "xauth-user" },
    { { "machine-auth", "certificate", "machine-cert", "/home/alice/a.p12", "ike-version", "2" },
      "ike-version" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Case one = { .name = "unable" };
      g_autoptr (BywayProfile) profile = NULL;
      BywayFacts facts = make_facts (1701);
      g_autoptr (GError) error = NULL;

      memcpy (one.pairs, cases[i].pairs, sizeof cases[i].pairs);
      profile = make_profile (&one);
      facts.ike_daemon = BYWAY_IKE_DAEMON_LIBRESWAN;
      g_assert_null (byway_plan_new (profile, NULL, &facts, &error));
      g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNABLE);
      g_assert_nonnull (strstr (error->message, cases[i].option));
    }
}

/* whack reads a line, and has so much room for it. */
static void
test_libreswan_xauth (void)
{
  static const struct
  {
    char fill;
    guint length;
    gboolean fits;
  } cases[] = { { 'x', 127, TRUE }, { '\xff', 1, TRUE }, { 'x', 128, FALSE } };
  const Case one = { .name = "xauth", .pairs = { "xauth-user", "xavier" } };
  g_autoptr (BywayProfile) profile = make_profile (&one);
  BywayFacts facts = make_facts (1701);

  facts.ike_daemon = BYWAY_IKE_DAEMON_LIBRESWAN;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywaySecretSet) secrets = make_secrets (&one);
      g_autoptr (BywaySecretSet) some = byway_secret_set_new ();
      g_autofree char *password = g_strnfill (cases[i].length, cases[i].fill);
      g_autofree char *line = g_strconcat (password, "\n", NULL);
      g_autoptr (BywayPlan) plan = NULL;
      const char *problem;

      g_assert_true (
          byway_secret_set_put (some, "xauth-password", password, cases[i].length, &problem));
      byway_secret_set_merge (some, secrets);
      plan = byway_plan_new (profile, some, &facts, NULL);
      g_assert_true ((plan != NULL) == cases[i].fits);
      if (plan != NULL)
        g_assert_cmpmem (g_bytes_get_data (plan->libreswan.xauth, NULL),
                         g_bytes_get_size (plan->libreswan.xauth), line, strlen (line));
    }
}

static char *
ipsec_conf_of (const BywayPlan *plan)
{
  for (guint i = 0; i < plan->files->len; i++)
    {
      const BywayPlanFile *file = plan->files->pdata[i];

      if (strcmp (file->name, "ipsec.conf") == 0)
        return file->content;
    }
  g_assert_not_reached ();
}

static const Case libreswan_certificate
    = { "libreswan-certificate",
        1701,
        FALSE,
        { "machine-auth", "certificate", "machine-cert", "/home/alice/a.p12", "local-id",
          "alice@example.net" },
        NULL,
        BYWAY_IKE_DAEMON_LIBRESWAN };

static const Case libreswan_certificate_any
    = { "libreswan-certificate-any",
        1701,
        FALSE,
        { "machine-auth", "certificate", "machine-cert", "/home/alice/a.p12", "remote-id", "%any" },
        NULL,
        BYWAY_IKE_DAEMON_LIBRESWAN };

/* The key is in one place, which is no file; both daemons' certificates are the same. */
static void
test_libreswan_certificate (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (BywayCredential) machine = make_credential ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayPlan) plan = make_certificate_plan (one, machine, &error);
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  g_auto (GStrv) pairs = NULL;

  g_assert_no_error (error);
  text = byway_plan_to_string (plan);
  g_assert_null (strstr (text, "Hush"));
  assert_golden (one->name, text);
  pairs = byway_libreswan_conf_read (ipsec_conf_of (plan), &name);
  g_assert_nonnull (pairs);
  g_assert_null (plan->libreswan.key);
  g_assert_true (g_bytes_equal (plan->libreswan.private_key, machine->key));
  g_assert_cmpuint (plan->libreswan.certificates->len, ==, 4);
  g_assert_true (g_bytes_equal (plan->libreswan.certificates->pdata[0], machine->certificate));
}

/* What strongSwan can do and pluto can't is told before anything is sent. */
static void
test_libreswan_certificate_unable (void)
{
  g_autoptr (BywayCredential) curve = make_credential (), several = make_credential ();
  g_autoptr (GError) error = NULL;

  g_free (curve->key_type);
  curve->key_type = g_strdup ("ECDSA P-256");
  g_assert_null (make_certificate_plan (&libreswan_certificate, curve, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNABLE);
  g_assert_nonnull (strstr (error->message, "machine-cert"));
  g_clear_error (&error);
  g_clear_pointer (&several->root_name, g_free);
  g_assert_null (make_certificate_plan (&libreswan_certificate, several, &error));
  g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_LIBRESWAN_UNABLE);
  g_assert_nonnull (strstr (error->message, "machine-ca"));
}

/* Each of the other two is in one place of its own, and that is no file. */
static void
test_other_secrets (void)
{
  static const char line[] = "* * " TUNNEL "\n";
  const Case *group = &cases[6], *plain = &cases[8];
  g_autoptr (BywaySecretSet) secrets = make_secrets (group);
  g_autoptr (BywayPlan) by_group = make_plan (group, secrets),
                        by_nothing = make_plan (plain, secrets);
  gsize length;
  gconstpointer data = g_bytes_get_data (by_group->load_xauth, &length);

  g_assert_true (holds (data, length, XAUTH));
  g_assert_false (holds (data, length, PSK));
  g_assert_null (by_group->xl2tpd_secrets);
  data = g_bytes_get_data (by_nothing->xl2tpd_secrets, &length);
  g_assert_cmpmem (data, length, line, strlen (line));
  g_assert_null (by_nothing->load_xauth);
  g_assert_null (by_nothing->load_shared);
  g_assert_null (by_nothing->load_conn);
  for (guint i = 0; i < by_nothing->files->len; i++)
    g_assert_null (strstr (((BywayPlanFile *)by_nothing->files->pdata[i])->content, "Hush"));
}

static GHashTable *
abilities_of (const char *const *names)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (; *names != NULL; names++)
    g_hash_table_add (set, (gpointer)*names);
  return set;
}

/* pluto's file has no secret, and is one that our reader takes. */
static void
test_libreswan_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (libreswan_cases); i++)
    {
      g_autoptr (BywaySecretSet) secrets = make_secrets (&libreswan_cases[i]);
      g_autoptr (BywayPlan) plan = make_plan (&libreswan_cases[i], secrets);
      g_autoptr (GVariant) files = g_variant_ref_sink (byway_plan_describe_files (plan));
      g_autofree char *all = g_variant_print (files, FALSE);
      g_autofree char *name = NULL;
      g_auto (GStrv) pairs = byway_libreswan_conf_read (ipsec_conf_of (plan), &name);

      g_assert_nonnull (pairs);
      g_assert_cmpstr (name, ==, plan->ike_name);
      g_assert_cmphex (plan->reqid & BYWAY_LIBRESWAN_REQID_MASK, ==, BYWAY_LIBRESWAN_REQID);
      g_assert_nonnull (strstr (all, "ipsec.conf"));
      g_assert_null (strstr (all, "Hush"));
      g_assert_nonnull (plan->libreswan.key);
      g_assert_null (plan->load_shared);
    }
}

static void
test_libreswan_lacks (void)
{
  static const char *const usual[] = { BYWAY_PLUTO_IKEV1,
                                       "ike 3DES_CBC",
                                       "ike HMAC_SHA1",
                                       "ike MODP1536",
                                       "esp 3DES_CBC",
                                       "esp HMAC_SHA1_96",
                                       NULL };
  static const char *const no_ikev1[] = { "ike 3DES_CBC", NULL };
  static const struct
  {
    const char *const *able;
    const char *ike, *esp;
    BywayCause cause; /* UNEXPECTED: none */
    const char *detail;
  } cases[] = {
    { usual, "3des-sha1-modp1536", "3des-sha1", BYWAY_CAUSE_UNEXPECTED, NULL },
    { usual, "3des-sha1-modp1024,3des-sha1-modp1536", "3des-sha1", BYWAY_CAUSE_UNEXPECTED, NULL },
    { usual, "3des-sha1-modp1024", "3des-sha1", BYWAY_CAUSE_LIBRESWAN_ALGORITHM_MISSING,
      "modp1024 (option ike)" },
    { usual, "3des-sha1-modp1536", "aes256gcm16", BYWAY_CAUSE_LIBRESWAN_ALGORITHM_MISSING,
      "aes256gcm16 (option esp)" },
    { no_ikev1, "3des-sha1-modp1536", "3des-sha1", BYWAY_CAUSE_LIBRESWAN_IKEV1_OFF, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case one = { .pairs = { "ike", cases[i].ike, "esp", cases[i].esp } };
      g_autoptr (BywayProfile) profile = make_profile (&one);
      g_autoptr (GHashTable) able = abilities_of (cases[i].able);
      BywayFacts facts = make_facts (1701);
      g_autoptr (GError) error = NULL;
      g_autoptr (BywayPlan) plan = NULL;

      facts.ike_daemon = BYWAY_IKE_DAEMON_LIBRESWAN;
      facts.algorithms = able;
      plan = byway_plan_new (profile, NULL, &facts, &error);
      if (cases[i].detail == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (strstr (ipsec_conf_of (plan), "ike=3des-sha1-modp1536\n"));
          continue;
        }
      g_assert_error (error, BYWAY_FAILURE, (int)cases[i].cause);
      g_assert_cmpstr (error->message, ==, cases[i].detail);
    }
}

/* pluto gives up at the end of a wait only, and each is twice the one before: they have to come out
 * right. The first is pluto's own half second, or less than twice that. */
static void
test_libreswan_dpd_of_version_2 (void)
{
  static const struct
  {
    const char *timeout, *interval;
  } cases[] = {
    { "5", "625" }, { "8", "500" }, { "11", "688" }, { "20", "625" }, { "3600", "879" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case one = { .pairs = { "ike-version", "2", "remote-id", "@vpn.example.net",
                                    "dpd-timeout", cases[i].timeout },
                         .daemon = BYWAY_IKE_DAEMON_LIBRESWAN };
      g_autoptr (BywayPlan) plan = make_plan (&one, NULL);
      g_autofree char *wanted
          = g_strdup_printf ("\tretransmit-timeout=%ss\n\tretransmit-interval=%s\n",
                             cases[i].timeout, cases[i].interval);

      g_assert_nonnull (strstr (ipsec_conf_of (plan), wanted));
      g_assert_nonnull (strstr (ipsec_conf_of (plan), "\tdpddelay=2s\n"));
      g_assert_null (strstr (ipsec_conf_of (plan), "dpdtimeout"));
    }
}

/* What this daemon has no way to say is refused, and named. */
static void
test_libreswan_refused (void)
{
  static const char *const cases[][2] = {
    { "local-id", "@two words" },
    { "remote-id", "@[staff]" },
    { "esp", "aes256-sha256-modp2048,aes128-sha1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case one = { .pairs = { cases[i][0], cases[i][1] } };
      g_autoptr (BywayProfile) profile = make_profile (&one);
      BywayFacts facts = make_facts (1701);
      g_autoptr (GError) error = NULL;

      facts.ike_daemon = BYWAY_IKE_DAEMON_LIBRESWAN;
      g_assert_null (byway_plan_new (profile, NULL, &facts, &error));
      g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, cases[i][0]));
    }
}

static void
test_same_again (void)
{
  g_autoptr (BywaySecretSet) secrets = make_secrets (&cases[1]);
  g_autoptr (BywayPlan) one = make_plan (&cases[1], secrets);
  g_autoptr (BywayPlan) other = make_plan (&cases[1], secrets);
  g_autoptr (BywayPlan) shared = byway_plan_ref (one);

  g_assert_true (shared == one);
  g_assert_cmphex (one->reqid, ==, other->reqid);
  g_assert_cmphex (one->reqid & BYWAY_REQID_MASK, ==, BYWAY_REQID);
  g_assert_true (g_bytes_equal (one->load_conn, other->load_conn));
  g_assert_true (g_bytes_equal (one->load_shared, other->load_shared));
}

static void
test_refused (void)
{
  g_autoptr (BywayProfile) profile = make_profile (&cases[0]);
  const BywayFacts good = make_facts (1701);
  BywayFacts bad[3] = { good, good, good };
  g_autoptr (GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_true (byway_address_parse ("2001:db8::1", &bad[0].uplink.server));
  bad[1].run_dir = "/run/with blank";
  bad[2].algorithms = nothing;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (byway_plan_new (profile, NULL, &bad[i], &error));
      if (bad[i].algorithms == nothing)
        g_assert_error (error, BYWAY_FAILURE, BYWAY_CAUSE_IKE_ALGORITHM_MISSING);
      else
        g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("usage: test-plan FOLDER");
  folder = argv[1];
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/plan/golden/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_golden);
    }
  g_test_add_func ("/plan/certificate", test_certificate);
  g_test_add_func ("/plan/token", test_token);
  g_test_add_func ("/plan/libreswan/token", test_libreswan_token);
  g_test_add_func ("/plan/certificate-and-xauth", test_certificate_and_xauth);
  g_test_add_func ("/plan/eap-tls", test_eap_tls);
  g_test_add_func ("/plan/eap-tls-lengths", test_pem_lengths);
  g_test_add_func ("/plan/eap-tls-name", test_login_name);
  g_test_add_func ("/plan/long-authority", test_long_authority);
  for (guint i = 0; i < G_N_ELEMENTS (libreswan_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/plan/golden/", libreswan_cases[i].name, NULL);

      g_test_add_data_func (path, &libreswan_cases[i], test_golden);
    }
  g_test_add_func ("/plan/libreswan/files", test_libreswan_files);
  g_test_add_func ("/plan/libreswan/xauth", test_libreswan_xauth);
  g_test_add_func ("/plan/libreswan/lacks", test_libreswan_lacks);
  g_test_add_func ("/plan/libreswan/refused", test_libreswan_refused);
  g_test_add_func ("/plan/libreswan/dpd-of-version-2", test_libreswan_dpd_of_version_2);
  g_test_add_func ("/plan/libreswan/unable", test_libreswan_unable);
  g_test_add_data_func ("/plan/libreswan/certificate", &libreswan_certificate,
                        test_libreswan_certificate);
  g_test_add_data_func ("/plan/libreswan/certificate-any", &libreswan_certificate_any,
                        test_libreswan_certificate);
  g_test_add_func ("/plan/libreswan/certificate-unable", test_libreswan_certificate_unable);
  g_test_add_func ("/plan/secrets-stay", test_secrets_stay);
  g_test_add_func ("/plan/other-secrets", test_other_secrets);
  g_test_add_func ("/plan/described-files", test_described_files);
  g_test_add_func ("/plan/same-again", test_same_again);
  g_test_add_func ("/plan/refused", test_refused);
  return g_test_run ();
}
