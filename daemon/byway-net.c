/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-net.h"

#include "byway-command.h"
#include "byway-error.h"
#include "byway-rtnl.h"

#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#define RESOLVED_NAME "org.freedesktop.resolve1"
#define RESOLVED_FOLDER "/run/systemd/resolve"
#define RESOLVCONF_SUFFIX ".byway"
#define DNS_TIMEOUT_MS 5000

/* Who was told about our name servers. */
typedef enum
{
  DNS_NOBODY,
  DNS_RESOLVED,
  DNS_RESOLVCONF
} DnsKeeper;

struct _BywayNet
{
  GObject parent_instance;
  GDBusConnection *bus;
  char *uuid;
  BywayNetPlan *plan;   /* what is applied, or was begun; NULL: nothing */
  BywayNetPlan *wanted; /* what is to be applied once the old plan's DNS is taken back */
  DnsKeeper keeper;
  GPtrArray *reverting;  /* GTask: who waits for a taking back under way; NULL: none is */
  guint ifindex;         /* with DNS_RESOLVED */
  char *resolvconf;      /* the program, with DNS_RESOLVCONF */
  char *remark;          /* of the last apply */
  GCancellable *running; /* of the apply under way or done last; revert cancels it */
};

G_DEFINE_TYPE (BywayNet, byway_net, G_TYPE_OBJECT)

static void
byway_net_finalize (GObject *object)
{
  BywayNet *self = BYWAY_NET (object);

  g_clear_object (&self->bus);
  g_clear_object (&self->running);
  g_clear_pointer (&self->plan, byway_net_plan_free);
  g_clear_pointer (&self->wanted, byway_net_plan_free);
  g_free (self->uuid);
  g_free (self->resolvconf);
  g_free (self->remark);
  G_OBJECT_CLASS (byway_net_parent_class)->finalize (object);
}

static void
byway_net_class_init (BywayNetClass *class)
{
  G_OBJECT_CLASS (class)->finalize = byway_net_finalize;
}

static void
byway_net_init (BywayNet *self)
{
}

BywayNet *
byway_net_new (GDBusConnection *system_bus, const char *uuid)
{
  BywayNet *self = g_object_new (BYWAY_TYPE_NET, NULL);

  g_set_object (&self->bus, system_bus);
  self->uuid = g_strdup (uuid);
  return self;
}

/* --- routes --------------------------------------------------------------------------------- */

static gboolean
same_route (const BywayNetPlan *one, const BywayRoute *a, const BywayNetPlan *other,
            const BywayRoute *b)
{
  if (a->kind != b->kind || a->prefix.length != b->prefix.length
      || a->prefix.metric != b->prefix.metric
      || !byway_address_equal (&a->prefix.address, &b->prefix.address))
    return FALSE;
  switch (a->kind)
    {
    case BYWAY_ROUTE_LINK:
      return strcmp (one->link.ifname, other->link.ifname) == 0;
    case BYWAY_ROUTE_UPLINK:
      return one->uplink.ifindex == other->uplink.ifindex
             && byway_address_equal (&one->uplink.gateway, &other->uplink.gateway)
             && byway_address_equal (&one->uplink.source, &other->uplink.source);
    case BYWAY_ROUTE_UNREACHABLE:
      return TRUE;
    }
  return FALSE;
}

static gboolean
plan_has_route (const BywayNetPlan *plan, const BywayNetPlan *owner, const BywayRoute *route)
{
  for (guint i = 0; plan != NULL && i < plan->routes->len; i++)
    if (same_route (plan, &g_array_index (plan->routes, BywayRoute, i), owner, route))
      return TRUE;
  return FALSE;
}

/* Takes back, last first, each route of `plan` that `keep` (NULL: nothing) has not too. */
static void
remove_routes (const BywayNetPlan *plan, const BywayNetPlan *keep)
{
  for (guint i = plan->routes->len; i-- > 0;)
    {
      const BywayRoute *route = &g_array_index (plan->routes, BywayRoute, i);
      g_autoptr (GError) error = NULL;

      if (!plan_has_route (keep, plan, route)
          && !byway_rtnl_remove_route (route, &plan->uplink, plan->link.ifname, &error))
        g_warning ("%s", error->message);
    }
}

static gboolean
add_routes (const BywayNetPlan *plan, GError **error)
{
  for (guint i = 0; i < plan->routes->len; i++)
    if (!byway_rtnl_add_route (&g_array_index (plan->routes, BywayRoute, i), &plan->uplink,
                               plan->link.ifname, error))
      return FALSE;
  return TRUE;
}

/* --- DNS: taking back ----------------------------------------------------------------------- */

static char *
resolvconf_entry (const BywayNetPlan *plan)
{
  return g_strconcat (plan->link.ifname, RESOLVCONF_SUFFIX, NULL);
}

static void
on_dns_link_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* The link is gone most of the time, and its settings with it. */
  if (reply == NULL)
    g_debug ("systemd-resolved forgot the link itself: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_dns_entry_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  if (!byway_command_run_finish (result, &status, &output, &error))
    g_warning ("resolvconf did not take back our entry: %s", error->message);
  else if (status != 0)
    g_warning ("resolvconf did not take back our entry, it ended with %d: %s", status, output);
  g_task_return_boolean (task, TRUE);
}

static void
call_resolved (BywayNet *self, const char *method, GVariant *arguments, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer data)
{
  g_dbus_connection_call (self->bus, RESOLVED_NAME, "/org/freedesktop/resolve1",
                          RESOLVED_NAME ".Manager", method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE,
                          DNS_TIMEOUT_MS, cancellable, callback, data);
}

/* An entry that is under way out. */
typedef struct
{
  char *program, *entry;
  GAsyncReadyCallback callback;
  gpointer data;
} Removal;

static void
removal_free (Removal *removal)
{
  g_free (removal->program);
  g_free (removal->entry);
  g_free (removal);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_free)

static void
on_entry_emptied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Removal) removal = data;
  const char *argv[] = { removal->program, "-d", removal->entry, NULL };

  byway_command_run_finish (result, NULL, NULL, NULL);
  byway_command_run (argv, NULL, DNS_TIMEOUT_MS, NULL, removal->callback, removal->data);
}

/* resolvconf removes an entry first, and then makes resolv.conf without it. Killed with us in
 * between, it would leave our name servers there, and nothing by which the next helper knows. An
 * empty entry is known until resolv.conf has nothing of it. */
static void
remove_resolvconf_entry (const char *program, const char *entry, GAsyncReadyCallback callback,
                         gpointer data)
{
  const char *argv[] = { program, "-a", entry, NULL };
  Removal *removal = g_new0 (Removal, 1);

  removal->program = g_strdup (program);
  removal->entry = g_strdup (entry);
  removal->callback = callback;
  removal->data = data;
  byway_command_run (argv, "", DNS_TIMEOUT_MS, NULL, on_entry_emptied, removal);
}

static void
on_dns_taken_back (GObject *source, GAsyncResult *result, gpointer data)
{
  BywayNet *self = BYWAY_NET (source);
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->reverting);

  g_task_propagate_boolean (G_TASK (result), NULL);
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (waiting->pdata[i], TRUE);
}

/* Takes back what the present plan told to anybody. Never fails. Who comes while that is under way
 * waits for its end: what is told next must not be taken back by it. */
static void
revert_dns (BywayNet *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autofree char *entry = self->plan != NULL ? resolvconf_entry (self->plan) : NULL;
  g_autoptr (GTask) task = NULL;
  DnsKeeper keeper = self->keeper;

  if (self->reverting != NULL)
    {
      g_ptr_array_add (self->reverting, g_task_new (self, NULL, callback, data));
      return;
    }
  self->reverting = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->reverting, g_task_new (self, NULL, callback, data));
  task = g_task_new (self, NULL, on_dns_taken_back, NULL);
  self->keeper = DNS_NOBODY;
  switch (keeper)
    {
    case DNS_NOBODY:
      g_task_return_boolean (task, TRUE);
      break;
    case DNS_RESOLVED:
      call_resolved (self, "RevertLink", g_variant_new ("(i)", self->ifindex), NULL,
                     on_dns_link_reverted, g_steal_pointer (&task));
      break;
    case DNS_RESOLVCONF:
      remove_resolvconf_entry (self->resolvconf, entry, on_dns_entry_removed,
                               g_steal_pointer (&task));
      break;
    }
}

/* --- DNS: systemd-resolved ------------------------------------------------------------------ */

static GVariant *
describe_servers (BywayNet *self)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(iay)"));
  for (guint i = 0; i < self->plan->dns->len; i++)
    {
      const BywayAddress *server = &g_array_index (self->plan->dns, BywayAddress, i);

      g_variant_builder_add (&list, "(i@ay)", server->family == 6 ? AF_INET6 : AF_INET,
                             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, server->bytes,
                                                        byway_address_size (server), 1));
    }
  return g_variant_new ("(ia(iay))", self->ifindex, &list);
}

/* "~." in resolvectl's words: a domain for routing only, which takes every name. */
static GVariant *
describe_domains (BywayNet *self)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sb)"));
  for (char **domain = self->plan->search; *domain != NULL; domain++)
    g_variant_builder_add (&list, "(sb)", *domain, FALSE);
  if (self->plan->dns_for_all)
    g_variant_builder_add (&list, "(sb)", ".", TRUE);
  return g_variant_new ("(ia(sb))", self->ifindex, &list);
}

static GVariant *
describe_default_route (BywayNet *self)
{
  return g_variant_new ("(ib)", self->ifindex, self->plan->dns_for_all);
}

/* What systemd-resolved is told, in this order. SetLinkDefaultRoute is younger than the others: to
 * one that has no such method "~." says the same. */
static const struct
{
  const char *method;
  GVariant *(*describe) (BywayNet *self);
  gboolean optional;
} resolved_calls[] = {
  { "SetLinkDNS", describe_servers, FALSE },
  { "SetLinkDomains", describe_domains, FALSE },
  { "SetLinkDefaultRoute", describe_default_route, TRUE },
};

static void call_next_resolved (GTask *task, gsize next);

static void
on_resolved_told (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  gsize done = GPOINTER_TO_SIZE (g_task_get_task_data (task));
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL
      || (resolved_calls[done].optional
          && g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)))
    call_next_resolved (g_steal_pointer (&task), done + 1);
  else
    {
      g_dbus_error_strip_remote_error (error);
      g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NET,
                               "systemd-resolved did not take the name servers: %s",
                               error->message);
    }
}

/* Takes the task. */
static void
call_next_resolved (GTask *task, gsize next)
{
  BywayNet *self = g_task_get_source_object (task);
  g_autoptr (GTask) owned = task;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (next == G_N_ELEMENTS (resolved_calls))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_set_task_data (task, GSIZE_TO_POINTER (next), NULL);
  call_resolved (self, resolved_calls[next].method, resolved_calls[next].describe (self),
                 g_task_get_cancellable (task), on_resolved_told, g_steal_pointer (&owned));
}

/* --- DNS: resolvconf ------------------------------------------------------------------------ */

static char *
resolvconf_lines (const BywayNetPlan *plan)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < plan->dns->len; i++)
    {
      g_autofree char *server
          = byway_address_to_string (&g_array_index (plan->dns, BywayAddress, i));

      g_string_append_printf (lines, "nameserver %s\n", server);
    }
  if (*plan->search != NULL)
    {
      g_autofree char *domains = g_strjoinv (" ", plan->search);

      g_string_append_printf (lines, "search %s\n", domains);
    }
  return g_string_free (lines, FALSE);
}

static void
on_resolvconf_told (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayNet *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!byway_command_run_finish (result, &status, &output, &error))
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NET,
                             "resolvconf did not take the name servers: %s", error->message);
  else if (status != 0)
    g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NET,
                             "resolvconf did not take the name servers, it ended with %d: %s",
                             status, output);
  else
    {
      if (!self->plan->dns_for_all)
        self->remark = g_strdup ("Every name is asked at the connection's name servers: "
                                 "resolvconf cannot ask them for some names only");
      g_task_return_boolean (task, TRUE);
    }
}

static void
tell_resolvconf (GTask *task)
{
  BywayNet *self = g_task_get_source_object (task);
  g_autofree char *entry = resolvconf_entry (self->plan);
  g_autofree char *lines = resolvconf_lines (self->plan);
  const char *argv[] = { self->resolvconf, "-a", entry, NULL };

  byway_command_run (argv, lines, DNS_TIMEOUT_MS, g_task_get_cancellable (task), on_resolvconf_told,
                     g_object_ref (task));
}

/* --- DNS: who keeps it ---------------------------------------------------------------------- */

static void
choose_keeper (GTask *task, gboolean resolved)
{
  BywayNet *self = g_task_get_source_object (task);

  g_clear_pointer (&self->resolvconf, g_free);
  self->ifindex = if_nametoindex (self->plan->link.ifname);
  if (self->ifindex == 0)
    {
      g_task_return_new_error (task, BYWAY_ERROR, BYWAY_ERROR_NET, "the interface %s is gone",
                               self->plan->link.ifname);
      return;
    }
  if (resolved)
    {
      self->keeper = DNS_RESOLVED;
      call_next_resolved (g_object_ref (task), 0);
      return;
    }
  self->resolvconf = byway_command_find ("resolvconf", NULL);
  if (self->resolvconf != NULL)
    {
      self->keeper = DNS_RESOLVCONF;
      tell_resolvconf (task);
      return;
    }
  self->remark = g_strdup ("DNS was left alone: neither systemd-resolved nor resolvconf is here. "
                           "Names are asked where they were asked before");
  g_task_return_boolean (task, TRUE);
}

static void
on_activatable_names (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree const char **names = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(^a&s)", &names);
  choose_keeper (task, names != NULL && g_strv_contains (names, RESOLVED_NAME)
                           && g_file_test (RESOLVED_FOLDER, G_FILE_TEST_IS_DIR));
}

static void
ask_bus (GTask *task, const char *method, GVariant *arguments, GAsyncReadyCallback callback)
{
  BywayNet *self = g_task_get_source_object (task);

  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE,
                          DNS_TIMEOUT_MS, g_task_get_cancellable (task), callback,
                          g_object_ref (task));
}

static void
on_name_owner (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  gboolean owned = FALSE;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  if (owned)
    choose_keeper (task, TRUE);
  else
    ask_bus (task, "ListActivatableNames", NULL, on_activatable_names);
}

static void
apply_dns (BywayNet *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, self->running, callback, data);

  if (self->plan->dns->len == 0)
    g_task_return_boolean (task, TRUE);
  else if (self->bus == NULL)
    choose_keeper (task, FALSE);
  else
    ask_bus (task, "NameHasOwner", g_variant_new ("(s)", RESOLVED_NAME), on_name_owner);
}

/* --- applying ------------------------------------------------------------------------------- */

static void
on_dns_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_old_dns_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayNet *self = BYWAY_NET (source);
  g_autoptr (GError) error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->plan != NULL)
    remove_routes (self->plan, self->wanted);
  g_clear_pointer (&self->plan, byway_net_plan_free);
  self->plan = g_steal_pointer (&self->wanted);
  if (!add_routes (self->plan, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    apply_dns (self, on_dns_applied, g_steal_pointer (&task));
}

/* Each apply has a cancellable of its own, which the caller's and a revert cancel. */
static void
start_running (BywayNet *self, GCancellable *cancellable)
{
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->running = g_cancellable_new ();
  if (cancellable == NULL)
    return;
  g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (g_cancellable_cancel),
                           self->running, G_CONNECT_SWAPPED);
  if (g_cancellable_is_cancelled (cancellable))
    g_cancellable_cancel (self->running);
}

void
byway_net_apply (BywayNet *self, BywayNetPlan *plan, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = NULL;

  start_running (self, cancellable);
  g_clear_pointer (&self->remark, g_free);
  task = g_task_new (self, self->running, callback, data);
  g_task_set_source_tag (task, byway_net_apply);
  g_clear_pointer (&self->wanted, byway_net_plan_free);
  self->wanted = plan;
  revert_dns (self, on_old_dns_reverted, g_steal_pointer (&task));
}

gboolean
byway_net_apply_finish (BywayNet *self, GAsyncResult *result, char **remark, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (remark != NULL)
    *remark = g_strdup (self->remark);
  return TRUE;
}

/* --- reverting ------------------------------------------------------------------------------ */

static void
on_dns_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BywayNet *self = BYWAY_NET (source);

  if (self->plan != NULL)
    remove_routes (self->plan, NULL);
  g_clear_pointer (&self->plan, byway_net_plan_free);
  g_task_return_boolean (task, TRUE);
}

void
byway_net_revert (BywayNet *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  if (self->plan == NULL)
    g_task_return_boolean (task, TRUE);
  else
    revert_dns (self, on_dns_reverted, g_steal_pointer (&task));
}

void
byway_net_revert_finish (BywayNet *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- cleaning ------------------------------------------------------------------------------- */

/* Where the two programs called resolvconf keep their entries, each a file of the entry's name. */
static const char *const resolvconf_folders[] = {
  "/run/resolvconf/interface",
  "/run/resolvconf/interfaces",
  "/run/resolvconf/keys",
};

static void
find_entries (const char *folder, GQueue *entries)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, RESOLVCONF_SUFFIX) && g_ascii_isalnum (*name))
      g_queue_push_tail (entries, g_strdup (name));
}

static void
free_entries (gpointer entries)
{
  g_queue_free_full (entries, g_free);
}

static void remove_next_entry (GTask *task);

static void
on_entry_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
  remove_next_entry (data);
}

/* Takes the task, whose data is the entries left to remove. */
static void
remove_next_entry (GTask *task)
{
  g_autoptr (GTask) owned = task;
  g_autofree char *entry = g_queue_pop_head (g_task_get_task_data (task));
  g_autofree char *program = entry != NULL ? byway_command_find ("resolvconf", NULL) : NULL;

  if (program == NULL)
    g_task_return_boolean (task, TRUE);
  else
    remove_resolvconf_entry (program, entry, on_dns_entry_removed,
                             g_task_new (NULL, NULL, on_entry_removed, g_steal_pointer (&owned)));
}

void
byway_net_clean (GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  g_autoptr (GError) error = NULL;
  GQueue *entries = g_queue_new ();

  g_task_set_task_data (task, entries, free_entries);
  if (!byway_rtnl_flush (&error))
    g_warning ("%s", error->message);
  for (gsize i = 0; i < G_N_ELEMENTS (resolvconf_folders); i++)
    find_entries (resolvconf_folders[i], entries);
  remove_next_entry (g_steal_pointer (&task));
}
