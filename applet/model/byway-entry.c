/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-about.h"
#include "byway-entry.h"

#include <string.h>

/* --- sessions ------------------------------------------------------------------------------- */

/* The strings of a session, by the names that the helper gives them. */
static const struct
{
  const char *name;
  gsize offset;
} texts[] = {
#define TEXT(name, member)                                                                         \
  {                                                                                                \
    name, G_STRUCT_OFFSET (BywaySessionLook, member)                                               \
  }
  TEXT ("server", server), TEXT ("uplink", uplink), TEXT ("ifname", ifname),
  TEXT ("local", local),   TEXT ("remote", remote), TEXT ("ike", ike),
  TEXT ("esp", esp),       TEXT ("remark", remark),
};

static char **
text_at (BywaySessionLook *session, gsize i)
{
  return G_STRUCT_MEMBER_P (session, texts[i].offset);
}

static BywaySessionLook *
session_new (const char *path)
{
  BywaySessionLook *session = g_new0 (BywaySessionLook, 1);

  session->path = g_strdup (path);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *text_at (session, i) = g_strdup ("");
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    session->stages[i].text = g_strdup ("");
  session->dns = g_strdup ("");
  return session;
}

static void
session_free (BywaySessionLook *session)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*text_at (session, i));
  for (guint i = 0; i < BYWAY_N_STAGES; i++)
    g_free (session->stages[i].text);
  g_free (session->dns);
  g_free (session->path);
  g_free (session);
}

static gboolean
stage_state_from_string (const char *text, BywayStageState *state)
{
  for (guint i = BYWAY_STAGE_WAITING; i <= BYWAY_STAGE_FAILED; i++)
    if (strcmp (byway_stage_state_to_string (i), text) == 0)
      {
        *state = i;
        return TRUE;
      }
  return FALSE;
}

void
byway_session_look_put_stage (BywaySessionLook *session, const char *stage, const char *state,
                              guint milliseconds, const char *text)
{
  BywayStageState now;
  BywayStage which;

  if (!byway_stage_from_string (stage, &which) || !stage_state_from_string (state, &now))
    return;
  session->stages[which].state = now;
  session->stages[which].milliseconds = milliseconds;
  g_free (session->stages[which].text);
  session->stages[which].text = g_strdup (text);
}

static void
read_stages (BywaySessionLook *session, GVariant *about)
{
  g_autoptr (GVariant) stages
      = g_variant_lookup_value (about, "stages", G_VARIANT_TYPE ("a(ssus)"));
  const char *stage, *state, *text;
  guint milliseconds;
  GVariantIter iter;

  if (stages == NULL)
    return;
  g_variant_iter_init (&iter, stages);
  while (g_variant_iter_next (&iter, "(&s&su&s)", &stage, &state, &milliseconds, &text))
    byway_session_look_put_stage (session, stage, state, milliseconds, text);
}

static char *
read_dns (GVariant *about)
{
  g_autoptr (GVariant) list = g_variant_lookup_value (about, "dns", G_VARIANT_TYPE_STRING_ARRAY);
  g_autofree const char **servers = list != NULL ? g_variant_get_strv (list, NULL) : NULL;

  return servers != NULL ? g_strjoinv (" ", (GStrv)servers) : g_strdup ("");
}

void
byway_session_look_read (BywaySessionLook *session, GVariant *about)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_free (*text_at (session, i));
      *text_at (session, i) = g_strdup (byway_about_string (about, texts[i].name));
    }
  g_free (session->dns);
  session->dns = read_dns (about);
  session->since = byway_about_number (about, "since");
  session->deadline = byway_about_number (about, "deadline");
  session->mtu = byway_about_number (about, "mtu");
  session->ipv6 = byway_about_bool (about, "ipv6");
  session->rx_bytes = byway_about_number (about, "rx-bytes");
  session->tx_bytes = byway_about_number (about, "tx-bytes");
  read_stages (session, about);
}

/* --- connections ---------------------------------------------------------------------------- */

BywayEntry *
byway_entry_new (BywayHome home, const char *uuid)
{
  BywayEntry *entry = g_new0 (BywayEntry, 1);

  entry->home = home;
  entry->uuid = g_strdup (uuid);
  entry->id = g_strconcat (home == BYWAY_HOME_HELPER ? "byway:" : "nm:", uuid, NULL);
  entry->name = g_strdup ("");
  return entry;
}

void
byway_entry_free (BywayEntry *entry)
{
  g_clear_pointer (&entry->session, session_free);
  g_clear_pointer (&entry->diagnosis, byway_diagnosis_free);
  g_clear_pointer (&entry->settings, g_hash_table_unref);
  g_free (entry->id);
  g_free (entry->uuid);
  g_free (entry->name);
  g_free (entry->path);
  g_free (entry->nm_path);
  g_free (entry);
}

void
byway_entry_set_session (BywayEntry *entry, BywaySessionLook *session)
{
  g_clear_pointer (&entry->session, session_free);
  entry->session = session;
}

void
byway_entry_set_session_path (BywayEntry *entry, const char *path)
{
  if (*path == '\0' || strcmp (path, "/") == 0)
    byway_entry_set_session (entry, NULL);
  else if (entry->session == NULL || strcmp (entry->session->path, path) != 0)
    byway_entry_set_session (entry, session_new (path));
}
