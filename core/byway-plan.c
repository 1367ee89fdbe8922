/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-plan.h"

#include "byway-error.h"
#include "byway-libreswan-render.h"
#include "byway-nss.h"
#include "byway-pppd-config.h"
#include "byway-strongswan-render.h"
#include "byway-vici.h"
#include "byway-whack.h"
#include "byway-xl2tpd-config.h"

#define FILE_MODE 0600

static const BywayDeadlines default_deadlines = {
  .prepare = 12000,
  .secure = 20000,
  .initiate = 12500,
  .dial = 25000,
  .configure = 6000,
  .revert = 4000,
  .hang_up = 6000,
  .release = 4000,
};

static void
file_free (gpointer data)
{
  BywayPlanFile *file = data;

  g_free (file->name);
  g_free (file->content);
  g_free (file);
}

static void
request_free (gpointer data)
{
  BywayPlanRequest *request = data;

  g_bytes_unref (request->body);
  g_free (request);
}

GPtrArray *
byway_plan_requests_new (void)
{
  return g_ptr_array_new_with_free_func (request_free);
}

void
byway_plan_requests_add (GPtrArray *requests, const char *command, GBytes *body)
{
  BywayPlanRequest *request = g_new0 (BywayPlanRequest, 1);

  request->command = command;
  request->body = body;
  g_ptr_array_add (requests, request);
}

void
byway_plan_add_file (BywayPlan *plan, const char *name, char *content)
{
  BywayPlanFile *file = g_new0 (BywayPlanFile, 1);

  file->name = g_strdup (name);
  file->mode = FILE_MODE;
  file->content = content;
  g_ptr_array_add (plan->files, file);
}

/* Takes @content; FALSE when it could not be made. */
static gboolean
add_file (BywayPlan *plan, const char *name, char *content, GError **error)
{
  if (content == NULL)
    {
      g_set_error (error, BYWAY_ERROR, BYWAY_ERROR_INVALID,
                   "the file “%s” can't express this connection: the server must have an IPv4 "
                   "address, and our folders plain names",
                   name);
      return FALSE;
    }
  byway_plan_add_file (plan, name, content);
  return TRUE;
}

static GStrv
pppd_check_argv (const BywayFacts *facts)
{
  g_autofree char *options = g_build_filename (facts->run_dir, "options", NULL);
  const char *const argv[]
      = { "pppd", "plugin", facts->pppd_plugin, "byway-check", "file", options, NULL };

  return g_strdupv ((GStrv)argv);
}

static void append_strongswan (GString *text, const BywayPlan *plan, gboolean undo);
static void append_libreswan (GString *text, const BywayPlan *plan, gboolean undo);

/* For people: what is told to the IKE daemon, or how that is taken back. */
typedef void (*Append) (GString *text, const BywayPlan *plan, gboolean undo);

static const struct
{
  gboolean (*render) (BywayPlan *plan, const BywayProfile *profile, const BywaySecretSet *secrets,
                      const BywayFacts *facts, GError **error);
  Append append;
} ike_daemons[BYWAY_N_IKE_DAEMONS] = {
  [BYWAY_IKE_DAEMON_STRONGSWAN] = { byway_strongswan_render, append_strongswan },
  [BYWAY_IKE_DAEMON_LIBRESWAN] = { byway_libreswan_render, append_libreswan },
};

BywayPlan *
byway_plan_new (const BywayProfile *profile, const BywaySecretSet *secrets, const BywayFacts *facts,
                GError **error)
{
  g_autoptr (BywayPlan) plan = g_new0 (BywayPlan, 1);

  g_atomic_ref_count_init (&plan->references);
  plan->uuid = g_strdup (facts->uuid);
  plan->run_dir = g_strdup (facts->run_dir);
  plan->ike_name = g_strconcat (BYWAY_IKE_PREFIX, facts->uuid, NULL);
  plan->ipsec = profile->ipsec;
  plan->uplink = facts->uplink;
  plan->local_port = facts->local_port;
  plan->owner = facts->owner;
  plan->reqid = BYWAY_REQID | (g_str_hash (facts->uuid) & ~BYWAY_REQID_MASK);
  plan->ike_daemon = facts->ike_daemon;
  plan->deadlines = default_deadlines;
  plan->files = g_ptr_array_new_with_free_func (file_free);
  plan->loads = byway_plan_requests_new ();
  plan->unloads = byway_plan_requests_new ();
  plan->load_key = byway_plan_requests_new ();
  plan->unload_key = byway_plan_requests_new ();
  plan->xl2tpd_secrets = byway_xl2tpd_render_secrets (profile, secrets);
  plan->xl2tpd_argv = byway_xl2tpd_argv (profile, facts);
  plan->pppd_check_argv = pppd_check_argv (facts);
  plan->by_certificate = profile->user_auth == BYWAY_AUTH_CERTIFICATE;
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES && facts->user != NULL; i++)
    plan->eap_tls[i] = byway_eap_tls_file (facts->user, i);
  if (!add_file (plan, "options", byway_pppd_render (profile, facts), error)
      || !add_file (plan, "xl2tpd.conf", byway_xl2tpd_render (profile, facts), error)
      || !add_file (plan, "secrets", g_strdup ("; xl2tpd wants this file\n"), error)
      || (profile->ipsec
          && !ike_daemons[facts->ike_daemon].render (plan, profile, secrets, facts, error)))
    return NULL;
  return g_steal_pointer (&plan);
}

BywayPlan *
byway_plan_ref (BywayPlan *plan)
{
  g_atomic_ref_count_inc (&plan->references);
  return plan;
}

void
byway_plan_unref (BywayPlan *plan)
{
  GBytes **messages[] = { &plan->load_shared,    &plan->load_xauth,
                          &plan->load_conn,      &plan->initiate,
                          &plan->xl2tpd_secrets, &plan->pin,
                          &plan->libreswan.key,  &plan->libreswan.private_key,
                          &plan->libreswan.xauth };
  GPtrArray **requests[] = { &plan->loads, &plan->unloads, &plan->load_key, &plan->unload_key };

  if (!g_atomic_ref_count_dec (&plan->references))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    g_clear_pointer (messages[i], g_bytes_unref);
  for (guint i = 0; i < G_N_ELEMENTS (plan->undo); i++)
    g_clear_pointer (&plan->undo[i], g_bytes_unref);
  for (guint i = 0; i < BYWAY_EAP_TLS_FILES; i++)
    g_clear_pointer (&plan->eap_tls[i], g_bytes_unref);
  g_clear_pointer (&plan->libreswan.certificates, g_ptr_array_unref);
  g_free (plan->libreswan.local_id);
  g_free (plan->libreswan.remote_id);
  g_strfreev (plan->libreswan.add_argv);
  g_free (plan->uuid);
  g_free (plan->run_dir);
  g_free (plan->ike_name);
  g_free (plan->key_id);
  g_free (plan->token);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    g_clear_pointer (requests[i], g_ptr_array_unref);
  g_ptr_array_unref (plan->files);
  g_strfreev (plan->xl2tpd_argv);
  g_strfreev (plan->pppd_check_argv);
  g_free (plan);
}

/* --------------------------------------------------------------------------- as text for people */

static void
append_indented (GString *text, const char *content)
{
  g_auto (GStrv) lines = g_strsplit (content, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      g_string_append_printf (text, "  %s\n", lines[i]);
}

static void
append_command (GString *text, const char *title, GStrv argv)
{
  g_autofree char *line = g_strjoinv (" ", argv);

  g_string_append_printf (text, "%s\n  %s\n\n", title, line);
}

static void
append_message (GString *text, const char *command, GBytes *message)
{
  g_autofree char *content = message != NULL ? byway_vici_to_string (message) : NULL;

  g_string_append_printf (text, "vici %s\n", command);
  append_indented (text, content != NULL ? content : "(made when the secrets are known)");
  g_string_append_c (text, '\n');
}

static void
append_requests (GString *text, GPtrArray *requests)
{
  for (guint i = 0; i < requests->len; i++)
    {
      const BywayPlanRequest *request = requests->pdata[i];

      append_message (text, request->command, request->body);
    }
}

static void
append_strongswan (GString *text, const BywayPlan *plan, gboolean undo)
{
  if (!undo)
    {
      append_requests (text, plan->loads);
      if (plan->token == NULL)
        append_requests (text, plan->load_key);
      if (plan->key_id == NULL)
        append_message (text, "load-shared", plan->load_shared);
      if (plan->load_xauth != NULL)
        append_message (text, "load-shared", plan->load_xauth);
      append_message (text, "load-conn", plan->load_conn);
      if (plan->token != NULL)
        append_requests (text, plan->load_key);
      append_message (text, "initiate", plan->initiate);
      return;
    }
  append_message (text, "terminate", plan->undo[0]);
  append_message (text, "unload-conn", plan->undo[1]);
  append_message (text, "unload-shared", plan->undo[2]);
  append_message (text, "unload-shared", plan->undo[3]);
  append_requests (text, plan->unloads);
  append_requests (text, plan->unload_key);
}

static void
append_whack (GString *text, const char *title, BywayWhackCommand command, const char *name)
{
  g_auto (GStrv) argv = byway_whack_argv (command, name);

  append_command (text, title, argv);
}

/* What goes into the database of certificates, or out of it. */
static void
append_nss (GString *text, const BywayPlan *plan, gboolean undo)
{
  GPtrArray *certificates = plan->libreswan.certificates;

  if (certificates == NULL)
    g_string_append (text, "certificate and key\n  (made when the secrets are known)\n\n");
  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    {
      g_autofree char *name = byway_nss_nickname (certificates->pdata[i]);
      g_auto (GStrv) argv
          = undo ? byway_nss_argv (i == 0 ? BYWAY_NSS_REMOVE_WITH_KEY : BYWAY_NSS_REMOVE,
                                   BYWAY_NSS_FOLDER, name)
                 : byway_nss_argv (i == 0 ? BYWAY_NSS_IMPORT : BYWAY_NSS_ADD, BYWAY_NSS_FOLDER,
                                   name);

      append_command (text, undo ? "remove" : i == 0 ? "certificate and key" : "authority", argv);
    }
}

static void
append_libreswan (GString *text, const BywayPlan *plan, gboolean undo)
{
  if (undo)
    {
      append_whack (text, "terminate", BYWAY_WHACK_DELETE, plan->ike_name);
      append_whack (text, "forget the key", BYWAY_WHACK_REREAD, NULL);
      if (plan->libreswan.by_certificate)
        append_nss (text, plan, TRUE);
      return;
    }
  if (plan->libreswan.by_certificate)
    append_nss (text, plan, FALSE);
  else
    g_string_append_printf (
        text, "/etc/ipsec.d/%s.secrets, until pluto has read it\n  %s\n\n", plan->ike_name,
        plan->libreswan.key != NULL ? "(hidden)" : "(made when the secrets are known)");
  append_whack (text, "read the key", BYWAY_WHACK_LISTEN, NULL);
  append_command (text, "load", plan->libreswan.add_argv);
  append_whack (text, "initiate", BYWAY_WHACK_INITIATE, plan->ike_name);
  if (plan->libreswan.xauth != NULL)
    g_string_append (text, "the password for XAUTH, where whack asks for it\n  (hidden)\n\n");
}

static void
append_no_ipsec (GString *text, const BywayPlan *plan, gboolean undo)
{
  if (!undo)
    g_string_append (text, "no IPsec\n\n");
}

/* What pppd finds at descriptors; a certificate is no secret, and of no interest either. */
static void
append_eap_tls (GString *text, const BywayPlan *plan)
{
  static const char *const titles[] = { "the certificate", "its key", "the authorities" };

  for (guint i = 0; i < BYWAY_EAP_TLS_FILES && plan->by_certificate; i++)
    {
      g_autofree char *path = byway_eap_tls_path (i);

      g_string_append_printf (text, "%s, in pppd: %s\n  %s\n\n", path, titles[i],
                              plan->eap_tls[i] != NULL ? "(hidden)"
                                                       : "(made when the secrets are known)");
    }
}

char *
byway_plan_to_string (const BywayPlan *plan)
{
  GString *text = g_string_new (NULL);
  Append append;

  for (guint i = 0; i < plan->files->len; i++)
    {
      const BywayPlanFile *file = g_ptr_array_index (plan->files, i);

      g_string_append_printf (text, "file %s/%s (mode %04o)\n", plan->run_dir, file->name,
                              file->mode);
      append_indented (text, file->content);
      g_string_append_c (text, '\n');
    }
  append_command (text, "check", plan->pppd_check_argv);
  if (plan->xl2tpd_secrets != NULL)
    g_string_append (text, "tunnel secret, in memory until xl2tpd has used it\n  (hidden)\n\n");
  append = plan->ipsec ? ike_daemons[plan->ike_daemon].append : append_no_ipsec;
  append (text, plan, FALSE);
  append_eap_tls (text, plan);
  append_command (text, "run", plan->xl2tpd_argv);
  append (text, plan, TRUE);
  return g_string_free (text, FALSE);
}

/* By name, so that a new file is left out until somebody has thought about it. */
static gboolean
is_shown (const char *name)
{
  return g_str_has_suffix (name, ".conf") || g_str_equal (name, "options");
}

GVariant *
byway_plan_describe_files (const BywayPlan *plan)
{
  g_autofree char *conn = plan->load_conn != NULL ? byway_vici_to_string (plan->load_conn) : NULL;
  GVariantBuilder files;

  g_variant_builder_init (&files, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < plan->files->len; i++)
    {
      const BywayPlanFile *file = g_ptr_array_index (plan->files, i);

      if (is_shown (file->name))
        g_variant_builder_add (&files, "(ss)", file->name, file->content);
    }
  if (conn != NULL)
    g_variant_builder_add (&files, "(ss)", "vici load-conn", conn);
  return g_variant_builder_end (&files);
}
