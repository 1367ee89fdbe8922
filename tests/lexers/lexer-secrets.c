/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-libreswan-conf.h"
#include "byway-libreswan-secrets.h"
#include "identities.h"
#include "lexer.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A private pluto, with no network but its own, reads files of secrets, and the library SPY says
 * what it forgets when it reads the next one: see pluto-spy.c. That is last in, first out. */

#define BATCH 4000 /* records */
#define KEY_MAX 1024
#define START_S 60

/* What a list of identities has (id.h): a kind, 4 bytes, and behind 8 more an address. */
#define ADDRESS_OFFSET 12

enum
{
  ID_IPV4_ADDR = 1,
  ID_FQDN = 2,
  ID_USER_FQDN = 3,
  ID_IPV6_ADDR = 5,
  ID_KEY_ID = 11,
  KEY = 'K' /* not pluto's: what a key is told by here */
};

typedef struct
{
  LexerRun *run;
  DiceAlphabet key_bytes;
  GString *key;
  char *socket, *spied;
  /* of the batch, in the order in which they are written: a key, our identity, theirs */
  GPtrArray *records;
} Making;

static gboolean
is_in_key (guint8 byte)
{
  return byte != '\0' && byte != '\n';
}

/* --- pluto ---------------------------------------------------------------------------------- */

/* It wants its programs where they would be installed, and dies with us. */
static const char script[]
    = "set -e; mount -t tmpfs none /usr/libexec; mkdir /usr/libexec/ipsec;"
      " mount --bind \"$1\" /usr/libexec/ipsec; ip link set lo up; mkdir \"$2/nss\";"
      " certutil -N -d \"sql:$2/nss\" --empty-password; : >\"$2/ipsec.secrets\"; cd \"$2\";"
      " exec setpriv --pdeathsig KILL env LD_PRELOAD=\"$3\" BYWAY_SPY=\"$2/spied\" \"$1/pluto\""
      " --config /dev/null --rundir \"$2\" --nssdir \"$2/nss\" --secretsfile \"$2/ipsec.secrets\""
      " --nofork --leak-detective --nhelpers 0 --no-dnssec --logfile \"$2/pluto.log\" "
      "2>\"$2/stderr\"";

static GPid
start_pluto (Making *making)
{
  const LexerPlaces *places = making->run->places;
  const char *argv[]
      = { "unshare",         "--net",        "--mount",         "sh", "-c", script, "sh",
          places->libreswan, places->folder, places->pluto_spy, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                 NULL, &pid, &error);
  g_assert_no_error (error);
  for (guint i = 0; !g_file_test (making->socket, G_FILE_TEST_EXISTS); i++)
    {
      if (i == START_S * 20)
        g_error ("pluto did not start");
      g_usleep (G_USEC_PER_SEC / 20);
    }
  return pid;
}

static void
whack (Making *making, const char *command)
{
  g_autofree char *program = g_build_filename (making->run->places->libreswan, "whack", NULL);

  g_free (lexer_run ((const char *[]){ program, "--ctlsocket", making->socket, command, NULL },
                     NULL, TRUE));
}

static void
load (Making *making, const char *text, gssize length)
{
  g_free (lexer_write (making->run, "ipsec.secrets", text, length));
  whack (making, "--rereadsecrets");
}

/* --- records -------------------------------------------------------------------------------- */

static GBytes *
value_new (guint8 kind, gconstpointer bytes, gsize length)
{
  guint8 *value = g_malloc (length + 1);

  value[0] = kind;
  memcpy (value + 1, bytes, length);
  return g_bytes_new_take (value, length + 1);
}

static GBytes *
value_of_address (const char *text)
{
  BywayAddress address;

  g_assert_true (byway_address_parse (text, &address));
  return value_new (address.family == 4 ? ID_IPV4_ADDR : ID_IPV6_ADDR, address.bytes,
                    byway_address_size (&address));
}

static GBytes *
value_of_identity (const BywayIdentity *identity)
{
  switch (identity->kind)
    {
    case BYWAY_IDENTITY_NONE:
    case BYWAY_IDENTITY_ANY:
    case BYWAY_IDENTITY_DN:
      g_assert_not_reached ();
    case BYWAY_IDENTITY_ADDRESS:
      return value_of_address (identity->value);
    case BYWAY_IDENTITY_FQDN:
      return value_new (ID_FQDN, identity->value, identity->length);
    case BYWAY_IDENTITY_USER:
      return value_new (ID_USER_FQDN, identity->value, identity->length);
    case BYWAY_IDENTITY_KEY_ID:
      return value_new (ID_KEY_ID, identity->value, identity->length);
    }
  g_return_val_if_reached (NULL);
}

/* An identity that Libreswan has a spelling for. */
static char *
make_id (Making *making, GBytes **value)
{
  for (;;)
    {
      BywayIdentity identity;
      char *text;

      dice_identity (&making->run->dice, &identity);
      text = byway_identity_to_libreswan (&identity);
      *value = text != NULL ? value_of_identity (&identity) : NULL;
      byway_identity_clear (&identity);
      if (text != NULL)
        return text;
    }
}

/* What can't be written is refused, and then nothing is expected of it either. */
static void
add_record (Making *making, GString *file)
{
  Dice *dice = &making->run->dice;
  g_autoptr (GBytes) ours = NULL, theirs = NULL, record = NULL;
  g_autofree char *our_id = make_id (making, &ours), *their_id = make_id (making, &theirs);
  const char *ids[] = { our_id, their_id, NULL };
  gsize length;
  const char *text;

  dice_text (dice, &making->key_bytes, (const char *[]){ "0x", "0s", "\"", " ", "#", NULL },
             dice_length (dice, 1, KEY_MAX), making->key);
  record = byway_libreswan_secret (ids, making->key->str, making->key->len, NULL);
  if (record == NULL)
    return;
  text = g_bytes_get_data (record, &length);
  g_string_append_len (file, text, (gssize)length);
  g_ptr_array_add (making->records, value_new (KEY, making->key->str, making->key->len));
  g_ptr_array_add (making->records, g_steal_pointer (&ours));
  g_ptr_array_add (making->records, g_steal_pointer (&theirs));
}

static void
expect_records (Making *making)
{
  GPtrArray *records = making->records;

  for (guint i = records->len; i > 0; i--)
    {
      gsize length;
      gconstpointer value = g_bytes_get_data (records->pdata[i - 1], &length);

      lexer_expect (making->run, value, length);
    }
  g_ptr_array_set_size (records, 0);
}

/* --- what it forgot ------------------------------------------------------------------------- */

/* The bytes of a name, or of hex digits, come before the entry of the list that they belong to; the
 * same of a key, with no entry behind it. */
typedef struct
{
  GString *bytes, *value;
  gboolean pending;
} Reading;

static void
read_value (LexerRun *run, Reading *reading, guint8 kind, const char *bytes, gsize length)
{
  g_string_truncate (reading->value, 0);
  g_string_append_c (reading->value, (char)kind);
  g_string_append_len (reading->value, bytes, (gssize)length);
  lexer_read (run, reading->value->str, reading->value->len);
}

static void
read_entry (LexerRun *run, Reading *reading, const char *hex, gsize length)
{
  g_autoptr (GString) entry = g_string_new (NULL);
  guint8 kind;
  gsize size;

  g_assert_true (lexer_unhex (hex, length, entry) && entry->len > ADDRESS_OFFSET + 16);
  kind = (guint8)entry->str[0];
  size = kind == ID_IPV4_ADDR ? 4 : 16;
  if (kind == ID_IPV4_ADDR || kind == ID_IPV6_ADDR)
    read_value (run, reading, kind, entry->str + ADDRESS_OFFSET, size);
  else
    read_value (run, reading, kind, reading->bytes->str, reading->bytes->len);
}

/* An entry of a name follows its bytes. Other bytes are a key's. */
static void
read_line (LexerRun *run, Reading *reading, const char *line, gsize length)
{
  const char *hex = (const char *)memchr (line, '=', length);
  gboolean entry = strncmp (line, "id_list=", 8) == 0;

  if (reading->pending && !(entry && (hex[2] == 'b' || hex[2] == '2' || hex[2] == '3')))
    read_value (run, reading, KEY, reading->bytes->str, reading->bytes->len);
  reading->pending = !entry;
  if (entry)
    read_entry (run, reading, hex + 1, length - (gsize)(hex + 1 - line));
  else
    g_assert_true (lexer_unhex (hex + 1, length - (gsize)(hex + 1 - line), reading->bytes));
}

static void
read_forgotten (Making *making)
{
  LexerRun *run = making->run;
  Reading reading = { g_string_new (NULL), g_string_new (NULL), FALSE };
  g_autofree char *text = NULL;
  char *next;

  if (!g_file_get_contents (making->spied, &text, NULL, NULL))
    text = g_strdup ("");
  for (char *line = text; *line != '\0'; line = next)
    {
      next = line + strcspn (line, "\n");
      read_line (run, &reading, line, (gsize)(next - line));
      next += *next != '\0';
    }
  if (reading.pending)
    read_value (run, &reading, KEY, reading.bytes->str, reading.bytes->len);
  lexer_batch_end (run);
  g_string_free (reading.bytes, TRUE);
  g_string_free (reading.value, TRUE);
}

static void
run_batch (Making *making)
{
  LexerRun *run = making->run;
  g_autoptr (GString) file = g_string_new (NULL);

  for (guint i = 0; i < BATCH && run->values + making->records->len < run->wanted; i++)
    add_record (making, file);
  expect_records (making);
  load (making, file->str, (gssize)file->len);
  if (g_file_test (making->spied, G_FILE_TEST_EXISTS)) /* pluto has it open */
    g_assert_no_errno (truncate (making->spied, 0));
  load (making, "", 0);
  read_forgotten (making);
}

static void
run_secrets (LexerRun *run)
{
  Making making = { .run = run,
                    .key = g_string_new (NULL),
                    .socket = g_build_filename (run->places->folder, "pluto.ctl", NULL),
                    .spied = g_build_filename (run->places->folder, "spied", NULL),
                    .records = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref) };
  GPid pluto = start_pluto (&making);

  dice_alphabet_init (&making.key_bytes, is_in_key);
  whack (&making, "--listen");
  while (lexer_wants_more (run))
    run_batch (&making);
  whack (&making, "--shutdown");
  g_spawn_close_pid (pluto);
  g_string_free (making.key, TRUE);
  g_free (making.socket);
  g_free (making.spied);
  g_ptr_array_unref (making.records);
}

const Lexer lexer_secrets = {
  .format = "ipsec.secrets",
  .program = "Libreswan's pluto",
  .version_argv = { "whack", "--version" },
  .before = "Libreswan ",
  .run = run_secrets,
};
