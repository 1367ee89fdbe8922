/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* A PKCS #12 file of a certificate and its key (PKCS #8) for another program of this machine, in
 * memory that is locked and wiped. NULL when they are none, or don't fit. */
GBytes *byway_cert_pack (GBytes *certificate, GBytes *key, const char *nickname,
                         const char *password);

/* Whether both are certificates of one name. */
gboolean byway_cert_same_subject (GBytes *one, GBytes *other);
