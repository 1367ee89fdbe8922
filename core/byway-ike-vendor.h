/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ike-probe.h"

typedef enum
{
  BYWAY_IKE_VENDOR_MAKE,    /* whose program it is */
  BYWAY_IKE_VENDOR_NAT_T,   /* it can go through address translation */
  BYWAY_IKE_VENDOR_FEATURE, /* something else that it can do */
} BywayIkeVendorKind;

typedef struct
{
  const char *prefix; /* in hexadecimal; what follows are versions */
  const char *name;
  BywayIkeVendorKind kind;
} BywayIkeVendorRow;

/* It says that it takes messages in IKE's own fragments, no larger than a packet (for version 1,
 * what Cisco and Microsoft began; RFC 7383 is version 2's). */
gboolean byway_ike_reply_splits (const BywayIkeReply *reply);
/* NULL: not known. */
const BywayIkeVendorRow *byway_ike_vendor_find (const BywayIkeVendor *vendor);
