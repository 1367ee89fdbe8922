/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-examination.h"
#include "byway-json.h"

#include <string.h>

/* The objects as our own command prints them. */
static GVariant *
read_object (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *object = byway_json_read_object (text, &error);

  g_assert_no_error (error);
  return object;
}

static void
assert_line (GPtrArray *lines, guint i, BywayVerdict verdict, const char *words, const char *fix)
{
  const BywayExamined *examined;

  g_assert_cmpuint (i, <, lines->len);
  examined = g_ptr_array_index (lines, i);
  g_assert_cmpint (examined->verdict, ==, verdict);
  if (strstr (examined->sentence, words) == NULL)
    g_error ("“%s” lacks “%s”", examined->sentence, words);
  g_assert_cmpstr (examined->fix, ==, fix);
}

static void
test_machine (void)
{
  g_autoptr (GVariant) object = read_object (
      "{\"checks\":[{\"id\":\"a\",\"verdict\":\"problem\",\"sentence\":\"No pppd.\",\"fix\":\"get "
      "it\"},"
      "{\"id\":\"b\",\"verdict\":\"ok\",\"sentence\":\"Fine.\",\"fix\":\"\"},"
      "{\"id\":\"c\",\"verdict\":\"of tomorrow\",\"sentence\":\"Hm.\",\"fix\":\"\"}, 17],"
      "\"conclusion\":\"No.\"}");
  g_autoptr (GPtrArray) lines = byway_examination_of_machine (object);

  g_assert_cmpuint (lines->len, ==, 3);
  assert_line (lines, 0, BYWAY_VERDICT_PROBLEM, "No pppd.", "get it");
  assert_line (lines, 1, BYWAY_VERDICT_OK, "Fine.", NULL);
  assert_line (lines, 2, BYWAY_VERDICT_UNKNOWN, "Hm.", NULL);
  g_assert_cmpstr (byway_examination_conclusion (object), ==, "No.");
}

#define HEAD "{\"host\":\"vpn\",\"address\":\"192.0.2.1\",\"answers\":true,\"nat-t\":true,"

static void
test_server (void)
{
  g_autoptr (GVariant) object
      = read_object (HEAD "\"accepted\":[{\"ike\":\"aes256-sha256-modp2048\",\"weak\":false},"
                          "{\"ike\":\"3des-sha1-modp1024\",\"weak\":true}],"
                          "\"proposal\":\"aes256-sha256-modp2048\",\"other-login\":\"\"}");
  g_autoptr (GPtrArray) lines = byway_examination_of_server (object);
  g_auto (GStrv) accepted = byway_examination_accepted (object);

  g_assert_cmpuint (lines->len, ==, 2);
  assert_line (lines, 0, BYWAY_VERDICT_OK, "vpn (192.0.2.1) answers", NULL);
  assert_line (lines, 1, BYWAY_VERDICT_OK, "aes256-sha256-modp2048, 3des-sha1-modp1024", NULL);
  g_assert_cmpstr (byway_examination_proposal (object), ==, "aes256-sha256-modp2048");
  g_assert_cmpstr (accepted[1], ==, "3des-sha1-modp1024");
}

static void
test_server_weak (void)
{
  g_autoptr (GVariant) object = read_object (
      HEAD "\"accepted\":[{\"ike\":\"des-md5-modp768\",\"weak\":true}],\"proposal\":\"\"}");
  g_autoptr (GPtrArray) lines = byway_examination_of_server (object);

  g_assert_cmpuint (lines->len, ==, 3);
  assert_line (lines, 1, BYWAY_VERDICT_WARNING, "weak algorithms only: des-md5-modp768",
               "ask the server’s administrator for aes256-sha256-modp2048");
  assert_line (lines, 2, BYWAY_VERDICT_PROBLEM, "None of these", NULL);
}

static void
test_server_refuses (void)
{
  g_autoptr (GVariant) by_name
      = read_object (HEAD "\"accepted\":[],\"other-login\":\"certificates\"}");
  g_autoptr (GVariant) by_nothing = read_object (HEAD "\"accepted\":[],\"other-login\":\"\"}");
  g_autoptr (GVariant) silent = read_object ("{\"host\":\"vpn\",\"answers\":false}");
  g_autoptr (GVariant) nothing = read_object ("{}");
  g_autoptr (GPtrArray) lines = byway_examination_of_server (by_name);

  assert_line (lines, 1, BYWAY_VERDICT_PROBLEM, "takes them by certificates", NULL);
  g_ptr_array_unref (lines);
  lines = byway_examination_of_server (by_nothing);
  assert_line (lines, 1, BYWAY_VERDICT_PROBLEM, "refuses everything", NULL);
  g_ptr_array_unref (lines);
  lines = byway_examination_of_server (silent);
  g_assert_cmpuint (lines->len, ==, 1);
  assert_line (lines, 0, BYWAY_VERDICT_PROBLEM, "vpn does not answer", NULL);
  g_ptr_array_unref (lines);
  lines = byway_examination_of_server (nothing);
  g_assert_cmpuint (lines->len, ==, 1);
}

static void
test_rubbish (void)
{
  static const char *const texts[] = { "", "[]", "17", "\"{}\"", "{", "{\"a\":}", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (byway_json_read_object (texts[i], &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/examination/machine", test_machine);
  g_test_add_func ("/examination/server", test_server);
  g_test_add_func ("/examination/server-weak", test_server_weak);
  g_test_add_func ("/examination/server-refuses", test_server_refuses);
  g_test_add_func ("/examination/rubbish", test_rubbish);
  return g_test_run ();
}
