/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ike-daemons.h"
#include "byway-settings.h"

#include <glib/gstdio.h>

/* Which IKE daemon a connection gets. */

#define TEST_TYPE_ENGINE (test_engine_get_type ())
G_DECLARE_FINAL_TYPE (TestEngine, test_engine, TEST, ENGINE, GObject)

struct _TestEngine
{
  GObject parent;
  BywayPresence presence;
};

static void test_engine_iface_init (BywayIpsecEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestEngine, test_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BYWAY_TYPE_IPSEC_ENGINE,
                                                      test_engine_iface_init))

static BywayPresence
presence (BywayIpsecEngine *engine)
{
  return TEST_ENGINE (engine)->presence;
}

/* As an engine whose daemon does not run. */
static void
examine (BywayIpsecEngine *engine, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (engine, NULL, callback, data);

  g_task_return_pointer (task, g_variant_ref_sink (g_variant_new ("a{sv}", NULL)),
                         (GDestroyNotify)g_variant_unref);
}

static GVariant *
examine_finish (BywayIpsecEngine *engine, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
test_engine_iface_init (BywayIpsecEngineInterface *iface)
{
  iface->presence = presence;
  iface->examine = examine;
  iface->examine_finish = examine_finish;
}

static void
test_engine_class_init (TestEngineClass *klass)
{
}

static void
test_engine_init (TestEngine *self)
{
}

static BywayIpsecEngine *
engine_with (BywayPresence presence)
{
  TestEngine *engine = g_object_new (TEST_TYPE_ENGINE, NULL);

  engine->presence = presence;
  return BYWAY_IPSEC_ENGINE (engine);
}

#define NONE BYWAY_PRESENCE_NONE
#define THERE BYWAY_PRESENCE_INSTALLED
#define RUNS BYWAY_PRESENCE_RUNNING
#define AUTO BYWAY_IKE_CHOICE_AUTO
#define STRONGSWAN BYWAY_IKE_CHOICE_STRONGSWAN
#define LIBRESWAN BYWAY_IKE_CHOICE_LIBRESWAN
#define CHARON BYWAY_IKE_DAEMON_STRONGSWAN
#define PLUTO BYWAY_IKE_DAEMON_LIBRESWAN

static const struct
{
  BywayPresence strongswan, libreswan;
  BywayIkeChoice system, connection;
  BywayIkeDaemon chosen;
} cases[] = {
  { NONE, NONE, AUTO, AUTO, CHARON },
  { THERE, NONE, AUTO, AUTO, CHARON },
  { NONE, THERE, AUTO, AUTO, PLUTO },
  { THERE, THERE, AUTO, AUTO, CHARON },
  { THERE, RUNS, AUTO, AUTO, PLUTO },
  { RUNS, THERE, AUTO, AUTO, CHARON },
  { RUNS, RUNS, AUTO, AUTO, CHARON },
  { RUNS, NONE, LIBRESWAN, AUTO, PLUTO },
  { NONE, RUNS, STRONGSWAN, AUTO, CHARON },
  { RUNS, NONE, AUTO, LIBRESWAN, PLUTO },
  { NONE, RUNS, LIBRESWAN, STRONGSWAN, CHARON },
};

static void
on_examined (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GVariant **)data = byway_ike_daemons_examine_finish (result);
}

/* What is told of a connection that leaves it open. */
static void
assert_told (BywayIkeDaemons *daemons, const char *word)
{
  g_autoptr (GVariant) about = NULL;
  const char *told;

  byway_ike_daemons_examine (daemons, on_examined, &about);
  while (about == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_variant_lookup (about, "ike-daemon", "&s", &told));
  g_assert_cmpstr (told, ==, word);
}

static void
test_choose (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BywayIpsecEngine *engines[BYWAY_N_IKE_DAEMONS] = {
        [CHARON] = engine_with (cases[i].strongswan), [PLUTO] = engine_with (cases[i].libreswan)
      };
      BywayIkeDaemons *daemons = byway_ike_daemons_new (engines, cases[i].system);
      BywayIkeDaemon chosen = byway_ike_daemons_choose (daemons, cases[i].connection);

      g_test_message ("case %u", i);
      g_assert_cmpint (chosen, ==, cases[i].chosen);
      g_assert_true (byway_ike_daemons_get (daemons, chosen) == engines[chosen]);
      if (cases[i].connection == AUTO)
        assert_told (daemons, chosen == PLUTO ? "libreswan" : "strongswan");
      byway_ike_daemons_free (daemons);
    }
}

static void
test_settings (void)
{
  static const struct
  {
    const char *text;
    BywayIkeChoice choice;
    gboolean warns;
  } files[] = {
    { "[daemon]\nike-daemon=libreswan\n", LIBRESWAN, FALSE },
    { "[daemon]\nike-daemon=strongswan \n", STRONGSWAN, FALSE },
    { "[daemon]\nike-daemon=auto\n", AUTO, FALSE },
    { "[daemon]\n", AUTO, FALSE },
    { "", AUTO, FALSE },
    { "[daemon]\nike-daemon=racoon\n", AUTO, TRUE },
    { "ike-daemon=libreswan\n", AUTO, TRUE },
  };
  g_autofree char *folder = g_dir_make_tmp ("byway-settings-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "byway.conf", NULL);

  g_assert_cmpint (byway_settings_ike_daemon (path), ==, AUTO);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      if (files[i].warns)
        g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*byway.conf*");
      g_assert_cmpint (byway_settings_ike_daemon (path), ==, files[i].choice);
      g_test_assert_expected_messages ();
    }
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ike-daemons/choose", test_choose);
  g_test_add_func ("/ike-daemons/settings", test_settings);
  return g_test_run ();
}
