/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ike-probe.h"

#include <string.h>

#define HEADER 28
#define GENERIC 4 /* a payload's header: next, reserved, length */
#define VERSION 0x10
#define DOI_IPSEC 1
#define SITUATION_IDENTITY_ONLY 1
#define PROTOCOL_ISAKMP 1
#define KEY_IKE 1
#define NO_PROPOSAL_CHOSEN 14
#define PAYLOADS_MAX 64

enum
{
  PAYLOAD_NONE = 0,
  PAYLOAD_SA = 1,
  PAYLOAD_TRANSFORM = 3,
  PAYLOAD_NOTIFY = 11,
  PAYLOAD_VENDOR_ID = 13
};

enum
{
  EXCHANGE_MAIN = 2, /* "identity protection" */
  EXCHANGE_INFORMATIONAL = 5
};

enum
{
  ATTRIBUTE_ENCRYPTION = 1,
  ATTRIBUTE_HASH = 2,
  ATTRIBUTE_AUTH = 3,
  ATTRIBUTE_GROUP = 4,
  ATTRIBUTE_LIFE_TYPE = 11,
  ATTRIBUTE_LIFE_DURATION = 12,
  ATTRIBUTE_KEY_LENGTH = 14
};
#define LIFE_SECONDS 1
#define LIFE_DURATION 28800
#define SHORT_ATTRIBUTE 0x8000

/* --- writing -------------------------------------------------------------------------------- */

static void
put_u16 (GByteArray *out, guint16 value)
{
  guint8 bytes[2] = { value >> 8, value & 0xff };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
put_u32 (GByteArray *out, guint32 value)
{
  put_u16 (out, value >> 16);
  put_u16 (out, value & 0xffff);
}

/* Begins a payload; its length is filled in by end_payload. */
static gsize
begin_payload (GByteArray *out, guint8 next)
{
  put_u16 (out, (guint16)next << 8);
  put_u16 (out, 0);
  return out->len - GENERIC;
}

static void
end_payload (GByteArray *out, gsize start)
{
  gsize length = out->len - start;

  out->data[start + 2] = length >> 8;
  out->data[start + 3] = length & 0xff;
}

static void
put_attribute (GByteArray *out, guint16 type, guint16 value)
{
  put_u16 (out, SHORT_ATTRIBUTE | type);
  put_u16 (out, value);
}

static void
put_transform (GByteArray *out, const BywayIkeTransform *transform, guint8 number, gboolean last)
{
  gsize start = begin_payload (out, last ? PAYLOAD_NONE : PAYLOAD_TRANSFORM);

  put_u16 (out, (guint16)(number << 8 | KEY_IKE));
  put_u16 (out, 0);
  put_attribute (out, ATTRIBUTE_ENCRYPTION, transform->encryption);
  if (transform->key_bits != 0)
    put_attribute (out, ATTRIBUTE_KEY_LENGTH, transform->key_bits);
  put_attribute (out, ATTRIBUTE_HASH, transform->hash);
  put_attribute (out, ATTRIBUTE_AUTH, transform->auth);
  put_attribute (out, ATTRIBUTE_GROUP, transform->group);
  put_attribute (out, ATTRIBUTE_LIFE_TYPE, LIFE_SECONDS);
  put_attribute (out, ATTRIBUTE_LIFE_DURATION, LIFE_DURATION);
  end_payload (out, start);
}

static void
put_proposal (GByteArray *out, const BywayIkeTransform *transforms, gsize n)
{
  gsize start = begin_payload (out, PAYLOAD_NONE);
  guint8 rest[4] = { 1, PROTOCOL_ISAKMP, 0, (guint8)n };

  g_byte_array_append (out, rest, sizeof rest);
  for (gsize i = 0; i < n; i++)
    put_transform (out, &transforms[i], (guint8)(i + 1), i + 1 == n);
  end_payload (out, start);
}

static void
put_header (GByteArray *out, const guint8 *initiator, const guint8 *responder, guint8 next,
            guint8 exchange)
{
  static const guint8 nobody[BYWAY_IKE_COOKIE];
  guint8 rest[4] = { next, VERSION, exchange, 0 };

  g_byte_array_append (out, initiator, BYWAY_IKE_COOKIE);
  g_byte_array_append (out, responder != NULL ? responder : nobody, BYWAY_IKE_COOKIE);
  g_byte_array_append (out, rest, sizeof rest);
  put_u32 (out, 0); /* message id */
  put_u32 (out, 0); /* length: end_message */
}

static GBytes *
end_message (GByteArray *out)
{
  guint32 length = GUINT32_TO_BE (out->len);

  memcpy (out->data + HEADER - sizeof length, &length, sizeof length);
  return g_byte_array_free_to_bytes (out);
}

/* A last vendor ID, all zeros, that makes the message so long. */
static void
put_padding (GByteArray *out, gsize bytes)
{
  gsize start = begin_payload (out, PAYLOAD_NONE);
  gsize length = out->len;

  g_byte_array_set_size (out, bytes);
  memset (out->data + length, 0, bytes - length);
  end_payload (out, start);
}

GBytes *
byway_ike_probe_new (const guint8 cookie[BYWAY_IKE_COOKIE], const BywayIkeTransform *transforms,
                     gsize n)
{
  return byway_ike_probe_new_large (cookie, transforms, n, 0);
}

GBytes *
byway_ike_probe_new_large (const guint8 cookie[BYWAY_IKE_COOKIE],
                           const BywayIkeTransform *transforms, gsize n, gsize bytes)
{
  static const guint8 vendor_ids[][16] = {
    /* RFC 3947, 3.1, and RFC 3706, 5.1 */
    { 0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45, 0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45,
      0x2f },
    { 0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01,
      0x00 },
  };
  GByteArray *out = g_byte_array_new ();
  gboolean padded;
  gsize start;

  g_return_val_if_fail (n >= 1 && n <= 255 && bytes <= G_MAXUINT16, NULL);
  put_header (out, cookie, NULL, PAYLOAD_SA, EXCHANGE_MAIN);
  start = begin_payload (out, PAYLOAD_VENDOR_ID);
  put_u32 (out, DOI_IPSEC);
  put_u32 (out, SITUATION_IDENTITY_ONLY);
  put_proposal (out, transforms, n);
  end_payload (out, start);
  padded = bytes > out->len + G_N_ELEMENTS (vendor_ids) * (GENERIC + sizeof *vendor_ids) + GENERIC;
  for (gsize i = 0; i < G_N_ELEMENTS (vendor_ids); i++)
    {
      gboolean last = i + 1 == G_N_ELEMENTS (vendor_ids) && !padded;

      start = begin_payload (out, last ? PAYLOAD_NONE : PAYLOAD_VENDOR_ID);
      g_byte_array_append (out, vendor_ids[i], sizeof vendor_ids[i]);
      end_payload (out, start);
    }
  if (padded)
    put_padding (out, bytes);
  return end_message (out);
}

GBytes *
byway_ike_forget_new (const guint8 cookie[BYWAY_IKE_COOKIE],
                      const guint8 responder_cookie[BYWAY_IKE_COOKIE])
{
  GByteArray *out = g_byte_array_new ();
  guint8 rest[4] = { PROTOCOL_ISAKMP, 0, NO_PROPOSAL_CHOSEN >> 8, NO_PROPOSAL_CHOSEN };
  gsize start;

  put_header (out, cookie, responder_cookie, PAYLOAD_NOTIFY, EXCHANGE_INFORMATIONAL);
  start = begin_payload (out, PAYLOAD_NONE);
  put_u32 (out, DOI_IPSEC);
  g_byte_array_append (out, rest, sizeof rest);
  end_payload (out, start);
  return end_message (out);
}

/* --- reading -------------------------------------------------------------------------------- */

static guint16
get_u16 (const guint8 *bytes)
{
  return (guint16)(bytes[0] << 8 | bytes[1]);
}

/* A payload's length with its header; 0: it does not fit. */
static gsize
payload_length (const guint8 *data, gsize left)
{
  gsize length = left >= GENERIC ? get_u16 (data + 2) : 0;

  return length >= GENERIC && length <= left ? length : 0;
}

static void
read_attribute (BywayIkeTransform *transform, guint16 type, guint16 value)
{
  switch (type & ~SHORT_ATTRIBUTE)
    {
    case ATTRIBUTE_ENCRYPTION:
      transform->encryption = value;
      break;
    case ATTRIBUTE_KEY_LENGTH:
      transform->key_bits = value;
      break;
    case ATTRIBUTE_HASH:
      transform->hash = value;
      break;
    case ATTRIBUTE_AUTH:
      transform->auth = value;
      break;
    case ATTRIBUTE_GROUP:
      transform->group = value;
      break;
    default:
      break;
    }
}

/* Attributes are of 4 bytes, or carry their length where those have a value (RFC 2408, 3.3). */
static gboolean
read_attributes (const guint8 *data, gsize left, BywayIkeTransform *transform)
{
  while (left > 0)
    {
      gsize size = 4;

      if (left < size)
        return FALSE;
      if ((get_u16 (data) & SHORT_ATTRIBUTE) != 0)
        read_attribute (transform, get_u16 (data), get_u16 (data + 2));
      else
        size += get_u16 (data + 2);
      if (left < size)
        return FALSE;
      data += size;
      left -= size;
    }
  return TRUE;
}

/* An answer has one proposal with one transform: the one that was chosen. */
static gboolean
read_sa (const guint8 *data, gsize length, BywayIkeTransform *transform)
{
  const gsize fixed = GENERIC + 8; /* DOI, situation */
  const guint8 *proposal = data + fixed;
  gsize proposal_length, transform_length, spi;

  if (length < fixed)
    return FALSE;
  proposal_length = payload_length (proposal, length - fixed);
  if (proposal_length < GENERIC + 4 || proposal[0] != PAYLOAD_NONE || proposal[7] != 1)
    return FALSE;
  spi = proposal[6];
  if (proposal_length < GENERIC + 4 + spi)
    return FALSE;
  data = proposal + GENERIC + 4 + spi;
  transform_length = payload_length (data, proposal_length - GENERIC - 4 - spi);
  return transform_length >= GENERIC + 4 && data[0] == PAYLOAD_NONE && data[5] == KEY_IKE
         && read_attributes (data + GENERIC + 4, transform_length - GENERIC - 4, transform);
}

static void
read_vendor (const guint8 *data, gsize length, BywayIkeReply *reply)
{
  BywayIkeVendor *vendor = &reply->vendors[reply->n_vendors];

  if (reply->n_vendors == BYWAY_IKE_VENDORS)
    return;
  vendor->length = MIN (length - GENERIC, BYWAY_IKE_VENDOR_BYTES);
  memcpy (vendor->bytes, data + GENERIC, vendor->length);
  reply->n_vendors++;
}

static BywayIkeReplyKind
read_payload (guint8 type, guint8 exchange, const guint8 *data, gsize length, BywayIkeReply *reply)
{
  if (type == PAYLOAD_SA && exchange == EXCHANGE_MAIN)
    return read_sa (data, length, &reply->transform) ? BYWAY_IKE_REPLY_ACCEPTED
                                                     : BYWAY_IKE_REPLY_NONE;
  if (type == PAYLOAD_NOTIFY && length >= GENERIC + 8)
    {
      reply->notify = get_u16 (data + GENERIC + 6);
      return BYWAY_IKE_REPLY_REFUSED;
    }
  return BYWAY_IKE_REPLY_OTHER;
}

/* The first payload that says something decides; a chain that does not end well is no answer. */
static BywayIkeReplyKind
read_payloads (const guint8 *data, gsize length, BywayIkeReply *reply)
{
  BywayIkeReplyKind kind = BYWAY_IKE_REPLY_OTHER;
  guint8 type = data[16], exchange = data[18];
  gsize at = HEADER;

  for (guint count = 0; type != PAYLOAD_NONE; count++)
    {
      gsize size = payload_length (data + at, length - at);

      if (size == 0 || count >= PAYLOADS_MAX)
        return BYWAY_IKE_REPLY_NONE;
      if (type == PAYLOAD_VENDOR_ID)
        read_vendor (data + at, size, reply);
      if (kind == BYWAY_IKE_REPLY_OTHER)
        kind = read_payload (type, exchange, data + at, size, reply);
      if (kind == BYWAY_IKE_REPLY_NONE)
        return kind;
      type = data[at];
      at += size;
    }
  return kind;
}

BywayIkeReplyKind
byway_ike_reply_parse (const guint8 *data, gsize length, const guint8 cookie[BYWAY_IKE_COOKIE],
                       BywayIkeReply *reply)
{
  BywayIkeReplyKind kind;
  guint32 claimed;

  *reply = (BywayIkeReply){ 0 };
  if (length < HEADER || memcmp (data, cookie, BYWAY_IKE_COOKIE) != 0
      || (data[17] & 0xf0) != VERSION || (data[19] & 1) != 0)
    return BYWAY_IKE_REPLY_NONE;
  memcpy (&claimed, data + 24, sizeof claimed);
  if (GUINT32_FROM_BE (claimed) != length)
    return BYWAY_IKE_REPLY_NONE;
  kind = read_payloads (data, length, reply);
  if (kind == BYWAY_IKE_REPLY_NONE)
    *reply = (BywayIkeReply){ 0 };
  else
    memcpy (reply->responder_cookie, data + BYWAY_IKE_COOKIE, BYWAY_IKE_COOKIE);
  return kind;
}
