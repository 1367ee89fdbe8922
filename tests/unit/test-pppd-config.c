/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-config.h"

#include <string.h>

#define ROUNDS 200000

/* One value in a file with options of ours around it comes back, and nothing else does. */
static void
check_round_trip (const char *bytes, gsize length)
{
  g_autofree char *word = byway_pppd_quote (bytes, length);
  g_autofree char *text = g_strdup_printf ("noauth\nipparam %s\nmtu 1400\n", word);
  g_auto (GStrv) words = byway_pppd_config_read (text);

  g_assert_nonnull (words);
  g_assert_cmpuint (g_strv_length (words), ==, 5);
  g_assert_cmpstr (words[0], ==, "noauth");
  g_assert_cmpstr (words[1], ==, "ipparam");
  g_assert_cmpmem (words[2], strlen (words[2]), bytes, length);
  g_assert_cmpstr (words[3], ==, "mtu");
  g_assert_cmpstr (words[4], ==, "1400");
}

static void
test_round_trip (void)
{
  static const char special[] = "\"'\\# \n\t\rx07n";
  char bytes[BYWAY_PPPD_WORD_MAX];

  for (guint round = 0; round < ROUNDS; round++)
    {
      gsize length = (gsize)g_test_rand_int_range (0, round % 100 == 0 ? sizeof bytes + 1 : 24);

      for (gsize i = 0; i < length; i++)
        bytes[i] = g_test_rand_int_range (0, 3) == 0
                       ? special[g_test_rand_int_range (0, sizeof special - 1)]
                       : (char)g_test_rand_int_range (1, 256);
      check_round_trip (bytes, length);
    }
}

static void
test_refused (void)
{
  g_autofree char *longest = g_strnfill (BYWAY_PPPD_WORD_MAX, 'x');
  g_autofree char *longer = g_strnfill (BYWAY_PPPD_WORD_MAX + 1, 'x');
  g_autofree char *word = byway_pppd_quote (longest, strlen (longest));

  g_assert_nonnull (word);
  g_assert_null (byway_pppd_quote (longer, strlen (longer)));
  g_assert_null (byway_pppd_quote ("a\0b", 3));
}

/* pppd's own ways to read a word; NULL words: it would warn, we refuse. */
static const struct
{
  const char *text;
  const char *words[4];
} readings[] = {
  { "", { NULL } },
  { "a b\nc", { "a", "b", "c" } },
  { "# no\na#no\nb", { "a", "b" } },
  { "\"q\"uo'te d'\n", { "quote d" } },
  { "\"a\nb\"", { "a\nb" } },
  { "a\\\nb \\\n c", { "ab", "c" } },
  { "\"DOM\\tom\"\n", { "DOM\tom" } },
  { "\\s\\101\\x41\\q\n", { " AAq" } },
  { "\"\" x", { "", "x" } },
  { "a\\8b", { "a8b" } },
};

static const char *const refusals[] = { "\"a", "a\\", "a\\0", "\\x \n", "\"\"", "'" };

static void
test_reader (void)
{
  g_autofree char *endless = g_strnfill (1024, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_auto (GStrv) words = byway_pppd_config_read (readings[i].text);

      g_assert_nonnull (words);
      g_assert_true (
          g_strv_equal ((const char *const *)words, (const char *const *)readings[i].words));
    }
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    g_assert_null (byway_pppd_config_read (refusals[i]));
  g_assert_null (byway_pppd_config_read (endless));
}

static const char golden[] = "plugin \"/usr/lib/byway/byway-pppd.so\"\n"
                             "byway-fd 3\n"
                             "byway-peer-dns\n"
                             "noauth\n"
                             "hide-password\n"
                             "nodetach\n"
                             "nopersist\n"
                             "ipparam \"byway-11111111-2222-3333-4444-555555555555\"\n"
                             "ip-up-script \"/run/byway/x/none\"\n"
                             "ip-down-script \"/run/byway/x/none\"\n"
                             "nodefaultroute\n"
                             "noproxyarp\n"
                             "noipdefault\n"
                             "ipcp-accept-local\n"
                             "ipcp-accept-remote\n"
                             "noipv6\n"
                             "noccp\n"
                             "nopcomp\n"
                             "noaccomp\n"
                             "novj\n"
                             "refuse-eap\n"
                             "refuse-pap\n"
                             "silent\n"
                             "mtu 1400\n"
                             "mru 1400\n"
                             "lcp-restart 1\n"
                             "lcp-max-configure 30\n"
                             "lcp-max-terminate 1\n"
                             "ipcp-restart 1\n"
                             "ipcp-max-configure 30\n"
                             "pap-restart 1\n"
                             "pap-max-authreq 30\n"
                             "lcp-echo-interval 10\n"
                             "lcp-echo-failure 3\n"
                             "child-timeout 1\n";

static void
test_golden (void)
{
  const BywayProfile profile = {
    .ipsec = TRUE,
    .remote_name = "",
    .dns_auto = TRUE,
    .refuse_eap = TRUE,
    .refuse_pap = TRUE,
    .mtu = 1400,
    .mru = 1400,
    .lcp_echo_interval = 10,
    .lcp_echo_failure = 3,
  };
  const BywayFacts facts = {
    .uuid = "11111111-2222-3333-4444-555555555555",
    .run_dir = "/run/byway/x",
    .pppd_plugin = "/usr/lib/byway/byway-pppd.so",
  };
  g_autofree char *text = byway_pppd_render (&profile, &facts);

  g_assert_cmpstr (text, ==, golden);
}

/* Everything the other way round. */
static void
test_switches (void)
{
  const BywayProfile profile = {
    .ipsec = TRUE,
    .remote_name = "",
    .ipv6 = TRUE,
    .wins_auto = TRUE,
    .pcomp = TRUE,
    .accomp = TRUE,
    .vj_comp = TRUE,
    .refuse_chap = TRUE,
    .refuse_mschap = TRUE,
    .refuse_mschapv2 = TRUE,
  };
  const BywayFacts facts = { .uuid = "u", .run_dir = "/run/byway/u", .pppd_plugin = "/p.so" };
  static const char *const there[]
      = { "+ipv6", "byway-peer-wins", "refuse-chap", "refuse-mschap", "refuse-mschap-v2" };
  static const char *const not_there[]
      = { "noipv6", "nopcomp", "noaccomp", "novj", "refuse-pap", "byway-peer-dns", "usepeerdns" };
  g_autofree char *text = byway_pppd_render (&profile, &facts);
  g_auto (GStrv) words = byway_pppd_config_read (text);

  g_assert_nonnull (words);
  for (guint i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_true (g_strv_contains ((const char *const *)words, there[i]));
  for (guint i = 0; i < G_N_ELEMENTS (not_there); i++)
    g_assert_false (g_strv_contains ((const char *const *)words, not_there[i]));
}

/* Who may see the password as it is: a server inside IPsec, or any where the user insists. A server
 * that has to say its name first can't say it by PAP. */
static void
test_pap (void)
{
  const BywayFacts facts = { .uuid = "u", .run_dir = "/run/byway/u", .pppd_plugin = "/p.so" };
  static const struct
  {
    BywayProfile profile;
    gboolean allowed;
  } cases[] = {
    { { .ipsec = TRUE, .remote_name = "" }, TRUE },
    { { .ipsec = TRUE, .remote_name = "", .refuse_pap = TRUE }, FALSE },
    { { .ipsec = TRUE, .remote_name = "vpn" }, FALSE },
    { { .ipsec = FALSE, .remote_name = "" }, FALSE },
    { { .ipsec = FALSE, .remote_name = "", .plain_pap = TRUE }, TRUE },
    { { .ipsec = FALSE, .remote_name = "", .plain_pap = TRUE, .refuse_pap = TRUE }, FALSE },
    { { .ipsec = FALSE, .remote_name = "vpn", .plain_pap = TRUE }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = byway_pppd_render (&cases[i].profile, &facts);
      g_auto (GStrv) words = byway_pppd_config_read (text);

      g_assert_cmpint (g_strv_contains ((const char *const *)words, "refuse-pap"), ==,
                       !cases[i].allowed);
    }
}

/* The name is one word, whatever is in it. */
static void
test_remote_name (void)
{
  const BywayProfile profile = { .ipsec = TRUE, .remote_name = "the \"server\" # 1" };
  const BywayFacts facts = { .uuid = "u", .run_dir = "/run/byway/u", .pppd_plugin = "/p.so" };
  g_autofree char *text = byway_pppd_render (&profile, &facts);
  g_auto (GStrv) words = byway_pppd_config_read (text);
  guint at = 0;

  while (words[at] != NULL && strcmp (words[at], "byway-peer-name") != 0)
    at++;
  g_assert_nonnull (words[at]);
  g_assert_cmpstr (words[at + 1], ==, profile.remote_name);
  g_assert_true (g_strv_contains ((const char *const *)words, "refuse-eap"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pppd-config/round-trip", test_round_trip);
  g_test_add_func ("/pppd-config/refused", test_refused);
  g_test_add_func ("/pppd-config/reader", test_reader);
  g_test_add_func ("/pppd-config/golden", test_golden);
  g_test_add_func ("/pppd-config/switches", test_switches);
  g_test_add_func ("/pppd-config/pap", test_pap);
  g_test_add_func ("/pppd-config/remote-name", test_remote_name);
  return g_test_run ();
}
