/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-error.h"

static const struct
{
  const char *dbus_name;
  int exit_code;
} errors[BYWAY_N_ERRORS] = {
  [BYWAY_ERROR_FAILED] = { "org.byway.Byway1.Error.Failed", 1 },
  [BYWAY_ERROR_INVALID] = { "org.byway.Byway1.Error.Invalid", 2 },
  [BYWAY_ERROR_NOT_FOUND] = { "org.byway.Byway1.Error.NotFound", 3 },
  [BYWAY_ERROR_EXISTS] = { "org.byway.Byway1.Error.Exists", 4 },
  [BYWAY_ERROR_DENIED] = { "org.byway.Byway1.Error.Denied", 5 },
  [BYWAY_ERROR_SECRETS_MISSING] = { "org.byway.Byway1.Error.SecretsMissing", 6 },
  [BYWAY_ERROR_BUSY] = { "org.byway.Byway1.Error.Busy", 7 },
  [BYWAY_ERROR_LIMIT] = { "org.byway.Byway1.Error.Limit", 8 },
  [BYWAY_ERROR_MISSING_PROGRAM] = { "org.byway.Byway1.Error.MissingProgram", 12 },
  [BYWAY_ERROR_RESOLVE] = { "org.byway.Byway1.Error.Resolve", 13 },
  [BYWAY_ERROR_IPSEC] = { "org.byway.Byway1.Error.Ipsec", 14 },
  [BYWAY_ERROR_L2TP] = { "org.byway.Byway1.Error.L2tp", 15 },
  [BYWAY_ERROR_PPP] = { "org.byway.Byway1.Error.Ppp", 16 },
  [BYWAY_ERROR_NET] = { "org.byway.Byway1.Error.Net", 17 },
  [BYWAY_ERROR_TIMEOUT] = { "org.byway.Byway1.Error.Timeout", 18 },
  [BYWAY_ERROR_CANCELLED] = { "org.byway.Byway1.Error.Cancelled", 130 },
};

/* Not by G_DEFINE_QUARK: clang-format takes its hyphens for minus signs. */
GQuark
byway_error_quark (void)
{
  return g_quark_from_static_string ("byway-error-quark");
}

const char *
byway_error_dbus_name (BywayError code)
{
  g_return_val_if_fail (code < BYWAY_N_ERRORS, errors[BYWAY_ERROR_FAILED].dbus_name);
  return errors[code].dbus_name;
}

int
byway_error_exit_code (BywayError code)
{
  g_return_val_if_fail (code < BYWAY_N_ERRORS, 1);
  return errors[code].exit_code;
}
