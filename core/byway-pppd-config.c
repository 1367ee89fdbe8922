/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-eap-tls.h"
#include "byway-pppd-config.h"

#include <string.h>

#define WORD_ROOM 1024 /* pppd cuts longer words, and only warns */

struct _BywayPppdWriter
{
  GString *text;
  gboolean failed;
};

/* --------------------------------------------------------------------------------- writing */

static void
append_byte (GString *word, guchar byte)
{
  if (byte == '"' || byte == '\\')
    g_string_append_printf (word, "\\%c", byte);
  else if (byte >= 0x20 && byte <= 0x7e)
    g_string_append_c (word, (char)byte);
  else
    g_string_append_printf (word, "\\%03o", byte);
}

char *
byway_pppd_quote (const char *bytes, gsize length)
{
  GString *word;

  if (length > BYWAY_PPPD_WORD_MAX || (length > 0 && memchr (bytes, '\0', length) != NULL))
    return NULL;
  word = g_string_sized_new (length + 2);
  g_string_append_c (word, '"');
  for (gsize i = 0; i < length; i++)
    append_byte (word, (guchar)bytes[i]);
  g_string_append_c (word, '"');
  return g_string_free (word, FALSE);
}

BywayPppdWriter *
byway_pppd_writer_new (void)
{
  BywayPppdWriter *writer = g_new0 (BywayPppdWriter, 1);

  writer->text = g_string_new (NULL);
  return writer;
}

void
byway_pppd_writer_option (BywayPppdWriter *writer, const char *option)
{
  g_string_append_printf (writer->text, "%s\n", option);
}

void
byway_pppd_writer_uint (BywayPppdWriter *writer, const char *option, guint value)
{
  g_string_append_printf (writer->text, "%s %u\n", option, value);
}

void
byway_pppd_writer_word (BywayPppdWriter *writer, const char *option, const char *value)
{
  g_autofree char *word = value != NULL ? byway_pppd_quote (value, strlen (value)) : NULL;

  if (word == NULL)
    writer->failed = TRUE;
  else
    g_string_append_printf (writer->text, "%s%s%s\n", option != NULL ? option : "",
                            option != NULL ? " " : "", word);
}

char *
byway_pppd_writer_finish (BywayPppdWriter *writer)
{
  char *text = g_string_free (writer->text, FALSE);

  if (writer->failed)
    g_clear_pointer (&text, g_free);
  g_free (writer);
  return text;
}

/* --------------------------------------------------------------------------------- reading */

/* As isspace() in the C locale. */
static gboolean
is_blank (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static gboolean
is_octal (char c)
{
  return c >= '0' && c <= '7';
}

/* Behind blanks, comments and escaped newlines. */
static const char *
skip_to_word (const char *p)
{
  for (;;)
    if (*p == '#')
      p += strcspn (p, "\n");
    else if (p[0] == '\\' && p[1] == '\n')
      p += 2;
    else if (is_blank (*p))
      p++;
    else
      return p;
}

static const char *
read_number (const char *p, guint *value)
{
  guint digits = 0;

  *value = 0;
  if (*p != 'x')
    for (; digits < 3 && is_octal (*p); digits++)
      *value = *value * 8 + (guint)(*p++ - '0');
  else
    for (p++; digits < 2 && g_ascii_isxdigit (*p); digits++)
      *value = *value * 16 + (guint)g_ascii_xdigit_value (*p++);
  return p;
}

/* @p is behind the backslash. Returns NULL when a NUL would come out. */
static const char *
read_escape (const char *p, GString *word)
{
  static const char names[] = "abfnrst", values[] = "\a\b\f\n\r \t";
  const char *name;
  guint value;

  if (*p == '\0')
    return NULL;
  if (*p == '\n')
    return p + 1;
  name = strchr (names, *p);
  if (name != NULL)
    value = (guchar)values[name - names];
  else if (is_octal (*p) || *p == 'x')
    p = read_number (p, &value) - 1;
  else
    value = (guchar)*p;
  if ((value & 0xff) == 0)
    return NULL;
  g_string_append_c (word, (char)value);
  return p + 1;
}

/* Returns where the word ends, or NULL when pppd would be unhappy with it. */
static const char *
read_word (const char *p, GString *word)
{
  char quote = '\0';

  while (*p != '\0' && (quote != '\0' || (!is_blank (*p) && *p != '#')))
    {
      if (*p == '\\')
        {
          p = read_escape (p + 1, word);
          if (p == NULL)
            return NULL;
          continue;
        }
      if (*p == quote)
        quote = '\0';
      else if (quote == '\0' && (*p == '"' || *p == '\''))
        quote = *p;
      else
        g_string_append_c (word, *p);
      p++;
    }
  /* An empty word as a file's last bytes is lost. */
  if (quote != '\0' || word->len >= WORD_ROOM || (*p == '\0' && word->len == 0))
    return NULL;
  return p;
}

GStrv
byway_pppd_config_read (const char *text)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *p = skip_to_word (text); *p != '\0'; p = skip_to_word (p))
    {
      g_string_truncate (word, 0);
      p = read_word (p, word);
      if (p == NULL)
        return NULL;
      g_strv_builder_add (words, word->str);
    }
  return g_strv_builder_end (words);
}

/* ------------------------------------------------------------------------------- rendering */

/* Debian's /etc/ppp/options is read before this file, so what it may have set is set back here. */
/* pppd's word for both ends: LOCAL:REMOTE. */
static void
write_peer_address (BywayPppdWriter *writer, const BywayAddress *address)
{
  g_autofree char *remote = byway_address_to_string (address);
  g_autofree char *word = g_strconcat (":", remote, NULL);

  byway_pppd_writer_word (writer, NULL, word);
}

static void
write_frame (BywayPppdWriter *writer, const BywayProfile *profile, const BywayFacts *facts)
{
  g_autofree char *ipparam = g_strconcat (BYWAY_IKE_PREFIX, facts->uuid, NULL);
  g_autofree char *no_script = g_build_filename (facts->run_dir, "none", NULL);

  byway_pppd_writer_word (writer, "plugin", facts->pppd_plugin);
  byway_pppd_writer_uint (writer, "byway-fd", BYWAY_PPPD_FD);
  if (profile->dns_auto)
    byway_pppd_writer_option (writer, "byway-peer-dns");
  if (profile->wins_auto)
    byway_pppd_writer_option (writer, "byway-peer-wins");
  if (*profile->remote_name != '\0' && profile->user_auth != BYWAY_AUTH_CERTIFICATE)
    byway_pppd_writer_word (writer, "byway-peer-name", profile->remote_name);
  byway_pppd_writer_option (writer, "noauth");
  byway_pppd_writer_option (writer, "hide-password");
  byway_pppd_writer_option (writer, "nodetach");
  byway_pppd_writer_option (writer, "nopersist");
  byway_pppd_writer_word (writer, "ipparam", ipparam);
  byway_pppd_writer_word (writer, "ip-up-script", no_script);
  byway_pppd_writer_word (writer, "ip-down-script", no_script);
  byway_pppd_writer_option (writer, "nodefaultroute");
  byway_pppd_writer_option (writer, "noproxyarp");
  byway_pppd_writer_option (writer, "noipdefault");
  if (profile->ipcp_peer_ip.family != 0)
    write_peer_address (writer, &profile->ipcp_peer_ip);
  byway_pppd_writer_option (writer, "ipcp-accept-local");
  byway_pppd_writer_option (writer, "ipcp-accept-remote");
}

/* pppd opens these when the server begins with TLS. `remotename` is compared with the common name
 * of the server's certificate. */
static void
write_eap_tls (BywayPppdWriter *writer, const BywayProfile *profile)
{
  static const char *const options[]
      = { [BYWAY_EAP_TLS_CERT] = "cert", [BYWAY_EAP_TLS_KEY] = "key", [BYWAY_EAP_TLS_CA] = "ca" };

  byway_pppd_writer_uint (writer, "byway-eap-tls", BYWAY_EAP_TLS_FD);
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES; i++)
    {
      g_autofree char *path = byway_eap_tls_path (i);

      byway_pppd_writer_word (writer, options[i], path);
    }
  if (*profile->remote_name != '\0')
    byway_pppd_writer_word (writer, "remotename", profile->remote_name);
}

static void
write_negotiation (BywayPppdWriter *writer, const BywayProfile *profile)
{
  gboolean eap_tls = profile->user_auth == BYWAY_AUTH_CERTIFICATE; /* and nothing else then */
  gboolean ccp = profile->bsdcomp || profile->deflate || profile->mppe != BYWAY_MPPE_NO;
  const struct
  {
    gboolean wanted;
    const char *option;
  } options[] = {
    { TRUE, profile->ipv6 ? "+ipv6" : "noipv6" },
    { !ccp, "noccp" },
    { ccp && !profile->bsdcomp, "nobsdcomp" },
    { ccp && !profile->deflate, "nodeflate" },
    { profile->mppe == BYWAY_MPPE_ANY, "require-mppe" },
    { profile->mppe == BYWAY_MPPE_40, "require-mppe-40" },
    { profile->mppe == BYWAY_MPPE_128, "require-mppe-128" },
    { profile->mppe != BYWAY_MPPE_NO && profile->mppe_stateful, "mppe-stateful" },
    { profile->mrru > 0, "multilink" },
    { !profile->pcomp, "nopcomp" },
    { !profile->accomp, "noaccomp" },
    { !profile->vj_comp, "novj" },
    /* who answers there with a password is not looked at */
    { (profile->refuse_eap || *profile->remote_name != '\0') && !eap_tls, "refuse-eap" },
    { !byway_profile_allows_pap (profile) || eap_tls, "refuse-pap" },
    { profile->refuse_chap || eap_tls, "refuse-chap" },
    { profile->refuse_mschap || eap_tls, "refuse-mschap" },
    { profile->refuse_mschapv2 || eap_tls, "refuse-mschap-v2" },
    { TRUE, "silent" }, /* the plugin says why */
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].wanted)
      byway_pppd_writer_option (writer, options[i].option);
}

static void
write_numbers (BywayPppdWriter *writer, const BywayProfile *profile)
{
  const struct
  {
    const char *option;
    guint value;
  } numbers[] = {
    { "mtu", profile->mtu },
    { "mru", profile->mru },
    { "lcp-restart", 1 },
    { "lcp-max-configure", 30 },
    { "lcp-max-terminate", 1 }, /* its answer comes while IPsec is still there */
    { "ipcp-restart", 1 },
    { "ipcp-max-configure", 30 },
    { "pap-restart", 1 },
    { "pap-max-authreq", 30 },
    { "lcp-echo-interval", profile->lcp_echo_interval },
    { "lcp-echo-failure", profile->lcp_echo_failure },
    { "child-timeout", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    byway_pppd_writer_uint (writer, numbers[i].option, numbers[i].value);
  if (profile->mrru > 0)
    byway_pppd_writer_uint (writer, "mrru", profile->mrru);
}

char *
byway_pppd_render (const BywayProfile *profile, const BywayFacts *facts)
{
  BywayPppdWriter *writer = byway_pppd_writer_new ();

  write_frame (writer, profile, facts);
  if (profile->user_auth == BYWAY_AUTH_CERTIFICATE)
    write_eap_tls (writer, profile);
  write_negotiation (writer, profile);
  write_numbers (writer, profile);
  return byway_pppd_writer_finish (writer);
}
