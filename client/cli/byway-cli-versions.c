/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli-versions.h"

#include "byway-cli-program.h"
#include "byway-error.h"

#include <string.h>
#include <sys/utsname.h>

#define SECONDS 5

/* For a maintainer, and so not translated, as all of a report. */
static const struct
{
  const char *title;
  const char *argv[3];
} programs[] = {
  { "pppd", { "pppd", "--version", NULL } },
  { "xl2tpd", { "xl2tpd", "--version", NULL } },
  { "charon", { "charon", "--version", NULL } },
  { "charon-systemd", { "charon-systemd", "--version", NULL } },
  { "ipsec", { "ipsec", "--version", NULL } },
};

/* The distribution's own numbers tell of its patches. */
static const char *const packagers[][10] = {
  { "dpkg-query", "--show", "--showformat=${Package} ${Version}\\n", "ppp", "xl2tpd",
    "strongswan-charon", "charon-systemd", "libreswan", NULL },
  { "rpm", "-q", "ppp", "xl2tpd", "strongswan", "libreswan", NULL },
  { "pacman", "-Q", "ppp", "xl2tpd", "strongswan", "libreswan", NULL },
};

/* The first line with a number in it. */
static char *
version_line (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strpbrk (lines[i], "0123456789") != NULL)
      return g_strdup (g_strstrip (lines[i]));
  return g_strdup ("tells no version");
}

static void
add_program (GString *text, const char *title, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = byway_cli_program_output (argv, TRUE, SECONDS, &error);
  g_autofree char *line = output != NULL ? version_line (output) : NULL;

  if (g_error_matches (error, BYWAY_ERROR, BYWAY_ERROR_NOT_FOUND))
    g_string_append_printf (text, "%s: not found, or not ours to run\n", title);
  else
    g_string_append_printf (text, "%s: %s\n", title, line != NULL ? line : error->message);
}

static void
add_packages (GString *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (packagers); i++)
    {
      g_autofree char *output = byway_cli_program_output (packagers[i], FALSE, SECONDS, NULL);
      g_auto (GStrv) lines = output != NULL ? g_strsplit (g_strchomp (output), "\n", -1) : NULL;

      for (guint j = 0; lines != NULL && lines[j] != NULL; j++)
        /* "libreswan " is known to dpkg, and has no version: not installed. */
        if (*lines[j] != '\0' && !g_str_has_suffix (lines[j], " "))
          g_string_append_printf (text, "package %s\n", lines[j]);
    }
}

char *
byway_cli_versions (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *distribution = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  struct utsname kernel;

  g_string_append_printf (text, "byway: %s\n", PACKAGE_VERSION);
  /* Not its node name: that is the host's. */
  if (uname (&kernel) == 0)
    g_string_append_printf (text, "kernel: %s %s %s\n", kernel.sysname, kernel.release,
                            kernel.machine);
  g_string_append_printf (text, "distribution: %s\n",
                          distribution != NULL ? distribution : "unknown");
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    add_program (text, programs[i].title, programs[i].argv);
  add_packages (text);
  return g_string_free (text, FALSE);
}
