/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-peer.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "byway-error.h"

/* More than any pppd has to say at once; keeps one that babbles from starving the main loop. */
#define MESSAGES_PER_TURN 64

struct _BywayPppdPeer
{
  GObject parent;
  int fd, child_fd, pidfd;
  guint fd_source, pidfd_source;
  gboolean watched;
};

G_DEFINE_FINAL_TYPE (BywayPppdPeer, byway_pppd_peer, G_TYPE_OBJECT)

enum
{
  MESSAGE,
  ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static gboolean on_ended (int fd, GIOCondition condition, gpointer data);

/* It was gone before we could look. */
static gboolean
on_gone (gpointer data)
{
  return on_ended (-1, G_IO_IN, data);
}

/* The first HELLO only: whoever runs later is none of ours. */
static void
watch_process (BywayPppdPeer *self, guint32 pid)
{
  if (self->watched || pid <= 1 || pid > G_MAXINT)
    return;
  self->watched = TRUE;
  self->pidfd = pidfd_open ((pid_t)pid, 0);
  if (self->pidfd >= 0)
    self->pidfd_source = g_unix_fd_add (self->pidfd, G_IO_IN, on_ended, self);
  else if (errno == ESRCH)
    self->pidfd_source = g_idle_add (on_gone, self);
}

/* FALSE when there is nothing more to read: for now (*more stays), or for ever. */
static gboolean
receive (BywayPppdPeer *self, gboolean *gone)
{
  guint8 wire[BYWAY_PPPD_MESSAGE_MAX];
  struct byway_pppd_message message;
  ssize_t n = recv (self->fd, wire, sizeof wire, MSG_DONTWAIT | MSG_TRUNC);

  if (n <= 0)
    {
      *gone = n == 0 || (errno != EAGAIN && errno != EINTR);
      return FALSE;
    }
  if (n > (ssize_t)sizeof wire || byway_pppd_message_decode (&message, wire, (size_t)n) != 0
      || message.type == BYWAY_PPPD_CREDENTIALS)
    {
      g_warning ("pppd's plugin sent %zd bytes that mean nothing", n);
      return TRUE;
    }
  if (message.type == BYWAY_PPPD_HELLO)
    watch_process (self, message.hello.pid);
  g_signal_emit (self, signals[MESSAGE], 0, &message);
  return TRUE;
}

static gboolean
receive_some (BywayPppdPeer *self)
{
  gboolean gone = FALSE;

  for (guint i = 0; i < MESSAGES_PER_TURN && self->fd >= 0; i++)
    if (!receive (self, &gone))
      break;
  return !gone;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (BywayPppdPeer) self = g_object_ref (BYWAY_PPPD_PEER (data));

  if (receive_some (self))
    return G_SOURCE_CONTINUE;
  self->fd_source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
on_ended (int fd, GIOCondition condition, gpointer data)
{
  g_autoptr (BywayPppdPeer) self = g_object_ref (BYWAY_PPPD_PEER (data));

  self->pidfd_source = 0;
  receive_some (self);
  g_signal_emit (self, signals[ENDED], 0);
  return G_SOURCE_REMOVE;
}

/* ------------------------------------------------------------------------------- the credentials
 */

typedef struct
{
  struct byway_pppd_message message;
  guint8 wire[BYWAY_PPPD_MESSAGE_MAX];
} Vault;

static gboolean
send_credentials (int fd, const char *name, const char *password)
{
  Vault *vault = byway_locked_alloc (sizeof *vault);
  struct byway_pppd_credentials *credentials = &vault->message.credentials;
  ssize_t n;
  gboolean sent;

  memset (vault, 0, sizeof *vault);
  vault->message.type = BYWAY_PPPD_CREDENTIALS;
  g_strlcpy (credentials->user, name, sizeof credentials->user);
  g_strlcpy (credentials->password, password, sizeof credentials->password);
  n = byway_pppd_message_encode (&vault->message, vault->wire, sizeof vault->wire);
  sent = n > 0 && send (fd, vault->wire, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) == n;
  byway_pppd_message_wipe (&vault->message);
  byway_locked_free (vault);
  return sent;
}

static gboolean
open_sockets (BywayPppdPeer *self, GError **error)
{
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "no socket for pppd: %s",
                   g_strerror (errno));
      return FALSE;
    }
  self->fd = pair[0];
  self->child_fd = pair[1];
  self->fd_source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
  return TRUE;
}

BywayPppdPeer *
byway_pppd_peer_new (const char *ppp_name, const BywaySecretSet *secrets, gboolean by_certificate,
                     GError **error)
{
  g_autoptr (BywayPppdPeer) self = g_object_new (BYWAY_TYPE_PPPD_PEER, NULL);
  gsize length = 0;
  const char *password = by_certificate    ? ""
                         : secrets != NULL ? byway_secret_set_get (secrets, "password", &length)
                                           : NULL;

  if (password == NULL)
    {
      g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_SECRETS_MISSING, "password");
      return NULL;
    }
  if (length > BYWAY_PPPD_TEXT_MAX || strlen (ppp_name) > BYWAY_PPPD_TEXT_MAX)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                   "pppd takes user names and passwords of at most %d bytes", BYWAY_PPPD_TEXT_MAX);
      return NULL;
    }
  if (!open_sockets (self, error))
    return NULL;
  if (send_credentials (self->fd, ppp_name, password))
    return g_steal_pointer (&self);
  g_set_error_literal (error, BYWAY_ERROR, BYWAY_ERROR_FAILED, "the socket for pppd is not usable");
  return NULL;
}

/* ---------------------------------------------------------------------------------- the rest */

int
byway_pppd_peer_get_child_fd (BywayPppdPeer *self)
{
  return self->child_fd;
}

void
byway_pppd_peer_forget_child_fd (BywayPppdPeer *self)
{
  close_fd (&self->child_fd);
}

gboolean
byway_pppd_peer_is_running (BywayPppdPeer *self)
{
  return self->pidfd_source != 0;
}

void
byway_pppd_peer_send_signal (BywayPppdPeer *self, int number)
{
  if (byway_pppd_peer_is_running (self) && self->pidfd >= 0)
    pidfd_send_signal (self->pidfd, number, NULL, 0);
}

static void
byway_pppd_peer_finalize (GObject *object)
{
  BywayPppdPeer *self = BYWAY_PPPD_PEER (object);

  g_clear_handle_id (&self->fd_source, g_source_remove);
  g_clear_handle_id (&self->pidfd_source, g_source_remove);
  close_fd (&self->fd);
  close_fd (&self->child_fd);
  close_fd (&self->pidfd);
  G_OBJECT_CLASS (byway_pppd_peer_parent_class)->finalize (object);
}

static void
byway_pppd_peer_class_init (BywayPppdPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = byway_pppd_peer_finalize;
  signals[MESSAGE] = g_signal_new ("message", BYWAY_TYPE_PPPD_PEER, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ENDED] = g_signal_new ("ended", BYWAY_TYPE_PPPD_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
byway_pppd_peer_init (BywayPppdPeer *self)
{
  self->fd = self->child_fd = self->pidfd = -1;
}
