# SPDX-License-Identifier: GPL-2.0
"""
What a Walk finds is found: steps of a module that do wrong, each in another way,
where an allocation fails.
"""

import os
import pathlib
import re
import subprocess

from fail_nth import Outcome, Walk

MODULE = pathlib.Path(__file__).resolve().parent / "alloc_faults/alloc_faults.ko"
PARAMETERS = pathlib.Path("/sys/module/alloc_faults/parameters")
REPORTS = pathlib.Path(__file__).resolve().parents[1] / "reports.sh"
KMEMLEAK = pathlib.Path("/sys/kernel/debug/kmemleak")
RUNS_MAX = 32
# What is lost may be found in a register or on a stack.
LEAKS = 8

# The step, and what is said of it; nothing of the good one
PLANTED = [
    ("good", None),
    ("changes", "changed steps_taken"),
    ("wrong-error", "error EIO"),
    ("once", "refused after failures, with error EPROTO"),
    ("pretends", "another reply without an error"),
]


def steps_taken():
    return int((PARAMETERS / "steps_taken").read_text(encoding="ascii"))


def walk_of(name, fail_nth):
    """All failures of one step of the module"""
    walk = Walk(fail_nth)

    def attempt():
        error = None
        before = steps_taken()
        with open(PARAMETERS / "step", "wb", buffering=0) as step:
            try:
                fail_nth.call(os.write, step.fileno(), name.encode())
            except OSError as refusal:
                error = refusal.errno
        return Outcome(error, steps_taken() - before, True)

    def scenario():
        walk.take(f"planted: {name} 1", attempt,
                  lambda: {"steps_taken": steps_taken()}, 1)

    walk.repeat(scenario, list, RUNS_MAX)
    return walk


def test(tests, fail_nth):
    """Loads the module, which stays until test_leaks() has been called"""
    subprocess.run(["insmod", MODULE], check=True)
    for name, words in PLANTED:
        walk = walk_of(name, fail_nth)
        found = [fault for fault in walk.faults if words and words in fault]
        tests.check(f"planted: {name}: {f'{words} is found' if words else 'nothing is found'}",
                    walk.allocations and bool(walk.faults) == bool(words) and
                    bool(found) == bool(words), walk.faults)
    for _ in range(LEAKS):
        walk_of("leaks", fail_nth)


def lost_memory():
    """What nothing refers to, as the tests' own search of kmemleak says"""
    found = subprocess.run(["sh", "-c", '. "$0"; lost_memory', REPORTS], check=True,
                           text=True, stdout=subprocess.PIPE).stdout
    return re.split(r"^(?=unreferenced object)", found, flags=re.M)[1:]


def test_leaks(tests):
    if KMEMLEAK.exists():
        lost = lost_memory()
        planted = [one for one in lost if "[alloc_faults]" in one]
        lost = [one for one in lost if one not in planted]
        for one in lost:
            print("# " + one.rstrip().replace("\n", "\n# "))
        tests.check("nothing is lost", not lost, len(lost))
        tests.check("planted: leaks: lost memory is found", planted,
                    planted)
    subprocess.run(["rmmod", "alloc_faults"], check=True)
