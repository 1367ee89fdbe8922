/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The message format of strongSwan's vici (src/libcharon/plugins/vici/README.md): a builder that
 * latches its first error, and a reader into a plain tree. */

typedef struct _BywayViciBuilder BywayViciBuilder;

/* `secret`: the message is built in locked memory and its GBytes wipe themselves. */
BywayViciBuilder *byway_vici_builder_new (gboolean secret);
void byway_vici_begin_section (BywayViciBuilder *builder, const char *name);
void byway_vici_end_section (BywayViciBuilder *builder);
void byway_vici_add_value (BywayViciBuilder *builder, const char *name, const char *value);
void byway_vici_add_bytes (BywayViciBuilder *builder, const char *name, gconstpointer data,
                           gsize length);
void byway_vici_add_list (BywayViciBuilder *builder, const char *name, const char *const *items);
/* The same of bytes: GBytes. */
void byway_vici_add_bytes_list (BywayViciBuilder *builder, const char *name, GPtrArray *items);
void byway_vici_add_valuef (BywayViciBuilder *builder, const char *name, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* Frees the builder. NULL with error when a name passed 255 bytes, a value 65535, or sections are
 * unbalanced. */
GBytes *byway_vici_builder_finish (BywayViciBuilder *builder, GError **error);

/* A parsed message. */
typedef struct _BywayViciNode BywayViciNode;
typedef enum
{
  BYWAY_VICI_SECTION,
  BYWAY_VICI_VALUE,
  BYWAY_VICI_LIST
} BywayViciKind;

struct _BywayViciNode
{
  BywayViciKind kind;
  char *name;
  GBytes *value;       /* VALUE */
  GPtrArray *children; /* SECTION: nodes in order; LIST: VALUE nodes without name */
};

/* The root is a section without a name. Strict and bounded (depth 16); NULL with error. */
BywayViciNode *byway_vici_parse (const guint8 *data, gsize length, GError **error);
void byway_vici_node_free (BywayViciNode *node);
/* First child of that name and kind, or NULL. `path` may hold '/' between section names. */
const BywayViciNode *byway_vici_node_find (const BywayViciNode *node, const char *path);
/* The text of the value at path, or NULL; bytes that are not UTF-8 are replaced. Caller frees. */
char *byway_vici_node_dup_text (const BywayViciNode *node, const char *path);
/* Whether one item of the list is that text, in either case of letters; @list may be NULL. */
gboolean byway_vici_node_lists (const BywayViciNode *list, const char *text);
/* Indented text for people; the values of `data` (keys) and `pin` are shown as "(hidden)". */
char *byway_vici_to_string (GBytes *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayViciNode, byway_vici_node_free)
