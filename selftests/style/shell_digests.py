#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
#
# Print for each script in the current folder the digest of what shellcheck reads for it,
# and its path. That is the script and what it sources, whose names are there in full, if
# with quotes in between; here each file whose name is there counts, and what that names
# in turn, if it is the shell's. One that is not would be complained about.

import hashlib
import os
import re

SHEBANG = re.compile(rb"#!/bin/(ba)?sh")
SHELL = re.compile(rb"#!.*sh|# shellcheck .*shell=")
QUOTES = re.compile(rb"\\\n|[\"'\\]+")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def files():
    for folder, folders, names in os.walk("."):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                yield path


def is_shell(path, text):
    return path.endswith(("sh", ".bash")) or SHELL.search(text)


def named_in(text, paths):
    plain = QUOTES.sub(b"", text)
    return [path for name, path in paths if name in plain]


def main():
    texts = {path: read(path) for path in files()}
    paths = [(os.fsencode(os.path.basename(path)), path) for path in texts]
    named = {path: named_in(text, paths) if is_shell(path, text) else []
             for path, text in texts.items()}

    for script, text in texts.items():
        if not SHEBANG.match(text):
            continue
        read_for_it = {script}
        todo = [script]
        while todo:
            more = [path for path in named[todo.pop()] if path not in read_for_it]
            read_for_it.update(more)
            todo.extend(more)
        digest = hashlib.sha256(os.fsencode(script))
        for path in sorted(read_for_it):
            digest.update(os.fsencode(path) + hashlib.sha256(texts[path]).digest())
        print(digest.hexdigest(), script)


main()
