/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp-remains.h"
#include "byway-l2tp.h"

#include <string.h>

static const BywayL2tpTunnel tunnel
    = { .local_id = 0x1234, .remote_id = 0xabcd, .ns = 0x0102, .nr = 0xff03 };

static void
test_old_hello (void)
{
  static const guint8 wanted[] = {
    0xc8, 0x02, 0x00, 0x14,                         /* T, L, S, version 2; 20 bytes */
    0xab, 0xcd, 0x00, 0x00,                         /* the peer's tunnel, no session */
    0x00, 0x00, 0xff, 0x03,                         /* Ns long seen, Nr */
    0x80, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x06, /* HELLO */
  };
  guint8 out[BYWAY_L2TP_MESSAGE_SIZE];
  gsize length = byway_l2tp_write_old_hello (&tunnel, out);

  g_assert_cmpmem (out, length, wanted, sizeof wanted);
}

static void
test_stop (void)
{
  static const guint8 wanted[] = {
    0xc8, 0x02, 0x00, 0x24,                         /* 36 bytes */
    0xab, 0xcd, 0x00, 0x00,                         /* */
    0x01, 0x02, 0xff, 0x03,                         /* Ns, Nr */
    0x80, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, /* StopCCN */
    0x80, 0x08, 0x00, 0x00, 0x00, 0x09, 0x12, 0x34, /* our tunnel */
    0x80, 0x08, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, /* general request */
  };
  guint8 out[BYWAY_L2TP_MESSAGE_SIZE];
  gsize length = byway_l2tp_write_stop (&tunnel, out);

  g_assert_cmpmem (out, length, wanted, sizeof wanted);
}

/* An acknowledgement without attributes (ZLB), and a HELLO; Ns 0x0011, Nr 0x0022. */
static const guint8 zlb[]
    = { 0xc8, 0x02, 0x00, 0x0c, 0x12, 0x34, 0x00, 0x00, 0x00, 0x11, 0x00, 0x22 };
static const guint8 hello[] = { 0xc8, 0x02, 0x00, 0x14, 0x12, 0x34, 0x00, 0x00, 0x00, 0x11,
                                0x00, 0x22, 0x80, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x06 };

static void
test_read (void)
{
  BywayL2tpTunnel read = tunnel;
  guint8 last[sizeof hello + 4] = { 0 };

  g_assert_true (byway_l2tp_read (zlb, sizeof zlb, &read));
  g_assert_cmphex (read.ns, ==, 0x22);
  g_assert_cmphex (read.nr, ==, 0x11); /* not used up */
  g_assert_cmphex (read.local_id, ==, 0x1234);
  g_assert_cmphex (read.remote_id, ==, 0xabcd);

  g_assert_true (byway_l2tp_read (hello, sizeof hello, &read));
  g_assert_cmphex (read.ns, ==, 0x22);
  g_assert_cmphex (read.nr, ==, 0x12);

  /* Numbers go round; what is behind the message's own length does not count. */
  memcpy (last, hello, sizeof hello);
  last[8] = last[9] = 0xff;
  g_assert_true (byway_l2tp_read (last, sizeof last, &read));
  g_assert_cmphex (read.nr, ==, 0);
}

/* What we write for the peer, the peer can read. */
static void
test_round_trip (void)
{
  BywayL2tpTunnel peer = { .local_id = tunnel.remote_id, .remote_id = tunnel.local_id };
  guint8 out[BYWAY_L2TP_MESSAGE_SIZE];
  gsize length = byway_l2tp_write_stop (&tunnel, out);

  g_assert_true (byway_l2tp_read (out, length, &peer));
  g_assert_cmphex (peer.ns, ==, tunnel.nr);
  g_assert_cmphex (peer.nr, ==, tunnel.ns + 1);
}

static void
assert_refused (const guint8 *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);
  BywayL2tpTunnel read = tunnel;

  g_assert_false (byway_l2tp_read (copy, length, &read));
  g_assert_cmpmem (&read, sizeof read, &tunnel, sizeof tunnel);
}

static void
test_refused (void)
{
  static const struct
  {
    guint at;
    guint8 byte;
  } changes[] = {
    { 0, 0x48 }, /* data */
    { 0, 0x88 }, /* no length */
    { 0, 0xc0 }, /* no numbers */
    { 1, 0x03 }, /* L2TPv3 */
    { 1, 0x01 }, /* L2F */
    { 2, 0x01 }, /* longer than what came */
    { 3, 0x15 }, /* by one byte */
    { 3, 0x0b }, /* shorter than its own header */
    { 3, 0x00 }, /* */
    { 4, 0x13 }, /* another's tunnel */
    { 5, 0x35 }, /* */
  };

  for (gsize length = 0; length < sizeof hello; length++)
    assert_refused (hello, length);
  for (gsize length = 0; length < sizeof zlb; length++)
    assert_refused (zlb, length);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      guint8 changed[sizeof hello];

      memcpy (changed, hello, sizeof hello);
      changed[changes[i].at] = changes[i].byte;
      g_test_message ("byte %u is %02x", changes[i].at, changes[i].byte);
      assert_refused (changed, sizeof changed);
    }
}

#define REMAINS                                                                                    \
  "[tunnel]\nserver=198.51.100.1\nsource=192.0.2.10\nport=1701\nlocal=4711\nremote=815\n"

static void
test_remains (void)
{
  BywayL2tpRemains remains = { 0 };
  g_autofree char *text = NULL;

  g_assert_true (byway_l2tp_remains_parse (REMAINS, &remains));
  g_assert_cmpuint (remains.local_port, ==, 1701);
  g_assert_cmpuint (remains.local_id, ==, 4711);
  g_assert_cmpuint (remains.remote_id, ==, 815);
  text = byway_l2tp_remains_to_text (&remains);
  g_assert_cmpstr (text, ==, REMAINS);
}

/* Of a tunnel that is another one than it says, a stranger's would be ended. */
static void
test_remains_refused (void)
{
  static const char *const changes[][2] = {
    { "815", "0" },
    { "815", "66351" },
    { "815", "-1" },
    { "815", "0815" },
    { "815", "815x" },
    { "4711", "0" },
    { "4711", "65536" },
    { "1701", "0" },
    { "1701", "67237" },
    { "192.0.2.10", "nobody" },
    { "198.51.100.1", "" },
    { "remote=815\n", "" },
    { "remote=815", "remote=815\nremote=816" },
    { "[tunnel]\n", "[tunnel]\nmore=1\n" },
    { "[tunnel]\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GString) text = g_string_new (REMAINS);
      BywayL2tpRemains remains = { .remote_id = 7 };

      g_assert_cmpuint (g_string_replace (text, changes[i][0], changes[i][1], 1), ==, 1);
      g_assert_false (byway_l2tp_remains_parse (text->str, &remains));
      g_assert_cmpuint (remains.remote_id, ==, 7);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/l2tp/old-hello", test_old_hello);
  g_test_add_func ("/l2tp/stop", test_stop);
  g_test_add_func ("/l2tp/read", test_read);
  g_test_add_func ("/l2tp/round-trip", test_round_trip);
  g_test_add_func ("/l2tp/refused", test_refused);
  g_test_add_func ("/l2tp/remains", test_remains);
  g_test_add_func ("/l2tp/remains-refused", test_remains_refused);
  return g_test_run ();
}
