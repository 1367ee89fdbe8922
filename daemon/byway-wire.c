/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-wire.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "byway-ike-vendor.h"

#define ASK_AGAIN_MS 2000
#define TIMES 4
#define PACKETS_PER_TURN 32
#define LARGEST 16384    /* bytes of a question */
#define NON_ESP_MARKER 4 /* bytes of zero before IKE on port 4500 (RFC 3948, 2.2) */

typedef struct
{
  BywayWire *wire;
  guint16 port;
  gsize bytes;           /* that it has at least */
  gboolean *is_answered; /* in the facts */
  GSocket *socket;
  GSource *source;
  guint8 cookie[8];
  gboolean answered;
} Question;

enum
{
  AT_500,
  AT_4500,
  LARGE, /* at 4500, when a small one is answered there: that is forgotten by then */
  N_QUESTIONS
};

struct _BywayWire
{
  GObject parent;
  BywayUplink uplink;
  BywayWireFacts facts;
  int icmp;
  guint icmp_source;
  Question questions[N_QUESTIONS];
  guint again, asked;
};

G_DEFINE_FINAL_TYPE (BywayWire, byway_wire, G_TYPE_OBJECT)

enum
{
  CHANGED,
  LOG,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
log_line (BywayWire *self, const char *format, guint port, const char *words)
{
  g_autofree char *line = g_strdup_printf (format, port, words);

  g_signal_emit (self, signals[LOG], 0, line);
}

/* --- what routers and the server say -------------------------------------------------------- */

static void
take_packet (BywayWire *self, const guint8 *packet, gsize length)
{
  BywayIcmpNotice notice;

  if (!byway_icmp_parse (packet, length, &self->uplink.source, &self->uplink.server, &notice))
    return;
  byway_wire_facts_add_notice (&self->facts, &notice);
  log_line (self,
            notice.by_server ? "the server answers to our datagram to port %u: %s"
                             : "a router answers to our datagram to port %u: %s",
            notice.port, self->facts.words);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
on_icmp (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (BywayWire) self = g_object_ref (BYWAY_WIRE (data));

  for (guint i = 0; i < PACKETS_PER_TURN; i++)
    {
      guint8 packet[576];
      ssize_t length = recv (fd, packet, sizeof packet, MSG_DONTWAIT);

      if (length <= 0)
        break;
      take_packet (self, packet, (gsize)length);
    }
  return G_SOURCE_CONTINUE;
}

static void
listen_for_icmp (BywayWire *self)
{
  struct icmp_filter filter = { ~(1u << ICMP_DEST_UNREACH) };

  self->icmp = socket (AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
  if (self->icmp < 0)
    {
      g_info ("ICMP is not heard: %s", g_strerror (errno));
      return;
    }
  setsockopt (self->icmp, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  self->icmp_source = g_unix_fd_add (self->icmp, G_IO_IN, on_icmp, self);
}

/* --- questions of our own ------------------------------------------------------------------- */

/* One transform of each kind that is in use: any answer will do, a refusal as well. */
static const BywayIkeTransform offers[] = {
  { 7, 256, 4, 1, 14 }, { 7, 256, 2, 1, 14 }, { 7, 128, 2, 1, 2 },
  { 5, 0, 2, 1, 14 },   { 5, 0, 2, 1, 2 },    { 5, 0, 1, 1, 2 },
};

static void
send_datagram (Question *question, GBytes *message)
{
  gsize marker = question->port == 4500 ? NON_ESP_MARKER : 0;
  gsize length;
  gconstpointer data = g_bytes_get_data (message, &length);
  g_autofree guint8 *datagram = g_malloc0 (marker + length);

  memcpy (datagram + marker, data, length);
  g_socket_send (question->socket, (const char *)datagram, marker + length, NULL, NULL);
}

static void
send_question (Question *question)
{
  g_autoptr (GBytes) message = byway_ike_probe_new_large (question->cookie, offers,
                                                          G_N_ELEMENTS (offers), question->bytes);

  if (question->source != NULL && !question->answered)
    send_datagram (question, message);
}

static void
ask_large (BywayWire *self)
{
  if (self->questions[LARGE].source == NULL || !self->facts.answered_4500)
    return;
  self->facts.asked_large = TRUE;
  send_question (&self->questions[LARGE]);
}

/* Nothing half open is to stay with the server. */
static void
take_back (Question *question, const BywayIkeReply *reply)
{
  g_autoptr (GBytes) message = byway_ike_forget_new (question->cookie, reply->responder_cookie);

  send_datagram (question, message);
}

static gboolean
on_answer (GSocket *socket, GIOCondition condition, gpointer data)
{
  Question *question = data;
  BywayWire *self = question->wire;
  guint8 datagram[2048];
  gssize length = g_socket_receive (socket, (char *)datagram, sizeof datagram, NULL, NULL);
  gssize marker = question->port == 4500 ? NON_ESP_MARKER : 0;
  BywayIkeReplyKind kind;
  BywayIkeReply reply;

  if (length < marker)
    return G_SOURCE_CONTINUE;
  kind = byway_ike_reply_parse (datagram + marker, (gsize)(length - marker), question->cookie,
                                &reply);
  if (kind == BYWAY_IKE_REPLY_NONE)
    return G_SOURCE_CONTINUE;
  if (kind == BYWAY_IKE_REPLY_ACCEPTED)
    take_back (question, &reply);
  question->answered = *question->is_answered = TRUE;
  self->facts.splits |= byway_ike_reply_splits (&reply);
  log_line (self, "the server answers a question of ours at UDP port %u%s", question->port,
            question->bytes > 0 ? ", as large as the message with our certificate" : "");
  if (question == &self->questions[AT_4500])
    ask_large (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_CONTINUE;
}

static gboolean
open_question (Question *question)
{
  g_autofree char *server = byway_address_to_string (&question->wire->uplink.server);
  g_autoptr (GSocketAddress) there = g_inet_socket_address_new_from_string (server, question->port);

  question->socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  if (question->socket == NULL || !g_socket_connect (question->socket, there, NULL, NULL)
      || getrandom (question->cookie, sizeof question->cookie, 0) != sizeof question->cookie)
    return FALSE;
  g_socket_set_blocking (question->socket, FALSE);
  question->source = g_socket_create_source (question->socket, G_IO_IN, NULL);
  g_source_set_callback (question->source, G_SOURCE_FUNC (on_answer), question, NULL);
  g_source_attach (question->source, g_main_context_get_thread_default ());
  return TRUE;
}

static void
close_question (Question *question)
{
  if (question->source != NULL)
    g_source_destroy (question->source);
  g_clear_pointer (&question->source, g_source_unref);
  g_clear_object (&question->socket);
  question->answered = FALSE;
}

static void
ask_once (BywayWire *self)
{
  send_question (&self->questions[AT_500]);
  send_question (&self->questions[AT_4500]);
  ask_large (self);
  self->asked++;
}

static gboolean
on_again (gpointer data)
{
  BywayWire *self = data;

  ask_once (self);
  if (self->asked < TIMES)
    return G_SOURCE_CONTINUE;
  self->again = 0;
  return G_SOURCE_REMOVE;
}

void
byway_wire_ask (BywayWire *self)
{
  g_clear_handle_id (&self->again, g_source_remove);
  for (gsize i = 0; i < N_QUESTIONS; i++)
    close_question (&self->questions[i]);
  self->facts.answered_500 = self->facts.answered_4500 = self->facts.refused_ike = FALSE;
  self->facts.asked_large = self->facts.answered_large = self->facts.splits = FALSE;
  self->asked = 0;
  self->facts.asked
      = open_question (&self->questions[AT_500]) && open_question (&self->questions[AT_4500]);
  if (self->facts.certificate)
    open_question (&self->questions[LARGE]);
  ask_once (self);
  self->again = g_timeout_add (ASK_AGAIN_MS, on_again, self);
}

/* --- the object ----------------------------------------------------------------------------- */

const BywayWireFacts *
byway_wire_get_facts (BywayWire *self)
{
  return &self->facts;
}

void
byway_wire_set_encapsulated (BywayWire *self, gboolean encapsulated)
{
  self->facts.encapsulated = encapsulated;
}

void
byway_wire_set_plain (BywayWire *self, gboolean plain)
{
  self->facts.plain = plain;
}

void
byway_wire_set_certificate (BywayWire *self, gsize bytes)
{
  self->facts.certificate = TRUE;
  self->questions[LARGE].bytes = MIN (bytes, LARGEST);
}

void
byway_wire_set_esp_received (BywayWire *self, gboolean received)
{
  self->facts.esp_received = received;
}

BywayWire *
byway_wire_new (const BywayUplink *uplink)
{
  BywayWire *self = g_object_new (BYWAY_TYPE_WIRE, NULL);

  self->uplink = *uplink;
  listen_for_icmp (self);
  return self;
}

static void
byway_wire_finalize (GObject *object)
{
  BywayWire *self = BYWAY_WIRE (object);

  g_clear_handle_id (&self->icmp_source, g_source_remove);
  g_clear_handle_id (&self->again, g_source_remove);
  if (self->icmp >= 0)
    close (self->icmp);
  for (gsize i = 0; i < N_QUESTIONS; i++)
    close_question (&self->questions[i]);
  G_OBJECT_CLASS (byway_wire_parent_class)->finalize (object);
}

static void
byway_wire_class_init (BywayWireClass *klass)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST;

  G_OBJECT_CLASS (klass)->finalize = byway_wire_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", BYWAY_TYPE_WIRE, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOG] = g_signal_new ("log", BYWAY_TYPE_WIRE, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               G_TYPE_STRING);
}

static void
byway_wire_init (BywayWire *self)
{
  self->icmp = -1;
  self->questions[AT_500] = (Question){ self, 500, 0, &self->facts.answered_500 };
  self->questions[AT_4500] = (Question){ self, 4500, 0, &self->facts.answered_4500 };
  self->questions[LARGE] = (Question){ self, 4500, 0, &self->facts.answered_large };
}
