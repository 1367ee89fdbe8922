/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-libreswan-conf.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What was read, written, is read again, the same; and no program is named in it. */
static void
try_reader (const char *text)
{
  g_autofree char *name = NULL;
  g_autofree char *again_name = NULL;
  g_autofree char *again_text = NULL;
  g_auto (GStrv) pairs = byway_libreswan_conf_read (text, &name);
  g_auto (GStrv) again = NULL;
  BywayLibreswanWriter *writer;

  if (pairs == NULL)
    return;
  writer = byway_libreswan_writer_new (name);
  for (char **pair = pairs; *pair != NULL; pair += 2)
    {
      g_assert_true (strcmp (pair[0], "leftupdown") != 0 || strcmp (pair[1], "%disabled") == 0);
      byway_libreswan_writer_text (writer, pair[0], pair[1], pair[0]);
    }
  again_text = byway_libreswan_writer_finish (writer, NULL);
  if (again_text == NULL)
    return; /* bare words may be longer than text */
  again = byway_libreswan_conf_read (again_text, &again_name);
  g_assert_nonnull (again);
  g_assert_cmpstr (name, ==, again_name);
  g_assert_true (g_strv_equal ((const char *const *)pairs, (const char *const *)again));
}

/* The input as a file of somebody's, and as a value among words of ours. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  BywayLibreswanWriter *writer = byway_libreswan_writer_new ("byway-0");
  g_autofree char *file = NULL;
  g_autofree char *name = NULL;
  g_auto (GStrv) pairs = NULL;

  try_reader (text);
  byway_libreswan_writer_text (writer, "leftid", text, "local-id");
  byway_libreswan_writer_word (writer, "leftupdown", "%disabled");
  file = byway_libreswan_writer_finish (writer, NULL);
  if (file == NULL)
    return 0;
  pairs = byway_libreswan_conf_read (file, &name);
  g_assert_nonnull (pairs);
  g_assert_cmpuint (g_strv_length (pairs), ==, 4);
  g_assert_cmpstr (pairs[1], ==, text);
  g_assert_cmpstr (pairs[3], ==, "%disabled");
  return 0;
}
