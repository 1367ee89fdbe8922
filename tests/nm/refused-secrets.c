/* SPDX-License-Identifier: GPL-2.0-or-later */
/* refused-secrets: prints each cause whose remedy is another secret, a line "CODE KEY". */
#include "config.h"

#include "byway-diagnosis.h"

#include <stdio.h>

int
main (void)
{
  for (guint cause = 0; cause < BYWAY_N_CAUSES; cause++)
    if (byway_cause_refused_secret (cause) != NULL)
      printf ("%s %s\n", byway_cause_row (cause)->code, byway_cause_refused_secret (cause));
  return 0;
}
