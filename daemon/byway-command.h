/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gio/gio.h>

/* The only spawner. Programs are looked up in a fixed path (or in the folder named at start, for
 * tests); argv vectors only; a fixed environment; standard input from /dev/null; no keys of the
 * kernel's (byway_no_keys_enter). */
void byway_command_set_folder (const char *folder);
/* `program` is a plain name or an absolute path. Absolute path, or NULL with
 * BYWAY_ERROR_MISSING_PROGRAM. Caller frees. */
char *byway_command_find (const char *program, GError **error);
/* A descriptor of ours, which stays open, and the number that the child finds it at. */
typedef struct
{
  int fd; /* -1: none */
  int child_fd;
} BywayCommandFd;

/* Standard output and error come together in one pipe. The child gets the @n_fds descriptors, and
 * PR_SET_PDEATHSIG(TERM) when `dies_with_us`. */
GSubprocess *byway_command_spawn (const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
                                  gboolean dies_with_us, GError **error);
/* For a daemon that outlives us: a session of its own, no input, no output. Returns its process
 * number, or 0 with error. It writes that into @pid_file itself before it becomes the program, so
 * that there is no moment in which it runs and a helper that comes after us can't know of it. */
GPid byway_command_spawn_apart (const char *const *argv, const char *pid_file, GError **error);
/* Runs to the end, bounded by `timeout_ms`; output (at most 64 KiB) handed back. */
void byway_command_run (const char *const *argv, const char *input, guint timeout_ms,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* The same without input, but with descriptors of ours for the program. */
void byway_command_run_with (const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
                             guint timeout_ms, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
/* A line of output, control characters taken out. */
typedef void (*BywayCommandLine) (const char *line, gpointer data);
/* The same with descriptors: no output is kept, but @on_line (NULL: nobody) gets each line as it
 * comes, with @line_data, none after the cancellation or the callback. */
void byway_command_run_lines (const char *const *argv, const BywayCommandFd *fds, gsize n_fds,
                              guint timeout_ms, GCancellable *cancellable, BywayCommandLine on_line,
                              gpointer line_data, GAsyncReadyCallback callback, gpointer data);
/* Of all three. *exit_status is -1 when a signal ended it. */
gboolean byway_command_run_finish (GAsyncResult *result, int *exit_status, char **output,
                                   GError **error);
