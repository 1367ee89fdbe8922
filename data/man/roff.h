/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-option.h"

/* As text for roff, also at the start of a line. */
void roff_print_text (const char *text);
/* To be typed as it stands: its hyphens are minus signs. */
void roff_print_literal (const char *text);
/* What the option is, takes and defaults to. */
void roff_print_option (const BywayOption *option);
