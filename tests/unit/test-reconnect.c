/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a connection is brought up again by itself, and when it is not. */
#include "config.h"

#include "byway-reconnect.h"

static void
test_plan (void)
{
  static const struct
  {
    BywayReconnect policy;
    BywayCause cause;
    gboolean was_up;
    guint failures;
    BywayAgain what;
    guint delay_ms;
  } rows[] = {
    /* the policy */
    { BYWAY_RECONNECT_NEVER, BYWAY_CAUSE_LOST_SERVER, TRUE, 0, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_NEVER, BYWAY_CAUSE_LOST_UPLINK, TRUE, 0, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_LOST_SERVER, TRUE, 0, BYWAY_AGAIN_AFTER, 1000 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_SILENT, FALSE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_SILENT, TRUE, 1, BYWAY_AGAIN_AFTER, 2000 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_IKE_SILENT, FALSE, 1, BYWAY_AGAIN_AFTER, 2000 },
    /* the steps, up to a minute */
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_SILENT, TRUE, 2, BYWAY_AGAIN_AFTER, 4000 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_SILENT, TRUE, 3, BYWAY_AGAIN_AFTER, 8000 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_SILENT, TRUE, 6, BYWAY_AGAIN_AFTER, 60000 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_SILENT, TRUE, G_MAXUINT, BYWAY_AGAIN_AFTER, 60000 },
    /* this machine's own changes are over when they are known */
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_LOST_UPLINK, TRUE, 0, BYWAY_AGAIN_AFTER, 0 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_LOST_TO_SLEEP, TRUE, 0, BYWAY_AGAIN_AFTER, 0 },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_NO_ROUTE, TRUE, 1, BYWAY_AGAIN_WHEN_ROUTED, 60000 },
    /* a refused secret, or anything that only a person can change, is never tried twice */
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_PPP_LOGIN_REFUSED, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_IKE_PSK_WRONG, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_IKE_PSK_UNKNOWN, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_PPP_PASSWORD_EXPIRED, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_SECRETS_MISSING, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_DENIED, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_IKE_PROPOSAL, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_UNEXPECTED, TRUE, 1, BYWAY_AGAIN_NEVER, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BywayAgainPlan plan
          = byway_reconnect_plan (rows[i].policy, rows[i].cause, rows[i].was_up, rows[i].failures);

      g_assert_cmpint (plan.what, ==, rows[i].what);
      g_assert_cmpuint (plan.delay_ms, ==, rows[i].delay_ms);
    }
}

/* Every secret that a diagnosis asks for anew is one that is not tried again. */
static void
test_refused_secrets (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    if (byway_cause_refused_secret (cause) != NULL)
      g_assert_false (byway_cause_may_pass (cause));
}

/* What is lost while it was up may come back; what is a warning only ends nothing. */
static void
test_kinds (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      const BywayCauseRow *row = byway_cause_row (cause);

      if (g_str_has_prefix (row->code, "lost-"))
        g_assert_true (byway_cause_may_pass (cause));
      if (row->warning)
        g_assert_false (byway_cause_may_pass (cause));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reconnect/plan", test_plan);
  g_test_add_func ("/reconnect/refused-secrets", test_refused_secrets);
  g_test_add_func ("/reconnect/kinds", test_kinds);
  return g_test_run ();
}
