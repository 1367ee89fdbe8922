/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-facts.h"
#include "byway-profile.h"
#include "byway-secret.h"

/* xl2tpd's files have no quoting at all, and its integers and names are cut or run together in
 * silence. So nothing but literals, integers, numeric IPv4 addresses and our own paths goes in. */

/* Longer ones lose their terminator in xl2tpd. */
#define BYWAY_XL2TPD_VALUE_MAX 99

/* The one LAC in our xl2tpd. */
#define BYWAY_XL2TPD_LAC "c"

/* Latches the first error. Keys are literals. */
typedef struct _BywayXl2tpdWriter BywayXl2tpdWriter;

BywayXl2tpdWriter *byway_xl2tpd_writer_new (void);
void byway_xl2tpd_writer_section (BywayXl2tpdWriter *writer, const char *section);
void byway_xl2tpd_writer_flag (BywayXl2tpdWriter *writer, const char *key, gboolean value);
void byway_xl2tpd_writer_uint (BywayXl2tpdWriter *writer, const char *key, guint value);
/* IPv4 only: xl2tpd can do no other. */
void byway_xl2tpd_writer_address (BywayXl2tpdWriter *writer, const char *key,
                                  const BywayAddress *address);
/* Absolute, of letters, digits and "/._-" only. */
void byway_xl2tpd_writer_path (BywayXl2tpdWriter *writer, const char *key, const char *path);
/* Frees the writer. NULL when a value could not be written. */
char *byway_xl2tpd_writer_finish (BywayXl2tpdWriter *writer);

/* The configuration file of one session; NULL when a path or an address is not fit for it. */
char *byway_xl2tpd_render (const BywayProfile *profile, const BywayFacts *facts);
/* What it reads as its file of secrets, in memory that is locked and wiped; NULL: the connection
 * has none. */
GBytes *byway_xl2tpd_render_secrets (const BywayProfile *profile, const BywaySecretSet *secrets);
/* Its command line; argv[0] is the name only. */
GStrv byway_xl2tpd_argv (const BywayProfile *profile, const BywayFacts *facts);
