/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-xl2tpd.h"

#include <signal.h>

#include "byway-command.h"
#include "byway-memfd.h"
#include "byway-xl2tpd-control.h"

#define LINE_ROOM 4096

struct _BywayXl2tpd
{
  GObject parent;
  GSubprocess *process; /* NULL when it does not run */
  GDataInputStream *lines;
  GCancellable *cancel; /* of reading them */
  BywayXl2tpdControl *control;
  int secrets_fd;                       /* its file of secrets; -1: there is none */
  int eap_tls_fds[BYWAY_EAP_TLS_FILES]; /* pppd's */
};

G_DEFINE_FINAL_TYPE (BywayXl2tpd, byway_xl2tpd, G_TYPE_OBJECT)

enum
{
  LINE,
  EVENT,
  COMMAND,
  ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ------------------------------------------------------------------------------ its files */

/* xl2tpd opens its file of secrets by path, more than once, while the tunnel is made; a file in
 * memory has a path for it alone and is empty from then on. */
static gboolean
make_secrets_file (BywayXl2tpd *self, const BywayPlan *plan, GError **error)
{
  if (plan->xl2tpd_secrets == NULL)
    return TRUE;
  self->secrets_fd = byway_memfd_new_file (plan->xl2tpd_secrets, error);
  return self->secrets_fd >= 0;
}

/* pppd reads them anew each time that the server asks who we are, so they stay until the end. */
static gboolean
make_eap_tls_files (BywayXl2tpd *self, const BywayPlan *plan, GError **error)
{
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES; i++)
    if (plan->eap_tls[i] != NULL
        && (self->eap_tls_fds[i] = byway_memfd_new_file (plan->eap_tls[i], error)) < 0)
      return FALSE;
  return TRUE;
}

void
byway_xl2tpd_wipe_secrets (BywayXl2tpd *self)
{
  byway_memfd_wipe_file (&self->secrets_fd);
}

void
byway_xl2tpd_wipe_files (BywayXl2tpd *self)
{
  byway_xl2tpd_wipe_secrets (self);
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES; i++)
    byway_memfd_wipe_file (&self->eap_tls_fds[i]);
}

/* ---------------------------------------------------------------------------- the process */

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayXl2tpd) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (self->process == NULL)
    return;
  g_clear_object (&self->process);
  g_signal_emit (self, signals[ENDED], 0);
}

static void read_line (BywayXl2tpd *self);

/* It may be closed by whoever hears of it. */
static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywayXl2tpd) self = data;
  GDataInputStream *lines = G_DATA_INPUT_STREAM (source);
  gsize length;
  g_autofree char *line = g_data_input_stream_read_line_finish (lines, result, &length, NULL);
  g_autofree char *clean = NULL;
  BywayXl2tpdEvent event;

  if (line == NULL || self->lines == NULL)
    return;
  clean = byway_xl2tpd_clean_line (line, (gssize)length);
  event = byway_xl2tpd_parse_line (clean);
  if (!byway_xl2tpd_is_noise (clean))
    g_signal_emit (self, signals[LINE], 0, clean);
  if (self->lines != NULL)
    g_signal_emit (self, signals[EVENT], 0, &event);
  if (self->lines != NULL)
    read_line (self);
}

static void
read_line (BywayXl2tpd *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancel, on_line,
                                       g_object_ref (self));
}

static GSubprocess *
spawn (BywayXl2tpd *self, const BywayPlan *plan, int pppd_fd, GError **error)
{
  const BywayCommandFd fds[] = {
    { pppd_fd, BYWAY_PPPD_FD },
    { self->secrets_fd, BYWAY_XL2TPD_SECRETS_FD },
    { self->eap_tls_fds[0], BYWAY_EAP_TLS_FD },
    { self->eap_tls_fds[1], BYWAY_EAP_TLS_FD + 1 },
    { self->eap_tls_fds[2], BYWAY_EAP_TLS_FD + 2 },
  };

  return byway_command_spawn ((const char *const *)plan->xl2tpd_argv, fds, G_N_ELEMENTS (fds), TRUE,
                              error);
}

static gboolean
start (BywayXl2tpd *self, const BywayPlan *plan, int pppd_fd, GError **error)
{
  if (!make_eap_tls_files (self, plan, error) || !make_secrets_file (self, plan, error))
    return FALSE;
  self->process = spawn (self, plan, pppd_fd, error);
  if (self->process == NULL)
    return FALSE;
  self->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (self->lines), LINE_ROOM);
  read_line (self);
  g_subprocess_wait_async (self->process, NULL, on_ended, g_object_ref (self));
  return TRUE;
}

gboolean
byway_xl2tpd_is_running (BywayXl2tpd *self)
{
  return self->process != NULL;
}

void
byway_xl2tpd_send_signal (BywayXl2tpd *self, int number)
{
  if (self->process != NULL)
    g_subprocess_send_signal (self->process, number);
}

/* ------------------------------------------------------------------------ its control pipe */

static void
on_command (gboolean written, gpointer data)
{
  g_signal_emit (data, signals[COMMAND], 0, written);
}

void
byway_xl2tpd_send_command (BywayXl2tpd *self, const char *command)
{
  byway_xl2tpd_control_send (self->control, command);
}

void
byway_xl2tpd_forget_command (BywayXl2tpd *self)
{
  byway_xl2tpd_control_forget (self->control);
}

/* ------------------------------------------------------------------------------ the object */

BywayXl2tpd *
byway_xl2tpd_new (const BywayPlan *plan, int pppd_fd, GError **error)
{
  g_autoptr (BywayXl2tpd) self = g_object_new (BYWAY_TYPE_XL2TPD, NULL);
  g_autofree char *pipe = g_build_filename (plan->run_dir, "control", NULL);

  self->control = byway_xl2tpd_control_new (pipe, on_command, self);
  return start (self, plan, pppd_fd, error) ? g_steal_pointer (&self) : NULL;
}

void
byway_xl2tpd_close (BywayXl2tpd *self)
{
  g_cancellable_cancel (self->cancel);
  g_clear_object (&self->lines);
  byway_xl2tpd_send_signal (self, SIGKILL);
  g_clear_object (&self->process);
  byway_xl2tpd_wipe_files (self);
  byway_xl2tpd_forget_command (self);
}

static void
byway_xl2tpd_finalize (GObject *object)
{
  BywayXl2tpd *self = BYWAY_XL2TPD (object);

  byway_xl2tpd_close (self);
  g_clear_object (&self->cancel);
  byway_xl2tpd_control_free (self->control);
  G_OBJECT_CLASS (byway_xl2tpd_parent_class)->finalize (object);
}

static void
byway_xl2tpd_class_init (BywayXl2tpdClass *klass)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST;
  GType type = BYWAY_TYPE_XL2TPD;

  G_OBJECT_CLASS (klass)->finalize = byway_xl2tpd_finalize;
  signals[LINE]
      = g_signal_new ("line", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EVENT]
      = g_signal_new ("event", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[COMMAND]
      = g_signal_new ("command", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[ENDED] = g_signal_new ("ended", type, flags, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
byway_xl2tpd_init (BywayXl2tpd *self)
{
  self->cancel = g_cancellable_new ();
  self->secrets_fd = -1;
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES; i++)
    self->eap_tls_fds[i] = -1;
}
