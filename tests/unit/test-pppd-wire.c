/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-wire.h"

#include <glib.h>
#include <string.h>

typedef struct byway_pppd_message Message;

typedef struct
{
  const char *name;
  Message message;
} Sample;

static const Sample samples[] = {
  { "credentials",
    { .type = BYWAY_PPPD_CREDENTIALS,
      .credentials = { .user = "d'Arc \"x\" #\\$", .password = "p\xc3\xa4ss \t\n'\"\\#$%" } } },
  { "credentials/empty", { .type = BYWAY_PPPD_CREDENTIALS } },
  { "hello",
    { .type = BYWAY_PPPD_HELLO,
      .hello = { .version = 1, .pppd_version = "2.4.9", .pid = 4194304 } } },
  { "phase", { .type = BYWAY_PPPD_PHASE, .phase = BYWAY_PPPD_PHASE_AUTHENTICATE } },
  { "phase/first", { .type = BYWAY_PPPD_PHASE, .phase = BYWAY_PPPD_PHASE_DEAD } },
  { "phase/last", { .type = BYWAY_PPPD_PHASE, .phase = BYWAY_PPPD_PHASE_MASTER } },
  { "auth",
    { .type = BYWAY_PPPD_AUTH,
      .auth = { .protocol = BYWAY_PPPD_AUTH_MSCHAPV2, .result = BYWAY_PPPD_AUTH_FAILED } } },
  { "auth-message",
    { .type = BYWAY_PPPD_AUTH_MESSAGE, .auth_message = { "E=691 R=1 C=00 V=3 M=no" } } },
  { "ipv4-up",
    { .type = BYWAY_PPPD_IPV4_UP,
      .ipv4_up = { .ifname = "ppp0",
                   .unit = 0,
                   .local = { 192, 168, 42, 10 },
                   .remote = { 192, 168, 42, 1 },
                   .dns1 = { 9, 9, 9, 9 },
                   .dns2 = { 0, 0, 0, 1 },
                   .mtu = 1280,
                   .wins1 = { 192, 168, 42, 2 },
                   .wins2 = { 1, 0, 0, 0 } } } },
  { "ipv4-up/no-dns",
    { .type = BYWAY_PPPD_IPV4_UP,
      .ipv4_up = { .ifname = "fifteen-letters", .unit = G_MAXUINT32, .mtu = 65535 } } },
  { "ipv4-up/one-dns",
    { .type = BYWAY_PPPD_IPV4_UP,
      .ipv4_up = { .ifname = "ppp1", .dns2 = { 1, 2, 3, 4 }, .mtu = 1400 } } },
  { "ipv4-down", { .type = BYWAY_PPPD_IPV4_DOWN } },
  { "ipv6-up",
    { .type = BYWAY_PPPD_IPV6_UP,
      .ipv6_up = { .ifname = "ppp0",
                   .local = { 1, 2, 3, 4, 5, 6, 7, 8 },
                   .remote = { 0, 0, 0, 0, 0, 0, 0, 9 } } } },
  { "ipv6-down", { .type = BYWAY_PPPD_IPV6_DOWN } },
  { "exit", { .type = BYWAY_PPPD_EXIT, .exit = { 19 } } },
  { "another",
    { .type = BYWAY_PPPD_NEWS, .peer = { BYWAY_PPPD_PEER_LACKS_MPPE, BYWAY_PPPD_AUTH_PAP } } },
  { "news", { .type = BYWAY_PPPD_NEWS, .peer = { BYWAY_PPPD_PEER_ASKS, BYWAY_PPPD_AUTH_OTHER } } },
  { "path", { .type = BYWAY_PPPD_PATH, .path = { 1100, 1116 } } },
  { "tls-alert",
    { .type = BYWAY_PPPD_TLS_ALERT, .tls_alert = { BYWAY_PPPD_TLS_ALERT_BY_PEER, 48 } } },
};

static void
assert_refused (const guint8 *bytes, gsize length)
{
  static const Message zero;
  g_autofree guint8 *exact = g_memdup2 (bytes, length); /* so that a read too far is seen */
  Message message;

  memset (&message, 0xa5, sizeof message);
  g_assert_cmpint (byway_pppd_message_decode (&message, exact, length), ==, -1);
  g_assert_cmpmem (&message, sizeof message, &zero, sizeof zero);
}

static void
assert_taken (const guint8 *bytes, gsize length)
{
  guint8 again[BYWAY_PPPD_MESSAGE_MAX];
  Message message;

  g_assert_cmpint (byway_pppd_message_decode (&message, bytes, length), ==, 0);
  g_assert_cmpint (byway_pppd_message_encode (&message, again, sizeof again), ==, (gssize)length);
  g_assert_cmpmem (again, length, bytes, length);
}

static void
test_round_trip (gconstpointer data)
{
  const Sample *sample = data;
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX];
  Message message;
  gssize n = byway_pppd_message_encode (&sample->message, bytes, sizeof bytes);

  g_assert_cmpint (n, >, 0);
  g_assert_cmpint (byway_pppd_message_decode (&message, bytes, (gsize)n), ==, 0);
  g_assert_cmpmem (&message, sizeof message, &sample->message, sizeof message);
}

static void
test_every_prefix_is_refused (gconstpointer data)
{
  const Sample *sample = data;
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX];
  gssize n = byway_pppd_message_encode (&sample->message, bytes, sizeof bytes);

  for (gssize i = 0; i < n; i++)
    assert_refused (bytes, (gsize)i);
  bytes[n] = 0;
  assert_refused (bytes, (gsize)n + 1);
}

static void
test_no_room (gconstpointer data)
{
  const Sample *sample = data;
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX];
  gssize n = byway_pppd_message_encode (&sample->message, bytes, sizeof bytes);

  for (gssize i = 0; i < n; i++)
    {
      g_autofree guint8 *exact = g_malloc ((gsize)i);
      g_assert_cmpint (byway_pppd_message_encode (&sample->message, exact, (gsize)i), ==, -1);
    }
}

static void
test_exact_bytes (void)
{
  static const guint8 expected[] = "\x01\x01\x00\x02me\x02\x00\x03s c";
  Message message = { .type = BYWAY_PPPD_CREDENTIALS };
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX];
  gssize n;

  strcpy (message.credentials.user, "me");
  strcpy (message.credentials.password, "s c");
  n = byway_pppd_message_encode (&message, bytes, sizeof bytes);
  g_assert_cmpmem (bytes, n, expected, sizeof expected - 1);
}

typedef struct
{
  const char *name;
  const char *bytes;
  gsize length;
} Malformed;

#define BYTES(text) text, sizeof text - 1

static const Malformed malformed[] = {
  { "empty", BYTES ("") },
  { "type/zero", BYTES ("\x00") },
  { "type/unknown", BYTES ("\x0b") },
  { "type/high", BYTES ("\xff\x01\x00\x01\x00") },
  { "tag/unknown", BYTES ("\x03\x02\x00\x01\x04") },
  { "tag/zero", BYTES ("\x03\x00\x00\x01\x04") },
  { "tag/on-empty-message", BYTES ("\x07\x01\x00\x01\x00") },
  { "tag/extra-unknown", BYTES ("\x03\x01\x00\x01\x04\x02\x00\x01\x04") },
  { "tag/double", BYTES ("\x03\x01\x00\x01\x04\x01\x00\x01\x04") },
  { "tag/order", BYTES ("\x01\x02\x00\x01p\x01\x00\x01u") },
  { "tag/double-optional",
    BYTES ("\x06\x01\x00\x01p\x02\x00\x04\0\0\0\0\x03\x00\x04\1\1\1\1\x04\x00\x04\1\1\1\1"
           "\x05\x00\x04\1\1\1\1\x05\x00\x04\1\1\1\1\x09\x00\x04\0\0\5\0") },
  { "missing/all", BYTES ("\x01") },
  { "missing/password", BYTES ("\x01\x01\x00\x01u") },
  { "missing/user", BYTES ("\x01\x02\x00\x01p") },
  { "length/too-long", BYTES ("\x03\x01\x00\x02\x04") },
  { "length/huge", BYTES ("\x0a\x01\xff\xff\0\0\0\0") },
  { "size/phase-two-bytes", BYTES ("\x03\x01\x00\x02\x00\x04") },
  { "size/phase-none", BYTES ("\x03\x01\x00\x00") },
  { "size/u32-three", BYTES ("\x0a\x01\x00\x03\0\0\0") },
  { "size/u32-five", BYTES ("\x0a\x01\x00\x05\0\0\0\0\0") },
  { "size/iid-seven", BYTES ("\x08\x01\x00\x01p\x02\x00\x07"
                             "1234567"
                             "\x03\x00\x08"
                             "12345678") },
  { "size/ifname-none", BYTES ("\x08\x01\x00\x00\x02\x00\x08"
                               "12345678"
                               "\x03\x00\x08"
                               "12345678") },
  { "value/phase", BYTES ("\x03\x01\x00\x01\x0d") },
  { "value/protocol-zero", BYTES ("\x04\x01\x00\x01\x00\x02\x00\x01\x01") },
  { "value/protocol", BYTES ("\x04\x01\x00\x01\x06\x02\x00\x01\x01") },
  { "value/alert-by", BYTES ("\x0d\x01\x00\x01\x03\x02\x00\x01\x30") },
  { "size/alert", BYTES ("\x0d\x01\x00\x01\x02\x02\x00\x02\x00\x30") },
  { "value/result", BYTES ("\x04\x01\x00\x01\x01\x02\x00\x01\x04") },
  { "value/dns-zero",
    BYTES ("\x06\x01\x00\x01p\x02\x00\x04\0\0\0\0\x03\x00\x04\1\1\1\1\x04\x00\x04\1\1\1\1"
           "\x05\x00\x04\0\0\0\0\x09\x00\x04\0\0\5\0") },
  { "value/wins-zero",
    BYTES ("\x06\x01\x00\x01p\x02\x00\x04\0\0\0\0\x03\x00\x04\1\1\1\1\x04\x00\x04\1\1\1\1"
           "\x07\x00\x04\0\0\0\0\x09\x00\x04\0\0\5\0") },
  { "text/nul", BYTES ("\x05\x01\x00\x03"
                       "a\0b") },
  { "text/nul-at-end", BYTES ("\x05\x01\x00\x02"
                              "a\0") },
  { "ifname/slash", BYTES ("\x08\x01\x00\x03"
                           "a/b"
                           "\x02\x00\x08"
                           "12345678"
                           "\x03\x00\x08"
                           "12345678") },
  { "ifname/blank", BYTES ("\x08\x01\x00\x03"
                           "a b"
                           "\x02\x00\x08"
                           "12345678"
                           "\x03\x00\x08"
                           "12345678") },
  { "ifname/dots", BYTES ("\x08\x01\x00\x02"
                          ".."
                          "\x02\x00\x08"
                          "12345678"
                          "\x03\x00\x08"
                          "12345678") },
  { "ifname/sixteen", BYTES ("\x08\x01\x00\x10"
                             "1234567890123456"
                             "\x02\x00\x08"
                             "12345678"
                             "\x03\x00\x08"
                             "12345678") },
};

static void
test_malformed (gconstpointer data)
{
  const Malformed *bad = data;

  assert_refused ((const guint8 *)bad->bytes, bad->length);
}

/* One text field of @n bytes, as AUTH_MESSAGE. */
static gsize
make_text (guint8 *bytes, gsize n)
{
  bytes[0] = BYWAY_PPPD_AUTH_MESSAGE;
  bytes[1] = 1;
  bytes[2] = (guint8)(n >> 8);
  bytes[3] = (guint8)n;
  memset (bytes + 4, 'x', n);
  return n + 4;
}

static void
test_text_bounds (void)
{
  guint8 bytes[8192];

  assert_taken (bytes, make_text (bytes, 0));
  assert_taken (bytes, make_text (bytes, 255));
  assert_refused (bytes, make_text (bytes, 256));
  assert_refused (bytes, make_text (bytes, BYWAY_PPPD_MESSAGE_MAX - 4));
  assert_refused (bytes, make_text (bytes, 8000));
}

/* The longest message there is, with every byte a text may hold. */
static void
test_all_bytes (void)
{
  Message message = { .type = BYWAY_PPPD_CREDENTIALS };
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX];
  gssize n;

  for (int i = 0; i < BYWAY_PPPD_TEXT_MAX; i++)
    {
      message.credentials.user[i] = (char)(i + 1);
      message.credentials.password[i] = (char)(255 - i);
    }
  n = byway_pppd_message_encode (&message, bytes, sizeof bytes);
  g_assert_cmpint (n, ==, 1 + 2 * (3 + 255));
  assert_taken (bytes, (gsize)n);
}

static void
assert_not_encoded (const Message *message)
{
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX];

  g_assert_cmpint (byway_pppd_message_encode (message, bytes, sizeof bytes), ==, -1);
}

static void
test_unfit_structs (void)
{
  Message text = { .type = BYWAY_PPPD_AUTH_MESSAGE };
  Message ifname = { .type = BYWAY_PPPD_IPV6_UP };

  memset (text.auth_message.text, 'x', sizeof text.auth_message.text);
  memset (ifname.ipv6_up.ifname, 'x', sizeof ifname.ipv6_up.ifname);

  assert_not_encoded (&text);
  assert_not_encoded (&ifname);
  assert_not_encoded (&(Message){ .type = 0 });
  assert_not_encoded (&(Message){ .type = 11 });
  assert_not_encoded (&(Message){ .type = BYWAY_PPPD_IPV4_UP });
  assert_not_encoded (&(Message){ .type = BYWAY_PPPD_PHASE, .phase = 13 });
  assert_not_encoded (&(Message){ .type = BYWAY_PPPD_PHASE, .phase = 256 + 4 });
  assert_not_encoded (&(Message){ .type = BYWAY_PPPD_AUTH, .auth = { .protocol = 1 } });
}

static void
test_wipe (void)
{
  Message message = samples[0].message;
  Message zero;

  memset (&zero, 0, sizeof zero);
  byway_pppd_message_wipe (&message);
  g_assert_cmpmem (&message, sizeof message, &zero, sizeof zero);
}

/* Any change of one byte is refused or is another message with that very encoding. */
static void
test_single_byte_changes (void)
{
  guint8 bytes[BYWAY_PPPD_MESSAGE_MAX], again[BYWAY_PPPD_MESSAGE_MAX];
  Message message;

  for (gsize s = 0; s < G_N_ELEMENTS (samples); s++)
    {
      gssize n = byway_pppd_message_encode (&samples[s].message, bytes, sizeof bytes);

      for (gssize i = 0; i < n; i++)
        for (int change = 1; change < 256; change++)
          {
            bytes[i] ^= (guint8)change;
            if (byway_pppd_message_decode (&message, bytes, (gsize)n) == 0)
              {
                g_assert_cmpint (byway_pppd_message_encode (&message, again, sizeof again), ==, n);
                g_assert_cmpmem (again, n, bytes, n);
              }
            bytes[i] ^= (guint8)change;
          }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *trip = g_strdup_printf ("/pppd-wire/round-trip/%s", samples[i].name);
      g_autofree char *prefix = g_strdup_printf ("/pppd-wire/prefix/%s", samples[i].name);
      g_autofree char *room = g_strdup_printf ("/pppd-wire/no-room/%s", samples[i].name);

      g_test_add_data_func (trip, &samples[i], test_round_trip);
      g_test_add_data_func (prefix, &samples[i], test_every_prefix_is_refused);
      g_test_add_data_func (room, &samples[i], test_no_room);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pppd-wire/malformed/%s", malformed[i].name);
      g_test_add_data_func (path, &malformed[i], test_malformed);
    }
  g_test_add_func ("/pppd-wire/exact-bytes", test_exact_bytes);
  g_test_add_func ("/pppd-wire/text-bounds", test_text_bounds);
  g_test_add_func ("/pppd-wire/all-bytes", test_all_bytes);
  g_test_add_func ("/pppd-wire/unfit-structs", test_unfit_structs);
  g_test_add_func ("/pppd-wire/wipe", test_wipe);
  g_test_add_func ("/pppd-wire/single-byte-changes", test_single_byte_changes);
  return g_test_run ();
}
