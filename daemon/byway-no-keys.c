/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-no-keys.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* What a system call's number means depends on whom the kernel takes it for. */
#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define NATIVE AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define NATIVE AUDIT_ARCH_ARM
#elif defined(__powerpc64__)
#define NATIVE (G_BYTE_ORDER == G_LITTLE_ENDIAN ? AUDIT_ARCH_PPC64LE : AUDIT_ARCH_PPC64)
#elif defined(__riscv) && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define NATIVE AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#define NATIVE AUDIT_ARCH_LOONGARCH64
#else
#error "Which AUDIT_ARCH_ of linux/audit.h is this machine's?"
#endif
/* x86-64 has a second number for each call, with this bit (x32); nobody else has a call with it. */
#define WITHOUT_X32 0xbfffffffU

#define LOAD(field) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, field))
#define RETURN(action) BPF_STMT (BPF_RET | BPF_K, action)
/* When it is not that one, passes over the next line. */
#define WHEN(value) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1)
/* When it is not that one, goes on with the next line; or else passes over it. */
#define UNLESS(value) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (value), 1, 0)
#define REFUSE(call) WHEN (WITHOUT_X32 &(call)), RETURN (SECCOMP_RET_ERRNO | EPERM)

/* A call of another machine's kind (32 bit on x86-64) has other numbers. Nothing that we start is
 * of one; the unit refuses them all (SystemCallArchitectures=native). */
static struct sock_filter lines[] = {
  LOAD (arch),
  UNLESS (NATIVE),
  RETURN (SECCOMP_RET_KILL_PROCESS),
  LOAD (nr),
  BPF_STMT (BPF_ALU | BPF_AND | BPF_K, WITHOUT_X32),
  REFUSE (SYS_add_key),
  REFUSE (SYS_request_key),
  REFUSE (SYS_keyctl),
  RETURN (SECCOMP_RET_ALLOW),
};
static const struct sock_fprog filter = { G_N_ELEMENTS (lines), lines };

const struct sock_fprog *
byway_no_keys_filter (void)
{
  return &filter;
}

/* Memory that a child shares with us until its exec: it can't log. */
static int *refused;

void
byway_no_keys_prepare (void)
{
  gpointer page;

  if (refused != NULL)
    return;
  page = mmap (NULL, sizeof *refused, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  refused = page != MAP_FAILED ? page : NULL;
}

static int
set_filter (void)
{
  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 ? 0 : errno;
}

/* Without CAP_SYS_ADMIN the kernel takes a filter only from who can't gain rights by an exec any
 * more. That takes nothing from these programs: they begin as root with all that we have, pppd's
 * set-uid bit and what else they start add nothing to that, and under our unit it is so anyway
 * (NoNewPrivileges=yes). */
void
byway_no_keys_enter (gboolean may_bind)
{
  int why = set_filter ();

  if (why == EACCES && may_bind && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    why = set_filter ();
  if (why != 0 && refused != NULL)
    *refused = why;
}

void
byway_no_keys_report (void)
{
  static gboolean reported;

  if (reported || refused == NULL || *refused == 0)
    return;
  reported = TRUE;
  g_message ("What bywayd starts could not be kept from root's keys: %s", g_strerror (*refused));
}
