/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-vici.h"

#include <string.h>

static BywayViciNode *
parse (GBytes *message)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  BywayViciNode *root = byway_vici_parse (data, length, &error);

  g_assert_no_error (error);
  g_assert_nonnull (root);
  return root;
}

static void
assert_text (const BywayViciNode *node, const char *path, const char *wanted)
{
  g_autofree char *text = byway_vici_node_dup_text (node, path);

  g_assert_cmpstr (text, ==, wanted);
}

/* A value, a list and a section in a section. */
static void
fill (BywayViciBuilder *builder)
{
  byway_vici_add_value (builder, "v", "x");
  byway_vici_add_list (builder, "l", (const char *[]){ "a", "", NULL });
  byway_vici_begin_section (builder, "s");
  byway_vici_add_valuef (builder, "n", "%us", 42u);
  byway_vici_begin_section (builder, "t");
  byway_vici_add_bytes (builder, "data", "\0\xff", 2);
  byway_vici_end_section (builder);
  byway_vici_end_section (builder);
}

static const guint8 filled[] = "\3\1v\0\1x\4\1l\5\0\1a\5\0\0\6\1\1s\3\1n\0\003"
                               "42s\1\1t\3\4data\0\2\0\xff\2\2"; /* without the literal's NUL */

static void
test_round_trip (gconstpointer secret)
{
  BywayViciBuilder *builder = byway_vici_builder_new (secret != NULL);
  g_autoptr (GBytes) message = NULL;
  g_autoptr (BywayViciNode) root = NULL;
  const BywayViciNode *node;
  gsize length;
  const guint8 *data;

  fill (builder);
  message = byway_vici_builder_finish (builder, NULL);
  g_assert_nonnull (message);
  data = g_bytes_get_data (message, &length);
  g_assert_cmpmem (data, length, filled, sizeof filled - 1);

  root = parse (message);
  g_assert_cmpint (root->kind, ==, BYWAY_VICI_SECTION);
  g_assert_cmpuint (root->children->len, ==, 3);
  assert_text (root, "v", "x");
  assert_text (root, "s/n", "42s");
  node = byway_vici_node_find (root, "l");
  g_assert_cmpint (node->kind, ==, BYWAY_VICI_LIST);
  g_assert_cmpuint (node->children->len, ==, 2);
  assert_text (node->children->pdata[0], "", "a");
  assert_text (node->children->pdata[1], "", "");
  node = byway_vici_node_find (root, "s/t/data");
  data = g_bytes_get_data (node->value, &length);
  g_assert_cmpmem (data, length, "\0\xff", 2);
}

static void
test_empty (void)
{
  g_autoptr (GBytes) message = byway_vici_builder_finish (byway_vici_builder_new (FALSE), NULL);
  g_autoptr (BywayViciNode) root = NULL;
  g_autofree char *text = byway_vici_to_string (message);

  g_assert_cmpuint (g_bytes_get_size (message), ==, 0);
  root = parse (message);
  g_assert_cmpuint (root->children->len, ==, 0);
  g_assert_cmpstr (text, ==, "");
}

/* The longest that fit, and a message that outgrows its first memory many times. */
static void
test_limits (gconstpointer secret)
{
  g_autofree char *name = g_strnfill (255, 'n');
  g_autofree char *value = g_strnfill (G_MAXUINT16, 'v');
  BywayViciBuilder *builder = byway_vici_builder_new (secret != NULL);
  g_autoptr (GBytes) message = NULL;
  g_autoptr (BywayViciNode) root = NULL;

  for (guint i = 0; i < 7; i++)
    byway_vici_add_value (builder, name, value);
  byway_vici_add_value (builder, "last", "1");
  message = byway_vici_builder_finish (builder, NULL);
  g_assert_nonnull (message);
  root = parse (message);
  assert_text (root, name, value);
  assert_text (root, "last", "1");
}

/* Frees the builder. */
static void
assert_refused (BywayViciBuilder *builder, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (byway_vici_builder_finish (builder, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_builder_refuses (gconstpointer secret)
{
  g_autofree char *name = g_strnfill (256, 'n');
  g_autofree char *value = g_strnfill (G_MAXUINT16 + 1, 'v');
  BywayViciBuilder *builder[7];

  for (guint i = 0; i < G_N_ELEMENTS (builder); i++)
    builder[i] = byway_vici_builder_new (secret != NULL);
  byway_vici_add_value (builder[0], name, "x");
  assert_refused (builder[0], "name");
  byway_vici_begin_section (builder[1], name);
  byway_vici_end_section (builder[1]);
  assert_refused (builder[1], "name");
  byway_vici_add_list (builder[2], "", (const char *[]){ NULL });
  assert_refused (builder[2], "name");
  byway_vici_add_value (builder[3], "v", value);
  byway_vici_add_value (builder[3], "v", "x"); /* nothing heals it */
  assert_refused (builder[3], "value");
  byway_vici_add_list (builder[4], "l", (const char *[]){ value, NULL });
  assert_refused (builder[4], "value");
  byway_vici_begin_section (builder[5], "s");
  assert_refused (builder[5], "does not end");
  byway_vici_end_section (builder[6]);
  byway_vici_begin_section (builder[6], "s");
  assert_refused (builder[6], "never began");
}

static void
test_builder_first_error (void)
{
  g_autofree char *name = g_strnfill (256, 'n');
  g_autofree char *value = g_strnfill (G_MAXUINT16, 'v');
  BywayViciBuilder *builder = byway_vici_builder_new (FALSE);

  byway_vici_end_section (builder);
  byway_vici_add_value (builder, name, "x");
  assert_refused (builder, "never began");

  builder = byway_vici_builder_new (FALSE);
  for (guint i = 0; i < 9; i++)
    byway_vici_add_value (builder, "v", value);
  byway_vici_add_value (builder, name, "x");
  assert_refused (builder, "too long");
}

#define BYTES(text)                                                                                \
  {                                                                                                \
    (const guint8 *)text, sizeof text - 1                                                          \
  }

static const struct
{
  const guint8 *data;
  gsize length;
} malformed[] = {
  BYTES ("\0"),                         /* no such type */
  BYTES ("\7\1a"),                      /* nor this */
  BYTES ("\2"),                         /* an end without beginning */
  BYTES ("\1\1s\2\2"),                  /* one too many */
  BYTES ("\1\1s"),                      /* no end */
  BYTES ("\1\1s\3\1v\0\1x"),            /* nor here */
  BYTES ("\3"),                         /* no name */
  BYTES ("\3\2v"),                      /* a name cut short */
  BYTES ("\3\1v"),                      /* no value */
  BYTES ("\3\1v\0"),                    /* half a length */
  BYTES ("\3\1v\0\2x"),                 /* a value cut short */
  BYTES ("\3\1v\xff\xff"),              /* the same, far beyond */
  BYTES ("\3\1v\0\1xy"),                /* rubbish behind */
  BYTES ("\4\1l"),                      /* a list without end */
  BYTES ("\4\1l\5\0\1x"),               /* the same */
  BYTES ("\4\1l\5\0\2x\6"),             /* an item that swallows the end */
  BYTES ("\4\1l\3\1v\0\1x\6"),          /* a pair in a list */
  BYTES ("\4\1l\1\1s\2\6"),             /* a section in a list */
  BYTES ("\4\1l\4\1m\6\6"),             /* a list in a list */
  BYTES ("\5\0\1x"),                    /* an item in no list */
  BYTES ("\6"),                         /* the end of no list */
  BYTES ("\1\1s\4\1l\2\6"),             /* crosswise */
  BYTES ("\x7f\x45\x4c\x46\1\1\1\0\0"), /* another format */
};

static void
assert_malformed (const guint8 *data, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (byway_vici_parse (data, length, &error));
  g_assert_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED);
}

static void
test_malformed (void)
{
  g_autofree guint8 *endless = g_malloc0 (2000000);

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      /* Exactly as long as it is, for sanitizers. */
      g_autofree guint8 *copy = g_memdup2 (malformed[i].data, malformed[i].length);

      g_test_message ("malformed %u", i);
      assert_malformed (copy, malformed[i].length);
    }
  for (guint i = 0; i + 3 < 2000000; i += 4)
    memcpy (endless + i, "\4\1l\6", 4);
  assert_malformed (endless, 2000000);
}

/* What is cut short is refused, unless the cut is between the root's elements. */
static void
test_cut (void)
{
  static const gsize fine[] = { 0, 6, 17 };
  guint good = 0;

  for (gsize length = 0; length < sizeof filled - 1; length++)
    {
      g_autofree guint8 *copy = g_memdup2 (filled, length);
      g_autoptr (BywayViciNode) root = byway_vici_parse (copy, length, NULL);

      if (root != NULL)
        {
          g_assert_cmpuint (good, <, G_N_ELEMENTS (fine));
          g_assert_cmpuint (length, ==, fine[good++]);
        }
    }
  g_assert_cmpuint (good, ==, G_N_ELEMENTS (fine));
}

static GBytes *
nested (guint depth)
{
  BywayViciBuilder *builder = byway_vici_builder_new (FALSE);

  for (guint i = 0; i < depth; i++)
    byway_vici_begin_section (builder, "s");
  for (guint i = 0; i < depth; i++)
    byway_vici_end_section (builder);
  return byway_vici_builder_finish (builder, NULL);
}

static void
test_depth (void)
{
  g_autoptr (GBytes) deepest = nested (16);
  g_autoptr (GBytes) deeper = nested (17);
  g_autoptr (GBytes) abyss = nested (50000);
  g_autoptr (BywayViciNode) root = parse (deepest);

  g_assert_nonnull (byway_vici_node_find (root, "s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s"));
  g_assert_null (byway_vici_node_find (root, "s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s"));
  assert_malformed (g_bytes_get_data (deeper, NULL), g_bytes_get_size (deeper));
  assert_malformed (g_bytes_get_data (abyss, NULL), g_bytes_get_size (abyss));
}

static void
test_find (void)
{
  static const guint8 message[]
      = "\3\1v\0\1x\3\1v\0\1y\1\2vv\3\1v\0\1z\2\3\1b\0\2a\xff\3\1e\0\0\4\1l\5\0\1a\6\3\2\xff"
        "a\0\1q";
  g_autoptr (GBytes) bytes = g_bytes_new_static (message, sizeof message - 1);
  g_autoptr (BywayViciNode) root = parse (bytes);

  g_assert_true (byway_vici_node_find (root, "") == root);
  g_assert_null (byway_vici_node_find (root, "nothing"));
  g_assert_null (byway_vici_node_find (root, "v/v"));
  g_assert_null (byway_vici_node_find (root, "l/a"));
  g_assert_null (byway_vici_node_find (root, "/v"));
  g_assert_null (byway_vici_node_find (root, "vv/nothing/v"));
  assert_text (root, "v", "x"); /* the first */
  assert_text (root, "vv/v", "z");
  assert_text (root, "b", "a\xef\xbf\xbd");
  assert_text (root,
               "\xef\xbf\xbd"
               "a",
               "q");
  assert_text (root, "e", "");
  assert_text (root, "l", NULL);
  assert_text (root, "vv", NULL);
  assert_text (root, "nothing", NULL);
}

static void
test_to_string (void)
{
  BywayViciBuilder *builder = byway_vici_builder_new (TRUE);
  g_autoptr (GBytes) message = NULL;
  g_autofree char *text = NULL;

  byway_vici_add_value (builder, "data", "hush-1");
  byway_vici_begin_section (builder, "deeper");
  byway_vici_add_value (builder, "data", "hush-2");
  byway_vici_add_value (builder, "database", "shown");
  byway_vici_end_section (builder);
  byway_vici_add_list (builder, "owners", (const char *[]){ "192.0.2.1", "fqdn:vpn", NULL });
  message = byway_vici_builder_finish (builder, NULL);
  text = byway_vici_to_string (message);
  g_assert_cmpstr (text, ==,
                   "data = (hidden)\n"
                   "deeper {\n"
                   "  data = (hidden)\n"
                   "  database = shown\n"
                   "}\n"
                   "owners [\n"
                   "  192.0.2.1\n"
                   "  fqdn:vpn\n"
                   "]\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/vici/round-trip", NULL, test_round_trip);
  g_test_add_data_func ("/vici/round-trip-secret", "secret", test_round_trip);
  g_test_add_func ("/vici/empty", test_empty);
  g_test_add_data_func ("/vici/limits", NULL, test_limits);
  g_test_add_data_func ("/vici/limits-secret", "secret", test_limits);
  g_test_add_data_func ("/vici/builder-refuses", NULL, test_builder_refuses);
  g_test_add_data_func ("/vici/builder-refuses-secret", "secret", test_builder_refuses);
  g_test_add_func ("/vici/builder-first-error", test_builder_first_error);
  g_test_add_func ("/vici/malformed", test_malformed);
  g_test_add_func ("/vici/cut", test_cut);
  g_test_add_func ("/vici/depth", test_depth);
  g_test_add_func ("/vici/find", test_find);
  g_test_add_func ("/vici/to-string", test_to_string);
  return g_test_run ();
}
