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

/* Asked for is only what would be tried again by itself. */
static void
test_asks_for (void)
{
  static const struct
  {
    BywayReconnect policy;
    BywayCause cause;
    gboolean was_up;
    const char *key;
  } rows[] = {
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_PPP_LOGIN_REFUSED, TRUE, "password" },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_PPP_LOGIN_REFUSED, FALSE, NULL },
    { BYWAY_RECONNECT_ALWAYS, BYWAY_CAUSE_PPP_LOGIN_REFUSED, FALSE, "password" },
    { BYWAY_RECONNECT_NEVER, BYWAY_CAUSE_PPP_LOGIN_REFUSED, TRUE, NULL },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_PSK_WRONG, TRUE, "ipsec-psk" },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_IKE_XAUTH_REFUSED, TRUE, "xauth-password" },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_PPP_PASSWORD_EXPIRED, TRUE, NULL },
    { BYWAY_RECONNECT_LOST, BYWAY_CAUSE_LOST_SERVER, TRUE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (byway_reconnect_asks_for (rows[i].policy, rows[i].cause, rows[i].was_up), ==,
                     rows[i].key);
}

/* Every secret that a diagnosis asks for anew is one that is not tried again. */
static void
test_refused_secrets (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    if (byway_cause_refused_secret (cause) != NULL)
      g_assert_false (byway_cause_has (cause, BYWAY_TRAIT_PASSES));
}

/* What is lost while it was up may come back; what is a warning only ends nothing. */
static void
test_kinds (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    {
      const BywayCauseRow *row = byway_cause_row (cause);

      if (g_str_has_prefix (row->code, "lost-"))
        g_assert_true (byway_cause_has (cause, BYWAY_TRAIT_PASSES));
      if (byway_cause_has (cause, BYWAY_TRAIT_WARNING))
        g_assert_false (byway_cause_has (cause, BYWAY_TRAIT_PASSES));
    }
}

/* --- after the helper was killed ------------------------------------------------------------ */

static void
test_after_death (void)
{
  static const struct
  {
    BywayReconnect policy;
    BywayWish wish;
    BywayAgain what;
    guint delay_ms;
  } rows[] = {
    { BYWAY_RECONNECT_NEVER, { 1000, TRUE, 1 }, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_LOST, { 1000, FALSE, 1 }, BYWAY_AGAIN_NEVER, 0 },
    { BYWAY_RECONNECT_LOST, { 1000, TRUE, 1 }, BYWAY_AGAIN_AFTER, 1000 },
    { BYWAY_RECONNECT_ALWAYS, { 1000, FALSE, 1 }, BYWAY_AGAIN_AFTER, 1000 },
    /* it may be this connection that kills helpers */
    { BYWAY_RECONNECT_LOST, { 1000, TRUE, 2 }, BYWAY_AGAIN_AFTER, 2000 },
    { BYWAY_RECONNECT_LOST, { 1000, TRUE, 7 }, BYWAY_AGAIN_AFTER, 60000 },
    { BYWAY_RECONNECT_LOST, { 1000, TRUE, G_MAXUINT }, BYWAY_AGAIN_AFTER, 60000 },
    { BYWAY_RECONNECT_LOST, { 1000, TRUE, 0 }, BYWAY_AGAIN_AFTER, 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BywayAgainPlan plan = byway_reconnect_plan_after_death (rows[i].policy, &rows[i].wish);

      g_assert_cmpint (plan.what, ==, rows[i].what);
      g_assert_cmpuint (plan.delay_ms, ==, rows[i].delay_ms);
    }
}

static void
test_deaths (void)
{
  BywayWish wish = { 1000, TRUE, 2 };

  g_assert_cmpuint (byway_wish_after_death (&wish, 3).deaths, ==, 3);
  g_assert_cmpuint (byway_wish_after_death (&wish, -3).deaths, ==, 3); /* the clock was put back */
  g_assert_cmpuint (byway_wish_after_death (&wish, 3600).deaths, ==, 1);
  g_assert_cmpuint (byway_wish_after_death (&wish, 3).uid, ==, 1000);
  wish.deaths = G_MAXUINT32;
  g_assert_cmpuint (byway_wish_after_death (&wish, 3).deaths, ==, G_MAXUINT32);
}

static void
test_wish_text (void)
{
  static const BywayWish wishes[]
      = { { 0, FALSE, 0 }, { 1000, TRUE, 1 }, { G_MAXUINT32, TRUE, G_MAXUINT32 } };
  static const char *const bad[] = {
    "",
    "end\n",
    "user 1\nup yes\ndeaths 0\n",
    "user 1\nup yes\ndeaths 0\nend",
    "user 1\nup yes\ndeaths 0\nend\n\n",
    "user 1\nup yes\ndeaths 0\nend\nuser 2\n",
    "user -1\nup yes\ndeaths 0\nend\n",
    "user 01\nup yes\ndeaths 0\nend\n",
    "user 4294967296\nup yes\ndeaths 0\nend\n",
    "user 1\nup perhaps\ndeaths 0\nend\n",
    "user 1\ndeaths 0\nup yes\nend\n",
    "user 1\nup yes\ndeaths 0\nEND\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autofree char *text = byway_wish_to_text (&wishes[i]);
      BywayWish again = { 0 };

      g_assert_true (byway_wish_parse (text, &again));
      g_assert_cmpuint (again.uid, ==, wishes[i].uid);
      g_assert_cmpint (again.was_up, ==, wishes[i].was_up);
      g_assert_cmpuint (again.deaths, ==, wishes[i].deaths);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      BywayWish untouched = { 7, TRUE, 7 };

      g_assert_false (byway_wish_parse (bad[i], &untouched));
      g_assert_cmpuint (untouched.uid, ==, 7);
    }
}

/* A token counts wrong PINs, and locks itself: neither this helper nor the next one sends it one
 * again that it has not taken. */
static void
test_token (void)
{
  static const BywayCause causes[]
      = { BYWAY_CAUSE_TOKEN_NO_PLUGIN, BYWAY_CAUSE_TOKEN_NOT_FOUND, BYWAY_CAUSE_TOKEN_PIN,
          BYWAY_CAUSE_TOKEN_TAKEN, BYWAY_CAUSE_TOKEN_UNDECIDED };
  BywayToken place = { 0 };
  BywayProfile by_token = { .ipsec = TRUE, .machine_token = &place };
  BywayProfile by_key = { .ipsec = TRUE };

  by_token.machine_auth = by_key.machine_auth = BYWAY_AUTH_CERTIFICATE;
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    g_assert_cmpint (byway_reconnect_plan (BYWAY_RECONNECT_ALWAYS, causes[i], TRUE, 0).what, ==,
                     BYWAY_AGAIN_NEVER);
  g_assert_true (byway_profile_uses_token (&by_token));
  g_assert_false (byway_reconnect_outlives_helper (&by_token, FALSE));
  g_assert_true (byway_reconnect_outlives_helper (&by_token, TRUE));
  g_assert_true (byway_reconnect_outlives_helper (&by_key, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reconnect/plan", test_plan);
  g_test_add_func ("/reconnect/refused-secrets", test_refused_secrets);
  g_test_add_func ("/reconnect/asks-for", test_asks_for);
  g_test_add_func ("/reconnect/token", test_token);
  g_test_add_func ("/reconnect/kinds", test_kinds);
  g_test_add_func ("/reconnect/after-death", test_after_death);
  g_test_add_func ("/reconnect/deaths", test_deaths);
  g_test_add_func ("/reconnect/wish-text", test_wish_text);
  return g_test_run ();
}
