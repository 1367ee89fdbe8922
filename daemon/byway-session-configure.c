/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CONFIGURING: routes and DNS; and what is said when it is up. */
#include "config.h"

#include "byway-cert-check.h"
#include "byway-local-nets.h"
#include "byway-session-private.h"

static void
on_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BywaySession) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *remark = NULL;

  if (!byway_net_apply_finish (BYWAY_NET (source), result, &remark, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        byway_session_fail (self, BYWAY_EVENT_NET_FAILED, error);
      else
        byway_session_fail_with (self, BYWAY_EVENT_NET_FAILED, BYWAY_CAUSE_IP_FAILED,
                                 error->message);
      return;
    }
  g_free (self->remark);
  self->remark = g_steal_pointer (&remark);
  byway_session_dispatch (self, BYWAY_EVENT_NET_APPLIED);
}

BywayNetPlan *
byway_session_make_net_plan (BywaySession *self)
{
  if (self->routes == BYWAY_ROUTES_CALLERS)
    return byway_net_plan_new_empty (&self->plan->uplink, &self->link_info);
  return byway_net_plan_new (self->profile, &self->plan->uplink, &self->link_info);
}

void
byway_session_apply (BywaySession *self)
{
  g_cancellable_cancel (self->applying);
  g_clear_object (&self->applying);
  self->applying = g_cancellable_new ();
  byway_session_set_stage (self, BYWAY_STAGE_IP, BYWAY_STAGE_RUNNING, NULL);
  if (self->net == NULL)
    self->net = byway_net_new (self->context.system_bus, self->uuid);
  byway_net_apply (self->net, byway_session_make_net_plan (self), self->applying, on_applied,
                   g_object_ref (self));
}

static void
warn_of_net (BywaySession *self, BywayCause cause, const BywayPrefix *here,
             const BywayPrefix *there)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new (cause);
  g_autofree char *local = here != NULL ? byway_prefix_to_string (here) : NULL;
  g_autofree char *remote
      = byway_prefix_to_string (&(BywayPrefix){ there->address, there->length, 0 });

  byway_diagnosis_set_fact (diagnosis, "local-net", local);
  byway_diagnosis_set_fact (diagnosis, "remote-net", remote);
  byway_session_warn (self, diagnosis);
}

static void
look_at_net (BywaySession *self)
{
  g_autoptr (BywayNetPlan) plan = byway_session_make_net_plan (self);
  g_autoptr (GArray) local = byway_local_nets (self->link_info.ifname);
  BywayPrefix here, there;

  if (byway_net_plan_collides (plan, local, &here, &there))
    warn_of_net (self, BYWAY_CAUSE_IP_COLLISION, &here, &there);
  if (byway_net_plan_holds_server (plan, &there))
    warn_of_net (self, BYWAY_CAUSE_IP_SERVER_INSIDE, NULL, &there);
}

/* What is unsafe about the way that the user has chosen, or was told to choose. */
static void
warn_of_way (BywaySession *self)
{
  if (!self->profile->ipsec)
    byway_session_warn (self, byway_diagnosis_new (BYWAY_CAUSE_NOT_PROTECTED));
  else if (self->profile->aggressive)
    byway_session_warn (self, byway_diagnosis_new (BYWAY_CAUSE_IKE_AGGRESSIVE));
}

static char *
soon_over (const BywayCredential *credential)
{
  return credential != NULL ? byway_cert_soon_over (credential, g_get_real_time () / G_USEC_PER_SEC)
                            : NULL;
}

static void
warn_of_certificate (BywaySession *self, const char *which)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new (BYWAY_CAUSE_CERT_EXPIRES_SOON);

  byway_diagnosis_set_fact (diagnosis, "detail", which);
  byway_session_warn (self, diagnosis);
}

/* The user's may be the machine's, too: once is enough. */
static void
warn_of_certificates (BywaySession *self)
{
  g_autofree char *machine = soon_over (self->machine);
  g_autofree char *user = soon_over (self->user);

  if (machine != NULL)
    warn_of_certificate (self, machine);
  if (user != NULL && g_strcmp0 (user, machine) != 0)
    warn_of_certificate (self, user);
}

void
byway_session_announce (BywaySession *self)
{
  g_autofree char *local = byway_address_to_string (&self->link_info.local);
  g_autofree char *text = g_strdup_printf ("%s on %s", local, self->link_info.ifname);

  if (self->since == 0)
    {
      self->since = g_get_real_time () / G_USEC_PER_SEC;
      warn_of_way (self);
      warn_of_certificates (self);
      look_at_net (self);
    }
  if (self->remark != NULL)
    byway_session_log (self, self->remark);
  byway_session_set_stage (self, BYWAY_STAGE_IP, BYWAY_STAGE_PASSED, text);
}
