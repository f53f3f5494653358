#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Print how many lines of each file were run, and those that were not with the reason
that the file "unreached" has for them.

usage: coverage.py COUNTS OBJECTS

COUNTS is where the kernel has the .gcda files of what was built in OBJECTS.  Exits
with 0 when nine lines of ten were run, and all others have a reason.
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys

LEAST = 0.9


def read_reasons():
    """What matches a function, or the text of a line, and why it is not run"""
    reasons = []
    path = pathlib.Path(__file__).parent / "unreached"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, reason = line.split("\t", 1)
            reasons.append((re.compile(pattern), reason.strip()))
    return reasons


def counted(counts, objects):
    """For each source: line -> (function, how often it was run)"""
    sources = collections.defaultdict(dict)
    for counter in sorted(counts.glob("*.gcda")):
        shutil.copyfile(counter, objects / counter.name)
        shown = subprocess.run(
            ["gcov", "--json-format", "--stdout", counter.name], cwd=objects,
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for file in json.loads(shown.stdout)["files"]:
            name = pathlib.Path(file["file"])
            if name.suffix != ".c" or name.parent.name != "pqike":
                continue
            for line in file["lines"]:
                seen = sources[name.name].get(line["line_number"], ("", 0))[1]
                sources[name.name][line["line_number"]] = (
                    line.get("function_name", ""), seen + line["count"])
    return sources


class Report:
    """Lines that were run, and those that were not"""

    def __init__(self, objects):
        self.objects = objects
        self.reasons = read_reasons()
        self.run = self.all = 0
        self.by_reason = collections.defaultdict(list)

    def reason_for(self, name, function, text):
        for pattern, reason in self.reasons:
            if pattern.search(f"{name}:{function}: {text}"):
                return reason
        return None

    def add(self, name, lines):
        text = (self.objects / name).read_text(encoding="utf-8").splitlines()
        run = sum(1 for _, count in lines.values() if count)
        self.run += run
        self.all += len(lines)
        print(f"#   {name:24} {run:4} of {len(lines):4} lines "
              f"{100 * run / len(lines):5.1f} %")
        for number, (function, count) in sorted(lines.items()):
            if count:
                continue
            one = text[number - 1].strip()
            reason = self.reason_for(name, function, one)
            self.by_reason[reason].append(f"{name}:{number}: {function}(): {one}")

    def end(self):
        share = self.run / self.all if self.all else 0
        print(f"# kmod/pqike: {self.run} of {self.all} lines, "
              f"{100 * share:.1f} %")
        for reason, lines in self.by_reason.items():
            print(f"# {len(lines)} lines: {reason or 'no reason'}")
            for line in lines:
                print(f"#     {line}")
        passed = share >= LEAST and None not in self.by_reason
        print(f"{'ok' if passed else 'not ok'} - nine lines of ten of kmod/pqike"
              " are run, and each of the others has its reason")
        return passed


def main():
    counts, objects = map(pathlib.Path, sys.argv[1:])
    report = Report(objects)
    for name, lines in sorted(counted(counts, objects).items()):
        report.add(name, lines)
    return 0 if report.end() else 1


if __name__ == "__main__":
    sys.exit(main())
