/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-able.h"

#include "byway-libreswan-algorithm.h"

#include <string.h>

static const BywayAlgorithm *
strongswan_missing (const BywayProposal *proposal, BywayPhase phase, GHashTable *names)
{
  return byway_proposal_missing (proposal, names);
}

typedef struct
{
  const char *word, *name; /* in the option, and for people */
  const char *fact;        /* the helper's list of what it can do, in that daemon's own words */
  const BywayAlgorithm *(*missing) (const BywayProposal *, BywayPhase, GHashTable *);
} Daemon;

static const Daemon daemons[] = {
  [BYWAY_IKE_CHOICE_STRONGSWAN]
  = { "strongswan", "strongSwan", "strongswan-algorithms", strongswan_missing },
  [BYWAY_IKE_CHOICE_LIBRESWAN]
  = { "libreswan", "Libreswan", "libreswan-algorithms", byway_libreswan_missing },
};

struct _BywayIkeAble
{
  const Daemon *daemon;
  GHashTable *names; /* set; NULL: not known */
};

struct _BywayAble
{
  BywayIkeChoice automatic; /* AUTO: not known */
  BywayIkeAble parts[G_N_ELEMENTS (daemons)];
};

static GHashTable *
read_names (GVariant *machine, const char *fact)
{
  g_autofree const char **names = NULL;
  GHashTable *set;

  if (!g_variant_lookup (machine, fact, "^a&s", &names))
    return NULL;
  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (const char **name = names; *name != NULL; name++)
    g_hash_table_add (set, g_strdup (*name));
  return set;
}

BywayAble *
byway_able_new (GVariant *machine)
{
  BywayAble *able = g_new0 (BywayAble, 1);
  const char *automatic = "";

  g_variant_lookup (machine, "ike-daemon", "&s", &automatic);
  for (guint i = BYWAY_IKE_CHOICE_AUTO + 1; i < G_N_ELEMENTS (daemons); i++)
    {
      able->parts[i] = (BywayIkeAble){ &daemons[i], read_names (machine, daemons[i].fact) };
      if (strcmp (automatic, daemons[i].word) == 0)
        able->automatic = i;
    }
  return able;
}

void
byway_able_free (BywayAble *able)
{
  for (guint i = 0; i < G_N_ELEMENTS (daemons); i++)
    g_clear_pointer (&able->parts[i].names, g_hash_table_unref);
  g_free (able);
}

const BywayIkeAble *
byway_able_of (const BywayAble *able, BywayIkeChoice choice)
{
  const BywayIkeAble *part;

  if (able == NULL)
    return NULL;
  part = &able->parts[choice != BYWAY_IKE_CHOICE_AUTO ? choice : able->automatic];
  return part->names != NULL ? part : NULL;
}

const BywayAlgorithm *
byway_ike_able_missing (const BywayIkeAble *able, const BywayProposal *proposal, BywayPhase phase)
{
  return able->daemon->missing (proposal, phase, able->names);
}

const char *
byway_ike_able_name (const BywayIkeAble *able)
{
  return able->daemon->name;
}
