/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-cert.h"

#include "byway-cert-check.h"
#include "byway-credentials.h"

#include <glib/gi18n.h>

static int
days_left (const BywayCert *cert)
{
  return byway_cert_days_left (cert, g_get_real_time () / G_USEC_PER_SEC);
}

static void
print_authorities (const BywayCredential *credential)
{
  for (guint i = 0; i < credential->authorities->len; i++)
    {
      g_autoptr (BywayCert) cert = byway_cert_new (credential->authorities->pdata[i]);
      g_autofree char *date = byway_cert_date (cert->expires);

      g_print (_ ("Authority    %s, valid until %s\n"), cert->subject, date);
    }
}

static void
print_remarks (const BywayCredential *credential)
{
  g_auto (GStrv) remarks = byway_credentials_remarks (credential);

  for (char **remark = remarks; *remark != NULL; remark++)
    g_print ("%s\n", *remark);
}

void
byway_cli_cert_print (const BywayCredential *credential)
{
  g_autoptr (BywayCert) cert = byway_cert_new (credential->certificate);
  g_autofree char *begins = byway_cert_date (cert->begins);
  g_autofree char *expires = byway_cert_date (cert->expires);
  g_autofree char *names = g_strjoinv (", ", cert->names);

  g_print (_ ("Certificate  %s\n"), cert->subject);
  g_print (_ ("Issued by    %s\n"), cert->issuer);
  g_print (_ ("Valid        %s to %s\n"), begins, expires);
  g_print (credential->key != NULL ? _ ("Key          %s, belongs to it\n")
                                   : _ ("Key          %s, on a token\n"),
           cert->key_type);
  if (*names != '\0')
    g_print (_ ("Names        %s\n"), names);
  print_authorities (credential);
  print_remarks (credential);
}

static GStrv
authority_names (const BywayCredential *credential)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < credential->authorities->len; i++)
    {
      g_autoptr (BywayCert) cert = byway_cert_new (credential->authorities->pdata[i]);

      g_strv_builder_add (names, cert->subject);
    }
  return g_strv_builder_end (names);
}

GVariant *
byway_cli_cert_describe (const BywayCredential *credential, const char *name)
{
  g_autoptr (BywayCert) cert = byway_cert_new (credential->certificate);
  g_autofree char *begins = byway_cert_date (cert->begins);
  g_autofree char *expires = byway_cert_date (cert->expires);
  g_auto (GStrv) authorities = authority_names (credential);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", name);
  g_variant_dict_insert (&dict, "subject", "s", cert->subject);
  g_variant_dict_insert (&dict, "issuer", "s", cert->issuer);
  g_variant_dict_insert (&dict, "begins", "s", begins);
  g_variant_dict_insert (&dict, "expires", "s", expires);
  g_variant_dict_insert (&dict, "days-left", "i", days_left (cert));
  g_variant_dict_insert (&dict, "key", "s", cert->key_type);
  g_variant_dict_insert (&dict, "token", "b", credential->key == NULL);
  g_variant_dict_insert (&dict, "names", "^as", cert->names);
  g_variant_dict_insert (&dict, "authorities", "^as", authorities);
  g_variant_dict_insert (&dict, "signed-by-authority", "b", byway_cert_is_signed (credential));
  return g_variant_dict_end (&dict);
}
