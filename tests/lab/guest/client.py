# SPDX-License-Identifier: GPL-2.0-or-later
"""The client host and what runs on it."""


class Client:
    def __init__(self, member, setup):
        self.host = member
        self.setup = setup
