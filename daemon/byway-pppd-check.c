/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-pppd-check.h"

#include "byway-command.h"
#include "byway-pppd-exit.h"
#include "byway-xl2tpd-log.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT_MS 5000
#define OPTIONS "options"
#define SYSTEM_OPTIONS "/etc/ppp/options"
/* More connections than this in one helper's life: then the oldest knowledge goes. */
#define ROOM 64

static GQueue known = G_QUEUE_INIT; /* of keys, the newest first */

static void
add_text (GChecksum *sum, const char *text)
{
  g_checksum_update (sum, (const guchar *)text, (gssize)strlen (text) + 1);
}

/* A file that is not there is told from any that is. */
static void
add_identity (GChecksum *sum, const char *path)
{
  struct stat status = { 0 };
  g_autofree char *text = NULL;

  if (stat (path, &status) != 0)
    memset (&status, 0, sizeof status);
  text = g_strdup_printf ("%s %ju %ju %jd %jd.%09ld %jd.%09ld", path, (uintmax_t)status.st_dev,
                          (uintmax_t)status.st_ino, (intmax_t)status.st_size,
                          (intmax_t)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                          (intmax_t)status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
  add_text (sum, text);
}

char *
byway_pppd_check_key (const BywayPlan *plan)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *pppd = byway_command_find (plan->pppd_check_argv[0], NULL);

  if (pppd != NULL)
    add_identity (sum, pppd);
  add_identity (sum, SYSTEM_OPTIONS);
  for (guint i = 1; plan->pppd_check_argv[i] != NULL; i++)
    {
      const char *word = plan->pppd_check_argv[i];

      add_text (sum, word);
      if (g_path_is_absolute (word) && !g_str_has_prefix (word, plan->run_dir))
        add_identity (sum, word);
    }
  for (guint i = 0; i < plan->files->len; i++)
    {
      const BywayPlanFile *file = g_ptr_array_index (plan->files, i);

      if (strcmp (file->name, OPTIONS) == 0)
        add_text (sum, file->content);
    }
  return g_strdup (g_checksum_get_string (sum));
}

gboolean
byway_pppd_check_is_known (const char *key)
{
  return g_queue_find_custom (&known, key, (GCompareFunc)strcmp) != NULL;
}

static void
remember (const char *key)
{
  if (byway_pppd_check_is_known (key))
    return;
  g_queue_push_head (&known, g_strdup (key));
  if (known.length > ROOM)
    g_free (g_queue_pop_tail (&known));
}

/* The last line that is not one of "Plugin ... loaded." */
static char *
complaint_of (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  for (guint i = g_strv_length (lines); i > 0; i--)
    if (g_strstrip (lines[i - 1])[0] != '\0' && !g_str_has_prefix (lines[i - 1], "Plugin "))
      return byway_xl2tpd_clean_line (lines[i - 1], -1);
  return g_strdup ("");
}

static void
on_ran (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *output = NULL;
  g_autofree char *words = NULL;
  GError *error = NULL;
  int status = 0;

  if (!byway_command_run_finish (result, &status, &output, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (status == 0)
    {
      remember (g_task_get_task_data (task));
      g_task_return_boolean (task, TRUE);
      return;
    }
  words = complaint_of (output);
  g_task_return_error (task, byway_pppd_check_error (
                                 words[0] != '\0' ? words : byway_pppd_exit_text ((guint)status)));
}

void
byway_pppd_check_run (const BywayPlan *plan, const char *key, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, byway_pppd_check_run);
  g_task_set_task_data (task, g_strdup (key), g_free);
  byway_command_run ((const char *const *)plan->pppd_check_argv, NULL, LIMIT_MS, cancellable,
                     on_ran, task);
}

gboolean
byway_pppd_check_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
