/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-reconnect.h"

/* A server that reboots is back within minutes; one that is overrun must not be asked by everybody
 * every second. */
static const guint steps_ms[] = { 1000, 2000, 4000, 8000, 15000, 30000, 60000 };
#define UNROUTED_MS 60000

gboolean
byway_cause_may_pass (BywayCause cause)
{
  switch (cause)
    {
    case BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE:
    case BYWAY_CAUSE_LIBRESWAN_UNREACHABLE:
    case BYWAY_CAUSE_LIBRESWAN_AUTHORITIES: /* in five minutes */
    case BYWAY_CAUSE_NAME_UNKNOWN:          /* of a network that is only half there */
    case BYWAY_CAUSE_NAME_SERVER_SILENT:
    case BYWAY_CAUSE_NO_ROUTE:
    case BYWAY_CAUSE_IKE_SILENT:
    case BYWAY_CAUSE_IKE_REJECTED:
    case BYWAY_CAUSE_IKE_HOST_UNREACHABLE:
    case BYWAY_CAUSE_IKE_500_BLOCKED:
    case BYWAY_CAUSE_IKE_4500_SILENT:
    case BYWAY_CAUSE_IKE_STALLED:
    case BYWAY_CAUSE_ESP_STALLED:
    case BYWAY_CAUSE_ESP_SILENT:
    case BYWAY_CAUSE_L2TP_SILENT:
    case BYWAY_CAUSE_L2TP_NO_SERVER:
    case BYWAY_CAUSE_L2TP_PLAIN_SILENT:
    case BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER:
    case BYWAY_CAUSE_L2TP_REFUSED:
    case BYWAY_CAUSE_L2TP_FULL:
    case BYWAY_CAUSE_L2TP_NO_SESSION:
    case BYWAY_CAUSE_L2TP_LOCAL:
    case BYWAY_CAUSE_PPP_SILENT:
    case BYWAY_CAUSE_PPP_DEAF:
    case BYWAY_CAUSE_PPP_LOGIN_STALLED:
    case BYWAY_CAUSE_PPP_NO_ADDRESS:
    case BYWAY_CAUSE_PPP_HUNG_UP:
    case BYWAY_CAUSE_IP_FAILED:
    case BYWAY_CAUSE_LOST_SERVER:
    case BYWAY_CAUSE_LOST_BY_SERVER:
    case BYWAY_CAUSE_LOST_IPSEC:
    case BYWAY_CAUSE_LOST_XL2TPD:
    case BYWAY_CAUSE_LOST_PPPD:
    case BYWAY_CAUSE_LOST_IKE_DAEMON:
    case BYWAY_CAUSE_LOST_UPLINK:
    case BYWAY_CAUSE_LOST_TO_SLEEP:
      return TRUE;
    case BYWAY_CAUSE_UNEXPECTED:
    case BYWAY_CAUSE_NO_PPPD:
    case BYWAY_CAUSE_NO_XL2TPD:
    case BYWAY_CAUSE_NO_IKE_DAEMON:
    case BYWAY_CAUSE_IKE_NO_IKEV1:
    case BYWAY_CAUSE_IKE_ALGORITHM_MISSING:
    case BYWAY_CAUSE_IKE_PORT_TAKEN:
    case BYWAY_CAUSE_NO_LIBRESWAN:
    case BYWAY_CAUSE_LIBRESWAN_IKEV1_OFF:
    case BYWAY_CAUSE_LIBRESWAN_ALGORITHM_MISSING:
    case BYWAY_CAUSE_LIBRESWAN_UNABLE:
    case BYWAY_CAUSE_LIBRESWAN_NSS:
    case BYWAY_CAUSE_LIBRESWAN_NSS_LOCKED:
    case BYWAY_CAUSE_LIBRESWAN_CERT_TAKEN:
    case BYWAY_CAUSE_PPPD_PLUGIN_MISMATCH:
    case BYWAY_CAUSE_PPPD_OPTION_REFUSED:
    case BYWAY_CAUSE_PPPD_NO_EAP_TLS:
    case BYWAY_CAUSE_KERNEL_NO_PPP:
    case BYWAY_CAUSE_KERNEL_NO_L2TP:
    case BYWAY_CAUSE_KERNEL_NO_ESP:
    case BYWAY_CAUSE_DENIED:
    case BYWAY_CAUSE_SECRETS_MISSING:
    case BYWAY_CAUSE_KEYRING_LOCKED:
    case BYWAY_CAUSE_SERVER_BUSY:
    case BYWAY_CAUSE_CERT_FILE:
    case BYWAY_CAUSE_CERT_FORMAT:
    case BYWAY_CAUSE_CERT_PASSWORD:
    case BYWAY_CAUSE_CERT_LEGACY:
    case BYWAY_CAUSE_CERT_KEY_MISSING:
    case BYWAY_CAUSE_CERT_KEY_MISMATCH:
    case BYWAY_CAUSE_CERT_EXPIRED:
    case BYWAY_CAUSE_CERT_EXPIRES_SOON:
    case BYWAY_CAUSE_CERT_USAGE:
    case BYWAY_CAUSE_CERT_NO_AUTHORITY:
    case BYWAY_CAUSE_TOKEN_NO_PLUGIN:
    case BYWAY_CAUSE_TOKEN_NOT_FOUND:
    case BYWAY_CAUSE_TOKEN_PIN: /* after a few wrong ones a token locks itself for good */
    case BYWAY_CAUSE_TOKEN_TAKEN:
    case BYWAY_CAUSE_NAME_WITHOUT_IPV4:
    case BYWAY_CAUSE_IKE_SOURCE_500_BLOCKED:
    case BYWAY_CAUSE_IKE_PROPOSAL:
    case BYWAY_CAUSE_IKE_PSK_WRONG:
    case BYWAY_CAUSE_IKE_PSK_UNKNOWN:
    case BYWAY_CAUSE_IKE_PSK_NOT_LOADED:
    case BYWAY_CAUSE_IKE_REMOTE_ID:
    case BYWAY_CAUSE_IKE_LOCAL_ID:
    case BYWAY_CAUSE_IKE_REFUSED:
    case BYWAY_CAUSE_IKE_LOGIN_REFUSED:
    case BYWAY_CAUSE_IKE_AGGRESSIVE_REFUSED:
    case BYWAY_CAUSE_IKE_WANTS_XAUTH:
    case BYWAY_CAUSE_IKE_CERT_UNTRUSTED:
    case BYWAY_CAUSE_IKE_CERT_EXPIRED:
    case BYWAY_CAUSE_IKE_CERT_IDENTITY:
    case BYWAY_CAUSE_IKE_CERT_REFUSED:
    case BYWAY_CAUSE_IKE_TRUST_SHARED:
    case BYWAY_CAUSE_IKE_NO_XAUTH:
    case BYWAY_CAUSE_IKE_XAUTH_REFUSED:
    case BYWAY_CAUSE_IKE_AGGRESSIVE:
    case BYWAY_CAUSE_NOT_PROTECTED:
    case BYWAY_CAUSE_ESP_PROPOSAL:
    case BYWAY_CAUSE_ESP_SELECTORS:
    case BYWAY_CAUSE_ESP_NOT_INSTALLED:
    case BYWAY_CAUSE_L2TP_WANTS_SECRET:
    case BYWAY_CAUSE_L2TP_SECRET_WRONG:
    case BYWAY_CAUSE_PPP_LOGIN_REFUSED:
    case BYWAY_CAUSE_PPP_METHOD:
    case BYWAY_CAUSE_PPP_CERT_REFUSED:
    case BYWAY_CAUSE_PPP_CERT_UNTRUSTED:
    case BYWAY_CAUSE_PPP_CERT_EXPIRED:
    case BYWAY_CAUSE_PPP_CERT_NAME:
    case BYWAY_CAUSE_PPP_PASSWORD_EXPIRED:
    case BYWAY_CAUSE_PPP_NO_DIAL_IN:
    case BYWAY_CAUSE_PPP_HOURS:
    case BYWAY_CAUSE_PPP_ACCOUNT_DISABLED:
    case BYWAY_CAUSE_PPP_OTHER_NAME:
    case BYWAY_CAUSE_PPP_MPPE:
    case BYWAY_CAUSE_PPP_NO_MPPE:
    case BYWAY_CAUSE_IP_COLLISION:
    case BYWAY_CAUSE_IP_SERVER_INSIDE:
    case BYWAY_CAUSE_IP_MTU:
    case BYWAY_N_CAUSES:
      return FALSE;
    }
  return FALSE;
}

static guint
step_for (guint number)
{
  return steps_ms[MIN (number, G_N_ELEMENTS (steps_ms) - 1)];
}

static guint
delay_for (BywayCause cause, guint failures)
{
  /* The network here has changed, and is what it will be. */
  if (cause == BYWAY_CAUSE_LOST_UPLINK || cause == BYWAY_CAUSE_LOST_TO_SLEEP)
    return 0;
  return step_for (failures);
}

static gboolean
is_wanted (BywayReconnect policy, gboolean was_up)
{
  return policy == BYWAY_RECONNECT_ALWAYS || (policy == BYWAY_RECONNECT_LOST && was_up);
}

BywayAgainPlan
byway_reconnect_plan (BywayReconnect policy, BywayCause cause, gboolean was_up, guint failures)
{
  if (!is_wanted (policy, was_up) || !byway_cause_may_pass (cause))
    return (BywayAgainPlan){ BYWAY_AGAIN_NEVER, 0 };
  if (cause == BYWAY_CAUSE_NO_ROUTE)
    return (BywayAgainPlan){ BYWAY_AGAIN_WHEN_ROUTED, UNROUTED_MS };
  return (BywayAgainPlan){ BYWAY_AGAIN_AFTER, delay_for (cause, failures) };
}

BywayAgainPlan
byway_reconnect_plan_after_death (BywayReconnect policy, const BywayWish *wish)
{
  if (!is_wanted (policy, wish->was_up))
    return (BywayAgainPlan){ BYWAY_AGAIN_NEVER, 0 };
  return (BywayAgainPlan){ BYWAY_AGAIN_AFTER, step_for (wish->deaths - MIN (wish->deaths, 1)) };
}
