# SPDX-License-Identifier: GPL-2.0-or-later
"""A program: puts a certificate on a token, which softhsm2-util has no word for. Arguments: the module, the slot, the PIN, the id
in hex, and the certificate's file (DER). Numbers are PKCS #11's."""

import ctypes
import sys

CKU_USER, CKF_SERIAL_AND_RW = 1, 4 | 2
CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL, CKA_VALUE = 0, 1, 2, 3, 0x11
CKA_CERTIFICATE_TYPE, CKA_SUBJECT, CKA_ID = 0x80, 0x101, 0x102
CKO_CERTIFICATE, CKC_X_509 = 1, 0
ULong = ctypes.c_ulong


class Attribute(ctypes.Structure):
    _fields_ = [("kind", ULong), ("value", ctypes.c_char_p), ("length", ULong)]


def number(value):
    return value.to_bytes(ctypes.sizeof(ULong), sys.byteorder)


def checked(answer, what):
    assert answer == 0, f"{what}: {answer:#x}"


def main(module, slot, pin, identity, path):
    with open(path, "rb") as file:
        certificate = file.read()
    token, session, made = ctypes.CDLL(module), ULong(), ULong()
    values = [(CKA_CLASS, number(CKO_CERTIFICATE)), (CKA_TOKEN, b"\1"), (CKA_PRIVATE, b"\0"), (CKA_LABEL, b"lab"),
              (CKA_CERTIFICATE_TYPE, number(CKC_X_509)), (CKA_SUBJECT, b"0\0"), (CKA_ID, bytes.fromhex(identity)),
              (CKA_VALUE, certificate)]
    template = (Attribute * len(values))(*(Attribute(kind, value, len(value)) for kind, value in values))
    checked(token.C_Initialize(None), "initialize")
    checked(token.C_OpenSession(ULong(int(slot)), ULong(CKF_SERIAL_AND_RW), None, None, ctypes.byref(session)), "open session")
    checked(token.C_Login(session, ULong(CKU_USER), pin.encode(), ULong(len(pin))), "login")
    checked(token.C_CreateObject(session, template, ULong(len(values)), ctypes.byref(made)), "create object")
    checked(token.C_Finalize(None), "finalize")


if __name__ == "__main__":
    main(*sys.argv[1:])
