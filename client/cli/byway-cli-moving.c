/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-moving.h"

#include "byway-cli-diagnosis.h"

#include <glib/gi18n.h>

char *
byway_cli_moving_unprotected (const char *gateway)
{
  g_autoptr (BywayDiagnosis) diagnosis = byway_diagnosis_new (BYWAY_CAUSE_NOT_PROTECTED);

  byway_diagnosis_set_fact (diagnosis, "gateway", gateway);
  return byway_cli_diagnosis_sentence (diagnosis);
}

char *
byway_cli_moving_defaults (GStrv differences)
{
  g_autofree char *list = g_strjoinv ("; ", differences);

  if (*differences == NULL)
    return NULL;
  return g_strdup_printf (
      _ ("where it says nothing, Byway does otherwise than NetworkManager-l2tp: %s"), list);
}
