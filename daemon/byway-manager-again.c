/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connecting again by itself. */
#include "config.h"

#include "byway-manager-private.h"

/* As byway_manager_make_session and byway_manager_start_session, for nobody's call. */
static void
start_again (Entry *entry, BywaySecretSet *secrets)
{
  g_autoptr (GError) error = NULL;

  if (!byway_manager_has_room (entry->manager, entry->wanted_by)
      || !byway_connection_start (entry->connection, &entry->manager->context, secrets, &error)
      || !byway_manager_register_session (entry, &error))
    {
      g_info ("%s: not tried again: %s", byway_entry_record (entry)->name,
              error != NULL ? error->message : "too many connections are up");
      byway_redialer_fail (entry->redialer,
                           g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_SECRETS_MISSING)
                               ? BYWAY_CAUSE_SECRETS_MISSING
                               : BYWAY_CAUSE_UNEXPECTED);
      return;
    }
  byway_entry_emit (entry, entry->path, INTERFACE ("Connection"), "Changed", NULL);
  byway_session_start (byway_connection_get_session (entry->connection));
}

/* A question that is put to an agent for a connection that may be gone when it is answered. */
typedef struct
{
  BywayManager *manager;
  char *uuid;
  BywaySecretSet *secrets;
} Again;

static void
again_free (Again *again)
{
  g_object_unref (again->manager);
  byway_secret_set_unref (again->secrets);
  g_free (again->uuid);
  g_free (again);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Again, again_free)

/* With all that it needs, or it waits for somebody who has the rest. */
static void
start_or_lack (Entry *entry, BywaySecretSet *secrets, const char *why)
{
  g_auto (GStrv) missing = byway_connection_missing (entry->connection, secrets);
  g_autofree char *line = NULL;

  if (missing == NULL || missing[0] == NULL)
    {
      start_again (entry, secrets);
      return;
    }
  line = g_strdup_printf ("It waits for its secrets: %s", why);
  byway_connection_log (entry->connection, line);
  byway_redialer_lack (entry->redialer, missing);
}

/* Only a no of its user's is one: who does not answer may be out for a while. */
static void
on_asked_again (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Again) again = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) answer = byway_agents_ask_finish (result, &error);
  Entry *entry = g_hash_table_lookup (again->manager->entries, again->uuid);

  if (entry == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || !byway_redialer_is_wanted (entry->redialer)
      || byway_connection_is_active (entry->connection))
    return;
  if (g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_CANCELLED))
    {
      byway_redialer_fail (entry->redialer, BYWAY_CAUSE_SECRETS_MISSING);
      return;
    }
  if (answer != NULL)
    byway_secret_set_merge (again->secrets, answer);
  start_or_lack (entry, again->secrets,
                 error != NULL ? error->message : "the answer does not have them all");
}

void
byway_manager_connect_again (BywayRedialer *redialer, BywaySecretSet *secrets, Entry *entry)
{
  const BywayRecord *record = byway_entry_record (entry);
  g_auto (GStrv) missing = byway_connection_missing (entry->connection, secrets);
  Again *again;

  if (missing == NULL || missing[0] == NULL
      || !byway_agents_has (entry->manager->agents, entry->wanted_by, ""))
    {
      start_or_lack (entry, secrets, "nobody who has them is here");
      return;
    }
  again = g_new0 (Again, 1);
  again->manager = g_object_ref (entry->manager);
  again->uuid = g_strdup (record->uuid);
  again->secrets = byway_secret_set_ref (secrets);
  byway_agents_ask (entry->manager->agents, entry->wanted_by, record->name, record->uuid,
                    (const char *const *)missing, NULL, on_asked_again, again);
}
