/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the helper and our pppd plugin say to each other.
 *
 * They share a SOCK_SEQPACKET socket pair: one datagram is one message, end of file means that
 * the other side is gone. The helper speaks once (CREDENTIALS, sent before pppd is started, so the
 * plugin finds it waiting); everything else is news from the plugin and is never answered.
 *
 * Wire form: u8 type, then fields of u8 tag, u16 length (big endian), bytes. Fields stand in rising
 * tag order, each at most once. There is exactly one encoding of each message.
 *
 * Values in, values out: nothing here touches a descriptor or allocates. libc only.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BYWAY_PPPD_PROTOCOL_VERSION 4
#define BYWAY_PPPD_MESSAGE_MAX 2048 /* no message is longer on the wire */
#define BYWAY_PPPD_TEXT_MAX 255     /* pppd's own bound on names and secrets */
#define BYWAY_PPPD_IFNAME_MAX 15

enum byway_pppd_message_type
{
  BYWAY_PPPD_CREDENTIALS = 1, /* helper to plugin; all others plugin to helper */
  BYWAY_PPPD_HELLO = 2,
  BYWAY_PPPD_PHASE = 3,
  BYWAY_PPPD_AUTH = 4,
  BYWAY_PPPD_AUTH_MESSAGE = 5,
  BYWAY_PPPD_IPV4_UP = 6,
  BYWAY_PPPD_IPV4_DOWN = 7,
  BYWAY_PPPD_IPV6_UP = 8,
  BYWAY_PPPD_IPV6_DOWN = 9,
  BYWAY_PPPD_EXIT = 10,
  BYWAY_PPPD_NEWS = 11,
  BYWAY_PPPD_PATH = 12,
  BYWAY_PPPD_TLS_ALERT = 13,
};

/* pppd numbers its phases differently from version to version; these numbers are ours. After
 * TERMINATE come only DISCONNECT and DEAD; a peer that hangs up first is seen as ESTABLISH, or
 * NETWORK and ESTABLISH, and then DISCONNECT. */
enum byway_pppd_phase
{
  BYWAY_PPPD_PHASE_DEAD = 0,
  BYWAY_PPPD_PHASE_INITIALIZE = 1,
  BYWAY_PPPD_PHASE_SERIALCONN = 2,
  BYWAY_PPPD_PHASE_DORMANT = 3,
  BYWAY_PPPD_PHASE_ESTABLISH = 4,
  BYWAY_PPPD_PHASE_AUTHENTICATE = 5,
  BYWAY_PPPD_PHASE_CALLBACK = 6,
  BYWAY_PPPD_PHASE_NETWORK = 7,
  BYWAY_PPPD_PHASE_RUNNING = 8,
  BYWAY_PPPD_PHASE_TERMINATE = 9,
  BYWAY_PPPD_PHASE_DISCONNECT = 10,
  BYWAY_PPPD_PHASE_HOLDOFF = 11,
  BYWAY_PPPD_PHASE_MASTER = 12,
};

enum byway_pppd_auth_protocol
{
  BYWAY_PPPD_AUTH_PAP = 1,
  BYWAY_PPPD_AUTH_CHAP_MD5 = 2,
  BYWAY_PPPD_AUTH_MSCHAP = 3,
  BYWAY_PPPD_AUTH_MSCHAPV2 = 4,
  BYWAY_PPPD_AUTH_EAP = 5,
  BYWAY_PPPD_AUTH_OTHER = 6, /* only ever asked for */
};

enum byway_pppd_auth_result
{
  BYWAY_PPPD_AUTH_ASKED = 1, /* the peer wants to know who we are, by this protocol */
  BYWAY_PPPD_AUTH_OK = 2,
  BYWAY_PPPD_AUTH_FAILED = 3,
};

/* Texts are NUL-terminated and hold no other NUL; their bytes are otherwise free, and not
 * necessarily UTF-8. */
struct byway_pppd_credentials
{
  char user[BYWAY_PPPD_TEXT_MAX + 1];
  char password[BYWAY_PPPD_TEXT_MAX + 1];
};

/* The first message of every plugin. @version is whatever the plugin says: the reader compares. */
struct byway_pppd_hello
{
  uint8_t version;
  char pppd_version[BYWAY_PPPD_TEXT_MAX + 1];
  uint32_t pid;
};

struct byway_pppd_auth
{
  enum byway_pppd_auth_protocol protocol;
  enum byway_pppd_auth_result result;
};

/* The peer's own words when it refused us: a CHAP Failure ("E=691 R=0 V=3") or PAP Nak, and then
 * AUTH_FAILED follows; or an LCP Terminate-Request before any network was up ("peer refused to
 * authenticate"). At most one per link, the first. Untrusted text; the plugin has replaced control
 * characters by spaces. */
struct byway_pppd_auth_message
{
  char text[BYWAY_PPPD_TEXT_MAX + 1];
};

/* What the peer has shown of itself before the network was up. Each comes at most once in a link,
 * but for another way of authentication, which comes when the peer asks for it. */
enum byway_pppd_peer_news
{
  BYWAY_PPPD_PEER_SPEAKS = 1,     /* its first Configure-Request of LCP */
  BYWAY_PPPD_PEER_ASKS = 2,       /* in it: who are you, by @protocol */
  BYWAY_PPPD_PEER_WANTS_MPPE = 3, /* a Configure-Request of CCP with MPPE (RFC 3078) */
  BYWAY_PPPD_PEER_REJECTS_IP = 4, /* a Protocol-Reject of IPCP */
  BYWAY_PPPD_PEER_HEARS = 5,      /* its first answer to a Configure-Request of ours, of LCP */
  BYWAY_PPPD_PEER_IS_ANOTHER = 6, /* a challenge under another name than it must have; AUTH_MESSAGE
                                     came before and has that name */
  BYWAY_PPPD_PEER_LACKS_MPPE = 7, /* it refuses MPPE as we ask for it, or all of CCP */
};

struct byway_pppd_peer
{
  enum byway_pppd_peer_news news;
  enum byway_pppd_auth_protocol protocol; /* 1 (PAP) where it means nothing */
};

enum byway_pppd_tls_alert_by
{
  BYWAY_PPPD_TLS_ALERT_BY_US = 1, /* pppd did not like what the peer showed */
  BYWAY_PPPD_TLS_ALERT_BY_PEER = 2,
};

/* A fatal alert in EAP-TLS (RFC 5216, 2.1.3), its description as in RFC 8446, section 6. The first
 * of a link only: it is the reason. */
struct byway_pppd_tls_alert
{
  enum byway_pppd_tls_alert_by by;
  uint8_t description;
};

/* How large a packet may be to reach the peer and come back, tried by LCP Echo-Requests once the
 * network is up. @largest: the largest that came back; @lost: the smallest that did not, 0 when
 * all did. Bytes of the PPP packet, as an MTU counts them. */
struct byway_pppd_path
{
  uint32_t largest;
  uint32_t lost;
};

/* Addresses in network order. A name or WINS server of 0.0.0.0 is one that the peer did not give.
 */
struct byway_pppd_ipv4_up
{
  char ifname[BYWAY_PPPD_IFNAME_MAX + 1];
  uint32_t unit;
  uint8_t local[4];
  uint8_t remote[4];
  uint8_t dns1[4];
  uint8_t dns2[4];
  uint8_t wins1[4];
  uint8_t wins2[4];
  uint32_t mtu;
};

/* The interface identifiers, that is the last 64 bits of the two link-local addresses. */
struct byway_pppd_ipv6_up
{
  char ifname[BYWAY_PPPD_IFNAME_MAX + 1];
  uint8_t local[8];
  uint8_t remote[8];
};

/* pppd's exit code, as in pppd(8). The last message of a pppd that ends in an orderly way. */
struct byway_pppd_exit
{
  uint32_t status;
};

struct byway_pppd_message
{
  enum byway_pppd_message_type type;
  union
  {
    struct byway_pppd_credentials credentials;
    struct byway_pppd_hello hello;
    enum byway_pppd_phase phase;
    struct byway_pppd_auth auth;
    struct byway_pppd_auth_message auth_message;
    struct byway_pppd_ipv4_up ipv4_up; /* IPV4_DOWN and IPV6_DOWN carry nothing */
    struct byway_pppd_ipv6_up ipv6_up;
    struct byway_pppd_exit exit;
    struct byway_pppd_peer peer;
    struct byway_pppd_path path;
    struct byway_pppd_tls_alert tls_alert;
  };
};

/**
 * byway_pppd_message_encode:
 * @message: what to say
 * @buffer: room for the wire form; BYWAY_PPPD_MESSAGE_MAX bytes are always enough
 * @size: how much room
 *
 * Returns the length of the wire form, or -1 when @message is not one that the decoder would take
 * (unknown type or enum value, text without a NUL, unfit interface name) or @buffer is too small.
 * After -1 the contents of @buffer are undefined. Whoever encodes CREDENTIALS wipes @buffer.
 */
ssize_t byway_pppd_message_encode (const struct byway_pppd_message *message, uint8_t *buffer,
                                   size_t size);

/**
 * byway_pppd_message_decode:
 * @message: filled in on success, all zero otherwise
 * @buffer: one datagram; may be %NULL when @length is 0
 * @length: its length, as received; pass the true length (MSG_TRUNC) so that a cut one is refused
 *
 * Returns 0, or -1 for anything but the exact encoding of a message: unknown type or tag, a field
 * that is missing, double, out of order or of the wrong size, a value out of range, bytes left
 * over, more than BYWAY_PPPD_MESSAGE_MAX bytes. Bytes of @message behind a text's NUL are zero, so
 * two messages decoded from equal bytes compare equal with memcmp(). Direction is not checked.
 */
int byway_pppd_message_decode (struct byway_pppd_message *message, const uint8_t *buffer,
                               size_t length);

/**
 * byway_pppd_message_wipe:
 * @message: no longer needed
 *
 * Overwrites all of @message in a way that the compiler does not remove.
 */
void byway_pppd_message_wipe (struct byway_pppd_message *message);
