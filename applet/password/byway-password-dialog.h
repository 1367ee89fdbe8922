/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "byway-secret.h"

/* What a dialog says around its entries. */
typedef struct
{
  const char *title;  /* names the connection */
  const char *reason; /* why it asks */
  const char *accept; /* the button, with a mnemonic; NULL: "OK" */
} BywayPasswordWords;

/* One secret to ask for. */
typedef struct
{
  const char *key;   /* the option's */
  const char *label; /* for people, with a mnemonic's underscore */
  const char *value; /* what is in the entry at first; NULL: nothing */
  gsize max;         /* bytes */
  gboolean needed;   /* may not be left empty */
  BywayStorage storage;
} BywayPasswordRow;

/* Asks for secrets, and where the caller wants it for where to keep each of them. What is typed
 * lies in locked memory. Does not block; whoever made it destroys it. */
#define BYWAY_TYPE_PASSWORD_DIALOG (byway_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (BywayPasswordDialog, byway_password_dialog, BYWAY, PASSWORD_DIALOG, GtkDialog)

/* @parent may be NULL. */
BywayPasswordDialog *byway_password_dialog_new (GtkWindow *parent, const BywayPasswordWords *words,
                                                gboolean offers_storage);
void byway_password_dialog_add (BywayPasswordDialog *dialog, const BywayPasswordRow *row);

/* Shows it, once, after all rows were added. */
void byway_password_dialog_ask (BywayPasswordDialog *dialog, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
/* What was typed, without entries that were left empty; the caller's. BYWAY_ERROR_CANCELLED when
 * the user, the @cancellable or the window's end said no. */
BywaySecretSet *byway_password_dialog_ask_finish (BywayPasswordDialog *dialog, GAsyncResult *result,
                                                  GError **error);
/* Where the user wants it kept; without such a choice what its row said. */
BywayStorage byway_password_dialog_storage (BywayPasswordDialog *dialog, const char *key);
