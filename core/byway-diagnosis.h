/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-error.h"
#include "byway-stage.h"

/* Why there is no connection, or not a good one: one value for each thing that a person would have
 * to do something else about. */
typedef enum
{
  BYWAY_CAUSE_UNEXPECTED, /* none of the others; the detail is all that is known */

  BYWAY_CAUSE_NO_PPPD,
  BYWAY_CAUSE_NO_XL2TPD,
  BYWAY_CAUSE_NO_IKE_DAEMON,
  BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE,
  BYWAY_CAUSE_IKE_NO_IKEV1,
  BYWAY_CAUSE_IKE_ALGORITHM_MISSING,
  BYWAY_CAUSE_IKE_PORT_TAKEN,
  BYWAY_CAUSE_NO_LIBRESWAN,
  BYWAY_CAUSE_LIBRESWAN_UNREACHABLE,
  BYWAY_CAUSE_LIBRESWAN_IKEV1_OFF,
  BYWAY_CAUSE_LIBRESWAN_ALGORITHM_MISSING,
  BYWAY_CAUSE_LIBRESWAN_UNABLE,
  BYWAY_CAUSE_LIBRESWAN_NSS,
  BYWAY_CAUSE_LIBRESWAN_NSS_LOCKED,
  BYWAY_CAUSE_LIBRESWAN_CERT_TAKEN,
  BYWAY_CAUSE_LIBRESWAN_AUTHORITIES,
  BYWAY_CAUSE_PPPD_PLUGIN_MISMATCH,
  BYWAY_CAUSE_PPPD_OPTION_REFUSED,
  BYWAY_CAUSE_PPPD_NO_EAP_TLS,
  BYWAY_CAUSE_KERNEL_NO_PPP,
  BYWAY_CAUSE_KERNEL_NO_L2TP,
  BYWAY_CAUSE_KERNEL_NO_ESP,
  BYWAY_CAUSE_DENIED,
  BYWAY_CAUSE_SECRETS_MISSING,
  BYWAY_CAUSE_SECRETS_AWAITED, /* what would come up by itself waits for somebody who has them */
  BYWAY_CAUSE_KEYRING_LOCKED,
  BYWAY_CAUSE_SERVER_BUSY,
  BYWAY_CAUSE_CERT_FILE,
  BYWAY_CAUSE_CERT_FORMAT,
  BYWAY_CAUSE_CERT_PASSWORD,
  BYWAY_CAUSE_CERT_LEGACY,
  BYWAY_CAUSE_CERT_KEY_MISSING,
  BYWAY_CAUSE_CERT_KEY_MISMATCH,
  BYWAY_CAUSE_CERT_EXPIRED,
  BYWAY_CAUSE_CERT_EXPIRES_SOON,
  BYWAY_CAUSE_CERT_USAGE,
  BYWAY_CAUSE_CERT_NO_AUTHORITY,
  BYWAY_CAUSE_TOKEN_NO_PLUGIN,
  BYWAY_CAUSE_TOKEN_NOT_FOUND,
  BYWAY_CAUSE_TOKEN_PIN,
  BYWAY_CAUSE_TOKEN_TAKEN,
  BYWAY_CAUSE_TOKEN_UNDECIDED, /* it ended with a PIN that the token had not answered to */

  BYWAY_CAUSE_NAME_UNKNOWN,
  BYWAY_CAUSE_NAME_SERVER_SILENT,
  BYWAY_CAUSE_NAME_WITHOUT_IPV4,
  BYWAY_CAUSE_NO_ROUTE,

  BYWAY_CAUSE_IKE_SILENT,
  BYWAY_CAUSE_IKE_REJECTED,
  BYWAY_CAUSE_IKE_HOST_UNREACHABLE,
  BYWAY_CAUSE_IKE_500_BLOCKED,
  BYWAY_CAUSE_IKE_SOURCE_500_BLOCKED,
  BYWAY_CAUSE_IKE_4500_SILENT,
  BYWAY_CAUSE_IKE_STALLED,   /* answered, agreed, and then no more; what is known without a probe */
  BYWAY_CAUSE_IKE_MALFORMED, /* an answer that no server gives: it is we who broke off */
  BYWAY_CAUSE_IKE_PROPOSAL,
  BYWAY_CAUSE_IKE_PSK_WRONG,
  BYWAY_CAUSE_IKE_PSK_UNKNOWN,
  BYWAY_CAUSE_IKE_PSK_NOT_LOADED,
  BYWAY_CAUSE_IKE_REMOTE_ID,
  BYWAY_CAUSE_IKE_LOCAL_ID,
  BYWAY_CAUSE_IKE_REFUSED,
  BYWAY_CAUSE_IKE_LOGIN_REFUSED, /* IKE version 2 has one word for all of it */
  BYWAY_CAUSE_IKE_AGGRESSIVE_REFUSED,
  BYWAY_CAUSE_IKE_WANTS_XAUTH,
  BYWAY_CAUSE_IKE_CERT_UNTRUSTED,
  BYWAY_CAUSE_IKE_CERT_EXPIRED,
  BYWAY_CAUSE_IKE_CERT_IDENTITY,
  BYWAY_CAUSE_IKE_CERT_REFUSED,
  BYWAY_CAUSE_IKE_CERT_SILENT, /* what is known without a probe, as with IKE_STALLED */
  BYWAY_CAUSE_IKE_LARGE_LOST,
  BYWAY_CAUSE_IKE_TRUST_SHARED,
  BYWAY_CAUSE_IKE_NO_XAUTH,
  BYWAY_CAUSE_IKE_XAUTH_REFUSED,
  BYWAY_CAUSE_IKE_AGGRESSIVE, /* warnings */
  BYWAY_CAUSE_NOT_PROTECTED,

  BYWAY_CAUSE_ESP_PROPOSAL,
  BYWAY_CAUSE_ESP_SELECTORS,
  BYWAY_CAUSE_ESP_STALLED,
  BYWAY_CAUSE_ESP_NOT_INSTALLED,

  BYWAY_CAUSE_ESP_SILENT,
  BYWAY_CAUSE_L2TP_SILENT,
  BYWAY_CAUSE_L2TP_NO_SERVER,
  BYWAY_CAUSE_L2TP_REFUSED,
  BYWAY_CAUSE_L2TP_PLAIN_SILENT, /* the same two without IPsec */
  BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER,
  BYWAY_CAUSE_L2TP_WANTS_SECRET,
  BYWAY_CAUSE_L2TP_SECRET_WRONG,
  BYWAY_CAUSE_L2TP_FULL,
  BYWAY_CAUSE_L2TP_NO_SESSION,
  BYWAY_CAUSE_L2TP_LOCAL,

  BYWAY_CAUSE_PPP_SILENT,
  BYWAY_CAUSE_PPP_DEAF,
  BYWAY_CAUSE_PPP_LOGIN_REFUSED,
  BYWAY_CAUSE_PPP_LOGIN_STALLED,
  BYWAY_CAUSE_PPP_METHOD,
  BYWAY_CAUSE_PPP_CERT_REFUSED,
  BYWAY_CAUSE_PPP_CERT_UNTRUSTED,
  BYWAY_CAUSE_PPP_CERT_EXPIRED,
  BYWAY_CAUSE_PPP_CERT_NAME,
  BYWAY_CAUSE_PPP_PASSWORD_EXPIRED,
  BYWAY_CAUSE_PPP_NO_DIAL_IN,
  BYWAY_CAUSE_PPP_HOURS,
  BYWAY_CAUSE_PPP_ACCOUNT_DISABLED,
  BYWAY_CAUSE_PPP_OTHER_NAME,
  BYWAY_CAUSE_PPP_MPPE,
  BYWAY_CAUSE_PPP_NO_MPPE,
  BYWAY_CAUSE_PPP_NO_ADDRESS,
  BYWAY_CAUSE_PPP_HUNG_UP,

  BYWAY_CAUSE_IP_FAILED,
  BYWAY_CAUSE_IP_COLLISION,
  BYWAY_CAUSE_IP_SERVER_INSIDE,
  BYWAY_CAUSE_IP_MTU,

  BYWAY_CAUSE_LOST_SERVER,
  BYWAY_CAUSE_LOST_BY_SERVER,
  BYWAY_CAUSE_LOST_IPSEC,
  BYWAY_CAUSE_LOST_XL2TPD,
  BYWAY_CAUSE_LOST_PPPD,
  BYWAY_CAUSE_LOST_IKE_DAEMON,
  BYWAY_CAUSE_LOST_UPLINK,
  BYWAY_CAUSE_LOST_TO_SLEEP,
  BYWAY_N_CAUSES
} BywayCause;

/* A GError of this domain has a BywayCause as its code; its message is the detail: the other side's
 * own words, or the kernel's, or nothing. */
#define BYWAY_FAILURE (byway_failure_quark ())
GQuark byway_failure_quark (void);

typedef struct
{
  const char *option;  /* the setting or secret that it is about; NULL: none */
  const char *command; /* to copy, {name} is the connection's; NULL: nothing to type */
  const char *text;    /* what it does, or what has to be done */
} BywayFix;

typedef enum
{
  BYWAY_TRAIT_CERTAIN = 1 << 0,   /* else the sentence says what is likely */
  BYWAY_TRAIT_WARNING = 1 << 1,   /* the connection is up all the same */
  BYWAY_TRAIT_PASSES = 1 << 2,    /* it may be gone at the next attempt, without anybody's doing */
  BYWAY_TRAIT_ELSEWHERE = 1 << 3, /* another address of the same server may do better */
} BywayTraits;

/* One row of the table. Texts may hold {key} for a fact of the diagnosis, see
 * byway_diagnosis_expand; they are in English and marked for translation. Those that are not needed
 * are NULL. */
typedef struct
{
  const char *code; /* stable: for scripts, tests and translators of another kind */
  BywayStage stage;
  BywayError error; /* the class that decides on the exit code */
  BywayTraits traits;
  const char *sentence;
  const char *seen;      /* what it is concluded from */
  const char *others[3]; /* what else it may be, likelier first; NULL ends. All in brackets: where
                            its facts are known */
  const char *tell;      /* what tells them apart */
  BywayFix fixes[4];     /* text NULL ends */
} BywayCauseRow;

const BywayCauseRow *byway_cause_row (BywayCause cause);
gboolean byway_cause_has (BywayCause cause, BywayTraits trait);
gboolean byway_cause_from_code (const char *code, BywayCause *out);
/* The option key of the secret that the server refused, which should be asked for anew; NULL: it
 * was none. Static. */
const char *byway_cause_refused_secret (BywayCause cause);

/* A cause with the facts that its sentences name. */
typedef struct
{
  BywayCause cause;
  BywayStage stage;  /* where it happened; the row's own unless it can happen anywhere */
  GHashTable *facts; /* key -> text */
  GStrv evidence;    /* the daemons' own lines, oldest first; never NULL */
} BywayDiagnosis;

BywayDiagnosis *byway_diagnosis_new (BywayCause cause);
/* From what a step failed with. Causes keep theirs; any other error is UNEXPECTED, or what its code
 * says, in the stage that it happened in. */
BywayDiagnosis *byway_diagnosis_new_from_error (const GError *error, BywayStage stage);
void byway_diagnosis_free (BywayDiagnosis *diagnosis);
/* NULL or empty values are not kept. */
void byway_diagnosis_set_fact (BywayDiagnosis *diagnosis, const char *key, const char *value);
/* The connection's name as a word of a shell: quoted where it must be. Caller frees. */
char *byway_diagnosis_name_in_command (const char *name);
/* So it stands in the commands. */
void byway_diagnosis_set_name (BywayDiagnosis *diagnosis, const char *name);
/* Takes @lines. */
void byway_diagnosis_set_evidence (BywayDiagnosis *diagnosis, GStrv lines);

/* @text with every {key} replaced by the fact of that name. What stands in [square brackets] is
 * left out as a whole when one of its facts is not known. Caller frees; NULL stays NULL. */
char *byway_diagnosis_expand (const BywayDiagnosis *diagnosis, const char *text);
/* All facts that its command names are known. */
gboolean byway_diagnosis_can_fix (const BywayDiagnosis *diagnosis, const BywayFix *fix);
char *byway_diagnosis_sentence (const BywayDiagnosis *diagnosis);
BywayError byway_diagnosis_error (const BywayDiagnosis *diagnosis);

/* a{sv}, floating: code s, stage s, severity s (failure, warning), error s (D-Bus error name),
 * certain b, sentence s, seen s, others as, tell s, fixes aa{ss} (option, command, text), facts
 * a{ss}, evidence as; texts in English. */
GVariant *byway_diagnosis_to_variant (const BywayDiagnosis *diagnosis);
/* The code, the stage, facts and evidence of it; the rest follows from them. A code of a newer
 * helper is UNEXPECTED with that helper's sentence as its detail. */
BywayDiagnosis *byway_diagnosis_new_from_variant (GVariant *variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayDiagnosis, byway_diagnosis_free)
