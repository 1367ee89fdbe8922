/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "byway-pppd-vault.h"

#include "byway-pppd-compat.h"
#include "byway-pppd-wire.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define CREDENTIALS_WAIT_MS 5000

/* One locked page that no core dump shows; the datagram is received and decoded in place. */
struct vault
{
  struct byway_pppd_message message;
  uint8_t wire[BYWAY_PPPD_MESSAGE_MAX];
};

static struct vault *vault;

void
byway_pppd_vault_wipe (void)
{
  if (vault != NULL)
    explicit_bzero (vault, sizeof *vault);
}

/* However pppd exits. */
static void __attribute__ ((destructor)) wipe_at_exit (void)
{
  byway_pppd_vault_wipe ();
  explicit_bzero (passwd, MAXSECRETLEN);
}

int
byway_pppd_vault_make (void)
{
  void *page
      = mmap (NULL, sizeof *vault, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (page == MAP_FAILED)
    return -1;
  /* Best effort, all three: a sandbox may forbid them. */
  mlock (page, sizeof *vault);
  madvise (page, sizeof *vault, MADV_DONTDUMP);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
  vault = page;
  return 0;
}

int
byway_pppd_vault_receive (int fd)
{
  struct pollfd pollfd = { .fd = fd, .events = POLLIN };
  ssize_t n;
  int result;

  if (poll (&pollfd, 1, CREDENTIALS_WAIT_MS) != 1)
    return -1;
  n = recv (fd, vault->wire, sizeof vault->wire, MSG_DONTWAIT | MSG_TRUNC);
  result = n > 0 && (size_t)n <= sizeof vault->wire
                   && byway_pppd_message_decode (&vault->message, vault->wire, (size_t)n) == 0
                   && vault->message.type == BYWAY_PPPD_CREDENTIALS
               ? 0
               : -1;
  explicit_bzero (vault->wire, sizeof vault->wire);
  if (result < 0)
    byway_pppd_vault_wipe ();
  return result;
}

/* No user name, no secret: then pppd refuses to authenticate. Never ask the system's files. */
static int
have_credentials (void)
{
  return vault != NULL && vault->message.credentials.user[0] != '\0';
}

/* Then there is no password to give. */
static int by_certificate;

void
byway_pppd_vault_use_certificate (void)
{
  by_certificate = 1;
}

int
byway_pppd_vault_is_by_certificate (void)
{
  return by_certificate;
}

/* Both password hooks. pppd asks with a NULL @password whether there is one; its buffer holds at
 * least MAXSECRETLEN bytes, which is our text and its NUL. */
static int
give_password (char *name, char *password)
{
  if (!have_credentials ())
    return 0;
  if (password != NULL)
    memcpy (password, vault->message.credentials.password, BYWAY_PPPD_TEXT_MAX + 1);
  return 1;
}

/* The CHAP hook's failure is a negative value; pppd then refuses to answer the challenge. */
static int
give_chap_password (char *name, char *password)
{
  return !by_certificate && give_password (name, password) == 1 ? 1 : -1;
}

/* Late, so that no options file and no argument has the last word on who we are. A password that
 * one of them set would win over the hooks, so it goes. */
void
byway_pppd_vault_assert_identity (void)
{
  explicit_bzero (passwd, MAXSECRETLEN);
  if (have_credentials ())
    memcpy (user, vault->message.credentials.user, BYWAY_PPPD_TEXT_MAX + 1);
}

/* PAP asks once: then nobody needs the password any more, and pppd's packet buffer still holds the
 * one that was sent. A CHAP peer may challenge again at any time (RFC 1994, section 2), and a
 * tunnel that can't answer dies; so for CHAP the vault stays locked until the link is down. */
void
byway_pppd_vault_forget_pap_password (void)
{
  explicit_bzero (vault->message.credentials.password, BYWAY_PPPD_TEXT_MAX + 1);
  vault->message.credentials.user[0] = '\0';
  explicit_bzero (passwd, MAXSECRETLEN);
  explicit_bzero (outpacket_buf, PPP_MRU + PPP_HDRLEN);
}

void
byway_pppd_vault_install (void)
{
  pap_passwd_hook = give_password;
  chap_passwd_hook = give_chap_password;
  pap_check_hook = have_credentials;
  chap_check_hook = have_credentials;
}
