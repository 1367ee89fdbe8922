/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine can do, from what its helper tells of it. */
#include "config.h"

#include "byway-able.h"

#define CHARON "'strongswan-algorithms': <['AES_CBC', 'HMAC_SHA1_96', 'MODP_1024', 'MODP_2048']>"
#define PLUTO                                                                                      \
  "'libreswan-algorithms': <['ike AES_CBC', 'ike HMAC_SHA1', 'ike MODP2048', 'esp AES_CBC', "      \
  "'esp HMAC_SHA1_96']>"
#define AUTO BYWAY_IKE_CHOICE_AUTO
#define STRONGSWAN BYWAY_IKE_CHOICE_STRONGSWAN
#define LIBRESWAN BYWAY_IKE_CHOICE_LIBRESWAN

static BywayAble *
machine_that_says (const char *text)
{
  g_autoptr (GVariant) machine = g_variant_ref_sink (g_variant_new_parsed (text));

  return byway_able_new (machine);
}

/* What is missing of each, in words of proposals; "" nothing, NULL: not known. */
static const struct
{
  const char *machine;
  BywayIkeChoice choice;
  const char *weak, *good, *tunnel; /* aes256-sha1-modp1024, aes256-sha1-modp2048, aes256-sha256 */
} cases[] = {
  { "{" CHARON ", " PLUTO "}", STRONGSWAN, "", "", "sha256" },
  { "{" CHARON ", " PLUTO "}", LIBRESWAN, "modp1024", "", "sha256" },
  { "{" CHARON ", " PLUTO ", 'ike-daemon': <'strongswan'>}", AUTO, "", "", "sha256" },
  { "{" CHARON ", " PLUTO ", 'ike-daemon': <'libreswan'>}", AUTO, "modp1024", "", "sha256" },
  /* which one it gets is not known, or not what that one can do */
  { "{" CHARON ", " PLUTO "}", AUTO, NULL, NULL, NULL },
  { "{" CHARON ", " PLUTO ", 'ike-daemon': <'racoon'>}", AUTO, NULL, NULL, NULL },
  { "{" CHARON ", " PLUTO ", 'ike-daemon': <1>}", AUTO, NULL, NULL, NULL },
  { "{" CHARON ", 'ike-daemon': <'libreswan'>}", AUTO, NULL, NULL, NULL },
  { "{" CHARON "}", LIBRESWAN, NULL, NULL, NULL },
  { "{" PLUTO "}", STRONGSWAN, NULL, NULL, NULL },
  { "{'libreswan-algorithms': <'ike AES_CBC'>}", LIBRESWAN, NULL, NULL, NULL },
};

static void
assert_missing (const BywayIkeAble *able, const char *text, BywayPhase phase, const char *wanted)
{
  BywayProposal proposal;
  const BywayAlgorithm *missing;

  g_assert_true (byway_proposal_parse (text, phase, &proposal));
  missing = byway_ike_able_missing (able, &proposal, phase);
  g_assert_cmpstr (missing != NULL ? missing->keyword : "", ==, wanted);
}

static void
test_missing (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BywayAble) machine = machine_that_says (cases[i].machine);
      const BywayIkeAble *able = byway_able_of (machine, cases[i].choice);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (able != NULL, ==, cases[i].weak != NULL);
      if (able == NULL)
        continue;
      assert_missing (able, "aes256-sha1-modp1024", BYWAY_PHASE_IKE, cases[i].weak);
      assert_missing (able, "aes256-sha1-modp2048", BYWAY_PHASE_IKE, cases[i].good);
      assert_missing (able, "aes256-sha256", BYWAY_PHASE_ESP, cases[i].tunnel);
    }
}

static void
test_names (void)
{
  g_autoptr (BywayAble) machine
      = machine_that_says ("{" CHARON ", " PLUTO ", 'ike-daemon': <'libreswan'>}");

  g_assert_cmpstr (byway_ike_able_name (byway_able_of (machine, AUTO)), ==, "Libreswan");
  g_assert_cmpstr (byway_ike_able_name (byway_able_of (machine, STRONGSWAN)), ==, "strongSwan");
  g_assert_null (byway_able_of (NULL, STRONGSWAN));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/able/missing", test_missing);
  g_test_add_func ("/able/names", test_names);
  return g_test_run ();
}
