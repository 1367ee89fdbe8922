/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"

#include <string.h>

/* Not by G_DEFINE_QUARK: clang-format takes its hyphens for minus signs. */
GQuark
byway_failure_quark (void)
{
  return g_quark_from_static_string ("byway-failure-quark");
}

BywayDiagnosis *
byway_diagnosis_new (BywayCause cause)
{
  BywayDiagnosis *diagnosis = g_new0 (BywayDiagnosis, 1);

  diagnosis->cause = cause;
  diagnosis->stage = byway_cause_row (cause)->stage;
  diagnosis->facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  diagnosis->evidence = g_new0 (char *, 1);
  return diagnosis;
}

/* What only a caller of the helper sees, where no step of a session failed. */
static BywayCause
cause_of_error (const GError *error)
{
  if (error->domain == BYWAY_FAILURE)
    return error->code;
  if (g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_DENIED))
    return BYWAY_CAUSE_DENIED;
  if (g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_SECRETS_MISSING))
    return BYWAY_CAUSE_SECRETS_MISSING;
  return BYWAY_CAUSE_UNEXPECTED;
}

BywayDiagnosis *
byway_diagnosis_new_from_error (const GError *error, BywayStage stage)
{
  BywayDiagnosis *diagnosis = byway_diagnosis_new (cause_of_error (error));

  if (diagnosis->cause == BYWAY_CAUSE_UNEXPECTED)
    {
      diagnosis->stage = stage;
      if (error->domain == BYWAY_ERROR)
        byway_diagnosis_set_fact (diagnosis, "error", byway_error_dbus_name (error->code));
    }
  byway_diagnosis_set_fact (diagnosis, "detail", error->message);
  return diagnosis;
}

void
byway_diagnosis_free (BywayDiagnosis *diagnosis)
{
  g_hash_table_unref (diagnosis->facts);
  g_strfreev (diagnosis->evidence);
  g_free (diagnosis);
}

void
byway_diagnosis_set_fact (BywayDiagnosis *diagnosis, const char *key, const char *value)
{
  if (value != NULL && *value != '\0')
    g_hash_table_insert (diagnosis->facts, g_strdup (key), g_strdup (value));
}

char *
byway_diagnosis_name_in_command (const char *name)
{
  gboolean plain = name[strcspn (name, " \"'\\$`;&|<>()*?[]#~!{}")] == '\0';

  return plain ? g_strdup (name) : g_shell_quote (name);
}

void
byway_diagnosis_set_name (BywayDiagnosis *diagnosis, const char *name)
{
  g_autofree char *word = byway_diagnosis_name_in_command (name);

  byway_diagnosis_set_fact (diagnosis, "name", word);
}

void
byway_diagnosis_set_evidence (BywayDiagnosis *diagnosis, GStrv lines)
{
  g_strfreev (diagnosis->evidence);
  diagnosis->evidence = lines;
}

/* --- texts ---------------------------------------------------------------------------------- */

/* Appends text[0..length) with its facts filled in; FALSE when one of them is not known. */
static gboolean
append_filled (GString *out, const BywayDiagnosis *diagnosis, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *open = memchr (text, '{', end - text);
      const char *close = open != NULL ? memchr (open, '}', end - open) : NULL;
      g_autofree char *key = close != NULL ? g_strndup (open + 1, close - open - 1) : NULL;
      const char *value = key != NULL ? g_hash_table_lookup (diagnosis->facts, key) : NULL;

      if (key == NULL)
        {
          g_string_append_len (out, text, end - text);
          return TRUE;
        }
      g_string_append_len (out, text, open - text);
      if (value == NULL)
        return FALSE;
      g_string_append (out, value);
      text = close + 1;
    }
  return TRUE;
}

/* A group in [square brackets] is there only when all of its facts are. */
char *
byway_diagnosis_expand (const BywayDiagnosis *diagnosis, const char *text)
{
  GString *out;

  if (text == NULL)
    return NULL;
  out = g_string_new (NULL);
  while (*text != '\0')
    {
      gsize plain = strcspn (text, "[");
      gsize group;
      gsize before;

      append_filled (out, diagnosis, text, plain);
      text += plain;
      if (*text == '\0')
        break;
      group = strcspn (++text, "]");
      before = out->len;
      if (!append_filled (out, diagnosis, text, group))
        g_string_truncate (out, before);
      text += group + (text[group] == ']');
    }
  return g_string_free (out, FALSE);
}

gboolean
byway_diagnosis_can_fix (const BywayDiagnosis *diagnosis, const BywayFix *fix)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize needed = fix->command != NULL ? strcspn (fix->command, "[") : 0;

  return fix->command == NULL || append_filled (out, diagnosis, fix->command, needed);
}

char *
byway_diagnosis_sentence (const BywayDiagnosis *diagnosis)
{
  return byway_diagnosis_expand (diagnosis, byway_cause_row (diagnosis->cause)->sentence);
}

static gboolean
error_from_dbus_name (const char *name, BywayError *out)
{
  for (int code = 0; name != NULL && code < BYWAY_N_ERRORS; code++)
    if (strcmp (byway_error_dbus_name (code), name) == 0)
      {
        *out = code;
        return TRUE;
      }
  return FALSE;
}

BywayError
byway_diagnosis_error (const BywayDiagnosis *diagnosis)
{
  BywayError error = byway_cause_row (diagnosis->cause)->error;

  if (diagnosis->cause == BYWAY_CAUSE_UNEXPECTED)
    error_from_dbus_name (g_hash_table_lookup (diagnosis->facts, "error"), &error);
  return error;
}

/* --- the bus -------------------------------------------------------------------------------- */

static void
insert_text (GVariantDict *dict, const char *key, const BywayDiagnosis *diagnosis, const char *text)
{
  g_autofree char *expanded = byway_diagnosis_expand (diagnosis, text);

  g_variant_dict_insert (dict, key, "s", expanded != NULL ? expanded : "");
}

static GVariant *
others_to_variant (const BywayDiagnosis *diagnosis, const BywayCauseRow *row)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (gsize i = 0; i < G_N_ELEMENTS (row->others) && row->others[i] != NULL; i++)
    {
      g_autofree char *text = byway_diagnosis_expand (diagnosis, row->others[i]);

      if (*text != '\0')
        g_variant_builder_add (&builder, "s", text);
    }
  return g_variant_builder_end (&builder);
}

static void
add_entry (GVariantBuilder *builder, const BywayDiagnosis *diagnosis, const char *key,
           const char *text)
{
  g_autofree char *expanded = byway_diagnosis_expand (diagnosis, text);

  if (expanded != NULL)
    g_variant_builder_add (builder, "{ss}", key, expanded);
}

static GVariant *
fixes_to_variant (const BywayDiagnosis *diagnosis, const BywayCauseRow *row)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{ss}"));
  for (gsize i = 0; i < G_N_ELEMENTS (row->fixes) && row->fixes[i].text != NULL; i++)
    {
      if (!byway_diagnosis_can_fix (diagnosis, &row->fixes[i]))
        continue;
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{ss}"));
      add_entry (&builder, diagnosis, "option", row->fixes[i].option);
      add_entry (&builder, diagnosis, "command", row->fixes[i].command);
      add_entry (&builder, diagnosis, "text", row->fixes[i].text);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
facts_to_variant (const BywayDiagnosis *diagnosis)
{
  g_autoptr (GList) keys
      = g_list_sort (g_hash_table_get_keys (diagnosis->facts), (GCompareFunc)strcmp);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (GList *l = keys; l != NULL; l = l->next)
    g_variant_builder_add (&builder, "{ss}", l->data,
                           g_hash_table_lookup (diagnosis->facts, l->data));
  return g_variant_builder_end (&builder);
}

GVariant *
byway_diagnosis_to_variant (const BywayDiagnosis *diagnosis)
{
  const BywayCauseRow *row = byway_cause_row (diagnosis->cause);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "code", "s", row->code);
  g_variant_dict_insert (&dict, "stage", "s", byway_stage_to_string (diagnosis->stage));
  g_variant_dict_insert (&dict, "severity", "s",
                         byway_cause_has (diagnosis->cause, BYWAY_TRAIT_WARNING) ? "warning"
                                                                                 : "failure");
  g_variant_dict_insert (&dict, "error", "s",
                         byway_error_dbus_name (byway_diagnosis_error (diagnosis)));
  g_variant_dict_insert (&dict, "certain", "b",
                         byway_cause_has (diagnosis->cause, BYWAY_TRAIT_CERTAIN));
  insert_text (&dict, "sentence", diagnosis, row->sentence);
  insert_text (&dict, "seen", diagnosis, row->seen);
  insert_text (&dict, "tell", diagnosis, row->tell);
  g_variant_dict_insert_value (&dict, "others", others_to_variant (diagnosis, row));
  g_variant_dict_insert_value (&dict, "fixes", fixes_to_variant (diagnosis, row));
  g_variant_dict_insert_value (&dict, "facts", facts_to_variant (diagnosis));
  g_variant_dict_insert (&dict, "evidence", "^as", diagnosis->evidence);
  return g_variant_dict_end (&dict);
}

static void
read_facts (BywayDiagnosis *diagnosis, GVariant *variant)
{
  g_autoptr (GVariant) facts = g_variant_lookup_value (variant, "facts", G_VARIANT_TYPE ("a{ss}"));
  GVariantIter iter;
  const char *key, *value;

  if (facts == NULL)
    return;
  g_variant_iter_init (&iter, facts);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value))
    byway_diagnosis_set_fact (diagnosis, key, value);
}

BywayDiagnosis *
byway_diagnosis_new_from_variant (GVariant *variant)
{
  const char *code = "", *stage = "", *sentence = "", *error = "";
  BywayCause cause = BYWAY_CAUSE_UNEXPECTED;
  BywayDiagnosis *diagnosis;
  gboolean known;
  GStrv evidence = NULL;

  g_variant_lookup (variant, "code", "&s", &code);
  g_variant_lookup (variant, "stage", "&s", &stage);
  g_variant_lookup (variant, "sentence", "&s", &sentence);
  g_variant_lookup (variant, "error", "&s", &error);
  known = byway_cause_from_code (code, &cause);
  diagnosis = byway_diagnosis_new (cause);
  byway_stage_from_string (stage, &diagnosis->stage);
  read_facts (diagnosis, variant);
  if (!known)
    {
      byway_diagnosis_set_fact (diagnosis, "detail", sentence);
      byway_diagnosis_set_fact (diagnosis, "error", error);
    }
  if (g_variant_lookup (variant, "evidence", "^as", &evidence))
    byway_diagnosis_set_evidence (diagnosis, evidence);
  return diagnosis;
}
