/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Who we are, and the password, as the helper sent them. Without them pppd has none: it must never
 * ask the system's files. */

/* pppd asks us, and nobody else. */
void byway_pppd_vault_install (void);
/* -1: no memory. Once, before credentials are received. */
int byway_pppd_vault_make (void);
/* The credentials that wait in the helper's socket; -1: there are none, or no good ones. */
int byway_pppd_vault_receive (int fd);
void byway_pppd_vault_wipe (void);
/* All options were read: what they say of our name and password goes. */
void byway_pppd_vault_assert_identity (void);
/* PAP has sent it. */
void byway_pppd_vault_forget_pap_password (void);

/* We log in by certificate (EAP-TLS), and by nothing else. */
void byway_pppd_vault_use_certificate (void);
int byway_pppd_vault_is_by_certificate (void);
