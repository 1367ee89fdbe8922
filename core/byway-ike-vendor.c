/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ike-vendor.h"

#include <string.h>

#define FRAGMENTATION "4048b7d56ebce88525e7de7f00d6c2d3"

/* From the RFCs, and from what these programs send (collected in public lists, such as that of
 * ike-scan). The first that fits counts. */
static const BywayIkeVendorRow rows[] = {
  { "4a131c81070358455c5728f20e95452f", "NAT traversal (RFC 3947)", BYWAY_IKE_VENDOR_NAT_T },
  { "90cb80913ebb696e086381b5ec427b1f", "NAT traversal (draft 02)", BYWAY_IKE_VENDOR_NAT_T },
  { "cd60464335df21f87cfdb2fc68b6a448", "NAT traversal (draft 02)", BYWAY_IKE_VENDOR_NAT_T },
  { "7d9419a65310ca6f2c179d9215529d56", "NAT traversal (draft 03)", BYWAY_IKE_VENDOR_NAT_T },
  { "4485152d18b6bbcd0be8a8469579ddcc", "NAT traversal (draft 00)", BYWAY_IKE_VENDOR_NAT_T },
  { "afcad71368a1f1c96b8696fc7757", "dead peer detection (RFC 3706)", BYWAY_IKE_VENDOR_FEATURE },
  { FRAGMENTATION, "fragmentation", BYWAY_IKE_VENDOR_FEATURE },
  { "09002689dfd6b712", "XAUTH", BYWAY_IKE_VENDOR_FEATURE },
  { "882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan", BYWAY_IKE_VENDOR_MAKE },
  { "4f452d4c69627265737761", "Libreswan", BYWAY_IKE_VENDOR_MAKE }, /* "OE-Libreswa" */
  { "4f45", "Libreswan or Openswan", BYWAY_IKE_VENDOR_MAKE },       /* "OE" */
  { "7003cbc1097dbe9c2600ba6983bc8b35", "racoon (ipsec-tools)", BYWAY_IKE_VENDOR_MAKE },
  { "20a3622c1cea7ce37bee3ca484425276", "racoon (ipsec-tools)", BYWAY_IKE_VENDOR_MAKE },
  { "1e2b516905991c7d7c96fcbfb587e461", "Microsoft Windows", BYWAY_IKE_VENDOR_MAKE },
  { "12f5f28c457168a9702d9fe274cc", "Cisco", BYWAY_IKE_VENDOR_MAKE },
  { "1f07f70eaa6514d3b0fa96542a50", "Cisco VPN concentrator", BYWAY_IKE_VENDOR_MAKE },
  { "f4ed19e0c114eb516faaac0ee37daf28", "Check Point", BYWAY_IKE_VENDOR_MAKE },
  { "8299031757a36082c6a621de", "Fortinet", BYWAY_IKE_VENDOR_MAKE },
  { "1d6e178f6c2c0be284985465450fe9d4", "Fortinet", BYWAY_IKE_VENDOR_MAKE },
  { "404bf439522ca3f6", "SonicWall", BYWAY_IKE_VENDOR_MAKE },
  { "5b362bc820f60001", "SonicWall", BYWAY_IKE_VENDOR_MAKE },
  { "166f932d55eb64d8e4df4fd37e2313f0", "Juniper (ScreenOS)", BYWAY_IKE_VENDOR_MAKE },
  { "699369228741c6d4ca094c93e242c9de", "Juniper (Junos)", BYWAY_IKE_VENDOR_MAKE },
  { "da8e937880010000", "WatchGuard", BYWAY_IKE_VENDOR_MAKE },
};

static int
nibble (const BywayIkeVendor *vendor, gsize index)
{
  guint8 byte = vendor->bytes[index / 2];

  return index % 2 == 0 ? byte >> 4 : byte & 0x0f;
}

static gboolean
begins_with (const BywayIkeVendor *vendor, const char *prefix)
{
  gsize digits = strlen (prefix);

  if (vendor->length * 2 < digits)
    return FALSE;
  for (gsize i = 0; i < digits; i++)
    if (nibble (vendor, i) != g_ascii_xdigit_value (prefix[i]))
      return FALSE;
  return TRUE;
}

const BywayIkeVendorRow *
byway_ike_vendor_find (const BywayIkeVendor *vendor)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (begins_with (vendor, rows[i].prefix))
      return &rows[i];
  return NULL;
}

gboolean
byway_ike_reply_splits (const BywayIkeReply *reply)
{
  for (gsize i = 0; i < reply->n_vendors; i++)
    if (begins_with (&reply->vendors[i], FRAGMENTATION))
      return TRUE;
  return FALSE;
}
