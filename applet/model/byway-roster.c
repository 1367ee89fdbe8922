/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-about.h"
#include "byway-entry.h"
#include "byway-roster.h"

#include <string.h>

struct _BywayRoster
{
  GObject parent;
  GPtrArray *entries; /* BywayEntry, sorted: what is in the list */
  GHashTable *ids;    /* their ids -> BywayEntry */
  GHashTable *paths;  /* the helper's paths of those that are connections of its -> BywayEntry */
  GPtrArray *lent;    /* BywayEntry that NetworkManager runs by the helper: not in the list */
  gboolean helper_there;
};

G_DEFINE_FINAL_TYPE (BywayRoster, byway_roster, G_TYPE_OBJECT)

enum
{
  SIGNAL_ADDED,
  SIGNAL_REMOVED,
  SIGNAL_CHANGED,
  SIGNAL_STAGE,
  SIGNAL_MOVED,
  SIGNAL_HELPER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- finding -------------------------------------------------------------------------------- */

guint
byway_roster_size (BywayRoster *self)
{
  return self->entries->len;
}

const BywayEntry *
byway_roster_nth (BywayRoster *self, guint n)
{
  return n < self->entries->len ? self->entries->pdata[n] : NULL;
}

guint
byway_roster_count_shown (BywayRoster *self)
{
  guint count = 0;

  for (guint i = 0; i < self->entries->len; i++)
    count += !((BywayEntry *)self->entries->pdata[i])->hidden;
  return count;
}

static BywayEntry *
find_id (BywayRoster *self, const char *id)
{
  return g_hash_table_lookup (self->ids, id);
}

const BywayEntry *
byway_roster_find (BywayRoster *self, const char *id)
{
  return find_id (self, id);
}

static BywayEntry *
find_path_in (GPtrArray *entries, const char *path)
{
  for (guint i = 0; i < entries->len; i++)
    {
      BywayEntry *entry = entries->pdata[i];

      if (g_strcmp0 (entry->path, path) == 0
          || (entry->session != NULL && strcmp (entry->session->path, path) == 0))
        return entry;
    }
  return NULL;
}

static BywayEntry *
find_nm (BywayRoster *self, const char *uuid)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      BywayEntry *entry = self->entries->pdata[i];

      if (entry->home == BYWAY_HOME_NETWORK_MANAGER && strcmp (entry->uuid, uuid) == 0)
        return entry;
    }
  return NULL;
}

/* The entry that is shown for what the helper has at @path. */
static BywayEntry *
find_shown (BywayRoster *self, const char *path)
{
  BywayEntry *entry = g_hash_table_lookup (self->paths, path);
  BywayEntry *lent;

  if (entry == NULL)
    entry = find_path_in (self->entries, path);
  lent = entry == NULL ? find_path_in (self->lent, path) : NULL;
  return lent != NULL ? find_nm (self, lent->uuid) : entry;
}

const BywayEntry *
byway_roster_find_path (BywayRoster *self, const char *path)
{
  return find_shown (self, path);
}

BywayProfile *
byway_roster_profile (const BywayEntry *entry)
{
  g_autoptr (GPtrArray) issues = NULL;

  return entry != NULL && entry->settings != NULL ? byway_profile_parse (entry->settings, &issues)
                                                  : NULL;
}

/* --- telling -------------------------------------------------------------------------------- */

static void
tell (BywayRoster *self, guint signal, const BywayEntry *entry)
{
  g_autofree char *id = g_strdup (entry->id);

  g_signal_emit (self, signals[signal], 0, id);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const BywayEntry *one = *(BywayEntry *const *)a, *other = *(BywayEntry *const *)b;
  int order = g_utf8_collate (one->name, other->name);

  return order != 0 ? order : strcmp (one->id, other->id);
}

/* Where its name belongs. Sorting anew for each of many would take a user's seconds. */
static guint
place_of (BywayRoster *self, const BywayEntry *entry)
{
  guint low = 0, high = self->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare_names (&self->entries->pdata[middle], &entry) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
insert (BywayRoster *self, BywayEntry *entry)
{
  g_ptr_array_insert (self->entries, place_of (self, entry), entry);
  g_hash_table_insert (self->ids, entry->id, entry);
  if (entry->path != NULL)
    g_hash_table_insert (self->paths, entry->path, entry);
  tell (self, SIGNAL_ADDED, entry);
}

static void
drop (BywayRoster *self, BywayEntry *entry)
{
  g_autofree char *id = g_strdup (entry->id);

  g_hash_table_remove (self->ids, id);
  if (entry->path != NULL)
    g_hash_table_remove (self->paths, entry->path);
  g_ptr_array_remove (self->entries, entry);
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0, id);
}

static void
move_to (BywayRoster *self, BywayEntry *entry, BywayLook look)
{
  g_autofree char *id = g_strdup (entry->id);
  BywayLook before = entry->look;

  if (before == look)
    return;
  entry->look = look;
  g_signal_emit (self, signals[SIGNAL_MOVED], 0, id, before, look);
}

/* --- the helper ----------------------------------------------------------------------------- */

gboolean
byway_roster_is_helper_there (BywayRoster *self)
{
  return self->helper_there;
}

/* What the helper told of NetworkManager's is gone with it. */
static void
forget_helper (BywayRoster *self)
{
  g_ptr_array_set_size (self->lent, 0);
  for (guint i = self->entries->len; i > 0; i--)
    {
      BywayEntry *entry = self->entries->pdata[i - 1];

      if (entry->home == BYWAY_HOME_HELPER)
        drop (self, entry);
      else if (entry->session != NULL)
        {
          byway_entry_set_session (entry, NULL);
          tell (self, SIGNAL_CHANGED, entry);
        }
    }
}

void
byway_roster_set_helper_there (BywayRoster *self, gboolean there)
{
  if (self->helper_there == there)
    return;
  if (!there)
    forget_helper (self);
  self->helper_there = there;
  g_signal_emit (self, signals[SIGNAL_HELPER], 0);
}

static void
rename_entry (BywayRoster *self, BywayEntry *entry, const char *name)
{
  if (strcmp (entry->name, name) == 0)
    return;
  g_free (entry->name);
  entry->name = g_strdup (name);
  if (find_id (self, entry->id) == entry)
    g_ptr_array_sort (self->entries, compare_names);
}

static void
put_lent (BywayRoster *self, const char *path, GVariant *about)
{
  BywayEntry *lent = find_path_in (self->lent, path), *profile;

  if (lent == NULL)
    {
      lent = byway_entry_new (BYWAY_HOME_HELPER, byway_about_string (about, "uuid"));
      lent->path = g_strdup (path);
      g_ptr_array_add (self->lent, lent);
    }
  byway_entry_set_session_path (lent, byway_about_string (about, "session"));
  profile = find_nm (self, lent->uuid);
  if (profile != NULL && lent->session != NULL)
    byway_entry_set_session_path (profile, lent->session->path);
}

void
byway_roster_put_connection (BywayRoster *self, const char *path, GVariant *about)
{
  BywayEntry *entry = g_hash_table_lookup (self->paths, path);
  gboolean is_new = entry == NULL;

  if (byway_about_bool (about, "transient"))
    {
      put_lent (self, path, about);
      return;
    }
  if (is_new)
    {
      entry = byway_entry_new (BYWAY_HOME_HELPER, byway_about_string (about, "uuid"));
      entry->path = g_strdup (path);
    }
  entry->system = byway_about_bool (about, "system");
  entry->next_try = (gint64)byway_about_number (about, "next-try");
  entry->kill_switch = byway_about_has_kill_switch (about);
  entry->blocks = byway_about_blocks (about);
  g_clear_pointer (&entry->settings, g_hash_table_unref);
  entry->settings = byway_about_settings (about);
  byway_entry_set_session_path (entry, byway_about_string (about, "session"));
  rename_entry (self, entry, byway_about_string (about, "name"));
  if (is_new)
    insert (self, entry);
  else
    tell (self, SIGNAL_CHANGED, entry);
}

void
byway_roster_remove_connection (BywayRoster *self, const char *path)
{
  BywayEntry *entry = g_hash_table_lookup (self->paths, path);
  BywayEntry *lent = entry == NULL ? find_path_in (self->lent, path) : NULL;

  if (lent != NULL)
    g_ptr_array_remove (self->lent, lent);
  if (entry != NULL)
    drop (self, entry);
}

/* --- its sessions --------------------------------------------------------------------------- */

/* "failed" is what an end with a reason is; the reason comes by the diagnosis. */
static BywayLook
look_of (const char *state)
{
  if (strcmp (state, "up") == 0)
    return BYWAY_LOOK_UP;
  if (strcmp (state, "done") == 0 || strcmp (state, "new") == 0)
    return BYWAY_LOOK_OFF;
  return strcmp (state, "disconnecting") == 0 ? BYWAY_LOOK_DISCONNECTING : BYWAY_LOOK_CONNECTING;
}

/* One that is off, but will be tried again, is on its way. */
static BywayLook
look_now (const BywayEntry *entry, const char *state)
{
  BywayLook look = look_of (state);

  return look == BYWAY_LOOK_OFF && entry->next_try != 0 ? BYWAY_LOOK_CONNECTING : look;
}

/* NetworkManager's own word for its entry counts; the helper's session only lends its stages. */
static gboolean
decides_look (const BywayEntry *entry)
{
  return entry->home == BYWAY_HOME_HELPER;
}

/* Words about another session than the last one come late. */
static BywayEntry *
entry_for_session (BywayRoster *self, const char *session)
{
  BywayEntry *entry = find_shown (self, session);

  return entry != NULL && entry->session != NULL && strcmp (entry->session->path, session) == 0
             ? entry
             : NULL;
}

void
byway_roster_put_session (BywayRoster *self, const char *session, GVariant *about)
{
  BywayEntry *entry = entry_for_session (self, session);
  BywayLook look;

  if (entry == NULL)
    return;
  look = look_now (entry, byway_about_string (about, "state"));
  byway_session_look_read (entry->session, about);
  if (decides_look (entry) && !(look == BYWAY_LOOK_OFF && entry->look == BYWAY_LOOK_FAILED))
    move_to (self, entry, look);
  tell (self, SIGNAL_CHANGED, entry);
}

void
byway_roster_put_stage (BywayRoster *self, const char *session, const char *stage,
                        const char *state, guint milliseconds, const char *text)
{
  BywayEntry *entry = entry_for_session (self, session);

  if (entry == NULL)
    return;
  byway_session_look_put_stage (entry->session, stage, state, milliseconds, text);
  tell (self, SIGNAL_STAGE, entry);
}

void
byway_roster_put_state (BywayRoster *self, const char *session, const char *state)
{
  BywayEntry *entry = entry_for_session (self, session);
  BywayLook look;

  if (entry == NULL)
    return;
  look = look_now (entry, state);
  /* A new attempt: what was wrong before is no longer of interest. */
  if (look == BYWAY_LOOK_CONNECTING && entry->look != BYWAY_LOOK_CONNECTING)
    g_clear_pointer (&entry->diagnosis, byway_diagnosis_free);
  if (decides_look (entry))
    move_to (self, entry, look);
  tell (self, SIGNAL_CHANGED, entry);
}

/* TRUE: it is why there is no connection. */
static gboolean
is_failure (const BywayDiagnosis *diagnosis)
{
  return !byway_cause_has (diagnosis->cause, BYWAY_TRAIT_WARNING);
}

static void
take_diagnosis (BywayRoster *self, BywayEntry *entry, BywayDiagnosis *diagnosis)
{
  g_clear_pointer (&entry->diagnosis, byway_diagnosis_free);
  entry->diagnosis = diagnosis;
  if (diagnosis != NULL)
    byway_diagnosis_set_name (diagnosis, entry->name);
  if (diagnosis != NULL && is_failure (diagnosis) && entry->look == BYWAY_LOOK_OFF)
    move_to (self, entry, BYWAY_LOOK_FAILED);
  tell (self, SIGNAL_CHANGED, entry);
}

void
byway_roster_put_diagnosis (BywayRoster *self, const char *session, GVariant *about)
{
  BywayEntry *entry = entry_for_session (self, session);
  gboolean nothing = *byway_about_string (about, "code") == '\0';

  if (entry != NULL)
    take_diagnosis (self, entry, nothing ? NULL : byway_diagnosis_new_from_variant (about));
}

void
byway_roster_put_traffic (BywayRoster *self, const char *session, guint64 rx_bytes,
                          guint64 tx_bytes)
{
  BywayEntry *entry = entry_for_session (self, session);

  if (entry == NULL)
    return;
  entry->session->rx_bytes = rx_bytes;
  entry->session->tx_bytes = tx_bytes;
  tell (self, SIGNAL_STAGE, entry);
}

void
byway_roster_put_failure (BywayRoster *self, const char *id, BywayDiagnosis *diagnosis)
{
  BywayEntry *entry = find_id (self, id);

  if (entry == NULL)
    byway_diagnosis_free (diagnosis);
  else
    take_diagnosis (self, entry, diagnosis);
}

/* --- NetworkManager ------------------------------------------------------------------------- */

/* A session of the helper's that runs for this profile already. */
static void
borrow_session (BywayRoster *self, BywayEntry *entry)
{
  for (guint i = 0; i < self->lent->len; i++)
    {
      BywayEntry *lent = self->lent->pdata[i];

      if (strcmp (lent->uuid, entry->uuid) == 0 && lent->session != NULL)
        byway_entry_set_session_path (entry, lent->session->path);
    }
}

void
byway_roster_put_profile (BywayRoster *self, const char *uuid, const char *name,
                          const char *nm_path, BywayLook look, gint64 since)
{
  BywayEntry *entry = find_nm (self, uuid);
  gboolean is_new = entry == NULL;

  if (is_new)
    {
      entry = byway_entry_new (BYWAY_HOME_NETWORK_MANAGER, uuid);
      borrow_session (self, entry);
    }
  g_free (entry->nm_path);
  entry->nm_path = g_strdup (nm_path);
  entry->nm_since = look == BYWAY_LOOK_UP ? since : 0;
  rename_entry (self, entry, name);
  if (is_new)
    insert (self, entry);
  if (look == BYWAY_LOOK_CONNECTING && entry->look != BYWAY_LOOK_CONNECTING)
    g_clear_pointer (&entry->diagnosis, byway_diagnosis_free);
  if (!(look == BYWAY_LOOK_OFF && entry->look == BYWAY_LOOK_FAILED))
    move_to (self, entry, look);
  if (look == BYWAY_LOOK_OFF && entry->diagnosis != NULL && is_failure (entry->diagnosis)
      && entry->look == BYWAY_LOOK_OFF)
    move_to (self, entry, BYWAY_LOOK_FAILED);
  tell (self, SIGNAL_CHANGED, entry);
}

void
byway_roster_remove_profile (BywayRoster *self, const char *uuid)
{
  BywayEntry *entry = find_nm (self, uuid);

  if (entry != NULL)
    drop (self, entry);
}

/* --- the user ------------------------------------------------------------------------------- */

void
byway_roster_set_hidden (BywayRoster *self, const char *id, gboolean hidden)
{
  BywayEntry *entry = find_id (self, id);

  if (entry == NULL || entry->hidden == hidden)
    return;
  entry->hidden = hidden;
  tell (self, SIGNAL_CHANGED, entry);
}

void
byway_roster_acknowledge (BywayRoster *self, const char *id)
{
  BywayEntry *entry = find_id (self, id);

  if (entry == NULL || entry->look != BYWAY_LOOK_FAILED)
    return;
  move_to (self, entry, BYWAY_LOOK_OFF);
  tell (self, SIGNAL_CHANGED, entry);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayRoster *
byway_roster_new (void)
{
  return g_object_new (BYWAY_TYPE_ROSTER, NULL);
}

static void
byway_roster_finalize (GObject *object)
{
  BywayRoster *self = BYWAY_ROSTER (object);

  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->paths);
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->lent);
  G_OBJECT_CLASS (byway_roster_parent_class)->finalize (object);
}

static void
byway_roster_class_init (BywayRosterClass *klass)
{
  static const char *const names[] = { "added", "removed", "changed", "stage" };

  G_OBJECT_CLASS (klass)->finalize = byway_roster_finalize;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    signals[i] = g_signal_new (names[i], BYWAY_TYPE_ROSTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_MOVED]
      = g_signal_new ("moved", BYWAY_TYPE_ROSTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
  signals[SIGNAL_HELPER] = g_signal_new ("helper", BYWAY_TYPE_ROSTER, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_roster_init (BywayRoster *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_entry_free);
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->paths = g_hash_table_new (g_str_hash, g_str_equal);
  self->lent = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_entry_free);
}
