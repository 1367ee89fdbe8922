/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-token.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The token in the spelling that every byte of an id has. */
static char *
spelled (const BywayToken *token)
{
  GString *text = g_string_new ("pkcs11:id=");

  for (const char *c = token->handle; *c != '\0'; c += 2)
    g_string_append_printf (text, "%%%.2s", c);
  g_string_append_printf (text, ";slot-id=%u?module-name=%s", token->slot, token->module);
  return g_string_free (text, FALSE);
}

/* What is taken is whole and plain, and the same when it is spelled anew; what is not taken is
 * refused in words. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *again = NULL;
  g_autoptr (BywayToken) token = NULL;
  g_autoptr (BywayToken) other = NULL;
  const char *problem;

  token = byway_token_parse (text, &problem);
  g_assert_true ((token == NULL) == (problem != NULL));
  if (token == NULL)
    return 0;
  g_assert_cmpuint (strlen (token->handle), >, 0);
  g_assert_cmpuint (strspn (token->handle, "0123456789abcdef"), ==, strlen (token->handle));
  g_assert_null (strpbrk (token->module, "/. \\\"{}=#"));
  again = spelled (token);
  other = byway_token_parse (again, &problem);
  g_assert_nonnull (other);
  g_assert_cmpstr (other->handle, ==, token->handle);
  g_assert_cmpstr (other->module, ==, token->module);
  g_assert_cmpuint (other->slot, ==, token->slot);
  return 0;
}
