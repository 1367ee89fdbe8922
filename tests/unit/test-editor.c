/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-editor-fields.h"
#include "byway-editor-model.h"
#include "byway-editor-presets.h"
#include "byway-issue.h"
#include "byway-option.h"

#include <string.h>

/* --- fields --------------------------------------------------------------------------------- */

static void
test_every_option_can_be_reached (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (byway_editor_has_key (options[i].key) == !!(options[i].flags & BYWAY_OPTION_NO_UI))
      {
        g_test_message ("%s", options[i].key);
        g_test_fail ();
      }
}

static void
check_field (const BywayEditorField *field)
{
  const BywayOption *option = byway_option_find (field->key);
  const BywayOption *when = field->when != NULL ? byway_option_find (field->when) : NULL;
  g_autofree char *name = byway_editor_field_name (field);

  g_assert_nonnull (option);
  g_assert_true (byway_editor_field_find (field->key) == field);
  g_assert_cmpuint (strlen (name), >, 2);
  g_assert_cmpint (option->type == BYWAY_OPTION_ENUM, ==, field->choices != NULL);
  if (field->choices != NULL)
    g_assert_cmpuint (g_strv_length ((GStrv)field->choices), ==,
                      g_strv_length ((GStrv)option->choices));
  g_assert_true (!field->inverted || option->type == BYWAY_OPTION_BOOL);
  if (field->when != NULL)
    g_assert_true (when->type == BYWAY_OPTION_BOOL ? strcmp (field->is, "yes") == 0
                                                   : g_strv_contains (when->choices, field->is));
}

static void
test_fields_fit_their_options (void)
{
  gsize n;
  const BywayEditorField *fields = byway_editor_fields (&n);

  for (gsize i = 0; i < n; i++)
    check_field (&fields[i]);
}

/* What is under one heading stands together. */
static void
test_groups_are_whole (void)
{
  gsize n;
  const BywayEditorField *fields = byway_editor_fields (&n);

  for (gsize i = 0; i + 2 < n; i++)
    for (gsize later = i + 2; later < n; later++)
      if (fields[i].page == fields[later].page
          && g_strcmp0 (fields[i].group, fields[later].group) == 0)
        g_assert_cmpstr (fields[later - 1].group, ==, fields[i].group);
}

static char
mnemonic_of (const BywayEditorField *field)
{
  const char *mark = strchr (field->label, '_');

  return mark != NULL ? g_ascii_tolower (mark[1]) : '\0';
}

/* A key leads to one place: of the main page, the expander ("v"), and the page beside them. */
static void
test_mnemonics_differ (void)
{
  gsize n;
  const BywayEditorField *fields = byway_editor_fields (&n);

  for (gsize i = 0; i < n; i++)
    for (gsize other = 0; other < n; other++)
      {
        char key = mnemonic_of (&fields[i]);
        gboolean together
            = fields[other].page == BYWAY_EDITOR_PAGE_MAIN || fields[other].page == fields[i].page;
        gboolean never = fields[i].when != NULL
                         && g_strcmp0 (fields[i].when, fields[other].when) == 0
                         && g_strcmp0 (fields[i].is, fields[other].is) != 0;

        if (key == 'v'
            || (i != other && together && !never && key != '\0'
                && key == mnemonic_of (&fields[other])))
          {
            g_test_message ("%c: %s, %s", key, fields[i].key, fields[other].key);
            g_test_fail ();
          }
      }
}

/* --- presets -------------------------------------------------------------------------------- */

static const BywayPhase phases[] = { BYWAY_PHASE_IKE, BYWAY_PHASE_ESP };

static void
test_presets_are_lists (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++)
    for (int preset = 0; preset < BYWAY_PRESET_CUSTOM; preset++)
      {
        const char *text = byway_preset_text (preset, phases[i]);
        const BywayOption *option
            = byway_option_find (phases[i] == BYWAY_PHASE_IKE ? "ike" : "esp");
        g_auto (GStrv) words = g_strsplit (text, ",", -1);

        g_assert_cmpuint (strlen (text), <=, option->max);
        g_assert_cmpint (byway_preset_of (text, phases[i]), ==, preset);
        for (char **word = words; *word != NULL; word++)
          {
            BywayProposal proposal;

            g_assert_true (byway_proposal_parse (*word, phases[i], &proposal));
            if (preset == BYWAY_PRESET_MODERN)
              g_assert_false (byway_proposal_is_weak (&proposal));
          }
      }
}

static gboolean
legacy_has (const char *text, BywayPhase phase)
{
  BywayProposal proposal;

  g_assert_true (byway_proposal_parse (text, phase, &proposal));
  return byway_proposals_have (byway_preset_text (BYWAY_PRESET_LEGACY, phase), phase, &proposal);
}

static void
test_legacy_is_for_old_servers (void)
{
  g_assert_true (legacy_has ("3des-sha1-modp1024", BYWAY_PHASE_IKE));
  g_assert_true (legacy_has ("3des-sha1", BYWAY_PHASE_ESP));
}

static void
test_spelling_does_not_matter (void)
{
  g_assert_cmpint (byway_preset_of ("  ", BYWAY_PHASE_IKE), ==, BYWAY_PRESET_AUTOMATIC);
  g_assert_cmpint (byway_preset_of ("aes256-sha1, sha1-aes128,3des-sha1!", BYWAY_PHASE_ESP), ==,
                   BYWAY_PRESET_LEGACY);
  g_assert_cmpint (byway_preset_of ("aes256-sha1", BYWAY_PHASE_ESP), ==, BYWAY_PRESET_CUSTOM);
  g_assert_cmpint (byway_preset_of ("rubbish", BYWAY_PHASE_ESP), ==, BYWAY_PRESET_CUSTOM);
}

static void
test_lists_are_changed_in_place (void)
{
  BywayProposal proposal;
  g_autofree char *with = NULL, *without = NULL, *twice = NULL;

  g_assert_true (byway_proposal_parse ("3des-sha1", BYWAY_PHASE_ESP, &proposal));
  with = byway_proposals_with (" aes256-sha1,rubbish,", BYWAY_PHASE_ESP, &proposal, TRUE);
  g_assert_cmpstr (with, ==, "aes256-sha1,rubbish,3des-sha1");
  twice = byway_proposals_with (with, BYWAY_PHASE_ESP, &proposal, TRUE);
  g_assert_cmpstr (twice, ==, with);
  without = byway_proposals_with ("sha1-3des,aes256-sha1", BYWAY_PHASE_ESP, &proposal, FALSE);
  g_assert_cmpstr (without, ==, "aes256-sha1");
}

static void
test_remarks (void)
{
  g_autoptr (GVariant) machine
      = g_variant_ref_sink (g_variant_new_parsed ("{'strongswan-algorithms': <['AES_CBC']>}"));
  g_autoptr (BywayAble) able = byway_able_new (machine);
  g_autofree char *fine = NULL, *weak = NULL, *unable = NULL;

  fine = byway_proposals_remark ("aes256-sha256", BYWAY_PHASE_ESP, NULL);
  g_assert_null (fine);
  weak = byway_proposals_remark ("aes256-sha256,3des-sha1", BYWAY_PHASE_ESP, NULL);
  g_assert_nonnull (strstr (weak, "weak"));
  unable = byway_proposals_remark ("aes256-sha256", BYWAY_PHASE_ESP,
                                   byway_able_of (able, BYWAY_IKE_CHOICE_STRONGSWAN));
  g_assert_cmpstr (unable, ==,
                   "strongSwan on this machine cannot do aes256-sha256: it has no sha256.");
}

static void
test_everything_can_be_chosen (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_autoptr (GArray) all = byway_preset_proposals (phases[i]);
      g_autoptr (GArray) automatic = byway_proposals_automatic (phases[i]);
      g_autofree char *text = byway_proposals_to_string (all);

      for (guint j = 0; j < automatic->len; j++)
        g_assert_true (
            byway_proposals_have (text, phases[i], &g_array_index (automatic, BywayProposal, j)));
    }
}

/* --- the model ------------------------------------------------------------------------------ */

/* "key=value" between ';'. */
static GHashTable *
make_settings (const char *text)
{
  GHashTable *settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) pairs = g_strsplit (text, ";", -1);

  for (char **pair = pairs; *pair != NULL && **pair != '\0'; pair++)
    {
      g_auto (GStrv) words = g_strsplit (*pair, "=", 2);

      g_hash_table_insert (settings, g_strdup (words[0]), g_strdup (words[1]));
    }
  return settings;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
assert_settings (BywayEditorModel *model, const char *wanted)
{
  g_autoptr (GHashTable) settings = byway_editor_model_get_settings (model);
  g_autoptr (GString) found = g_string_new (NULL);
  guint n;
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (settings, &n);

  qsort (keys, n, sizeof *keys, compare);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (found, "%s%s=%s", i > 0 ? ";" : "", keys[i],
                            (char *)g_hash_table_lookup (settings, keys[i]));
  g_assert_cmpstr (found->str, ==, wanted);
}

static BywayEditorModel *
make_model (const char *text)
{
  BywayEditorModel *model = byway_editor_model_new ();
  g_autoptr (GHashTable) settings = make_settings (text);

  byway_editor_model_set_settings (model, settings);
  return model;
}

static void
test_nothing_is_lost (void)
{
  const char *text = "gateway=a b;mtu=nine;pfs=perhaps;refuse-pap=no;routes=10.0.0.0/8;x-who=me";
  g_autoptr (BywayEditorModel) model = make_model (text);

  assert_settings (model, text);
  byway_editor_model_put (model, "mtu", "1280");
  byway_editor_model_put (model, "mtu", "nine");
  byway_editor_model_put (model, "refuse-pap", "yes");
  byway_editor_model_put (model, "refuse-pap", "no"); /* the default, but it came so */
  assert_settings (model, text);
}

static void
test_defaults_are_not_written (void)
{
  g_autoptr (BywayEditorModel) model = make_model ("gateway=a;mtu=1280;domain=D");

  byway_editor_model_put (model, "mtu", "1400");
  byway_editor_model_put (model, "mru", "1400");
  byway_editor_model_put (model, "domain", "");
  byway_editor_model_put (model, "pfs", "no");
  byway_editor_model_put (model, "pfs", "yes");
  assert_settings (model, "gateway=a");
  g_assert_null (byway_editor_model_get (model, "mtu"));
  g_assert_cmpstr (byway_editor_model_effective (model, "mtu"), ==, "1400");
}

static void
assert_issues (BywayEditorModel *model, const char *wanted)
{
  g_autoptr (GPtrArray) issues = byway_editor_model_issues (model);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < issues->len; i++)
    {
      const BywayIssue *issue = g_ptr_array_index (issues, i);

      g_string_append_printf (found, "%s%s:%s", i > 0 ? " " : "", issue->key,
                              byway_issue_code_to_string (issue->code));
    }
  g_assert_cmpstr (found->str, ==, wanted);
}

static void
test_issues (void)
{
  static const char *const cases[][2] = {
    { "gateway=a;user=u", "" },
    { "", "gateway:missing user:missing" },
    { "gateway=a;user=u;x=y", "x:unknown-key" },
    { "gateway=a;user=u;dpd-delay=60", "dpd-timeout:conflict" },
    /* a conflict is seen though something else can't be read, and told once */
    { "dpd-delay=60;mtu=9", "gateway:missing user:missing mtu:range dpd-timeout:conflict" },
    { "gateway=a;user=u;dpd-delay=60;dpd-timeout=x", "dpd-timeout:syntax" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywayEditorModel) model = make_model (cases[i][0]);

      assert_issues (model, cases[i][1]);
    }
}

static void
test_secrets (void)
{
  g_autoptr (BywayEditorModel) model = make_model ("gateway=a;user=u");
  g_autofree char *long_one = g_strnfill (300, 'x');

  g_assert_cmpstr (byway_editor_model_get_secret (model, "password"), ==, "");
  byway_editor_model_set_secret (model, "password", "p");
  g_assert_cmpstr (byway_editor_model_get_secret (model, "password"), ==, "p");
  assert_issues (model, "");
  byway_editor_model_set_secret (model, "password", long_one);
  assert_issues (model, "password:syntax");
  byway_editor_model_set_secret (model, "password", NULL);
  assert_issues (model, "");
  assert_settings (model, "gateway=a;user=u");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/editor/fields/reached", test_every_option_can_be_reached);
  g_test_add_func ("/editor/fields/fit", test_fields_fit_their_options);
  g_test_add_func ("/editor/fields/groups", test_groups_are_whole);
  g_test_add_func ("/editor/fields/mnemonics", test_mnemonics_differ);
  g_test_add_func ("/editor/presets/lists", test_presets_are_lists);
  g_test_add_func ("/editor/presets/legacy", test_legacy_is_for_old_servers);
  g_test_add_func ("/editor/presets/spelling", test_spelling_does_not_matter);
  g_test_add_func ("/editor/presets/change", test_lists_are_changed_in_place);
  g_test_add_func ("/editor/presets/remarks", test_remarks);
  g_test_add_func ("/editor/presets/choice", test_everything_can_be_chosen);
  g_test_add_func ("/editor/model/lossless", test_nothing_is_lost);
  g_test_add_func ("/editor/model/defaults", test_defaults_are_not_written);
  g_test_add_func ("/editor/model/issues", test_issues);
  g_test_add_func ("/editor/model/secrets", test_secrets);
  return g_test_run ();
}
