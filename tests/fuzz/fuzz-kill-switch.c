/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-kill-switch.h"

#define UUID "5f1c2f5e-0000-4000-8000-000000000001"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Whatever else is allowed: what came so far does not leave, of either family. */
static gboolean
refuses (GArray *rules, guint8 family)
{
  for (guint i = 0; i < rules->len; i++)
    {
      const BywayKillRule *rule = &g_array_index (rules, BywayKillRule, i);

      if (rule->kind == BYWAY_KILL_REFUSE && rule->to.address.family == family)
        return TRUE;
    }
  return FALSE;
}

static void
assert_closed (BywayKillSwitch *only)
{
  g_autoptr (GPtrArray) switches = g_ptr_array_new ();
  g_autoptr (GArray) rules = NULL;
  g_autoptr (GArray) wall = NULL;

  g_ptr_array_add (switches, only);
  rules = byway_kill_switch_rules (switches);
  wall = byway_kill_switch_wall (switches);
  g_assert_true (refuses (rules, 4));
  g_assert_true (refuses (rules, 6));
  g_assert_true (refuses (wall, 4));
  for (guint i = 0; i < rules->len; i++)
    g_free (byway_kill_rule_to_string (&g_array_index (rules, BywayKillRule, i)));
}

/* What is read closes the way out, and is read and written again the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (BywayKillSwitch) read = byway_kill_switch_parse (UUID, text);
  g_autoptr (BywayKillSwitch) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *rewritten = NULL;

  if (read == NULL)
    return 0;
  g_assert_cmpstr (read->uuid, ==, UUID);
  g_assert_false (read->up);
  assert_closed (read);
  written = byway_kill_switch_to_text (read);
  again = byway_kill_switch_parse (UUID, written);
  g_assert_nonnull (again);
  rewritten = byway_kill_switch_to_text (again);
  g_assert_cmpstr (rewritten, ==, written);
  g_assert_cmpint (again->local, ==, read->local);
  g_assert_cmpuint (again->servers->len, ==, read->servers->len);
  return 0;
}
