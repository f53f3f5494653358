#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Whether a text is OpenMetrics 1.0, or Prometheus' text format 0.0.4; and whether it has
every series that rules and dashboards ask for.

usage: openmetrics.py open|text FILE [RULES-OR-DASHBOARD...]

Says what is wrong with which line, and exits with 1.
"""

import json
import re
import sys

import yaml

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)')
SAMPLE = re.compile(rf"({NAME})(?:{{(.*)}})? (\S+)$")
METADATA = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)$")
VALUE = re.compile(r"[0-9]+(\.[0-9]+)?$")

# What stands behind the family's name in samples of a type
SUFFIXES = {
    "open": {"counter": ("_total",), "gauge": ("",), "summary": ("_count", "_sum"),
             "info": ("_info",), "stateset": ("",)},
    "text": {"counter": ("",), "gauge": ("",), "summary": ("_count", "_sum")},
}


class Wrong(Exception):
    """What is wrong"""


def need(good, what):
    if not good:
        raise Wrong(what)


def read_labels(text):
    labels = {}
    while text:
        found = LABEL.match(text)
        need(found, f"labels {text!r}")
        need(found[1] not in labels, f"label {found[1]} twice")
        labels[found[1]] = found[2]
        text = text[found.end():]
        need(found[3] == "" or text, "a comma behind the last label")
    return labels


class Family:
    """One family, from its first line of metadata on"""

    def __init__(self, form, name):
        self.form = form
        self.name = name
        self.metadata = {}
        self.samples = []
        self.metrics = []

    def describe(self, key, text):
        need(not self.samples, f"{key} behind samples")
        need(key not in self.metadata, f"{key} twice")
        self.metadata[key] = text
        if key == "TYPE":
            need(text in SUFFIXES[self.form], f"type {text}")
            if self.form == "text" and text == "counter":
                need(self.name.endswith("_total"), "a counter without _total")
        if key == "UNIT":
            need(self.form == "open", "UNIT is of OpenMetrics")
            need(self.name.endswith("_" + text), "the unit is not in the name")

    def add(self, name, labels, value):
        need(not self.missing(), "no " + " and no ".join(self.missing()))
        kind = self.metadata["TYPE"]
        need(name in [self.name + suffix for suffix in SUFFIXES[self.form][kind]],
             f"{name} is no sample of the {kind} {self.name}")
        need(VALUE.match(value), f"value {value}")
        need((name, labels) not in self.samples, "the same sample twice")
        self.samples.append((name, labels))
        if kind == "info":
            need(value == "1", "an info that is not 1")
        if kind == "stateset":
            need(self.name in labels and value in "01", "no state")
            labels = {key: one for key, one in labels.items() if key != self.name}
        if not self.metrics or self.metrics[-1] != labels:
            need(labels not in self.metrics, "samples of one metric are apart")
            self.metrics.append(labels)

    def missing(self):
        return sorted({"TYPE", "HELP"} - set(self.metadata))


class Text:
    """All families, and the samples"""

    def __init__(self, form):
        self.form = form
        self.families = {}
        self.samples = []
        self.now = None

    def read_metadata(self, key, name, text):
        if not self.now or self.now.name != name:
            need(name not in self.families, f"{name} is in two places")
            self.now = self.families[name] = Family(self.form, name)
        self.now.describe(key, text)

    def read_line(self, line):
        need(line and line == line.strip() and "\r" not in line, "blanks")
        metadata = METADATA.match(line)
        if metadata:
            self.read_metadata(*metadata.groups())
            return
        sample = SAMPLE.match(line)
        need(sample, "neither metadata nor a sample")
        need(self.now, "a sample without a family")
        labels = read_labels(sample[2] or "")
        self.now.add(sample[1], labels, sample[3])
        self.samples.append((sample[1], labels))

    def read(self, text):
        lines = text.split("\n")
        need(lines.pop() == "", "the last line does not end")
        if self.form == "open":
            need(lines and lines.pop() == "# EOF", "no # EOF at the end")
        for number, line in enumerate(lines, 1):
            try:
                self.read_line(line)
            except Wrong as wrong:
                raise Wrong(f"line {number}: {wrong}: {line}") from wrong


SELECTOR = re.compile(r"\bpqike(?:_[a-z0-9_]+)?\b(?:{([^}]*)})?(?![\"=])")
# Of another program's metrics, and names of labels
OTHERS = re.compile(r"\bnode_[a-z0-9_]+({[^}]*})?|\b(by|without|on) *\([^)]*\)")
MATCHER = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)(=~|!=|!~|=)"([^"]*)"')


def matches(labels, matchers):
    for key, operator, wanted in matchers:
        value = labels.get(key, "")
        same = re.fullmatch(wanted, value) if "~" in operator else value == wanted
        if bool(same) == operator.startswith("!"):
            return False
    return True


def check_expression(expression, samples):
    """Each selector of ours selects a sample; labels of Prometheus' own do not count"""
    found = 0
    for selector in SELECTOR.finditer(OTHERS.sub("", expression)):
        name = re.match(NAME, selector[0])[0]
        matchers = [one for one in MATCHER.findall(selector[1] or "")
                    if one[0] not in ("instance", "job") and "$" not in one[2]]
        need(any(name == has and matches(labels, matchers)
                 for has, labels in samples), f"no series {selector[0]}")
        found += 1
    return found


def expressions(file):
    with open(file, encoding="utf-8") as text:
        if file.endswith(".json"):
            panels = json.load(text)["panels"]
            return [target["expr"] for panel in panels
                    for target in panel.get("targets", [])]
        return [rule["expr"] for group in yaml.safe_load(text)["groups"]
                for rule in group["rules"]]


def check_file(file, samples):
    asked = expressions(file)
    need(asked, f"{file} asks for nothing")
    for expression in asked:
        try:
            need(check_expression(expression, samples) or "node_" in expression,
                 "it asks for nothing of pqike")
        except Wrong as wrong:
            raise Wrong(f"{file}: {wrong}: {expression}") from wrong


def main():
    form, file, *others = sys.argv[1:]
    text = Text(form)
    try:
        with open(file, encoding="utf-8", newline="") as octets:
            text.read(octets.read())
        for other in others:
            check_file(other, text.samples)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
