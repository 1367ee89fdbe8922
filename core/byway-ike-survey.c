/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-ike-survey.h"

#include "byway-algorithm.h"
#include "byway-ike-vendor.h"

#include <string.h>

#define OFFER_MAX 30 /* transforms in one message: it stays below 1280 bytes */
#define TRIES 3
/* The line to paste has so many proposals, or else the strongest two with each group. */
#define LINE_PROPOSALS 12
#define LINE_OF_GROUP 2

enum
{
  AUTH_PSK = 1,
  AUTH_RSA = 3,
  AUTH_XAUTH_PSK = 65001
};

typedef struct
{
  guint16 number, bits;
  const char *keyword;
} Word;

/* Strongest first. Single DES and modp768 are only asked for together: who takes them is old. */
static const Word ciphers[]
    = { { 7, 256, "aes256" }, { 7, 192, "aes192" }, { 7, 128, "aes128" }, { 5, 0, "3des" } };
static const Word hashes[] = {
  { 6, 0, "sha512" }, { 5, 0, "sha384" }, { 4, 0, "sha256" }, { 2, 0, "sha1" }, { 1, 0, "md5" }
};
static const Word groups[]
    = { { 31, 0, "curve25519" }, { 21, 0, "ecp521" },   { 20, 0, "ecp384" },
        { 19, 0, "ecp256" },     { 16, 0, "modp4096" }, { 15, 0, "modp3072" },
        { 14, 0, "modp2048" },   { 5, 0, "modp1536" },  { 2, 0, "modp1024" } };
static const Word old_cipher = { 1, 0, "des" }, old_group = { 1, 0, "modp768" };

struct _BywayIkeSurvey
{
  GArray *left;     /* Finding: not offered yet, or offered and neither taken nor refused */
  gsize offered;    /* of them, from the front, in the question under way */
  GArray *findings; /* BywayIkeFinding */
  guint tries, packets;
  gboolean heard, finished;
  guint16 auth;
  const char *other_login;
  GPtrArray *vendors; /* names */
  const char *make;
  gboolean nat_t;
};

static void
finding_clear (gpointer data)
{
  g_free (((BywayIkeFinding *)data)->text);
}

/* --- what is asked for ---------------------------------------------------------------------- */

static void
add_candidate (GArray *out, const Word *cipher, const Word *hash, const Word *group)
{
  BywayIkeFinding finding = { .transform = { .encryption = cipher->number,
                                             .key_bits = cipher->bits,
                                             .hash = hash->number,
                                             .auth = AUTH_PSK,
                                             .group = group->number } };
  BywayProposal proposal;

  finding.rank = out->len;
  finding.text = g_strjoin ("-", cipher->keyword, hash->keyword, group->keyword, NULL);
  finding.supported = byway_proposal_parse (finding.text, BYWAY_PHASE_IKE, &proposal);
  finding.weak = !finding.supported || byway_proposal_is_weak (&proposal);
  g_array_append_val (out, finding);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const BywayIkeFinding *one = a, *other = b;

  return one->weak != other->weak ? one->weak - other->weak : (int)one->rank - (int)other->rank;
}

static GArray *
make_candidates (void)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (BywayIkeFinding));

  g_array_set_clear_func (out, finding_clear);
  for (gsize c = 0; c < G_N_ELEMENTS (ciphers); c++)
    for (gsize g = 0; g < G_N_ELEMENTS (groups); g++)
      for (gsize h = 0; h < G_N_ELEMENTS (hashes); h++)
        add_candidate (out, &ciphers[c], &hashes[h], &groups[g]);
  add_candidate (out, &old_cipher, &hashes[3], &groups[8]);
  add_candidate (out, &old_cipher, &hashes[4], &groups[8]);
  add_candidate (out, &old_cipher, &hashes[3], &old_group);
  add_candidate (out, &old_cipher, &hashes[4], &old_group);
  add_candidate (out, &ciphers[3], &hashes[3], &old_group);
  add_candidate (out, &ciphers[3], &hashes[4], &old_group);
  g_array_sort (out, compare);
  return out;
}

BywayIkeSurvey *
byway_ike_survey_new (void)
{
  BywayIkeSurvey *survey = g_new0 (BywayIkeSurvey, 1);

  survey->left = make_candidates ();
  survey->findings = g_array_new (FALSE, FALSE, sizeof (BywayIkeFinding));
  g_array_set_clear_func (survey->findings, finding_clear);
  survey->vendors = g_ptr_array_new ();
  survey->auth = AUTH_PSK;
  survey->offered = MIN (survey->left->len, OFFER_MAX);
  return survey;
}

void
byway_ike_survey_free (BywayIkeSurvey *survey)
{
  g_array_unref (survey->left);
  g_array_unref (survey->findings);
  g_ptr_array_unref (survey->vendors);
  g_free (survey);
}

GBytes *
byway_ike_survey_next (BywayIkeSurvey *survey, const guint8 cookie[BYWAY_IKE_COOKIE])
{
  BywayIkeTransform offer[OFFER_MAX];

  if (survey->finished || survey->offered == 0 || survey->packets >= BYWAY_IKE_SURVEY_PACKETS)
    return NULL;
  for (gsize i = 0; i < survey->offered; i++)
    {
      offer[i] = g_array_index (survey->left, BywayIkeFinding, i).transform;
      offer[i].auth = survey->auth;
    }
  survey->packets++;
  return byway_ike_probe_new (cookie, offer, survey->offered);
}

/* --- what comes of it ----------------------------------------------------------------------- */

/* A server without a single pre-shared key's transform is asked once more each for the other ways
 * to log in, with all that is common. */
static void
ask_for_other_logins (BywayIkeSurvey *survey)
{
  survey->auth = survey->auth == AUTH_PSK ? AUTH_XAUTH_PSK : AUTH_RSA;
  g_array_set_size (survey->left, 0);
  for (gsize c = 0; c < G_N_ELEMENTS (ciphers); c += c == 0 ? 2 : 1)
    for (gsize g = 5; g < G_N_ELEMENTS (groups); g++)
      add_candidate (survey->left, &ciphers[c], &hashes[3], &groups[g]);
  for (gsize c = 0; c < 3; c += 2)
    for (gsize g = 3; g < G_N_ELEMENTS (groups); g++)
      add_candidate (survey->left, &ciphers[c], &hashes[2], &groups[g]);
  survey->offered = MIN (survey->left->len, OFFER_MAX);
}

/* None of the question's is taken. */
static void
close_offer (BywayIkeSurvey *survey)
{
  survey->tries = 0;
  g_array_remove_range (survey->left, 0, survey->offered);
  survey->offered = MIN (survey->left->len, OFFER_MAX);
  if (survey->auth == AUTH_RSA)
    survey->finished = TRUE;
  else if (survey->offered == 0 && survey->heard && survey->findings->len == 0)
    ask_for_other_logins (survey);
}

static gboolean
same (const BywayIkeTransform *a, const BywayIkeTransform *b)
{
  return a->encryption == b->encryption && a->key_bits == b->key_bits && a->hash == b->hash
         && a->group == b->group;
}

/* Where among the candidates; -1: it was not on offer, and such an answer is worth nothing. */
static int
find_offered (BywayIkeSurvey *survey, const BywayIkeTransform *transform)
{
  for (gsize i = 0; i < survey->offered && transform->auth == survey->auth; i++)
    if (same (&g_array_index (survey->left, BywayIkeFinding, i).transform, transform))
      return (int)i;
  return -1;
}

static void
take_finding (BywayIkeSurvey *survey, guint index)
{
  BywayIkeFinding found = g_array_index (survey->left, BywayIkeFinding, index);

  found.text = g_strdup (found.text);
  g_array_append_val (survey->findings, found);
  g_array_remove_index (survey->left, index);
  survey->offered--;
}

static void
accept (BywayIkeSurvey *survey, const BywayIkeTransform *transform)
{
  int index = find_offered (survey, transform);

  if (index < 0)
    {
      close_offer (survey);
      return;
    }
  if (survey->auth != AUTH_PSK)
    {
      survey->other_login = survey->auth == AUTH_RSA ? "certificates" : "XAUTH";
      survey->finished = TRUE;
      return;
    }
  take_finding (survey, (guint)index);
  survey->tries = 0;
  if (survey->offered == 0)
    close_offer (survey);
}

static void
note_vendors (BywayIkeSurvey *survey, const BywayIkeReply *reply)
{
  for (gsize i = 0; i < reply->n_vendors; i++)
    {
      const BywayIkeVendorRow *row = byway_ike_vendor_find (&reply->vendors[i]);

      if (row == NULL || g_ptr_array_find (survey->vendors, row->name, NULL))
        continue;
      g_ptr_array_add (survey->vendors, (gpointer)row->name);
      survey->nat_t |= row->kind == BYWAY_IKE_VENDOR_NAT_T;
      if (row->kind == BYWAY_IKE_VENDOR_MAKE && survey->make == NULL)
        survey->make = row->name;
    }
}

void
byway_ike_survey_answer (BywayIkeSurvey *survey, BywayIkeReplyKind kind, const BywayIkeReply *reply)
{
  survey->heard = TRUE;
  note_vendors (survey, reply);
  if (kind == BYWAY_IKE_REPLY_ACCEPTED)
    accept (survey, &reply->transform);
  else
    close_offer (survey);
}

/* Many servers stay silent to what they refuse; and the same looks like no server at all. */
void
byway_ike_survey_silence (BywayIkeSurvey *survey)
{
  if (++survey->tries < (survey->heard || survey->packets <= TRIES ? TRIES : 1))
    return;
  close_offer (survey);
}

/* --- the result ----------------------------------------------------------------------------- */

GArray *
byway_ike_survey_findings (BywayIkeSurvey *survey)
{
  g_array_sort (survey->findings, compare);
  return survey->findings;
}

gboolean
byway_ike_survey_heard (BywayIkeSurvey *survey)
{
  return survey->heard;
}

gboolean
byway_ike_survey_complete (BywayIkeSurvey *survey)
{
  return survey->finished || survey->offered == 0;
}

const char *
byway_ike_survey_other_login (BywayIkeSurvey *survey)
{
  return survey->other_login;
}

guint
byway_ike_survey_packets (BywayIkeSurvey *survey)
{
  return survey->packets;
}

GStrv
byway_ike_survey_vendors (BywayIkeSurvey *survey)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < survey->vendors->len; i++)
    g_strv_builder_add (names, survey->vendors->pdata[i]);
  return g_strv_builder_end (names);
}

const char *
byway_ike_survey_make (BywayIkeSurvey *survey)
{
  return survey->make;
}

gboolean
byway_ike_survey_nat_t (BywayIkeSurvey *survey)
{
  return survey->nat_t;
}

/* What the option ike can say, of @findings; weak ones only where nothing else is left. */
static GPtrArray *
usable (GArray *findings)
{
  GPtrArray *out = g_ptr_array_new ();

  for (guint i = 0; i < findings->len; i++)
    {
      const BywayIkeFinding *finding = &g_array_index (findings, BywayIkeFinding, i);
      const BywayIkeFinding *first = out->len > 0 ? out->pdata[0] : finding;

      if (finding->supported && (!finding->weak || first->weak))
        g_ptr_array_add (out, (gpointer)finding);
    }
  return out;
}

/* How many of the stronger ones have the same group. */
static guint
with_its_group (GPtrArray *all, guint index)
{
  const BywayIkeFinding *finding = all->pdata[index];
  guint count = 0;

  for (guint i = 0; i < index; i++)
    count += ((BywayIkeFinding *)all->pdata[i])->transform.group == finding->transform.group;
  return count;
}

char *
byway_ike_survey_proposal (BywayIkeSurvey *survey)
{
  g_autoptr (GPtrArray) all = usable (byway_ike_survey_findings (survey));
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      if (all->len > LINE_PROPOSALS && with_its_group (all, i) >= LINE_OF_GROUP)
        continue;
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "",
                              ((BywayIkeFinding *)all->pdata[i])->text);
    }
  return g_string_free (text, text->len == 0);
}
