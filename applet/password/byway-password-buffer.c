/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-password-buffer.h"

#include "byway-secret.h"

#include <string.h>

struct _BywayPasswordBuffer
{
  GtkEntryBuffer parent;
  char *bytes; /* locked, NUL-terminated */
  gsize length, max;
  guint n_chars;
};

G_DEFINE_FINAL_TYPE (BywayPasswordBuffer, byway_password_buffer, GTK_TYPE_ENTRY_BUFFER)

static const char *
get_text (GtkEntryBuffer *buffer, gsize *n_bytes)
{
  BywayPasswordBuffer *self = BYWAY_PASSWORD_BUFFER (buffer);

  if (n_bytes != NULL)
    *n_bytes = self->length;
  return self->bytes;
}

static guint
get_length (GtkEntryBuffer *buffer)
{
  return BYWAY_PASSWORD_BUFFER (buffer)->n_chars;
}

/* The bytes of whole characters of @chars that there is room for, up to a line break. */
static gsize
fitting (BywayPasswordBuffer *self, const char *chars, guint n_chars, guint *fit)
{
  const char *end = chars;

  for (*fit = 0; *fit < n_chars && *end != '\0' && *end != '\n' && *end != '\r'; ++*fit)
    {
      const char *next = g_utf8_next_char (end);

      if (self->length + (gsize)(next - chars) > self->max)
        break;
      end = next;
    }
  return (gsize)(end - chars);
}

static guint
insert_text (GtkEntryBuffer *buffer, guint position, const char *chars, guint n_chars)
{
  BywayPasswordBuffer *self = BYWAY_PASSWORD_BUFFER (buffer);
  guint fit;
  gsize size = fitting (self, chars, n_chars, &fit);
  gsize at = (gsize)(g_utf8_offset_to_pointer (self->bytes, position) - self->bytes);

  memmove (self->bytes + at + size, self->bytes + at, self->length - at + 1);
  memcpy (self->bytes + at, chars, size);
  self->length += size;
  self->n_chars += fit;
  gtk_entry_buffer_emit_inserted_text (buffer, position, chars, fit);
  return fit;
}

static guint
delete_text (GtkEntryBuffer *buffer, guint position, guint n_chars)
{
  BywayPasswordBuffer *self = BYWAY_PASSWORD_BUFFER (buffer);
  guint first = MIN (position, self->n_chars);
  guint n = MIN (n_chars, self->n_chars - first);
  char *start = g_utf8_offset_to_pointer (self->bytes, first);
  char *end = g_utf8_offset_to_pointer (start, n);
  gsize size = (gsize)(end - start);

  if (n == 0)
    return 0;
  memmove (start, end, (gsize)(self->bytes + self->length - end) + 1);
  self->length -= size;
  explicit_bzero (self->bytes + self->length, size);
  self->n_chars -= n;
  gtk_entry_buffer_emit_deleted_text (buffer, first, n);
  return n;
}

static void
finalize (GObject *object)
{
  byway_locked_free (BYWAY_PASSWORD_BUFFER (object)->bytes);
  G_OBJECT_CLASS (byway_password_buffer_parent_class)->finalize (object);
}

static void
byway_password_buffer_class_init (BywayPasswordBufferClass *klass)
{
  GtkEntryBufferClass *buffer = GTK_ENTRY_BUFFER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  buffer->get_text = get_text;
  buffer->get_length = get_length;
  buffer->insert_text = insert_text;
  buffer->delete_text = delete_text;
}

static void
byway_password_buffer_init (BywayPasswordBuffer *self)
{
}

GtkEntryBuffer *
byway_password_buffer_new (gsize max)
{
  BywayPasswordBuffer *self = g_object_new (BYWAY_TYPE_PASSWORD_BUFFER, NULL);

  self->max = max;
  self->bytes = byway_locked_alloc (max + 1);
  return GTK_ENTRY_BUFFER (self);
}
