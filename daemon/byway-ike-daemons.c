/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ike-daemons.h"

struct _BywayIkeDaemons
{
  BywayIpsecEngine *engines[BYWAY_N_IKE_DAEMONS];
  BywayIkeChoice preferred;
};

BywayIkeDaemons *
byway_ike_daemons_new (BywayIpsecEngine *engines[BYWAY_N_IKE_DAEMONS], BywayIkeChoice preferred)
{
  BywayIkeDaemons *daemons = g_new0 (BywayIkeDaemons, 1);

  for (guint i = 0; i < BYWAY_N_IKE_DAEMONS; i++)
    daemons->engines[i] = engines[i];
  daemons->preferred = preferred;
  return daemons;
}

void
byway_ike_daemons_free (BywayIkeDaemons *daemons)
{
  for (guint i = 0; i < BYWAY_N_IKE_DAEMONS; i++)
    g_object_unref (daemons->engines[i]);
  g_free (daemons);
}

BywayIpsecEngine *
byway_ike_daemons_get (BywayIkeDaemons *daemons, BywayIkeDaemon daemon)
{
  return daemons->engines[daemon];
}

static BywayIkeDaemon
choose_present (BywayIkeDaemons *daemons)
{
  BywayIkeDaemon best = 0;
  BywayPresence most = BYWAY_PRESENCE_NONE;

  for (guint i = 0; i < BYWAY_N_IKE_DAEMONS; i++)
    {
      BywayPresence presence
          = BYWAY_IPSEC_ENGINE_GET_IFACE (daemons->engines[i])->presence (daemons->engines[i]);

      if (presence > most)
        best = i;
      most = MAX (presence, most);
    }
  return best;
}

BywayIkeDaemon
byway_ike_daemons_choose (BywayIkeDaemons *daemons, BywayIkeChoice wanted)
{
  switch (wanted != BYWAY_IKE_CHOICE_AUTO ? wanted : daemons->preferred)
    {
    case BYWAY_IKE_CHOICE_STRONGSWAN:
      return BYWAY_IKE_DAEMON_STRONGSWAN;
    case BYWAY_IKE_CHOICE_LIBRESWAN:
      return BYWAY_IKE_DAEMON_LIBRESWAN;
    case BYWAY_IKE_CHOICE_AUTO:
      break;
    }
  return choose_present (daemons);
}

/* --- one verb for all ----------------------------------------------------------------------- */

typedef struct
{
  guint waiting;
  GVariantDict dict;
} Round;

static void
round_free (gpointer data)
{
  Round *round = data;

  g_variant_dict_clear (&round->dict);
  g_free (round);
}

static void
add_all (GVariantDict *dict, GVariant *more)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, more);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_dict_insert_value (dict, key, value);
}

static void
count_down (GTask *task)
{
  Round *round = g_task_get_task_data (task);

  if (--round->waiting == 0)
    g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&round->dict)),
                           (GDestroyNotify)g_variant_unref);
}

static GTask *
new_round (GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Round *round = g_new0 (Round, 1);

  g_variant_dict_init (&round->dict, NULL);
  round->waiting = BYWAY_N_IKE_DAEMONS;
  g_task_set_task_data (task, round, round_free);
  return task;
}

static void
on_cleaned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  BYWAY_IPSEC_ENGINE_GET_IFACE (source)->clean_finish (BYWAY_IPSEC_ENGINE (source), result);
  count_down (task);
}

void
byway_ike_daemons_clean (BywayIkeDaemons *daemons, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = new_round (callback, data);

  for (guint i = 0; i < BYWAY_N_IKE_DAEMONS; i++)
    BYWAY_IPSEC_ENGINE_GET_IFACE (daemons->engines[i])
        ->clean (daemons->engines[i], on_cleaned, g_object_ref (task));
}

static void
on_idled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  BYWAY_IPSEC_ENGINE_GET_IFACE (source)->idle_finish (BYWAY_IPSEC_ENGINE (source), result);
  count_down (task);
}

void
byway_ike_daemons_idle (BywayIkeDaemons *daemons, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = new_round (callback, data);

  for (guint i = 0; i < BYWAY_N_IKE_DAEMONS; i++)
    BYWAY_IPSEC_ENGINE_GET_IFACE (daemons->engines[i])
        ->idle (daemons->engines[i], on_idled, g_object_ref (task));
}

void
byway_ike_daemons_finish (GAsyncResult *result)
{
  g_autoptr (GVariant) nothing = g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Round *round = g_task_get_task_data (task);
  g_autoptr (GVariant) about
      = BYWAY_IPSEC_ENGINE_GET_IFACE (source)->examine_finish (BYWAY_IPSEC_ENGINE (source), result);

  add_all (&round->dict, about);
  count_down (task);
}

void
byway_ike_daemons_examine (BywayIkeDaemons *daemons, GAsyncReadyCallback callback, gpointer data)
{
  static const char *const words[] = {
    [BYWAY_IKE_DAEMON_STRONGSWAN] = "strongswan", [BYWAY_IKE_DAEMON_LIBRESWAN] = "libreswan"
  };
  g_autoptr (GTask) task = new_round (callback, data);
  Round *round = g_task_get_task_data (task);

  g_variant_dict_insert (&round->dict, "ike-daemon", "s",
                         words[byway_ike_daemons_choose (daemons, BYWAY_IKE_CHOICE_AUTO)]);
  for (guint i = 0; i < BYWAY_N_IKE_DAEMONS; i++)
    BYWAY_IPSEC_ENGINE_GET_IFACE (daemons->engines[i])
        ->examine (daemons->engines[i], on_examined, g_object_ref (task));
}

GVariant *
byway_ike_daemons_examine_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
