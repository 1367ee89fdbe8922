/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-dn.h"
#include "identities.h"
#include "lexer.h"
#include "strongswan.h"

#include <string.h>

/* What libstrongswan's own reader of identities makes of the spelling that vici is given: the kind
 * and the bytes that will go over the wire. */

/* identification.h: the first members of an identity, and of its kinds those that we write. */
typedef struct Identification Identification;

typedef struct
{
  const guint8 *bytes;
  gsize length;
} Chunk;

struct Identification
{
  Chunk (*get_encoding) (Identification *self);
  int (*get_type) (Identification *self);
  guint (*hash) (Identification *self, guint inc);
  gboolean (*equals) (Identification *self, Identification *other);
  int (*matches) (Identification *self, Identification *other);
  gboolean (*contains_wildcards) (Identification *self);
  gpointer (*create_part_enumerator) (Identification *self);
  Identification *(*clone) (Identification *self);
  void (*destroy) (Identification *self);
};

enum
{
  ID_IPV4_ADDR = 1,
  ID_FQDN = 2,
  ID_USER_FQDN = 3,
  ID_IPV6_ADDR = 5,
  ID_DER_ASN1_DN = 9,
  ID_KEY_ID = 11
};

static void
expect (LexerRun *run, int kind, gconstpointer bytes, gsize length)
{
  g_autoptr (GString) value = g_string_new (NULL);

  g_string_append_c (value, (char)kind);
  g_string_append_len (value, bytes, (gssize)length);
  lexer_expect (run, value->str, value->len);
}

static void
expect_address (LexerRun *run, const char *text)
{
  BywayAddress address;

  g_assert_true (byway_address_parse (text, &address));
  expect (run, address.family == 4 ? ID_IPV4_ADDR : ID_IPV6_ADDR, address.bytes,
          byway_address_size (&address));
}

static void
expect_identity (LexerRun *run, const BywayIdentity *identity)
{
  g_autoptr (GByteArray) der = NULL;

  switch (identity->kind)
    {
    case BYWAY_IDENTITY_NONE:
    case BYWAY_IDENTITY_ANY:
      g_assert_not_reached ();
    case BYWAY_IDENTITY_ADDRESS:
      expect_address (run, identity->value);
      break;
    case BYWAY_IDENTITY_FQDN:
      expect (run, ID_FQDN, identity->value, identity->length);
      break;
    case BYWAY_IDENTITY_USER:
      expect (run, ID_USER_FQDN, identity->value, identity->length);
      break;
    case BYWAY_IDENTITY_KEY_ID:
      expect (run, ID_KEY_ID, identity->value, identity->length);
      break;
    case BYWAY_IDENTITY_DN:
      der = byway_dn_encode (identity->value);
      expect (run, ID_DER_ASN1_DN, der->data, der->len);
    }
}

static void
read_identity (LexerRun *run, Identification *identity, GString *value)
{
  Chunk chunk = identity->get_encoding (identity);

  g_string_truncate (value, 0);
  g_string_append_c (value, (char)identity->get_type (identity));
  g_string_append_len (value, (const char *)chunk.bytes, (gssize)chunk.length);
  lexer_read (run, value->str, value->len);
  identity->destroy (identity);
}

static void
run_identity (LexerRun *run)
{
  gboolean (*library_init) (char *settings, const char *name);
  Identification *(*create) (char *text);
  const StrongswanSymbol symbols[] = { { "library_init", &library_init },
                                       { "identification_create_from_string", &create },
                                       { NULL } };
  g_autoptr (GString) value = g_string_new (NULL);

  strongswan_find ("libstrongswan.so.0", symbols);
  library_init (NULL, "byway");
  while (lexer_wants_more (run))
    {
      BywayIdentity identity;
      g_autofree char *text = NULL;

      dice_identity (&run->dice, &identity);
      text = byway_identity_to_vici (&identity);
      expect_identity (run, &identity);
      read_identity (run, create (text), value);
      lexer_batch_end (run);
      byway_identity_clear (&identity);
    }
}

const Lexer lexer_identity = {
  .format = "identities in vici",
  .program = "libstrongswan",
  .version_argv = { "/usr/sbin/swanctl", "--help" },
  .before = "strongSwan ",
  .run = run_identity,
};
