/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* What a tunnel needs of the kernel. */
typedef enum
{
  BYWAY_KERNEL_PPP,  /* /dev/ppp */
  BYWAY_KERNEL_L2TP, /* PPP over L2TP */
  BYWAY_KERNEL_ESP,  /* IPsec's table, and ESP in it */
  BYWAY_N_KERNEL_PARTS
} BywayKernelPart;

/* Asks the kernel for it, which loads the module where that is possible, and gives it back at once:
 * 0, or the errno of the refusal. Root's, because of /dev/ppp and IPsec's table. */
int byway_kernel_try (BywayKernelPart part);
/* "ppp", "l2tp", "esp" */
const char *byway_kernel_part_name (BywayKernelPart part);
/* All of them, ESP only for @ipsec; the first that is missing is the error, of BYWAY_FAILURE. */
gboolean byway_kernel_check (gboolean ipsec, GError **error);
