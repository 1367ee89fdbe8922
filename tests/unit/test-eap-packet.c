/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-eap-packet.h"

#include <glib.h>
#include <string.h>

#define BYTES(text) (const guint8 *)text, sizeof text - 1

static const struct
{
  const char *about;
  const guint8 *bytes;
  gsize length;
  guint requested;
  int alert;
} packets[] = {
  { "nothing", BYTES (""), 0, -1 },
  { "too short", BYTES ("\1\7\0\5"), 0, -1 },
  { "identity", BYTES ("\1\7\0\5\1"), 1, -1 },
  { "a start of TLS", BYTES ("\1\7\0\6\x0d\x20"), 13, -1 },
  { "longer than it is", BYTES ("\1\7\0\7\x0d\x20"), 0, -1 },
  { "shorter than can be", BYTES ("\1\7\0\4\x0d\x20"), 0, -1 },
  { "unknown CA", BYTES ("\1\7\0\x0d\x0d\0\x15\3\3\0\2\2\x30"), 13, 48 },
  { "the same with a length", BYTES ("\1\7\0\x11\x0d\x80\0\0\0\7\x15\3\3\0\2\2\x2d"), 13, 45 },
  { "and something behind it", BYTES ("\1\7\0\x0d\x0d\0\x15\3\3\0\2\2\x30xx"), 13, 48 },
  { "ours", BYTES ("\2\7\0\x0d\x0d\0\x15\3\1\0\2\2\x2a"), 0, 42 },
  { "a warning", BYTES ("\1\7\0\x0d\x0d\0\x15\3\3\0\2\1\0"), 13, -1 },
  { "encrypted", BYTES ("\1\7\0\x0e\x0d\0\x15\3\3\0\3\2\x30\x30"), 13, -1 },
  { "a handshake", BYTES ("\1\7\0\x0d\x0d\0\x16\3\3\0\2\2\x30"), 13, -1 },
  { "of another type", BYTES ("\1\7\0\x0d\x19\0\x15\3\3\0\2\2\x30"), 25, -1 },
  { "cut within its length", BYTES ("\1\7\0\x0d\x0d\x80\x15\3\3\0\2\2\x30"), 13, -1 },
};

static void
test_packets (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      g_autofree guint8 *exact = g_memdup2 (packets[i].bytes, packets[i].length);

      g_test_message ("%s", packets[i].about);
      g_assert_cmpuint (byway_eap_packet_requested (exact, packets[i].length), ==,
                        packets[i].requested);
      g_assert_cmpint (byway_eap_packet_alert (exact, packets[i].length), ==, packets[i].alert);
    }
}

static void
assert_refusal (const guint8 *packet, gsize length, const char *words)
{
  g_autofree guint8 *exact = g_memdup2 (packet, length);
  gsize size = 0;
  const guint8 *found = byway_eap_packet_refusal (exact, length, &size);

  if (words == NULL)
    g_assert_null (found);
  else
    g_assert_cmpmem (found, size, words, strlen (words));
}

/* Of MS-CHAPv2 within EAP, and of nothing else. */
static void
test_refusal (void)
{
  assert_refusal (BYTES ("\1\7\0\x12\x1a\4\7\0\x0d"
                         "E=691 R=0"),
                  "E=691 R=0");
  assert_refusal (BYTES ("\1\7\0\x0e\x1a\4\7\0\x0d"
                         "E=691 R=0"),
                  "E=691");
  assert_refusal (BYTES ("\1\7\0\x13\x1a\4\7\0\x0d"
                         "E=691 R=0"),
                  NULL);
  assert_refusal (BYTES ("\1\7\0\x0b\x1a\3\7\0\6S="), NULL); /* it was right */
  assert_refusal (BYTES ("\2\7\0\x0b\x1a\4\7\0\6E="), NULL); /* ours */
  assert_refusal (BYTES ("\1\7\0\x0b\4\4\7\0\6E="), NULL);
  assert_refusal (BYTES ("\1\7\0\6\x1a\4"), NULL);
  assert_refusal (BYTES ("\1\7\0\5\x1a"), NULL);
  assert_refusal (BYTES (""), NULL);
}

static void
assert_wish (const char *packet, guint requested, const char *becomes)
{
  g_autofree guint8 *bytes = g_memdup2 (packet, 6);

  byway_eap_packet_wish_for_tls (bytes, 6, requested);
  g_assert_cmpmem (bytes, 6, becomes, 6);
}

/* A Nak of MD5 that wishes for SRP wishes for TLS. One of TLS itself means that pppd could not
 * begin, and stays. */
static void
test_wish (void)
{
  assert_wish ("\2\7\0\6\3\x13", 4, "\2\7\0\6\3\x0d");
  assert_wish ("\2\7\0\6\3\x1a", 25, "\2\7\0\6\3\x0d");
  assert_wish ("\2\7\0\6\3\x1a", 13, "\2\7\0\6\3\x1a");
  assert_wish ("\1\7\0\6\3\x13", 4, "\1\7\0\6\3\x13");
  assert_wish ("\2\7\0\6\4\x13", 4, "\2\7\0\6\4\x13");
  assert_wish ("\2\7\0\5\3\x13", 4, "\2\7\0\5\3\x13");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/eap-packet/packets", test_packets);
  g_test_add_func ("/eap-packet/refusal", test_refusal);
  g_test_add_func ("/eap-packet/wish", test_wish);
  return g_test_run ();
}
