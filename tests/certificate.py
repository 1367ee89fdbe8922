# SPDX-License-Identifier: GPL-2.0-or-later
"""A certificate of a made-up authority, in files."""

import subprocess

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(folder, *words, **options):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, **options)


def make(folder, subject, *extensions, days=100, **options):
    """own.key, own.pem (good for so many days) and ca.pem, and all three in own.p12, with the password “open”; its path.
    The options are those of whom runs openssl."""
    openssl(folder, "req", "-x509", *CURVE, "-keyout", "ca.key", "-subj", "/CN=Authority", "-days", "900", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", **options)
    openssl(folder, "req", "-x509", *CURVE, "-keyout", "own.key", "-subj", subject, "-days", str(days), "-CA", "ca.pem", "-CAkey", "ca.key",
            "-addext", "basicConstraints=CA:FALSE", *(word for one in extensions for word in ("-addext", one)), "-out", "own.pem", **options)
    openssl(folder, "pkcs12", "-export", "-inkey", "own.key", "-in", "own.pem", "-certfile", "ca.pem", "-passout", "pass:open",
            "-out", "own.p12", **options)
    return f"{folder}/own.p12"


def make_bad(folder):
    """Beside them over.key and over.pem of the same authority, whose time is over, and other.key, which is nobody's."""
    openssl(folder, "genpkey", "-algorithm", "EC", *CURVE[2:4], "-out", "other.key")
    openssl(folder, "req", *CURVE, "-keyout", "over.key", "-subj", "/CN=over", "-out", "over.csr")
    openssl(folder, "x509", "-req", "-in", "over.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "-1", "-out", "over.pem")
