/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-feed.h"

#include "byway-about.h"

#include <string.h>

/* A helper that died is started by the next question; a broken one shall not be asked all day. */
#define COME_BACK_S 3
#define MAX_TRIES 5
/* Questions about connections under way at once: the bus, and the helper, allow a caller some only.
 */
#define MAX_ASKED 8
/* What comes together is shown together: the tray's menu is made anew for each time, and to take
 * the old one away GTK needs a time that grows with the square of its submenus. */
#define MAX_HELD_BACK 1000

struct _BywayFeed
{
  GObject parent;
  BywayClient *client;
  BywayRoster *roster;
  GHashTable *settled; /* id -> path of its last session that is known to have come up, or ended */
  guint come_back;     /* source */
  guint tries;
  gboolean asking;    /* to be told of everything */
  GQueue waiting;     /* char *: paths of connections that are to be asked about */
  guint asked;        /* that are */
  GPtrArray *answers; /* Answer: not in the roster yet */
};

G_DEFINE_FINAL_TYPE (BywayFeed, byway_feed, G_TYPE_OBJECT)

enum
{
  SIGNAL_SETTLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A question about one object. */
typedef struct
{
  BywayFeed *feed;
  char *path;
  gboolean settles; /* the answer is the last that an attempt's end needs */
  gboolean worked;
} Question;

static Question *
question_new (BywayFeed *feed, const char *path)
{
  Question *question = g_new0 (Question, 1);

  question->feed = g_object_ref (feed);
  question->path = g_strdup (path);
  return question;
}

static void
question_free (Question *question)
{
  g_object_unref (question->feed);
  g_free (question->path);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* The only argument of an answer; NULL when there was none. */
static GVariant *
take_answer (GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      g_debug ("The helper does not answer: %s", error->message);
      return NULL;
    }
  return g_variant_n_children (reply) > 0 ? g_variant_get_child_value (reply, 0) : NULL;
}

/* --- sessions ------------------------------------------------------------------------------- */

/* Once for each session. */
static void
settle (Question *question)
{
  BywayFeed *self = question->feed;
  const BywayEntry *entry = byway_roster_find_path (self->roster, question->path);
  g_autofree char *id = entry != NULL ? g_strdup (entry->id) : NULL;

  if (!question->settles || id == NULL
      || g_strcmp0 (g_hash_table_lookup (self->settled, id), question->path) == 0)
    return;
  g_hash_table_insert (self->settled, g_strdup (id), g_strdup (question->path));
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0, id, question->worked);
}

static void
on_diagnosis (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GVariant) about = take_answer (source, result);

  if (about != NULL)
    byway_roster_put_diagnosis (question->feed->roster, question->path, about);
  settle (question);
}

static void
ask_diagnosis (BywayFeed *self, const char *session, gboolean settles, gboolean worked)
{
  Question *question = question_new (self, session);

  question->settles = settles;
  question->worked = worked;
  byway_client_call (self->client, session, "Session", "Diagnosis", NULL, on_diagnosis, question);
}

/* Up, or over: what is to be said of it is asked for. Its signals may have come before it was known
 * whose they are, so this is looked at with each answer, too. */
static void
ask_how_it_went (BywayFeed *self, const char *session, const char *state)
{
  if (strcmp (state, "up") == 0 || strcmp (state, "done") == 0)
    ask_diagnosis (self, session, TRUE, strcmp (state, "up") == 0);
}

static void
on_session (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GVariant) about = take_answer (source, result);

  if (about == NULL)
    return;
  byway_roster_put_session (question->feed->roster, question->path, about);
  ask_how_it_went (question->feed, question->path, byway_about_string (about, "state"));
}

static void
ask_session (BywayFeed *self, const char *session)
{
  byway_client_call (self->client, session, "Session", "Get", NULL, on_session,
                     question_new (self, session));
}

static void
on_traffic (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GVariant) about = take_answer (source, result);

  if (about != NULL)
    byway_roster_put_traffic (question->feed->roster, question->path,
                              byway_about_number (about, "rx-bytes"),
                              byway_about_number (about, "tx-bytes"));
}

void
byway_feed_ask_traffic (BywayFeed *self, const char *id)
{
  const BywayEntry *entry = byway_roster_find (self->roster, id);

  if (entry != NULL && entry->session != NULL && entry->look == BYWAY_LOOK_UP)
    byway_client_call (self->client, entry->session->path, "Session", "Get", NULL, on_traffic,
                       question_new (self, entry->session->path));
}

/* --- connections ---------------------------------------------------------------------------- */

/* What the helper said of one connection. */
typedef struct
{
  char *path;
  GVariant *about;
} Answer;

static void
answer_free (Answer *answer)
{
  g_free (answer->path);
  g_variant_unref (answer->about);
  g_free (answer);
}

static void
take_answers (BywayFeed *self)
{
  g_autoptr (GPtrArray) answers = g_steal_pointer (&self->answers);

  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)answer_free);
  for (guint i = 0; i < answers->len; i++)
    {
      Answer *answer = answers->pdata[i];
      const char *session = byway_about_string (answer->about, "session");

      byway_roster_put_connection (self->roster, answer->path, answer->about);
      if (*session != '\0' && strcmp (session, "/") != 0)
        ask_session (self, session);
    }
}

static void ask_waiting (BywayFeed *self);

static void
on_connection (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  BywayFeed *self = question->feed;
  GVariant *about = take_answer (source, result);

  self->asked--;
  if (self->answers == NULL) /* disposed of meanwhile */
    {
      g_clear_pointer (&about, g_variant_unref);
      return;
    }
  if (about != NULL)
    {
      Answer *answer = g_new0 (Answer, 1);

      answer->path = g_strdup (question->path);
      answer->about = about;
      g_ptr_array_add (self->answers, answer);
    }
  ask_waiting (self);
  if (self->asked == 0 || self->answers->len >= MAX_HELD_BACK)
    take_answers (self);
}

static void
ask_waiting (BywayFeed *self)
{
  while (self->asked < MAX_ASKED && !g_queue_is_empty (&self->waiting))
    {
      g_autofree char *path = g_queue_pop_head (&self->waiting);

      self->asked++;
      byway_client_call (self->client, path, "Connection", "Get", NULL, on_connection,
                         question_new (self, path));
    }
}

static void
ask_connection (BywayFeed *self, const char *path)
{
  g_queue_push_tail (&self->waiting, g_strdup (path));
  ask_waiting (self);
}

static void
on_list (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayFeed) self = data;
  g_autoptr (GVariant) paths = take_answer (source, result);
  const char *path;
  GVariantIter iter;

  if (paths == NULL)
    return;
  self->tries = 0;
  byway_roster_set_helper_there (self->roster, TRUE);
  g_variant_iter_init (&iter, paths);
  while (g_variant_iter_next (&iter, "&o", &path))
    ask_connection (self, path);
}

/* --- coming and going ----------------------------------------------------------------------- */

static void begin (BywayFeed *self);

static gboolean
on_come_back (gpointer data)
{
  BywayFeed *self = data;

  self->come_back = 0;
  begin (self);
  return G_SOURCE_REMOVE;
}

static void
come_back (BywayFeed *self)
{
  if (self->come_back == 0 && self->tries++ < MAX_TRIES)
    self->come_back = g_timeout_add_seconds (COME_BACK_S * self->tries, on_come_back, self);
}

static void
on_watched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayFeed) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);

  self->asking = FALSE;
  if (reply != NULL)
    {
      byway_client_call (self->client, BYWAY_CLIENT_ROOT, "Manager", "ListConnections", NULL,
                         on_list, g_object_ref (self));
      return;
    }
  g_message ("The helper does not answer: %s", error->message);
  byway_roster_set_helper_there (self->roster, FALSE);
  come_back (self);
}

/* Signals come from now on, and what there is is asked for after that: nothing falls between. */
static void
begin (BywayFeed *self)
{
  self->asking = TRUE;
  byway_client_call (self->client, BYWAY_CLIENT_ROOT, "Manager", "Watch", NULL, on_watched,
                     g_object_ref (self));
}

static void
on_gone (BywayClient *client, BywayFeed *self)
{
  g_queue_clear_full (&self->waiting, g_free);
  g_ptr_array_set_size (self->answers, 0);
  byway_roster_set_helper_there (self->roster, FALSE);
  come_back (self);
}

/* Somebody else has started it, perhaps long after we gave up. */
static void
on_came (BywayClient *client, BywayFeed *self)
{
  if (self->asking)
    return;
  g_clear_handle_id (&self->come_back, g_source_remove);
  begin (self);
}

/* --- what happens --------------------------------------------------------------------------- */

static void
on_state (BywayFeed *self, const char *session, GVariant *arguments)
{
  const char *state;

  g_variant_get (arguments, "(&s&s&s)", &state, NULL, NULL);
  byway_roster_put_state (self->roster, session, state);
  ask_session (self, session);
}

static void
on_manager_event (BywayFeed *self, const char *member, GVariant *arguments)
{
  const char *path;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(o)")))
    return;
  g_variant_get (arguments, "(&o)", &path);
  if (strcmp (member, "ConnectionAdded") == 0)
    ask_connection (self, path);
  else if (strcmp (member, "ConnectionRemoved") == 0)
    {
      take_answers (self); /* its own may be among them */
      byway_roster_remove_connection (self->roster, path);
    }
}

static void
on_session_event (BywayFeed *self, const char *path, const char *member, GVariant *arguments)
{
  const char *stage, *state, *text;
  guint milliseconds;

  if (strcmp (member, "StageChanged") == 0
      && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ssus)")))
    {
      g_variant_get (arguments, "(&s&su&s)", &stage, &state, &milliseconds, &text);
      byway_roster_put_stage (self->roster, path, stage, state, milliseconds, text);
    }
  else if (strcmp (member, "StateChanged") == 0
           && g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sss)")))
    on_state (self, path, arguments);
  else if (strcmp (member, "Diagnosed") == 0)
    ask_diagnosis (self, path, FALSE, FALSE);
}

static void
on_event (BywayClient *client, const char *path, const char *interface, const char *member,
          GVariant *arguments, BywayFeed *self)
{
  if (strcmp (interface, "Manager") == 0)
    on_manager_event (self, member, arguments);
  else if (strcmp (interface, "Connection") == 0)
    ask_connection (self, path);
  else if (strcmp (interface, "Session") == 0)
    on_session_event (self, path, member, arguments);
}

/* --- the object ----------------------------------------------------------------------------- */

BywayFeed *
byway_feed_new (BywayClient *client, BywayRoster *roster)
{
  BywayFeed *self = g_object_new (BYWAY_TYPE_FEED, NULL);

  self->client = g_object_ref (client);
  self->roster = g_object_ref (roster);
  g_signal_connect_object (client, "event", G_CALLBACK (on_event), self, 0);
  g_signal_connect_object (client, "gone", G_CALLBACK (on_gone), self, 0);
  g_signal_connect_object (client, "came", G_CALLBACK (on_came), self, 0);
  begin (self);
  return self;
}

static void
byway_feed_dispose (GObject *object)
{
  BywayFeed *self = BYWAY_FEED (object);

  g_clear_handle_id (&self->come_back, g_source_remove);
  g_clear_pointer (&self->settled, g_hash_table_unref);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_queue_clear_full (&self->waiting, g_free);
  g_clear_object (&self->client);
  g_clear_object (&self->roster);
  G_OBJECT_CLASS (byway_feed_parent_class)->dispose (object);
}

static void
byway_feed_class_init (BywayFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = byway_feed_dispose;
  signals[SIGNAL_SETTLED]
      = g_signal_new ("settled", BYWAY_TYPE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
byway_feed_init (BywayFeed *self)
{
  self->settled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)answer_free);
  g_queue_init (&self->waiting);
}
