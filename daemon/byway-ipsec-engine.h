/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

#include "byway-plan.h"
#include "byway-stage.h"

#define BYWAY_TYPE_IPSEC_ENGINE (byway_ipsec_engine_get_type ())
G_DECLARE_INTERFACE (BywayIpsecEngine, byway_ipsec_engine, BYWAY, IPSEC_ENGINE, GObject)

typedef enum
{
  BYWAY_PRESENCE_NONE,
  BYWAY_PRESENCE_INSTALLED,
  BYWAY_PRESENCE_RUNNING
} BywayPresence;

/* An IKE daemon as Byway sees it: three verbs, one signal. One engine object serves all sessions;
 * a session is known by its plan's uuid. Signals:
 *   "progress" (const char *uuid, guint stage, guint state, const char *text): IKE and SA stages
 *   "agreed" (const char *uuid, const char *ike, const char *esp): algorithms so far; NULL: none
 *   "pin" (const char *uuid, gboolean unanswered): a token was sent a PIN, or has answered to it
 *   "log" (const char *uuid, const char *line): evidence, without secrets
 *   "lost" (const char *uuid, GError *error): the association of an established session is gone
 */
struct _BywayIpsecEngineInterface
{
  GTypeInterface parent;

  /* A look, without a word to the daemon. */
  BywayPresence (*presence) (BywayIpsecEngine *self);

  /* Is the daemon there (starting it where that is our right), and what can it do? */
  void (*probe) (BywayIpsecEngine *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                 gpointer data);
  /* The set of what it can do, for byway_plan_new; full reference. */
  GHashTable *(*probe_finish) (BywayIpsecEngine *self, GAsyncResult *result, GError **error);

  /* Loads what the plan says and brings the association up, within plan->deadlines.secure. On any
   * failure or cancellation everything it loaded is gone when it finishes. */
  void (*establish) (BywayIpsecEngine *self, BywayPlan *plan, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer data);
  gboolean (*establish_finish) (BywayIpsecEngine *self, GAsyncResult *result, BywaySaInfo *info,
                                GError **error);

  /* Takes it down, bounded by plan->deadlines.release; never fails: what cannot be undone is
   * logged. */
  void (*release) (BywayIpsecEngine *self, BywayPlan *plan, GAsyncReadyCallback callback,
                   gpointer data);
  void (*release_finish) (BywayIpsecEngine *self, GAsyncResult *result);

  /* At start: removes everything that carries our name, whoever left it. The same contract. */
  void (*clean) (BywayIpsecEngine *self, GAsyncReadyCallback callback, gpointer data);
  void (*clean_finish) (BywayIpsecEngine *self, GAsyncResult *result);

  /* a{sv} about a daemon that runs already; see byway-examine.h. The same contract; full. */
  void (*examine) (BywayIpsecEngine *self, GAsyncReadyCallback callback, gpointer data);
  GVariant *(*examine_finish) (BywayIpsecEngine *self, GAsyncResult *result);

  /* The last session ended: stop the daemon if it was we who started it, and nobody else has come
   * to use it meanwhile. The callback may be NULL. */
  void (*idle) (BywayIpsecEngine *self, GAsyncReadyCallback callback, gpointer data);
  void (*idle_finish) (BywayIpsecEngine *self, GAsyncResult *result);
};
