/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

#include "byway-identity.h"

/* The only way in which a value gets into a file that Libreswan's ipsec.conf reader sees.
 *
 * That dialect is lines, and has no escapes: what is between two quotation marks stands for itself.
 * So a value with a quotation mark or a control character can't be written at all, and is refused.
 */

/* Builds one "conn". Latches the first error. Keys are literals of ours. */
typedef struct _BywayLibreswanWriter BywayLibreswanWriter;

/* @name: letters, digits, '-' and '_' only. */
BywayLibreswanWriter *byway_libreswan_writer_new (const char *name);
/* A word of ours, or of our own tables: bare. */
void byway_libreswan_writer_word (BywayLibreswanWriter *writer, const char *key, const char *word);
void byway_libreswan_writer_uint (BywayLibreswanWriter *writer, const char *key, guint value,
                                  const char *unit);
void byway_libreswan_writer_flag (BywayLibreswanWriter *writer, const char *key, gboolean value);
/* Whatever somebody wrote, quoted. @option is named when it can't be written. */
void byway_libreswan_writer_text (BywayLibreswanWriter *writer, const char *key, const char *text,
                                  const char *option);
/* Frees the writer. NULL with BYWAY_ERROR_INVALID that names the option. */
char *byway_libreswan_writer_finish (BywayLibreswanWriter *writer, GError **error);

/* What that reader would make of a text with one conn and nothing else. Strict: NULL for all that
 * it only warns of, and for every keyword that Byway never writes. key, value, key, value, NULL;
 * *name is the conn's (caller frees). */
GStrv byway_libreswan_conf_read (const char *text, char **name);

/* As pluto's atoid() reads exactly this identity. NULL: it has no spelling for it. */
char *byway_identity_to_libreswan (const BywayIdentity *identity);
