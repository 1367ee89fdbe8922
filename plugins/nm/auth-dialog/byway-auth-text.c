/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-auth-text.h"

#include "byway-secret.h"

#include <string.h>

#define FIRST_SIZE 1024

void
byway_auth_text_append (BywayAuthText *text, const char *bytes, gssize length)
{
  gsize more = length < 0 ? strlen (bytes) : (gsize)length;

  if (text->length + more >= text->size)
    {
      gsize size = MAX (FIRST_SIZE, 2 * (text->length + more + 1));
      char *larger = byway_locked_alloc (size);

      if (text->bytes != NULL)
        memcpy (larger, text->bytes, text->length);
      byway_locked_free (text->bytes);
      text->bytes = larger;
      text->size = size;
    }
  memcpy (text->bytes + text->length, bytes, more);
  text->length += more;
  text->bytes[text->length] = '\0';
}

void
byway_auth_text_truncate (BywayAuthText *text)
{
  if (text->bytes != NULL)
    explicit_bzero (text->bytes, text->length);
  text->length = 0;
}

void
byway_auth_text_clear (BywayAuthText *text)
{
  byway_locked_free (text->bytes);
  *text = (BywayAuthText){ 0 };
}
