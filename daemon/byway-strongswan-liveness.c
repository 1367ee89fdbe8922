/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-strongswan-liveness.h"

#include <string.h>

#define LOOK_MS 1000

struct _BywayStrongswanLiveness
{
  BywayViciClient *client;
  gulong events;
  char *name;
  guint delay, timeout; /* s */
  void (*dead) (const char *name, gpointer data);
  gpointer data;
  GCancellable *looking;
  guint timer;
  gint64 since; /* when a question was first seen without its answer, monotonic; 0: none is */
  /* What the look that is under way, or the last one, saw. */
  gboolean seen, waiting;
  guint silence; /* s since the last packet came in */
};

static void look (BywayStrongswanLiveness *self);

static gboolean
on_time_to_look (gpointer data)
{
  BywayStrongswanLiveness *self = data;

  self->timer = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

/* The ESP packets that come in say when charon can ask next: before that there is nothing to see.
 * One that gets none asks by what IKE hears, of which list-sas does not tell. */
static guint
ms_until_next_look (const BywayStrongswanLiveness *self)
{
  gint64 left = self->since + self->timeout * G_USEC_PER_SEC - g_get_monotonic_time ();

  if (self->since != 0)
    return (guint)CLAMP (left / 1000 + 1, 1, LOOK_MS);
  if (self->seen && self->silence < self->delay)
    return (self->delay - self->silence + 1) * 1000;
  return MAX (LOOK_MS, self->delay * 1000 / 4);
}

static guint
seconds_of_silence (const BywayViciNode *child)
{
  g_autofree char *text = byway_vici_node_dup_text (child, "use-in");
  guint64 seconds;

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &seconds, NULL)
             ? (guint)seconds
             : G_MAXUINT;
}

static void
take_children (BywayStrongswanLiveness *self, const BywayViciNode *association)
{
  const BywayViciNode *children = byway_vici_node_find (association, "child-sas");

  if (children == NULL || children->kind != BYWAY_VICI_SECTION)
    return;
  for (guint i = 0; i < children->children->len; i++)
    {
      const BywayViciNode *child = children->children->pdata[i];
      guint silence = child->kind == BYWAY_VICI_SECTION ? seconds_of_silence (child) : G_MAXUINT;

      self->silence = MIN (self->silence, silence);
    }
}

/* While an association is made anew there are two. The old one may wait for an answer to its
 * goodbye, and the server is well. */
static void
on_event (BywayViciClient *client, const char *event, const BywayViciNode *message,
          BywayStrongswanLiveness *self)
{
  if (strcmp (event, "list-sa") != 0)
    return;
  for (guint i = 0; i < message->children->len; i++)
    {
      const BywayViciNode *association = message->children->pdata[i];

      if (association->kind != BYWAY_VICI_SECTION || strcmp (association->name, self->name) != 0)
        continue;
      self->waiting = (self->waiting || !self->seen)
                      && byway_vici_node_find (association, "tasks-active") != NULL;
      self->seen = TRUE;
      take_children (self, association);
    }
}

static gboolean
is_dead (BywayStrongswanLiveness *self)
{
  gint64 now = g_get_monotonic_time ();

  /* Charon is just at work on one that it does not show. */
  if (!self->seen)
    return FALSE;
  if (!self->waiting)
    self->since = 0;
  else if (self->since == 0)
    self->since = now;
  return self->since != 0 && now - self->since >= self->timeout * G_USEC_PER_SEC;
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  BywayStrongswanLiveness *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BywayViciNode) answer
      = byway_vici_client_request_finish (BYWAY_VICI_CLIENT (source), result, &error);

  if (answer == NULL)
    return; /* we or charon are gone */
  if (is_dead (self))
    self->dead (self->name, self->data);
  else
    self->timer = g_timeout_add (ms_until_next_look (self), on_time_to_look, self);
}

static void
look (BywayStrongswanLiveness *self)
{
  BywayViciBuilder *builder = byway_vici_builder_new (FALSE);
  g_autoptr (GBytes) which = NULL;

  byway_vici_add_value (builder, "ike", self->name);
  byway_vici_add_value (builder, "noblock", "yes");
  which = byway_vici_builder_finish (builder, NULL);
  self->seen = self->waiting = FALSE;
  self->silence = G_MAXUINT;
  byway_vici_client_request (self->client, "list-sas", which, self->looking, on_looked, self);
}

BywayStrongswanLiveness *
byway_strongswan_liveness_new (BywayViciClient *client, const char *name, guint delay,
                               guint timeout, void (*dead) (const char *name, gpointer data),
                               gpointer data)
{
  BywayStrongswanLiveness *self = g_new0 (BywayStrongswanLiveness, 1);

  self->client = g_object_ref (client);
  self->name = g_strdup (name);
  self->delay = delay;
  self->timeout = timeout;
  self->dead = dead;
  self->data = data;
  self->looking = g_cancellable_new ();
  self->events = g_signal_connect (client, "event", G_CALLBACK (on_event), self);
  look (self);
  return self;
}

void
byway_strongswan_liveness_free (BywayStrongswanLiveness *self)
{
  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_handler_disconnect (self->client, self->events);
  g_object_unref (self->client);
  g_free (self->name);
  g_free (self);
}
