/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* The one error domain. Codes are what a caller can act on; each has a D-Bus name
 * (byway_error_dbus_name) and an exit code of the command line (byway_error_exit_code). */
#define BYWAY_ERROR (byway_error_quark ())

typedef enum
{
  BYWAY_ERROR_FAILED,          /* none of the others */
  BYWAY_ERROR_INVALID,         /* settings or arguments refused; the message names each key */
  BYWAY_ERROR_NOT_FOUND,       /* no such connection, or not one the caller may see */
  BYWAY_ERROR_EXISTS,          /* the name is taken */
  BYWAY_ERROR_DENIED,          /* polkit or ownership says no */
  BYWAY_ERROR_SECRETS_MISSING, /* the message lists the secrets' keys */
  BYWAY_ERROR_BUSY,            /* the connection has a session already */
  BYWAY_ERROR_LIMIT,           /* a documented limit per caller is reached */
  BYWAY_ERROR_MISSING_PROGRAM, /* a program or module of this machine is not there or unfit */
  BYWAY_ERROR_RESOLVE,         /* the gateway's name has no address */
  BYWAY_ERROR_IPSEC,           /* IKE or the security association failed */
  BYWAY_ERROR_L2TP,            /* tunnel or call failed */
  BYWAY_ERROR_PPP,             /* link, authentication or network phase failed */
  BYWAY_ERROR_NET,             /* routes or DNS could not be set */
  BYWAY_ERROR_TIMEOUT,         /* a stage's deadline passed */
  BYWAY_ERROR_CANCELLED,       /* someone asked for the end */
  BYWAY_N_ERRORS
} BywayError;

GQuark byway_error_quark (void);

/* "org.byway.Byway1.Error.Invalid" and so on; never NULL. */
const char *byway_error_dbus_name (BywayError code);

/* The exit code that `byway` ends with for this error (see byway(1)); never 0. */
int byway_error_exit_code (BywayError code);
