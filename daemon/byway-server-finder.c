/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-server-finder.h"

#include "byway-diagnosis.h"
#include "byway-rtnl.h"
#include "byway-server-order.h"

typedef struct
{
  char *gateway;
  GArray *addresses, *tried;
  BywayAddress avoided;
} Search;

static void
search_free (Search *search)
{
  g_free (search->gateway);
  g_array_unref (search->addresses);
  g_array_unref (search->tried);
  g_free (search);
}

static BywayServerFound *
found_new (Search *search, const BywayUplink *uplink, gboolean more)
{
  BywayServerFound *found = g_new0 (BywayServerFound, 1);

  found->uplink = *uplink;
  found->addresses = g_array_ref (search->addresses);
  found->more = more;
  return found;
}

static void
found_free (BywayServerFound *found)
{
  byway_server_found_clear (found);
  g_free (found);
}

void
byway_server_found_clear (BywayServerFound *found)
{
  g_clear_pointer (&found->addresses, g_array_unref);
}

static void
fail (GTask *task, BywayCause cause, const char *detail)
{
  g_task_return_new_error (task, BYWAY_FAILURE, cause, "%s", detail);
}

static void
choose (GTask *task)
{
  Search *search = g_task_get_task_data (task);
  g_autoptr (GArray) order
      = byway_server_order (search->addresses, search->tried, &search->avoided);
  g_autoptr (GError) error = NULL;
  BywayUplink uplink;

  for (guint i = 0; i < order->len; i++)
    {
      g_clear_error (&error);
      if (byway_rtnl_lookup (&g_array_index (order, BywayAddress, i), &uplink, &error))
        {
          g_task_return_pointer (task, found_new (search, &uplink, i + 1 < order->len),
                                 (GDestroyNotify)found_free);
          return;
        }
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    fail (task, BYWAY_CAUSE_NAME_WITHOUT_IPV4, search->gateway);
}

/* --- the name service ----------------------------------------------------------------------- */

static void
take_addresses (Search *search, GList *addresses)
{
  for (GList *l = addresses; l != NULL; l = l->next)
    {
      g_autofree char *text = g_inet_address_to_string (l->data);
      BywayAddress address;

      if (byway_address_parse (text, &address))
        g_array_append_val (search->addresses, address);
    }
}

/* A name that has only IPv6 addresses is there, whatever a look-up of IPv4 says. */
static void
on_resolved_otherwise (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GError) cause = NULL;
  GList *addresses
      = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, &cause);

  if (addresses != NULL)
    fail (task, BYWAY_CAUSE_NAME_WITHOUT_IPV4, search->gateway);
  else
    fail (task, BYWAY_CAUSE_NAME_UNKNOWN, cause->message);
  g_resolver_free_addresses (addresses);
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GResolver *resolver = G_RESOLVER (source);
  Search *search = g_task_get_task_data (task);
  g_autoptr (GError) cause = NULL;
  GList *addresses = g_resolver_lookup_by_name_with_flags_finish (resolver, result, &cause);

  if (addresses != NULL)
    {
      take_addresses (search, addresses);
      g_resolver_free_addresses (addresses);
      choose (task);
    }
  else if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    g_resolver_lookup_by_name_with_flags_async (
        resolver, search->gateway, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY,
        g_task_get_cancellable (task), on_resolved_otherwise, g_object_ref (task));
  else
    fail (task, BYWAY_CAUSE_NAME_SERVER_SILENT, cause->message);
}

/* -------------------------------------------------------------------------------------------- */

void
byway_server_find (const BywayServerSearch *search, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Search *copy = g_new0 (Search, 1);

  copy->gateway = g_strdup (search->gateway);
  copy->addresses = g_array_copy (search->known);
  copy->tried = g_array_copy (search->tried);
  copy->avoided = *search->avoided;
  g_task_set_task_data (task, copy, (GDestroyNotify)search_free);
  if (copy->addresses->len > 0)
    choose (task);
  else
    {
      g_autoptr (GResolver) resolver = g_resolver_get_default ();

      g_resolver_lookup_by_name_with_flags_async (resolver, copy->gateway,
                                                  G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                                  cancellable, on_resolved, g_object_ref (task));
    }
}

gboolean
byway_server_find_finish (GAsyncResult *result, BywayServerFound *found, GError **error)
{
  g_autofree BywayServerFound *taken = g_task_propagate_pointer (G_TASK (result), error);

  if (taken == NULL)
    return FALSE;
  *found = *taken;
  return TRUE;
}
