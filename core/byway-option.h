/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  BYWAY_OPTION_BOOL, /* gboolean: yes/no (true/false, 1/0 are read too) */
  BYWAY_OPTION_UINT, /* guint, min..max inclusive */
  BYWAY_OPTION_TEXT, /* char *, at most max bytes of UTF-8, no control characters */
  BYWAY_OPTION_HOST, /* char *, DNS name (IDN is kept as its ASCII form) or an address literal */
  BYWAY_OPTION_ENUM, /* guint, index into choices */
  BYWAY_OPTION_IDENTITY,  /* BywayIdentity */
  BYWAY_OPTION_IKE,       /* GArray of BywayProposal, empty = automatic */
  BYWAY_OPTION_ESP,       /* the same for phase 2 */
  BYWAY_OPTION_IPV4,      /* BywayAddress; empty: its family is 0 */
  BYWAY_OPTION_ADDRESSES, /* GArray of BywayAddress */
  BYWAY_OPTION_PREFIXES,  /* GArray of BywayPrefix */
  BYWAY_OPTION_DOMAINS,   /* GStrv */
  BYWAY_OPTION_FILE,      /* char *, an absolute path of the user's */
  BYWAY_OPTION_TOKEN,     /* BywayToken *, NULL: none */
  BYWAY_OPTION_SECRET     /* never in settings or profile: lives in a BywaySecretSet */
} BywayOptionType;

typedef enum
{
  BYWAY_OPTION_NONE = 0,
  BYWAY_OPTION_REQUIRED = 1 << 0,
  BYWAY_OPTION_NO_UI = 1 << 1
} BywayOptionFlags;

/* One row of the option table: everything that parsing, listing, the man page, completion and the
 * editors know about a key. */
typedef struct
{
  const char *key;
  const char *section; /* "general", "ipsec", "l2tp", "ppp", "routes", "dns", "secrets" */
  BywayOptionType type;
  BywayOptionFlags flags;
  guint min, max;
  const char *fallback; /* the value when the key is absent, in settings syntax; NULL = empty */
  const char *const *choices; /* for ENUM, NULL-terminated */
  gsize offset;               /* of the parsed value in BywayProfile; unused for secrets */
  const char *unit;           /* "s", "bytes" or NULL */
  const char *doc;            /* one line, a sentence */
} BywayOption;

const BywayOption *byway_options (gsize *n);
/* NULL for an unknown key. */
const BywayOption *byway_option_find (const char *key);
/* Static; "yes or no", "number 576 to 1500" …: what the key takes, in words, for errors and the
 * manual. Caller frees. */
char *byway_option_describe_range (const BywayOption *option);
