/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-redialer.h"

struct _BywayRedialer
{
  GObject parent;
  BywayConnection *connection; /* who owns us */
  gboolean wanted, was_up;
  gboolean asleep, due;    /* due: its time came while asleep */
  BywaySecretSet *secrets; /* NULL: not wanted */
  GStrv lacks;             /* NULL: it does not wait for any */
  guint failures;          /* in a row */
  gboolean alone;          /* nobody who called for it looks on */
  const char *refused;     /* the key of a secret that was, since it was last up; NULL: none */
  GCancellable *question;  /* for another one; NULL: none is open */
  BywayAgainPlan plan;
  guint timer; /* source; 0: not waiting */
  gint64 next; /* unix s */
};

G_DEFINE_FINAL_TYPE (BywayRedialer, byway_redialer, G_TYPE_OBJECT)

enum
{
  SIGNAL_AGAIN,
  SIGNAL_CHANGED,
  SIGNAL_REFUSED,
  SIGNAL_WISH,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
stop_waiting (BywayRedialer *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->lacks, g_strfreev);
  self->due = FALSE;
  self->next = 0;
}

static void
try_again (BywayRedialer *self)
{
  g_autoptr (BywaySecretSet) secrets = byway_secret_set_ref (self->secrets);

  stop_waiting (self);
  self->alone = TRUE;
  g_signal_emit (self, signals[SIGNAL_AGAIN], 0, secrets);
}

/* As soon as the machine is awake. */
static void
try_again_awake (BywayRedialer *self)
{
  if (!self->asleep)
    try_again (self);
  else
    {
      stop_waiting (self);
      self->due = TRUE;
    }
}

static gboolean
on_timer (gpointer data)
{
  BywayRedialer *self = data;

  self->timer = 0;
  self->due = self->asleep;
  if (!self->asleep)
    try_again (self);
  return G_SOURCE_REMOVE;
}

static void
wait (BywayRedialer *self, const BywayAgainPlan *plan)
{
  self->plan = *plan;
  self->next = (g_get_real_time () / 1000 + plan->delay_ms) / 1000;
  self->timer = g_timeout_add (plan->delay_ms, on_timer, self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- what happens --------------------------------------------------------------------------- */

static BywayProfile *
parse_profile (BywayRedialer *self)
{
  return byway_profile_parse (byway_connection_get_record (self->connection)->settings, NULL);
}

/* Who called for it is told, and asks by himself. */
static const char *
find_question (BywayRedialer *self, const BywayProfile *profile, BywayCause cause)
{
  if (profile == NULL || !self->alone || self->refused != NULL)
    return NULL;
  return byway_reconnect_asks_for (profile->reconnect, cause, self->was_up);
}

/* The next helper would not know that it was refused. */
static void
ask (BywayRedialer *self, const char *key)
{
  g_autoptr (GCancellable) question = g_cancellable_new ();

  self->refused = key;
  self->question = g_object_ref (question);
  g_signal_emit (self, signals[SIGNAL_WISH], 0, NULL);
  g_signal_emit (self, signals[SIGNAL_REFUSED], 0, key, question);
}

static void
decide (BywayRedialer *self, BywayCause cause)
{
  g_autoptr (BywayProfile) profile = parse_profile (self);
  const char *question = find_question (self, profile, cause);
  BywayAgainPlan plan = { BYWAY_AGAIN_NEVER, 0 };

  if (profile != NULL)
    plan = byway_reconnect_plan (profile->reconnect, cause, self->was_up, self->failures);
  if (plan.what != BYWAY_AGAIN_NEVER)
    wait (self, &plan);
  else if (question != NULL)
    ask (self, question);
  else
    byway_redialer_give_up (self);
}

void
byway_redialer_fail (BywayRedialer *self, BywayCause cause)
{
  if (!self->wanted)
    return;
  self->failures++;
  decide (self, cause);
}

/* One that ended without a failure was ended by somebody: he does not want it. */
static void
on_end (BywayRedialer *self)
{
  BywaySession *session = byway_connection_get_session (self->connection);

  if (!byway_session_has_failed (session))
    byway_redialer_give_up (self);
  else if (byway_session_was_up (session))
    {
      self->failures = 0;
      decide (self, byway_session_get_diagnosis (session)->cause);
    }
  else
    byway_redialer_fail (self, byway_session_get_diagnosis (session)->cause);
}

/* In place of what there was. What its user wants to be asked for each time is not kept. */
static void
keep (BywayRedialer *self, BywaySecretSet *secrets)
{
  g_autoptr (BywayProfile) profile = parse_profile (self);
  g_autoptr (BywaySecretSet) old = self->secrets;

  self->secrets
      = profile != NULL ? byway_secret_set_new_kept (secrets, profile) : byway_secret_set_new ();
}

/* An answer to a question was for as many attempts as it took, and no longer. */
static void
on_up (BywayRedialer *self)
{
  gboolean first = !self->was_up || self->refused != NULL;

  self->was_up = self->alone = TRUE;
  self->refused = NULL;
  self->failures = 0;
  keep (self, self->secrets);
  if (first)
    g_signal_emit (self, signals[SIGNAL_WISH], 0, self->secrets);
}

static void
on_state (BywayConnection *connection, guint state, BywayRedialer *self)
{
  if (!self->wanted)
    return;
  if (state == BYWAY_STATE_UP)
    on_up (self);
  else if (state == BYWAY_STATE_DONE)
    on_end (self);
}

/* The way to the server may be there now. */
static void
on_network (BywayRouteWatch *watch, BywayRedialer *self)
{
  if (self->timer != 0 && !self->asleep && self->plan.what == BYWAY_AGAIN_WHEN_ROUTED)
    try_again (self);
}

/* --- what the user says --------------------------------------------------------------------- */

static void
begin (BywayRedialer *self, BywaySecretSet *secrets, gboolean was_up)
{
  self->wanted = TRUE;
  self->was_up = was_up;
  keep (self, secrets);
  g_signal_emit (self, signals[SIGNAL_WISH], 0, self->secrets);
}

void
byway_redialer_want (BywayRedialer *self, BywaySecretSet *secrets)
{
  g_autoptr (BywayProfile) profile = parse_profile (self);

  byway_redialer_give_up (self);
  if (profile == NULL || profile->reconnect == BYWAY_RECONNECT_NEVER)
    return; /* then nothing is kept longer than its session */
  begin (self, secrets, FALSE);
}

void
byway_redialer_resume (BywayRedialer *self, BywaySecretSet *secrets, gboolean was_up,
                       const BywayAgainPlan *plan)
{
  begin (self, secrets, was_up);
  wait (self, plan);
}

void
byway_redialer_lack (BywayRedialer *self, GStrv keys)
{
  stop_waiting (self);
  self->lacks = g_strdupv (keys);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
byway_redialer_supply (BywayRedialer *self)
{
  if (self->lacks != NULL)
    try_again_awake (self);
}

gboolean
byway_redialer_answer (BywayRedialer *self, BywaySecretSet *answer)
{
  g_return_val_if_fail (self->question != NULL, FALSE);

  if (answer == NULL || byway_secret_set_get (answer, self->refused, NULL) == NULL
      || byway_secret_set_same (answer, self->secrets, self->refused))
    {
      byway_redialer_give_up (self);
      return FALSE;
    }
  g_clear_object (&self->question);
  byway_secret_set_merge (answer, self->secrets);
  byway_secret_set_unref (self->secrets);
  self->secrets = byway_secret_set_ref (answer);
  try_again_awake (self);
  return TRUE;
}

void
byway_redialer_reconsider (BywayRedialer *self)
{
  g_autoptr (BywayProfile) profile = parse_profile (self);

  if (!self->wanted)
    return;
  if (profile == NULL || profile->reconnect == BYWAY_RECONNECT_NEVER)
    {
      byway_redialer_give_up (self);
      return;
    }
  keep (self, self->secrets);
  if (self->refused == NULL)
    g_signal_emit (self, signals[SIGNAL_WISH], 0, self->secrets);
}

static void
end_question (BywayRedialer *self)
{
  if (self->question != NULL)
    g_cancellable_cancel (self->question);
  g_clear_object (&self->question);
}

void
byway_redialer_give_up (BywayRedialer *self)
{
  gboolean waited = self->timer != 0 || self->due || self->lacks != NULL || self->question != NULL;
  gboolean wanted = self->wanted;

  stop_waiting (self);
  end_question (self);
  self->refused = NULL;
  self->wanted = self->was_up = self->alone = FALSE;
  self->failures = 0;
  g_clear_pointer (&self->secrets, byway_secret_set_unref);
  if (wanted)
    g_signal_emit (self, signals[SIGNAL_WISH], 0, NULL);
  if (waited)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
byway_redialer_set_asleep (BywayRedialer *self, gboolean asleep)
{
  self->asleep = asleep;
  if (!asleep && self->due)
    try_again (self);
}

gboolean
byway_redialer_is_wanted (BywayRedialer *self)
{
  return self->wanted;
}

gboolean
byway_redialer_was_up (BywayRedialer *self)
{
  return self->was_up;
}

GStrv
byway_redialer_dup_lacks (BywayRedialer *self)
{
  return self->lacks != NULL ? g_strdupv (self->lacks) : g_new0 (char *, 1);
}

gint64
byway_redialer_get_next (BywayRedialer *self)
{
  return self->next;
}

/* --- the object ----------------------------------------------------------------------------- */

BywayRedialer *
byway_redialer_new (BywayConnection *connection, BywayRouteWatch *watch)
{
  BywayRedialer *self = g_object_new (BYWAY_TYPE_REDIALER, NULL);

  self->connection = connection;
  g_signal_connect_object (connection, "state", G_CALLBACK (on_state), self, 0);
  if (watch != NULL)
    g_signal_connect_object (watch, "changed", G_CALLBACK (on_network), self, 0);
  return self;
}

static void
byway_redialer_finalize (GObject *object)
{
  BywayRedialer *self = BYWAY_REDIALER (object);

  stop_waiting (self);
  end_question (self);
  g_clear_pointer (&self->secrets, byway_secret_set_unref);
  G_OBJECT_CLASS (byway_redialer_parent_class)->finalize (object);
}

static void
byway_redialer_class_init (BywayRedialerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_redialer_finalize;
  signals[SIGNAL_AGAIN] = g_signal_new ("again", BYWAY_TYPE_REDIALER, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", BYWAY_TYPE_REDIALER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REFUSED]
      = g_signal_new ("refused", BYWAY_TYPE_REDIALER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_CANCELLABLE);
  signals[SIGNAL_WISH] = g_signal_new ("wish", BYWAY_TYPE_REDIALER, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
byway_redialer_init (BywayRedialer *self)
{
}
