/* SPDX-License-Identifier: GPL-2.0-or-later */
/* editor-host MODULE PROFILE [HEIGHT]: loads NetworkManager's editor module as the plugin without
 * GTK does, shows it for the profile of a key file, and writes that back when "Save" is pressed,
 * with all secrets, wherever they would be kept. Says on standard output what came of it, and where
 * the keyboard is.
 * editor-host MODULE --untouched PROFILE...: shows and saves one after the other, and says how many
 * providers of style the screen has of them: "providers N".
 * editor-host MODULE --keys: prints what a profile's data may hold, a line "KEY [VALUE...]" with
 * the values that are there to choose from. */
#include "config.h"

#include "byway-editor-gtk.h"
#include "byway-editor.h"
#include "byway-nm-data.h"
#include "byway-option.h"

#include <NetworkManager.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef NMVpnEditor *(*Factory) (NMVpnEditorPlugin *plugin, NMConnection *connection,
                                 GError **error);

typedef struct
{
  const char *path;
  NMConnection *connection;
  NMVpnEditor *editor;
  GtkWidget *outcome;
} Host;

static void
die (const char *what, GError *error)
{
  fprintf (stderr, "%s: %s\n", what, error != NULL ? error->message : "");
  exit (1);
}

static NMConnection *
read_profile (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GError *error = NULL;
  NMConnection *connection;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    die (path, error);
  connection = nm_keyfile_read (file, "/", NM_KEYFILE_HANDLER_FLAGS_NONE, NULL, NULL, &error);
  if (connection == NULL)
    die (path, error);
  return connection;
}

static void
add_secret (const char *key, const char *secret, gpointer file)
{
  g_key_file_set_string (file, "vpn-secrets", key, secret);
}

static void
write_profile (Host *host, NMConnection *connection)
{
  GError *error = NULL;
  g_autoptr (GKeyFile) file
      = nm_keyfile_write (connection, NM_KEYFILE_HANDLER_FLAGS_NONE, NULL, NULL, &error);

  if (file == NULL)
    die ("nm_keyfile_write", error);
  nm_setting_vpn_foreach_secret (nm_connection_get_setting_vpn (connection), add_secret, file);
  if (!g_key_file_save_to_file (file, host->path, &error))
    die (host->path, error);
}

/* The connection is the host's; an editor that fails may have left it half changed. */
static void
on_save (GtkWidget *button, gpointer data)
{
  Host *host = data;
  g_autoptr (NMConnection) copy = nm_simple_connection_new_clone (host->connection);
  g_autoptr (GError) error = NULL;
  gboolean saved = nm_vpn_editor_update_connection (host->editor, copy, &error);

  if (saved)
    write_profile (host, copy);
  gtk_label_set_text (GTK_LABEL (host->outcome), saved ? "saved" : error->message);
  printf ("%s\n", saved ? "saved" : error->message);
  fflush (stdout);
}

static void
on_changed (NMVpnEditor *editor, gpointer data)
{
  gtk_label_set_text (GTK_LABEL (((Host *)data)->outcome), "changed");
}

static NMVpnEditor *
load_editor (const char *module, NMConnection *connection)
{
  void *handle = dlopen (module, RTLD_LAZY | RTLD_LOCAL);
  Factory factory = handle != NULL ? (Factory)dlsym (handle, "nm_vpn_editor_factory_byway") : NULL;
  GError *error = NULL;
  NMVpnEditor *editor;

  if (factory == NULL)
    die (dlerror (), NULL);
  editor = factory (NULL, connection, &error);
  if (editor == NULL)
    die (module, error);
  return editor;
}

static gboolean
take_focus (gpointer window)
{
#if GTK_CHECK_VERSION(4, 0, 0)
  gtk_window_present (window);
#else
  gdk_window_focus (gtk_widget_get_window (window), GDK_CURRENT_TIME);
#endif
  return G_SOURCE_REMOVE;
}

#if !GTK_CHECK_VERSION(4, 0, 0)
/* The name of the widget that has the focus, or of the one that it is a part of. */
static void
on_set_focus (GtkWindow *window, GtkWidget *widget, gpointer data)
{
  const char *name = NULL;

  for (; widget != NULL && name == NULL; widget = gtk_widget_get_parent (widget))
    name = atk_object_get_name (gtk_widget_get_accessible (widget));
  printf ("focus %s\n", name != NULL ? name : "");
  fflush (stdout);
}
#endif

static GtkWidget *
make_window (GtkWidget *content)
{
#if GTK_CHECK_VERSION(4, 0, 0)
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), content);
#else
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);

  gtk_container_add (GTK_CONTAINER (window), content);
  g_signal_connect (window, "set-focus", G_CALLBACK (on_set_focus), NULL);
#endif
  gtk_window_set_title (GTK_WINDOW (window), "editor-host");
  return window;
}

static GtkWidget *
make_content (Host *host)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *save = gtk_button_new_with_label ("Save");

  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  host->outcome = gtk_label_new ("opened");
  gtk_label_set_xalign (GTK_LABEL (host->outcome), 0);
  gtk_label_set_ellipsize (GTK_LABEL (host->outcome), PANGO_ELLIPSIZE_END);
  g_signal_connect (save, "clicked", G_CALLBACK (on_save), host);
  byway_gtk_box_add (box, GTK_WIDGET (nm_vpn_editor_get_widget (host->editor)), TRUE);
  byway_gtk_box_add (box, save, FALSE);
  byway_gtk_box_add (box, host->outcome, FALSE);
  return box;
}

/* --- providers of style: what the module calls is this one, because programs come first ------- */

static guint n_providers;

#if GTK_CHECK_VERSION(4, 0, 0)
#define ADD_PROVIDER gtk_style_context_add_provider_for_display
typedef GdkDisplay Screen;
#else
#define ADD_PROVIDER gtk_style_context_add_provider_for_screen
typedef GdkScreen Screen;
#endif

G_MODULE_EXPORT void
ADD_PROVIDER (Screen *screen, GtkStyleProvider *provider, guint priority)
{
  void (*original) (Screen *, GtkStyleProvider *, guint)
      = dlsym (RTLD_NEXT, G_STRINGIFY (ADD_PROVIDER));

  n_providers++;
  original (screen, provider, priority);
}

/* --- one after the other --------------------------------------------------------------------- */

static void
open_profile (Host *host, const char *module, const char *path)
{
  host->path = path;
  host->connection = read_profile (path);
  host->editor = load_editor (module, host->connection);
}

static void
close_window (GtkWidget *window)
{
#if GTK_CHECK_VERSION(4, 0, 0)
  gtk_window_destroy (GTK_WINDOW (window));
#else
  gtk_widget_destroy (window);
#endif
}

static void
save_untouched (const char *module, const char *path)
{
  Host host = { 0 };
  GtkWidget *window;

  open_profile (&host, module, path);
  window = make_window (make_content (&host));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  on_save (NULL, &host);
  close_window (window);
  g_object_unref (host.editor);
  g_object_unref (host.connection);
}

/* --- the keys -------------------------------------------------------------------------------- */

static void
print_key (const char *key)
{
  const BywayOption *option = byway_option_find (key);

  printf ("%s", key);
  if (byway_nm_key_is_boolean (key))
    printf (" yes no true false 1 0");
  for (char **choice = option != NULL ? (char **)option->choices : NULL;
       choice != NULL && *choice != NULL; choice++)
    printf (" %s", *choice);
  if (option != NULL && option->type == BYWAY_OPTION_UINT)
    printf (" %s 0%s %u", option->fallback, option->fallback, option->min);
  printf ("\n");
}

static void
print_keys (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    {
      g_auto (GStrv) aliases = byway_nm_key_aliases (options[i].key);

      if (byway_nm_key_classify (options[i].key) == BYWAY_NM_KEY_OPTION)
        print_key (options[i].key);
      for (char **alias = aliases; *alias != NULL; alias++)
        {
          printf ("alias ");
          print_key (*alias);
        }
    }
}

/* --------------------------------------------------------------------------------------------- */

static void
show_profile (Host *host, const char *module, const char *path, int height)
{
  GtkWidget *window;

  open_profile (host, module, path);
  g_signal_connect (host->editor, "changed", G_CALLBACK (on_changed), host);
  window = make_window (make_content (host));
  if (height > 0)
    gtk_window_set_default_size (GTK_WINDOW (window), -1, height);
  byway_gtk_show_all (window);
  gtk_window_present (GTK_WINDOW (window));
  g_timeout_add (200, take_focus, window);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}

int
main (int argc, char **argv)
{
  Host host = { 0 };

  g_set_prgname ("editor-host");
#if GTK_CHECK_VERSION(4, 0, 0)
  gtk_init ();
#else
  gtk_init (&argc, &argv);
#endif
  if (argc < 3)
    die ("usage: editor-host MODULE PROFILE", NULL);
  if (g_getenv ("BYWAY_TEST_RTL") != NULL)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (strcmp (argv[2], "--keys") == 0)
    print_keys ();
  else if (strcmp (argv[2], "--untouched") == 0)
    {
      for (int i = 3; i < argc; i++)
        save_untouched (argv[1], argv[i]);
      printf ("providers %u\n", n_providers);
    }
  else
    show_profile (&host, argv[1], argv[2], argc > 3 ? atoi (argv[3]) : 0);
  return 0;
}
