/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-eap.h"

#include "byway-eap-packet.h"
#include "byway-pppd-helper.h"
#include "byway-pppd-login.h"
#include "byway-pppd-vault.h"

static int alert_is_told;
static unsigned int requested; /* the type of the peer's last EAP request */

void
byway_pppd_eap_reset (void)
{
  requested = 0;
  alert_is_told = 0;
}

/* Who does not like whose certificate: a fatal alert says it; pppd logs only that EAP failed. */
static void
look_for_alert (const unsigned char *packet, int length, enum byway_pppd_tls_alert_by by)
{
  struct byway_pppd_message message = { .type = BYWAY_PPPD_TLS_ALERT };
  int alert = byway_eap_packet_alert (packet, (size_t)length);

  if (alert < 0 || alert_is_told)
    return;
  alert_is_told = 1;
  message.tls_alert.by = by;
  message.tls_alert.description = (uint8_t)alert;
  byway_pppd_helper_tell (&message);
}

void
byway_pppd_eap_look (const unsigned char *packet, int length)
{
  unsigned int type = byway_eap_packet_requested (packet, (size_t)length);
  size_t size;
  const unsigned char *words = byway_eap_packet_refusal (packet, (size_t)length, &size);

  if (type != 0)
    requested = type;
  if (byway_pppd_vault_is_by_certificate ())
    look_for_alert (packet, length, BYWAY_PPPD_TLS_ALERT_BY_PEER);
  else if (words != NULL && byway_pppd_login_protocol () == BYWAY_PPPD_AUTH_EAP)
    byway_pppd_login_tell_words (words, (int)size);
}

void
byway_pppd_eap_look_at_sent (unsigned char *packet, int length)
{
  if (!byway_pppd_vault_is_by_certificate ())
    return;
  look_for_alert (packet, length, BYWAY_PPPD_TLS_ALERT_BY_US);
  byway_eap_packet_wish_for_tls (packet, (size_t)length, requested);
}
