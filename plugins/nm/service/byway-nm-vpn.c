/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-address.h"
#include "byway-diagnosis.h"
#include "byway-error.h"
#include "byway-nm-config.h"
#include "byway-nm-profile.h"
#include "byway-nm-vpn.h"

#include <glib/gi18n.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

/* The last session of this connection may still be on its way down. */
#define BUSY_MS 100
#define BUSY_TRIES 100

struct _BywayNmVpn
{
  NMVpnServicePlugin parent;
  BywayClient *client;
  BywayNmProfile *profile; /* of the attempt under way, or up */
  gboolean interactive;
  const char *refused; /* the secret that is asked for anew; NULL: none */
  guint attempt;       /* counts: an answer to an older one is nobody's */
  guint busy_tries, retry;
  char *session;    /* object paths; NULL while nothing runs */
  char *connection; /* of it */
};

G_DEFINE_FINAL_TYPE (BywayNmVpn, byway_nm_vpn, NM_TYPE_VPN_SERVICE_PLUGIN)

/* A call that is under way, and the attempt that it belongs to. */
typedef struct
{
  BywayNmVpn *service;
  guint attempt;
} Pending;

static Pending *
pending_new (BywayNmVpn *self)
{
  Pending *pending = g_new (Pending, 1);

  pending->service = g_object_ref (self);
  pending->attempt = self->attempt;
  return pending;
}

static void
pending_free (Pending *pending)
{
  g_object_unref (pending->service);
  g_free (pending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pending, pending_free)

static gboolean
is_stale (const Pending *pending)
{
  return pending->attempt != pending->service->attempt;
}

static void
disconnect_from (BywayClient *client, const char *connection)
{
  byway_client_call (client, connection, "Connection", "Disconnect", NULL, NULL, NULL);
}

static void
on_dropped (GObject *source, GAsyncResult *result, gpointer data)
{
  BywayClient *client = BYWAY_CLIENT (source);
  g_autoptr (GVariant) reply = byway_client_call_finish (client, result, NULL);
  g_autoptr (GVariant) about = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  const char *connection;

  if (about != NULL && g_variant_lookup (about, "connection", "&o", &connection))
    disconnect_from (client, connection);
}

/* A session does not have its connection's name: that must be asked for. */
static void
drop_session (BywayClient *client, const char *session)
{
  byway_client_call (client, session, "Session", "Get", NULL, on_dropped, NULL);
}

/* Nothing that is still under way counts any more. What the helper has of it is ended: that it is
 * over already does no harm. */
static void
end_attempt (BywayNmVpn *self)
{
  self->attempt++;
  g_clear_handle_id (&self->retry, g_source_remove);
  if (self->connection != NULL)
    disconnect_from (self->client, self->connection);
  else if (self->session != NULL)
    drop_session (self->client, self->session);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->connection, g_free);
}

/* --- why it failed ---------------------------------------------------------------------------- */

/* Of causes that another secret would not mend; any other is a connect that failed. */
static const struct
{
  BywayCause cause;
  NMVpnPluginFailure failure;
} failures[] = {
  { BYWAY_CAUSE_PPP_CERT_REFUSED, NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED },
  { BYWAY_CAUSE_PPP_PASSWORD_EXPIRED, NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED },
  { BYWAY_CAUSE_PPP_ACCOUNT_DISABLED, NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED },
  { BYWAY_CAUSE_PPP_NO_DIAL_IN, NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED },
  { BYWAY_CAUSE_PPP_HOURS, NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED },
  { BYWAY_CAUSE_PPP_NO_ADDRESS, NM_VPN_PLUGIN_FAILURE_BAD_IP_CONFIG },
  { BYWAY_CAUSE_IP_FAILED, NM_VPN_PLUGIN_FAILURE_BAD_IP_CONFIG },
};

static NMVpnPluginFailure
failure_of (BywayCause cause, const char *refused)
{
  if (refused != NULL)
    return NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED;
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (failures[i].cause == cause)
      return failures[i].failure;
  return NM_VPN_PLUGIN_FAILURE_CONNECT_FAILED;
}

/* A key that its password does not open is found here, before the server has a say. */
static const char *
refused_secret (const BywayNmProfile *profile, BywayCause cause)
{
  return profile->locked != NULL ? profile->locked : byway_cause_refused_secret (cause);
}

/* With a connect under way libnm's function says "connect-failed" behind the reason that it was
 * given, and NetworkManager goes by the last one: so the state is changed first. */
static void
fail (BywayNmVpn *self, NMVpnPluginFailure failure)
{
  g_object_set (self, NM_VPN_SERVICE_PLUGIN_STATE, NM_VPN_SERVICE_STATE_STOPPING, NULL);
  nm_vpn_service_plugin_failure (NM_VPN_SERVICE_PLUGIN (self), failure);
  g_object_set (self, NM_VPN_SERVICE_PLUGIN_STATE, NM_VPN_SERVICE_STATE_STOPPED, NULL);
}

/* NetworkManager knows three reasons; the sentence goes to the journal. A refused secret is asked
 * for again where somebody is there to ask. */
static void
give_up (BywayNmVpn *self, BywayCause cause, const char *sentence)
{
  const char *hints[] = { refused_secret (self->profile, cause), NULL };

  if (self->session != NULL)
    g_message (_ ("“%s” is not up: %s. More: byway why %s"), self->profile->name, sentence,
               self->profile->uuid);
  else
    g_message (_ ("“%s” is not up: %s."), self->profile->name, sentence);
  end_attempt (self);
  self->refused = self->interactive ? hints[0] : NULL;
  if (self->refused != NULL)
    nm_vpn_service_plugin_secrets_required (NM_VPN_SERVICE_PLUGIN (self), sentence, hints);
  else
    fail (self, failure_of (cause, hints[0]));
}

static void
on_diagnosis (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Pending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);
  g_autoptr (GVariant) diagnosis = NULL;
  const char *code, *sentence = NULL;
  BywayCause cause = BYWAY_CAUSE_UNEXPECTED;

  if (is_stale (pending))
    return;
  if (reply != NULL)
    {
      diagnosis = g_variant_get_child_value (reply, 0);
      if (g_variant_lookup (diagnosis, "code", "&s", &code))
        byway_cause_from_code (code, &cause);
      g_variant_lookup (diagnosis, "sentence", "&s", &sentence);
    }
  give_up (pending->service, cause,
           sentence != NULL ? sentence
           : error != NULL  ? error->message
                            : _ ("the connection ended"));
}

/* --- it is up --------------------------------------------------------------------------------- */

/* The interface's IPv6 addresses, those that are not link-local first. */
static GArray *
find_ipv6 (const char *ifname)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (BywayAddress));
  struct ifaddrs *list = NULL;

  if (getifaddrs (&list) != 0)
    return found;
  for (struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next)
    {
      BywayAddress address = { .family = 6 };
      const struct sockaddr_in6 *socket = (const struct sockaddr_in6 *)entry->ifa_addr;

      if (socket == NULL || socket->sin6_family != AF_INET6
          || strcmp (entry->ifa_name, ifname) != 0)
        continue;
      memcpy (address.bytes, &socket->sin6_addr, sizeof socket->sin6_addr);
      if (IN6_IS_ADDR_LINKLOCAL (&socket->sin6_addr))
        g_array_append_val (found, address);
      else
        g_array_prepend_val (found, address);
    }
  freeifaddrs (list);
  return found;
}

static void
tell_config (BywayNmVpn *self, GVariant *session)
{
  NMVpnServicePlugin *plugin = NM_VPN_SERVICE_PLUGIN (self);
  g_autoptr (GArray) addresses = NULL;
  g_autoptr (BywayNmConfig) config = NULL;
  const char *ifname = "";

  g_variant_lookup (session, "ifname", "&s", &ifname);
  addresses = find_ipv6 (ifname);
  config = byway_nm_config_new (session, self->profile->profile, addresses);
  if (config == NULL)
    {
      give_up (self, BYWAY_CAUSE_PPP_NO_ADDRESS, _ ("the server gave no address"));
      return;
    }
  nm_vpn_service_plugin_set_config (plugin, config->config);
  nm_vpn_service_plugin_set_ip4_config (plugin, config->ip4);
  if (config->ip6 != NULL)
    nm_vpn_service_plugin_set_ip6_config (plugin, config->ip6);
}

static void
on_session (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Pending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = byway_client_call_finish (BYWAY_CLIENT (source), result, &error);
  g_autoptr (GVariant) session = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  BywayNmVpn *self = pending->service;
  const char *path = NULL, *state = "";

  if (is_stale (pending))
    return;
  if (session == NULL)
    {
      give_up (self, BYWAY_CAUSE_UNEXPECTED, error->message);
      return;
    }
  if (self->connection == NULL && g_variant_lookup (session, "connection", "&o", &path))
    self->connection = g_strdup (path);
  g_variant_lookup (session, "state", "&s", &state);
  if (strcmp (state, "up") == 0)
    tell_config (self, session);
  else if (strcmp (state, "done") == 0)
    byway_client_call (self->client, self->session, "Session", "Diagnosis", NULL, on_diagnosis,
                       pending_new (self));
}

static void
look_at_session (BywayNmVpn *self)
{
  byway_client_call (self->client, self->session, "Session", "Get", NULL, on_session,
                     pending_new (self));
}

static void
on_event (BywayClient *client, const char *path, const char *interface, const char *member,
          GVariant *arguments, BywayNmVpn *self)
{
  const char *state;

  if (g_strcmp0 (path, self->session) != 0 || strcmp (member, "StateChanged") != 0)
    return;
  g_variant_get (arguments, "(&s&s&s)", &state, NULL, NULL);
  if (strcmp (state, "up") == 0 || strcmp (state, "done") == 0)
    look_at_session (self);
}

static void
on_gone (BywayClient *client, BywayNmVpn *self)
{
  if (self->session == NULL)
    return;
  /* Nothing is left to be ended there, and nobody to tell why. */
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->connection, g_free);
  give_up (self, BYWAY_CAUSE_UNEXPECTED, _ ("Byway's helper ended; see the journal of bywayd"));
}

/* --- what NetworkManager asks ----------------------------------------------------------------- */

static void start_attempt (BywayNmVpn *self);

static gboolean
on_retry (gpointer data)
{
  BywayNmVpn *self = data;

  self->retry = 0;
  start_attempt (self);
  return G_SOURCE_REMOVE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Pending) pending = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *session = byway_client_connect_finish (BYWAY_CLIENT (source), result, &error);
  BywayNmVpn *self = pending->service;

  if (is_stale (pending))
    {
      if (session != NULL)
        drop_session (BYWAY_CLIENT (source), session);
      return;
    }
  if (session == NULL && g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_BUSY)
      && self->busy_tries++ < BUSY_TRIES)
    {
      self->retry = g_timeout_add (BUSY_MS, on_retry, self);
      return;
    }
  if (session == NULL)
    {
      give_up (self, BYWAY_CAUSE_UNEXPECTED, error->message);
      return;
    }
  self->session = g_steal_pointer (&session);
  look_at_session (self);
}

/* Wakes the helper too. Calls are answered in their order, so no news of what is asked for next can
 * be missed; and a helper that was started anew must be told again. */
static void
watch (BywayNmVpn *self)
{
  byway_client_call (self->client, BYWAY_CLIENT_ROOT, "Manager", "Watch", NULL, NULL, NULL);
}

static void
start_attempt (BywayNmVpn *self)
{
  const BywayNmProfile *profile = self->profile;

  self->attempt++;
  watch (self);
  byway_client_connect_transient (self->client, profile->uuid, profile->name, profile->owner,
                                  profile->settings, profile->secrets, on_connected,
                                  pending_new (self));
}

static gboolean
on_locked (gpointer data)
{
  BywayNmVpn *self = data;

  self->retry = 0;
  give_up (self, BYWAY_CAUSE_CERT_PASSWORD,
           _ ("the password of the private key is wrong or missing"));
  return G_SOURCE_REMOVE;
}

/* Takes the profile. */
static void
begin (BywayNmVpn *self, BywayNmProfile *profile)
{
  if (!profile->profile->ipsec)
    g_message (_ ("“%s” is a tunnel without IPsec: everything, also the password, can be read on "
                  "its way"),
               profile->name);
  g_clear_pointer (&self->profile, byway_nm_profile_free);
  self->profile = profile;
  self->refused = NULL;
  self->busy_tries = 0;
  g_clear_handle_id (&self->retry, g_source_remove);
  if (profile->locked != NULL)
    self->retry = g_idle_add (on_locked, self); /* once NetworkManager knows that we began */
  else
    start_attempt (self);
}

static gboolean
begin_first (BywayNmVpn *self, NMConnection *connection, gboolean interactive, GError **error)
{
  BywayNmProfile *profile = byway_nm_profile_new (connection, error);

  if (profile == NULL)
    return FALSE;
  self->interactive = interactive;
  begin (self, profile);
  return TRUE;
}

static gboolean
service_connect (NMVpnServicePlugin *plugin, NMConnection *connection, GError **error)
{
  return begin_first (BYWAY_NM_VPN (plugin), connection, FALSE, error);
}

static gboolean
service_connect_interactive (NMVpnServicePlugin *plugin, NMConnection *connection,
                             GVariant *details, GError **error)
{
  return begin_first (BYWAY_NM_VPN (plugin), connection, TRUE, error);
}

/* Somebody who is not asked, or an agent that does not ask, gives again what was refused. To go on
 * with it would lock the account. */
static gboolean
is_refused_again (BywayNmVpn *self, const BywayNmProfile *profile)
{
  gsize old_length, new_length;
  const char *old, *new;

  if (self->refused == NULL || self->profile == NULL)
    return FALSE;
  old = byway_secret_set_get (self->profile->secrets, self->refused, &old_length);
  new = byway_secret_set_get (profile->secrets, self->refused, &new_length);
  return old != NULL && new != NULL &&old_length == new_length &&memcmp (old, new, old_length) == 0;
}

static gboolean
service_new_secrets (NMVpnServicePlugin *plugin, NMConnection *connection, GError **error)
{
  BywayNmVpn *self = BYWAY_NM_VPN (plugin);
  BywayNmProfile *profile = byway_nm_profile_new (connection, error);

  if (profile == NULL)
    return FALSE;
  if (!is_refused_again (self, profile))
    {
      begin (self, profile);
      return TRUE;
    }
  g_message (_ ("“%s” is not up: %s was given once more as it was refused"), profile->name,
             self->refused);
  byway_nm_profile_free (profile);
  fail (self, NM_VPN_PLUGIN_FAILURE_LOGIN_FAILED);
  return TRUE;
}

static gboolean
service_need_secrets (NMVpnServicePlugin *plugin, NMConnection *connection,
                      const char **setting_name, GError **error)
{
  g_autoptr (BywayNmProfile) profile = byway_nm_profile_new (connection, error);

  if (profile == NULL || byway_nm_profile_missing (profile) == NULL)
    return FALSE;
  *setting_name = NM_SETTING_VPN_SETTING_NAME;
  return TRUE;
}

/* NetworkManager does not wait for the end of it; a new attempt does. */
static gboolean
service_disconnect (NMVpnServicePlugin *plugin, GError **error)
{
  end_attempt (BYWAY_NM_VPN (plugin));
  return TRUE;
}

BywayNmVpn *
byway_nm_vpn_new (const char *bus_name, BywayClient *client, GError **error)
{
  g_autoptr (BywayNmVpn) self
      = g_initable_new (BYWAY_TYPE_NM_VPN, NULL, error, NM_VPN_SERVICE_PLUGIN_DBUS_SERVICE_NAME,
                        bus_name, NM_VPN_SERVICE_PLUGIN_DBUS_WATCH_PEER, TRUE, NULL);

  if (self == NULL)
    return NULL;
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "event", G_CALLBACK (on_event), self, 0);
  g_signal_connect_object (client, "gone", G_CALLBACK (on_gone), self, 0);
  watch (self);
  return g_steal_pointer (&self);
}

static void
byway_nm_vpn_dispose (GObject *object)
{
  BywayNmVpn *self = BYWAY_NM_VPN (object);

  if (self->client != NULL)
    end_attempt (self);
  g_clear_pointer (&self->profile, byway_nm_profile_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (byway_nm_vpn_parent_class)->dispose (object);
}

static void
byway_nm_vpn_class_init (BywayNmVpnClass *klass)
{
  NMVpnServicePluginClass *plugin = NM_VPN_SERVICE_PLUGIN_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = byway_nm_vpn_dispose;
  plugin->connect = service_connect;
  plugin->connect_interactive = service_connect_interactive;
  plugin->need_secrets = service_need_secrets;
  plugin->new_secrets = service_new_secrets;
  plugin->disconnect = service_disconnect;
}

static void
byway_nm_vpn_init (BywayNmVpn *self)
{
}
