# SPDX-License-Identifier: GPL-2.0-or-later
"""Who calls (strongSwan, Libreswan) whom (both again), by the key or a certificate, in each way to log in, through a
translation of addresses or not: ../guest/matrix.py."""

import itertools

import matrix
from matrix import CONNS, Group
from scenario import Scenario
from steps import clean

ENGINES = ("strongswan", "libreswan")


def played(group):
    return Scenario(about=f"the matrix: {group.engine} calls {group.server}, by {group.auth}; every login, with NAT and without",
                    steps=(matrix.prepared(group, matrix.all_cells(group), clean),), setup=matrix.SETUP,
                    others={"swan": matrix.SWAN} if group.server == "libreswan" else {}, libreswan=group.engine == "libreswan",
                    weight=40, seconds=180)


GROUPS = [Group(engine, server, auth)
          for server, auth, engine in itertools.product(ENGINES, CONNS, ENGINES)]
SCENARIOS = {group.name(): played(group) for group in GROUPS}
