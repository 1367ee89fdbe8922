/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is taken has exactly one encoding, the one that was given, and decodes to the same again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct byway_pppd_message message, again;
  uint8_t bytes[BYWAY_PPPD_MESSAGE_MAX];
  ssize_t n;

  if (byway_pppd_message_decode (&message, data, size) < 0)
    return 0;
  n = byway_pppd_message_encode (&message, bytes, sizeof bytes);
  if (n < 0 || (size_t)n != size || memcmp (bytes, data, size) != 0)
    abort ();
  if (byway_pppd_message_decode (&again, bytes, (size_t)n) < 0
      || memcmp (&message, &again, sizeof message) != 0)
    abort ();
  return 0;
}
