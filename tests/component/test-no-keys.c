/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bywayd starts gets none of the keys that bywayd has. The program that it starts here is this
 * one: "attempt KIND [FILE]" tries one thing, and tells (in FILE) how it went. */
#include "config.h"

#include "byway-command.h"
#include "byway-no-keys.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME "byway-test-no-keys"
#define X32 0x40000000
#define SECONDS 20

static char *self;

/* --- what is tried -------------------------------------------------------------------------- */

static long
add_key (void)
{
  return syscall (SYS_add_key, "user", NAME, "x", 1, KEY_SPEC_PROCESS_KEYRING);
}

/* Only what is there: the kernel is to start nothing that makes one. */
static long
request_key (void)
{
  return syscall (SYS_request_key, "user", NAME, NULL, 0);
}

static long
keyctl (void)
{
  return syscall (SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1);
}

static long
another_call (void)
{
  return syscall (SYS_getpid);
}

#if defined(__x86_64__)
/* The same call by its second number; a kernel without x32 has none. */
static long
keyctl_x32 (void)
{
  return syscall (X32 | SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1);
}
#endif

static const struct
{
  const char *kind;
  long (*act) (void);
} attempts[] = {
  { "add_key", add_key },       { "request_key", request_key },
  { "keyctl", keyctl },         { "another_call", another_call },
#if defined(__x86_64__)
  { "keyctl_x32", keyctl_x32 },
#endif
};

/* 0, or why it was refused. */
static int
attempt (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    if (strcmp (attempts[i].kind, kind) == 0)
      return attempts[i].act () >= 0 ? 0 : errno;
  g_assert_not_reached ();
}

static int
attempt_and_tell (const char *kind, const char *path)
{
  g_autofree char *part = path != NULL ? g_strconcat (path, ".part", NULL) : NULL;
  FILE *file = path != NULL ? fopen (part, "w") : stdout;

  fprintf (file, "%d\n", attempt (kind));
  fclose (file);
  return path == NULL || rename (part, path) == 0 ? 0 : 1;
}

/* --- in a program that is started ----------------------------------------------------------- */

static void
on_run (GObject *source, GAsyncResult *result, gpointer output)
{
  g_autoptr (GError) error = NULL;
  int status;

  byway_command_run_finish (result, &status, output, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* By byway_command_run. */
static int
of_command (const char *kind)
{
  const char *const argv[] = { self, "attempt", kind, NULL };
  g_autofree char *output = NULL;

  byway_command_run (argv, NULL, SECONDS * 1000, NULL, on_run, &output);
  while (output == NULL)
    g_main_context_iteration (NULL, TRUE);
  return atoi (output);
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("It tells nothing");
  return G_SOURCE_REMOVE;
}

/* By byway_command_spawn_apart, which hears nothing of it. */
static int
of_daemon (const char *kind)
{
  g_autofree char *folder = g_dir_make_tmp (NAME "-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "told", NULL);
  const char *const argv[] = { self, "attempt", kind, path, NULL };
  g_autofree char *pid_file = g_build_filename (folder, "pid", NULL);
  g_autofree char *told = NULL, *noted = NULL, *number = NULL;
  g_autoptr (GError) error = NULL;
  guint deadline = g_timeout_add_seconds (SECONDS, on_deadline, NULL);
  GPid pid = byway_command_spawn_apart (argv, pid_file, &error);

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (pid_file, &noted, NULL, NULL));
  number = g_strdup_printf ("%d", (int)pid);
  g_assert_cmpstr (noted, ==, number);
  while (!g_file_get_contents (path, &told, NULL, NULL))
    g_main_context_iteration (NULL, FALSE);
  g_source_remove (deadline);
  g_unlink (path);
  g_unlink (pid_file);
  g_rmdir (folder);
  return atoi (told);
}

/* --- the tests ------------------------------------------------------------------------------ */

/* The control: to us nobody refuses any. */
static void
assert_we_may (void)
{
  g_assert_cmpint (attempt ("add_key"), ==, 0);
  g_assert_cmpint (attempt ("request_key"), ==, 0);
  g_assert_cmpint (attempt ("keyctl"), ==, 0);
}

static void
assert_refused (int (*told_by) (const char *kind))
{
  assert_we_may ();
  g_assert_cmpint (told_by ("add_key"), ==, EPERM);
  g_assert_cmpint (told_by ("request_key"), ==, EPERM);
  g_assert_cmpint (told_by ("keyctl"), ==, EPERM);
  g_assert_cmpint (told_by ("another_call"), ==, 0);
  assert_we_may ();
}

static void
test_command (void)
{
  assert_refused (of_command);
}

static void
test_daemon (void)
{
  assert_refused (of_daemon);
}

static int
drop_admin (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[2];

  if (syscall (SYS_capget, &header, data) != 0)
    return -1;
  prctl (PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0);
  data[0].effective &= ~(1U << CAP_SYS_ADMIN);
  data[0].permitted &= ~(1U << CAP_SYS_ADMIN);
  return (int)syscall (SYS_capset, &header, data);
}

/* As a user's or a container's root has it, and nobody has set PR_SET_NO_NEW_PRIVS. */
static void
test_without_admin (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_cmpint (drop_admin (), ==, 0);
  assert_refused (of_command);
}

#if defined(__x86_64__)
static void
test_second_numbers (void)
{
  g_assert_cmpint (of_command ("keyctl_x32"), ==, EPERM);
  g_assert_cmpint (of_daemon ("keyctl_x32"), ==, EPERM);
}

/* What the filter answers, as the kernel reads it: this machine's may have no other's calls. */
static guint32
answer (guint32 arch, int number)
{
  const struct seccomp_data data = { .arch = arch, .nr = number };
  const struct sock_fprog *filter = byway_no_keys_filter ();
  guint32 value = 0;

  for (guint i = 0; i < filter->len; i++)
    {
      const struct sock_filter *line = &filter->filter[i];

      switch (line->code)
        {
        case BPF_LD | BPF_W | BPF_ABS:
          memcpy (&value, (const guint8 *)&data + line->k, sizeof value);
          break;
        case BPF_ALU | BPF_AND | BPF_K:
          value &= line->k;
          break;
        case BPF_JMP | BPF_JEQ | BPF_K:
          i += value == line->k ? line->jt : line->jf;
          break;
        case BPF_RET | BPF_K:
          return line->k;
        default:
          g_assert_not_reached ();
        }
    }
  g_assert_not_reached ();
}

#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

/* A program of 32 bit has keyctl as number 288. */
static void
test_other_machine (void)
{
  g_assert_cmphex (answer (AUDIT_ARCH_I386, 288), ==, SECCOMP_RET_KILL_PROCESS);
  g_assert_cmphex (answer (AUDIT_ARCH_I386, SYS_getpid), ==, SECCOMP_RET_KILL_PROCESS);
  g_assert_cmphex (answer (AUDIT_ARCH_X86_64, SYS_keyctl), ==, REFUSED);
  g_assert_cmphex (answer (AUDIT_ARCH_X86_64, X32 | SYS_add_key), ==, REFUSED);
  g_assert_cmphex (answer (AUDIT_ARCH_X86_64, X32 | SYS_request_key), ==, REFUSED);
  g_assert_cmphex (answer (AUDIT_ARCH_X86_64, 288), ==, SECCOMP_RET_ALLOW);
  g_assert_cmphex (answer (AUDIT_ARCH_X86_64, SYS_getpid), ==, SECCOMP_RET_ALLOW);
}
#endif

/* As a kernel that knows no filters: EINVAL. */
static void
refuse_filters (void)
{
  struct sock_filter lines[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = { G_N_ELEMENTS (lines), lines };

  g_assert_cmpint (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0), ==, 0);
}

/* It begins all the same, and the log has it, once. */
static void
test_no_filters (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  refuse_filters ();
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "*could not be kept*Invalid argument*");
  g_assert_cmpint (of_command ("keyctl"), ==, 0);
  g_test_assert_expected_messages ();
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "the control");
  g_assert_cmpint (of_daemon ("keyctl"), ==, 0);
  g_message ("the control");
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  if (argc > 2 && strcmp (argv[1], "attempt") == 0)
    return attempt_and_tell (argv[2], argv[3]);
  self = g_file_read_link ("/proc/self/exe", NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/no-keys/command", test_command);
  g_test_add_func ("/no-keys/daemon", test_daemon);
  g_test_add_func ("/no-keys/without-admin", test_without_admin);
#if defined(__x86_64__)
  g_test_add_func ("/no-keys/second-numbers", test_second_numbers);
  g_test_add_func ("/no-keys/other-machine", test_other_machine);
#endif
  g_test_add_func ("/no-keys/no-filters", test_no_filters);
  return g_test_run ();
}
