/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-manager-private.h"
#include "byway-reconnect.h"
#include "byway-wishes.h"

/* What the redialer would bring up again is noted, so that it comes back also when it is the helper
 * that goes. */

static void
note_wish (Entry *entry, BywaySecretSet *secrets)
{
  const char *uuid = byway_entry_record (entry)->uuid;
  BywayWish wish = { entry->wanted_by, byway_redialer_was_up (entry->redialer), entry->deaths };
  g_autoptr (GError) error = NULL;

  if (byway_wish_save (entry->manager->context.run_base, uuid, &wish, &error))
    byway_kept_secrets_put (entry->manager->kept, uuid, secrets);
  else
    g_warning ("%s would not come back after a crash: %s", byway_entry_record (entry)->name,
               error->message);
}

/* The file first: who is killed in between has been told that it is not wanted any more. Keys that
 * nobody wants are forgotten by the next helper. */
static void
forget_wish (BywayManager *self, const char *uuid)
{
  byway_wish_remove (self->context.run_base, uuid);
  byway_kept_secrets_forget (self->kept, uuid);
}

static BywayProfile *
parse_profile (Entry *entry)
{
  return byway_profile_parse (byway_entry_record (entry)->settings, NULL);
}

static gboolean
outlives_us (Entry *entry)
{
  g_autoptr (BywayProfile) profile = parse_profile (entry);

  return profile != NULL
         && byway_reconnect_outlives_helper (profile, byway_redialer_was_up (entry->redialer));
}

static void
on_wish (BywayRedialer *redialer, BywaySecretSet *secrets, Entry *entry)
{
  if (secrets != NULL && outlives_us (entry))
    note_wish (entry, secrets);
  else
    forget_wish (entry->manager, byway_entry_record (entry)->uuid);
}

void
byway_manager_note_wishes (Entry *entry)
{
  g_signal_connect (entry->redialer, "wish", G_CALLBACK (on_wish), entry);
}

/* --- at start ------------------------------------------------------------------------------- */

static BywayAgainPlan
plan_for (Entry *entry, const BywayWish *wish)
{
  g_autoptr (BywayProfile) profile = parse_profile (entry);

  if (profile == NULL)
    return (BywayAgainPlan){ BYWAY_AGAIN_NEVER, 0 };
  return byway_reconnect_plan_after_death (profile->reconnect, wish);
}

static void
resume (Entry *entry, const BywayWish *wish, BywaySecretSet *secrets)
{
  BywayAgainPlan plan = plan_for (entry, wish);

  if (plan.what == BYWAY_AGAIN_NEVER)
    {
      forget_wish (entry->manager, byway_entry_record (entry)->uuid);
      return;
    }
  byway_connection_log (entry->connection,
                        "The helper before was killed while this was wanted: connecting again");
  entry->wanted_by = wish->uid;
  entry->deaths = wish->deaths;
  byway_redialer_resume (entry->redialer, secrets, wish->was_up, &plan);
}

/* Keys of what is not wanted any more go at once. */
void
byway_manager_resume_wishes (BywayManager *self)
{
  g_autoptr (GPtrArray) wishes = byway_wishes_load (self->context.run_base);
  g_autoptr (GPtrArray) secrets
      = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_secret_set_unref);

  for (guint i = 0; i < wishes->len; i++)
    g_ptr_array_add (
        secrets, byway_kept_secrets_get (self->kept, ((BywayNotedWish *)wishes->pdata[i])->uuid));
  byway_kept_secrets_forget_all (self->kept);
  for (guint i = 0; i < wishes->len; i++)
    {
      BywayNotedWish *noted = wishes->pdata[i];
      BywayWish wish = byway_wish_after_death (&noted->wish, noted->age_s);
      Entry *entry = g_hash_table_lookup (self->entries, noted->uuid);

      if (entry != NULL)
        resume (entry, &wish, secrets->pdata[i]);
      else
        forget_wish (self, noted->uuid);
    }
}

/* --- who brings secrets ----------------------------------------------------------------------- */

void
byway_manager_agent_came (BywayManager *self, guint uid)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Entry *)value)->wanted_by == uid)
      byway_redialer_supply (((Entry *)value)->redialer);
}
