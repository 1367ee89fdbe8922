/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-wire.h"

#include <stdbool.h>
#include <string.h>

/* One table drives both directions: which fields a message has, where they live in the decoded
 * struct, and which values are fit. Rows of one message stand in rising tag order. */

enum kind
{
  KIND_TEXT,   /* char[room], NUL-terminated */
  KIND_IFNAME, /* the same, and fit to be an interface's name */
  KIND_BYTES,  /* exactly room bytes */
  KIND_MAYBE,  /* exactly room bytes, left out when all are zero */
  KIND_U8,
  KIND_U32,
  KIND_ENUM, /* an enum in memory, one byte on the wire, least..most */
};

struct field
{
  enum byway_pppd_message_type type;
  uint8_t tag;
  enum kind kind;
  uint8_t least;
  uint8_t most;
  size_t offset;
  size_t room;
};

#define MEMBER(member)                                                                             \
  offsetof (struct byway_pppd_message, member), sizeof (((struct byway_pppd_message *)0)->member)

static const struct field fields[] = {
  { BYWAY_PPPD_CREDENTIALS, 1, KIND_TEXT, 0, 0, MEMBER (credentials.user) },
  { BYWAY_PPPD_CREDENTIALS, 2, KIND_TEXT, 0, 0, MEMBER (credentials.password) },

  { BYWAY_PPPD_HELLO, 1, KIND_U8, 0, 0, MEMBER (hello.version) },
  { BYWAY_PPPD_HELLO, 2, KIND_TEXT, 0, 0, MEMBER (hello.pppd_version) },
  { BYWAY_PPPD_HELLO, 3, KIND_U32, 0, 0, MEMBER (hello.pid) },

  { BYWAY_PPPD_PHASE, 1, KIND_ENUM, BYWAY_PPPD_PHASE_DEAD, BYWAY_PPPD_PHASE_MASTER,
    MEMBER (phase) },

  { BYWAY_PPPD_AUTH, 1, KIND_ENUM, BYWAY_PPPD_AUTH_PAP, BYWAY_PPPD_AUTH_EAP,
    MEMBER (auth.protocol) },
  { BYWAY_PPPD_AUTH, 2, KIND_ENUM, BYWAY_PPPD_AUTH_ASKED, BYWAY_PPPD_AUTH_FAILED,
    MEMBER (auth.result) },

  { BYWAY_PPPD_AUTH_MESSAGE, 1, KIND_TEXT, 0, 0, MEMBER (auth_message.text) },

  { BYWAY_PPPD_IPV4_UP, 1, KIND_IFNAME, 0, 0, MEMBER (ipv4_up.ifname) },
  { BYWAY_PPPD_IPV4_UP, 2, KIND_U32, 0, 0, MEMBER (ipv4_up.unit) },
  { BYWAY_PPPD_IPV4_UP, 3, KIND_BYTES, 0, 0, MEMBER (ipv4_up.local) },
  { BYWAY_PPPD_IPV4_UP, 4, KIND_BYTES, 0, 0, MEMBER (ipv4_up.remote) },
  { BYWAY_PPPD_IPV4_UP, 5, KIND_MAYBE, 0, 0, MEMBER (ipv4_up.dns1) },
  { BYWAY_PPPD_IPV4_UP, 6, KIND_MAYBE, 0, 0, MEMBER (ipv4_up.dns2) },
  { BYWAY_PPPD_IPV4_UP, 7, KIND_MAYBE, 0, 0, MEMBER (ipv4_up.wins1) },
  { BYWAY_PPPD_IPV4_UP, 8, KIND_MAYBE, 0, 0, MEMBER (ipv4_up.wins2) },
  { BYWAY_PPPD_IPV4_UP, 9, KIND_U32, 0, 0, MEMBER (ipv4_up.mtu) },

  { BYWAY_PPPD_IPV6_UP, 1, KIND_IFNAME, 0, 0, MEMBER (ipv6_up.ifname) },
  { BYWAY_PPPD_IPV6_UP, 2, KIND_BYTES, 0, 0, MEMBER (ipv6_up.local) },
  { BYWAY_PPPD_IPV6_UP, 3, KIND_BYTES, 0, 0, MEMBER (ipv6_up.remote) },

  { BYWAY_PPPD_EXIT, 1, KIND_U32, 0, 0, MEMBER (exit.status) },

  { BYWAY_PPPD_NEWS, 1, KIND_ENUM, BYWAY_PPPD_PEER_SPEAKS, BYWAY_PPPD_PEER_LACKS_MPPE,
    MEMBER (peer.news) },
  { BYWAY_PPPD_NEWS, 2, KIND_ENUM, BYWAY_PPPD_AUTH_PAP, BYWAY_PPPD_AUTH_OTHER,
    MEMBER (peer.protocol) },

  { BYWAY_PPPD_PATH, 1, KIND_U32, 0, 0, MEMBER (path.largest) },
  { BYWAY_PPPD_PATH, 2, KIND_U32, 0, 0, MEMBER (path.lost) },

  { BYWAY_PPPD_TLS_ALERT, 1, KIND_ENUM, BYWAY_PPPD_TLS_ALERT_BY_US, BYWAY_PPPD_TLS_ALERT_BY_PEER,
    MEMBER (tls_alert.by) },
  { BYWAY_PPPD_TLS_ALERT, 2, KIND_U8, 0, 0, MEMBER (tls_alert.description) },
};

#undef MEMBER

#define N_FIELDS (sizeof fields / sizeof fields[0])
#define FIELD_HEADER 3 /* tag and length */

static bool
type_is_known (unsigned int type)
{
  return type >= BYWAY_PPPD_CREDENTIALS && type <= BYWAY_PPPD_TLS_ALERT;
}

static bool
bytes_are_zero (const uint8_t *bytes, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (bytes[i] != 0)
      return false;
  return true;
}

/* What the kernel itself refuses in an interface's name, and what would be trouble in a log. */
static bool
ifname_is_fit (const uint8_t *name, size_t n)
{
  if (n == 0 || (n <= 2 && memcmp (name, "..", n) == 0))
    return false;
  for (size_t i = 0; i < n; i++)
    if (name[i] <= 0x20 || name[i] >= 0x7f || name[i] == '/' || name[i] == ':')
      return false;
  return true;
}

/* Is this a fit payload for the field? Both directions ask the same question. */
static bool
payload_is_fit (const struct field *field, const uint8_t *payload, size_t n)
{
  switch (field->kind)
    {
    case KIND_TEXT:
      return n < field->room && memchr (payload, 0, n) == NULL;
    case KIND_IFNAME:
      return n < field->room && ifname_is_fit (payload, n);
    case KIND_BYTES:
      return n == field->room;
    case KIND_MAYBE:
      return n == field->room && !bytes_are_zero (payload, n);
    case KIND_U8:
      return n == 1;
    case KIND_U32:
      return n == 4;
    case KIND_ENUM:
      return n == 1 && payload[0] >= field->least && payload[0] <= field->most;
    }
  return false;
}

static void
put_u32 (uint8_t *bytes, uint32_t value)
{
  for (int i = 0; i < 4; i++)
    bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t
get_u32 (const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The payload of @field in @message: in place where memory and wire agree, else in @scratch. */
static const uint8_t *
payload_of (const struct field *field, const struct byway_pppd_message *message,
            uint8_t scratch[static 4], size_t *n)
{
  const uint8_t *member = (const uint8_t *)message + field->offset;
  unsigned int number;
  uint32_t value;

  *n = field->room;
  switch (field->kind)
    {
    case KIND_TEXT:
    case KIND_IFNAME:
      *n = strnlen ((const char *)member, field->room);
      return member;
    case KIND_BYTES:
    case KIND_MAYBE:
    case KIND_U8:
      return member;
    case KIND_U32:
      memcpy (&value, member, sizeof value);
      put_u32 (scratch, value);
      return scratch;
    case KIND_ENUM:
      memcpy (&number, member, sizeof number);
      scratch[0] = number > UINT8_MAX ? UINT8_MAX : (uint8_t)number;
      *n = 1;
      return scratch;
    }
  return NULL;
}

_Static_assert(sizeof (enum byway_pppd_phase) == sizeof (unsigned int), "enums are plain ints");
_Static_assert(sizeof (enum byway_pppd_auth_result) == sizeof (unsigned int), "and so is this");

static void
store_payload (const struct field *field, struct byway_pppd_message *message,
               const uint8_t *payload, size_t n)
{
  uint8_t *member = (uint8_t *)message + field->offset;
  unsigned int number;
  uint32_t value;

  switch (field->kind)
    {
    case KIND_TEXT:
    case KIND_IFNAME:
    case KIND_BYTES:
    case KIND_MAYBE:
    case KIND_U8:
      memcpy (member, payload, n);
      return;
    case KIND_U32:
      value = get_u32 (payload);
      memcpy (member, &value, sizeof value);
      return;
    case KIND_ENUM:
      number = payload[0];
      memcpy (member, &number, sizeof number);
      return;
    }
}

ssize_t
byway_pppd_message_encode (const struct byway_pppd_message *message, uint8_t *buffer, size_t size)
{
  size_t used = 1;

  if (!type_is_known (message->type) || size < 1)
    return -1;
  buffer[0] = (uint8_t)message->type;

  for (size_t i = 0; i < N_FIELDS; i++)
    {
      const struct field *field = &fields[i];
      uint8_t scratch[4] = { 0 };
      const uint8_t *payload;
      size_t n;

      if (field->type != message->type)
        continue;
      payload = payload_of (field, message, scratch, &n);
      if (field->kind == KIND_MAYBE && bytes_are_zero (payload, n))
        continue;
      if (!payload_is_fit (field, payload, n) || size - used < FIELD_HEADER + n)
        return -1;
      buffer[used] = field->tag;
      buffer[used + 1] = (uint8_t)(n >> 8);
      buffer[used + 2] = (uint8_t)n;
      memcpy (buffer + used + FIELD_HEADER, payload, n);
      used += FIELD_HEADER + n;
    }
  return (ssize_t)used;
}

/* Takes @field from the front of the bytes left, if it stands there. -1: it should, and does not.
 */
static ssize_t
take_field (const struct field *field, struct byway_pppd_message *message, const uint8_t *bytes,
            size_t left)
{
  size_t n;

  if (left == 0 || bytes[0] != field->tag)
    return field->kind == KIND_MAYBE ? 0 : -1;
  if (left < FIELD_HEADER)
    return -1;
  n = (size_t)bytes[1] << 8 | bytes[2];
  if (left - FIELD_HEADER < n || !payload_is_fit (field, bytes + FIELD_HEADER, n))
    return -1;
  store_payload (field, message, bytes + FIELD_HEADER, n);
  return (ssize_t)(FIELD_HEADER + n);
}

int
byway_pppd_message_decode (struct byway_pppd_message *message, const uint8_t *buffer, size_t length)
{
  size_t used = 1;

  memset (message, 0, sizeof *message);
  if (length < 1 || length > BYWAY_PPPD_MESSAGE_MAX || !type_is_known (buffer[0]))
    return -1;
  message->type = buffer[0];

  for (size_t i = 0; i < N_FIELDS; i++)
    {
      ssize_t taken;

      if (fields[i].type != message->type)
        continue;
      taken = take_field (&fields[i], message, buffer + used, length - used);
      if (taken < 0)
        goto refuse;
      used += (size_t)taken;
    }
  /* A double or unknown field, or one out of order, is what nobody took. */
  if (used == length)
    return 0;

refuse:
  byway_pppd_message_wipe (message);
  return -1;
}

void
byway_pppd_message_wipe (struct byway_pppd_message *message)
{
  explicit_bzero (message, sizeof *message);
}
