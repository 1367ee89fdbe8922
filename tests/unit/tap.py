# SPDX-License-Identifier: GPL-2.0-or-later
"""TAP of tests that are plain functions, or plain lists of what was found to be wrong. Each gives the exit code."""


def play(tests):
    """Functions of no argument, told by their names; one that raises has failed."""
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {name}")
        except (AssertionError, OSError) as problem:
            failed += 1
            print(f"not ok {number} - {name}\n# {str(problem)[:2000]!r}")
    return int(failed > 0)


def tell(results):
    """Pairs: what is claimed, and the lines against it."""
    print(f"1..{len(results)}")
    for number, (what, problems) in enumerate(results, 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {what}")
        for problem in sorted(set(problems)):
            print(f"# {problem}")
    return int(any(problems for _, problems in results))
