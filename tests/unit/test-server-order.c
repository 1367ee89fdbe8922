/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-server-order.h"

static GArray *
parse (const char *texts)
{
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  g_auto (GStrv) words = g_strsplit (texts, " ", -1);

  for (char **word = words; *word != NULL && **word != '\0'; word++)
    {
      BywayAddress address;

      g_assert_true (byway_address_parse (*word, &address));
      g_array_append_val (addresses, address);
    }
  return addresses;
}

static char *
print (GArray *addresses)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) texts = NULL;

  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *text = byway_address_to_string (&g_array_index (addresses, BywayAddress, i));

      g_strv_builder_add (words, text);
    }
  texts = g_strv_builder_end (words);
  return g_strjoinv (" ", texts);
}

static const struct
{
  const char *name, *addresses, *tried, *avoided, *order;
} cases[] = {
  { "one", "192.0.2.1", "", "", "192.0.2.1" },
  { "as-given", "192.0.2.2 192.0.2.1", "", "", "192.0.2.2 192.0.2.1" },
  { "tried-are-left-out", "192.0.2.1 192.0.2.2 192.0.2.3", "192.0.2.2", "", "192.0.2.1 192.0.2.3" },
  { "all-tried", "192.0.2.1 192.0.2.2", "192.0.2.2 192.0.2.1", "", "" },
  { "avoided-comes-last", "192.0.2.1 192.0.2.2", "", "192.0.2.1", "192.0.2.2 192.0.2.1" },
  { "avoided-is-all-there-is", "192.0.2.1", "", "192.0.2.1", "192.0.2.1" },
  { "avoided-and-tried", "192.0.2.1 192.0.2.2", "192.0.2.1", "192.0.2.1", "192.0.2.2" },
  { "avoided-is-not-the-server's-any-more", "192.0.2.2", "", "192.0.2.1", "192.0.2.2" },
  { "twice-the-same", "192.0.2.1 192.0.2.1", "", "", "192.0.2.1" },
  { "ipv6-is-left-out", "2001:db8::1 192.0.2.1", "", "2001:db8::1", "192.0.2.1" },
};

static void
test_order (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GArray) addresses = parse (cases[i].addresses);
  g_autoptr (GArray) tried = parse (cases[i].tried);
  g_autoptr (GArray) order = NULL;
  g_autofree char *text = NULL;
  BywayAddress avoided = { 0 };

  if (*cases[i].avoided != '\0')
    g_assert_true (byway_address_parse (cases[i].avoided, &avoided));
  order = byway_server_order (addresses, tried, &avoided);
  text = print (order);
  g_assert_cmpstr (text, ==, cases[i].order);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/server-order/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_order);
    }
  return g_test_run ();
}
