/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-secret-plan.h"

#include "byway-credential.h"
#include "byway-option.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- which ---------------------------------------------------------------------------------- */

static gboolean
is_refused (const BywaySecretWish *wish, const char *key)
{
  return g_strcmp0 (wish->refused, key) == 0;
}

static gboolean
is_needed (const BywaySecretWish *wish, GStrv missing, const char *key)
{
  return is_refused (wish, key) || g_strv_contains ((const char *const *)missing, key)
         || (wish->wanted != NULL && g_strv_contains (wish->wanted, key));
}

/* Worth a look into the keyring; but only who finds the key locked knows that it must be typed. */
static gboolean
is_useful (const BywaySecretWish *wish, const char *key)
{
  const BywayProfile *profile = wish->profile;

  if (profile == NULL || is_refused (wish, key))
    return FALSE;
  if (strcmp (key, "machine-certpass") == 0)
    return byway_profile_uses_machine_cert (profile) && !byway_profile_uses_token (profile)
           && byway_credential_is_wanted (wish->wanted, "machine");
  return strcmp (key, "user-certpass") == 0 && profile->user_auth == BYWAY_AUTH_CERTIFICATE
         && byway_credential_is_wanted (wish->wanted, "user");
}

/* (element-type BywayOption) borrowed, in the table's order: needed, or useful. */
static GPtrArray *
options_of (const BywaySecretWish *wish)
{
  g_auto (GStrv) missing = wish->profile != NULL && wish->wanted == NULL
                               ? byway_secrets_missing (wish->profile, NULL)
                               : g_new0 (char *, 1);
  GPtrArray *needed = g_ptr_array_new ();
  gsize n;
  const BywayOption *options = byway_options (&n);

  for (gsize i = 0; i < n; i++)
    if (options[i].type == BYWAY_OPTION_SECRET
        && (is_needed (wish, missing, options[i].key) || is_useful (wish, options[i].key)))
      g_ptr_array_add (needed, (gpointer)&options[i]);
  return needed;
}

/* "Ask every time" holds whoever has it. */
static gboolean
is_always_asked (const BywaySecretWish *wish, const char *key)
{
  return wish->profile != NULL && byway_profile_storage (wish->profile, key) == BYWAY_STORAGE_ASK;
}

GStrv
byway_secret_plan_lookups (const BywaySecretWish *wish)
{
  g_autoptr (GPtrArray) needed = options_of (wish);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  for (guint i = 0; i < needed->len; i++)
    {
      const char *key = ((const BywayOption *)needed->pdata[i])->key;

      if (!is_refused (wish, key) && !is_always_asked (wish, key))
        g_strv_builder_add (keys, key);
    }
  return g_strv_builder_end (keys);
}

/* --- from where ----------------------------------------------------------------------------- */

static const char *
typed_earlier (const BywaySecretWish *wish, const char *key, gsize *length)
{
  return wish->earlier != NULL
             ? byway_secret_set_get (byway_secret_draft_values (wish->earlier), key, length)
             : NULL;
}

/* A no to one secret speaks for the others: what was typed beside it is taken again. */
static const char *
still_good (const BywaySecretWish *wish, const char *key, gsize *length)
{
  if (wish->refused == NULL || is_refused (wish, key) || is_always_asked (wish, key))
    return NULL;
  return typed_earlier (wish, key, length);
}

static BywayStorage
first_choice (const BywaySecretWish *wish, const char *key, BywayKeyringState keyring)
{
  BywayStorage storage
      = wish->profile != NULL ? byway_profile_storage (wish->profile, key) : BYWAY_STORAGE_ASK;
  BywaySecretAct act
      = wish->earlier != NULL ? byway_secret_draft_wish (wish->earlier, key) : BYWAY_SECRET_LEAVE;

  switch (act)
    {
    case BYWAY_SECRET_LEAVE:
      break;
    case BYWAY_SECRET_SAVE:
      return BYWAY_STORAGE_SAVE;
    case BYWAY_SECRET_SAVE_SESSION:
      return BYWAY_STORAGE_SESSION;
    case BYWAY_SECRET_FORGET:
      return BYWAY_STORAGE_ASK;
    }
  /* The user did not want to unlock it; the session's part of it is never locked. */
  if (storage == BYWAY_STORAGE_SAVE && keyring == BYWAY_KEYRING_LOCKED)
    return BYWAY_STORAGE_SESSION;
  return storage;
}

static void
add_ask (BywaySecretPlan *plan, const BywaySecretWish *wish, const BywayOption *option,
         BywayKeyringState keyring)
{
  gboolean may_confirm = !is_refused (wish, option->key) && !is_always_asked (wish, option->key);
  BywaySecretAsk ask = { .key = option->key,
                         .max = option->max,
                         .value = may_confirm ? typed_earlier (wish, option->key, NULL) : NULL,
                         .storage = first_choice (wish, option->key, keyring) };

  g_array_append_val (plan->asks, ask);
}

/* From this attempt's dialog before, or from the keyring. */
static gboolean
take_known (BywaySecretPlan *plan, const BywaySecretWish *wish, const char *key,
            const BywaySecretSet *kept)
{
  gboolean may_be_kept = !is_refused (wish, key) && !is_always_asked (wish, key);
  const char *problem;
  gsize length;
  const char *typed = still_good (wish, key, &length);
  const char *found = typed;

  if (typed != NULL)
    byway_secret_draft_put (plan->draft, key, typed, length,
                            byway_secret_draft_wish (wish->earlier, key));
  else if (may_be_kept)
    found = byway_secret_set_get (kept, key, &length);
  if (found != NULL)
    byway_secret_set_put (plan->have, key, found, length, &problem);
  return found != NULL;
}

/* --- why ------------------------------------------------------------------------------------ */

static const char *
keyring_remark (BywayKeyringState keyring)
{
  switch (keyring)
    {
    case BYWAY_KEYRING_OPEN:
      return NULL;
    case BYWAY_KEYRING_LOCKED:
      return _ ("The keyring is locked, so what it keeps has to be entered here.");
    case BYWAY_KEYRING_ABSENT:
      return _ ("There is no keyring, so nothing can be kept: you will be asked each time.");
    case BYWAY_KEYRING_SILENT:
      return _ ("The keyring does not answer, so what it keeps has to be entered here.");
    }
  return NULL;
}

static char *
make_reason (const BywaySecretWish *wish, BywayKeyringState keyring)
{
  const char *remark = keyring_remark (keyring);
  const char *why = wish->reason != NULL ? wish->reason
                    : wish->refused != NULL
                        ? _ ("It takes the place of the one that is kept once it has worked.")
                        : NULL;

  if (why != NULL && remark != NULL)
    return g_strdup_printf ("%s\n%s", why, remark);
  if (why != NULL || remark != NULL)
    return g_strdup (why != NULL ? why : remark);
  return g_strdup (_ ("Enter what you were given for this VPN."));
}

/* --- all together --------------------------------------------------------------------------- */

BywaySecretPlan *
byway_secret_plan_new (const BywaySecretWish *wish, const BywaySecretSet *kept,
                       BywayKeyringState keyring)
{
  g_autoptr (GPtrArray) options = options_of (wish);
  BywaySecretPlan *plan = g_new0 (BywaySecretPlan, 1);

  plan->draft = byway_secret_draft_new ();
  plan->have = byway_secret_set_new ();
  plan->asks = g_array_new (FALSE, FALSE, sizeof (BywaySecretAsk));
  plan->reason = make_reason (wish, keyring);
  plan->offers_storage = wish->profile != NULL && keyring != BYWAY_KEYRING_ABSENT;
  for (guint i = 0; i < options->len; i++)
    {
      const BywayOption *option = options->pdata[i];

      if (!take_known (plan, wish, option->key, kept) && !is_useful (wish, option->key))
        add_ask (plan, wish, option, keyring);
    }
  return plan;
}

void
byway_secret_plan_free (BywaySecretPlan *plan)
{
  byway_secret_draft_free (plan->draft);
  byway_secret_set_unref (plan->have);
  g_array_unref (plan->asks);
  g_free (plan->reason);
  g_free (plan);
}

BywaySecretAct
byway_secret_plan_act (const BywaySecretPlan *plan, BywayStorage storage)
{
  if (!plan->offers_storage)
    return BYWAY_SECRET_LEAVE;
  switch (storage)
    {
    case BYWAY_STORAGE_SAVE:
      return BYWAY_SECRET_SAVE;
    case BYWAY_STORAGE_SESSION:
      return BYWAY_SECRET_SAVE_SESSION;
    case BYWAY_STORAGE_ASK:
      return BYWAY_SECRET_FORGET;
    }
  g_return_val_if_reached (BYWAY_SECRET_LEAVE);
}
