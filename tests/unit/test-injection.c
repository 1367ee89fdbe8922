/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-option.h"
#include "byway-plan.h"
#include "byway-pppd-config.h"
#include "byway-pppd-wire.h"
#include "byway-xl2tpd-config.h"

#include <stdio.h>
#include <string.h>

/* No value, whatever is in it, may do more than be that value. Each option and each secret gets
 * hostile ones; what is not refused is rendered, and what pppd, xl2tpd and charon would read in it
 * is held against the same with a harmless value. The readers here are written from those programs'
 * own rules and share nothing with core's. */

#define ROUNDS 2000
#define UUID "5f1c2f5e-0000-4000-8000-000000000001"
#define IKE_NAME "byway-" UUID
#define PSK "harmless-key"
#define PASSWORD "harmless-word"
#define WORD "another-harmless-word"
#define SERVER "198.51.100.1"
#define SOURCE "192.0.2.7"

/* ------------------------------------------------------------------- what is read: "path=value" */

static void
add_entry (GPtrArray *entries, const char *path, const char *value, gsize length)
{
  GString *entry = g_string_new (path);

  g_string_append_c (entry, '=');
  g_string_append_len (entry, value, length);
  g_ptr_array_add (entries, g_string_free (entry, FALSE));
}

/* What `entry` says at `path`; NULL when it is of another path. */
static const char *
entry_value (const char *entry, const char *path)
{
  gsize length = strlen (path);

  return strncmp (entry, path, length) == 0 && entry[length] == '=' ? entry + length + 1 : NULL;
}

static gboolean
same_entries (GPtrArray *a, GPtrArray *b)
{
  gboolean same = a->len == b->len;

  for (guint i = 0; same && i < a->len; i++)
    same = strcmp (a->pdata[i], b->pdata[i]) == 0;
  return same;
}

static void
assert_same (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++)
    g_assert_cmpstr (a->pdata[i], ==, b->pdata[i]);
  g_assert_cmpuint (a->len, ==, b->len);
}

/* ------------------------------------------------------------------------ as pppd reads (getword)
 */

typedef struct
{
  const guchar *at, *end;
  gboolean bad; /* pppd would warn, cut or lose something */
} Lexer;

static int
next_byte (Lexer *lexer)
{
  return lexer->at < lexer->end ? *lexer->at++ : EOF;
}

/* Digits of `base`, at most `most`; the byte behind stays. */
static int
lex_number (Lexer *lexer, int base, int most)
{
  int value = 0;

  for (; most > 0 && lexer->at < lexer->end; most--, lexer->at++)
    {
      int digit = g_ascii_xdigit_value (*lexer->at);

      if (digit < 0 || digit >= base)
        break;
      value = value * base + digit;
    }
  return value & 0xff;
}

/* Behind a backslash: a byte, or -1 for nothing (an escaped line end). */
static int
lex_escape (Lexer *lexer)
{
  int c = next_byte (lexer);

  switch (c)
    {
    case EOF:
      lexer->bad = TRUE;
      return -1;
    case '\n':
      return -1;
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 's':
      return ' ';
    case 't':
      return '\t';
    case 'x':
      return lex_number (lexer, 16, 2);
    default:
      if (c < '0' || c > '7')
        return c;
      lexer->at--;
      return lex_number (lexer, 8, 3);
    }
}

/* To where a word begins: behind blanks, comments and escaped line ends. */
static gboolean
lex_blanks (Lexer *lexer)
{
  while (lexer->at < lexer->end)
    {
      if (*lexer->at == '#')
        while (lexer->at < lexer->end && *lexer->at != '\n')
          lexer->at++;
      else if (*lexer->at == '\\' && lexer->at + 1 < lexer->end && lexer->at[1] == '\n')
        lexer->at += 2;
      else if (strchr (" \t\n\v\f\r", *lexer->at) != NULL && *lexer->at != '\0')
        lexer->at++;
      else
        return TRUE;
    }
  return FALSE;
}

static void
lex_word (Lexer *lexer, GString *word)
{
  int quote = 0, c;

  while ((c = next_byte (lexer)) != EOF)
    {
      if (c == '\\')
        {
          c = lex_escape (lexer);
          lexer->bad |= c == 0;
          if (c > 0)
            g_string_append_c (word, (char)c);
        }
      else if (quote != 0 ? c == quote : c == '"' || c == '\'')
        quote = quote != 0 ? 0 : c;
      else if (quote == 0 && (c == '#' || (c < 0x80 && g_ascii_isspace (c)) || c == '\v'))
        {
          lexer->at--;
          break;
        }
      else
        {
          lexer->bad |= c == 0;
          g_string_append_c (word, (char)c);
        }
    }
  lexer->bad |= quote != 0 || word->len > 1023 || (c == EOF && word->len == 0);
}

/* NULL for what pppd would not take as it stands. */
static GStrv
pppd_words (const char *text)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  Lexer lexer = { (const guchar *)text, (const guchar *)text + strlen (text), FALSE };

  while (lex_blanks (&lexer) && !lexer.bad)
    {
      g_autoptr (GString) word = g_string_new (NULL);

      lex_word (&lexer, word);
      g_strv_builder_add (words, word->str);
    }
  return lexer.bad ? NULL : g_strv_builder_end (words);
}

/* All that pppd may ever be told. */
static const char *const pppd_flags[] = { "byway-peer-dns",
                                          "byway-peer-wins",
                                          "noauth",
                                          "hide-password",
                                          "nodetach",
                                          "nopersist",
                                          "nodefaultroute",
                                          "noproxyarp",
                                          "noipdefault",
                                          "ipcp-accept-local",
                                          "noipv6",
                                          "ipcp-accept-remote",
                                          "+ipv6",
                                          "noccp",
                                          "nobsdcomp",
                                          "nodeflate",
                                          "require-mppe",
                                          "require-mppe-40",
                                          "require-mppe-128",
                                          "mppe-stateful",
                                          "multilink",
                                          "nopcomp",
                                          "noaccomp",
                                          "novj",
                                          "refuse-eap",
                                          "refuse-pap",
                                          "refuse-chap",
                                          "refuse-mschap",
                                          "refuse-mschap-v2",
                                          "silent",
                                          NULL };
static const char *const pppd_valued[] = { "plugin",
                                           "byway-fd",
                                           "byway-peer-name",
                                           "ipparam",
                                           "ip-up-script",
                                           "ip-down-script",
                                           "mtu",
                                           "mru",
                                           "lcp-restart",
                                           "lcp-max-configure",
                                           "lcp-max-terminate",
                                           "ipcp-restart",
                                           "ipcp-max-configure",
                                           "pap-restart",
                                           "pap-max-authreq",
                                           "mrru",
                                           "lcp-echo-interval",
                                           "lcp-echo-failure",
                                           "child-timeout",
                                           NULL };

/* ":192.0.2.1", which is a whole option by itself */
static gboolean
is_peer_address (const char *word)
{
  BywayAddress address;

  return *word == ':' && byway_address_parse (word + 1, &address) && address.family == 4;
}

static void
read_pppd (const char *text, GPtrArray *entries)
{
  g_auto (GStrv) words = pppd_words (text);

  g_assert_nonnull (words);
  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *path = g_strconcat ("pppd/", *word, NULL);

      if (g_strv_contains (pppd_flags, *word))
        add_entry (entries, path, "", 0);
      else if (is_peer_address (*word))
        add_entry (entries, "pppd/:", *word + 1, strlen (*word + 1));
      else
        {
          if (!g_strv_contains (pppd_valued, *word) || word[1] == NULL)
            g_error ("pppd would be told “%s”", *word);
          word++;
          add_entry (entries, path, *word, strlen (*word));
        }
    }
}

/* --------------------------------------------------------------------- as xl2tpd reads (file.c) */

/* xl2tpd trims what is below 33 as a signed char, so bytes from 0x80 go too on most machines. */
static char *
trim (char *text)
{
  char *end = text + strlen (text);

  while (*text != '\0' && (signed char)*text < 33)
    text++;
  while (end > text && (signed char)end[-1] < 33)
    *--end = '\0';
  return text;
}

/* One line of at most 1023 bytes; FALSE where xl2tpd would end or cut. */
static gboolean
read_xl2tpd_line (char *line, GString *section, GPtrArray *entries)
{
  g_autofree char *path = NULL;
  char *equals;

  line[strcspn (line, ";")] = '\0';
  line = trim (line);
  if (*line == '\0')
    return TRUE;
  if (*line == '[')
    {
      char *end = strchr (line, ']');

      if (end == NULL || end - line > 80)
        return FALSE;
      *end = '\0';
      g_string_printf (section, "xl2tpd/%s", line + 1);
      add_entry (entries, section->str, "", 0);
      return TRUE;
    }
  equals = strchr (line, '=');
  if (equals == NULL || section->len == 0)
    return FALSE;
  *equals = '\0';
  path = g_strconcat (section->str, "/", trim (line), NULL);
  line = trim (equals + 1);
  if (strlen (line) >= 100)
    return FALSE;
  add_entry (entries, path, line, strlen (line));
  return TRUE;
}

/* As fgets (buffer, 1024) cuts it into lines: a longer one goes on as a new one. */
static gboolean
read_xl2tpd (const char *text, GPtrArray *entries)
{
  g_autoptr (GString) section = g_string_new (NULL);
  gboolean good = TRUE;

  while (good && *text != '\0')
    {
      gsize length = MIN (strcspn (text, "\n"), 1023);
      g_autofree char *line = g_strndup (text, length);

      good = length < 1023 && read_xl2tpd_line (line, section, entries);
      text += length + (text[length] == '\n');
    }
  return good;
}

/* ----------------------------------------------------------------- as charon reads (vici/README)
 */

static const guint8 *
vici_text (const guint8 *data, const guint8 *end, guint width, char **text, gsize *length)
{
  gsize size = 0;

  g_assert_cmpint (end - data, >=, width);
  for (guint i = 0; i < width; i++)
    size = size << 8 | *data++;
  g_assert_cmpint (end - data, >=, (gssize)size);
  *text = g_strndup ((const char *)data, size);
  *length = size;
  g_assert_cmpuint (strlen (*text), ==, size);
  return data + size;
}

static void
read_vici (const char *name, GBytes *message, GPtrArray *entries)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (message, &size), *end = data + size;
  g_autoptr (GString) path = g_string_new (name);
  guint depth = 0;

  while (data < end)
    {
      guint8 type = *data++;
      g_autofree char *text = NULL, *value = NULL;
      gsize length;

      g_assert_cmpuint (type, >=, 1);
      g_assert_cmpuint (type, <=, 6);
      if (type == 2 || type == 6)
        {
          g_assert_cmpuint (depth--, >, 0);
          g_string_truncate (path, strrchr (path->str, '/') - path->str);
          continue;
        }
      data = vici_text (data, end, type == 5 ? 2 : 1, &text, &length);
      if (type == 5)
        add_entry (entries, path->str, text, length);
      else
        g_string_append_printf (path, "/%s", text);
      if (type == 3)
        {
          data = vici_text (data, end, 2, &value, &length);
          add_entry (entries, path->str, value, length);
          g_string_truncate (path, strrchr (path->str, '/') - path->str);
        }
      else if (type != 5)
        {
          add_entry (entries, path->str, "", 0);
          depth++;
        }
    }
  g_assert_cmpuint (depth, ==, 0);
}

/* ------------------------------------------------------------------------- profiles and plans */

/* With what the option or secret of that key is of no use without. */
static GHashTable *
make_settings (const char *key)
{
  static const char *const company[][3] = { { "aggressive", "ike", "3des-sha1-modp1024" },
                                            { "hidden-avps", "l2tp-auth", "yes" },
                                            { "l2tp-secret", "l2tp-auth", "yes" },
                                            { "xauth-password", "xauth-user", "bob" } };
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (company); i++)
    if (g_strcmp0 (key, company[i][0]) == 0)
      g_hash_table_insert (settings, g_strdup (company[i][1]), g_strdup (company[i][2]));

  g_hash_table_insert (settings, g_strdup ("gateway"), g_strdup ("vpn.example.net"));
  g_hash_table_insert (settings, g_strdup ("user"), g_strdup ("alice"));
  return settings;
}

static BywaySecretSet *
make_secrets (void)
{
  BywaySecretSet *secrets = byway_secret_set_new ();
  const char *problem;

  g_assert_true (byway_secret_set_put (secrets, "ipsec-psk", PSK, strlen (PSK), &problem));
  g_assert_true (byway_secret_set_put (secrets, "password", PASSWORD, strlen (PASSWORD), &problem));
  g_assert_true (byway_secret_set_put (secrets, "xauth-password", WORD, strlen (WORD), &problem));
  g_assert_true (byway_secret_set_put (secrets, "l2tp-secret", WORD, strlen (WORD), &problem));
  return secrets;
}

static void
read_secrets (const BywayPlan *plan, GPtrArray *entries)
{
  gsize length;
  const char *bytes;

  if (plan->load_xauth != NULL)
    read_vici ("load-xauth", plan->load_xauth, entries);
  if (plan->xl2tpd_secrets == NULL)
    return;
  bytes = g_bytes_get_data (plan->xl2tpd_secrets, &length);
  add_entry (entries, "xl2tpd-secrets", bytes, length);
}

static GPtrArray *
read_plan (const BywayPlan *plan)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_free);
  const BywayPlanFile *const *files = (const BywayPlanFile *const *)plan->files->pdata;
  g_autofree char *command = g_strjoinv ("\n", plan->xl2tpd_argv);
  g_autofree char *check = g_strjoinv ("\n", plan->pppd_check_argv);

  g_assert_cmpuint (plan->files->len, ==, 3);
  g_assert_cmpstr (files[0]->name, ==, "options");
  g_assert_cmpstr (files[1]->name, ==, "xl2tpd.conf");
  read_pppd (files[0]->content, entries);
  g_assert_true (read_xl2tpd (files[1]->content, entries));
  add_entry (entries, files[2]->name, files[2]->content, strlen (files[2]->content));
  read_secrets (plan, entries);
  g_assert_cmpint (plan->load_conn != NULL, ==, plan->ipsec);
  if (plan->ipsec)
    {
      read_vici ("load-shared", plan->load_shared, entries);
      read_vici ("load-conn", plan->load_conn, entries);
      read_vici ("initiate", plan->initiate, entries);
    }
  for (guint i = 0; i < G_N_ELEMENTS (plan->undo) && plan->ipsec; i++)
    read_vici ("undo", plan->undo[i], entries);
  add_entry (entries, "run", command, strlen (command));
  add_entry (entries, "check", check, strlen (check));
  return entries;
}

static GPtrArray *
read_profile (const BywayProfile *profile, const BywaySecretSet *secrets)
{
  BywayFacts facts = {
    .uuid = UUID,
    .run_dir = "/run/byway/" UUID,
    .local_port = 1701,
    .pppd_plugin = "/usr/lib/byway/byway-pppd.so",
    .uplink = { .ifname = "eth0", .ifindex = 2 },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayPlan) plan = NULL;

  g_assert_true (byway_address_parse (SERVER, &facts.uplink.server));
  g_assert_true (byway_address_parse (SOURCE, &facts.uplink.source));
  plan = byway_plan_new (profile, secrets, &facts, &error);
  g_assert_no_error (error);
  return read_plan (plan);
}

/* With one setting more; NULL text leaves it out. */
static GPtrArray *
read_harmless (const char *key, const char *text)
{
  g_autoptr (GHashTable) settings = make_settings (key);
  g_autoptr (BywaySecretSet) secrets = make_secrets ();
  g_autoptr (BywayProfile) profile = NULL;

  if (text != NULL)
    g_hash_table_insert (settings, g_strdup (key), g_strdup (text));
  profile = byway_profile_parse (settings, NULL);
  g_assert_nonnull (profile);
  return read_profile (profile, secrets);
}

/* ----------------------------------------------------------------------------- hostile values */

/* A '\0' stands in none of these: settings are C strings. */
/* clang-format off */
static const char *const fragments[] = {
  "\n", "\r", "\r\n", "\t", " ", "  ", "\"", "'", "\\", "\\\n", "\\0", "\\x", "#", " # ", "%",
  "%s%n", ";", "=", "[", "]", "[lac x]", "\n[global]\n", "{", "}", "$(id)", "`id`", "|", "&&",
  "*", "!", "../", "/", "-", "--", "@", "@@", "@#", "keyid:", "fqdn:#", "asn1dn:#", ",", ",,",
  ":", "0x", "0s", "\nconnect /bin/sh", " connect /bin/sh ", "\" connect /bin/sh \"",
  "\nplugin /tmp/e.so\n", "' pty /bin/sh '", "\npppoptfile = /tmp/x\n", "file /tmp/x",
  "updown = /bin/sh", "auth", "\x01", "\x7f", "\x1b[2J", "\xc2\x85", "\xe2\x80\xa8",
  "\xc2\xa0", "\xc3\xa9", "\xd1\x8f", "\xf0\x9f\x94\x91", "\xe2\x80\xae", "\xff", "\xc3",
  "\xed\xa0\x80", "\xc0\x8a", "\xf8\x88\x80\x80\x80",
};
/* clang-format on */

/* What the options' own grammars take, so that enough gets through. */
static const char *const harmless[][9] = {
  [BYWAY_OPTION_BOOL] = { "yes", "no", "true", "false", "0", "1" },
  [BYWAY_OPTION_UINT] = { "5", "600", "1400", "0600", "10", "3600", "100" },
  [BYWAY_OPTION_TEXT] = { "bob", "o'neil", "CORP" },
  [BYWAY_OPTION_HOST] = { "vpn.example.org", "192.0.2.9",
                          "b\xc3\xbc"
                          "cher.example" },
  [BYWAY_OPTION_FILE] = { "/etc/ssl/a.pem", "/home/b \xc3\xa9", "/pkcs11:a" },
  [BYWAY_OPTION_TOKEN] = { "pkcs11:id=%01;slot-id=0?module-name=hsm" },
  [BYWAY_OPTION_IPV4] = { "192.0.2.1", "10.255.0.1" },
  [BYWAY_OPTION_IDENTITY]
  = { "@host.example", "me@host.example", "keyid:staff", "@#0a22", "192.0.2.5", "%any",
      "2001:db8::5", "@@me@host", "C=DE, O=Firm, CN=vpn" },
  [BYWAY_OPTION_IKE] = { "aes256-sha256-modp2048", "3des-sha1-modp1024,aes128-sha1-modp2048!" },
  [BYWAY_OPTION_ESP] = { "aes256-sha256", "3des-sha1!, aes256gcm16" },
  [BYWAY_OPTION_ADDRESSES] = { "192.0.2.53", "192.0.2.53, 2001:db8::53" },
  [BYWAY_OPTION_PREFIXES] = { "10.0.0.0/8", "10.0.0.0/8 20,2001:db8::/32" },
  [BYWAY_OPTION_DOMAINS] = { "example.net", "example.net, b\xc3\xbc"
                                            "cher.example" },
  [BYWAY_OPTION_SECRET] = { "key", "0s64", "0x41", "a \"b\" 'c'" },
};

static const char *
pick_harmless (BywayOptionType type, const char *const *choices)
{
  guint n = 0;

  if (choices != NULL)
    return choices[g_test_rand_int_range (0, (int)g_strv_length ((char **)choices))];
  while (n < G_N_ELEMENTS (harmless[type]) && harmless[type][n] != NULL)
    n++;
  return harmless[type][g_test_rand_int_range (0, n)];
}

static const char *
pick_fragment (void)
{
  return fragments[g_test_rand_int_range (0, G_N_ELEMENTS (fragments))];
}

static void
append_noise (GString *value)
{
  for (int n = g_test_rand_int_range (0, 300); n > 0; n--)
    g_string_append_c (value, (char)g_test_rand_int_range (1, 256));
}

static void
append_4k (GString *value)
{
  const char *fragment = g_test_rand_bit () ? pick_fragment () : "x";

  while (value->len < 4096)
    g_string_append (value, fragment);
}

/* Mostly something harmless with something hostile in, before or behind it. */
static GString *
make_hostile (BywayOptionType type, const char *const *choices)
{
  GString *value = g_string_new (NULL);
  int way = g_test_rand_int_range (0, 20);

  if (way == 0)
    append_noise (value);
  else if (way == 1)
    append_4k (value);
  else if (way < 6)
    for (int n = g_test_rand_int_range (0, 6); n > 0; n--)
      g_string_append (value, pick_fragment ());
  else
    {
      g_string_append (value, pick_harmless (type, choices));
      for (int n = g_test_rand_int_range (0, 4); n > 0; n--)
        g_string_insert (value, g_test_rand_int_range (0, value->len + 1), pick_fragment ());
    }
  return value;
}

/* --------------------------------------------------------------------- where a value may appear */

/* An option without a row appears nowhere: another program of the plan never sees it. */
static const struct
{
  const char *key, *path, *format; /* NULL format: checked by its type */
} places[] = {
  { "ike", "load-conn/" IKE_NAME "/proposals", NULL },
  { "esp", "load-conn/" IKE_NAME "/children/" IKE_NAME "/esp_proposals", NULL },
  { "local-id", "load-conn/" IKE_NAME "/local/id", NULL },
  { "remote-id", "load-conn/" IKE_NAME "/remote/id", NULL },
  { "aggressive", "load-conn/" IKE_NAME "/aggressive", NULL },
  { "xauth-user", "load-conn/" IKE_NAME "/local-xauth/xauth_id", NULL },
  { "force-encaps", "load-conn/" IKE_NAME "/encap", NULL },
  { "ike-lifetime", "load-conn/" IKE_NAME "/reauth_time", "%us" },
  { "esp-lifetime", "load-conn/" IKE_NAME "/children/" IKE_NAME "/rekey_time", "%us" },
  { "dpd-delay", "load-conn/" IKE_NAME "/dpd_delay", "%us" },
  { "dpd-timeout", "load-conn/" IKE_NAME "/dpd_timeout", "%us" },
  { "length-bit", "xl2tpd/lac c/length bit", NULL },
  { "l2tp-auth", "xl2tpd/lac c/challenge", NULL },
  { "hidden-avps", "xl2tpd/lac c/hidden bit", NULL },
  { "remote-name", "pppd/byway-peer-name", NULL },
  { "l2tp-max-retries", "xl2tpd/global/max retries", "%u" },
  { "ipcomp", "load-conn/" IKE_NAME "/children/" IKE_NAME "/ipcomp", NULL },
  { "bsdcomp", "pppd/noccp", NULL },
  { "deflate", "pppd/noccp", NULL },
  { "mrru", "pppd/mrru", "%u" },
  { "ipcp-peer-ip", "pppd/:", NULL },
  { "refuse-eap", "pppd/refuse-eap", NULL },
  { "refuse-pap", "pppd/refuse-pap", NULL },
  { "refuse-chap", "pppd/refuse-chap", NULL },
  { "refuse-mschap", "pppd/refuse-mschap", NULL },
  { "refuse-mschapv2", "pppd/refuse-mschap-v2", NULL },
  { "mtu", "pppd/mtu", "%u" },
  { "mru", "pppd/mru", "%u" },
  { "lcp-echo-interval", "pppd/lcp-echo-interval", "%u" },
  { "lcp-echo-failure", "pppd/lcp-echo-failure", "%u" },
  { "vj-comp", "pppd/novj", NULL },
  { "pcomp", "pppd/nopcomp", NULL },
  { "accomp", "pppd/noaccomp", NULL },
  { "ipv6", "pppd/+ipv6", NULL },
  { "dns-auto", "pppd/byway-peer-dns", NULL },
  { "wins-auto", "pppd/byway-peer-wins", NULL },
};

static int
find_place (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (strcmp (places[i].key, key) == 0)
      return (int)i;
  return -1;
}

/* The values at `path`, taken out of `entries`. */
static GStrv
take_values (GPtrArray *entries, const char *path)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();

  for (guint i = 0; i < entries->len;)
    {
      const char *value = entry_value (entries->pdata[i], path);

      if (value != NULL)
        g_strv_builder_add (values, value);
      if (value != NULL)
        g_ptr_array_remove_index (entries, i);
      else
        i++;
    }
  return g_strv_builder_end (values);
}

/* ------------------------------------------------------------------------- each type of option */

static void
check_bool (const BywayOption *option, const char *text, GPtrArray *entries)
{
  const char *word
      = g_strv_contains ((const char *const[]){ "yes", "true", "1", NULL }, text) ? "yes" : "no";
  g_autoptr (GPtrArray) expected = read_harmless (option->key, word);

  assert_same (entries, expected);
}

/* The words around it that a switch or a number takes with it. */
static void
drop_company (const char *key, GPtrArray *entries)
{
  static const char *const company[][4] = {
    { "ipv6", "pppd/noipv6" },
    { "bsdcomp", "pppd/nodeflate" },
    { "deflate", "pppd/nobsdcomp" },
    { "mrru", "pppd/multilink" },
    { "l2tp-auth", "run", "xl2tpd-secrets" },
    { "remote-name", "pppd/refuse-pap" },
    { "xauth-user", "load-xauth/owners" },
    { "ike-lifetime", "load-conn/" IKE_NAME "/over_time", "load-conn/" IKE_NAME "/rand_time" },
    { "esp-lifetime", "load-conn/" IKE_NAME "/children/" IKE_NAME "/life_time",
      "load-conn/" IKE_NAME "/children/" IKE_NAME "/rand_time" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (company); i++)
    for (gsize j = 1; strcmp (company[i][0], key) == 0 && company[i][j] != NULL; j++)
      g_strfreev (take_values (entries, company[i][j]));
}

static void
check_uint (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (NULL, NULL);
  static const char *const optional[] = { "dpd-delay", "mrru", NULL };
  int place = find_place (option->key);
  guint number = (guint)g_ascii_strtoull (text, NULL, 10);
  g_autofree char *expected = NULL;
  g_auto (GStrv) values = NULL, before = NULL;

  g_assert_true (text[0] != '\0' && text[strspn (text, "0123456789")] == '\0');
  if (place < 0 || (number == 0 && g_strv_contains (optional, option->key)))
    {
      if (strcmp (option->key, "dpd-delay") == 0)
        for (guint i = 0; i < 2; i++)
          g_strfreev (take_values (reference, places[place + i].path));
      assert_same (entries, reference);
      return;
    }
  expected = g_strdup_printf (places[place].format, number);
  values = take_values (entries, places[place].path);
  before = take_values (reference, places[place].path);
  drop_company (option->key, entries);
  drop_company (option->key, reference);
  g_assert_cmpuint (g_strv_length (values), ==, 1);
  g_assert_cmpuint (g_strv_length (before), ==, strcmp (option->key, "mrru") == 0 ? 0 : 1);
  g_assert_cmpstr (values[0], ==, expected);
  assert_same (entries, reference);
}

/* What came through is a choice as it stands in the table, and renders as that does. */
static void
check_enum (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) expected = read_harmless (option->key, text);

  g_assert_true (g_strv_contains (option->choices, text));
  assert_same (entries, expected);
}

static void
check_address (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (NULL, NULL);
  g_auto (GStrv) values = take_values (entries, places[find_place (option->key)].path);

  g_assert_cmpuint (g_strv_length (values), ==, *text == '\0' ? 0 : 1);
  if (*text != '\0')
    g_assert_cmpstr (values[0], ==, text);
  assert_same (entries, reference);
}

static int
compare_words (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* A proposal's words in an order that does not depend on how it was written. */
static char *
sort_words (const char *proposal)
{
  g_autofree char *plain = g_strstrip (g_strdup (proposal));
  g_auto (GStrv) words = NULL;

  if (g_str_has_suffix (plain, "!"))
    plain[strlen (plain) - 1] = '\0';
  words = g_strsplit (plain, "-", -1);
  qsort (words, g_strv_length (words), sizeof *words, compare_words);
  return g_strjoinv ("-", words);
}

static void
check_proposals (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (NULL, NULL);
  const char *path = places[find_place (option->key)].path;
  g_auto (GStrv) asked = g_strsplit (text, ",", -1);
  g_auto (GStrv) values = NULL, before = NULL;

  if (strspn (text, " ") == strlen (text))
    {
      assert_same (entries, reference);
      return;
    }
  values = take_values (entries, path);
  before = take_values (reference, path);
  g_assert_cmpuint (g_strv_length (values), ==,
                    g_strv_length (asked) + 1); /* and the list's head */
  for (guint i = 0; asked[i] != NULL; i++)
    {
      g_autofree char *there = sort_words (values[i + 1]), *wanted = sort_words (asked[i]);

      g_assert_cmpstr (there, ==, wanted);
      g_assert_cmpuint (strspn (values[i + 1], "abcdefghijklmnopqrstuvwxyz0123456789-"), ==,
                        strlen (values[i + 1]));
    }
  assert_same (entries, reference);
}

/* "type:hex" of an identity that charon makes of `text` (identification_create_from_string). */
static char *
charon_identity (const char *text)
{
  static const char *const types[] = { "fqdn:", "email:", NULL };
  const char *type = g_str_has_prefix (text, "@#") ? "keyid:" : "address:";
  GString *result;

  g_assert_cmpuint (strlen (text), <=, 255);
  if (strcmp (text, "%any") == 0)
    return g_strdup (text);
  for (const char *c = text; *c != '\0'; c++)
    g_assert_true (g_ascii_isprint (*c));
  if (*text == '@')
    {
      g_assert_cmpstr (type, ==, "keyid:");
      return g_strconcat (type, text + 2, NULL);
    }
  for (guint i = 0; types[i] != NULL; i++)
    if (g_str_has_prefix (text, types[i]))
      {
        type = types[i];
        text += strlen (type);
        break;
      }
  g_assert_true (*text != '^' || *type == 'k'); /* a pattern, to newer ones */
  if (*text == '#' && *type != 'a')
    return g_strconcat (type, text + 1, NULL);
  result = g_string_new (type);
  for (; *text != '\0'; text++)
    g_string_append_printf (result, "%02x", (guchar)*text);
  return g_string_free (result, FALSE);
}

/* The same of what the user wrote. */
static char *
asked_identity (const char *text, const char *fallback)
{
  BywayAddress address;
  const char *type = "fqdn:";
  GString *result;

  if (*text == '\0')
    text = fallback;
  if (strcmp (text, "%any") == 0)
    return g_strdup (text);
  if (g_str_has_prefix (text, "@#"))
    {
      g_autofree char *lower = g_ascii_strdown (text + 2, -1);

      return g_strconcat ("keyid:", lower, NULL);
    }
  if (byway_address_parse (text, &address))
    type = "address:";
  else if (g_str_has_prefix (text, "keyid:"))
    {
      type = "keyid:";
      text += 6;
    }
  else if (strchr (text + 1, '@') != NULL || g_str_has_prefix (text, "@@"))
    {
      type = "email:";
      text += g_str_has_prefix (text, "@@") ? 2 : 0;
    }
  else
    text += *text == '@';
  result = g_string_new (type);
  for (; *text != '\0'; text++)
    g_string_append_printf (result, "%02x", (guchar)*text);
  return g_string_free (result, FALSE);
}

static void
check_identity (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (NULL, NULL);
  const char *path = places[find_place (option->key)].path;
  gboolean ours = strcmp (option->key, "local-id") == 0;
  g_auto (GStrv) values = take_values (entries, path), before = take_values (reference, path);
  g_auto (GStrv) owners = take_values (entries, "load-shared/owners");
  g_auto (GStrv) few = take_values (reference, "load-shared/owners");
  g_autofree char *asked = asked_identity (text, ours ? SOURCE : "%any");
  g_autofree char *there = NULL;
  gboolean named = *text != '\0' && strcmp (text, "%any") != 0;
  gboolean der;

  g_assert_cmpuint (g_strv_length (values), ==, 1);
  der = g_str_has_prefix (values[0], "asn1dn:#");
  if (der) /* whatever is in it, charon sees digits */
    g_assert_cmpuint (strspn (values[0] + 8, "0123456789abcdef"), ==, strlen (values[0]) - 8);
  there = der ? g_strdup (asked) : charon_identity (values[0]);
  g_assert_cmpstr (there, ==, asked);
  named = named && strlen (values[0]) <= 255;
  if (!ours && strchr (values[0], '*') != NULL)
    named = FALSE;                               /* a wildcard owns no key */
  g_assert_cmpuint (g_strv_length (few), ==, 3); /* the list's head, the server and we */
  g_assert_cmpuint (g_strv_length (owners), ==, named ? 4 : 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (owners[i], ==, few[i]);
  if (named)
    g_assert_cmpstr (owners[3], ==, values[0]);
  assert_same (entries, reference);
}

/* Names go to resolvers, so nothing but a name may be in them. */
static void
check_name (const char *name)
{
  g_assert_cmpuint (strlen (name), <=, 253);
  g_assert_cmpuint (strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_."), ==,
                    strlen (name));
  g_assert_true (name[0] != '-' && name[0] != '.' && name[0] != '\0');
}

/* The user's name reaches pppd through the plugin's socket only, and comes out as it went in. */
static void
check_credentials (const char *user, const char *password, gsize length)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_CREDENTIALS }, back;
  uint8_t wire[BYWAY_PPPD_MESSAGE_MAX];
  ssize_t size;

  g_assert_cmpuint (strlen (user), <=, BYWAY_PPPD_TEXT_MAX);
  g_assert_cmpuint (length, <=, BYWAY_PPPD_TEXT_MAX);
  memcpy (message.credentials.user, user, strlen (user));
  memcpy (message.credentials.password, password, length);
  size = byway_pppd_message_encode (&message, wire, sizeof wire);
  g_assert_cmpint (size, >, 0);
  g_assert_cmpint (byway_pppd_message_decode (&back, wire, (gsize)size), ==, 0);
  g_assert_cmpstr (back.credentials.user, ==, user);
  g_assert_cmpmem (back.credentials.password, strlen (back.credentials.password), password, length);
}

static void
check_nowhere (const BywayOption *option, const BywayProfile *profile, const char *text,
               GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (NULL, NULL);
  g_autofree char *name = byway_profile_ppp_name (profile);
  g_autofree char *expected = strcmp (option->key, "user") == 0 ? g_strdup (text)
                              : strcmp (option->key, "domain") == 0 && *text != '\0'
                                  ? g_strconcat (text, "\\alice", NULL)
                                  : g_strdup ("alice");

  g_assert_cmpstr (name, ==, expected);
  check_credentials (name, PASSWORD, strlen (PASSWORD));
  check_name (profile->gateway);
  for (char **domain = profile->dns_search; *domain != NULL; domain++)
    check_name (*domain);
  assert_same (entries, reference);
}

static void
check_remote_name (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (NULL, NULL);
  g_auto (GStrv) values = take_values (entries, places[find_place (option->key)].path);

  g_assert_cmpuint (g_strv_length (values), ==, *text == '\0' ? 0 : 1);
  if (*text != '\0')
    {
      g_assert_cmpstr (values[0], ==, text);
      drop_company (option->key, entries);
    }
  assert_same (entries, reference);
}

/* As bytes, so that it is no identity of another kind, and nobody else's. */
static void
check_xauth_user (const BywayOption *option, const char *text, GPtrArray *entries)
{
  g_autoptr (GPtrArray) reference = read_harmless (option->key, *text == '\0' ? NULL : "bob");
  g_autoptr (GString) wanted = g_string_new ("@#");
  g_auto (GStrv) values = take_values (entries, places[find_place (option->key)].path);
  g_auto (GStrv) owners = take_values (entries, "load-xauth/owners");
  g_auto (GStrv) before = take_values (reference, places[find_place (option->key)].path);

  drop_company (option->key, reference);
  assert_same (entries, reference);
  if (*text == '\0')
    return;
  for (const char *c = text; *c != '\0'; c++)
    g_string_append_printf (wanted, "%02x", (guchar)*c);
  g_assert_cmpuint (g_strv_length (values), ==, 1);
  g_assert_cmpuint (g_strv_length (owners), ==, 2); /* the list's head, and it */
  g_assert_cmpuint (g_strv_length (before), ==, 1);
  g_assert_cmpstr (values[0], ==, wanted->str);
  g_assert_cmpstr (owners[1], ==, wanted->str);
  g_assert_cmpuint (wanted->len, <=, 255);
}

static void
check_accepted (const BywayOption *option, const BywayProfile *profile, const char *text)
{
  g_autoptr (BywaySecretSet) secrets = make_secrets ();
  g_autoptr (GPtrArray) entries = read_profile (profile, secrets);

  for (const char *c = text; *c != '\0'; c++)
    g_assert_false (g_ascii_iscntrl (*c));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  if (option->type == BYWAY_OPTION_BOOL)
    check_bool (option, text, entries);
  else if (option->type == BYWAY_OPTION_UINT)
    check_uint (option, text, entries);
  else if (option->type == BYWAY_OPTION_IKE || option->type == BYWAY_OPTION_ESP)
    check_proposals (option, text, entries);
  else if (option->type == BYWAY_OPTION_ENUM)
    check_enum (option, text, entries);
  else if (option->type == BYWAY_OPTION_IPV4)
    check_address (option, text, entries);
  else if (option->type == BYWAY_OPTION_IDENTITY)
    check_identity (option, text, entries);
  else if (strcmp (option->key, "remote-name") == 0)
    check_remote_name (option, text, entries);
  else if (strcmp (option->key, "xauth-user") == 0)
    check_xauth_user (option, text, entries);
  else
    check_nowhere (option, profile, text, entries);
}

/* ---------------------------------------------------------------------------------- the tests */

/* The issues name the key, or one that contradicts it; and no line of theirs can be forged. */
static void
check_refused (const char *key, GPtrArray *issues)
{
  g_autoptr (GError) error = NULL;
  gboolean named = FALSE;
  guint lines = 0;

  g_assert_cmpuint (issues->len, >, 0);
  for (guint i = 0; i < issues->len; i++)
    {
      const BywayIssue *issue = g_ptr_array_index (issues, i);

      named |= strcmp (issue->key, key) == 0 || issue->code == BYWAY_ISSUE_CONFLICT;
    }
  g_assert_true (named);
  byway_issues_to_error (issues, &error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *c = error->message; *c != '\0'; c++)
    lines += *c == '\n';
  g_assert_cmpuint (lines, ==, issues->len - 1);
}

static gboolean
try_value (const BywayOption *option, const char *text)
{
  g_autoptr (GHashTable) settings = make_settings (option->key);
  g_autoptr (BywayProfile) profile = NULL;
  g_autoptr (GPtrArray) issues = NULL;

  g_hash_table_insert (settings, g_strdup (option->key), g_strdup (text));
  profile = byway_profile_parse (settings, &issues);
  if (profile == NULL)
    check_refused (option->key, issues);
  else
    check_accepted (option, profile, text);
  return profile != NULL;
}

static void
test_option (gconstpointer data)
{
  const BywayOption *option = data;
  guint accepted = 0, refused = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      GString *value = make_hostile (option->type, option->choices);

      if (try_value (option, value->str))
        accepted++;
      else
        refused++;
      g_string_free (value, TRUE);
    }
  g_test_message ("%u accepted, %u refused", accepted, refused);
  g_assert_cmpuint (refused, >, 0);
  if (option->type != BYWAY_OPTION_SECRET)
    g_assert_cmpuint (accepted, >, 0);
}

/* A yes and a no differ by the one word that is meant, and by nothing else. */
static void
test_switches (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_BOOL && strcmp (options[i].key, "ipsec") != 0)
      {
        int place = find_place (options[i].key);
        g_autoptr (GPtrArray) yes = read_harmless (options[i].key, "yes");
        g_autoptr (GPtrArray) no = read_harmless (options[i].key, "no");

        g_assert_cmpint (same_entries (yes, no), ==, place < 0);
        drop_company (options[i].key, yes);
        drop_company (options[i].key, no);
        if (place >= 0)
          {
            g_strfreev (take_values (yes, places[place].path));
            g_strfreev (take_values (no, places[place].path));
          }
        assert_same (yes, no);
      }
}

/* Where a secret goes, and what stands around it there; a password goes to pppd's plugin. */
static const struct
{
  const char *key, *path, *before, *after;
} secret_places[] = {
  { "ipsec-psk", "load-shared/data", "", "" },
  { "xauth-password", "load-xauth/data", "", "" },
  { "l2tp-secret", "xl2tpd-secrets", "* * ", "\n" },
};

static void
check_secret (const char *key, const char *bytes, gsize length, const BywaySecretSet *secrets)
{
  g_autoptr (GHashTable) settings = make_settings (key);
  g_autoptr (BywayProfile) profile = byway_profile_parse (settings, NULL);
  g_autoptr (GPtrArray) entries = read_profile (profile, secrets);
  g_autoptr (GPtrArray) reference = read_harmless (key, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (secret_places); i++)
    if (strcmp (secret_places[i].key, key) == 0)
      {
        g_auto (GStrv) values = take_values (entries, secret_places[i].path);
        g_auto (GStrv) before = take_values (reference, secret_places[i].path);
        g_autofree char *text = g_strndup (bytes, length);
        g_autofree char *wanted
            = g_strconcat (secret_places[i].before, text, secret_places[i].after, NULL);

        g_assert_cmpuint (g_strv_length (values), ==, 1);
        g_assert_cmpuint (g_strv_length (before), ==, 1);
        g_assert_cmpstr (values[0], ==, wanted);
      }
  assert_same (entries, reference);
  if (strcmp (key, "password") == 0)
    check_credentials ("alice", bytes, length);
}

/* What clients send comes out of the helper's reader as it went in. */
static void
check_handing_over (const char *key, const char *bytes, gsize length, const BywaySecretSet *secrets)
{
  gsize size, there;
  guint8 *data = byway_secret_set_encode (secrets, &size);
  const char *problem = NULL, *value;
  g_autoptr (BywaySecretSet) back = byway_secret_set_decode (data, size, &problem);

  g_assert_nonnull (back);
  value = byway_secret_set_get (back, key, &there);
  g_assert_cmpmem (value, there, bytes, length);
  byway_locked_free (data);
}

static gboolean
try_secret (const BywayOption *option, const GString *value)
{
  g_autoptr (BywaySecretSet) secrets = make_secrets ();
  const char *problem = NULL;
  gboolean fit = value->len >= option->min && value->len <= option->max
                 && memchr (value->str, '\0', value->len) == NULL
                 && memchr (value->str, '\n', value->len) == NULL;
  gboolean put = byway_secret_set_put (secrets, option->key, value->str, value->len, &problem);

  if (strcmp (option->key, "l2tp-secret") == 0)
    for (gsize i = 0; i < value->len; i++)
      fit = fit && g_ascii_isgraph (value->str[i]) && strchr ("#;", value->str[i]) == NULL;
  g_assert_cmpint (put, ==, fit);
  g_assert_cmpint (put, ==, problem == NULL);
  if (put)
    {
      check_secret (option->key, value->str, value->len, secrets);
      check_handing_over (option->key, value->str, value->len, secrets);
    }
  return put;
}

static void
test_secret (gconstpointer data)
{
  const BywayOption *option = data;
  guint accepted = 0, refused = 0;

  for (guint i = 0; i < ROUNDS; i++)
    {
      GString *value = make_hostile (BYWAY_OPTION_SECRET, NULL);

      if (i % 10 == 0)
        g_string_insert_c (value, g_test_rand_int_range (0, value->len + 1), '\0');
      if (try_secret (option, value))
        accepted++;
      else
        refused++;
      g_string_free (value, TRUE);
    }
  g_test_message ("%u accepted, %u refused", accepted, refused);
  g_assert_cmpuint (accepted, >, ROUNDS / 10);
  g_assert_cmpuint (refused, >, ROUNDS / 20);
}

/* Only a secret's own key takes one. */
static void
test_secret_keys (void)
{
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_new ();
  static const char *const keys[]
      = { "", "user", "gateway", "ipsec-psk ", "ipsec-psk\n", "Password", "data", "plugin" };
  g_autofree char *endless = g_strnfill (4096, 'k');
  const char *problem;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_assert_false (byway_secret_set_put (secrets, keys[i], "x", 1, &problem));
      g_assert_nonnull (problem);
    }
  g_assert_false (byway_secret_set_put (secrets, endless, "x", 1, &problem));
}

static void
check_key (const char *key)
{
  g_autoptr (GHashTable) settings = make_settings (NULL);
  g_autoptr (GPtrArray) issues = NULL;
  g_autofree char *valid = g_utf8_make_valid (key, -1);
  g_autofree char *shown = g_strescape (valid, NULL);

  if (byway_option_find (key) != NULL)
    return;
  g_hash_table_insert (settings, g_strdup (key), g_strdup ("yes"));
  g_assert_null (byway_profile_parse (settings, &issues));
  g_assert_cmpuint (issues->len, ==, 1);
  g_assert_cmpint (((BywayIssue *)issues->pdata[0])->code, ==, BYWAY_ISSUE_UNKNOWN_KEY);
  check_refused (shown, issues);
}

static void
test_keys (void)
{
  static const char *const keys[]
      = { "",       "plugin",  "connect",     "pppoptfile",   "file",
          "updown", "user ",   " user",       "USER",         "user\n",
          "user=x", "[lac x]", "mtu\nplugin", "ip-up-script", "children" };
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    check_key (keys[i]);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GString) key = g_string_new (options[g_test_rand_int_range (0, n)].key);

      if (i % 50 == 0)
        append_4k (key);
      else
        g_string_insert (key, g_test_rand_int_range (0, key->len + 1), pick_fragment ());
      check_key (key->str);
    }
}

static void
test_names (void)
{
  static const char *const good[]
      = { "office", "B\xc3\xbcro 2", "a.b", "x-y", "50% #1; \"q\" [z]" };
  static const char *const bad[]
      = { "",   "../x",  "..",     ".",         "-x",   "--help", "a/b",
          "/",  "x\n",   "\nx",    "a\nb",      "a\rb", "a\tb",   " x",
          "x ", "x\x7f", "\x1b[m", "a\xc2\x85", "\xff", "a\xc3",  "\xed\xa0\x80" };
  g_autofree char *endless = g_strnfill (4096, 'n');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_null (byway_name_problem (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (byway_name_problem (bad[i]));
  g_assert_nonnull (byway_name_problem (endless));
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GString) name = make_hostile (BYWAY_OPTION_TEXT, NULL);

      if (byway_name_problem (name->str) != NULL)
        continue;
      g_assert_true (g_utf8_validate (name->str, -1, NULL));
      g_assert_null (strpbrk (name->str, "/\n\r\t\x7f"));
      g_assert_true (name->str[0] != '-' && name->str[0] != '.' && name->len <= 64);
    }
}

/* The encoders by themselves, with values that no option would let through. */
static void
test_pppd_writer (void)
{
  guint written = 0;

  for (guint i = 0; i < 10 * ROUNDS; i++)
    {
      g_autoptr (GString) value = make_hostile (BYWAY_OPTION_SECRET, NULL);
      BywayPppdWriter *writer = byway_pppd_writer_new ();
      g_autofree char *text = NULL;
      g_auto (GStrv) words = NULL;

      byway_pppd_writer_word (writer, "ipparam", value->str);
      byway_pppd_writer_option (writer, "noauth");
      text = byway_pppd_writer_finish (writer);
      g_assert_cmpint (text == NULL, ==, value->len > BYWAY_PPPD_WORD_MAX);
      if (text == NULL)
        continue;
      written++;
      words = pppd_words (text);
      g_assert_nonnull (words);
      g_assert_cmpuint (g_strv_length (words), ==, 3);
      g_assert_cmpstr (words[0], ==, "ipparam");
      g_assert_cmpstr (words[1], ==, value->str);
      g_assert_cmpstr (words[2], ==, "noauth");
    }
  g_assert_cmpuint (written, >, ROUNDS);
}

static void
check_xl2tpd_path (const char *path, guint *written)
{
  BywayXl2tpdWriter *writer = byway_xl2tpd_writer_new ();
  g_autofree char *text = NULL, *expected = g_strconcat ("xl2tpd/lac c/pppoptfile=", path, NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);

  byway_xl2tpd_writer_section (writer, "lac c");
  byway_xl2tpd_writer_path (writer, "pppoptfile", path);
  byway_xl2tpd_writer_flag (writer, "redial", FALSE);
  text = byway_xl2tpd_writer_finish (writer);
  if (text == NULL)
    return;
  ++*written;
  g_assert_true (read_xl2tpd (text, entries));
  g_assert_cmpuint (entries->len, ==, 3);
  g_assert_cmpstr (entries->pdata[1], ==, expected);
  g_assert_cmpstr (entries->pdata[2], ==, "xl2tpd/lac c/redial=no");
}

static void
test_xl2tpd_writer (void)
{
  guint written = 0;

  for (guint i = 0; i < 10 * ROUNDS; i++)
    {
      g_autoptr (GString) path = make_hostile (BYWAY_OPTION_BOOL, NULL);

      g_string_prepend (path, "/run/byway/");
      check_xl2tpd_path (path->str, &written);
    }
  g_assert_cmpuint (written, >, ROUNDS);
  g_assert_cmpuint (written, <, 9 * ROUNDS);
}

/* The readers of this test see what the real programs were seen to see. */
static void
test_readers (void)
{
  static const char *const bad[] = { "\"open", "a\\0", "a\\x \n", "\"\"", "a\\" };
  g_auto (GStrv) words = pppd_words ("user \"x\" plugin /e.so\nq\"uo\"'te d' a#b c\n\\\n "
                                     "\"DOM\\tom\" \"a\nb\" \\101\\x42\\8 # c\n\"\"\n");
  static const char *const expected[]
      = { "user", "x", "plugin", "/e.so", "quote d", "a", "DOM\tom", "a\nb", "AB8", "", NULL };
  g_autofree char *endless = g_strnfill (1024, 'x');
  g_autofree char *assignment = g_strconcat ("[lac x]\nlns = ", endless, "\n", NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (words);
  g_assert_true (g_strv_equal ((const char *const *)words, expected));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (pppd_words (bad[i]));
  g_assert_null (pppd_words (endless));
  g_assert_true (
      read_xl2tpd ("; no\n[lac \"x\"]; y\n lns=\t192.0.2.1 ; z\n\na b = c = d\xc3\xa9", entries));
  g_assert_cmpuint (entries->len, ==, 3);
  g_assert_cmpstr (entries->pdata[0], ==, "xl2tpd/lac \"x\"=");
  g_assert_cmpstr (entries->pdata[1], ==, "xl2tpd/lac \"x\"/lns=192.0.2.1");
  g_assert_cmpstr (entries->pdata[2], ==, "xl2tpd/lac \"x\"/a b=c = d");
  g_assert_false (read_xl2tpd (assignment, entries));
  g_assert_false (read_xl2tpd ("lns = x\n", entries));
}

int
main (int argc, char **argv)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/injection/readers", test_readers);
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat ("/injection/option/", options[i].key, NULL);
      g_autofree char *secret = g_strconcat ("/injection/secret/", options[i].key, NULL);

      g_test_add_data_func (path, &options[i], test_option);
      if (options[i].type == BYWAY_OPTION_SECRET)
        g_test_add_data_func (secret, &options[i], test_secret);
    }
  g_test_add_func ("/injection/switches", test_switches);
  g_test_add_func ("/injection/secret-keys", test_secret_keys);
  g_test_add_func ("/injection/keys", test_keys);
  g_test_add_func ("/injection/names", test_names);
  g_test_add_func ("/injection/pppd-writer", test_pppd_writer);
  g_test_add_func ("/injection/xl2tpd-writer", test_xl2tpd_writer);
  return g_test_run ();
}
