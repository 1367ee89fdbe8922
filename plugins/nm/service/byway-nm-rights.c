/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-nm-rights.h"

#include <errno.h>
#include <gio/gio.h>
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_GROUPS 65536 /* NGROUPS_MAX */

/* glibc's setgroups changes all threads; the kernel's only the one that calls. */
static gboolean
set_groups (const gid_t *groups, int n)
{
  return syscall (SYS_setgroups, (size_t)n, groups) == 0;
}

/* They tell the value from before, and nothing of success: asked again, they tell that too. */
static gboolean
set_ids (uid_t user, gid_t group)
{
  setfsgid (group);
  setfsuid (user); /* with it go the capabilities over files; with 0 they come back */
  return (gid_t)setfsgid ((gid_t)-1) == group && (uid_t)setfsuid ((uid_t)-1) == user;
}

static gid_t *
groups_of (const struct passwd *entry, int *n)
{
  g_autofree gid_t *groups = NULL;

  *n = MAX_GROUPS;
  groups = g_new (gid_t, *n);
  return getgrouplist (entry->pw_name, entry->pw_gid, groups, n) >= 0 ? g_steal_pointer (&groups)
                                                                      : NULL;
}

static gboolean
fail (GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "the user's rights could not be had: %s", why);
  return FALSE;
}

gboolean
byway_nm_rights_act (uid_t user, gboolean (*act) (gpointer data), gpointer data, GError **error)
{
  struct passwd *entry = getpwuid (user);
  g_autofree gid_t *before = g_new (gid_t, MAX_GROUPS);
  int n_before = getgroups (MAX_GROUPS, before);
  int n = 0;
  g_autofree gid_t *groups = entry != NULL ? groups_of (entry, &n) : NULL;
  gboolean done = FALSE;

  if (groups == NULL || n_before < 0)
    return fail (error, "nobody has this number");
  if (!set_groups (groups, n))
    return fail (error, g_strerror (errno));
  if (set_ids (user, entry->pw_gid))
    done = act (data);
  else
    fail (error, "the system refuses");
  /* Going on with half of them would be worse than ending. */
  if (!set_ids (geteuid (), getegid ()) || !set_groups (before, n_before))
    g_error ("our own rights over files did not come back");
  return done;
}
