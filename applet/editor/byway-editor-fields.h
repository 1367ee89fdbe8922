/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  BYWAY_EDITOR_PAGE_MAIN, /* what everybody needs */
  BYWAY_EDITOR_PAGE_IPSEC,
  BYWAY_EDITOR_PAGE_L2TP,
  BYWAY_EDITOR_PAGE_PPP,
  BYWAY_EDITOR_PAGE_ROUTES, /* the host's, where it has pages of its own for that */
  BYWAY_EDITOR_PAGE_DNS,
  BYWAY_EDITOR_N_PAGES
} BywayEditorPage;

/* Where and under which words an option is edited. What kind of input it gets follows from the
 * option's type. */
typedef struct
{
  const char *key;
  BywayEditorPage page;
  const char *group;          /* the heading that it stands under; NULL: none */
  const char *label;          /* with a mnemonic; translated where it is shown */
  const char *const *choices; /* for ENUM: words for the option's choices, in their order */
  gboolean inverted;          /* for BOOL: ticked is "no" */
  const char *when, *is;      /* shown while the option `when` has the value `is`; NULL: always */
} BywayEditorField;

/* In the order in which they are shown. */
const BywayEditorField *byway_editor_fields (gsize *n);
const BywayEditorField *byway_editor_field_find (const char *key);
const char *byway_editor_page_title (BywayEditorPage page);

/* Can the user reach that option? A storage option is reached beside its secret. */
gboolean byway_editor_has_key (const char *key);

/* What the parser says goes on from a key: "must not be less than dpd-delay". Here it stands alone,
 * and options have the names of their fields. Caller frees. */
char *byway_editor_sentence (const char *text);

/* The label without its mnemonic, translated. Caller frees. */
char *byway_editor_field_name (const BywayEditorField *field);
