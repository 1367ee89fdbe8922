/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A button that asks a server which IKE algorithms it takes, and offers them in a bubble. Borrowed
 * text; NULL or "": there is no server yet. Signals are the caller's functions: */
typedef struct
{
  const char *(*gateway) (gpointer data);             /* whom to ask */
  void (*use) (const char *proposals, gpointer data); /* the user wants these */
  gpointer data;
} BywayDetectHost;

/* @host is copied. */
GtkWidget *byway_detect_new (const BywayDetectHost *host);
