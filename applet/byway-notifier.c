/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-notifier.h"

#include "byway-view.h"
#include "byway-words.h"

#include <glib/gi18n.h>

struct _BywayNotifier
{
  GObject parent;
  GApplication *application;
  BywayRoster *roster;
  GHashTable *was_up; /* ids that came up and have not ended since */
  GHashTable *blocks; /* ids of which it was told that they let nothing leave */
  gboolean enabled, offers_reconnect;
};

G_DEFINE_FINAL_TYPE (BywayNotifier, byway_notifier, G_TYPE_OBJECT)

static char *
sentence_of (const BywayEntry *entry)
{
  g_autoptr (BywayWords) words = NULL;

  if (entry->diagnosis == NULL)
    return NULL;
  words = byway_words_new (entry->diagnosis);
  return byway_view_without_markup (words->sentence);
}

static void
add_button (GNotification *notification, const char *label, const char *action,
            const BywayEntry *entry)
{
  g_notification_add_button_with_target (notification, label, action, "s", entry->id);
}

static void
add_lift_button (BywayNotifier *self, GNotification *notification, const BywayEntry *entry)
{
  g_hash_table_add (self->blocks, g_strdup (entry->id));
  add_button (notification, _ ("Lift the kill switch"), "app.lift-kill-switch", entry);
}

static void
show (BywayNotifier *self, const BywayEntry *entry, GNotification *notification)
{
  g_autoptr (GIcon) icon = g_themed_icon_new ("org.byway.Applet");

  g_notification_set_icon (notification, icon);
  g_notification_set_default_action_and_target (notification, "app.show-status", "s", entry->id);
  if (self->enabled)
    g_application_send_notification (self->application, entry->id, notification);
}

static void
tell_up (BywayNotifier *self, const BywayEntry *entry)
{
  g_autofree char *title = g_strdup_printf (_ ("“%s” is up"), entry->name);
  g_autofree char *sentence = sentence_of (entry);
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (sentence != NULL)
    g_notification_set_body (notification, sentence);
  add_button (notification, _ ("Disconnect"), "app.disconnect", entry);
  show (self, entry, notification);
}

/* Why, and what the kill switch makes of it. */
static char *
body_of_failure (const BywayEntry *entry)
{
  g_autofree char *sentence = sentence_of (entry);

  if (!entry->blocks)
    return g_steal_pointer (&sentence);
  return g_strjoin ("\n", _ ("The kill switch is on: nothing leaves this machine."), sentence,
                    NULL);
}

static void
tell_failed (BywayNotifier *self, const BywayEntry *entry, gboolean lost)
{
  g_autofree char *title
      = g_strdup_printf (lost ? _ ("“%s” was lost") : _ ("“%s” is not up"), entry->name);
  g_autofree char *body = body_of_failure (entry);
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (body != NULL)
    g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  if (lost && self->offers_reconnect)
    add_button (notification, _ ("Reconnect"), "app.connect", entry);
  add_button (notification, _ ("Show why"), "app.show-status", entry);
  if (entry->blocks)
    add_lift_button (self, notification, entry);
  show (self, entry, notification);
}

static void
on_moved (BywayRoster *roster, const char *id, guint before, guint after, BywayNotifier *self)
{
  const BywayEntry *entry = byway_roster_find (roster, id);
  gboolean was_up = g_hash_table_contains (self->was_up, id);

  if (entry == NULL)
    return;
  if (after == BYWAY_LOOK_UP)
    {
      g_hash_table_add (self->was_up, g_strdup (id));
      if (before == BYWAY_LOOK_CONNECTING)
        tell_up (self, entry);
      return;
    }
  if (after == BYWAY_LOOK_FAILED)
    tell_failed (self, entry, was_up);
  else if (after == BYWAY_LOOK_CONNECTING || after == BYWAY_LOOK_OFF)
    g_application_withdraw_notification (self->application, id);
  /* The reason comes after the end: what was up is so until then. */
  if (after != BYWAY_LOOK_OFF && after != BYWAY_LOOK_DISCONNECTING)
    g_hash_table_remove (self->was_up, id);
}

/* One that a helper before has left on: nobody failed just now, and yet nothing works. */
static void
on_added (BywayRoster *roster, const char *id, BywayNotifier *self)
{
  const BywayEntry *entry = byway_roster_find (roster, id);
  g_autofree char *title = NULL;
  g_autoptr (GNotification) notification = NULL;

  if (entry == NULL || !entry->blocks || entry->look != BYWAY_LOOK_OFF)
    return;
  title = g_strdup_printf (_ ("“%s” is not up"), entry->name);
  notification = g_notification_new (title);
  g_notification_set_body (notification, _ ("The kill switch is on: nothing leaves this machine."));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  add_button (notification, _ ("Connect"), "app.connect", entry);
  add_lift_button (self, notification, entry);
  show (self, entry, notification);
}

/* Lifted: what was told of it is no longer so. */
static void
on_changed (BywayRoster *roster, const char *id, BywayNotifier *self)
{
  const BywayEntry *entry = byway_roster_find (roster, id);

  if (entry != NULL && !entry->blocks && g_hash_table_remove (self->blocks, id))
    g_application_withdraw_notification (self->application, id);
}

static void
on_removed (BywayRoster *roster, const char *id, BywayNotifier *self)
{
  g_hash_table_remove (self->was_up, id);
  g_hash_table_remove (self->blocks, id);
  g_application_withdraw_notification (self->application, id);
}

void
byway_notifier_set_enabled (BywayNotifier *self, gboolean enabled)
{
  self->enabled = enabled;
}

void
byway_notifier_set_offers_reconnect (BywayNotifier *self, gboolean offers)
{
  self->offers_reconnect = offers;
}

BywayNotifier *
byway_notifier_new (GApplication *application, BywayRoster *roster)
{
  BywayNotifier *self = g_object_new (BYWAY_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->roster = g_object_ref (roster);
  g_signal_connect_object (roster, "moved", G_CALLBACK (on_moved), self, 0);
  g_signal_connect_object (roster, "added", G_CALLBACK (on_added), self, 0);
  g_signal_connect_object (roster, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (roster, "removed", G_CALLBACK (on_removed), self, 0);
  return self;
}

static void
byway_notifier_finalize (GObject *object)
{
  BywayNotifier *self = BYWAY_NOTIFIER (object);

  g_hash_table_unref (self->was_up);
  g_hash_table_unref (self->blocks);
  g_object_unref (self->roster);
  G_OBJECT_CLASS (byway_notifier_parent_class)->finalize (object);
}

static void
byway_notifier_class_init (BywayNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_notifier_finalize;
}

static void
byway_notifier_init (BywayNotifier *self)
{
  self->was_up = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->blocks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->enabled = self->offers_reconnect = TRUE;
}
