/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-peer-conf.h"

#include <string.h>

#define HEAD "[connection]\nid=x\n[vpn]\ngateway=vpn.example.net\nipsec-enabled=true\n"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read is written and read again; from then on nothing changes. */
static void
try_file (const char *data, gsize size)
{
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywayPeerConf) conf = byway_peer_conf_from_data (data, size, &issues);
  g_autoptr (BywayPeerConf) again = NULL;
  g_autoptr (GHashTable) settings = NULL;
  g_autofree char *text = NULL, *twice = NULL;

  if (conf == NULL)
    {
      g_assert_cmpuint (issues->len, >, 0);
      return;
    }
  settings = byway_peer_conf_to_settings (conf);
  text = byway_peer_conf_to_data (conf, TRUE);
  again = byway_peer_conf_from_data (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (again->plain, ==, conf->plain);
  twice = byway_peer_conf_to_data (again, TRUE);
  g_assert_cmpstr (twice, ==, text);
}

/* The input as a whole file, and as lines behind those of a good one. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) file = g_string_new (HEAD);

  try_file ((const char *)data, size);
  g_string_append_len (file, (const char *)data, size);
  try_file (file->str, file->len);
  return 0;
}
