/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "byway-xl2tpd-log.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *clean = byway_xl2tpd_clean_line ((const char *)data, (gssize)size);
  BywayXl2tpdEvent event = byway_xl2tpd_parse_line (clean);

  if (strlen (clean) > 400 || !g_utf8_validate (clean, -1, NULL)
      || !g_utf8_validate (event.text, -1, NULL))
    abort ();
  for (const char *p = clean; *p != '\0'; p++)
    if ((guchar)*p < 0x20 || *p == 0x7f)
      abort ();
  return 0;
}
