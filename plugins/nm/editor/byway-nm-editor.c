/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor.h"
#include "byway-issue.h"
#include "byway-nm-able.h"
#include "byway-nm-editor-data.h"

#include <glib/gi18n-lib.h>

static const BywayEditorStorage storages[] = {
  { BYWAY_NM_STORAGE_USER, N_ ("Stored only for this user"), TRUE },
  { BYWAY_NM_STORAGE_SYSTEM, N_ ("Stored for all users"), TRUE },
  { BYWAY_NM_STORAGE_ASK, N_ ("Asked every time"), FALSE },
  { BYWAY_NM_STORAGE_NONE, N_ ("Not required"), FALSE },
};
/* Routes and name servers are on NetworkManager's own page, "IPv4". */
static const BywayEditorHost host = { storages, G_N_ELEMENTS (storages), FALSE };

#define BYWAY_TYPE_NM_EDITOR (byway_nm_editor_get_type ())
G_DECLARE_FINAL_TYPE (BywayNmEditor, byway_nm_editor, BYWAY, NM_EDITOR, GObject)

struct _BywayNmEditor
{
  GObject parent;
  BywayEditor *editor;
  GHashTable *rest; /* what the profile holds of others */
  GCancellable *asking;
};

static void implement_editor (NMVpnEditorInterface *interface);

G_DEFINE_TYPE_WITH_CODE (BywayNmEditor, byway_nm_editor, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (NM_TYPE_VPN_EDITOR, implement_editor))

static GObject *
get_widget (NMVpnEditor *editor)
{
  return G_OBJECT (BYWAY_NM_EDITOR (editor)->editor);
}

/* FALSE with an error that names the first option that is wrong. */
static gboolean
check (BywayNmEditor *self, GError **error)
{
  g_autoptr (GPtrArray) issues = byway_editor_get_issues (self->editor);
  const BywayIssue *first;

  if (issues->len == 0)
    return TRUE;
  first = g_ptr_array_index (issues, 0);
  g_set_error (error, NM_CONNECTION_ERROR,
               first->code == BYWAY_ISSUE_MISSING ? NM_CONNECTION_ERROR_MISSING_PROPERTY
                                                  : NM_CONNECTION_ERROR_INVALID_PROPERTY,
               "%s: %s", first->key, first->text);
  return FALSE;
}

static gboolean
update_connection (NMVpnEditor *editor, NMConnection *connection, GError **error)
{
  BywayNmEditor *self = BYWAY_NM_EDITOR (editor);
  g_autoptr (GHashTable) settings = NULL;
  BywayNmSecret secrets[BYWAY_NM_N_SECRETS];
  gsize n = 0;

  if (!check (self, error))
    return FALSE;
  for (const char *const *key = byway_nm_secret_keys; *key != NULL; key++)
    secrets[n++] = (BywayNmSecret){ *key, byway_editor_get_secret (self->editor, *key),
                                    byway_editor_get_storage (self->editor, *key) };
  settings = byway_editor_get_settings (self->editor);
  byway_nm_connection_update (connection, settings, self->rest, secrets, n);
  return TRUE;
}

static void
implement_editor (NMVpnEditorInterface *interface)
{
  interface->get_widget = get_widget;
  interface->update_connection = update_connection;
}

static void
on_changed (BywayEditor *editor, gpointer data)
{
  g_signal_emit_by_name (data, "changed");
}

static void
show (BywayNmEditor *self, NMConnection *connection)
{
  g_autoptr (GHashTable) settings = byway_nm_connection_settings (connection, self->rest);

  byway_editor_set_settings (self->editor, settings);
  for (const char *const *key = byway_nm_secret_keys; *key != NULL; key++)
    {
      BywayNmSecret secret = byway_nm_connection_secret (connection, *key);

      byway_editor_set_storage (self->editor, *key, secret.storage);
      byway_editor_set_secret (self->editor, *key, secret.text);
    }
}

/* Without an answer nothing is called impossible. */
static void
on_able (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  BywayAble *able = byway_nm_able_finish (result, &error);

  if (able != NULL)
    byway_editor_set_able (BYWAY_NM_EDITOR (data)->editor, able);
  else
    g_debug ("What this machine can do is not known: %s", error->message);
}

static void
byway_nm_editor_dispose (GObject *object)
{
  BywayNmEditor *self = BYWAY_NM_EDITOR (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_clear_object (&self->editor);
  g_clear_pointer (&self->rest, g_hash_table_unref);
  G_OBJECT_CLASS (byway_nm_editor_parent_class)->dispose (object);
}

static void
byway_nm_editor_class_init (BywayNmEditorClass *class)
{
  G_OBJECT_CLASS (class)->dispose = byway_nm_editor_dispose;
}

static void
byway_nm_editor_init (BywayNmEditor *self)
{
  self->editor = BYWAY_EDITOR (g_object_ref_sink (byway_editor_new (&host)));
  self->rest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect (self->editor, "changed", G_CALLBACK (on_changed), self);
}

NMVpnEditor *nm_vpn_editor_factory_byway (NMVpnEditorPlugin *plugin, NMConnection *connection,
                                          GError **error);

/* What the plugin without GTK looks up in this module. */
NMVpnEditor *
nm_vpn_editor_factory_byway (NMVpnEditorPlugin *plugin, NMConnection *connection, GError **error)
{
  BywayNmEditor *self;

  g_return_val_if_fail (NM_IS_CONNECTION (connection), NULL);
  bindtextdomain (GETTEXT_PACKAGE, BYWAY_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  self = g_object_new (BYWAY_TYPE_NM_EDITOR, NULL);
  show (self, connection);
  self->asking = g_cancellable_new ();
  byway_nm_able (self->asking, on_able, self);
  return NM_VPN_EDITOR (self);
}
