/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_pppox.h>
#include <linux/xfrm.h>

#include "byway-diagnosis.h"
#include "byway-facts.h"
#include "byway-netlink.h"

/* A throwaway association, between an address of documentation and itself; nothing matches it. */
#define TRIAL_ADDRESS "192.0.2.1"
#define TRIAL_SPI 0xb1770001u

static int
close_trial (int fd)
{
  if (fd < 0)
    return errno;
  close (fd);
  return 0;
}

static struct xfrm_usersa_info
trial_state (void)
{
  struct xfrm_usersa_info state;

  memset (&state, 0, sizeof state);
  inet_pton (AF_INET, TRIAL_ADDRESS, &state.id.daddr);
  state.saddr = state.id.daddr;
  state.id.spi = htonl (TRIAL_SPI);
  state.id.proto = IPPROTO_ESP;
  state.family = AF_INET;
  state.mode = XFRM_MODE_TRANSPORT;
  state.reqid = BYWAY_REQID;
  state.lft.soft_byte_limit = state.lft.hard_byte_limit = XFRM_INF;
  state.lft.soft_packet_limit = state.lft.hard_packet_limit = XFRM_INF;
  return state;
}

/* The null cipher: the algorithms themselves are tried by whoever has negotiated them. */
static int
add_trial (void)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct xfrm_usersa_info state = trial_state ();
  struct xfrm_algo null = { .alg_name = "ecb(cipher_null)" };

  message->nlmsg_type = XFRM_MSG_NEWSA;
  message->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
  memcpy (mnl_nlmsg_put_extra_header (message, sizeof state), &state, sizeof state);
  mnl_attr_put (message, XFRMA_ALG_CRYPT, sizeof null, &null);
  return byway_netlink_change (NETLINK_XFRM, message);
}

static void
remove_trial (void)
{
  char buffer[BYWAY_NETLINK_SIZE] = { 0 };
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct xfrm_usersa_info state = trial_state ();
  struct xfrm_usersa_id id;

  memset (&id, 0, sizeof id);
  id.daddr = state.id.daddr;
  id.spi = state.id.spi;
  id.family = state.family;
  id.proto = state.id.proto;
  message->nlmsg_type = XFRM_MSG_DELSA;
  memcpy (mnl_nlmsg_put_extra_header (message, sizeof id), &id, sizeof id);
  byway_netlink_change (NETLINK_XFRM, message);
}

/* Without the null cipher's module ESP itself may be there: that is ENOSYS, and no refusal. */
static int
try_esp (void)
{
  int problem = add_trial ();

  if (problem == 0 || problem == EEXIST)
    remove_trial ();
  return problem == EEXIST || problem == ENOSYS ? 0 : problem;
}

int
byway_kernel_try (BywayKernelPart part)
{
  switch (part)
    {
    case BYWAY_KERNEL_PPP:
      return close_trial (open ("/dev/ppp", O_RDWR | O_CLOEXEC));
    case BYWAY_KERNEL_L2TP:
      return close_trial (socket (AF_PPPOX, SOCK_DGRAM | SOCK_CLOEXEC, PX_PROTO_OL2TP));
    case BYWAY_KERNEL_ESP:
      return try_esp ();
    case BYWAY_N_KERNEL_PARTS:
      break;
    }
  return EINVAL;
}

static const struct
{
  const char *name;
  BywayCause cause;
} parts[BYWAY_N_KERNEL_PARTS] = {
  [BYWAY_KERNEL_PPP] = { "ppp", BYWAY_CAUSE_KERNEL_NO_PPP },
  [BYWAY_KERNEL_L2TP] = { "l2tp", BYWAY_CAUSE_KERNEL_NO_L2TP },
  [BYWAY_KERNEL_ESP] = { "esp", BYWAY_CAUSE_KERNEL_NO_ESP },
};

const char *
byway_kernel_part_name (BywayKernelPart part)
{
  g_return_val_if_fail (part < BYWAY_N_KERNEL_PARTS, "");
  return parts[part].name;
}

gboolean
byway_kernel_check (gboolean ipsec, GError **error)
{
  for (guint part = 0; part < BYWAY_N_KERNEL_PARTS; part++)
    {
      int problem = ipsec || part != BYWAY_KERNEL_ESP ? byway_kernel_try (part) : 0;

      if (problem == 0)
        continue;
      g_set_error_literal (error, BYWAY_FAILURE, (int)parts[part].cause, g_strerror (problem));
      return FALSE;
    }
  return TRUE;
}
