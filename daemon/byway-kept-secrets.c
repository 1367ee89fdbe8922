/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kept-secrets.h"

#include "byway-limits.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A key of type "user" has at most so many bytes; a machine's certificates may need several. */
#define PIECE 32767
#define PIECES (BYWAY_LIMIT_SECRETS_SIZE / PIECE + 1)

struct _BywayKeptSecrets
{
  long ring; /* negative: the kernel has none for us */
};

static long
find (long ring, const char *type, const char *name)
{
  return syscall (SYS_keyctl, KEYCTL_SEARCH, ring, type, name, 0);
}

static long
add (long ring, const char *type, const char *name, gconstpointer data, gsize length)
{
  return syscall (SYS_add_key, type, name, data, length, ring);
}

/* A key may be read by who has it in a keyring of his own process: the one that what we start does
 * not inherit. */
BywayKeptSecrets *
byway_kept_secrets_new (const char *name)
{
  BywayKeptSecrets *self = g_new0 (BywayKeptSecrets, 1);

  self->ring = find (KEY_SPEC_USER_KEYRING, "keyring", name);
  if (self->ring < 0)
    self->ring = add (KEY_SPEC_USER_KEYRING, "keyring", name, NULL, 0);
  if (self->ring < 0
      || syscall (SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING) < 0)
    {
      g_message ("No secret outlives a killed helper, because the kernel keeps none: %s",
                 g_strerror (errno));
      self->ring = -1;
    }
  return self;
}

void
byway_kept_secrets_free (BywayKeptSecrets *self)
{
  g_free (self);
}

static char *
piece_name (const char *uuid, guint number)
{
  return g_strdup_printf ("%s/%u", uuid, number);
}

static long
find_piece (BywayKeptSecrets *self, const char *uuid, guint number)
{
  g_autofree char *name = piece_name (uuid, number);

  return self->ring < 0 ? -1 : find (self->ring, "user", name);
}

static gboolean
put_piece (BywayKeptSecrets *self, const char *uuid, guint number, const guint8 *data, gsize length)
{
  g_autofree char *name = piece_name (uuid, number);

  return add (self->ring, "user", name, data, length) >= 0;
}

static gboolean
put_all (BywayKeptSecrets *self, const char *uuid, const guint8 *data, gsize length)
{
  for (guint i = 0; length > 0; i++)
    {
      gsize size = MIN (length, PIECE);

      if (!put_piece (self, uuid, i, data, size))
        return FALSE;
      data += size;
      length -= size;
    }
  return TRUE;
}

void
byway_kept_secrets_put (BywayKeptSecrets *self, const char *uuid, const BywaySecretSet *set)
{
  gsize length;
  guint8 *data = byway_secret_set_encode (set, &length);

  byway_kept_secrets_forget (self, uuid);
  if (self->ring >= 0 && !put_all (self, uuid, data, length))
    {
      g_message ("The secrets of %s would not outlive a killed helper: %s", uuid,
                 g_strerror (errno));
      byway_kept_secrets_forget (self, uuid);
    }
  byway_locked_free (data);
}

/* Into @data, which has room for a whole set; its length. */
static gsize
read_all (BywayKeptSecrets *self, const char *uuid, guint8 *data)
{
  gsize have = 0;
  long key;

  for (guint i = 0; i < PIECES && (key = find_piece (self, uuid, i)) >= 0; i++)
    {
      gsize room = MIN (PIECE, BYWAY_LIMIT_SECRETS_SIZE - have);
      long size = syscall (SYS_keyctl, KEYCTL_READ, key, data + have, room);

      if (size < 0 || (gsize)size > room)
        return 0;
      have += (gsize)size;
    }
  return have;
}

BywaySecretSet *
byway_kept_secrets_get (BywayKeptSecrets *self, const char *uuid)
{
  guint8 *data = byway_locked_alloc (BYWAY_LIMIT_SECRETS_SIZE);
  gsize length = read_all (self, uuid, data);
  const char *problem = NULL;
  BywaySecretSet *set = byway_secret_set_decode (data, length, &problem);

  byway_locked_free (data);
  return set != NULL ? set : byway_secret_set_new ();
}

void
byway_kept_secrets_forget (BywayKeptSecrets *self, const char *uuid)
{
  long key;

  for (guint i = 0; i < PIECES && (key = find_piece (self, uuid, i)) >= 0; i++)
    syscall (SYS_keyctl, KEYCTL_INVALIDATE, key);
}

void
byway_kept_secrets_forget_all (BywayKeptSecrets *self)
{
  if (self->ring >= 0)
    syscall (SYS_keyctl, KEYCTL_CLEAR, self->ring);
}
