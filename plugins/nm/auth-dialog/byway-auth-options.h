/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The command line that agents call with. */
typedef struct
{
  char *uuid, *name, *service;
  GStrv hints; /* may be NULL */
  gboolean reprompt, allow_interaction, external_ui;
} BywayAuthOptions;

/* NULL with @error when it is wrong, names another service, or lacks the connection. */
BywayAuthOptions *byway_auth_options_parse (char **argv, GError **error);
void byway_auth_options_free (BywayAuthOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayAuthOptions, byway_auth_options_free)
