# SPDX-License-Identifier: GPL-2.0-or-later
"""Certificates for the laboratory, made when they are first needed. A process costs half a second here, so there are few."""

import dataclasses
import functools

KEYS = {"rsa": ("rsa:2048",), "ecdsa": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")}
LONG_AGO, THEN = "20200101000000Z", "20210101000000Z"
FOR_AUTHORITY = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
FOR_ENDS = ("basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature")


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a certificate is to say."""
    name: str
    kind: str = "ecdsa"
    san: str = ""
    over: bool = False  # its time is
    days: int = 300     # how long it is good for, from now on


@dataclasses.dataclass(frozen=True)
class Pair:
    cert: bytes
    key: bytes


class Authority:
    """Works in a folder of one host, and remembers what it made."""

    def __init__(self, member, name, kind):
        self.host, self.folder = member, f"/root/{name.replace(' ', '-')}-{kind}"
        member.run(["mkdir", "-p", self.folder])
        self.cert = self._made("ca", kind, f"/CN={name}", FOR_AUTHORITY).cert

    @functools.cache
    def issue(self, wish):
        extensions = (*FOR_ENDS, f"subjectAltName={wish.san}") if wish.san else FOR_ENDS
        if wish.over:
            return self._made_long_ago(wish, extensions)
        return self._made("end", wish.kind, f"/O=Lab/CN={wish.name}", extensions, "-CA", self._path("ca.pem"),
                          "-CAkey", self._path("ca.key"), days=wish.days)

    @functools.cache
    def pack(self, wish, password):
        """PKCS #12 of the certificate, its key, and our own certificate."""
        pair = self.issue(wish)
        self.host.write(self._path("in.pem"), pair.key + pair.cert)
        self._openssl("pkcs12", "-export", "-in", self._path("in.pem"), "-certfile", self._path("ca.pem"),
                      "-name", wish.name, "-passout", f"pass:{password}", "-out", self._path("out.p12"))
        return self._read("out.p12")

    def _made(self, what, kind, subject, extensions, *more, days=300):
        self._openssl("req", "-x509", "-newkey", *KEYS[kind], "-nodes", "-keyout", self._path(f"{what}.key"), "-subj", subject,
                      "-days", str(days), *self._wanted(extensions), *more, "-out", self._path(f"{what}.pem"))
        return Pair(self._read(f"{what}.pem"), self._read(f"{what}.key"))

    def _made_long_ago(self, wish, extensions):
        """openssl req begins now; openssl ca takes dates."""
        self._openssl("req", "-newkey", *KEYS[wish.kind], "-nodes", "-keyout", self._path("old.key"), "-subj",
                      f"/O=Lab/CN={wish.name}", *self._wanted(extensions), "-out", self._path("old.csr"))
        self.host.write(self._path("ca.cnf"), "[ca]\ndefault_ca=it\n[it]\ncopy_extensions=copy\n"
                        f"database={self._path('index')}\nserial={self._path('serial')}\nnew_certs_dir={self.folder}\n"
                        "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\norganizationName=optional\n")
        self.host.write(self._path("index"), "")
        self.host.write(self._path("serial"), "10\n")
        self._openssl("ca", "-batch", "-config", self._path("ca.cnf"), "-in", self._path("old.csr"), "-cert", self._path("ca.pem"),
                      "-keyfile", self._path("ca.key"), "-startdate", LONG_AGO, "-enddate", THEN, "-notext",
                      "-out", self._path("old.pem"))
        return Pair(self._read("old.pem"), self._read("old.key"))

    @staticmethod
    def _wanted(extensions):
        return [word for extension in extensions for word in ("-addext", extension)]

    def _path(self, name):
        return f"{self.folder}/{name}"

    def _read(self, name):
        return self.host.call(lambda: open(self._path(name), "rb").read())

    def _openssl(self, *words):
        self.host.run(["openssl", *words])


@functools.cache
def authority(member, name, kind):
    """The same one for every scenario of a boot."""
    return Authority(member, name, kind)
