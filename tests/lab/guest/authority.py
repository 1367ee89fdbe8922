# SPDX-License-Identifier: GPL-2.0-or-later
"""Certificates for the laboratory, made when they are needed: an authority, a server's, a client's."""

import dataclasses

KEYS = {"rsa": ("RSA", "rsa_keygen_bits:2048"), "ecdsa": ("EC", "ec_paramgen_curve:P-256")}
LONG_AGO, THEN = "20200101000000Z", "20210101000000Z"


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a certificate is to say."""
    name: str
    kind: str = "rsa"
    san: str = ""
    over: bool = False  # its time is
    days: int = 300


class Authority:
    """Lives in a folder of one host."""

    def __init__(self, member, folder, name="Lab authority", kind="rsa"):
        self.host, self.folder = member, folder
        member.run(["mkdir", "-p", folder])
        self._key("ca", kind)
        self._openssl("req", "-x509", "-new", "-key", self.path("ca.key"), "-subj", f"/CN={name}", "-days", "3650",
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
                      "-out", self.path("ca.pem"))

    def path(self, name):
        return f"{self.folder}/{name}"

    def read(self, name):
        return self.host.call(lambda: open(self.path(name), "rb").read())

    def issue(self, what, wish):
        """WHAT.key and WHAT.pem in the folder."""
        self._key(what, wish.kind)
        self._openssl("req", "-new", "-key", self.path(f"{what}.key"), "-subj", f"/O=Lab/CN={wish.name}",
                      "-out", self.path(f"{what}.csr"))
        self.host.write(self.path(f"{what}.ext"), "keyUsage=critical,digitalSignature\n"
                        + (f"subjectAltName={wish.san}\n" if wish.san else ""))
        if wish.over:
            self._issue_of_long_ago(what)
        else:
            self._openssl("x509", "-req", "-in", self.path(f"{what}.csr"), "-CA", self.path("ca.pem"), "-CAkey",
                          self.path("ca.key"), "-CAcreateserial", "-days", str(wish.days), "-extfile",
                          self.path(f"{what}.ext"), "-out", self.path(f"{what}.pem"))

    def pack(self, what, password):
        """WHAT.p12: the certificate, its key, and the authority's certificate."""
        self._openssl("pkcs12", "-export", "-inkey", self.path(f"{what}.key"), "-in", self.path(f"{what}.pem"),
                      "-certfile", self.path("ca.pem"), "-passout", f"pass:{password}", "-out", self.path(f"{what}.p12"))

    def _issue_of_long_ago(self, what):
        """openssl x509 begins now; openssl ca takes dates."""
        self.host.write(self.path("ca.cnf"), "[ca]\ndefault_ca=it\n[it]\n"
                        f"database={self.path('index')}\nserial={self.path('serial')}\nnew_certs_dir={self.folder}\n"
                        "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\norganizationName=optional\n")
        self.host.write(self.path("index"), "")
        self.host.write(self.path("serial"), "10\n")
        self._openssl("ca", "-batch", "-config", self.path("ca.cnf"), "-in", self.path(f"{what}.csr"), "-cert",
                      self.path("ca.pem"), "-keyfile", self.path("ca.key"), "-startdate", LONG_AGO, "-enddate", THEN,
                      "-extfile", self.path(f"{what}.ext"), "-notext", "-out", self.path(f"{what}.pem"))

    def _key(self, what, kind):
        algorithm, parameter = KEYS[kind]
        self._openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", parameter, "-out", self.path(f"{what}.key"))

    def _openssl(self, *words):
        self.host.run(["openssl", *words])
