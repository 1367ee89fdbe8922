# SPDX-License-Identifier: GPL-2.0-or-later
"""A message bus of a test's own, in a folder of the test's."""

import subprocess
from pathlib import Path

OUR_POLICY = Path(__file__).resolve().parent.parent / "data/org.byway.Byway1.conf"

REPLIES = """<allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
<allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
<allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>"""
OPEN = f"""<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
{REPLIES}</policy>"""
# What a system bus forbids; a name and a call have to be allowed by the files that come after it.
CLOSED = f"""<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>
{REPLIES}<allow send_destination="org.freedesktop.DBus"/></policy>"""
# Who plays polkit beside a closed bus.
POLKIT = """<policy context="default"><allow send_destination="org.freedesktop.PolicyKit1"/></policy>
<policy user="root"><allow own="org.freedesktop.PolicyKit1"/></policy>"""


def address(path):
    return f"unix:path={path}"


def start(path, kind="system", policy=OPEN, policies=(), services=None, popen=subprocess.Popen, **options):
    """Its daemon, which listens at `path` already. The limits are those of dbus-daemon for that kind. `policies` are files that are
    read too, `services` is a folder of those that can be started; the options are those of `popen`."""
    parts = [f"<servicedir>{services}</servicedir>"] * (services is not None) + [policy, *(f"<include>{one}</include>" for one in policies)]
    Path(f"{path}.conf").write_text(f"""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>{kind}</type><listen>{address(path)}</listen><auth>EXTERNAL</auth>
{chr(10).join(parts)}</busconfig>""")
    daemon = popen(["dbus-daemon", f"--config-file={path}.conf", "--nofork", "--print-address"], stdout=subprocess.PIPE, **options)
    assert daemon.stdout.readline(), f"no bus at {path}"
    daemon.stdout.close()
    return daemon
