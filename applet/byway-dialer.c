/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-dialer.h"

#include "byway-error.h"
#include "byway-words.h"

struct _BywayDialer
{
  GObject parent;
  BywayClient *client;
  BywayRoster *roster;
  BywaySecretAgent *agent;
  BywayNmProfiles *profiles;
  GHashTable *attempts; /* id -> Attempt: those that the user began here */
};

G_DEFINE_FINAL_TYPE (BywayDialer, byway_dialer, G_TYPE_OBJECT)

/* From a click until it is up or has failed. */
typedef struct
{
  BywayDialer *dialer; /* referenced by each step, not by this */
  char *id;
  GCancellable *cancellable;
  gatomicrefcount references;
} Attempt;

static Attempt *
attempt_new (BywayDialer *dialer, const char *id)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->dialer = g_object_ref (dialer);
  attempt->id = g_strdup (id);
  attempt->cancellable = g_cancellable_new ();
  g_atomic_ref_count_init (&attempt->references);
  return attempt;
}

static Attempt *
attempt_ref (Attempt *attempt)
{
  g_atomic_ref_count_inc (&attempt->references);
  return attempt;
}

static void
attempt_unref (Attempt *attempt)
{
  if (!g_atomic_ref_count_dec (&attempt->references))
    return;
  g_object_unref (attempt->dialer);
  g_object_unref (attempt->cancellable);
  g_free (attempt->id);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_unref)

/* It was cancelled, or another one has taken its place. */
static gboolean
is_stale (Attempt *attempt)
{
  return g_hash_table_lookup (attempt->dialer->attempts, attempt->id) != attempt
         || g_cancellable_is_cancelled (attempt->cancellable);
}

/* It is no failure that the user does not want to, nor that it is on its way already: the helper
 * had the same answer, and was quicker. */
static gboolean
is_no_failure (const GError *error)
{
  return g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_CANCELLED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         || g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_BUSY);
}

/* It ends before there was a session, or with one that was refused. */
static void
fail (Attempt *attempt, const GError *error)
{
  BywayDialer *self = attempt->dialer;

  g_hash_table_remove (self->attempts, attempt->id);
  if (is_no_failure (error))
    return;
  byway_secret_agent_settle (self->agent, attempt->id, FALSE);
  byway_roster_put_failure (self->roster, attempt->id,
                            byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE));
}

/* --- the helper's --------------------------------------------------------------------------- */

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *session = byway_client_connect_finish (BYWAY_CLIENT (source), result, &error);

  if (session == NULL && !is_stale (attempt))
    fail (attempt, error);
  else if (session != NULL && is_stale (attempt))
    byway_dialer_disconnect (attempt->dialer, attempt->id);
}

static void
connect_with (Attempt *attempt, const BywayEntry *entry, BywaySecretSet *secrets)
{
  byway_client_connect (attempt->dialer->client, entry->path, secrets, on_connected,
                        attempt_ref (attempt));
}

static void
on_gathered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) secrets
      = byway_secret_agent_gather_finish (BYWAY_SECRET_AGENT (source), result, &error);
  const BywayEntry *entry = byway_roster_find (attempt->dialer->roster, attempt->id);

  if (is_stale (attempt))
    return;
  if (secrets == NULL)
    fail (attempt, error);
  else if (entry != NULL)
    connect_with (attempt, entry, secrets);
}

/* @key: what has to be asked for anew, and @reason why; both may be NULL. */
static void
gather (BywayDialer *self, const BywayEntry *entry, const char *key, const char *reason)
{
  Attempt *attempt = attempt_new (self, entry->id);

  g_hash_table_insert (self->attempts, g_strdup (entry->id), attempt);
  byway_roster_acknowledge (self->roster, entry->id);
  byway_secret_agent_gather (self->agent, NULL, entry->id, key, reason, attempt->cancellable,
                             on_gathered, attempt_ref (attempt));
}

/* --- NetworkManager's ----------------------------------------------------------------------- */

static void
on_nm_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  g_autoptr (GError) error = NULL;

  if (!byway_nm_profiles_finish (BYWAY_NM_PROFILES (source), result, &error))
    byway_roster_put_failure (attempt->dialer->roster, attempt->id,
                              byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE));
}

/* --- what the user says --------------------------------------------------------------------- */

static gboolean
may_begin (BywayDialer *self, const BywayEntry *entry)
{
  return entry != NULL && (entry->look == BYWAY_LOOK_OFF || entry->look == BYWAY_LOOK_FAILED)
         && !g_hash_table_contains (self->attempts, entry->id);
}

void
byway_dialer_connect (BywayDialer *self, const char *id)
{
  byway_dialer_connect_asking (self, id, NULL);
}

void
byway_dialer_connect_asking (BywayDialer *self, const char *id, const char *key)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);

  if (!may_begin (self, entry))
    return;
  if (entry->home == BYWAY_HOME_NETWORK_MANAGER)
    byway_nm_profiles_activate (self->profiles, entry->uuid, on_nm_done, attempt_new (self, id));
  else
    gather (self, entry, key, NULL);
}

/* What is undone, and whether it could be, the helper's signals tell. */
static void
on_disconnected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);

  if (reply == NULL)
    g_message ("It can't be disconnected: %s", error->message);
}

void
byway_dialer_disconnect (BywayDialer *self, const char *id)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);
  Attempt *attempt = g_hash_table_lookup (self->attempts, id);

  if (attempt != NULL)
    {
      g_cancellable_cancel (attempt->cancellable);
      g_hash_table_remove (self->attempts, id);
      byway_secret_agent_settle (self->agent, id, FALSE);
    }
  if (entry == NULL)
    return;
  if (entry->home == BYWAY_HOME_NETWORK_MANAGER)
    byway_nm_profiles_deactivate (self->profiles, entry->uuid, on_nm_done, attempt_new (self, id));
  else
    byway_client_call (self->client, entry->path, "Connection", "Disconnect", NULL, on_disconnected,
                       NULL);
}

static void
on_lifted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);

  if (reply == NULL)
    byway_roster_put_failure (attempt->dialer->roster, attempt->id,
                              byway_diagnosis_new_from_error (error, BYWAY_STAGE_PREPARE));
}

void
byway_dialer_lift_kill_switch (BywayDialer *self, const char *id)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);

  if (entry != NULL && entry->home == BYWAY_HOME_HELPER)
    byway_client_call (self->client, entry->path, "Connection", "LiftKillSwitch", NULL, on_lifted,
                       attempt_new (self, id));
}

/* --- how it went ---------------------------------------------------------------------------- */

/* The user is here: a refused secret is asked for again, with the reason. */
static void
ask_again (BywayDialer *self, const BywayEntry *entry)
{
  const char *key
      = entry->diagnosis != NULL ? byway_cause_refused_secret (entry->diagnosis->cause) : NULL;
  g_autoptr (BywayWords) words = key != NULL ? byway_words_new (entry->diagnosis) : NULL;

  if (key != NULL)
    gather (self, entry, key, words->sentence);
}

static void
on_settled (BywayFeed *feed, const char *id, gboolean worked, BywayDialer *self)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);
  gboolean is_ours = g_hash_table_remove (self->attempts, id);

  byway_secret_agent_settle (self->agent, id, worked);
  if (is_ours && !worked && entry != NULL)
    ask_again (self, entry);
}

/* Deleted, or the helper is gone: nobody will tell how it goes. */
static void
on_removed (BywayRoster *roster, const char *id, BywayDialer *self)
{
  Attempt *attempt = g_hash_table_lookup (self->attempts, id);

  if (attempt == NULL)
    return;
  g_cancellable_cancel (attempt->cancellable);
  g_hash_table_remove (self->attempts, id);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayDialer *
byway_dialer_new (BywayClient *client, BywayRoster *roster, BywayFeed *feed,
                  BywaySecretAgent *agent, BywayNmProfiles *profiles)
{
  BywayDialer *self = g_object_new (BYWAY_TYPE_DIALER, NULL);

  self->client = g_object_ref (client);
  self->roster = g_object_ref (roster);
  self->agent = g_object_ref (agent);
  self->profiles = g_object_ref (profiles);
  g_signal_connect_object (feed, "settled", G_CALLBACK (on_settled), self, 0);
  g_signal_connect_object (roster, "removed", G_CALLBACK (on_removed), self, 0);
  return self;
}

static void
byway_dialer_dispose (GObject *object)
{
  BywayDialer *self = BYWAY_DIALER (object);

  g_clear_pointer (&self->attempts, g_hash_table_unref);
  g_clear_object (&self->client);
  g_clear_object (&self->roster);
  g_clear_object (&self->agent);
  g_clear_object (&self->profiles);
  G_OBJECT_CLASS (byway_dialer_parent_class)->dispose (object);
}

static void
byway_dialer_class_init (BywayDialerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = byway_dialer_dispose;
}

static void
byway_dialer_init (BywayDialer *self)
{
  self->attempts
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)attempt_unref);
}
