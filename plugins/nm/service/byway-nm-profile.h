/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <NetworkManager.h>

#include "byway-profile.h"
#include "byway-secret.h"

/* A profile of NetworkManager's as the helper takes it. */
typedef struct
{
  char *uuid, *name;
  guint owner; /* who may see it: a uid, or BYWAY_OWNER_SYSTEM */
  GHashTable *settings;
  BywayProfile *profile;
  BywaySecretSet *secrets; /* and what is in the files of a certificate */
  const char *locked;      /* a file is there, and this password of it is not, or is wrong */
} BywayNmProfile;

/* NULL with every problem of the profile, each with its key, in one NM_VPN_PLUGIN_ERROR. Reads the
 * files that it names with the rights of its one user; those of a profile that an administrator
 * made for everybody with our own. */
BywayNmProfile *byway_nm_profile_new (NMConnection *connection, GError **error);
void byway_nm_profile_free (BywayNmProfile *profile);

/* The first secret that is needed and not there; NULL: none. */
const char *byway_nm_profile_missing (const BywayNmProfile *profile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BywayNmProfile, byway_nm_profile_free)
