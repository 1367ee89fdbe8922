/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "byway-ike-probe.h"

/* Finds out which transforms of phase 1 a server takes: what it chooses out of an offer is noted
 * and left out of the next one, until it refuses the rest. Decides only; somebody else sends. */
typedef struct _BywayIkeSurvey BywayIkeSurvey;

/* Manners: one host, one question at a time, and an end. */
#define BYWAY_IKE_SURVEY_PACKETS 90
#define BYWAY_IKE_SURVEY_SECONDS 60
#define BYWAY_IKE_SURVEY_PAUSE_MS 150    /* between an answer and the next question */
#define BYWAY_IKE_SURVEY_SILENCE_MS 1000 /* then nothing comes any more */

BywayIkeSurvey *byway_ike_survey_new (void);
void byway_ike_survey_free (BywayIkeSurvey *survey);

/* The next message to send, under a cookie that is new each time; NULL: it is finished. */
GBytes *byway_ike_survey_next (BywayIkeSurvey *survey, const guint8 cookie[BYWAY_IKE_COOKIE]);
/* The answer to it came, or did not within BYWAY_IKE_SURVEY_SILENCE_MS. */
void byway_ike_survey_answer (BywayIkeSurvey *survey, BywayIkeReplyKind kind,
                              const BywayIkeReply *reply);
void byway_ike_survey_silence (BywayIkeSurvey *survey);

/* One that the server takes. */
typedef struct
{
  BywayIkeTransform transform;
  char *text;         /* "aes256-sha256-modp2048" */
  gboolean supported; /* the option ike can say it */
  gboolean weak;
  guint rank; /* 0 is the strongest */
} BywayIkeFinding;

/* (element-type BywayIkeFinding), strongest first; borrowed. */
GArray *byway_ike_survey_findings (BywayIkeSurvey *survey);
gboolean byway_ike_survey_heard (BywayIkeSurvey *survey);
/* Each candidate was asked for; otherwise the server takes so much that the questions ran out. */
gboolean byway_ike_survey_complete (BywayIkeSurvey *survey);
/* It refuses every pre-shared key, and takes certificates or XAUTH: those words, or NULL. */
const char *byway_ike_survey_other_login (BywayIkeSurvey *survey);
guint byway_ike_survey_packets (BywayIkeSurvey *survey);
/* What the server said of itself: names for people, each once; NULL-terminated, caller's. */
GStrv byway_ike_survey_vendors (BywayIkeSurvey *survey);
/* The maker among them, NULL when it is not told. */
const char *byway_ike_survey_make (BywayIkeSurvey *survey);
gboolean byway_ike_survey_nat_t (BywayIkeSurvey *survey);
/* What to put into the option ike: the findings that it can say, without weak ones where others are
 * left, and a choice of the strongest where they are many. NULL: none. Caller frees. */
char *byway_ike_survey_proposal (BywayIkeSurvey *survey);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayIkeSurvey, byway_ike_survey_free)
