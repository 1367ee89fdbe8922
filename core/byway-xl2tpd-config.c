/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd-config.h"

#include <string.h>

struct _BywayXl2tpdWriter
{
  GString *text;
  gboolean failed;
};

BywayXl2tpdWriter *
byway_xl2tpd_writer_new (void)
{
  BywayXl2tpdWriter *writer = g_new0 (BywayXl2tpdWriter, 1);

  writer->text = g_string_new (NULL);
  return writer;
}

void
byway_xl2tpd_writer_section (BywayXl2tpdWriter *writer, const char *section)
{
  g_string_append_printf (writer->text, "[%s]\n", section);
}

void
byway_xl2tpd_writer_flag (BywayXl2tpdWriter *writer, const char *key, gboolean value)
{
  g_string_append_printf (writer->text, "%s = %s\n", key, value ? "yes" : "no");
}

void
byway_xl2tpd_writer_uint (BywayXl2tpdWriter *writer, const char *key, guint value)
{
  g_string_append_printf (writer->text, "%s = %u\n", key, value);
}

void
byway_xl2tpd_writer_address (BywayXl2tpdWriter *writer, const char *key,
                             const BywayAddress *address)
{
  g_autofree char *text = NULL;

  if (address->family != 4)
    {
      writer->failed = TRUE;
      return;
    }
  text = byway_address_to_string (address);
  g_string_append_printf (writer->text, "%s = %s\n", key, text);
}

static gboolean
path_is_fit (const char *path)
{
  return path != NULL && path[0] == '/' && strlen (path) <= BYWAY_XL2TPD_VALUE_MAX
         && path[strspn (path, "/._-" G_CSET_DIGITS G_CSET_A_2_Z G_CSET_a_2_z)] == '\0';
}

void
byway_xl2tpd_writer_path (BywayXl2tpdWriter *writer, const char *key, const char *path)
{
  if (!path_is_fit (path))
    writer->failed = TRUE;
  else
    g_string_append_printf (writer->text, "%s = %s\n", key, path);
}

char *
byway_xl2tpd_writer_finish (BywayXl2tpdWriter *writer)
{
  char *text = g_string_free (writer->text, FALSE);

  if (writer->failed)
    g_clear_pointer (&text, g_free);
  g_free (writer);
  return text;
}

/* Access control without a section for servers: whoever else reaches our port is turned away.
 * "debug tunnel" gives the one line that says when our goodbye was acknowledged, "debug avp" the
 * codes with which a server refuses.
 * Left out on purpose: every key about PPP's authentication and names (each would add words to
 * pppd's command line), and "ipsec saref" (in 1.3.18 even "no" switches the kernel's L2TP off). */
char *
byway_xl2tpd_render (const BywayProfile *profile, const BywayFacts *facts)
{
  BywayXl2tpdWriter *writer = byway_xl2tpd_writer_new ();
  g_autofree char *options = g_build_filename (facts->run_dir, "options", NULL);

  byway_xl2tpd_writer_section (writer, "global");
  byway_xl2tpd_writer_uint (writer, "port", facts->local_port);
  if (byway_address_is_set (&facts->uplink.source))
    byway_xl2tpd_writer_address (writer, "listen-addr", &facts->uplink.source);
  byway_xl2tpd_writer_flag (writer, "access control", TRUE);
  byway_xl2tpd_writer_flag (writer, "debug tunnel", TRUE);
  byway_xl2tpd_writer_flag (writer, "debug avp", TRUE);
  byway_xl2tpd_writer_uint (writer, "max retries", profile->l2tp_max_retries);
  byway_xl2tpd_writer_section (writer, "lac " BYWAY_XL2TPD_LAC);
  byway_xl2tpd_writer_address (writer, "lns", &facts->uplink.server);
  byway_xl2tpd_writer_path (writer, "pppoptfile", options);
  byway_xl2tpd_writer_flag (writer, "length bit", profile->length_bit);
  if (profile->l2tp_auth)
    byway_xl2tpd_writer_flag (writer, "challenge", TRUE);
  if (profile->hidden_avps)
    byway_xl2tpd_writer_flag (writer, "hidden bit", TRUE);
  byway_xl2tpd_writer_flag (writer, "redial", FALSE);
  byway_xl2tpd_writer_flag (writer, "autodial", FALSE);
  return byway_xl2tpd_writer_finish (writer);
}

/* One line for whoever they and we are: this xl2tpd speaks to one server. */
GBytes *
byway_xl2tpd_render_secrets (const BywayProfile *profile, const BywaySecretSet *secrets)
{
  static const char before[] = "* * ", after[] = "\n";
  gsize length;
  const char *secret = secrets != NULL && profile->l2tp_auth
                           ? byway_secret_set_get (secrets, "l2tp-secret", &length)
                           : NULL;
  char *line, *end;

  if (secret == NULL)
    return NULL;
  line = byway_locked_alloc (sizeof before + length + sizeof after);
  end = mempcpy (mempcpy (mempcpy (line, before, strlen (before)), secret, length), after,
                 strlen (after));
  return g_bytes_new_with_free_func (line, (gsize)(end - line), byway_locked_free, line);
}

GStrv
byway_xl2tpd_argv (const BywayProfile *profile, const BywayFacts *facts)
{
  static const struct
  {
    const char *option, *file;
  } files[] = {
    { "-c", "xl2tpd.conf" },
    { "-s", "secrets" },
    { "-p", "xl2tpd.pid" },
    { "-C", "control" },
  };
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();

  g_strv_builder_add (argv, "xl2tpd");
  g_strv_builder_add (argv, "-D");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (facts->run_dir, files[i].file, NULL);
      gboolean secret = profile->l2tp_auth && strcmp (files[i].option, "-s") == 0;

      g_strv_builder_add (argv, files[i].option);
      g_strv_builder_add (argv, secret ? BYWAY_XL2TPD_SECRETS_PATH : path);
    }
  return g_strv_builder_end (argv);
}
