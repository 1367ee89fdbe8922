/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-cli.h"
#include "byway-option.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

const BywayVerb byway_verbs[] = {
  { "up", "NAME", N_ ("Connect, showing the stages as they pass"), byway_verb_up },
  { "down", "NAME", N_ ("Disconnect"), byway_verb_down },
  { "lift", "NAME", N_ ("Lift the kill switch: let everything leave this machine again"),
    byway_verb_lift },
  { "status", "[NAME]", N_ ("How a connection is doing"), byway_verb_status },
  { "list", "", N_ ("The connections that you may use"), byway_verb_list },
  { "add", "NAME [KEY=VALUE...]", N_ ("Make a new connection"), byway_verb_add },
  { "edit", "NAME KEY=VALUE...", N_ ("Change settings; KEY= sets the default again"),
    byway_verb_edit },
  { "show", "NAME", N_ ("All settings of a connection"), byway_verb_show },
  { "duplicate", "NAME NEW-NAME", N_ ("Make a copy of a connection"), byway_verb_duplicate },
  { "delete", "NAME", N_ ("Delete a connection and its secrets"), byway_verb_delete },
  { "set-secret", "NAME SECRET", N_ ("Put a secret into your keyring"), byway_verb_set_secret },
  { "import", "FILE", N_ ("Make a connection of a file of NetworkManager-l2tp's or Byway's"),
    byway_verb_import },
  { "import-cert", "NAME FILE", N_ ("Look at a certificate, and let a connection use it"),
    byway_verb_import_cert },
  { "export", "NAME [FILE]", N_ ("Write a connection to such a file, without its secrets"),
    byway_verb_export },
  { "migrate", "[PROFILE...]",
    N_ ("Move NetworkManager-l2tp's profiles in NetworkManager to Byway"), byway_verb_migrate },
  { "why", "NAME", N_ ("Why it is not up, or not well, and what to change"), byway_verb_why },
  { "log", "NAME", N_ ("What happened last, in the daemons' own words"), byway_verb_log },
  { "report", "NAME", N_ ("One text for a bug report, names and addresses masked"),
    byway_verb_report },
  { "monitor", "", N_ ("Tell everything that happens, until Ctrl-C"), byway_verb_monitor },
  { "doctor", "[NAME]", N_ ("Whether this machine can connect, and what to change"),
    byway_verb_doctor },
  { "probe", "HOST", N_ ("What the server takes for IKE, without any secret"), byway_verb_probe },
  { "render", "[KEY=VALUE...]", N_ ("What a connect would write and send, without a daemon"),
    byway_verb_render },
  { NULL },
};

static void
print_help (void)
{
  g_print ("%s\n\n", _ ("Usage: byway VERB [ARGUMENTS]"));
  for (const BywayVerb *verb = byway_verbs; verb->name != NULL; verb++)
    {
      g_autofree char *usage = g_strjoin (" ", verb->name, verb->arguments, NULL);

      g_print ("  %-36s %s\n", usage, _ (verb->summary));
    }
  g_print ("\n%s\n", _ ("byway VERB --help tells more. A beginning: byway add office --gateway "
                        "vpn.example.net --user alice && byway up office"));
}

/* For the shells' completion. */
static int
list_options (void)
{
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type != BYWAY_OPTION_SECRET)
      g_print ("%s\t%s\n", options[i].key, options[i].doc);
  return 0;
}

static int
list_verbs (void)
{
  for (const BywayVerb *verb = byway_verbs; verb->name != NULL; verb++)
    g_print ("%s\t%s\n", verb->name, _ (verb->summary));
  return 0;
}

static int
run_verb (int argc, char **argv)
{
  for (const BywayVerb *verb = byway_verbs; verb->name != NULL; verb++)
    if (strcmp (verb->name, argv[0]) == 0)
      return verb->run (argc, argv);
  g_printerr (_ ("byway: there is no verb “%s” (byway --help)\n"), argv[0]);
  return 2;
}

int
main (int argc, char **argv)
{
  const char *first = argc > 1 ? argv[1] : "";

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, BYWAY_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  if (strcmp (first, "--version") == 0)
    g_print ("byway %s\n", PACKAGE_VERSION);
  else if (strcmp (first, "--list-options") == 0)
    return list_options ();
  else if (strcmp (first, "--list-verbs") == 0)
    return list_verbs ();
  else if (*first == '\0' || strcmp (first, "--help") == 0 || strcmp (first, "-h") == 0
           || strcmp (first, "help") == 0)
    {
      if (argc > 2)
        return run_verb (2, (char *[]){ argv[2], "--help", NULL });
      print_help ();
      return *first == '\0' ? 2 : 0;
    }
  else
    return run_verb (argc - 1, argv + 1);
  return 0;
}
