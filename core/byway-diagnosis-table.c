/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "byway-diagnosis.h"

#include <string.h>

/* For the translators' tools; whoever shows a text looks it up. */
#define N_(text) (text)

/* Of a row. */
#define LIKELY 0
#define CERTAIN BYWAY_TRAIT_CERTAIN
#define WARNING BYWAY_TRAIT_WARNING
#define PASSES BYWAY_TRAIT_PASSES
#define ELSEWHERE BYWAY_TRAIT_ELSEWHERE

#define AGREED "[ It agreed on {ike}.]"
#define SERVER "{gateway}[ ({resolved})]"
#define SET_KEY                                                                                    \
  {                                                                                                \
    "ipsec-psk", "byway set-secret {name} ipsec-psk", N_ ("enter the pre-shared key again")        \
  }
#define IMPORT_CERT                                                                                \
  {                                                                                                \
    "machine-cert", "byway import-cert {name} ",                                                   \
        N_ ("followed by the file that you were given: it is looked at before it is used")         \
  }
#define IMPORT_USER_CERT                                                                           \
  {                                                                                                \
    "user-cert", "byway import-cert {name} FILE --user",                                           \
        N_ ("with the file that you were given: it is looked at before it is used")                \
  }
/* The same file may be either. */
#define IMPORT_EITHER_CERT                                                                         \
  IMPORT_CERT,                                                                                     \
  {                                                                                                \
    "user-cert", "byway import-cert {name} FILE --user",                                           \
        N_ ("or so, where it is the user's, who logs in with it (EAP-TLS)")                        \
  }
#define ASK_ABOUT_CERT                                                                             \
  {                                                                                                \
    NULL, NULL,                                                                                    \
        N_ ("ask the server's administrator whether it knows the authority that signed our "       \
            "certificate, what name it expects in it, and whether its clock is right")             \
  }
#define CERT_ID                                                                                    \
  {                                                                                                \
    "local-id", "byway edit {name} local-id=",                                                     \
        N_ ("the identity that it expects, if you were told one; empty: our "                      \
            "certificate's subject")                                                               \
  }
#define LET_LARGE_THROUGH                                                                          \
  {                                                                                                \
    NULL, NULL,                                                                                    \
        N_ ("ask whoever runs this network's or the server's firewall to let fragments of UDP "    \
            "packets through")                                                                     \
  }
#define SET_PASSWORD                                                                               \
  {                                                                                                \
    "password", "byway set-secret {name} password", N_ ("enter the password again")                \
  }
#define SET_USER                                                                                   \
  {                                                                                                \
    "user", "byway edit {name} user=", N_ ("correct the user name")                                \
  }
#define ASK_SERVER_LOG                                                                             \
  {                                                                                                \
    NULL, NULL, N_ ("ask the server's administrator what its log says about this attempt")         \
  }
#define RESTART_LIBRESWAN                                                                          \
  {                                                                                                \
    NULL, "sudo systemctl restart ipsec",                                                          \
        N_ ("after that; it ends other tunnels that Libreswan has now")                            \
  }
#define AUTOMATIC_IKE                                                                              \
  {                                                                                                \
    "ike", "byway edit {name} ike=", N_ ("go back to the automatic list of algorithms for IKE")    \
  }
#define AUTOMATIC_ESP                                                                              \
  {                                                                                                \
    "esp", "byway edit {name} esp=", N_ ("go back to the automatic list of algorithms for ESP")    \
  }
#define OTHER_GATEWAY                                                                              \
  {                                                                                                \
    "gateway",                                                                                     \
        "byway edit {name} gateway=", N_ ("the right name or address, if this one is wrong")       \
  }
#define LET_IT_RECONNECT                                                                           \
  {                                                                                                \
    "reconnect", "byway edit {name} reconnect=lost", N_ ("let Byway do it by itself")              \
  }
#define REPORT_IT                                                                                  \
  {                                                                                                \
    NULL, "byway report {name}",                                                                   \
        N_ ("if nothing helps: a text for a bug report, without names and secrets")                \
  }
#define RUN_DOCTOR                                                                                 \
  {                                                                                                \
    NULL, "byway doctor {name}", N_ ("checks this machine and says what is missing")               \
  }
#define RUN_PROBE                                                                                  \
  {                                                                                                \
    "ike", "byway probe {gateway}", N_ ("asks the server what it takes")                           \
  }
#define RECONNECT                                                                                  \
  {                                                                                                \
    NULL, "byway up {name}", N_ ("connect again")                                                  \
  }

/* clang-format off */
static const BywayCauseRow rows[BYWAY_N_CAUSES] = {
  [BYWAY_CAUSE_UNEXPECTED] = { "unexpected", BYWAY_STAGE_PREPARE, BYWAY_ERROR_FAILED, CERTAIN,
    "{detail}", NULL, { NULL }, NULL,
    { { NULL, "byway report {name}", N_ ("a text for a bug report, without names and secrets") } } },

  /* --- this machine -------------------------------------------------------------------------- */
  [BYWAY_CAUSE_NO_PPPD] = { "no-pppd", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("the program pppd is not installed"),
    N_ ("There is no pppd in /usr/sbin, /usr/bin, /sbin or /bin."), { NULL }, NULL,
    { { NULL, "sudo apt install ppp", N_ ("on other systems than Debian: install the package ppp") } } },
  [BYWAY_CAUSE_NO_XL2TPD] = { "no-xl2tpd", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("the program xl2tpd is not installed"),
    N_ ("There is no xl2tpd in /usr/sbin, /usr/bin, /sbin or /bin."), { NULL }, NULL,
    { { NULL, "sudo apt install xl2tpd", N_ ("on other systems than Debian: install the package xl2tpd") } } },
  [BYWAY_CAUSE_NO_IKE_DAEMON] = { "no-ike-daemon", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("no program for IPsec (no IKE daemon) is installed"),
    N_ ("Nothing answers as strongSwan's charon or Libreswan's pluto, and there is none to start.[ ({detail})]"), { NULL }, NULL,
    { { NULL, "sudo apt install strongswan-starter strongswan-swanctl libstrongswan-standard-plugins",
        N_ ("on other systems than Debian: install strongSwan with its vici plugin, or Libreswan") } } },
  [BYWAY_CAUSE_IKE_DAEMON_UNREACHABLE] = { "ike-daemon-unreachable", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, PASSES,
    N_ ("the program for IPsec (the IKE daemon charon) runs or was started, but does not answer"),
    N_ ("Its vici socket is not there or refuses.[ ({detail})]"),
    { N_ ("The vici plugin may be missing (package strongswan-swanctl)."),
      N_ ("Charon may have ended right after its start; its log says why.") },
    N_ ("“systemctl status strongswan-starter” shows whether it runs."),
    { { NULL, "sudo apt install strongswan-swanctl", N_ ("brings the vici plugin, if it is missing") },
      { NULL, "sudo systemctl restart strongswan-starter", N_ ("after that; it ends other tunnels that strongSwan has now") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_IKE_NO_IKEV1] = { "ike-no-ikev1", BYWAY_STAGE_IKE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this machine's program for IPsec (the IKE daemon) can't do IKE version 1, which most L2TP servers need"),
    N_ ("Charon said “IKE version 1 not supported”. strongSwan from 6.1 on has it only when it was built with it."), { NULL }, NULL,
    { { NULL, NULL, N_ ("install a strongSwan that was built with --enable-ikev1") },
      { "ike-version", "byway edit {name} ike-version=2", N_ ("if the server's administrator says that it takes IKE version 2") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_IKE_ALGORITHM_MISSING] = { "ike-algorithm-missing", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this machine's program for IPsec (the IKE daemon) has none of the algorithms that the connection asks for[: {detail}]"),
    N_ ("Charon lists what it can do, and the proposals in ike or esp need something else."), { NULL }, NULL,
    { { NULL, "sudo apt install libstrongswan-standard-plugins", N_ ("brings 3DES and others; then restart strongSwan") },
      { "ike", "byway probe {gateway}", N_ ("asks the server what else it takes") },
      AUTOMATIC_IKE, AUTOMATIC_ESP } },
  [BYWAY_CAUSE_IKE_PORT_TAKEN] = { "ike-port-taken", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("another program[ ({holder})] holds UDP port {port}, so the program for IPsec (the IKE daemon) can't do its work"),
    N_ ("UDP port {port} was in use before the IKE daemon was started."), { NULL }, NULL,
    { { NULL, "sudo ss -lunp 'sport = :{port}'", N_ ("shows which program it is; stop it, then connect again") } } },
  [BYWAY_CAUSE_NO_LIBRESWAN] = { "no-libreswan", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("the connection or this machine's settings ask for Libreswan, which is not installed"),
    N_ ("Its programs pluto, whack and addconn are in none of the usual folders.[ ({detail})]"), { NULL }, NULL,
    { { "ike-daemon", "byway edit {name} ike-daemon=auto", N_ ("use whatever program for IPsec is installed") },
      { NULL, "sudoedit /etc/byway/byway.conf", N_ ("if this machine's settings ask for it: ike-daemon=auto there, and then “sudo systemctl restart bywayd”, which ends connections") },
      { NULL, "sudo apt install libreswan", N_ ("takes strongSwan's place on Debian; on other systems install Libreswan") } } },
  [BYWAY_CAUSE_LIBRESWAN_UNREACHABLE] = { "libreswan-unreachable", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, PASSES,
    N_ ("the program for IPsec, Libreswan's pluto, runs or was started, but does not answer"),
    N_ ("It was asked with its program whack.[ ({detail})]"),
    { N_ ("It may have ended right after its start; its log says why.") },
    N_ ("“systemctl status ipsec” shows whether it runs."),
    { { NULL, "sudo ipsec addconn --checkconfig", N_ ("says whether its configuration is sound; mend it where it says") }, RESTART_LIBRESWAN, RUN_DOCTOR } },
  [BYWAY_CAUSE_LIBRESWAN_IKEV1_OFF] = { "libreswan-ikev1-off", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("IKE version 1, which L2TP servers need, is switched off in this machine's Libreswan"),
    N_ ("Libreswan says that its ikev1-policy is not “accept”. That is what it comes with."), { NULL }, NULL,
    { { NULL, "sudo sed -i 's/^config setup.*/&\\n\\tikev1-policy=accept/' /etc/ipsec.conf",
        N_ ("adds “ikev1-policy=accept” to “config setup” in /etc/ipsec.conf") },
      RESTART_LIBRESWAN } },
  [BYWAY_CAUSE_LIBRESWAN_ALGORITHM_MISSING] = { "libreswan-algorithm-missing", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this machine's Libreswan has none of the algorithms that the connection asks for[: {detail}]"),
    N_ ("Libreswan lists what it can do, and the proposals in ike or esp need something else."),
    { N_ ("Libreswan from 4 on is built without the group modp1024, which old servers want.") }, NULL,
    { { "ike", "byway probe {gateway}", N_ ("asks the server what else it takes") },
      { "ike", "byway edit {name} ike=", N_ ("go back to the automatic list, if the server takes something newer") },
      { NULL, "sudo apt install strongswan-starter strongswan-swanctl libstrongswan-standard-plugins",
        N_ ("strongSwan, in Libreswan's place, can do modp1024") } } },
  [BYWAY_CAUSE_LIBRESWAN_UNABLE] = { "libreswan-unable", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("Byway can do this with strongSwan only, and this connection has Libreswan as its program for IPsec[: {detail}]"),
    N_ ("It is not made with Libreswan. Nothing was sent."), { NULL }, NULL,
    { { NULL, "sudo apt install strongswan-starter strongswan-swanctl libstrongswan-standard-plugins",
        N_ ("installs strongSwan, in Libreswan's place") },
      { "ike-daemon", "byway edit {name} ike-daemon=strongswan", N_ ("if strongSwan is here already") } } },
  [BYWAY_CAUSE_LIBRESWAN_NSS] = { "libreswan-nss", BYWAY_STAGE_PREPARE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("our certificate could not be put into Libreswan's database[: {detail}]"),
    N_ ("Libreswan has certificates and keys in a database of its own (NSS), and its programs certutil and pk12util refused. Nothing was sent."),
    { N_ ("The programs are not installed, or the database was never made.") },
    N_ ("“sudo certutil -L -d sql:/var/lib/ipsec/nss” shows what is in it."),
    { { NULL, "sudo apt install libnss3-tools", N_ ("if certutil or pk12util is missing") },
      { NULL, "sudo ipsec initnss", N_ ("if there is no database") } } },
  [BYWAY_CAUSE_LIBRESWAN_NSS_LOCKED] = { "libreswan-nss-locked", BYWAY_STAGE_PREPARE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the database of Libreswan's certificates is protected by a password, which Byway does not have"),
    N_ ("Our certificate and its key would have to go into it. Nothing was sent."), { NULL }, NULL,
    { { NULL, "sudo certutil -W -d sql:/var/lib/ipsec/nss", N_ ("an administrator can change the password to an empty one, if that is allowed here") },
      { NULL, "sudo apt install strongswan-starter strongswan-swanctl libstrongswan-standard-plugins",
        N_ ("or strongSwan, in Libreswan's place") } } },
  [BYWAY_CAUSE_LIBRESWAN_CERT_TAKEN] = { "libreswan-cert-taken", BYWAY_STAGE_PREPARE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the database of Libreswan's certificates has one for the same name already[, as “{detail}”]"),
    N_ ("The database tells certificates of one name apart badly: ours and that one would be taken for each other, and that one is not ours to remove."),
    { N_ ("Somebody put the same certificate there for a connection of Libreswan's own.") }, NULL,
    { { NULL, "sudo certutil -L -d sql:/var/lib/ipsec/nss", N_ ("shows what is in it") },
      { NULL, "sudo certutil -F -d sql:/var/lib/ipsec/nss -n ", N_ ("followed by that name: removes it with its key, if nothing else needs it") } } },
  [BYWAY_CAUSE_LIBRESWAN_AUTHORITIES] = { "libreswan-authorities", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN | PASSES,
    N_ ("the authority of the server's certificate is not known to Libreswan yet"),
    N_ ("It looks for new authorities only when it has not needed any for five minutes, and ours came after it had looked."), { NULL }, NULL,
    { { NULL, "byway up {name}", N_ ("again in five minutes") },
      { NULL, "sudo systemctl restart ipsec", N_ ("or after that; it ends other tunnels that Libreswan has now") } } },
  [BYWAY_CAUSE_PPPD_PLUGIN_MISMATCH] = { "pppd-plugin-mismatch", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("Byway's pppd plugin was built for another version of pppd than the one installed"),
    "[{detail}]", { NULL }, NULL,
    { { NULL, NULL, N_ ("build and install Byway anew, or install the Byway package that belongs to this pppd") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_PPPD_OPTION_REFUSED] = { "pppd-option-refused", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, LIKELY,
    N_ ("this machine's pppd does not take our options[: {detail}]"),
    N_ ("pppd was asked to read them, and refused, before anything was sent."),
    { N_ ("A line in /etc/ppp/options does not fit an L2TP link."), N_ ("pppd was built without something that Byway uses.") },
    N_ ("The refused word is in our options (byway render {name}) or in /etc/ppp/options."),
    { { NULL, "sudoedit /etc/ppp/options", N_ ("if the refused word stands there: take its line out") },
      RUN_DOCTOR, REPORT_IT } },
  [BYWAY_CAUSE_PPPD_NO_EAP_TLS] = { "pppd-no-eap-tls", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this machine's pppd can't log in by certificate (EAP-TLS)"),
    N_ ("It does not know the options for it.[ It says: “{detail}”.]"),
    { N_ ("pppd is older than 2.4.9, or was built without EAP-TLS.") }, NULL,
    { { NULL, NULL, N_ ("install a pppd that was built with EAP-TLS; Debian's is, from version 2.4.9 on") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_KERNEL_NO_PPP] = { "kernel-no-ppp", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this kernel has no PPP: the module ppp_generic is missing or blacklisted"),
    N_ ("The kernel was asked for PPP and said: {detail}."),
    { N_ ("In a container the host has to load the module and give the container /dev/ppp.") }, NULL,
    { { NULL, "sudo modprobe ppp_generic", N_ ("loads it, or says why not") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_KERNEL_NO_L2TP] = { "kernel-no-l2tp", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this kernel has no L2TP: the module l2tp_ppp is missing or blacklisted"),
    N_ ("The kernel was asked for L2TP and said: {detail}."),
    { N_ ("Some systems keep it in a package of extra modules (kernel-modules-extra, linux-modules-extra), and blacklist it there.") }, NULL,
    { { NULL, "sudo modprobe l2tp_ppp", N_ ("loads it, or says why not") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_KERNEL_NO_ESP] = { "kernel-no-esp", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this kernel has no IPsec: the module esp4 or xfrm_user is missing or blacklisted"),
    N_ ("The kernel was asked for ESP and said: {detail}."), { NULL }, NULL,
    { { NULL, "sudo modprobe -a xfrm_user esp4", N_ ("loads them, or says why not") }, RUN_DOCTOR } },
  [BYWAY_CAUSE_DENIED] = { "denied", BYWAY_STAGE_PREPARE, BYWAY_ERROR_DENIED, CERTAIN,
    N_ ("this machine does not allow you to do that"),
    N_ ("polkit was asked, and did not say yes.[ ({detail})]"),
    { N_ ("An administrator's rule forbids it."), N_ ("It needs a password, and no program that asks for one is running in this session (over ssh there is none).") },
    N_ ("“pkcheck --action-id org.byway.Byway1.connect-own --process $$ --allow-user-interaction” shows which."),
    { { NULL, "byway doctor {name}", N_ ("says what polkit wants from you") },
      { NULL, NULL, N_ ("ask this machine's administrator for a rule of polkit's that allows it") } } },
  [BYWAY_CAUSE_SECRETS_MISSING] = { "secrets-missing", BYWAY_STAGE_PREPARE, BYWAY_ERROR_SECRETS_MISSING, CERTAIN,
    N_ ("a secret is missing[: {detail}]"),
    N_ ("No keyring has it, and there was no terminal to ask on or nothing was entered there."), { NULL }, NULL,
    { { "ipsec-psk", "byway set-secret {name} ipsec-psk", N_ ("keep the pre-shared key in the keyring") },
      { "password", "byway set-secret {name} password", N_ ("keep the password in the keyring") },
      { NULL, "byway up {name} --secrets-fd 0", N_ ("give the secrets yourself: lines of KEY=VALUE") } } },
  [BYWAY_CAUSE_SECRETS_AWAITED] = { "secrets-awaited", BYWAY_STAGE_PREPARE, BYWAY_ERROR_SECRETS_MISSING, CERTAIN,
    N_ ("it would come up again by itself, and waits for secrets[: {detail}]"),
    N_ ("They are not kept between two connects, and nobody who could be asked is here: no applet of the user who wanted it."), { NULL }, NULL,
    { { NULL, "byway up {name}", N_ ("looks into your keyring, and asks for the rest") },
      { NULL, "byway down {name}", N_ ("calls it off") } } },
  [BYWAY_CAUSE_KEYRING_LOCKED] = { "keyring-locked", BYWAY_STAGE_PREPARE, BYWAY_ERROR_SECRETS_MISSING, CERTAIN,
    N_ ("your keyring is locked, and was not unlocked"),
    N_ ("The secrets of this connection are in it.[ ({detail})]"), { NULL }, NULL,
    { { NULL, "byway up {name}", N_ ("connect again, and unlock the keyring when it asks") },
      { NULL, "byway up {name} --secrets-fd 0", N_ ("give the secrets yourself: lines of KEY=VALUE") } } },
  [BYWAY_CAUSE_SERVER_BUSY] = { "server-busy", BYWAY_STAGE_RESOLVE, BYWAY_ERROR_BUSY, CERTAIN | ELSEWHERE,
    N_ ("another connection to the same server[ ({server})] is up or on its way"),
    N_ ("Most servers can't tell two such connections from one address apart, so only one is made."), { NULL }, NULL,
    { { NULL, "byway status", N_ ("shows which one") },
      { NULL, NULL, N_ ("end that one (byway down), or ask the user whose it is to do so, and connect again") } } },

  /* --- a certificate of ours ----------------------------------------------------------------- */
  [BYWAY_CAUSE_CERT_FILE] = { "cert-file", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("a file of the certificate could not be read: {detail}"),
    N_ ("The connection names it. It is read with your own rights, each time you connect."), { NULL }, NULL,
    { IMPORT_EITHER_CERT } },
  [BYWAY_CAUSE_CERT_FORMAT] = { "cert-format", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("there is no certificate or key that Byway knows in the file[ {detail}]"),
    N_ ("PEM, DER, PKCS #8 and PKCS #12 (.p12, .pfx) are known, with RSA or ECDSA keys."), { NULL }, NULL,
    { IMPORT_EITHER_CERT } },
  [BYWAY_CAUSE_CERT_PASSWORD] = { "cert-password", BYWAY_STAGE_PREPARE, BYWAY_ERROR_SECRETS_MISSING, CERTAIN,
    N_ ("the password of the private key is wrong or missing[ ({detail})]"),
    N_ ("The file is encrypted, and what was given does not open it."), { NULL }, NULL,
    { { "machine-certpass", "byway set-secret {name} machine-certpass", N_ ("enter the password of the private key again") },
      { "user-certpass", "byway set-secret {name} user-certpass", N_ ("or that of the user's key, where the login goes by certificate") } } },
  [BYWAY_CAUSE_CERT_LEGACY] = { "cert-legacy", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("the file[ {detail}] is encrypted in a way of long ago (RC2 or the like) that this machine's OpenSSL does not do"),
    N_ ("Old Windows and macOS wrote such PKCS #12 files. OpenSSL opens them with its “legacy” provider, which is not here."), { NULL }, NULL,
    { { NULL, NULL, N_ ("install OpenSSL's legacy provider (legacy.so; on Debian it is in the package libssl3)") },
      { NULL, "openssl pkcs12 -legacy -in OLD.p12 -nodes | openssl pkcs12 -export -out NEW.p12", N_ ("on a machine that has it: writes the file anew") } } },
  [BYWAY_CAUSE_CERT_KEY_MISSING] = { "cert-key-missing", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("the private key of the certificate is missing"),
    N_ ("The file of the certificate holds none, and no other is named."), { NULL }, NULL,
    { { "machine-key", "byway import-cert {name} FILE --key ", N_ ("followed by the file of the private key") },
      { "user-key", "byway import-cert {name} FILE --user --key ", N_ ("or so, where it is the user's, who logs in with it (EAP-TLS)") } } },
  [BYWAY_CAUSE_CERT_KEY_MISMATCH] = { "cert-key-mismatch", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("the private key does not belong to the certificate[ {detail}]"),
    N_ ("Their public halves differ."), { NULL }, NULL,
    { IMPORT_EITHER_CERT } },
  [BYWAY_CAUSE_CERT_EXPIRED] = { "cert-expired", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("a certificate is out of its time: {detail}"),
    N_ ("No server takes it any more, or not yet."),
    { N_ ("This machine's clock is wrong.") }, N_ ("“date” shows the clock."),
    { { NULL, NULL, N_ ("ask whoever gave it to you for a new one") }, IMPORT_EITHER_CERT } },
  [BYWAY_CAUSE_CERT_EXPIRES_SOON] = { "cert-expires-soon", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, WARNING | CERTAIN,
    N_ ("a certificate of this connection is soon over: {detail}"),
    N_ ("After that day the connection will not come up."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask whoever gave it to you for a new one") }, IMPORT_EITHER_CERT } },
  [BYWAY_CAUSE_CERT_USAGE] = { "cert-usage", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("the certificate[ {detail}] is not meant to prove who we are"),
    N_ ("Its key usage has no digital signature, or its key is neither RSA nor ECDSA."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask whoever gave it to you for one for IPsec") }, IMPORT_EITHER_CERT } },
  [BYWAY_CAUSE_CERT_NO_AUTHORITY] = { "cert-no-authority", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("the certificate of the authority that signed the server's is missing"),
    N_ ("Without it anybody could pretend to be the server. It is neither in the file of our own certificate nor in another that is named."), { NULL }, NULL,
    { { "machine-ca", "byway import-cert {name} FILE --ca ", N_ ("followed by the file of the authority's certificate") },
      { "user-ca", "byway import-cert {name} FILE --user --ca ", N_ ("or so, where the user logs in by certificate (EAP-TLS)") } } },

  [BYWAY_CAUSE_TOKEN_NO_PLUGIN] = { "token-no-plugin", BYWAY_STAGE_PREPARE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this machine's program for IPsec (the IKE daemon) can't use keys on tokens (smart cards and the like)"),
    N_ ("strongSwan's charon was asked which plugins it has, and pkcs11 is not one of them. Nothing was sent."), { NULL }, NULL,
    { { NULL, "sudo apt install libstrongswan-extra-plugins", N_ ("brings it on Debian; on other systems install strongSwan's plugin pkcs11") },
      { NULL, "sudoedit /etc/strongswan.d/charon/pkcs11.conf", N_ ("the token's module has to be named there, in the section “modules”, with its path; then restart strongSwan") } } },
  [BYWAY_CAUSE_TOKEN_NOT_FOUND] = { "token-not-found", BYWAY_STAGE_PREPARE, BYWAY_ERROR_INVALID, CERTAIN,
    N_ ("the program for IPsec (the IKE daemon) does not find the token that machine-token names, or not the certificate of that id on it"),
    N_ ("strongSwan's charon was asked for the certificate that lies beside the key, by the module's name, the slot and the id. No PIN was sent to the token."),
    { N_ ("The token is not in its reader, or was not when charon started and its module does not tell of new ones."),
      N_ ("The module is not in charon's configuration under that name, or the slot has another number."),
      N_ ("The key has another id, or its certificate was not put on the token.") },
    N_ ("“journalctl -b -t charon -g pkcs” shows which modules, slots and tokens charon found."),
    { { "machine-token", "byway edit {name} machine-token=", N_ ("pkcs11:id=%01;slot-id=0?module-name=NAME with the right words") },
      { NULL, "pkcs11-tool --module /usr/lib/MODULE.so -L -O", N_ ("shows slots, ids and certificates; the module's path is in strongswan.conf") } } },
  [BYWAY_CAUSE_TOKEN_PIN] = { "token-pin", BYWAY_STAGE_PREPARE, BYWAY_ERROR_SECRETS_MISSING, LIKELY,
    N_ ("the token very likely refuses the PIN"),
    N_ ("The IKE daemon found the token and the certificate on it, and could not get at its private key.[ ({detail})] It was tried once; Byway does not try again by itself, because a token locks itself after a few wrong PINs."),
    { N_ ("The token is locked already, after too many wrong PINs."), N_ ("The token has the certificate of that id, but not its private key.") },
    N_ ("“journalctl -b -t charon -g login” shows the token's own word, such as PIN_INCORRECT or PIN_LOCKED."),
    { { "machine-certpass", "byway set-secret {name} machine-certpass", N_ ("enter the PIN again; think before the last try") } } },
  [BYWAY_CAUSE_TOKEN_TAKEN] = { "token-taken", BYWAY_STAGE_PREPARE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the token is in use already in the program for IPsec (the IKE daemon), for somebody else, or may be"),
    N_ ("Another user's connection has opened the token, or charon has a private key loaded that is not Byway's and may be the token's. While a token is open charon looks at no PIN, so Byway does not ask it to take this connection's."), { NULL }, NULL,
    { { NULL, "sudo swanctl --list-conns", N_ ("shows the connections that may need it") },
      { NULL, NULL, N_ ("an administrator can make this connection for everybody (byway add --system): such a one uses the key that is there") } } },

  [BYWAY_CAUSE_TOKEN_UNDECIDED] = { "token-undecided", BYWAY_STAGE_PREPARE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the attempt ended before the token had answered to the PIN[: {detail}]"),
    N_ ("The PIN was sent once, and the IKE daemon has not said whether the token took it. Byway does not try again by itself, because a wrong PIN may count already."), { NULL }, NULL,
    { { NULL, "byway up {name}", N_ ("connect again, if you are sure of the PIN") },
      { NULL, "journalctl -b -t charon -g login", N_ ("shows whether the token refused it") } } },

  /* --- the way to the server ------------------------------------------------------------------ */
  [BYWAY_CAUSE_NAME_UNKNOWN] = { "name-unknown", BYWAY_STAGE_RESOLVE, BYWAY_ERROR_RESOLVE, CERTAIN | PASSES,
    N_ ("there is no server of the name {gateway}"),
    N_ ("The name server answered that it does not know the name.[ ({detail})]"),
    { N_ ("The name is misspelt."), N_ ("The name is known only inside another network, or was given up.") },
    N_ ("“getent hosts {gateway}” on another network shows whether the name exists there."),
    { { "gateway", "byway edit {name} gateway=", N_ ("correct the server's name, or enter its address") } } },
  [BYWAY_CAUSE_NAME_SERVER_SILENT] = { "name-server-silent", BYWAY_STAGE_RESOLVE, BYWAY_ERROR_RESOLVE, PASSES,
    N_ ("the name {gateway} can't be looked up: no name server answers"),
    N_ ("The question was asked, and no answer came.[ ({detail})]"),
    { N_ ("This machine is not connected to the Internet, or a portal wants a login first."),
      N_ ("The name server that is set does not work.") },
    N_ ("If other names resolve, the trouble is with the server's own domain."),
    { { NULL, "getent hosts example.org", N_ ("does any name resolve?") },
      { "gateway", "byway edit {name} gateway=", N_ ("the server's address works without a name server") } } },
  [BYWAY_CAUSE_NAME_WITHOUT_IPV4] = { "name-without-ipv4", BYWAY_STAGE_RESOLVE, BYWAY_ERROR_RESOLVE, CERTAIN,
    N_ ("{gateway} has no IPv4 address"),
    N_ ("The name is known, but only with other kinds of address."), { NULL }, NULL,
    { { "gateway", "byway edit {name} gateway=", N_ ("enter a name or an address of IPv4") } } },
  [BYWAY_CAUSE_NO_ROUTE] = { "no-route", BYWAY_STAGE_RESOLVE, BYWAY_ERROR_RESOLVE, CERTAIN | PASSES,
    N_ ("this machine has no way to the server " SERVER),
    N_ ("The kernel has no route to it.[ ({detail})]"),
    { N_ ("No network is connected."), N_ ("Another VPN took the default route away.") },
    N_ ("“ip route” shows no line that begins with “default”."),
    { { NULL, NULL, N_ ("connect this machine to a network (cable, Wi-Fi), or end the other VPN") },
      { NULL, "ip route", N_ ("shows the ways that there are") } } },

  /* --- IKE ------------------------------------------------------------------------------------ */
  [BYWAY_CAUSE_IKE_SILENT] = { "ike-silent", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("the server " SERVER " does not answer at all"),
    N_ ("Nothing came back from UDP port 500, nor from 4500, not even a refusal."),
    { N_ ("A firewall on the way, or this network, lets no IPsec through (UDP 500 and 4500)."),
      N_ ("The server is switched off, or the address is another machine's."),
      N_ ("The server stays silent to what it does not accept.") },
    N_ ("From another network, a telephone's for instance, the same connection works: then it is the firewall."),
    { { "gateway", "byway probe {gateway}", N_ ("asks again, with everything a server could accept") },
      { NULL, NULL, N_ ("ask whoever runs this network's or the server's firewall to let UDP ports 500 and 4500 through") }, OTHER_GATEWAY } },
  [BYWAY_CAUSE_IKE_REJECTED] = { "ike-rejected", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN | PASSES | ELSEWHERE,
    N_ ("the server " SERVER " is there, but runs no IPsec: it refuses UDP port 500"),
    N_ ("It, or a firewall in its name, answered “{detail}”."),
    { N_ ("The server's IPsec service is stopped just now."), N_ ("The name or the address is another machine's.") },
    N_ ("The server's administrator sees whether its IPsec service runs."),
    { { NULL, NULL, N_ ("ask the server's administrator to start its IPsec service") }, OTHER_GATEWAY } },
  [BYWAY_CAUSE_IKE_HOST_UNREACHABLE] = { "ike-host-unreachable", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN | PASSES | ELSEWHERE,
    N_ ("a router on the way says that the server " SERVER " can't be reached"),
    N_ ("It answered “{detail}”."),
    { N_ ("The server or its network is down."), N_ ("A firewall forbids it.") }, NULL,
    { { NULL, "tracepath -n {server}", N_ ("shows how far packets come") },
      { NULL, NULL, N_ ("ask whoever runs the server's network, or the last one that packets come to") }, OTHER_GATEWAY } },
  [BYWAY_CAUSE_IKE_500_BLOCKED] = { "ike-500-blocked", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN | PASSES | ELSEWHERE,
    N_ ("UDP port 500 is blocked between here and the server " SERVER),
    N_ ("The server answers on UDP port 4500, and not on 500."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask whoever runs this network's or the server's firewall to let UDP port 500 through") } } },
  [BYWAY_CAUSE_IKE_SOURCE_500_BLOCKED] = { "ike-source-500-blocked", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server " SERVER " answers, but not to what comes from our UDP port 500"),
    N_ ("Asked from another source port it answered at once."),
    { N_ ("The router here keeps port 500 for another IPsec client behind it, or for itself (“IPsec passthrough”)."),
      N_ ("The server ignores this address for a while, after too many attempts.") },
    N_ ("If it works a minute later, it was the server."),
    { { NULL, NULL, N_ ("switch off “IPsec passthrough” in the router, or disconnect the other client") } } },
  [BYWAY_CAUSE_IKE_4500_SILENT] = { "ike-4500-silent", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("UDP port 4500 is very likely blocked between here and the server " SERVER),
    N_ ("The server answered on UDP port 500." AGREED " On port 4500, where it has to go on, nothing comes back, and a question that was asked there apart from that has no answer either."),
    { N_ ("The server listens only on port 500."), N_ ("What we log in with (pre-shared key or certificate) was refused before, and the server answers us nothing any more.") },
    N_ ("From another network the same connection comes further: then it is this network's firewall."),
    { { NULL, NULL, N_ ("ask whoever runs this network's or the server's firewall to let UDP port 4500 through") }, ASK_SERVER_LOG } },
  [BYWAY_CAUSE_IKE_STALLED] = { "ike-stalled", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("the server began to answer and then fell silent[: {detail}]"),
    N_ ("The server answered first." AGREED),
    { N_ ("The server does not accept what we log in with (pre-shared key or certificate), and does not say so."), N_ ("UDP port 4500 is blocked."), N_ ("Large packets are lost on the way.") },
    N_ ("The server's log tells."),
    { ASK_SERVER_LOG,
      { "ipsec-psk", "byway set-secret {name} ipsec-psk", N_ ("enter the pre-shared key again, where the connection has one and no certificate") },
      { NULL, NULL, N_ ("ask whoever runs this network's or the server's firewall to let UDP port 4500 and large packets through") } } },
  [BYWAY_CAUSE_IKE_MALFORMED] = { "ike-malformed", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("the server's answer makes no sense in IKE, which begins IPsec"),
    N_ ("It answered, but what has to be in its answer is missing, or is nothing that we offered. So we went no further."),
    { N_ ("Something else than an L2TP/IPsec server answers on UDP port 500 of {gateway}."),
      N_ ("Something on the way changes or cuts what the server says.") },
    N_ ("From another network the same connection comes further: then it is something on the way."),
    { RUN_PROBE, { "gateway", "byway edit {name} gateway=", N_ ("the server's right name or address") } } },
  [BYWAY_CAUSE_IKE_PROPOSAL] = { "ike-proposal", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server takes none of the algorithms that we offer for IKE, which begins IPsec[ ({ike-offered})]"),
    N_ ("It answered NO_PROPOSAL_CHOSEN to our first message."),
    { N_ ("The server wants another way of login than this connection's: a pre-shared key, a certificate, or XAUTH (a user name inside IPsec)."),
      N_ ("The server does not accept clients from this address, or only in aggressive mode.") },
    N_ ("“byway probe {gateway}” shows what it takes."),
    { RUN_PROBE, AUTOMATIC_IKE,
      { NULL, NULL, N_ ("ask the server's administrator which algorithms it takes for IKE (phase 1), and by what way of login") } } },
  [BYWAY_CAUSE_IKE_PSK_WRONG] = { "ike-psk-wrong", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the pre-shared key is very likely wrong"),
    N_ ("The server answered." AGREED " Then what one side's key had made could not be read or checked with the other's, or the server fell silent."),
    { N_ ("[The key begins with {key-coded}: in ipsec.secrets, and for NetworkManager-l2tp, that makes base64 of the rest; here it is a part of the key.]"),
      N_ ("The server has another key for our address or for our identity[ {local-id}].") },
    N_ ("The server's log says for which identity it looked for a key."),
    { { "ipsec-psk", "sed s/^{key-coded}// | base64 -d | byway set-secret {name} ipsec-psk --stdin", N_ ("and enter it as you were given it, then Return and Ctrl-D, if it is a key in base64") },
      SET_KEY, { "local-id", "byway edit {name} local-id=", N_ ("if you were not told to set an identity, or were told another one") } } },
  [BYWAY_CAUSE_IKE_PSK_UNKNOWN] = { "ike-psk-unknown", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server has no pre-shared key for us"),
    N_ ("The server answered." AGREED " Then it broke off, because it finds no key.[ ({detail})]"),
    { N_ ("It wants certificates instead of a pre-shared key."), N_ ("It knows a key only for another identity or for other addresses.") },
    N_ ("The server's administrator knows which identity (group name) a client has to show."),
    { { "local-id", "byway edit {name} local-id=", N_ ("the identity or group name that you were told") }, SET_KEY } },
  [BYWAY_CAUSE_IKE_PSK_NOT_LOADED] = { "ike-psk-not-loaded", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("this machine's program for IPsec (the IKE daemon) finds no pre-shared key for the server's identity"),
    N_ ("The key was given to it for {server}, and the server shows another identity."),
    { N_ ("Another key in /etc/ipsec.secrets or swanctl.conf gets in the way.") }, NULL,
    { { "remote-id", "byway edit {name} remote-id=", N_ ("the identity that the server shows, see “byway log {name}”") },
      { NULL, NULL, N_ ("or ask this machine's administrator to take the other key out") } } },
  [BYWAY_CAUSE_IKE_REMOTE_ID] = { "ike-remote-id", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server shows another identity[ ({shown})] than the connection expects[ ({remote-id})]"),
    N_ ("Its pre-shared key is right, but its name is not the one in remote-id."),
    { N_ ("The server was set up anew, or stands behind address translation."), N_ ("Another machine that knows the same key answers in its place.") },
    N_ ("The server's administrator knows which identity it shows."),
    { { "remote-id", "byway edit {name} remote-id=[{shown}]", N_ ("accept it, if you know that it is right; empty: any identity") } } },
  [BYWAY_CAUSE_IKE_LOCAL_ID] = { "ike-local-id", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server does not accept our identity, by which it is to know us[ ({local-id})]"),
    N_ ("It answered INVALID_ID_INFORMATION to the name by which we begin."), { NULL }, NULL,
    { { "local-id", "byway edit {name} local-id=", N_ ("the identity or group name that you were told; empty: our address") } } },
  [BYWAY_CAUSE_IKE_REFUSED] = { "ike-refused", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server refuses to let us in before it asks for a password"),
    N_ ("The key is right." AGREED " Then the server answered AUTHENTICATION_FAILED[ to our identity {local-id}]."),
    { N_ ("It does not know our identity: it wants a group name or another one."),
      N_ ("It wants aggressive mode, which goes with a group name."),
      N_ ("It wants another login at this point: XAUTH (a user name inside IPsec), or a certificate.") },
    N_ ("Were you given a group name? Then it is one of the first two. The server's log tells which."),
    { { "local-id", "byway edit {name} local-id=keyid:", N_ ("the group name that you were told, behind “keyid:”") },
      { "xauth-user", "byway edit {name} xauth-user=", N_ ("the user name for IPsec, if you were told one") } } },
  [BYWAY_CAUSE_IKE_LOGIN_REFUSED] = { "ike-login-refused", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server does not accept our pre-shared key, or not for our identity[ {local-id}]"),
    N_ ("The server answered." AGREED " Then it said AUTHENTICATION_FAILED, which in IKE version 2 is its word for either."),
    { N_ ("The pre-shared key is wrong."), N_ ("The server has another key for our address or for our identity."), N_ ("It wants another login than a pre-shared key.") },
    N_ ("The server's log tells which."),
    { SET_KEY, { "local-id", "byway edit {name} local-id=", N_ ("the identity that you were told; empty: our address") } } },
  [BYWAY_CAUSE_IKE_AGGRESSIVE_REFUSED] = { "ike-aggressive-refused", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server refuses aggressive mode, or does not know the group[ {local-id}]"),
    N_ ("It answered AUTHENTICATION_FAILED to our first message."),
    { N_ ("It knows no group of this name."), N_ ("It allows main mode only, which is safer."), N_ ("It wants another login at this point: XAUTH (a user name inside IPsec), or a certificate.") },
    N_ ("The server's log tells which."),
    { { "local-id", "byway edit {name} local-id=keyid:", N_ ("the group name that you were told, behind “keyid:”") },
      { "aggressive", "byway edit {name} aggressive=no", N_ ("if nobody told you to use aggressive mode") } } },
  [BYWAY_CAUSE_IKE_WANTS_XAUTH] = { "ike-wants-xauth", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server wants a user name and a password inside IPsec already (XAUTH)"),
    N_ ("After it had accepted our pre-shared key or certificate it asked for an XAUTH login, and this connection has none."),
    { N_ ("This address of the server is meant for another kind of client (“Cisco IPsec”).") }, NULL,
    { { "xauth-user", "byway edit {name} xauth-user=", N_ ("the user name for IPsec; often it is the same as for PPP") },
      { NULL, NULL, N_ ("or ask the server's administrator for the address of L2TP/IPsec") } } },
  [BYWAY_CAUSE_IKE_CERT_UNTRUSTED] = { "ike-cert-untrusted", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server's certificate was not signed by the authority that this connection trusts[: {detail}]"),
    N_ ("The server showed its certificate." AGREED " No chain leads from it to the certificate in machine-ca."),
    { N_ ("The server has a new authority."), N_ ("Another machine answers in its place.") },
    N_ ("The server's administrator knows which authority signed its certificate."),
    { { "machine-ca", "byway import-cert {name} FILE --ca ", N_ ("followed by the file of the authority's certificate, if you know that it is right") } } },
  [BYWAY_CAUSE_IKE_CERT_EXPIRED] = { "ike-cert-expired", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server's certificate, or its authority's, is out of its time[: {detail}]"),
    N_ ("The server showed its certificate." AGREED " The IKE daemon says that it is not valid now."),
    { N_ ("This machine's clock is wrong.") },
    N_ ("“date” shows the clock."),
    { { NULL, NULL, N_ ("ask the server's administrator to renew its certificate") } } },
  [BYWAY_CAUSE_IKE_CERT_IDENTITY] = { "ike-cert-identity", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server's certificate is not for the name that the connection expects[; it shows “{detail}”]"),
    N_ ("The name stands in remote-id, or else it is the gateway's; the certificate has it neither as its subject nor as a subjectAltName."),
    { N_ ("The server was set up under another name."), N_ ("Another machine, with a certificate of the same authority, answers in its place.") },
    N_ ("The server's administrator knows which identity it shows."),
    { { "remote-id", "byway edit {name} remote-id=[{shown}]", N_ ("accept that name, if you know that it is right") } } },
  [BYWAY_CAUSE_IKE_CERT_REFUSED] = { "ike-cert-refused", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server very likely refuses our certificate"),
    N_ ("We showed it." AGREED " Then the server answered “no”, before we saw the server's.[ ({detail})]"),
    { N_ ("The server does not know the authority that signed ours, or ours was withdrawn."), N_ ("It expects another identity than our certificate's subject."), N_ ("By the server's clock ours is not valid yet, or not any more.") },
    N_ ("The server's log tells."),
    { ASK_ABOUT_CERT, CERT_ID, IMPORT_CERT } },
  [BYWAY_CAUSE_IKE_CERT_SILENT] = { "ike-cert-silent", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("the server fell silent when it was shown our certificate: very likely it does not accept it"),
    N_ ("The server answered." AGREED " Then we showed our certificate, several times, and nothing came back, not even a refusal."),
    { N_ ("Large packets are lost on the way: a message with a certificate is often over 1500 bytes and then goes in pieces, which some networks and firewalls drop."),
      N_ ("The server's answer, which has a certificate in it too, is lost in that way.") },
    N_ ("From another network, a telephone's for instance, the same connection comes further: then packets were lost. If the server's log names our certificate, ours arrived."),
    { ASK_ABOUT_CERT, CERT_ID, IMPORT_CERT, LET_LARGE_THROUGH } },
  [BYWAY_CAUSE_IKE_LARGE_LOST] = { "ike-large-lost", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("large packets are very likely lost on the way to the server " SERVER ", and our certificate with them"),
    N_ ("The server answered." AGREED " Then our certificate was sent, and nothing came back. Small questions to UDP port 4500 are answered, and one as large as our certificate's message is not."),
    { N_ ("The server does not accept our certificate, and does not say so.") },
    N_ ("From another network, a telephone's for instance, the same connection comes further: then it is this network. If the server's log names our certificate, it arrived."),
    { LET_LARGE_THROUGH,
      { NULL, NULL, N_ ("or ask the server's administrator to switch on IKE fragmentation, which makes small packets of large messages") },
      { NULL, NULL, N_ ("or ask whoever gave you the certificate for a smaller one: an ECDSA key, or RSA with 2048 bits") } } },
  [BYWAY_CAUSE_IKE_TRUST_SHARED] = { "ike-trust-shared", BYWAY_STAGE_PREPARE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("another IPsec connection of this machine[ ({detail})] would trust this connection's certificates too"),
    N_ ("The IKE daemon keeps all certificates in one place. That connection takes any peer whose certificate it can trust, without naming an authority."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask this machine's administrator to name the authority in it: “cacerts” (swanctl.conf) or “rightca” (ipsec.conf)") },
      { NULL, "byway add --system NEW-NAME", N_ ("or let an administrator make it a connection for everybody, whose certificates are trusted for everything") } } },
  [BYWAY_CAUSE_IKE_NO_XAUTH] = { "ike-no-xauth", BYWAY_STAGE_IKE, BYWAY_ERROR_MISSING_PROGRAM, CERTAIN,
    N_ ("this machine's program for IPsec (the IKE daemon) can't do XAUTH (a user name inside IPsec)"),
    N_ ("Charon said “no XAuth method found”: its plugin xauth-generic is not loaded."), { NULL }, NULL,
    { { NULL, "sudo apt install libcharon-extauth-plugins", N_ ("brings it; then restart strongSwan") } } },
  [BYWAY_CAUSE_IKE_XAUTH_REFUSED] = { "ike-xauth-refused", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server refused the user name or the password inside IPsec (XAUTH)"),
    N_ ("Our pre-shared key or certificate is right." AGREED " Then the server checked {xauth-user}, and said no."),
    { N_ ("The password is wrong, or was changed."), N_ ("The user name is misspelt.") },
    N_ ("Servers do not tell these apart, on purpose."),
    { { "xauth-password", "byway set-secret {name} xauth-password", N_ ("enter the XAUTH password again") },
      { "xauth-user", "byway edit {name} xauth-user=", N_ ("correct the XAUTH user name") } } },
  [BYWAY_CAUSE_IKE_AGGRESSIVE] = { "ike-aggressive", BYWAY_STAGE_IKE, BYWAY_ERROR_IPSEC, WARNING | CERTAIN,
    N_ ("aggressive mode lets anybody who hears it try pre-shared keys, one after the other"),
    N_ ("The connection uses aggressive mode: a hash of the key, and the group's name, go over the network before anything is encrypted."), { NULL }, NULL,
    { { "aggressive", "byway edit {name} aggressive=no", N_ ("if the server takes main mode") },
      { "ipsec-psk", NULL, N_ ("or ask the server's administrator for a key that nobody can guess: 20 random letters or more") } } },
  [BYWAY_CAUSE_NOT_PROTECTED] = { "not-protected", BYWAY_STAGE_L2TP, BYWAY_ERROR_IPSEC, WARNING | CERTAIN,
    N_ ("nothing protects this connection: whoever is on the way to {gateway} can read and change all of it"),
    N_ ("The connection is made without IPsec (option ipsec)."), { NULL }, NULL,
    { { "ipsec", "byway edit {name} ipsec=yes", N_ ("if the server does IPsec; nearly all do") } } },

  /* --- the association ------------------------------------------------------------------------ */
  [BYWAY_CAUSE_ESP_PROPOSAL] = { "esp-proposal", BYWAY_STAGE_SA, BYWAY_ERROR_IPSEC, CERTAIN,
    N_ ("the server takes none of the algorithms that we offer for ESP, which encrypts the data[ ({esp-offered})]"),
    N_ ("IKE is up, so the pre-shared key or the certificate is right. Then the server answered NO_PROPOSAL_CHOSEN."),
    { N_ ("With a group in esp (PFS) the server may want it without, or the other way round."), N_ ("The server wants tunnel mode, or is no L2TP server.") },
    N_ ("The server's administrator, or its log, knows what it wants."),
    { AUTOMATIC_ESP,
      { "esp", "byway edit {name} esp=aes256-sha1,aes128-sha1,3des-sha1", N_ ("what most servers take") },
      { NULL, NULL, N_ ("ask the server's administrator which algorithms it takes for ESP (phase 2), and whether with PFS") } } },
  [BYWAY_CAUSE_ESP_SELECTORS] = { "esp-selectors", BYWAY_STAGE_SA, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("the server does not protect L2TP from our UDP port {port}[; port 1701 is held by {holder}]"),
    N_ ("IKE is up, so the pre-shared key or the certificate is right. Then the server answered INVALID_ID_INFORMATION."),
    { N_ ("It insists on source port 1701."), N_ ("It does not expect a client behind address translation."), N_ ("It is no L2TP server at this address.") },
    N_ ("The server's log shows which selectors it wanted."),
    { { "ephemeral-port", "byway edit {name} ephemeral-port=no", N_ ("use port 1701, when no other program holds it") },
      { NULL, "sudo ss -lunp 'sport = :1701'", N_ ("shows which program holds port 1701") },
      { NULL, NULL, N_ ("or ask the server's administrator to allow L2TP/IPsec from any source port, and from behind address translation (NAT)") } } },
  [BYWAY_CAUSE_ESP_STALLED] = { "esp-stalled", BYWAY_STAGE_SA, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("the server let us in, and fell silent when the encrypted connection for L2TP was to be made[: {detail}]"),
    N_ ("IKE is up, so the pre-shared key or the certificate is right. Our first message after that was not answered."),
    { N_ ("The server stays silent where others refuse: see the option esp."), N_ ("Large packets are lost on the way.") },
    N_ ("The server's log tells."),
    { AUTOMATIC_ESP, ASK_SERVER_LOG } },
  [BYWAY_CAUSE_ESP_NOT_INSTALLED] = { "esp-not-installed", BYWAY_STAGE_SA, BYWAY_ERROR_IPSEC, LIKELY,
    N_ ("this kernel can't encrypt as was agreed on with the server[: {detail}]"),
    N_ ("Both sides agreed[ on {esp}], and the kernel refused it."),
    { N_ ("The module of one of its ciphers is missing or blacklisted."), N_ ("This is a container that may not change IPsec.") },
    N_ ("“dmesg” and “byway doctor {name}” tell."),
    { RUN_DOCTOR, { "esp", "byway edit {name} esp=aes256-sha1", N_ ("a cipher that every kernel has") } } },

  /* --- L2TP ----------------------------------------------------------------------------------- */
  [BYWAY_CAUSE_ESP_SILENT] = { "esp-silent", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, PASSES | ELSEWHERE,
    N_ ("encrypted packets (ESP) do not get through to the server or back"),
    N_ ("IKE went well, packets were sent under the new association, and not one came back. ESP went bare, not in UDP."),
    { N_ ("A firewall on the way drops IP protocol 50."), N_ ("No L2TP service runs on the server, and its firewall says nothing.") },
    N_ ("If it works with ESP in UDP, it was the firewall."),
    { { "force-encaps", "byway edit {name} force-encaps=yes", N_ ("wrap ESP in UDP, which most networks let through") } } },
  [BYWAY_CAUSE_L2TP_SILENT] = { "l2tp-silent", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, PASSES | ELSEWHERE,
    N_ ("IPsec is up, but no L2TP service answers behind it"),
    N_ ("Our question was sent inside IPsec several times, and nothing came back."),
    { N_ ("The server's L2TP service (xl2tpd or the like) is stopped, or its firewall drops UDP 1701."), N_ ("A firewall on the way lets IKE through, but not ESP in UDP."),
      N_ ("The server still holds an old connection of ours and waits for its end.") },
    N_ ("The server's administrator sees whether the L2TP service hears us. A minute later an old connection is forgotten."),
    { RECONNECT, { NULL, NULL, N_ ("ask the server's administrator whether its L2TP service runs, and what its log says about us") } } },
  [BYWAY_CAUSE_L2TP_NO_SERVER] = { "l2tp-no-server", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, CERTAIN | PASSES | ELSEWHERE,
    N_ ("IPsec is up, but no L2TP service runs on the server"),
    N_ ("The server itself answered “{detail}” for UDP port 1701."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask the server's administrator to start its L2TP service (xl2tpd or the like)") } } },
  [BYWAY_CAUSE_L2TP_PLAIN_SILENT] = { "l2tp-plain-silent", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, PASSES | ELSEWHERE,
    N_ ("no L2TP service answers at " SERVER " without IPsec"),
    N_ ("Our question was sent as it is, without IPsec, several times, and nothing came back."),
    { N_ ("The server wants IPsec, and drops everything else."), N_ ("A firewall on the way drops UDP port 1701."), N_ ("The server's L2TP service is stopped.") },
    N_ ("“byway probe {gateway}” shows whether the server does IPsec."),
    { { "ipsec", "byway edit {name} ipsec=yes", N_ ("use IPsec, as nearly all servers want it") } } },
  [BYWAY_CAUSE_L2TP_PLAIN_NO_SERVER] = { "l2tp-plain-no-server", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, CERTAIN | PASSES | ELSEWHERE,
    N_ ("the server " SERVER " is there, but runs no L2TP service without IPsec"),
    N_ ("The server itself answered “{detail}” for UDP port 1701."), { NULL }, NULL,
    { { "ipsec", "byway edit {name} ipsec=yes", N_ ("use IPsec, as nearly all servers want it") }, OTHER_GATEWAY } },
  [BYWAY_CAUSE_L2TP_REFUSED] = { "l2tp-refused", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, CERTAIN | PASSES,
    N_ ("the server refuses the L2TP tunnel[: “{detail}”]"),
    N_ ("[IPsec is up ({esp}). ]The server closed the tunnel before it was of use[ (result code {result}, error code {l2tp-error})]."),
    { N_ ("It wants a tunnel secret, or does not accept clients from this address."), N_ ("It still holds an old connection of ours.") },
    N_ ("The server's log names the reason."),
    { { NULL, NULL, N_ ("show these words to the server's administrator") }, RECONNECT } },
  [BYWAY_CAUSE_L2TP_WANTS_SECRET] = { "l2tp-wants-secret", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, CERTAIN,
    N_ ("the server wants one more secret, for the L2TP tunnel, which this connection does not have"),
    N_ ("[IPsec is up ({esp}). ]The server sent a challenge (RFC 2661, 5.1.1), and there is no secret to answer it with."), { NULL }, NULL,
    { { "l2tp-auth", "byway edit {name} l2tp-auth=yes", N_ ("if you were told a tunnel secret; it is asked for at the next connect") },
      { NULL, NULL, N_ ("or ask the server's administrator to switch it off for L2TP/IPsec: IPsec proves already who we are") } } },
  [BYWAY_CAUSE_L2TP_SECRET_WRONG] = { "l2tp-secret-wrong", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, CERTAIN,
    N_ ("the L2TP tunnel secret is not the server's"),
    N_ ("[IPsec is up ({esp}). ]The proofs that both sides made of the secret (RFC 2661, 5.1.1) differ.[ The server says: “{detail}”.]"),
    { N_ ("The server has no tunnel secret for us at all, and can't prove one.") }, NULL,
    { { "l2tp-secret", "byway set-secret {name} l2tp-secret", N_ ("enter the tunnel secret again") },
      { "l2tp-auth", "byway edit {name} l2tp-auth=no", N_ ("if you were told none") } } },
  [BYWAY_CAUSE_L2TP_FULL] = { "l2tp-full", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, PASSES | ELSEWHERE,
    N_ ("the server has no room for another connection[: “{detail}”]"),
    N_ ("The tunnel was accepted, and the call in it refused."),
    { N_ ("All of its addresses are in use."), N_ ("It allows fewer connections than there are just now.") },
    N_ ("If it works later without a change, it was that."),
    { { NULL, NULL, N_ ("try again later, or ask the server's administrator for a larger range of addresses") } } },
  [BYWAY_CAUSE_L2TP_NO_SESSION] = { "l2tp-no-session", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, PASSES | ELSEWHERE,
    N_ ("the server made an L2TP tunnel, but no call in it"),
    N_ ("The tunnel stood, and our call was not answered."),
    { N_ ("The server is overloaded."), N_ ("It still holds an old connection of ours.") },
    N_ ("The server's log tells."),
    { RECONNECT, ASK_SERVER_LOG } },
  [BYWAY_CAUSE_L2TP_LOCAL] = { "l2tp-local", BYWAY_STAGE_L2TP, BYWAY_ERROR_L2TP, PASSES,
    N_ ("xl2tpd, the program for L2TP on this machine, could not do its part[: {detail}]"),
    N_ ("It ended, or did not take our command."), { NULL }, NULL,
    { RUN_DOCTOR, RECONNECT, REPORT_IT } },

  /* --- PPP ------------------------------------------------------------------------------------ */
  [BYWAY_CAUSE_PPP_SILENT] = { "ppp-silent", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, PASSES | ELSEWHERE,
    N_ ("the L2TP call stands, but the server's PPP does not answer"),
    N_ ("Our requests (LCP) were sent for seconds, and not one frame came back."),
    { N_ ("The server's PPP service (pppd or the like) did not start or hangs."), N_ ("The server sends its frames to an old connection of ours.") },
    N_ ("If it works a minute later, it was the old connection."),
    { RECONNECT, { NULL, NULL, N_ ("ask the server's administrator to look at its PPP service") } } },
  [BYWAY_CAUSE_PPP_DEAF] = { "ppp-deaf", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, PASSES,
    N_ ("the server's PPP speaks to us, and does not hear what we answer"),
    N_ ("Its requests (LCP) came through the call, and none of ours was answered."),
    { N_ ("The server still holds an old connection from this address, and takes our frames for that one's."), N_ ("Encrypted packets are lost on the way to the server, and not on the way back.") },
    N_ ("If it works from another port, or some minutes later, it was the old connection."),
    { { "ephemeral-port", "byway edit {name} ephemeral-port=yes", N_ ("use another port than that of the old connection") }, RECONNECT } },
  [BYWAY_CAUSE_PPP_LOGIN_REFUSED] = { "ppp-login-refused", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the server refused the user name or the password"),
    N_ ("[IPsec is up ({esp}), so the pre-shared key or the certificate is right. ]The server checked {user}[ by {method}], and said no.[ It says: “{detail}”.]"),
    { N_ ("The password is wrong, or was changed."), N_ ("The user name is misspelt, or wants a domain in front (option domain)."), N_ ("This user may not use the VPN.") },
    N_ ("Servers do not tell these apart, on purpose."),
    { SET_PASSWORD, SET_USER, { "domain", "byway edit {name} domain=", N_ ("the Windows domain, if there is one") } } },
  [BYWAY_CAUSE_PPP_LOGIN_STALLED] = { "ppp-login-stalled", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, PASSES,
    N_ ("the server did not finish the check of the user name and the password"),
    N_ ("It asked for {user}[ by {method}], got the answer, and then neither accepted nor refused it.[ It says: “{detail}”.]"),
    { N_ ("The server refuses by hanging up: the password or the user name is wrong."), N_ ("The server can't reach the directory (RADIUS, Active Directory) that knows the users.") },
    N_ ("If other users get in, it is the password."),
    { SET_PASSWORD, SET_USER, ASK_SERVER_LOG } },
  [BYWAY_CAUSE_PPP_METHOD] = { "ppp-method", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the server wants a login by {asked}, which this connection does not do"),
    N_ ("The server asked for it, and for nothing else that the connection allows."), { NULL }, NULL,
    { { "{asked-option}", "byway edit {name} {asked-option}=no", N_ ("allow it, if you trust the server with it") },
      { NULL, NULL, N_ ("or ask the server's administrator to allow MS-CHAPv2 or CHAP for this user") } } },
  [BYWAY_CAUSE_PPP_CERT_REFUSED] = { "ppp-cert-refused", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, LIKELY,
    N_ ("the server does not accept our certificate, or not for this user name"),
    N_ ("IPsec is up. The server checked {user} by certificate (EAP-TLS), and said no.[ It says: “{detail}”.]"),
    { N_ ("It does not know the authority that signed our certificate, or the certificate was withdrawn."), N_ ("The user name is not the one that the certificate was made for."), N_ ("This user may not use the VPN.") },
    N_ ("The server's log, or that of its RADIUS server, tells which."),
    { IMPORT_USER_CERT, SET_USER, ASK_SERVER_LOG } },
  [BYWAY_CAUSE_PPP_CERT_UNTRUSTED] = { "ppp-cert-untrusted", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the certificate that the server logs us in with was not signed by the authority that this connection trusts"),
    N_ ("The server showed its certificate for EAP-TLS, which need not be that of IPsec. No chain leads from it to user-ca, or it is not meant for servers."),
    { N_ ("The server's login is done by another machine (RADIUS), whose certificate is of another authority."), N_ ("The server has a new authority."), N_ ("Another machine answers in its place.") },
    N_ ("The server's administrator knows which authority signed its certificate."),
    { { "user-ca", "byway import-cert {name} FILE --user --ca ", N_ ("followed by the file of the authority's certificate, if you know that it is right") } } },
  [BYWAY_CAUSE_PPP_CERT_EXPIRED] = { "ppp-cert-expired", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the certificate that the server logs us in with, or its authority's, is over"),
    N_ ("The server showed its certificate for EAP-TLS, and pppd says that it has expired."),
    { N_ ("This machine's clock is wrong.") },
    N_ ("“date” shows the clock."),
    { { NULL, NULL, N_ ("ask the server's administrator to renew its certificate") } } },
  [BYWAY_CAUSE_PPP_CERT_NAME] = { "ppp-cert-name", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, LIKELY,
    N_ ("the certificate that the server logs us in with is not for the name that the connection expects[ ({remote-name})]"),
    N_ ("The server showed its certificate for EAP-TLS, and pppd compared its common name (CN) with remote-name."),
    { N_ ("The server's login is done by another machine (RADIUS), under a name of its own."), N_ ("Another machine, with a certificate of the same authority, answers in its place.") },
    N_ ("“byway log {name}” shows the name that the certificate has."),
    { { "remote-name", "byway edit {name} remote-name=", N_ ("the name of its certificate, if you know that it is right; empty: any") } } },
  [BYWAY_CAUSE_PPP_PASSWORD_EXPIRED] = { "ppp-password-expired", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the password of {user} has expired"),
    N_ ("The server says so: “{detail}”."), { NULL }, NULL,
    { { NULL, NULL, N_ ("change the password where you can (inside the office, or on its web page)") },
      { "password", "byway set-secret {name} password", N_ ("then enter the new one here") } } },
  [BYWAY_CAUSE_PPP_NO_DIAL_IN] = { "ppp-no-dial-in", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("{user} has no permission to dial in"),
    N_ ("The server says so: “{detail}”."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask the server's administrator to allow dial-in for this user") } } },
  [BYWAY_CAUSE_PPP_HOURS] = { "ppp-hours", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the server does not let {user} in at this hour"),
    N_ ("The server says so: “{detail}”."), { NULL }, NULL,
    { { NULL, NULL, N_ ("try within the hours that are allowed, or ask the server's administrator") } } },
  [BYWAY_CAUSE_PPP_ACCOUNT_DISABLED] = { "ppp-account-disabled", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the account of {user} is disabled"),
    N_ ("The server says so: “{detail}”."), { NULL }, NULL,
    { { NULL, NULL, N_ ("ask the server's administrator to enable it") } } },
  [BYWAY_CAUSE_PPP_OTHER_NAME] = { "ppp-other-name", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the server calls itself “{detail}” in PPP, and the connection expects {remote-name}"),
    N_ ("It said so with its challenge; no answer was given to it."),
    { N_ ("Another machine answers in the server's place."), N_ ("The server was given another name.") },
    N_ ("The server's administrator knows its name."),
    { { "remote-name", "byway edit {name} remote-name=", N_ ("its name, if you know that it is right; empty: any") } } },
  [BYWAY_CAUSE_PPP_MPPE] = { "ppp-mppe", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the server demands PPP's own encryption (MPPE) on top of IPsec"),
    N_ ("The login went well; then the server insisted on MPPE and ended the link.[ It says: “{detail}”.]"), { NULL }, NULL,
    { { "mppe", "byway edit {name} mppe=128", N_ ("do as it wants; this needs a login by MS-CHAPv2") },
      { NULL, NULL, N_ ("or ask the server's administrator not to require MPPE for L2TP/IPsec: IPsec encrypts already") } } },
  [BYWAY_CAUSE_PPP_NO_MPPE] = { "ppp-no-mppe", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, CERTAIN,
    N_ ("the server does not do the encryption by PPP (MPPE) that this connection demands"),
    N_ ("The login went well; then MPPE of the demanded strength was not agreed on.[ pppd says: “{detail}”.]"),
    { N_ ("The server does MPPE of another strength only."), N_ ("The login was not by MS-CHAP or MS-CHAPv2, which MPPE needs.") }, NULL,
    { { "mppe", "byway edit {name} mppe=no", N_ ("inside IPsec MPPE only costs time") },
      { "mppe", "byway edit {name} mppe=yes", N_ ("of any strength") } } },
  [BYWAY_CAUSE_PPP_NO_ADDRESS] = { "ppp-no-address", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, PASSES,
    N_ ("the server accepted the login, but gives no address"),
    N_ ("IPv4 was not agreed on (IPCP).[ The server says: “{detail}”.]"),
    { N_ ("The server's range of addresses is used up."), N_ ("The server does not allow IPv4 for this user.") },
    N_ ("If it works later without a change, it was the range."),
    { { NULL, NULL, N_ ("ask the server's administrator to look at the addresses that it gives out") } } },
  [BYWAY_CAUSE_PPP_HUNG_UP] = { "ppp-hung-up", BYWAY_STAGE_PPP, BYWAY_ERROR_PPP, PASSES,
    N_ ("the server ended the PPP link while it was being made"),
    N_ ("It hung up[ and says: “{detail}”]."),
    { N_ ("It refuses one of our options (compression, MRU, the way of login)."), N_ ("It has no free address or no free line.") },
    N_ ("The server's log names the reason."),
    { { NULL, NULL, N_ ("show these words to the server's administrator") } } },

  /* --- addresses and routes ------------------------------------------------------------------- */
  [BYWAY_CAUSE_IP_FAILED] = { "ip-failed", BYWAY_STAGE_IP, BYWAY_ERROR_NET, CERTAIN | PASSES,
    N_ ("the link is up, but this machine's routes or name servers could not be set[: {detail}]"),
    NULL, { NULL }, NULL,
    { RUN_DOCTOR,
      { "routes", "byway edit {name} routes=", N_ ("the right networks, if one of those that you named is the reason") },
      REPORT_IT } },
  [BYWAY_CAUSE_IP_COLLISION] = { "ip-collision", BYWAY_STAGE_IP, BYWAY_ERROR_NET, WARNING | CERTAIN,
    N_ ("the network behind the VPN ({remote-net}) has the same addresses as the one here ({local-net})"),
    N_ ("Machines with such addresses are looked for in one of the two, so some can't be reached."), { NULL }, NULL,
    { { "routes", "byway edit {name} routes=", N_ ("name single machines of the office instead of its whole network") },
      { NULL, NULL, N_ ("or give the network here other addresses, in its router") } } },
  [BYWAY_CAUSE_IP_SERVER_INSIDE] = { "ip-server-inside", BYWAY_STAGE_IP, BYWAY_ERROR_NET, WARNING | CERTAIN,
    N_ ("the server's own address {server} lies in a network that goes through the tunnel ({remote-net})"),
    N_ ("It has a route of its own beside the tunnel, so the connection works; what else runs on the server is reached outside the tunnel."), { NULL }, NULL,
    { { "routes", "byway edit {name} routes=", N_ ("leave the server's own network out, if it need not be there") } } },
  [BYWAY_CAUSE_IP_MTU] = { "ip-mtu", BYWAY_STAGE_IP, BYWAY_ERROR_NET, WARNING,
    N_ ("large packets get lost in the tunnel: above {mtu} bytes nothing arrives"),
    N_ ("Test packets of up to {mtu} bytes came back from the server, and of {mtu-tried} bytes none did. Web pages and downloads would hang."),
    { N_ ("A network on the way drops large packets without a word.") },
    NULL,
    { { "mtu", "byway edit {name} mtu={mtu} mru={mtu}", N_ ("and connect again") } } },

  /* --- while it was up ------------------------------------------------------------------------ */
  [BYWAY_CAUSE_LOST_SERVER] = { "lost-server", BYWAY_STAGE_IP, BYWAY_ERROR_PPP, PASSES | ELSEWHERE,
    N_ ("the server does not answer any more"),
    N_ ("The connection was up; then the server left our questions without an answer.[ ({detail})]"),
    { N_ ("The server, or the network between, is down."), N_ ("This machine's own network changed.") },
    N_ ("If nothing else works either, it is the network here."),
    { RECONNECT, LET_IT_RECONNECT } },
  [BYWAY_CAUSE_LOST_BY_SERVER] = { "lost-by-server", BYWAY_STAGE_IP, BYWAY_ERROR_PPP, CERTAIN | PASSES | ELSEWHERE,
    N_ ("the server ended the connection[: “{detail}”]"),
    N_ ("The connection was up; then the server said goodbye."),
    { N_ ("Its service was restarted or stopped."), N_ ("A time limit, or too long without traffic."), N_ ("The same user connected from somewhere else.") },
    N_ ("The server's log names the reason."),
    { RECONNECT } },
  [BYWAY_CAUSE_LOST_IPSEC] = { "lost-ipsec", BYWAY_STAGE_IP, BYWAY_ERROR_IPSEC, PASSES | ELSEWHERE,
    N_ ("the encrypted connection to the server (IPsec) has ended"),
    N_ ("The connection was up; then the IKE daemon reported its end.[ ({detail})]"),
    { N_ ("The server ended it."), N_ ("The server did not answer any more."), N_ ("Somebody ended it on this machine.") },
    N_ ("“byway log {name}” has the IKE daemon's words."),
    { RECONNECT } },
  [BYWAY_CAUSE_LOST_XL2TPD] = { "lost-xl2tpd", BYWAY_STAGE_IP, BYWAY_ERROR_L2TP, CERTAIN | PASSES,
    N_ ("xl2tpd, this machine's program for L2TP, ended[: {detail}]"),
    N_ ("The connection's xl2tpd on this machine was killed or crashed."), { NULL }, NULL,
    { RECONNECT, { NULL, "journalctl -b -g 'xl2tpd|oom'", N_ ("shows whether it crashed, or who ended it") } } },
  [BYWAY_CAUSE_LOST_PPPD] = { "lost-pppd", BYWAY_STAGE_IP, BYWAY_ERROR_PPP, CERTAIN | PASSES,
    N_ ("pppd, this machine's program for PPP, ended without a word"),
    N_ ("The connection's pppd on this machine was killed or crashed."), { NULL }, NULL,
    { RECONNECT, { NULL, "journalctl -b -g 'pppd|oom'", N_ ("shows whether it crashed, or who ended it") } } },
  [BYWAY_CAUSE_LOST_IKE_DAEMON] = { "lost-ike-daemon", BYWAY_STAGE_IP, BYWAY_ERROR_IPSEC, CERTAIN | PASSES,
    N_ ("this machine's program for IPsec (the IKE daemon) ended"),
    N_ ("It was there, and then it was not: it was stopped, restarted, or it crashed."), { NULL }, NULL,
    { RECONNECT, { NULL, "journalctl -b -u strongswan-starter -u strongswan -u ipsec", N_ ("shows why") } } },
  [BYWAY_CAUSE_LOST_UPLINK] = { "lost-uplink", BYWAY_STAGE_IP, BYWAY_ERROR_NET, CERTAIN | PASSES,
    N_ ("this machine's way to the server changed[: {detail}]"),
    N_ ("Another network, or another address of ours, and the server knows us only by the old one."), { NULL }, NULL,
    { RECONNECT, LET_IT_RECONNECT } },
  [BYWAY_CAUSE_LOST_TO_SLEEP] = { "lost-to-sleep", BYWAY_STAGE_IP, BYWAY_ERROR_NET, CERTAIN | PASSES,
    N_ ("this machine went to sleep"),
    N_ ("The connection was ended in order before that."), { NULL }, NULL,
    { RECONNECT, LET_IT_RECONNECT } },
};
/* clang-format on */

const BywayCauseRow *
byway_cause_row (BywayCause cause)
{
  return &rows[(guint)cause < BYWAY_N_CAUSES ? cause : BYWAY_CAUSE_UNEXPECTED];
}

gboolean
byway_cause_has (BywayCause cause, BywayTraits trait)
{
  return (byway_cause_row (cause)->traits & trait) != 0;
}

const char *
byway_cause_refused_secret (BywayCause cause)
{
  if (cause == BYWAY_CAUSE_IKE_PSK_WRONG || cause == BYWAY_CAUSE_IKE_LOGIN_REFUSED)
    return "ipsec-psk";
  if (cause == BYWAY_CAUSE_TOKEN_PIN)
    return "machine-certpass";
  if (cause == BYWAY_CAUSE_IKE_XAUTH_REFUSED)
    return "xauth-password";
  if (cause == BYWAY_CAUSE_L2TP_SECRET_WRONG)
    return "l2tp-secret";
  return cause == BYWAY_CAUSE_PPP_LOGIN_REFUSED ? "password" : NULL;
}

gboolean
byway_cause_from_code (const char *code, BywayCause *out)
{
  for (guint i = 0; i < BYWAY_N_CAUSES; i++)
    if (strcmp (rows[i].code, code) == 0)
      {
        *out = i;
        return TRUE;
      }
  return FALSE;
}
