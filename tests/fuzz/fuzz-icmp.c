/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-wire-facts.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  BywayAddress here = { 4, { 192, 0, 2, 10 } }, server = { 4, { 198, 51, 100, 1 } };
  BywayWireFacts facts = { 0 };
  BywayIcmpNotice notice;

  if (byway_icmp_parse (data, size, &here, &server, &notice))
    byway_wire_facts_add_notice (&facts, &notice);
  return 0;
}
