/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-manager-private.h"

/* A secret that the server refused while nobody looked on: its user is asked for another one. */

typedef struct
{
  BywayManager *manager;
  char *uuid;
  GCancellable *question; /* cancelled when the redialer does not want to know any more */
} Asking;

static void
asking_free (Asking *asking)
{
  g_object_unref (asking->manager);
  g_object_unref (asking->question);
  g_free (asking->uuid);
  g_free (asking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void
take_answer (Entry *entry, BywaySecretSet *answer, const char *why)
{
  g_autofree char *line = NULL;

  if (byway_redialer_answer (entry->redialer, answer))
    return;
  line = g_strdup_printf ("It stays down: %s", why);
  byway_connection_log (entry->connection, line);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asking) asking = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywaySecretSet) answer = byway_agents_ask_finish (result, &error);

  if (!g_cancellable_is_cancelled (asking->question))
    take_answer (g_hash_table_lookup (asking->manager->entries, asking->uuid), answer,
                 error != NULL ? error->message : "the answer is what was refused, or nothing");
}

void
byway_manager_ask_anew (BywayRedialer *redialer, const char *key, GCancellable *question,
                        Entry *entry)
{
  const BywayRecord *record = byway_entry_record (entry);
  BywaySession *session = byway_connection_get_session (entry->connection);
  Asking *asking;

  if (!byway_agents_has (entry->manager->agents, entry->wanted_by, ""))
    {
      take_answer (entry, NULL, "nobody is here who could be asked for another secret");
      return;
    }
  byway_connection_log (entry->connection, "Its user is asked for another secret");
  asking = g_new0 (Asking, 1);
  asking->manager = g_object_ref (entry->manager);
  asking->uuid = g_strdup (record->uuid);
  asking->question = g_object_ref (question);
  byway_agents_ask_anew (entry->manager->agents, entry->wanted_by, record->name, record->uuid, key,
                         byway_session_describe_diagnosis (session, record->name), question,
                         on_answered, asking);
}
