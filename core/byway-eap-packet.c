/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-eap-packet.h"

enum
{
  REQUEST = 1,
  RESPONSE = 2,
  TYPE_NAK = 3,
  TYPE_TLS = 13,
  TYPE_MSCHAPV2 = 26
};

#define HEADER 5 /* code, id, length, type */
#define FLAG_LENGTH 0x80

#define MSCHAPV2_HEADER 4 /* operation, id, length, behind the type */
#define MSCHAPV2_FAILURE 4

#define ALERT_RECORD 21
#define ALERT_SIZE 7 /* of a record: type, version, length; level, description */
#define FATAL 2

/* What the packet says that it is long, when that can be; else 0. */
static size_t
claimed (const uint8_t *packet, size_t length)
{
  size_t says = length >= HEADER ? (size_t)packet[2] << 8 | packet[3] : 0;

  return says >= HEADER && says <= length ? says : 0;
}

unsigned int
byway_eap_packet_requested (const uint8_t *packet, size_t length)
{
  return claimed (packet, length) > 0 && packet[0] == REQUEST ? packet[4] : 0;
}

/* It comes before anything is encrypted, and alone in its packet. */
int
byway_eap_packet_alert (const uint8_t *packet, size_t length)
{
  size_t left = claimed (packet, length), header = HEADER + 1;
  const uint8_t *record;

  if (left <= header || packet[4] != TYPE_TLS)
    return -1;
  if ((packet[5] & FLAG_LENGTH) != 0)
    header += 4;
  if (left != header + ALERT_SIZE)
    return -1;
  record = packet + header;
  return record[0] == ALERT_RECORD && record[5] == FATAL ? record[6] : -1;
}

const uint8_t *
byway_eap_packet_refusal (const uint8_t *packet, size_t length, size_t *size)
{
  const size_t header = HEADER + MSCHAPV2_HEADER;
  size_t left = claimed (packet, length);

  if (left <= header || packet[0] != REQUEST || packet[4] != TYPE_MSCHAPV2
      || packet[HEADER] != MSCHAPV2_FAILURE)
    return NULL;
  *size = left - header;
  return packet + header;
}

void
byway_eap_packet_wish_for_tls (uint8_t *packet, size_t length, unsigned int requested)
{
  if (claimed (packet, length) == HEADER + 1 && packet[0] == RESPONSE && packet[4] == TYPE_NAK
      && requested != TYPE_TLS)
    packet[5] = TYPE_TLS;
}
