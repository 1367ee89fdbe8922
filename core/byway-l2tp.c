/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-l2tp.h"

#include <string.h>

#define HEADER_SIZE 12
#define CONTROL_FLAGS 0xc802 /* T, L and S, version 2 */
#define CONTROL_MASK 0xc80f
#define MANDATORY 0x8000

enum
{
  AVP_MESSAGE_TYPE = 0,
  AVP_RESULT_CODE = 1,
  AVP_ASSIGNED_TUNNEL_ID = 9
};

enum
{
  MESSAGE_STOP = 4,
  MESSAGE_HELLO = 6
};

#define RESULT_CLEAR_REQUEST 1 /* "General request to clear control connection" */

static guint8 *
put16 (guint8 *out, guint16 value)
{
  out[0] = value >> 8;
  out[1] = value & 0xff;
  return out + 2;
}

static guint16
get16 (const guint8 *data)
{
  return data[0] << 8 | data[1];
}

/* One attribute of 16 bits (RFC 2661, 4.1). */
static guint8 *
put_avp (guint8 *out, guint16 type, guint16 value)
{
  out = put16 (out, MANDATORY | 8);
  out = put16 (out, 0);
  out = put16 (out, type);
  return put16 (out, value);
}

static gsize
finish (const BywayL2tpTunnel *tunnel, guint16 ns, guint8 *out, const guint8 *end)
{
  guint16 length = end - out;

  out = put16 (out, CONTROL_FLAGS);
  out = put16 (out, length);
  out = put16 (out, tunnel->remote_id);
  out = put16 (out, 0);
  out = put16 (out, ns);
  put16 (out, tunnel->nr);
  return length;
}

gsize
byway_l2tp_write_old_hello (const BywayL2tpTunnel *tunnel, guint8 *out)
{
  guint8 *end = put_avp (out + HEADER_SIZE, AVP_MESSAGE_TYPE, MESSAGE_HELLO);

  return finish (tunnel, 0, out, end);
}

gsize
byway_l2tp_write_stop (const BywayL2tpTunnel *tunnel, guint8 *out)
{
  guint8 *end = put_avp (out + HEADER_SIZE, AVP_MESSAGE_TYPE, MESSAGE_STOP);

  end = put_avp (end, AVP_ASSIGNED_TUNNEL_ID, tunnel->local_id);
  end = put_avp (end, AVP_RESULT_CODE, RESULT_CLEAR_REQUEST);
  return finish (tunnel, tunnel->ns, out, end);
}

gboolean
byway_l2tp_read (const guint8 *data, gsize length, BywayL2tpTunnel *tunnel)
{
  if (length < HEADER_SIZE || (get16 (data) & CONTROL_MASK) != CONTROL_FLAGS
      || get16 (data + 2) < HEADER_SIZE || get16 (data + 2) > length
      || get16 (data + 4) != tunnel->local_id)
    return FALSE;
  /* A message without attributes (ZLB) does not use its number up. */
  tunnel->nr = get16 (data + 8) + (get16 (data + 2) > HEADER_SIZE);
  tunnel->ns = get16 (data + 10);
  return TRUE;
}
