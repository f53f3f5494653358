#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Functions of object files that can come to themselves, by direct calls: how deep that
goes is perhaps for a peer or a helper to say, and a kernel's stack has 16 KiB. What is
called through a pointer is not seen, nor what is of another file.

usage: recursion.py OBJECT...
"""

import collections
import os
import re
import subprocess
import sys

FUNCTION = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
SECTION = re.compile(r"^Disassembly of section (\S+):$")
BRANCH = re.compile(r"^\s+[0-9a-f]+:\s+(call|j\w+)\s+[0-9a-f]+ <([^>+]+)(\+0x[0-9a-f]+)?>$")
RELOCATION = re.compile(r"^\s+[0-9a-f]+: R_X86_64_PLT32\s+(\S+?)([-+]0x[0-9a-f]+)?$")
ANY_RELOCATION = re.compile(r"^\s+[0-9a-f]+: R_X86_64_")
# Of a displacement, which is from its end
DISPLACEMENT = 4


def disassembled(path):
    return subprocess.run(["objdump", "-dr", "--no-show-raw-insn", path], check=True,
                          text=True, stdout=subprocess.PIPE).stdout.splitlines()


def calls(path):
    """Of each function, those that it calls or ends with"""
    called, starts, section, function = collections.defaultdict(set), {}, None, None
    named = None
    for line in disassembled(path):
        if found := SECTION.match(line):
            section = found[1]
        elif found := FUNCTION.match(line):
            function = found[2]
            starts[section, int(found[1], 16)] = function
            called[function] = set()
        elif found := BRANCH.match(line):
            # A jump to the function itself is a loop; a displacement of a relocation
            # leads behind the instruction.
            named = None
            if not found[3] and (found[2] != function or found[1] == "call"):
                named = None if found[2] in called[function] else found[2]
                called[function].add(found[2])
        elif ANY_RELOCATION.match(line):
            # What the branch before it seems to lead to is only what stands behind it.
            called[function].discard(named)
            named = None
            if found := RELOCATION.match(line):
                called[function].add((found[1],
                                      int(found[2] or "0", 16) + DISPLACEMENT))
        else:
            named = None
    return {function: {starts.get(one, one[0]) if isinstance(one, tuple) else one
                       for one in those} & set(called)
            for function, those in called.items()}


def reached(called, function):
    """All that a function comes to, in any number of calls"""
    seen, left = set(), [function]
    while left:
        for one in called[left.pop()] - seen:
            seen.add(one)
            left.append(one)
    return seen


def main():
    found = False
    for path in sys.argv[1:]:
        if not os.path.exists(path): # no module is made of what lacks a part
            continue
        called = calls(path)
        found |= any(called.values())
        for function in sorted(called):
            if function in reached(called, function):
                print(f"{path}: {function}() can come to itself")
    if not found:
        print("no call was found")


if __name__ == "__main__":
    main()
