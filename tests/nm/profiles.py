# SPDX-License-Identifier: GPL-2.0-or-later
"""Profiles of NetworkManager's as key files, as far as the editor is concerned."""

UUID = "7b0f4a2c-5d0e-4f43-9a55-6d1f0f8f1d11"


def write(path, data, secrets):
    with open(path, "w") as file:
        file.write(f"[connection]\nid=office\nuuid={UUID}\ntype=vpn\n\n[vpn]\n"
                   "service-type=org.freedesktop.NetworkManager.byway\n")
        file.writelines(f"{key}={value}\n" for key, value in data.items())
        file.write("\n[vpn-secrets]\n")
        file.writelines(f"{key}={value}\n" for key, value in secrets.items())


def group(path, name):
    """What is in "vpn" or "vpn-secrets", but the type."""
    from gi.repository import GLib  # not before there is a desktop
    file = GLib.KeyFile()
    file.load_from_file(path, GLib.KeyFileFlags.NONE)
    keys = file.get_keys(name)[0] if file.has_group(name) else []
    return {key: file.get_string(name, key) for key in keys if key != "service-type"}
