/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-option.h"
#include "byway-secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each allocation has pages of its own, so that locking and wiping never touch a neighbour. The
 * header holds the mapping's size. */
typedef struct
{
  gsize size;
  guint8 padding[64 - sizeof (gsize)];
} LockedHeader;

G_STATIC_ASSERT (sizeof (LockedHeader) == 64);

gpointer
byway_locked_alloc (gsize size)
{
  gsize page = sysconf (_SC_PAGESIZE);
  gsize whole = (size + sizeof (LockedHeader) + page - 1) / page * page;
  LockedHeader *header
      = mmap (NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (header == MAP_FAILED)
    g_error ("Out of memory for a secret");
  /* Where the limit on locked memory is used up the secret still is left out of dumps and wiped. */
  if (mlock (header, whole) != 0)
    g_debug ("Memory of a secret could not be locked");
  madvise (header, whole, MADV_DONTDUMP);
  madvise (header, whole, MADV_DONTFORK);
  header->size = whole;
  return header + 1;
}

void
byway_locked_free (gpointer memory)
{
  LockedHeader *header;
  gsize whole;

  if (memory == NULL)
    return;
  header = (LockedHeader *)memory - 1;
  whole = header->size;
  explicit_bzero (header, whole);
  munmap (header, whole);
}

#define MAX_SECRETS 12

typedef struct
{
  const char *key; /* the option table's */
  char *bytes;     /* locked */
  gsize length;
} Secret;

struct _BywaySecretSet
{
  gatomicrefcount references;
  Secret secrets[MAX_SECRETS];
};

BywaySecretSet *
byway_secret_set_new (void)
{
  BywaySecretSet *set = g_new0 (BywaySecretSet, 1);

  g_atomic_ref_count_init (&set->references);
  return set;
}

BywaySecretSet *
byway_secret_set_ref (BywaySecretSet *set)
{
  g_atomic_ref_count_inc (&set->references);
  return set;
}

void
byway_secret_set_unref (BywaySecretSet *set)
{
  if (!g_atomic_ref_count_dec (&set->references))
    return;
  for (guint i = 0; i < MAX_SECRETS; i++)
    byway_locked_free (set->secrets[i].bytes);
  g_free (set);
}

/* The slot that holds `key`, or else the first free one; NULL when full. */
static Secret *
find_slot (BywaySecretSet *set, const char *key)
{
  for (guint i = 0; i < MAX_SECRETS; i++)
    if (set->secrets[i].key == NULL || strcmp (set->secrets[i].key, key) == 0)
      return &set->secrets[i];
  return NULL;
}

/* xl2tpd's file of secrets has no quoting (aaa.c, get_secret). */
static gboolean
fits_xl2tpd (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (bytes[i]) || bytes[i] == '#' || bytes[i] == ';')
      return FALSE;
  return TRUE;
}

gboolean
byway_secret_set_put (BywaySecretSet *set, const char *key, const char *bytes, gsize length,
                      const char **problem)
{
  const BywayOption *option = byway_option_find (key);
  Secret *slot = find_slot (set, key);
  gboolean file = option != NULL && option->type == BYWAY_OPTION_FILE;

  *problem = NULL;
  if (option == NULL || (option->type != BYWAY_OPTION_SECRET && !file) || slot == NULL)
    *problem = "is no secret that Byway knows";
  else if (length < (file ? 1 : option->min))
    *problem = "is empty";
  else if (length > (file ? BYWAY_SECRET_FILE_MAX : option->max))
    *problem = "is too long";
  else if (!file && (memchr (bytes, '\0', length) != NULL || memchr (bytes, '\n', length) != NULL))
    *problem = "holds a line break or a NUL byte";
  else if (strcmp (key, "l2tp-secret") == 0 && !fits_xl2tpd (bytes, length))
    *problem = "holds a blank, “#”, “;” or what is not ASCII, which xl2tpd can't read";
  if (*problem != NULL)
    return FALSE;

  byway_locked_free (slot->bytes);
  slot->key = option->key;
  slot->bytes = byway_locked_alloc (length + 1);
  memcpy (slot->bytes, bytes, length);
  slot->length = length;
  return TRUE;
}

const char *
byway_secret_set_get (const BywaySecretSet *set, const char *key, gsize *length)
{
  for (guint i = 0; i < MAX_SECRETS && set->secrets[i].key != NULL; i++)
    if (strcmp (set->secrets[i].key, key) == 0)
      {
        if (length != NULL)
          *length = set->secrets[i].length;
        return set->secrets[i].bytes;
      }
  return NULL;
}

void
byway_secret_set_merge (BywaySecretSet *set, const BywaySecretSet *more)
{
  const char *bytes, *problem;
  gsize n, length;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (byway_secret_set_get (set, options[i].key, NULL) == NULL
        && (bytes = byway_secret_set_get (more, options[i].key, &length)) != NULL)
      byway_secret_set_put (set, options[i].key, bytes, length, &problem);
}

gboolean
byway_secret_set_same (const BywaySecretSet *one, const BywaySecretSet *other, const char *key)
{
  gsize one_length, other_length;
  const char *one_bytes = byway_secret_set_get (one, key, &one_length);
  const char *other_bytes = byway_secret_set_get (other, key, &other_length);

  return one_bytes != NULL && other_bytes != NULL && one_length == other_length
         && memcmp (one_bytes, other_bytes, one_length) == 0;
}

/* A key that came out of a file is as open as its password. The certificates beside it are sent to
 * whoever is at the other side. */
static BywayStorage
storage_of (const BywayProfile *profile, const BywayOption *option)
{
  if (option->type != BYWAY_OPTION_FILE)
    return byway_profile_storage (profile, option->key);
  if (!g_str_has_suffix (option->key, "-key"))
    return BYWAY_STORAGE_SAVE;
  return byway_profile_storage (
      profile, g_str_has_prefix (option->key, "user-") ? "user-certpass" : "machine-certpass");
}

BywaySecretSet *
byway_secret_set_new_kept (const BywaySecretSet *set, const BywayProfile *profile)
{
  BywaySecretSet *kept = byway_secret_set_new ();
  const char *bytes, *problem;
  gsize n, length;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if ((options[i].type == BYWAY_OPTION_SECRET || options[i].type == BYWAY_OPTION_FILE)
        && storage_of (profile, &options[i]) != BYWAY_STORAGE_ASK
        && (bytes = byway_secret_set_get (set, options[i].key, &length)) != NULL)
      byway_secret_set_put (kept, options[i].key, bytes, length, &problem);
  return kept;
}

static gboolean
needs_psk (const BywayProfile *profile)
{
  return profile->ipsec && profile->machine_auth == BYWAY_AUTH_SECRET;
}

static gboolean
needs_password (const BywayProfile *profile)
{
  return profile->user_auth == BYWAY_AUTH_SECRET;
}

static gboolean
needs_user_cert (const BywayProfile *profile)
{
  return profile->user_auth == BYWAY_AUTH_CERTIFICATE;
}

/* The key of a token never leaves it. */
static gboolean
needs_machine_key (const BywayProfile *profile)
{
  return byway_profile_uses_machine_cert (profile) && !byway_profile_uses_token (profile);
}

static gboolean
needs_xauth (const BywayProfile *profile)
{
  return profile->ipsec && *profile->xauth_user != '\0';
}

static gboolean
needs_tunnel_secret (const BywayProfile *profile)
{
  return profile->l2tp_auth;
}

/* What the connection takes, of those that are handed over. */
static const struct
{
  const char *key;
  gboolean (*is_needed) (const BywayProfile *profile);
} needs[] = {
  { "ipsec-psk", needs_psk },
  { "machine-cert", byway_profile_uses_machine_cert },
  { "machine-key", needs_machine_key },
  { "machine-certpass", byway_profile_uses_token },
  { "machine-ca", byway_profile_uses_machine_cert },
  { "password", needs_password },
  { "user-cert", needs_user_cert },
  { "user-key", needs_user_cert },
  { "user-ca", needs_user_cert },
  { "xauth-password", needs_xauth },
  { "l2tp-secret", needs_tunnel_secret },
};

GStrv
byway_secrets_missing (const BywayProfile *profile, const BywaySecretSet *have)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++)
    if (needs[i].is_needed (profile)
        && (have == NULL || byway_secret_set_get (have, needs[i].key, NULL) == NULL))
      g_strv_builder_add (missing, needs[i].key);
  return g_strv_builder_end (missing);
}

BywaySecretSet *
byway_secret_set_decode (const guint8 *data, gsize length, const char **problem)
{
  g_autoptr (BywaySecretSet) set = byway_secret_set_new ();

  while (length > 0)
    {
      const guint8 *nul = memchr (data, '\0', length);
      gsize key_size = nul != NULL ? (gsize)(nul - data) + 1 : 0;
      gsize value_length;

      *problem = "the secrets are malformed";
      if (nul == NULL || length - key_size < 2)
        return NULL;
      value_length = nul[1] << 8 | nul[2];
      if (length - key_size - 2 < value_length
          || byway_secret_set_get (set, (const char *)data, NULL) != NULL)
        return NULL;
      if (!byway_secret_set_put (set, (const char *)data, (const char *)nul + 3, value_length,
                                 problem))
        return NULL;
      data += key_size + 2 + value_length;
      length -= key_size + 2 + value_length;
    }
  return g_steal_pointer (&set);
}

guint8 *
byway_secret_set_encode (const BywaySecretSet *set, gsize *length)
{
  guint8 *data, *end;
  gsize size = 0;

  for (guint i = 0; i < MAX_SECRETS && set->secrets[i].key != NULL; i++)
    size += strlen (set->secrets[i].key) + 3 + set->secrets[i].length;
  end = data = byway_locked_alloc (size);
  for (guint i = 0; i < MAX_SECRETS && set->secrets[i].key != NULL; i++)
    {
      const Secret *secret = &set->secrets[i];

      end = (guint8 *)stpcpy ((char *)end, secret->key) + 1;
      *end++ = secret->length >> 8;
      *end++ = secret->length & 0xff;
      end = mempcpy (end, secret->bytes, secret->length);
    }
  *length = size;
  return data;
}
