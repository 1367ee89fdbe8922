# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix' kernels: a module is absent, or an administrator has blacklisted it."""

from fault import diagnosed
from faults import fault

ROWS = {"ppp": ("ppp_generic", "kernel-no-ppp"), "l2tp": ("l2tp_ppp", "kernel-no-l2tp"), "esp": ("esp4", "kernel-no-esp")}

SCENARIOS = {f"fault-kernel-{part}{'-blacklisted' if mark else ''}":
             fault(f"the kernel's {module} is {'blacklisted' if mark else 'absent'}", diagnosed(code, "prepare", 2),
                   without=(module + mark,))
             for part, (module, code) in ROWS.items() for mark in ("", "!")}
SCENARIOS["fault-kernel-cipher"] = fault("the kernel lacks the cipher that was agreed on", diagnosed("esp-not-installed", "sa", 3),
                                         without=("des_generic",))
