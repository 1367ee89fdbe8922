/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"
#include "byway-pppd-exit.h"
#include "byway-xl2tpd-config.h"
#include "byway-xl2tpd-log.h"

#include <string.h>

static const BywayProfile profile = { .length_bit = TRUE, .l2tp_max_retries = 5 };

static BywayFacts
make_facts (const char *run_dir, const char *server)
{
  BywayFacts facts = { .uuid = "u", .run_dir = run_dir, .local_port = 45678 };

  g_assert_true (byway_address_parse (server, &facts.uplink.server));
  g_assert_true (byway_address_parse ("192.0.2.7", &facts.uplink.source));
  return facts;
}

static void
test_golden (void)
{
  const BywayFacts facts = make_facts ("/run/byway/u", "198.51.100.1");
  g_autofree char *text = byway_xl2tpd_render (&profile, &facts);
  g_auto (GStrv) argv = byway_xl2tpd_argv (&profile, &facts);
  g_autofree char *line = g_strjoinv (" ", argv);

  g_assert_cmpstr (text, ==,
                   "[global]\n"
                   "port = 45678\n"
                   "listen-addr = 192.0.2.7\n"
                   "access control = yes\n"
                   "debug tunnel = yes\n"
                   "debug avp = yes\n"
                   "max retries = 5\n"
                   "[lac c]\n"
                   "lns = 198.51.100.1\n"
                   "pppoptfile = /run/byway/u/options\n"
                   "length bit = yes\n"
                   "redial = no\n"
                   "autodial = no\n");
  g_assert_cmpstr (line, ==,
                   "xl2tpd -D -c /run/byway/u/xl2tpd.conf -s /run/byway/u/secrets "
                   "-p /run/byway/u/xl2tpd.pid -C /run/byway/u/control");
}

static void
test_refused (void)
{
  static const char *const run_dirs[]
      = { "relative", "/with blank", "/with;comment", "/new\nline" };
  g_autofree char *long_dir = g_strnfill (95, '/');
  BywayFacts facts = make_facts (long_dir, "198.51.100.1");

  g_assert_null (byway_xl2tpd_render (&profile, &facts));
  for (guint i = 0; i < G_N_ELEMENTS (run_dirs); i++)
    {
      facts.run_dir = run_dirs[i];
      g_assert_null (byway_xl2tpd_render (&profile, &facts));
    }
  facts = make_facts ("/run/byway/u", "2001:db8::1");
  g_assert_null (byway_xl2tpd_render (&profile, &facts));
}

static const struct
{
  const char *line;
  BywayXl2tpdEvent event;
} lines[] = {
  { "xl2tpd[1]: xl2tpd version xl2tpd-1.3.18 started on vm PID:1", { BYWAY_XL2TPD_STARTED } },
  { "xl2tpd[1]: Connecting to host 198.51.100.1, port 1701", { BYWAY_XL2TPD_CONNECTING } },
  { "xl2tpd[1]: Connection established to 198.51.100.1, 1701.  Local: 11650, Remote: 37012 "
    "(ref=0/0).",
    { BYWAY_XL2TPD_TUNNEL_UP, 11650, 37012 } },
  { "xl2tpd[1]: Call established with 198.51.100.1, Local: 12105, Remote: 21282, Serial: 1 "
    "(ref=0/0)",
    { BYWAY_XL2TPD_CALL_UP, 12105, 21282 } },
  { "xl2tpd[1]: child_handler : pppd exited for call 21282 with code 19",
    { BYWAY_XL2TPD_PPPD_EXITED, .code = 19 } },
  { "xl2tpd[1]: child_handler : pppd terminated for call 21282 by signal 11",
    { BYWAY_XL2TPD_PPPD_KILLED, .code = 11 } },
  { "xl2tpd[1]: control_finish: Connection closed to 198.51.100.1, port 1701 (No (more) lines), "
    "Local: 1, Remote: 2",
    { BYWAY_XL2TPD_CLOSED_BY_PEER, .text = "No (more) lines" } },
  { "xl2tpd[1]: control_finish: Connection closed to 198.51.100.1, serial 1 ()",
    { BYWAY_XL2TPD_CALL_CLOSED_BY_PEER } },
  { "xl2tpd[1]: Connection 37012 closed to 198.51.100.1, port 1701 (Goodbye!)",
    { BYWAY_XL2TPD_CLOSED, .text = "Goodbye!" } },
  { "xl2tpd[1]: build_fdset: closing down tunnel 26356", { BYWAY_XL2TPD_DESTROYED } },
  { "xl2tpd[1]: Maximum retries exceeded for tunnel 5.  Closing.",
    { BYWAY_XL2TPD_RETRIES_EXCEEDED } },
  { "xl2tpd[1]: L2TP kernel support not detected (try modprobing l2tp_ppp and pppol2tp)",
    { BYWAY_XL2TPD_NO_KERNEL_L2TP } },
  { "xl2tpd[1]: connect_pppol2tp: Unable to connect PPPoL2TP socket. 22 Invalid argument",
    { BYWAY_XL2TPD_OTHER_ERROR,
      .text = "connect_pppol2tp: Unable to connect PPPoL2TP socket. 22 Invalid argument" } },
  { "xl2tpd[1]: control_finish: Invalid authentication for host 'srv'",
    { BYWAY_XL2TPD_OTHER_ERROR, .text = "control_finish: Invalid authentication for host 'srv'" } },
  /* pppd shares the pipe: what it says is nobody's event. */
  { "Call established with 198.51.100.1, Local: 1, Remote: 2, Serial: 1", { BYWAY_XL2TPD_NONE } },
  { "xl2tpd[x]: Call established with a, Local: 1, Remote: 2", { BYWAY_XL2TPD_NONE } },
  { "xl2tpd[1]: Call established with a, Local: 99999999999, Remote: 2", { BYWAY_XL2TPD_NONE } },
  { "xl2tpd[1]: \"nodetach\"", { BYWAY_XL2TPD_NONE } },
  { "", { BYWAY_XL2TPD_NONE } },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      const BywayXl2tpdEvent *wanted = &lines[i].event;
      BywayXl2tpdEvent event = byway_xl2tpd_parse_line (lines[i].line);

      g_test_message ("%s", lines[i].line);
      g_assert_cmpint (event.kind, ==, wanted->kind);
      g_assert_cmpuint (event.code, ==, wanted->code);
      g_assert_cmpstr (event.text, ==, wanted->text);
      if (wanted->kind != BYWAY_XL2TPD_NONE)
        {
          g_assert_cmpuint (event.local, ==, wanted->local);
          g_assert_cmpuint (event.remote, ==, wanted->remote);
        }
    }
}

static void
test_clean (void)
{
  static const char *const cases[][2] = {
    { "plain", "plain" },
    { "\033[2Jred\007 \tline \r", "[2Jred  line" },
    { "\302\233"
      "31m",
      "31m" },                  /* CSI as one character */
    { "a\342\200\256b", "ab" }, /* text direction turned */
    { "gr\303\274n \377", "gr\303\274n \357\277\275" },
  };
  g_autofree char *endless = g_strnfill (100000, 'x');
  g_autofree char *cut = byway_xl2tpd_clean_line (endless, -1);

  g_assert_cmpuint (strlen (cut), <=, 400);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = byway_xl2tpd_clean_line (cases[i][0], -1);

      g_assert_cmpstr (clean, ==, cases[i][1]);
    }
}

#define BY_US BYWAY_PPPD_TLS_ALERT_BY_US
#define BY_PEER BYWAY_PPPD_TLS_ALERT_BY_PEER
#define ENDED(code) .exited = TRUE, .status = code

static const struct
{
  BywayPppdStory story;
  BywayCause cause;
  const char *detail;
} stories[] = {
  { { .auth_failed = TRUE, .auth_protocol = BYWAY_PPPD_AUTH_MSCHAPV2, .text = "E=691 R=0 V=3" },
    BYWAY_CAUSE_PPP_LOGIN_REFUSED,
    "E=691 R=0 V=3" },
  { { .auth_failed = TRUE, .text = "E=646 R=0" }, BYWAY_CAUSE_PPP_HOURS, "E=646 R=0" },
  { { .auth_failed = TRUE, .text = "E=647" }, BYWAY_CAUSE_PPP_ACCOUNT_DISABLED, "E=647" },
  { { .auth_failed = TRUE, .text = "E=648 R=0" }, BYWAY_CAUSE_PPP_PASSWORD_EXPIRED, "E=648 R=0" },
  { { .auth_failed = TRUE, .text = "E=649 R=0" }, BYWAY_CAUSE_PPP_NO_DIAL_IN, "E=649 R=0" },
  { { .auth_failed = TRUE, .text = "E=6480" }, BYWAY_CAUSE_PPP_LOGIN_REFUSED, "E=6480" },
  { { ENDED (19) }, BYWAY_CAUSE_PPP_LOGIN_REFUSED, "" },
  { { ENDED (19), .by_certificate = TRUE }, BYWAY_CAUSE_PPP_CERT_REFUSED, "" },
  { { .auth_failed = TRUE, .by_certificate = TRUE, .alert = { BY_US, 48 } },
    BYWAY_CAUSE_PPP_CERT_UNTRUSTED,
    "" },
  { { .auth_failed = TRUE, .by_certificate = TRUE, .alert = { BY_US, 45 } },
    BYWAY_CAUSE_PPP_CERT_EXPIRED,
    "" },
  { { .auth_failed = TRUE, .by_certificate = TRUE, .alert = { BY_US, 80 } },
    BYWAY_CAUSE_PPP_CERT_NAME,
    "" },
  { { .auth_failed = TRUE, .by_certificate = TRUE, .alert = { BY_PEER, 45 }, .text = "bye" },
    BYWAY_CAUSE_PPP_CERT_REFUSED,
    "bye" },
  { { .auth_failed = TRUE, .by_certificate = TRUE, .alert = { BY_PEER, 70 } },
    BYWAY_CAUSE_UNEXPECTED,
    "the login by certificate failed in TLS: alert 70 (RFC 8446, 6) from the server" },
  { { .auth_failed = TRUE, .by_certificate = TRUE, .alert = { BY_US, 50 } },
    BYWAY_CAUSE_UNEXPECTED,
    "the login by certificate failed in TLS: alert 50 (RFC 8446, 6) from us" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_AUTHENTICATE, .by_certificate = TRUE,
      .auth_protocol = BYWAY_PPPD_AUTH_EAP, .alert = { BY_US, 48 } },
    BYWAY_CAUSE_PPP_CERT_UNTRUSTED,
    "" },
  { { ENDED (2) }, BYWAY_CAUSE_PPPD_OPTION_REFUSED, "pppd does not know one of its options" },
  { { ENDED (4) }, BYWAY_CAUSE_KERNEL_NO_PPP, "this kernel has no PPP" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_AUTHENTICATE,
      .auth_protocol = BYWAY_PPPD_AUTH_CHAP_MD5 },
    BYWAY_CAUSE_PPP_LOGIN_STALLED,
    "" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_AUTHENTICATE, .auth_protocol = BYWAY_PPPD_AUTH_EAP,
      .text = "E=648 R=0" },
    BYWAY_CAUSE_PPP_PASSWORD_EXPIRED,
    "E=648 R=0" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_AUTHENTICATE, .auth_protocol = BYWAY_PPPD_AUTH_EAP,
      .text = "E= is nothing" },
    BYWAY_CAUSE_PPP_LOGIN_STALLED,
    "E= is nothing" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_NETWORK, .auth_protocol = BYWAY_PPPD_AUTH_EAP,
      .auth_passed = TRUE, .text = "E=648 R=0" },
    BYWAY_CAUSE_PPP_HUNG_UP,
    "E=648 R=0" },
  { { ENDED (10), .phase = BYWAY_PPPD_PHASE_NETWORK }, BYWAY_CAUSE_PPP_NO_ADDRESS, "" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_NETWORK, .rejects_ip = TRUE },
    BYWAY_CAUSE_PPP_NO_ADDRESS,
    "" },
  { { ENDED (10), .phase = BYWAY_PPPD_PHASE_NETWORK, .lacks_mppe = TRUE, .wants_mppe = TRUE },
    BYWAY_CAUSE_PPP_NO_MPPE,
    "" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_NETWORK, .wants_mppe = TRUE, .text = "bye" },
    BYWAY_CAUSE_PPP_MPPE,
    "bye" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_NETWORK, .text = "MPPE required but not available" },
    BYWAY_CAUSE_PPP_MPPE,
    "MPPE required but not available" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_NETWORK }, BYWAY_CAUSE_PPP_HUNG_UP, "" },
  { { ENDED (10), .phase = BYWAY_PPPD_PHASE_ESTABLISH, .asked = BYWAY_PPPD_AUTH_PAP },
    BYWAY_CAUSE_PPP_METHOD,
    "" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_NETWORK, .asked = BYWAY_PPPD_AUTH_EAP },
    BYWAY_CAUSE_PPP_METHOD,
    "" },
  { { ENDED (16), .phase = BYWAY_PPPD_PHASE_ESTABLISH }, BYWAY_CAUSE_PPP_HUNG_UP, "" },
  { { ENDED (15), .was_up = TRUE }, BYWAY_CAUSE_LOST_SERVER, "" },
  { { ENDED (16), .was_up = TRUE }, BYWAY_CAUSE_LOST_BY_SERVER, "" },
  { { ENDED (4711) }, BYWAY_CAUSE_UNEXPECTED, "pppd ended for an unknown reason" },
  { { .exited = FALSE }, BYWAY_CAUSE_LOST_PPPD, "" },
};

static void
test_stories (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      g_autoptr (GError) error = byway_pppd_story_error (&stories[i].story);

      g_test_message ("%u: %s", i, byway_cause_row (error->code)->code);
      g_assert_error (error, BYWAY_FAILURE, (int)stories[i].cause);
      g_assert_cmpstr (error->message, ==, stories[i].detail);
    }
}

static void
test_silence (void)
{
  static const struct
  {
    BywayPppdStory story;
    BywayCause cause;
  } cases[] = {
    { { .phase = BYWAY_PPPD_PHASE_ESTABLISH }, BYWAY_CAUSE_PPP_SILENT },
    { { .phase = BYWAY_PPPD_PHASE_ESTABLISH, .speaks = TRUE }, BYWAY_CAUSE_PPP_DEAF },
    { { .phase = BYWAY_PPPD_PHASE_ESTABLISH, .speaks = TRUE, .asked = BYWAY_PPPD_AUTH_CHAP_MD5 },
      BYWAY_CAUSE_PPP_DEAF },
    { { .phase = BYWAY_PPPD_PHASE_ESTABLISH, .speaks = TRUE, .hears = TRUE },
      BYWAY_CAUSE_PPP_HUNG_UP },
    { { .phase = BYWAY_PPPD_PHASE_ESTABLISH,
        .speaks = TRUE,
        .hears = TRUE,
        .asked = BYWAY_PPPD_AUTH_EAP },
      BYWAY_CAUSE_PPP_METHOD },
    { { .phase = BYWAY_PPPD_PHASE_AUTHENTICATE, .auth_protocol = BYWAY_PPPD_AUTH_PAP },
      BYWAY_CAUSE_PPP_LOGIN_STALLED },
    { { .phase = BYWAY_PPPD_PHASE_AUTHENTICATE,
        .by_certificate = TRUE,
        .auth_protocol = BYWAY_PPPD_AUTH_EAP,
        .alert = { BY_PEER, 48 } },
      BYWAY_CAUSE_PPP_CERT_REFUSED },
    { { .phase = BYWAY_PPPD_PHASE_NETWORK, .auth_passed = TRUE }, BYWAY_CAUSE_PPP_NO_ADDRESS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = byway_pppd_story_timeout (&cases[i].story);

      g_assert_error (error, BYWAY_FAILURE, (int)cases[i].cause);
    }
}

static void
test_noise (void)
{
  g_assert_true (byway_xl2tpd_is_noise ("xl2tpd[886]: \"pppol2tp.so\""));
  g_assert_true (byway_xl2tpd_is_noise ("xl2tpd[886]: Written by Mark Spencer"));
  g_assert_false (byway_xl2tpd_is_noise ("xl2tpd[886]: Connecting to host 198.51.100.1"));
  g_assert_false (byway_xl2tpd_is_noise ("\"a word of pppd's\""));
}

static void
test_results (void)
{
  static const struct
  {
    const char *line;
    guint result, error;
    BywayCause cause;
  } cases[] = {
    { "xl2tpd[7]: result_code_avp: peer closing for reason 4 (Requester is not authorized), error "
      "= "
      "0 (no)",
      4, 0, BYWAY_CAUSE_L2TP_REFUSED },
    { "xl2tpd[7]: result_code_avp: peer closing for reason 2 (General error), error = 4 (full)", 2,
      4, BYWAY_CAUSE_L2TP_FULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayXl2tpdEvent event = byway_xl2tpd_parse_line (cases[i].line);

      g_assert_cmpint (event.kind, ==, BYWAY_XL2TPD_RESULT);
      g_assert_cmpuint (event.result.result, ==, cases[i].result);
      g_assert_cmpuint (event.result.error, ==, cases[i].error);
      g_assert_cmpint (byway_xl2tpd_result_cause (&event.result, NULL), ==, cases[i].cause);
    }
  g_assert_cmpint (
      byway_xl2tpd_result_cause (&(BywayXl2tpdResult){ 4, 0 }, "Invalid challenge authentication"),
      ==, BYWAY_CAUSE_L2TP_SECRET_WRONG);
  g_assert_cmpint (
      byway_xl2tpd_result_cause (&(BywayXl2tpdResult){ 2, 6 }, "No available IP address"), ==,
      BYWAY_CAUSE_L2TP_FULL);
}

/* The same number means one thing in a StopCCN, and another in a CDN. */
static void
test_call_results (void)
{
  static const struct
  {
    guint result;
    BywayCause of_tunnel, of_call;
  } cases[] = {
    { 1, BYWAY_CAUSE_L2TP_REFUSED, BYWAY_CAUSE_PPP_HUNG_UP },
    { 3, BYWAY_CAUSE_L2TP_REFUSED, BYWAY_CAUSE_L2TP_REFUSED },
    { 4, BYWAY_CAUSE_L2TP_REFUSED, BYWAY_CAUSE_L2TP_FULL },
    { 5, BYWAY_CAUSE_L2TP_REFUSED, BYWAY_CAUSE_L2TP_FULL },
    { 6, BYWAY_CAUSE_L2TP_REFUSED, BYWAY_CAUSE_L2TP_REFUSED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayXl2tpdResult result = { cases[i].result, 0, FALSE };

      g_assert_cmpint (byway_xl2tpd_result_cause (&result, ""), ==, cases[i].of_tunnel);
      result.of_call = TRUE;
      g_assert_cmpint (byway_xl2tpd_result_cause (&result, ""), ==, cases[i].of_call);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xl2tpd/golden", test_golden);
  g_test_add_func ("/xl2tpd/refused", test_refused);
  g_test_add_func ("/xl2tpd/lines", test_lines);
  g_test_add_func ("/xl2tpd/clean", test_clean);
  g_test_add_func ("/xl2tpd/stories", test_stories);
  g_test_add_func ("/xl2tpd/silence", test_silence);
  g_test_add_func ("/xl2tpd/results", test_results);
  g_test_add_func ("/xl2tpd/noise", test_noise);
  g_test_add_func ("/xl2tpd/call-results", test_call_results);
  return g_test_run ();
}
