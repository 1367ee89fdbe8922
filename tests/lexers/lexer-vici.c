/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-vici.h"
#include "lexer.h"
#include "strongswan.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>

/* strongSwan's libvici, which has charon's own reader of messages (vici_message.c), asks a socket
 * something, and we answer with messages that our builder made. */

#define MESSAGE_SIZE 100000
#define COMMAND_RESPONSE 1

/* libvici.h, which no package has. */
enum
{
  BEGIN_SECTION,
  END_SECTION,
  BEGIN_LIST,
  LIST_ITEM,
  END_LIST,
  KEY_VALUE,
  END,
  ERROR
};

static struct
{
  void (*init) (void);
  gpointer (*connect) (char *uri);
  void (*disconnect) (gpointer connection);
  gpointer (*begin) (char *name);
  gpointer (*submit) (gpointer request, gpointer connection);
  int (*parse) (gpointer response);
  char *(*parse_name) (gpointer response);
  gconstpointer (*parse_value) (gpointer response, int *length);
  void (*free_res) (gpointer response);
} vici;

static void
find_functions (void)
{
  const StrongswanSymbol symbols[] = {
    { "vici_init", &vici.init },
    { "vici_connect", &vici.connect },
    { "vici_disconnect", &vici.disconnect },
    { "vici_begin", &vici.begin },
    { "vici_submit", &vici.submit },
    { "vici_parse", &vici.parse },
    { "vici_parse_name", &vici.parse_name },
    { "vici_parse_value", &vici.parse_value },
    { "vici_free_res", &vici.free_res },
    { NULL },
  };

  strongswan_find ("libvici.so.0", symbols);
}

/* --- the socket that answers ---------------------------------------------------------------- */

typedef struct
{
  GSocketListener *listener;
  GBytes *message; /* set before a request, and not touched until it was answered */
} Answerer;

static gboolean
answer (GInputStream *in, GOutputStream *out, GBytes *const *message)
{
  guint32 size;
  char request[64];
  gsize length;
  gconstpointer data;
  guint8 type = COMMAND_RESPONSE;

  if (!g_input_stream_read_all (in, &size, sizeof size, &length, NULL, NULL)
      || length < sizeof size)
    return FALSE;
  g_assert_cmpuint (GUINT32_FROM_BE (size), <=, sizeof request);
  g_assert_true (
      g_input_stream_read_all (in, request, GUINT32_FROM_BE (size), &length, NULL, NULL));
  data = g_bytes_get_data (*message, &length);
  size = GUINT32_TO_BE ((guint32)length + 1);
  return g_output_stream_write_all (out, &size, sizeof size, NULL, NULL, NULL)
         && g_output_stream_write_all (out, &type, 1, NULL, NULL, NULL)
         && g_output_stream_write_all (out, data, length, NULL, NULL, NULL);
}

static gpointer
answer_all (gpointer data)
{
  Answerer *answerer = data;
  g_autoptr (GSocketConnection) connection
      = g_socket_listener_accept (answerer->listener, NULL, NULL, NULL);
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  while (answer (in, out, &answerer->message))
    ;
  return NULL;
}

static GSocketListener *
listen_at (const char *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  GSocketListener *listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT,
                                 NULL, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

/* --- messages ------------------------------------------------------------------------------- */

typedef struct
{
  LexerRun *run;
  BywayViciBuilder *builder;
  DiceAlphabet names, values;
  GString *name, *value, *element;
  gsize size;
  guint depth;
} Making;

/* libstrongswan takes no other names (vici_stringify), and ours are our own. */
static gboolean
is_in_name (guint8 byte)
{
  return g_ascii_isprint (byte);
}

static gboolean
is_in_value (guint8 byte)
{
  return TRUE;
}

/* Where an element is, what it is, its name, and its value. */
static void
set_element (GString *element, guint depth, int kind, const char *name, gconstpointer value,
             gsize length)
{
  g_string_truncate (element, 0);
  g_string_append_c (element, (char)depth);
  g_string_append_c (element, (char)kind);
  g_string_append (element, name);
  g_string_append_c (element, '\0');
  g_string_append_len (element, value, (gssize)length);
}

static void
expect (Making *making, int kind, const char *name, gconstpointer value, gsize length)
{
  set_element (making->element, making->depth, kind, name, value, length);
  lexer_expect (making->run, making->element->str, making->element->len);
  making->size += making->element->len;
}

static const char *const odd[]
    = { "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\xff\xff", "=", "{", "}", "\"", NULL };

static void
make_name (Making *making)
{
  Dice *dice = &making->run->dice;

  dice_text (dice, &making->names, odd, dice_length (dice, 1, 255), making->name);
}

static void
make_value (Making *making)
{
  Dice *dice = &making->run->dice;
  guint most = dice_below (dice, 1024) == 0 ? 65535 : 255;

  dice_text (dice, &making->values, odd, dice_length (dice, 0, most), making->value);
}

static void
add_value (Making *making)
{
  make_name (making);
  make_value (making);
  byway_vici_add_bytes (making->builder, making->name->str, making->value->str, making->value->len);
  expect (making, KEY_VALUE, making->name->str, making->value->str, making->value->len);
}

static void
add_list (Making *making)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  make_name (making);
  expect (making, BEGIN_LIST, making->name->str, NULL, 0);
  making->depth++;
  for (guint n = dice_below (&making->run->dice, 8); n > 0; n--)
    {
      make_value (making);
      g_ptr_array_add (items, g_bytes_new (making->value->str, making->value->len));
      expect (making, LIST_ITEM, "", making->value->str, making->value->len);
    }
  making->depth--;
  byway_vici_add_bytes_list (making->builder, making->name->str, items);
}

static void
add_element (Making *making)
{
  switch (dice_below (&making->run->dice, 12))
    {
    case 0:
      if (making->depth >= 8)
        break;
      make_name (making);
      byway_vici_begin_section (making->builder, making->name->str);
      expect (making, BEGIN_SECTION, making->name->str, NULL, 0);
      making->depth++;
      break;
    case 1:
      if (making->depth == 0)
        break;
      byway_vici_end_section (making->builder);
      making->depth--;
      break;
    case 2:
      add_list (making);
      break;
    default:
      add_value (making);
    }
}

static GBytes *
make_message (Making *making)
{
  LexerRun *run = making->run;
  g_autoptr (GError) error = NULL;
  GBytes *message;

  making->builder = byway_vici_builder_new (FALSE);
  making->size = 0;
  while (making->size < MESSAGE_SIZE && run->values + run->ends->len < run->wanted)
    add_element (making);
  for (; making->depth > 0; making->depth--)
    byway_vici_end_section (making->builder);
  message = byway_vici_builder_finish (making->builder, &error);
  g_assert_no_error (error);
  return message;
}

static void
read_element (Making *making, gpointer response, int kind, guint depth)
{
  gboolean has_value = kind == KEY_VALUE || kind == LIST_ITEM;
  int length = 0;
  gconstpointer value = has_value ? vici.parse_value (response, &length) : NULL;

  set_element (making->element, depth, kind, kind == LIST_ITEM ? "" : vici.parse_name (response),
               value, (gsize)length);
  lexer_read (making->run, making->element->str, making->element->len);
}

static void
read_message (Making *making, gpointer response)
{
  guint depth = 0;
  int kind;

  while ((kind = vici.parse (response)) != END && kind != ERROR)
    if (kind == END_SECTION || kind == END_LIST)
      depth--;
    else
      {
        read_element (making, response, kind, depth);
        depth += kind == BEGIN_SECTION || kind == BEGIN_LIST;
      }
  if (kind == ERROR)
    lexer_mismatch (making->run, "libvici takes this for no message");
  lexer_batch_end (making->run);
}

static void
ask (Making *making, Answerer *answerer, gpointer connection)
{
  char command[] = "byway";
  gpointer response;

  answerer->message = make_message (making);
  response = vici.submit (vici.begin (command), connection);
  g_assert_nonnull (response);
  read_message (making, response);
  vici.free_res (response);
  g_bytes_unref (answerer->message);
}

static void
run_vici (LexerRun *run)
{
  g_autofree char *path = g_build_filename (run->places->folder, "vici", NULL);
  g_autofree char *uri = g_strconcat ("unix://", path, NULL);
  Answerer answerer = { listen_at (path), NULL };
  GThread *thread = g_thread_new ("answer", answer_all, &answerer);
  Making making = { .run = run,
                    .name = g_string_new (NULL),
                    .value = g_string_new (NULL),
                    .element = g_string_new (NULL) };
  gpointer connection;

  find_functions ();
  vici.init ();
  connection = vici.connect (uri);
  g_assert_nonnull (connection);
  dice_alphabet_init (&making.names, is_in_name);
  dice_alphabet_init (&making.values, is_in_value);
  while (lexer_wants_more (run))
    ask (&making, &answerer, connection);
  vici.disconnect (connection);
  g_thread_join (thread);
  g_object_unref (answerer.listener);
  g_string_free (making.name, TRUE);
  g_string_free (making.value, TRUE);
  g_string_free (making.element, TRUE);
}

const Lexer lexer_vici = {
  .format = "messages of vici",
  .program = "strongSwan's libvici",
  .version_argv = { "/usr/sbin/swanctl", "--help" },
  .before = "strongSwan ",
  .run = run_vici,
};
