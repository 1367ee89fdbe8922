/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-secret.h"
#include "byway-vici.h"

#include <string.h>

/* Element types (strongSwan, src/libcharon/plugins/vici/README.md, "Message format"). */
enum
{
  SECTION_START = 1,
  SECTION_END,
  KEY_VALUE,
  LIST_START,
  LIST_ITEM,
  LIST_END
};

#define MAX_MESSAGE (512 * 1024)
#define MAX_DEPTH 16

struct _BywayViciBuilder
{
  gboolean secret;
  guint8 *data;
  gsize length, size;
  guint depth;
  const char *problem; /* the first one */
};

BywayViciBuilder *
byway_vici_builder_new (gboolean secret)
{
  BywayViciBuilder *builder = g_new0 (BywayViciBuilder, 1);

  builder->secret = secret;
  builder->size = 4000;
  builder->data = secret ? byway_locked_alloc (builder->size) : g_malloc (builder->size);
  return builder;
}

static void
free_data (gboolean secret, gpointer data)
{
  if (secret)
    byway_locked_free (data);
  else
    g_free (data);
}

static void
grow (BywayViciBuilder *builder, gsize more)
{
  gsize size = builder->size;
  guint8 *data;

  while (size < builder->length + more)
    size *= 2;
  if (size == builder->size)
    return;
  data = builder->secret ? byway_locked_alloc (size) : g_malloc (size);
  memcpy (data, builder->data, builder->length);
  free_data (builder->secret, builder->data);
  builder->data = data;
  builder->size = size;
}

static void
fail (BywayViciBuilder *builder, const char *problem)
{
  if (builder->problem == NULL)
    builder->problem = problem;
}

static void
append (BywayViciBuilder *builder, gconstpointer data, gsize length)
{
  if (builder->length + length > MAX_MESSAGE)
    {
      fail (builder, "the message is too long");
      return;
    }
  grow (builder, length);
  memcpy (builder->data + builder->length, data, length);
  builder->length += length;
}

static void
append_byte (BywayViciBuilder *builder, guint8 byte)
{
  append (builder, &byte, 1);
}

static void
append_name (BywayViciBuilder *builder, const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > 255)
    {
      fail (builder, "a name has 1 to 255 bytes");
      return;
    }
  append_byte (builder, length);
  append (builder, name, length);
}

static void
append_value (BywayViciBuilder *builder, gconstpointer data, gsize length)
{
  if (length > G_MAXUINT16)
    {
      fail (builder, "a value has at most 65535 bytes");
      return;
    }
  append_byte (builder, length >> 8);
  append_byte (builder, length & 0xff);
  append (builder, data, length);
}

void
byway_vici_begin_section (BywayViciBuilder *builder, const char *name)
{
  append_byte (builder, SECTION_START);
  append_name (builder, name);
  builder->depth++;
}

void
byway_vici_end_section (BywayViciBuilder *builder)
{
  if (builder->depth == 0)
    {
      fail (builder, "a section ends that never began");
      return;
    }
  builder->depth--;
  append_byte (builder, SECTION_END);
}

void
byway_vici_add_bytes (BywayViciBuilder *builder, const char *name, gconstpointer data, gsize length)
{
  append_byte (builder, KEY_VALUE);
  append_name (builder, name);
  append_value (builder, data, length);
}

void
byway_vici_add_value (BywayViciBuilder *builder, const char *name, const char *value)
{
  byway_vici_add_bytes (builder, name, value, strlen (value));
}

void
byway_vici_add_valuef (BywayViciBuilder *builder, const char *name, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  byway_vici_add_value (builder, name, value);
}

void
byway_vici_add_list (BywayViciBuilder *builder, const char *name, const char *const *items)
{
  append_byte (builder, LIST_START);
  append_name (builder, name);
  for (; *items != NULL; items++)
    {
      append_byte (builder, LIST_ITEM);
      append_value (builder, *items, strlen (*items));
    }
  append_byte (builder, LIST_END);
}

void
byway_vici_add_bytes_list (BywayViciBuilder *builder, const char *name, GPtrArray *items)
{
  append_byte (builder, LIST_START);
  append_name (builder, name);
  for (guint i = 0; i < items->len; i++)
    {
      gsize length;
      gconstpointer data = g_bytes_get_data (items->pdata[i], &length);

      append_byte (builder, LIST_ITEM);
      append_value (builder, data, length);
    }
  append_byte (builder, LIST_END);
}

GBytes *
byway_vici_builder_finish (BywayViciBuilder *builder, GError **error)
{
  GBytes *bytes = NULL;

  if (builder->depth > 0)
    fail (builder, "a section does not end");
  if (builder->problem != NULL)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "message to the IKE daemon: %s",
                   builder->problem);
      free_data (builder->secret, builder->data);
    }
  else
    bytes
        = g_bytes_new_with_free_func (builder->data, builder->length,
                                      builder->secret ? byway_locked_free : g_free, builder->data);
  g_free (builder);
  return bytes;
}

/* --- the reader ----------------------------------------------------------------------------- */

typedef struct
{
  const guint8 *data;
  gsize left;
} Reader;

static gboolean
take (Reader *reader, gsize length, const guint8 **out)
{
  if (reader->left < length)
    return FALSE;
  *out = reader->data;
  reader->data += length;
  reader->left -= length;
  return TRUE;
}

static char *
take_name (Reader *reader)
{
  const guint8 *size, *name;

  if (!take (reader, 1, &size) || !take (reader, *size, &name))
    return NULL;
  return g_utf8_make_valid ((const char *)name, *size);
}

static GBytes *
take_value (Reader *reader)
{
  const guint8 *size, *value;

  if (!take (reader, 2, &size) || !take (reader, size[0] << 8 | size[1], &value))
    return NULL;
  return g_bytes_new (value, size[0] << 8 | size[1]);
}

static BywayViciNode *
node_new (BywayViciKind kind, char *name)
{
  BywayViciNode *node = g_new0 (BywayViciNode, 1);

  node->kind = kind;
  node->name = name;
  if (kind != BYWAY_VICI_VALUE)
    node->children = g_ptr_array_new_with_free_func ((GDestroyNotify)byway_vici_node_free);
  return node;
}

void
byway_vici_node_free (BywayViciNode *node)
{
  g_free (node->name);
  g_clear_pointer (&node->value, g_bytes_unref);
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node);
}

static gboolean
read_list (Reader *reader, BywayViciNode *list)
{
  const guint8 *type;

  while (take (reader, 1, &type))
    {
      BywayViciNode *item;

      if (*type == LIST_END)
        return TRUE;
      if (*type != LIST_ITEM)
        return FALSE;
      item = node_new (BYWAY_VICI_VALUE, NULL);
      g_ptr_array_add (list->children, item);
      if ((item->value = take_value (reader)) == NULL)
        return FALSE;
    }
  return FALSE;
}

static gboolean read_section (Reader *reader, BywayViciNode *section, guint depth);

static gboolean
read_element (Reader *reader, guint8 type, BywayViciNode *parent, guint depth)
{
  BywayViciNode *node;
  char *name = type == SECTION_START || type == KEY_VALUE || type == LIST_START ? take_name (reader)
                                                                                : NULL;

  if (name == NULL)
    return FALSE;
  node = node_new (type == SECTION_START ? BYWAY_VICI_SECTION
                   : type == LIST_START  ? BYWAY_VICI_LIST
                                         : BYWAY_VICI_VALUE,
                   name);
  g_ptr_array_add (parent->children, node);
  if (type == SECTION_START)
    return depth < MAX_DEPTH && read_section (reader, node, depth + 1);
  if (type == LIST_START)
    return read_list (reader, node);
  return (node->value = take_value (reader)) != NULL;
}

/* Up to the section's end; the root ends with the data. */
static gboolean
read_section (Reader *reader, BywayViciNode *section, guint depth)
{
  const guint8 *type;

  while (take (reader, 1, &type))
    {
      if (*type == SECTION_END)
        return depth > 0;
      if (!read_element (reader, *type, section, depth))
        return FALSE;
    }
  return depth == 0;
}

BywayViciNode *
byway_vici_parse (const guint8 *data, gsize length, GError **error)
{
  g_autoptr (BywayViciNode) root = node_new (BYWAY_VICI_SECTION, NULL);
  Reader reader = { data, length };

  if (length <= MAX_MESSAGE && read_section (&reader, root, 0))
    return g_steal_pointer (&root);
  g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the IKE daemon sent a malformed message");
  return NULL;
}

static const BywayViciNode *
find_child (const BywayViciNode *node, const char *name, gsize length)
{
  for (guint i = 0; node->kind == BYWAY_VICI_SECTION && i < node->children->len; i++)
    {
      const BywayViciNode *child = g_ptr_array_index (node->children, i);

      if (strlen (child->name) == length && memcmp (child->name, name, length) == 0)
        return child;
    }
  return NULL;
}

const BywayViciNode *
byway_vici_node_find (const BywayViciNode *node, const char *path)
{
  while (node != NULL && *path != '\0')
    {
      gsize length = strcspn (path, "/");

      node = find_child (node, path, length);
      path += length + (path[length] == '/');
    }
  return node;
}

char *
byway_vici_node_dup_text (const BywayViciNode *node, const char *path)
{
  const BywayViciNode *found = byway_vici_node_find (node, path);
  gsize length;
  const char *text;

  if (found == NULL || found->kind != BYWAY_VICI_VALUE)
    return NULL;
  text = g_bytes_get_data (found->value, &length);
  return g_utf8_make_valid (text != NULL ? text : "", length);
}

gboolean
byway_vici_node_lists (const BywayViciNode *list, const char *text)
{
  for (guint i = 0; list != NULL && list->kind == BYWAY_VICI_LIST && i < list->children->len; i++)
    {
      g_autofree char *item = byway_vici_node_dup_text (list->children->pdata[i], "");

      if (g_ascii_strcasecmp (item, text) == 0)
        return TRUE;
    }
  return FALSE;
}

/* For people: what is no text, such as a certificate, is only counted. */
static char *
value_in_words (const BywayViciNode *node)
{
  gsize length;
  const char *bytes = g_bytes_get_data (node->value, &length);

  if (g_strcmp0 (node->name, "data") == 0 || g_strcmp0 (node->name, "pin") == 0)
    return g_strdup ("(hidden)");
  if (length > 0 && bytes[0] == 0x30 && !g_utf8_validate (bytes, length, NULL))
    return g_strdup_printf ("(%zu bytes)", length);
  return byway_vici_node_dup_text (node, "");
}

static void
print_node (GString *text, const BywayViciNode *node, guint depth)
{
  if (node->kind == BYWAY_VICI_VALUE)
    {
      g_autofree char *value = value_in_words (node);

      g_string_append_printf (text, "%*s%s%s%s\n", 2 * depth, "",
                              node->name != NULL ? node->name : "", node->name != NULL ? " = " : "",
                              value);
      return;
    }
  g_string_append_printf (text, "%*s%s %c\n", 2 * depth, "", node->name,
                          node->kind == BYWAY_VICI_LIST ? '[' : '{');
  for (guint i = 0; i < node->children->len; i++)
    print_node (text, node->children->pdata[i], depth + 1);
  g_string_append_printf (text, "%*s%c\n", 2 * depth, "",
                          node->kind == BYWAY_VICI_LIST ? ']' : '}');
}

char *
byway_vici_to_string (GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (BywayViciNode) root = byway_vici_parse (data, length, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; root != NULL && i < root->children->len; i++)
    print_node (text, root->children->pdata[i], 0);
  return g_string_free (text, FALSE);
}
