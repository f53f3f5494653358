# SPDX-License-Identifier: GPL-2.0
"""
Steps in which each allocation fails once: /proc/thread-self/fail-nth has the n-th
of the calls that this thread makes fail, for n = 1, 2, 3, ... until a step is done
without.

The bound is MAX_ALLOCATIONS of a step. What is counted are allocations of slabs
and pages with any flags but __GFP_NOFAIL, in system calls of this thread: not
those of softirqs, work queues and other threads. Now and then an allocation takes a
new slab, so that n is another one than in the run before; what fails then is an
allocation all the same.
"""

import collections
import contextlib
import errno
import os
import pathlib
import re
import socket
import struct

FAIL_NTH = pathlib.Path("/proc/thread-self/fail-nth")
DEBUGFS = pathlib.Path("/sys/kernel/debug")
MAX_ALLOCATIONS = 2000

# What is set, so that allocations that may wait fail as well, and of one page
SETTINGS = {
    "failslab/ignore-gfp-wait": "N",
    "fail_page_alloc/ignore-gfp-wait": "N",
    "fail_page_alloc/min-order": "0",
}

# Not counted: what is allocated below these functions. kmemleak keeps account of
# each object in one of its own, and a slab without a page takes a smaller one.
LEFT_OUT = {"failslab": "__alloc_object", "fail_page_alloc": "new_slab"}

# Functions between an allocation and its caller
ALLOCATORS = re.compile(
    r"show_stack|dump_stack|should_fail|fail_dump|should_failslab|kmem_cache_|"
    r"_*kmalloc|_*kvmalloc|__kmem|kmemdup|alloc_pages|__alloc_|___slab|__slab|"
    r"alloc_slab|allocate_slab|new_slab|refill_|get_from_|slab_alloc|prepare_alloc|"
    r"krealloc|kzalloc|__pcs|alloc_from_pcs|barn_|alloc_.*sheaf|alloc_frozen")


def skip_reason():
    """Why this kernel cannot do it, None if it can"""
    if not FAIL_NTH.exists():
        return "the kernel has no /proc/self/fail-nth (CONFIG_FAULT_INJECTION)"
    for name in SETTINGS:
        if not (DEBUGFS / name).exists():
            return f"{DEBUGFS / name} is not there: no CONFIG_FAILSLAB, " \
                "CONFIG_FAIL_PAGE_ALLOC or debugfs"
    return None


def symbols():
    """Address, name and module of each function of the kernel, in order"""
    found = []
    with open("/proc/kallsyms", encoding="ascii") as lines:
        for line in lines:
            address, kind, name, *module = line.split()
            if kind in "tT":
                found.append((int(address, 16), name, module))
    return sorted(found)


def text_of(function):
    """Where a function of the kernel begins and ends"""
    found = symbols()
    for (begin, name, _), (end, _, _) in zip(found, found[1:]):
        if name.split(".")[0] == function and not name.endswith(".cold"):
            return begin, end
    return 0, 0


def text_of_module(wanted):
    """Likewise of a module"""
    addresses = [address for address, _, module in symbols()
                 if module == [f"[{wanted}]"]]
    return min(addresses), max(addresses)


def settings(verbose):
    """What is to be set in debugfs"""
    chosen = dict(SETTINGS)
    for attribute, function in LEFT_OUT.items():
        chosen[f"{attribute}/verbose"] = "2" if verbose else "0"
        if not (DEBUGFS / attribute / "reject-start").exists():
            continue
        begin, end = text_of(function)
        chosen[f"{attribute}/reject-start"] = hex(begin)
        chosen[f"{attribute}/reject-end"] = hex(end)
    return chosen


class Stacks:
    """Where the last allocation was that failed, as the kernel's log has it"""

    def __init__(self):
        self.log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.log, 0, os.SEEK_END)

    def lines(self):
        while True:
            try:
                record = os.read(self.log, 8192)
            except BlockingIOError:
                return
            except BrokenPipeError:
                continue
            text = record.decode(errors="replace").split(";", 1)[1]
            yield from text.split("\n")[0].split("\\x0a")

    def last(self):
        """What failed, then functions, the innermost first"""
        functions = []
        for line in self.lines():
            if "forcing a failure" in line:
                functions = []
            if line.startswith("name "):
                functions = [line.split()[1].rstrip(",")]
            found = re.search(r"(?:\] |^ )(\S+)\+0x\S+(?: \[(\w+)\])?$", line)
            if found and not ALLOCATORS.match(found[1]):
                functions.append(found[1] + (f"[{found[2]}]" if found[2] else ""))
        return functions

    def end(self):
        os.close(self.log)


class FailNth:
    """The one allocation of this thread that is to fail"""

    def __init__(self, stacks=False):
        self.file = os.open(FAIL_NTH, os.O_RDWR)
        self.left = 0
        self.count = 0
        self.before = {}
        for name, value in settings(stacks).items():
            self.before[name] = (DEBUGFS / name).read_text(encoding="ascii")
            (DEBUGFS / name).write_text(value, encoding="ascii")
        self.stacks = Stacks() if stacks else None

    def end(self):
        os.close(self.file)
        for name, value in self.before.items():
            (DEBUGFS / name).write_text(value.strip(), encoding="ascii")
        if self.stacks:
            self.stacks.end()

    @contextlib.contextmanager
    def only_below(self, begin, end):
        """Only allocations below functions there count, where that can be told"""
        paths = {DEBUGFS / attribute / f"require-{which}": value
                 for attribute in LEFT_OUT
                 for which, value in (("start", begin), ("end", end))}
        if not all(path.exists() for path in paths):
            paths = {}
        before = {path: path.read_text(encoding="ascii") for path in paths}
        try:
            for path, value in paths.items():
                path.write_text(hex(value), encoding="ascii")
            yield
        finally:
            for path, value in before.items():
                path.write_text(value.strip(), encoding="ascii")

    def arm(self, number):
        """In call() from here on, the allocation of this number fails"""
        self.where()
        self.left = number

    def disarm(self):
        """Whether it has failed"""
        failed = self.left == 0
        self.left = 0
        self.count += failed
        return failed

    def call(self, function, *arguments):
        """One system call, whose allocations count if it is armed"""
        if not self.left:
            return function(*arguments)
        os.pwrite(self.file, b"%d" % self.left, 0)
        try:
            return function(*arguments)
        finally:
            self.left = int(os.pread(self.file, 16, 0))
            os.pwrite(self.file, b"0", 0)

    def where(self):
        """
        What failed since the last call, then functions, the innermost first. There
        are none where the caller has another way and asks for no warning.
        """
        return self.stacks.last() if self.stacks else []


# What came of a step: the error or None; the reply; whether all was delivered
Outcome = collections.namedtuple("Outcome", "error reply heard")


class Broken(Exception):
    """A failure has left something else than it found: begin anew"""


class Walk:
    """Steps of scenarios that are repeated until no allocation of them is left"""

    def __init__(self, fail_nth):
        self.fail_nth = fail_nth
        self.due = {}
        self.finished = set()
        self.faults = []
        # Steps that were taken in spite of a failure, and where that was
        self.spared = collections.Counter()
        self.allocations = collections.Counter()

    def fault(self, step, number, text):
        where = " < ".join(self.fail_nth.where()[:9])
        self.faults.append(f"{step}, allocation {number}: {text}"
                           f"{'; in ' + where if where else ''}")

    def check_refusal(self, step, number, outcome, before, state, errors):
        """An error, after which all is as before"""
        if outcome.error not in errors:
            self.fault(step, number, f"error {errno.errorcode.get(outcome.error)}")
        after = state()
        if after != before:
            self.fault(step, number, "changed " + ", ".join(
                name for name in before if after[name] != before[name]))
            raise Broken(step)

    def take(self, step, attempt, state, expected=None,
             errors=(errno.ENOMEM, errno.ENOBUFS)):
        """
        The step's reply. attempt() tries it once, in call(); state() shows what an
        error, one of errors, must leave alone; expected is the only reply that may
        come, if known.
        """
        while True:
            if step in self.finished:
                return self.take_again(step, attempt())
            number = self.due.get(step, 1)
            before = state()
            self.fail_nth.arm(number)
            outcome = attempt()
            failed = self.fail_nth.disarm()
            self.due[step] = number + 1
            if not failed:
                self.finished.add(step)
                if outcome.error:
                    self.fault(step, number, "refused after failures, with error "
                               f"{errno.errorcode.get(outcome.error)}")
                    raise Broken(step)
                self.check_reply(step, number, outcome, expected)
                return outcome.reply
            self.allocations[step] += 1
            if number >= MAX_ALLOCATIONS:
                self.finished.add(step)
                self.fault(step, number, "no end of them")
            if outcome.error:
                self.check_refusal(step, number, outcome, before, state,
                                   errors)
                continue
            self.check_reply(step, number, outcome, expected)
            self.spare(step, outcome)
            return outcome.reply

    def check_reply(self, step, number, outcome, expected):
        if expected is not None and outcome.reply != expected:
            self.fault(step, number, "another reply without an error")

    def take_again(self, step, outcome):
        if outcome.error:
            self.fault(step, 0, "refused without a failure, with error "
                       f"{errno.errorcode.get(outcome.error)}")
            raise Broken(step)
        return outcome.reply

    def spare(self, step, outcome):
        where = self.fail_nth.where() + ["?", "?"]
        function = where[1].split(".")[0]
        self.spared[(step.split(" ")[-2], function, outcome.heard)] += 1

    def repeat(self, scenario, clean_up, most):
        """Run a scenario, whose steps are taken with take(), until all are done"""
        for _ in range(most):
            known = sum(self.allocations.values())
            with contextlib.suppress(Broken):
                scenario()
            left = clean_up()
            if left:
                self.faults.append(f"left behind: {left}")
            if sum(self.allocations.values()) == known:
                return
        self.faults.append(f"not all allocations failed within {most} runs")


class ArmedSocket:
    """A netlink socket whose system calls are those whose allocations fail"""

    def __init__(self, sock, fail_nth):
        self.sock = sock
        self.fail_nth = fail_nth
        self.heard = True
        self.sequence = 0

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def send(self, payload, flags=0):
        self.heard = True
        self.sequence = struct.unpack("=I", payload[8:12])[0]
        return self.fail_nth.call(self.sock.send, payload, flags)

    def acknowledgement(self):
        return struct.pack("=IHHIIi16s", 36, 2, 0, self.sequence, 0, 0, b"")

    def recvmsg(self, size, ancillary=0, flags=0):
        """Where an acknowledgement could not be made, the reply is there"""
        try:
            if self.heard:
                return self.sock.recvmsg(size, ancillary, flags)
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            self.heard = False
        try:
            return self.sock.recvmsg(size, ancillary,
                                     flags | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return self.acknowledgement(), [], 0, None


def dump(sock, request, call=lambda function, *arguments: function(*arguments)):
    """Messages of a dump as they come, port IDs left out; errors are OSError"""
    call(sock.send, request)
    messages = []
    while True:
        data = call(sock.recv, 1 << 17)
        while data:
            length, kind = struct.unpack("=IH", data[:6])
            if kind in (2, 3):
                error = struct.unpack("=i", data[16:20])[0]
                if error:
                    raise OSError(-error, "the dump ends with an error")
                if kind == 3:
                    return messages
            else:
                messages.append(data[:12] + data[16:length])
            data = data[(length + 3) & ~3:]
