/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-issue.h"
#include "byway-nm-connection.h"
#include "byway-nm-data.h"
#include "byway-profile.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gmodule.h>
#include <string.h>

/* What nmcli and the editors ask for first: who we are, files, and the window, which is in a
 * library beside this one. */

#define EDITOR_GTK3 "libnm-vpn-plugin-byway-editor.so"
#define EDITOR_GTK4 "libnm-gtk4-vpn-plugin-byway-editor.so"
#define EDITOR_FACTORY "nm_vpn_editor_factory_byway"
/* libnm has the name of it since 1.52. */
#define CAPABILITY_NO_EDITOR ((NMVpnEditorPluginCapability)0x08)

typedef NMVpnEditor *(*EditorFactory) (NMVpnEditorPlugin *plugin, NMConnection *connection,
                                       GError **error);

#define BYWAY_TYPE_NM_PLUGIN (byway_nm_plugin_get_type ())
G_DECLARE_FINAL_TYPE (BywayNmPlugin, byway_nm_plugin, BYWAY, NM_PLUGIN, GObject)

struct _BywayNmPlugin
{
  GObject parent;
  EditorFactory factory; /* once it was wanted */
};

static void plugin_interface_init (NMVpnEditorPluginInterface *interface);

G_DEFINE_TYPE_WITH_CODE (BywayNmPlugin, byway_nm_plugin, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (NM_TYPE_VPN_EDITOR_PLUGIN, plugin_interface_init))

enum
{
  PROP_NAME = 1,
  PROP_DESCRIPTION,
  PROP_SERVICE
};

/* --- the window ----------------------------------------------------------------------------- */

/* A process has one GTK only. The function went with the third. */
static const char *
editor_file (void)
{
  return dlsym (RTLD_DEFAULT, "gtk_container_add") != NULL ? EDITOR_GTK3 : EDITOR_GTK4;
}

/* Beside this library, wherever that is. Caller frees. */
static char *
editor_path (void)
{
  static const char here;
  Dl_info info;
  g_autofree char *folder = NULL;

  if (dladdr (&here, &info) == 0)
    return NULL;
  folder = g_path_get_dirname (info.dli_fname);
  return g_build_filename (folder, editor_file (), NULL);
}

static gboolean
load_factory (BywayNmPlugin *self, GError **error)
{
  g_autofree char *path = editor_path ();
  void *library = path != NULL ? dlopen (path, RTLD_LAZY | RTLD_LOCAL) : NULL;

  /* The library is never closed: its types stay registered. */
  self->factory = library != NULL ? (EditorFactory)dlsym (library, EDITOR_FACTORY) : NULL;
  if (self->factory != NULL)
    return TRUE;
  g_set_error (error, NM_CONNECTION_ERROR, NM_CONNECTION_ERROR_FAILED,
               _ ("the window for Byway's connections can't be loaded: %s"), dlerror ());
  return FALSE;
}

static NMVpnEditor *
get_editor (NMVpnEditorPlugin *plugin, NMConnection *connection, GError **error)
{
  BywayNmPlugin *self = BYWAY_NM_PLUGIN (plugin);

  if (self->factory == NULL && !load_factory (self, error))
    return NULL;
  return self->factory (plugin, connection, error);
}

static NMVpnEditorPluginCapability
get_capabilities (NMVpnEditorPlugin *plugin)
{
  g_autofree char *path = editor_path ();
  NMVpnEditorPluginCapability all = NM_VPN_EDITOR_PLUGIN_CAPABILITY_IMPORT
                                    | NM_VPN_EDITOR_PLUGIN_CAPABILITY_EXPORT
                                    | NM_VPN_EDITOR_PLUGIN_CAPABILITY_IPV6;

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? all : all | CAPABILITY_NO_EDITOR;
}

/* --- files ---------------------------------------------------------------------------------- */

/* One byte more than a file may have, so that a larger one is seen to be larger. */
static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *data = g_malloc (BYWAY_PEER_CONF_MAX + 1);
  gsize length;

  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), data, BYWAY_PEER_CONF_MAX + 1, &length,
                                   NULL, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

static void
set_issues (GPtrArray *issues, GError **error)
{
  g_autoptr (GError) all = NULL;

  byway_issues_to_error (issues, &all);
  g_set_error_literal (error, NM_CONNECTION_ERROR, NM_CONNECTION_ERROR_INVALID_PROPERTY,
                       all->message);
}

/* All that no later edit could be meant to mend. A profile may still lack the user's name. */
static gboolean
check_settings (const BywayPeerConf *conf, GError **error)
{
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywayProfile) profile = byway_profile_parse (conf->settings, &issues);

  for (guint i = 0; profile == NULL && i < issues->len; i++)
    if (((const BywayIssue *)issues->pdata[i])->code != BYWAY_ISSUE_MISSING)
      {
        set_issues (issues, error);
        return FALSE;
      }
  return TRUE;
}

static BywayPeerConf *
parse_file (const char *data, gsize length, GError **error)
{
  g_autoptr (GPtrArray) issues = NULL;
  g_autoptr (BywayPeerConf) conf = byway_peer_conf_from_data (data, length, &issues);

  if (conf == NULL)
    {
      set_issues (issues, error);
      return NULL;
    }
  if (conf->plain && !conf->own)
    {
      g_set_error_literal (error, NM_CONNECTION_ERROR, NM_CONNECTION_ERROR_INVALID_PROPERTY,
                           _ ("This is a tunnel without IPsec: everything, also the password, "
                              "would be readable on its way. If the server can do IPsec, write "
                              "“ipsec-enabled=true” under [vpn] and import it again; if it "
                              "can't, write “ipsec=false”."));
      return NULL;
    }
  if (conf->plain)
    g_message (_ ("This is a tunnel without IPsec: everything, also the password, is readable on "
                  "its way."));
  return check_settings (conf, error) ? g_steal_pointer (&conf) : NULL;
}

static NMConnection *
import_from_file (NMVpnEditorPlugin *plugin, const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BywayPeerConf) conf = NULL;
  const char *data;
  gsize length;

  if (dot != NULL && (strcmp (dot, ".conf") == 0 || strcmp (dot, ".cnf") == 0))
    {
      bytes = read_file (path, error);
      if (bytes == NULL)
        return NULL;
      *dot = '\0';
    }
  data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  if (data == NULL || !byway_peer_conf_looks_like_one (data, length))
    {
      /* The caller may ask the next plugin. */
      g_set_error_literal (error, NM_CONNECTION_ERROR, NM_CONNECTION_ERROR_FAILED,
                           _ ("this does not look like a file of an L2TP connection"));
      return NULL;
    }
  conf = parse_file (data, length, error);
  return conf != NULL ? byway_nm_connection_from_conf (conf, name) : NULL;
}

static gboolean
export_to_file (NMVpnEditorPlugin *plugin, const char *path, NMConnection *connection,
                GError **error)
{
  g_autoptr (BywayPeerConf) conf = byway_nm_connection_to_conf (connection, error);
  g_autofree char *text = conf != NULL ? byway_peer_conf_to_data (conf, FALSE) : NULL;

  return text != NULL
         && g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

static char *
get_suggested_filename (NMVpnEditorPlugin *plugin, NMConnection *connection)
{
  const char *id = nm_connection_get_id (connection);
  char *name = g_strdup_printf ("%s (byway).conf", id != NULL ? id : "vpn");

  return g_strdelimit (name, "/", '-');
}

/* --- the object ----------------------------------------------------------------------------- */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, _ ("Byway (L2TP/IPsec)"));
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, _ ("L2TP inside IPsec, as offices and Windows servers offer it."));
      break;
    case PROP_SERVICE:
      g_value_set_string (value, BYWAY_NM_SERVICE);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
byway_nm_plugin_class_init (BywayNmPluginClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = get_property;
  g_object_class_override_property (object_class, PROP_NAME, NM_VPN_EDITOR_PLUGIN_NAME);
  g_object_class_override_property (object_class, PROP_DESCRIPTION,
                                    NM_VPN_EDITOR_PLUGIN_DESCRIPTION);
  g_object_class_override_property (object_class, PROP_SERVICE, NM_VPN_EDITOR_PLUGIN_SERVICE);
}

static void
byway_nm_plugin_init (BywayNmPlugin *self)
{
}

static void
plugin_interface_init (NMVpnEditorPluginInterface *interface)
{
  interface->get_editor = get_editor;
  interface->get_capabilities = get_capabilities;
  interface->import_from_file = import_from_file;
  interface->export_to_file = export_to_file;
  interface->get_suggested_filename = get_suggested_filename;
}

G_MODULE_EXPORT NMVpnEditorPlugin *
nm_vpn_editor_plugin_factory (GError **error)
{
  bindtextdomain (GETTEXT_PACKAGE, BYWAY_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  return g_object_new (BYWAY_TYPE_NM_PLUGIN, NULL);
}
