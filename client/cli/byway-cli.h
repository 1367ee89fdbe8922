/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-about.h"
#include "byway-client.h"

/* One verb of the command line; byway_verbs is the table that dispatch, help and completion use. */
typedef struct
{
  const char *name;
  const char *arguments; /* for the usage line */
  const char *summary;
  int (*run) (int argc, char **argv); /* argv[0] is the verb; returns the exit code */
} BywayVerb;

extern const BywayVerb byway_verbs[]; /* ends with a NULL name */

int byway_verb_add (int argc, char **argv);
int byway_verb_delete (int argc, char **argv);
int byway_verb_doctor (int argc, char **argv);
int byway_verb_down (int argc, char **argv);
int byway_verb_duplicate (int argc, char **argv);
int byway_verb_edit (int argc, char **argv);
int byway_verb_export (int argc, char **argv);
int byway_verb_import (int argc, char **argv);
int byway_verb_import_cert (int argc, char **argv);
int byway_verb_lift (int argc, char **argv);
int byway_verb_list (int argc, char **argv);
int byway_verb_log (int argc, char **argv);
int byway_verb_migrate (int argc, char **argv);
int byway_verb_monitor (int argc, char **argv);
int byway_verb_probe (int argc, char **argv);
int byway_verb_render (int argc, char **argv);
int byway_verb_report (int argc, char **argv);
int byway_verb_set_secret (int argc, char **argv);
int byway_verb_show (int argc, char **argv);
int byway_verb_status (int argc, char **argv);
int byway_verb_up (int argc, char **argv);
int byway_verb_why (int argc, char **argv);

/* Reads the options of the verb in argv[0] (entries may be NULL; settings: `--KEY VALUE` of the
 * option table goes there, may be NULL). What is left are `min` to `max` arguments from argv[1] on;
 * otherwise FALSE with BYWAY_ERROR_INVALID. */
gboolean byway_cli_parse (int *argc, char ***argv, const GOptionEntry *entries,
                          GHashTable *settings, int min, int max, GError **error);

/* Adds KEY=VALUE words to settings (char * to char *); an empty value resets the key. */
gboolean byway_cli_parse_settings (char **words, GHashTable *settings, GError **error);

/* Says "byway: MESSAGE" on standard error, and returns the exit code that is the error's. Frees it.
 */
int byway_cli_fail (GError *error);

/* Takes a floating value; one line on standard output. */
void byway_cli_print_json (GVariant *value);

/* Rows of cells (GStrv), the first is the header, in columns of their widest cell. Takes @rows. */
void byway_cli_print_table (GPtrArray *rows);
/* The word for how it is with a connection, by its Get and that of its session (NULL: none):
 * "down", "waiting" (for its next try, or for secrets), "blocked" by its kill switch, or the
 * session's own. Belongs to @session. */
const char *byway_cli_state (GVariant *about, GVariant *session);
/* To stderr: that connection would come up again if somebody brought those secrets. */
void byway_cli_print_lacks (const char *name, const char *keys);

/* The connection of that name: its object's path in *path and its Get. NULL with error. */
GVariant *byway_cli_find (BywayClient *client, const char *name, char **path, GError **error);
