/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PREPARING: facts and plan. */
#include "config.h"

#include "byway-cert-check.h"
#include "byway-command.h"
#include "byway-kernel.h"
#include "byway-pppd-wire.h"
#include "byway-server-finder.h"
#include "byway-session-private.h"

#include <string.h>

/* What can be known to be missing before the server hears of us. */
static gboolean
has_programs (BywaySession *self)
{
  static const struct
  {
    const char *name;
    BywayCause cause;
  } programs[] = { { "pppd", BYWAY_CAUSE_NO_PPPD }, { "xl2tpd", BYWAY_CAUSE_NO_XL2TPD } };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = byway_command_find (programs[i].name, NULL);

      if (path == NULL)
        {
          byway_session_fail_with (self, BYWAY_EVENT_FACTS_FAILED, programs[i].cause, "");
          return FALSE;
        }
    }
  return TRUE;
}

/* Before anything else sees it: what the client handed over is a certificate that may be used, or
 * the attempt ends here. */
static gboolean
unpack (BywaySession *self, gboolean wanted, const char *whose, BywayCredential **credential)
{
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean token = byway_profile_uses_token (self->profile) && strcmp (whose, "machine") == 0;

  if (!wanted)
    return TRUE;
  *credential = token ? byway_cert_unpack_without_key (self->secrets, whose, now, &error)
                      : byway_cert_unpack (self->secrets, whose, now, &error);
  if (*credential == NULL)
    byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
  return *credential != NULL;
}

/* A certificate may name nobody, and then somebody has to. */
static gboolean
has_login_name (BywaySession *self)
{
  g_autofree char *name = byway_eap_tls_name (self->profile, self->user);
  g_autoptr (GError) error = NULL;

  if (*name != '\0' && strlen (name) <= BYWAY_PPPD_TEXT_MAX)
    return TRUE;
  error = g_error_new_literal (BYWAY_ERROR, BYWAY_ERROR_INVALID,
                               "user: is needed: the certificate has no name to log in with");
  byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
  return FALSE;
}

static gboolean
has_credentials (BywaySession *self)
{
  const BywayProfile *profile = self->profile;

  return unpack (self, byway_profile_uses_machine_cert (profile), "machine", &self->machine)
         && unpack (self, profile->user_auth == BYWAY_AUTH_CERTIFICATE, "user", &self->user)
         && has_login_name (self);
}

static void
make_plan (BywaySession *self)
{
  g_autofree char *run_dir = g_build_filename (self->context.run_base, self->uuid, NULL);
  g_autoptr (GError) error = NULL;
  guint16 port = byway_claims_take_port (&self->claims, !self->profile->ephemeral_port);
  BywayFacts facts = { .uuid = self->uuid,
                       .run_dir = run_dir,
                       .uplink = self->uplink,
                       .local_port = port,
                       .ike_daemon = self->ike_daemon,
                       .algorithms = self->algorithms,
                       .pppd_plugin = self->context.pppd_plugin,
                       .machine = self->machine,
                       .user = self->user,
                       .owner = self->owner };

  self->plan = byway_plan_new (self->profile, self->secrets, &facts, &error);
  if (self->plan == NULL || !byway_kernel_check (self->profile->ipsec, &error))
    {
      byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  byway_session_set_stage (self, BYWAY_STAGE_PREPARE, BYWAY_STAGE_PASSED, NULL);
  byway_session_dispatch (self, BYWAY_EVENT_FACTS_OK);
}

/* The plan is made when both are there: the way to the server and what the IKE daemon can do. */
static void
plan_when_ready (BywaySession *self)
{
  if (self->state == BYWAY_STATE_PREPARING && self->algorithms != NULL
      && self->claims.server != NULL)
    make_plan (self);
}

static void
go_to_server (BywaySession *self)
{
  g_autofree char *text = g_strdup_printf ("%s → %s", self->profile->gateway, self->claims.server);

  byway_session_set_stage (self, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_PASSED, text);
  byway_session_tell_kill_switch_servers (self);
  plan_when_ready (self);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  g_auto (BywayServerFound) found = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean ok = byway_server_find_finish (result, &found, &error);

  if (self->state != BYWAY_STATE_PREPARING)
    return;
  if (!ok)
    {
      byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  g_array_unref (self->addresses);
  self->addresses = g_steal_pointer (&found.addresses);
  self->more = found.more;
  self->uplink = found.uplink;
  if (byway_claims_take_server (&self->claims, &self->uplink.server, &error))
    go_to_server (self);
  else
    byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
}

static void
find_server (BywaySession *self)
{
  const BywayServerSearch search = { .gateway = self->profile->gateway,
                                     .known = byway_session_known_addresses (self),
                                     .tried = self->tried,
                                     .avoided = &self->avoided };

  byway_server_find (&search, self->gathering, on_found, g_object_ref (self));
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  BywayIpsecEngine *engine = BYWAY_IPSEC_ENGINE (source);
  g_autoptr (GError) error = NULL;

  self->algorithms = BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe_finish (engine, result, &error);
  if (self->algorithms == NULL)
    {
      byway_session_fail (self, BYWAY_EVENT_FACTS_FAILED, error);
      return;
    }
  plan_when_ready (self);
}

void
byway_session_gather (BywaySession *self)
{
  BywayIpsecEngine *engine = self->engine;

  self->gathering = g_cancellable_new ();
  byway_session_set_stage (self, BYWAY_STAGE_PREPARE, BYWAY_STAGE_RUNNING, NULL);
  if (!has_programs (self) || !has_credentials (self))
    return;
  byway_session_set_stage (self, BYWAY_STAGE_RESOLVE, BYWAY_STAGE_RUNNING, NULL);
  find_server (self);
  BYWAY_IPSEC_ENGINE_GET_IFACE (engine)->probe (engine, self->gathering, on_probed,
                                                g_object_ref (self));
}
