/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-mask.h"

#include "byway-address.h"

#include <string.h>

#define ANYWHERE 4    /* bytes from which a value is found inside words too */
#define HEX_DIGITS 32 /* a run of so many may be a challenge or an answer to one */
#define IPV6_LONGEST 45

/* One spelling of a known value. */
typedef struct
{
  char *bytes; /* ASCII letters in lower case */
  gsize length;
  char *placeholder;
} Spelling;

struct _BywayMask
{
  GPtrArray *spellings;     /* Spelling, the longest first */
  GPtrArray *domains;       /* char *, lower case */
  GHashTable *placeholders; /* canonical value -> placeholder */
  guint counts[BYWAY_MASK_N_KINDS];
  guint replaced;
};

/* What was found at one place. */
typedef struct
{
  gsize length; /* 0: nothing */
  BywayMaskKind kind;
  const Spelling *spelling; /* when known */
} Match;

/* A text and a place in it. */
typedef struct
{
  const char *text;
  gsize at, length;
} Place;

static void
spelling_free (gpointer data)
{
  Spelling *spelling = data;

  g_free (spelling->bytes);
  g_free (spelling->placeholder);
  g_free (spelling);
}

BywayMask *
byway_mask_new (void)
{
  BywayMask *mask = g_new0 (BywayMask, 1);

  mask->spellings = g_ptr_array_new_with_free_func (spelling_free);
  mask->domains = g_ptr_array_new_with_free_func (g_free);
  mask->placeholders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return mask;
}

void
byway_mask_free (BywayMask *mask)
{
  g_ptr_array_unref (mask->spellings);
  g_ptr_array_unref (mask->domains);
  g_hash_table_unref (mask->placeholders);
  g_free (mask);
}

/* --- placeholders --------------------------------------------------------------------------- */

/* Two spellings of one value have one canonical form: addresses as inet_ntop writes them, uuids
 * with hyphens, letters small. */
static char *
canonical (BywayMaskKind kind, const char *value)
{
  BywayAddress address;

  if (byway_address_parse (value, &address))
    return byway_address_to_string (&address);
  if (kind == BYWAY_MASK_UUID)
    return g_strdelimit (g_ascii_strdown (value, -1), "_", '-');
  return g_ascii_strdown (value, -1);
}

static char *
new_placeholder (BywayMask *mask, BywayMaskKind kind)
{
  static const char *const words[BYWAY_MASK_N_KINDS]
      = { "server", "user", "name", "host", "address", "uuid", "mac", "mail", "hex", "secret" };
  gboolean single = kind == BYWAY_MASK_SERVER || kind == BYWAY_MASK_USER;
  guint number = ++mask->counts[kind];

  if (kind == BYWAY_MASK_SECRET || (single && number == 1))
    return g_strdup_printf ("<%s>", words[kind]);
  return g_strdup_printf ("<%s-%u>", words[kind], number);
}

/* Borrowed; the same for the same value. */
static const char *
placeholder_of (BywayMask *mask, BywayMaskKind kind, const char *value)
{
  g_autofree char *key = canonical (kind, value);
  char *placeholder = g_hash_table_lookup (mask->placeholders, key);

  if (placeholder != NULL)
    return placeholder;
  placeholder = new_placeholder (mask, kind);
  g_hash_table_insert (mask->placeholders, g_steal_pointer (&key), placeholder);
  return placeholder;
}

/* --- known values --------------------------------------------------------------------------- */

static int
longer_first (gconstpointer a, gconstpointer b)
{
  const Spelling *one = *(const Spelling *const *)a, *other = *(const Spelling *const *)b;

  return one->length < other->length ? 1 : one->length > other->length ? -1 : 0;
}

static void
put_spelling (BywayMask *mask, const char *bytes, gsize length, const char *placeholder)
{
  Spelling *spelling;

  if (length == 0)
    return;
  spelling = g_new0 (Spelling, 1);
  spelling->bytes = g_ascii_strdown (bytes, length);
  spelling->length = length;
  spelling->placeholder = g_strdup (placeholder);
  for (guint i = 0; i < mask->spellings->len; i++)
    {
      const Spelling *known = mask->spellings->pdata[i];

      if (known->length == length && memcmp (known->bytes, spelling->bytes, length) == 0)
        {
          spelling_free (spelling);
          return;
        }
    }
  g_ptr_array_add (mask->spellings, spelling);
  g_ptr_array_sort (mask->spellings, longer_first);
}

/* As written, and where ASCII is not all of it, in capital and small letters. */
static void
add_cases (BywayMask *mask, const char *value, const char *placeholder)
{
  put_spelling (mask, value, strlen (value), placeholder);
  if (!g_str_is_ascii (value) && g_utf8_validate (value, -1, NULL))
    {
      g_autofree char *small = g_utf8_strdown (value, -1);
      g_autofree char *capital = g_utf8_strup (value, -1);

      put_spelling (mask, small, strlen (small), placeholder);
      put_spelling (mask, capital, strlen (capital), placeholder);
    }
}

void
byway_mask_add (BywayMask *mask, BywayMaskKind kind, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  if (kind == BYWAY_MASK_SECRET)
    byway_mask_add_secret (mask, value, strlen (value));
  else
    add_cases (mask, value, placeholder_of (mask, kind, value));
}

void
byway_mask_add_spelling (BywayMask *mask, const char *value, const char *spelling)
{
  g_autofree char *key = canonical (BYWAY_MASK_NAME, value);
  const char *placeholder = g_hash_table_lookup (mask->placeholders, key);

  if (placeholder != NULL)
    add_cases (mask, spelling, placeholder);
}

void
byway_mask_add_domain (BywayMask *mask, const char *domain)
{
  domain += strspn (domain, "~.");
  if (*domain == '\0')
    return;
  byway_mask_add (mask, BYWAY_MASK_HOST, domain);
  g_ptr_array_add (mask->domains, g_ascii_strdown (domain, -1));
}

/* What hosts are called everywhere tells of nobody, and is in each daemon's lines. */
static gboolean
is_common_word (const char *word)
{
  static const char *const words[]
      = { "access", "corp", "gate", "gateway", "home",   "host", "intern", "internal", "ipsec",
          "l2tp",   "lan",  "mail", "net",     "office", "ppp",  "remote", "server",   "vpn" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* A peer calls itself "gate7", and its users' domain is "EXAMPLE". The last word is everybody's. */
static void
add_words (BywayMask *mask, const char *host)
{
  g_auto (GStrv) words = g_strsplit (host, ".", -1);

  for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i++)
    if (strlen (words[i]) >= ANYWHERE && !is_common_word (words[i]))
      byway_mask_add (mask, BYWAY_MASK_HOST, words[i]);
}

void
byway_mask_add_host (BywayMask *mask, BywayMaskKind kind, const char *host)
{
  const char *dot = strchr (host, '.');
  BywayAddress address;

  byway_mask_add (mask, kind, host);
  if (dot == NULL || byway_address_parse (host, &address))
    return;
  /* "example.net" alone is a domain itself: "net" would be half the world. */
  byway_mask_add_domain (mask, strchr (dot + 1, '.') != NULL ? dot + 1 : host);
  add_words (mask, host);
}

static char *
to_hex (const guint8 *bytes, gsize length, const char *between)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%s%02x", i > 0 ? between : "", bytes[i]);
  return g_string_free (text, FALSE);
}

static void
add_owned (BywayMask *mask, char *text, const char *placeholder)
{
  put_spelling (mask, text, strlen (text), placeholder);
  g_free (text);
}

/* Inside of something longer that was encoded as a whole, the secret begins at one of three places
 * of a group of three bytes; the letters at both ends mix with what is beside it. */
static void
add_base64 (BywayMask *mask, const char *bytes, gsize length, const char *placeholder)
{
  for (gsize before = 0; before < 3; before++)
    {
      g_autofree guint8 *shifted = g_malloc0 (before + length);
      g_autofree char *text = NULL;
      gsize skip = (before * 8 + 5) / 6, end = (before + length) * 8 / 6;

      memcpy (shifted + before, bytes, length);
      text = g_base64_encode (shifted, before + length);
      if (end >= skip + ANYWHERE)
        put_spelling (mask, text + skip, end - skip, placeholder);
    }
}

void
byway_mask_add_secret (BywayMask *mask, const char *bytes, gsize length)
{
  static const char *const between[] = { "", ":", " ", "-" };
  const char *placeholder = "<secret>";
  g_autofree char *copy = g_strndup (bytes, length);
  g_autofree guint8 *wide = g_malloc0 (2 * length);

  if (length == 0)
    return;
  put_spelling (mask, bytes, length, placeholder);
  for (guint i = 0; i < G_N_ELEMENTS (between); i++)
    add_owned (mask, to_hex ((const guint8 *)bytes, length, between[i]), placeholder);
  for (gsize i = 0; i < length; i++)
    wide[2 * i] = bytes[i];
  /* As MS-CHAP takes it; the last byte is a zero. */
  add_owned (mask, to_hex (wide, 2 * length - 1, ""), placeholder);
  add_base64 (mask, bytes, length, placeholder);
  add_owned (mask, g_strescape (copy, NULL), placeholder);
  add_owned (mask, g_strescape (copy, "\001\002\003\004\005\006\007\013\033\177"), placeholder);
  add_owned (mask, g_uri_escape_string (copy, NULL, FALSE), placeholder);
  add_owned (mask, g_utf8_make_valid (bytes, length), placeholder);
}

/* --- what is found at a place ---------------------------------------------------------------- */

static char
byte_at (const Place *place, gssize offset)
{
  gssize at = (gssize)place->at + offset;

  return at < 0 || (gsize)at >= place->length ? '\0' : place->text[at];
}

static gboolean
is_letter (char c)
{
  return g_ascii_isalpha (c) || (guchar)c >= 0x80;
}

/* Does the word go on from `inside`, a value's last character, to its neighbour? */
static gboolean
goes_on (char inside, char neighbour)
{
  return is_letter (neighbour) || (g_ascii_isdigit (neighbour) && g_ascii_isdigit (inside));
}

static Match
match_known (BywayMask *mask, const Place *place)
{
  const char *here = place->text + place->at;
  gsize left = place->length - place->at;

  for (guint i = 0; i < mask->spellings->len; i++)
    {
      const Spelling *spelling = mask->spellings->pdata[i];
      gsize length = spelling->length;

      if (length > left || g_ascii_tolower (*here) != spelling->bytes[0]
          || g_ascii_strncasecmp (here, spelling->bytes, length) != 0)
        continue;
      if (length >= ANYWHERE
          || (!goes_on (here[0], byte_at (place, -1))
              && !goes_on (here[length - 1], byte_at (place, length))))
        return (Match){ .length = length, .spelling = spelling };
    }
  return (Match){ 0 };
}

/* Loopback, "any" and the like tell nothing of anybody, and much of what is wrong. */
static gboolean
is_well_known (const BywayMask *mask, const BywayAddress *address)
{
  static const guint8 nothing[15], ones[] = { 255, 255, 255, 255 };
  const guint8 *bytes = address->bytes;
  g_autofree char *text = byway_address_to_string (address);

  if (g_hash_table_contains (mask->placeholders, text))
    return FALSE;
  if (address->family == 4)
    return bytes[0] == 127 || memcmp (bytes, nothing, 4) == 0 || memcmp (bytes, ones, 4) == 0;
  return memcmp (bytes, nothing, 15) == 0 && bytes[15] <= 1;
}

/* Bytes of an octet's digits, 0 when there is none. */
static gsize
read_octet (const char *text, guint8 *octet)
{
  gsize digits = strspn (text, "0123456789");
  guint64 value = g_ascii_strtoull (text, NULL, 10);

  *octet = value;
  return digits >= 1 && digits <= 3 && value <= 255 ? digits : 0;
}

static Match
match_ipv4 (BywayMask *mask, const Place *place)
{
  BywayAddress address = { .family = 4 };
  const char *here = place->text + place->at;
  gsize length = 0;

  if (!g_ascii_isdigit (*here) || g_ascii_isdigit (byte_at (place, -1)))
    return (Match){ 0 };
  for (guint i = 0; i < 4; i++)
    {
      gsize digits;

      if (i > 0 && here[length++] != '.')
        return (Match){ 0 };
      digits = read_octet (here + length, &address.bytes[i]);
      if (digits == 0)
        return (Match){ 0 };
      length += digits;
    }
  return (Match){ is_well_known (mask, &address) ? 0 : length, BYWAY_MASK_ADDRESS, NULL };
}

static Match
match_ipv6 (BywayMask *mask, const Place *place)
{
  const char *here = place->text + place->at;
  gsize run = strspn (here, "0123456789abcdefABCDEF:.");
  BywayAddress address;

  run = MIN (run, IPV6_LONGEST);
  if (memchr (here, ':', run) == NULL)
    return (Match){ 0 };
  for (gsize length = run; length > 2; length--)
    {
      g_autofree char *text = g_strndup (here, length);

      if (byway_address_parse (text, &address) && address.family == 6)
        return (Match){ is_well_known (mask, &address) ? 0 : length, BYWAY_MASK_ADDRESS, NULL };
    }
  return (Match){ 0 };
}

static gsize
hex_digits (const char *text)
{
  return strspn (text, "0123456789abcdefABCDEF");
}

static Match
match_uuid (BywayMask *mask, const Place *place)
{
  static const guint groups[] = { 8, 4, 4, 4, 12 };
  const char *here = place->text + place->at;
  gsize length = 0;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      if (i > 0 && here[length] != '-' && here[length] != '_')
        return (Match){ 0 };
      length += i > 0;
      if (hex_digits (here + length) < groups[i])
        return (Match){ 0 };
      length += groups[i];
    }
  return (Match){ length, BYWAY_MASK_UUID, NULL };
}

/* "enx525400123456": how systemd names what is plugged in. */
static gboolean
is_in_interface_name (const Place *place)
{
  static const char *const types[] = { "enx", "wlx", "wwx" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (place->at >= 3 && memcmp (place->text + place->at - 3, types[i], 3) == 0)
      return hex_digits (place->text + place->at) == 12;
  return FALSE;
}

/* Six pairs with ':' or '-' between, or more of them: fingerprints. */
static Match
match_mac (BywayMask *mask, const Place *place)
{
  const char *here = place->text + place->at;
  gsize pairs = 0, length = 0;

  if (is_in_interface_name (place))
    return (Match){ 12, BYWAY_MASK_MAC, NULL };
  if (g_ascii_isxdigit (byte_at (place, -1)))
    return (Match){ 0 };
  while (hex_digits (here + length) == 2)
    {
      pairs++;
      length += 2;
      if ((here[length] != ':' && here[length] != '-') || hex_digits (here + length + 1) != 2)
        break;
      length++;
    }
  return (Match){ pairs >= 6 ? length : 0, BYWAY_MASK_MAC, NULL };
}

static Match
match_hex (BywayMask *mask, const Place *place)
{
  gsize length = hex_digits (place->text + place->at);

  return (Match){ length >= HEX_DIGITS ? length : 0, BYWAY_MASK_HEX, NULL };
}

static gboolean
is_host_byte (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '.' || c == '_' || (guchar)c >= 0x80;
}

static gboolean
is_mailbox_byte (char c)
{
  return is_host_byte (c) || c == '%' || c == '+';
}

static gsize
run_of (const char *text, gboolean (*belongs) (char c))
{
  gsize length = 0;

  while (text[length] != '\0' && belongs (text[length]))
    length++;
  return length;
}

/* A host's name ends before the dot of a sentence. */
static gsize
host_length (const char *text)
{
  gsize length = run_of (text, is_host_byte);

  while (length > 0 && text[length - 1] == '.')
    length--;
  return length;
}

static Match
match_mail (BywayMask *mask, const Place *place)
{
  const char *here = place->text + place->at;
  gsize mailbox, host;

  if (is_mailbox_byte (byte_at (place, -1)))
    return (Match){ 0 };
  mailbox = run_of (here, is_mailbox_byte);
  if (mailbox == 0 || here[mailbox] != '@')
    return (Match){ 0 };
  host = host_length (here + mailbox + 1);
  return (Match){ host > 0 ? mailbox + 1 + host : 0, BYWAY_MASK_MAIL, NULL };
}

static gboolean
ends_with_domain (const char *host, gsize length, const char *domain)
{
  gsize end = strlen (domain);

  return length >= end && g_ascii_strncasecmp (host + length - end, domain, end) == 0
         && (length == end || host[length - end - 1] == '.');
}

static Match
match_host (BywayMask *mask, const Place *place)
{
  const char *here = place->text + place->at;
  gsize length;

  if (mask->domains->len == 0 || is_host_byte (byte_at (place, -1)))
    return (Match){ 0 };
  length = host_length (here);
  for (guint i = 0; i < mask->domains->len; i++)
    if (ends_with_domain (here, length, mask->domains->pdata[i]))
      return (Match){ length, BYWAY_MASK_HOST, NULL };
  return (Match){ 0 };
}

/* Where the daemons write the names that the other side goes by. */
static const struct
{
  const char *before;
  char end;
} names[] = {
  { "name = \"", '"' },                 /* pppd: CHAP */
  { "user=\"", '"' },                   /* pppd: PAP */
  { "IDir '", '\'' },                   /* charon: main mode */
  { "IDii '", '\'' },                   /* the same, ours */
  { "does not match to '", '\'' },      /* charon: the identity that we want */
  { "found for '", '\'' },              /* charon: "no shared key found for 'A' - 'B'" */
  { "' - '", '\'' },                    /* … and B */
  { "reports hostname '", '\'' },       /* xl2tpd */
  { "peer requested identity '", '\'' } /* charon */
};

static gsize
length_before (const char *text, char end)
{
  const char stops[] = { end, '\n', '\0' };
  gsize length = strcspn (text, stops);

  return text[length] == end ? length : 0;
}

/* "192.0.2.7[HERE]": an identity, where a number would be a port. */
static gboolean
is_behind_address (const Place *place)
{
  gsize end = place->at - 1, begin = end;
  g_autofree char *text = NULL;
  BywayAddress address;

  while (begin > 0 && end - begin <= IPV6_LONGEST
         && (g_ascii_isxdigit (place->text[begin - 1]) || strchr (".:", place->text[begin - 1])))
    begin--;
  /* "between A[a]...B[b]" */
  begin += strspn (place->text + begin, ".");
  text = g_strndup (place->text + begin, begin < end ? end - begin : 0);
  return byway_address_parse (text, &address);
}

static Match
match_name (BywayMask *mask, const Place *place)
{
  const char *here = place->text + place->at;
  gsize length = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names) && length == 0; i++)
    {
      gsize before = strlen (names[i].before);

      if (place->at >= before && memcmp (here - before, names[i].before, before) == 0)
        length = length_before (here, names[i].end);
    }
  if (length == 0 && byte_at (place, -1) == '[' && is_behind_address (place))
    {
      length = length_before (here, ']');
      if (strspn (here, "0123456789") == length)
        length = 0;
    }
  if (length == strlen ("%any") && strncmp (here, "%any", length) == 0)
    length = 0;
  return (Match){ length, BYWAY_MASK_NAME, NULL };
}

/* --- the text ------------------------------------------------------------------------------- */

/* The longest; of equally long ones, the first in this order. */
static Match
find_match (BywayMask *mask, const Place *place)
{
  static Match (*const matchers[]) (BywayMask *, const Place *)
      = { match_known, match_ipv4, match_ipv6, match_uuid, match_mac,
          match_mail,  match_host, match_hex,  match_name };
  Match best = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (matchers); i++)
    {
      Match match = matchers[i](mask, place);

      if (match.length > best.length)
        best = match;
    }
  return best;
}

static void
append_placeholder (BywayMask *mask, GString *out, const char *text, const Match *match)
{
  g_autofree char *value = g_strndup (text, match->length);

  mask->replaced++;
  g_string_append (out, match->spelling != NULL ? match->spelling->placeholder
                                                : placeholder_of (mask, match->kind, value));
}

char *
byway_mask_apply (BywayMask *mask, const char *text)
{
  GString *out = g_string_new (NULL);
  Place place = { text, 0, strlen (text) };

  while (place.at < place.length)
    {
      Match match = find_match (mask, &place);

      if (match.length > 0)
        append_placeholder (mask, out, text + place.at, &match);
      else
        g_string_append_c (out, text[place.at]);
      place.at += MAX (match.length, 1);
    }
  return g_string_free (out, FALSE);
}

guint
byway_mask_count_replaced (const BywayMask *mask)
{
  return mask->replaced;
}
