/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The session as its callers see it. */
#include "config.h"

#include "byway-session-private.h"

/* The session does not know what the user calls it. */
static GVariant *
describe_one (BywayDiagnosis *diagnosis, const char *name)
{
  byway_diagnosis_set_name (diagnosis, name);
  return byway_diagnosis_to_variant (diagnosis);
}

GVariant *
byway_session_describe_diagnosis (BywaySession *self, const char *name)
{
  const BywayDiagnosis *first = byway_session_get_diagnosis (self);
  GVariantBuilder more;
  GVariantDict dict;
  g_autoptr (GVariant) main = NULL;

  g_variant_builder_init (&more, G_VARIANT_TYPE ("aa{sv}"));
  if (first == NULL)
    {
      g_variant_builder_clear (&more);
      g_variant_dict_init (&dict, NULL);
      return g_variant_dict_end (&dict);
    }
  for (guint i = 0; i < self->warnings->len; i++)
    if (self->warnings->pdata[i] != first)
      g_variant_builder_add_value (&more, describe_one (self->warnings->pdata[i], name));
  main = g_variant_ref_sink (describe_one ((BywayDiagnosis *)first, name));
  g_variant_dict_init (&dict, main);
  g_variant_dict_insert_value (&dict, "more", g_variant_builder_end (&more));
  return g_variant_dict_end (&dict);
}

static guint64
read_counter (const char *ifname, const char *counter)
{
  g_autofree char *path = g_strdup_printf ("/sys/class/net/%s/statistics/%s", ifname, counter);
  g_autofree char *text = NULL;

  if (*ifname == '\0' || !g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

static GVariant *
describe_dns (BywaySession *self)
{
  GVariantBuilder dns;

  g_variant_builder_init (&dns, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < self->profile->dns->len; i++)
    {
      g_autofree char *text
          = byway_address_to_string (&g_array_index (self->profile->dns, BywayAddress, i));

      g_variant_builder_add (&dns, "s", text);
    }
  for (guint i = 0; i < 2 && self->profile->dns_auto; i++)
    if (byway_address_is_set (&self->link_info.dns[i]))
      {
        g_autofree char *text = byway_address_to_string (&self->link_info.dns[i]);

        g_variant_builder_add (&dns, "s", text);
      }
  return g_variant_builder_end (&dns);
}

static GVariant *
describe_wins (BywaySession *self)
{
  const BywayAddress *wins = self->link_info.wins;
  GVariantBuilder servers;

  g_variant_builder_init (&servers, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < 2; i++)
    if (byway_address_is_set (&wins[i]) && (i == 0 || !byway_address_equal (&wins[0], &wins[1])))
      {
        g_autofree char *text = byway_address_to_string (&wins[i]);

        g_variant_builder_add (&servers, "s", text);
      }
  return g_variant_builder_end (&servers);
}

static GVariant *
describe_warnings (BywaySession *self)
{
  GVariantBuilder sentences;

  g_variant_builder_init (&sentences, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < self->warnings->len; i++)
    {
      g_autofree char *sentence = byway_diagnosis_sentence (self->warnings->pdata[i]);

      g_variant_builder_add (&sentences, "s", sentence);
    }
  return g_variant_builder_end (&sentences);
}

static void
describe_link (BywaySession *self, GVariantDict *dict)
{
  const char *ifname = self->link_info.ifname;
  g_autofree char *local = byway_address_to_string (&self->link_info.local);
  g_autofree char *remote = byway_address_to_string (&self->link_info.remote);
  g_autofree char *server = byway_address_to_string (&self->uplink.server);

  g_variant_dict_insert (dict, "ifname", "s", ifname);
  g_variant_dict_insert (dict, "local", "s", local);
  g_variant_dict_insert (dict, "remote", "s", remote);
  g_variant_dict_insert (dict, "server", "s", server);
  g_variant_dict_insert (dict, "mtu", "u", self->link_info.mtu);
  g_variant_dict_insert (dict, "ipv6", "b", self->link_info.ipv6);
  g_variant_dict_insert (dict, "port", "u", self->plan != NULL ? self->plan->local_port : 0);
  g_variant_dict_insert (dict, "uplink", "s", self->uplink.ifname);
  g_variant_dict_insert_value (dict, "dns", describe_dns (self));
  g_variant_dict_insert_value (dict, "wins", describe_wins (self));
  g_variant_dict_insert (dict, "ike", "s", self->sa_info.ike != NULL ? self->sa_info.ike : "");
  g_variant_dict_insert (dict, "esp", "s", self->sa_info.esp != NULL ? self->sa_info.esp : "");
  g_variant_dict_insert (dict, "rx-bytes", "t", read_counter (ifname, "rx_bytes"));
  g_variant_dict_insert (dict, "tx-bytes", "t", read_counter (ifname, "tx_bytes"));
}

GVariant *
byway_session_describe (BywaySession *self)
{
  g_autofree char *sentence = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", byway_state_to_string (self->state));
  g_variant_dict_insert_value (&dict, "stages", byway_progress_to_variant (&self->progress));
  g_variant_dict_insert (&dict, "since", "x", self->since);
  g_variant_dict_insert (&dict, "deadline", "u", self->deadline_ms);
  g_variant_dict_insert (&dict, "remark", "s", self->remark != NULL ? self->remark : "");
  describe_link (self, &dict);
  g_variant_dict_insert (&dict, "error", "s",
                         self->diagnosis != NULL
                             ? byway_error_dbus_name (byway_diagnosis_error (self->diagnosis))
                             : "");
  sentence = self->diagnosis != NULL ? byway_diagnosis_sentence (self->diagnosis) : g_strdup ("");
  g_variant_dict_insert (&dict, "message", "s", sentence);
  g_variant_dict_insert_value (&dict, "warnings", describe_warnings (self));
  return g_variant_dict_end (&dict);
}

GVariant *
byway_session_describe_files (BywaySession *self)
{
  return self->plan != NULL ? byway_plan_describe_files (self->plan)
                            : g_variant_new_array (G_VARIANT_TYPE ("(ss)"), NULL, 0);
}
