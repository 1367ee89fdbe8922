/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Moving a profile of NetworkManager's between NetworkManager-l2tp and Byway: which, and what is
 * written then. Settings are a{sa{sv}}, as NetworkManager's bus has them. */

typedef enum
{
  BYWAY_MIGRATION_NONE,       /* no profile of either */
  BYWAY_MIGRATION_POSSIBLE,   /* `settings` is what has to be written */
  BYWAY_MIGRATION_DONE,       /* it is on that side already */
  BYWAY_MIGRATION_NOT_MARKED, /* on the way back: it was never moved here */
  BYWAY_MIGRATION_PLAIN,      /* a tunnel without IPsec, and nobody said that it is to be one */
  BYWAY_MIGRATION_REFUSED     /* Byway can't connect with it: `issues` */
} BywayMigrationVerdict;

typedef struct
{
  BywayMigrationVerdict verdict;
  char *id, *uuid;
  GVariant *settings;  /* full; NULL when nothing is to be written */
  GPtrArray *issues;   /* BywayIssue */
  GPtrArray *left_out; /* char *: options that NetworkManager-l2tp has no word for */
  /* Of one that is moved to Byway: */
  char *unprotected; /* the server's name, where it goes without IPsec; else NULL */
  GStrv differences; /* byway_nm_differences; NULL: none */
} BywayMigration;

/* From NetworkManager-l2tp to Byway: the service type, and a mark in the user setting. The data
 * stay as they are: Byway reads that program's words. Only with @plain is a tunnel without IPsec
 * moved, and then ipsec=no is added. Never NULL. @settings may be floating. */
BywayMigration *byway_migration_plan (GVariant *settings, gboolean plain);
/* The way back, of those with the mark. Data that have been edited since, with Byway's own keys in
 * them, are put into that program's words. Never NULL. */
BywayMigration *byway_migration_plan_undo (GVariant *settings);
void byway_migration_free (BywayMigration *migration);

/* @settings with those of @secrets (what GetSecrets answers, a{sa{sv}}; may be NULL) that
 * NetworkManager itself keeps. Writing without them would drop them; an agent's are the agent's.
 * Full. */
GVariant *byway_migration_with_secrets (GVariant *settings, GVariant *secrets);

/* Why Byway could not have the pre-shared key of that program's @settings (with @secrets, as
 * above); static, as byway_secret_set_put. NULL: it can, or there is none to be seen. */
const char *byway_migration_psk_problem (GVariant *settings, GVariant *secrets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayMigration, byway_migration_free)
