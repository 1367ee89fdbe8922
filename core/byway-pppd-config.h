/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-facts.h"
#include "byway-profile.h"

/* The only way in which a value gets into a file that pppd reads.
 *
 * pppd's files are words, not lines: a newline is a blank, quotes open anywhere, a backslash works
 * everywhere. So each value is one quoted word that holds nothing but printable ASCII. */

#define BYWAY_PPPD_WORD_MAX 255

/* A quoted word that pppd reads as exactly these bytes. NULL when a NUL is among them, or there
 * are more than BYWAY_PPPD_WORD_MAX. */
char *byway_pppd_quote (const char *bytes, gsize length);

/* Latches the first error. Options are literals of ours: never text that somebody gave us. */
typedef struct _BywayPppdWriter BywayPppdWriter;

BywayPppdWriter *byway_pppd_writer_new (void);
void byway_pppd_writer_option (BywayPppdWriter *writer, const char *option);
void byway_pppd_writer_uint (BywayPppdWriter *writer, const char *option, guint value);
/* @option may be NULL: the word stands for itself. */
void byway_pppd_writer_word (BywayPppdWriter *writer, const char *option, const char *value);
/* Frees the writer. NULL when a value could not be written. */
char *byway_pppd_writer_finish (BywayPppdWriter *writer);

/* The words that pppd's own reader (options.c, getword) would find in this text. Strict: NULL for
 * all that it only warns of (an open quote, a word too long), and for a NUL within a word. */
GStrv byway_pppd_config_read (const char *text);

/* The options file of one session. NULL when a path of the facts can't be written. */
char *byway_pppd_render (const BywayProfile *profile, const BywayFacts *facts);
