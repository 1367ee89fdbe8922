/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-kernel-modules.h"

typedef enum
{
  BYWAY_VERDICT_OK,
  BYWAY_VERDICT_WARNING,
  BYWAY_VERDICT_PROBLEM, /* no connection can be made with it */
  BYWAY_VERDICT_UNKNOWN  /* could not be checked */
} BywayVerdict;

/* "ok", "warning", "problem", "unknown" */
const char *byway_verdict_to_string (BywayVerdict verdict);

typedef enum
{
  BYWAY_DOCTOR_PPP,
  BYWAY_DOCTOR_PPPOX,
  BYWAY_DOCTOR_L2TP,
  BYWAY_DOCTOR_XFRM,
  BYWAY_DOCTOR_ESP,
  BYWAY_DOCTOR_N_MODULES
} BywayDoctorModule;
const char *byway_doctor_module_name (BywayDoctorModule module);

typedef enum
{
  BYWAY_ANSWER_UNKNOWN,
  BYWAY_ANSWER_NO,
  BYWAY_ANSWER_YES
} BywayAnswer;

/* Everything that was found out about this machine; strings are borrowed, NULL: not known, or not
 * there where that is said. */
typedef struct
{
  gboolean root;
  const char *container; /* its kind ("docker"), "" none */
  const char *kernel;    /* release */

  /* programs; NULL: not installed */
  const char *pppd, *xl2tpd;  /* versions */
  const char *charon, *pluto; /* paths */
  const char *plugin_for; /* pppd version that our plugin is of; NULL: the plugin is not found */
  BywayAnswer libreswan_ikev1; /* ikev1-policy=accept */
  gboolean nss_tools;          /* by which Libreswan's certificates come and go */

  BywayModuleState modules[BYWAY_DOCTOR_N_MODULES];
  /* of the helper; kernel_*: 0 works, an errno, -1 not known */
  gboolean helper_answers;
  const char *helper_version;
  int kernel_ppp, kernel_l2tp, kernel_esp;
  const char *charon_version, *libreswan_version; /* of one that runs; NULL: none */
  const char *const *charon_plugins;
  gboolean charon_has_3des;
  guint foreign_associations;

  BywayAnswer helper_installed;                 /* the bus can start it */
  gboolean bus;                                 /* there is a system bus */
  const char *port_500, *port_4500, *port_1701; /* who holds it; "" somebody; NULL nobody */

  BywayAnswer polkit;       /* it is on the bus */
  BywayAnswer may_connect;  /* without a question */
  BywayAnswer may_be_asked; /* a question is all that is in the way */
  BywayAnswer agent;        /* somebody who puts the question */
  BywayAnswer keyring, keyring_open;

  const char *dns;     /* "systemd-resolved", "resolvconf", "NetworkManager", "file" */
  int rp_filter;       /* of all interfaces; -1 not known */
  const char *tunnels; /* names of others' interfaces, "" none */
  const char *denials; /* AppArmor's last one; "" none; NULL: may not be read */
  BywayAnswer clock_is_set;
  BywayAnswer clock_is_synchronized;

  /* of one connection; NULL name: none was asked for */
  const char *name, *gateway;
  const char *problems; /* of its settings, "" none */
  const char *address;  /* NULL: does not resolve */
  const char *resolve_error;
  BywayAnswer routed;
  const char *missing_secrets;     /* keys, "" none */
  const char *certificate;         /* whose time it is about; NULL: none is used */
  const char *certificate_problem; /* why it is of no use; NULL: it is */
  int certificate_days;            /* left */
  gboolean by_certificate;         /* IKE, not PPP */
  gboolean by_token;               /* its key is on a token */
  gboolean plain, aggressive;      /* no IPsec at all; IPsec by aggressive mode */
  gboolean weak;
  const char *lacking;   /* an algorithm that its IKE daemon can't do; "" none; NULL: not known */
  gboolean by_libreswan; /* which is that one; else strongSwan */
} BywayDoctorFacts;

/* One check's outcome; NULL fix: nothing to do. */
typedef struct
{
  const char *id;
  BywayVerdict verdict;
  char *sentence;
  char *fix; /* a command to copy, or what to do */
} BywayFinding;

/* (element-type BywayFinding *), problems first; caller's. */
GPtrArray *byway_doctor_examine (const BywayDoctorFacts *facts);
/* The last word: "You can connect." or what stands in the way. Caller frees. */
char *byway_doctor_conclusion (const BywayDoctorFacts *facts, GPtrArray *findings);
