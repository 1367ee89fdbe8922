/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-kernel-modules.h"

#include <stdint.h>

/* One text in the place of each file. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);

  byway_kernel_module_state ("l2tp_ppp", text, NULL, NULL, NULL);
  byway_kernel_module_state ("l2tp_ppp", NULL, text, NULL, text);
  byway_kernel_module_state ("l2tp-ppp", NULL, NULL, text, NULL);
  return 0;
}
