#!/usr/bin/env python3
"""Random user-level SPARC V8 instruction sequences, stepped by QEMU and judged by popek.

    sparc.py POPEK --cases 100000 --seed 1

Every step becomes a case in the form that `popek conform` reads: the whole state before it, and what
the emulator made of it. A sequence starts in a random state in user mode and goes on, with what the
steps before it left, until it traps, leads out of storage or is long enough. Status 1: there were
differences; the cases are kept, and their file is named.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

from debugger import Emulator, Lost
import sparc_deviations

RAM = 0x40000000
CODE = RAM + 0x1000
TRAPS = RAM + 0x10000
DATA = RAM + 0x100000
DATA_SIZE = 0x1000
RAM_SIZE = 0x4000000

NAMES = ([f"{g}{n}" for g in "GOLI" for n in range(8)] + [f"F{n}" for n in range(32)]
         + ["Y", "PSR", "WIM", "TBR", "PC", "NPC", "FSR", "CSR"])
NUMBER = {name: number for number, name in enumerate(NAMES)}
WINDOWS = 8

TRAP_NAMES = {
    0x01: "instruction_access_exception", 0x02: "illegal_instruction",
    0x03: "privileged_instruction", 0x04: "fp_disabled", 0x05: "window_overflow",
    0x06: "window_underflow", 0x07: "mem_address_not_aligned", 0x08: "fp_exception",
    0x09: "data_access_exception", 0x0A: "tag_overflow", 0x24: "cp_disabled",
    0x2A: "division_by_zero",
}

INTEGERS = [0, 1, 2, 3, 4, 7, 8, 31, 32, 33, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000,
            0x55555555, 0xAAAAAAAA, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFC,
            0xFFFFFFFE, 0xFFFFFFFF]
SINGLES = [0, 0x80000000, 1, 0x80000001, 0x007FFFFF, 0x00800000, 0x00800001, 0x3F800000, 0xBF800000,
           0x3F7FFFFF, 0x3F800001, 0x40000000, 0x4B000000, 0x4B7FFFFF, 0x4EFFFFFF, 0x4F000000,
           0xCF000000, 0xCF000001, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000,
           0xFFC00001, 0x7F800001, 0xFFBFFFFF]
DOUBLES = [0, 1 << 63, 1, 0x000FFFFFFFFFFFFF, 0x0010000000000000, 0x3FF0000000000000,
           0xBFF0000000000000, 0x3FEFFFFFFFFFFFFF, 0x3FF0000000000001, 0x41DFFFFFFFC00000,
           0x41E0000000000000, 0xC1E0000000000000, 0xC1E0000000200000, 0x36A0000000000000,
           0x3690000000000000, 0x380FFFFFFFFFFFFF, 0x3810000000000000, 0x47EFFFFFE0000000,
           0x47EFFFFFF0000000, 0x7FEFFFFFFFFFFFFF, 0x7FF0000000000000, 0xFFF0000000000000,
           0x7FF8000000000000, 0xFFF8000000000001, 0x7FF0000000000001, 0xFFF7FFFFFFFFFFFF]

# FPops by opf; those of quad precision are the emulator's choice to have, and unimplemented here.
FPOP1 = [0x0C4, 0x0C8, 0x0D1, 0x0D2, 0x0C9, 0x0C6, 0x001, 0x005, 0x009, 0x029, 0x02A,
         0x041, 0x042, 0x045, 0x046, 0x049, 0x04A, 0x069, 0x04D, 0x04E]
QUAD1 = [0x0CC, 0x0D3, 0x0CD, 0x0CE, 0x0C7, 0x0CB, 0x02B, 0x043, 0x047, 0x04B, 0x06E, 0x04F]
FPOP2 = [0x051, 0x052, 0x055, 0x056]
QUAD2 = [0x053, 0x057]

ARITHMETIC = ([n for n in range(0x00, 0x10) if n not in (0x09, 0x0D)]
              + [n for n in range(0x10, 0x20) if n not in (0x19, 0x1D)]
              + list(range(0x20, 0x28)))
UNASSIGNED = [0x09, 0x0D, 0x19, 0x1D, 0x2C, 0x2D, 0x2E, 0x2F, 0x3E, 0x3F]
LOADS = {0x00: 4, 0x01: 1, 0x02: 2, 0x03: 8, 0x09: 1, 0x0A: 2, 0x0D: 1, 0x0F: 4,
         0x20: 4, 0x21: 4, 0x23: 8}
STORES = {0x04: 4, 0x05: 1, 0x06: 2, 0x07: 8, 0x24: 4, 0x25: 4, 0x27: 8}
MEMORY = {**LOADS, **STORES}
PRIVILEGED = [0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x1A, 0x1D, 0x1F, 0x26]
COPROCESSOR = [0x30, 0x31, 0x33, 0x34, 0x35, 0x37]


class Words:
    """Random instructions and values, with a bias to the corners."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def integer(self):
        r = self.random
        if r.random() < 0.5:
            return r.choice(INTEGERS)
        return r.getrandbits(32) >> r.choice([0, 0, 0, 8, 16, 24])

    def floats(self):
        """32 registers, of which some pairs are doubles and some hold two singles."""
        r, words = self.random, []
        for pair in range(16):
            kind = r.random()
            if kind < 0.45:
                value = r.choice(DOUBLES) if r.random() < 0.6 else (
                    r.getrandbits(1) << 63 | (1023 + r.randint(-70, 70)) << 52
                    | r.getrandbits(52) & (-1 << r.choice([0, 0, 29, 40])))
                words += [value >> 32, value & 0xFFFFFFFF]
            else:
                for half in range(2):
                    words.append(r.choice(SINGLES) if r.random() < 0.6 else (
                        r.getrandbits(1) << 31 | (127 + r.randint(-40, 40)) << 23
                        | r.getrandbits(23) & (-1 << r.choice([0, 0, 8, 16]))))
        return words

    def second(self):
        """The i bit and what follows it."""
        r = self.random
        if r.random() < 0.5:
            ignored = r.getrandbits(8) if r.random() < 0.2 else 0
            return ignored << 5 | r.randrange(32)
        small = r.choice([0, 1, 2, 4, 8, 31, 32, 0x0FFF, 0x1000, 0x1FFF, r.getrandbits(13)])
        return 1 << 13 | small

    def instruction(self):
        r = self.random
        kind = r.random()
        rd, rs1 = r.randrange(32), r.randrange(32)

        def format3(op, op3, rest, first=rs1):
            return op << 30 | rd << 25 | op3 << 19 | first << 14 | rest

        if kind < 0.34:
            return format3(2, r.choice(ARITHMETIC), self.second())
        if kind < 0.50:
            op3 = r.choice(list(MEMORY))
            return format3(3, op3, self.second())
        if kind < 0.72:
            choice = r.random()
            if choice < 0.76:
                opf, op3 = r.choice(FPOP1), 0x34
            elif choice < 0.93:
                opf, op3 = r.choice(FPOP2), 0x35
            elif choice < 0.97:
                opf, op3 = r.choice([(n, 0x34) for n in QUAD1] + [(n, 0x35) for n in QUAD2])
            else:
                opf, op3 = r.getrandbits(9), r.choice([0x34, 0x35])
            return format3(2, op3, opf << 5 | r.randrange(32))
        if kind < 0.82:
            group = r.choice([2, 2, 2, 6, 6, 7])
            displacement = r.choice([r.randint(-64, 64), r.randint(-4096, 4096)]) & 0x3FFFFF
            return r.getrandbits(1) << 29 | r.randrange(16) << 25 | group << 22 | displacement
        if kind < 0.84:
            return 1 << 30 | r.randint(-4096, 4096) & 0x3FFFFFFF
        if kind < 0.88:
            return format3(2, r.choice([0x3C, 0x3D]), self.second())
        if kind < 0.91:
            return format3(2, 0x38, self.second())
        if kind < 0.93:
            return 2 << 30 | r.randrange(16) << 25 | 0x3A << 19 | rs1 << 14 | self.second()
        if kind < 0.95:
            return rd << 25 | 4 << 22 | r.getrandbits(22)
        if kind < 0.96:
            return format3(2, 0x28, 0, first=0)
        if kind < 0.97:
            return 2 << 30 | 0x30 << 19 | rs1 << 14 | self.second()
        if kind < 0.975:
            return format3(2, 0x3B, self.second())
        if kind < 0.98:
            return format3(2, r.choice([0x29, 0x2A, 0x2B, 0x31, 0x32, 0x33, 0x39]), self.second())
        if kind < 0.985:
            return format3(3, r.choice(PRIVILEGED), r.getrandbits(14))
        if kind < 0.99:
            return r.choice([format3(3, r.choice(COPROCESSOR), self.second()),
                             format3(2, r.choice([0x36, 0x37]), r.getrandbits(14))])
        if kind < 0.995:
            return format3(2, r.choice(UNASSIGNED), self.second())
        return rd << 25 | r.choice([0, 1, 3, 5]) << 22 | r.getrandbits(22)


def extended(value, bits):
    return value - (1 << bits) if value >> bits - 1 & 1 else value


class State:
    """Registers as the `g` packet has them, and the windows that it does not show."""

    def __init__(self):
        self.words = [0] * len(NAMES)
        self.ring = [0] * (16 * WINDOWS)

    def __getitem__(self, name):
        return self.words[NUMBER[name]]

    def __setitem__(self, name, value):
        self.words[NUMBER[name]] = value & 0xFFFFFFFF

    def cwp(self):
        return self["PSR"] & 31

    def window(self, w):
        """Outs, locals and ins of a window."""
        return [self.ring[(16 * w + n) % len(self.ring)] for n in range(24)]

    def hide(self):
        """The ring's registers, from the current window."""
        for n, word in enumerate(self.words[8:32]):
            self.ring[(16 * self.cwp() + n) % len(self.ring)] = word

    def register(self, n):
        return self.words[n] if n else 0


class Run:
    """One emulator and what it does to one stream of random words."""

    def __init__(self, qemu, seed):
        self.words = Words(seed)
        self.emulator = Emulator([qemu, "-M", "leon3_generic", "-m", str(RAM_SIZE >> 20)])
        self.state = State()
        self.rules = {}

    def start(self):
        """A random state in user mode."""
        r, s = self.words.random, self.state
        s.ring = [self.words.integer() for word in s.ring]
        s.words[0:8] = [0] + [self.words.integer() for n in range(7)]
        s.words[32:64] = self.words.floats()
        s["Y"] = self.words.integer()
        s["PSR"] = (0xF3000000 | r.getrandbits(4) << 20 | (r.random() < 0.95) << 12
                    | r.getrandbits(4) << 8 | r.getrandbits(1) << 6 | 1 << 5 | r.randrange(WINDOWS))
        s["WIM"] = 1 << r.randrange(WINDOWS) if r.random() < 0.8 else r.getrandbits(WINDOWS)
        s["TBR"] = TRAPS | r.getrandbits(8) << 4
        s["PC"] = CODE + 4 * r.randrange(64)
        s["NPC"] = s["PC"] + 4 if r.random() < 0.8 else CODE + 4 * r.randrange(64)
        tem = 0 if r.random() < 0.6 else r.getrandbits(5)
        s["FSR"] = (r.getrandbits(2) << 30 | tem << 23 | r.getrandbits(2) << 10
                    | r.getrandbits(5) << 5 | r.getrandbits(5))
        # What a packet has of windows goes to the window that was current before it.
        psr, order = s["PSR"], list(range(WINDOWS)) + [s["PSR"] & 31]
        s["PSR"] = psr & ~31
        self.put()
        for w, following in zip(order, order[1:] + order[-1:]):
            s.words[8:32] = s.window(w)
            s["PSR"] = psr & ~31 | following
            self.put()
        # An FSR that a debugger sets does not reach the emulator's arithmetic: it has to be loaded.
        e, fsr = self.emulator, s["FSR"]
        resumed = list(s.words)
        s["PSR"], s["PC"], s["NPC"], s.words[1] = psr | 0x1000, CODE - 4, CODE, DATA
        e.write(CODE - 4, bytes.fromhex("C1086000"))  # ld [%g1], %fsr
        e.write(DATA, fsr.to_bytes(4, "big"))
        self.put()
        e.settle()
        e.ask("s")
        self.look()
        fsr, s.words = s["FSR"], resumed
        s["FSR"] = fsr
        self.put()
        e.settle()

    def put(self):
        """Gives the registers to the emulator."""
        self.emulator.send("G" + "".join(f"{word:08x}" for word in self.state.words))

    def look(self):
        """Takes the registers from the emulator."""
        text = self.emulator.ask("g")
        self.state.words = [int(text[i:i + 8], 16) for i in range(0, 8 * len(NAMES), 8)]

    def aim(self, word):
        """Lets a load or store lead to the data, if a register of its address may be changed.

        Returns its address, or None if it leads elsewhere.
        """
        r, s = self.words.random, self.state
        rs1, rs2, size = word >> 14 & 31, word & 31, MEMORY[word >> 19 & 63]
        if word >> 13 & 1:
            other, base = extended(word & 0x1FFF, 13), rs1
        else:
            other, base = s.register(rs2), rs1
            if rs1 == 0 or rs1 == rs2:
                other, base = s.register(rs1) if rs1 != rs2 else 0, rs2
        if not base or (not word >> 13 & 1 and rs1 == rs2):
            return None
        target = DATA + r.randrange(0, DATA_SIZE, size) + (r.randrange(8) if r.random() < 0.1 else 0)
        value = target - other & 0xFFFFFFFF
        s.words[base] = value
        self.put()
        return target

    def step(self):
        """One random instruction. Returns a case, or None if it cannot be one; and whether to go on."""
        e, s = self.emulator, self.state
        pc = s["PC"]
        if not RAM + 0x800 <= pc < RAM + RAM_SIZE - 64 or pc & 3 or TRAPS <= pc < TRAPS + 0x1000:
            return None, False
        word = self.words.instruction()
        address = None
        if word >> 30 == 3 and word >> 19 & 63 in MEMORY:
            address = self.aim(word)
            if address is None:
                return None, True
        reason = sparc_deviations.misleads(word, s.words[32:64], address)
        if reason:
            self.note(reason)
            return None, True
        s.hide()
        memory = {}
        if address is not None:
            for n in range(8):
                memory[(address & ~7) + n] = self.words.random.getrandbits(8)
        for n, byte in enumerate(word.to_bytes(4, "big")):
            memory[pc + n] = byte
        for first, data in runs(memory):
            e.write(first, data)
        before = dict(zip(NAMES, s.words))
        ring = list(s.ring)
        e.settle()
        reply = e.ask("s")
        if not reply.startswith("T05"):
            raise Lost(f"a step ends in {reply!r}")
        self.look()
        after_memory = {}
        if address is not None:
            data = e.read(address & ~7, 8)
            for n in range(8):
                at = (address & ~7) + n
                if data[n] != memory[at]:
                    after_memory[at] = data[n]
        s.hide()
        case = self.case(word, before, ring, memory, after_memory)
        return case, not s["PSR"] & 0x80

    def case(self, word, before, ring, memory, after_memory):
        s = self.state
        after = dict(zip(NAMES, s.words))
        old, new = before["PSR"] & 31, s.cwp()
        regs = {name: f"{value:08X}" for name, value in before.items() if name != "CSR"}
        changed = {name: f"{value:08X}" for name, value in after.items()
                   if name != "CSR" and (value != before[name] or old != new and name[0] in "OLI")}
        whole = State()
        whole.ring = ring
        if old != new:
            for n, value in enumerate(whole.window(new)):
                regs[f"W{new}.{'OLI'[n // 8]}{n % 8}"] = f"{value:08X}"
        trap = None
        if after["PSR"] & 0x80:
            tt = after["TBR"] >> 4 & 0xFF
            trap = f"tt:{tt:02X}:{TRAP_NAMES.get(tt, 'trap_instruction')}"
        result = {
            "isa": "sparc-v8", "name": f"{word >> 30}/{word >> 19 & 63:02X}" if word >> 31 else "branch",
            "bytes": f"{word:08X}",
            "before": {"regs": regs, "mem": [[a, d.hex().upper()] for a, d in runs(memory)]},
            "after": {"regs": changed, "mem": [[a, d.hex().upper()] for a, d in runs(after_memory)]},
            # The FPU's version is the emulator's own.
            "trap": trap, "mask": {"regs": {"FSR": "FFF1FFFF"}, "mem": []},
        }
        rules, stands = sparc_deviations.settle(result, word)
        for rule in rules:
            self.note(rule)
        return result if stands else None

    def note(self, rule):
        self.rules[rule] = self.rules.get(rule, 0) + 1

    def cases(self, count, length):
        """So many cases, in sequences of at most `length`."""
        made = 0
        while made < count:
            self.start()
            for n in range(length):
                case, goes_on = self.step()
                if case is not None:
                    yield case
                    made += 1
                if not goes_on or made >= count:
                    break


def runs(memory):
    """Bytes by address, as addresses and what stands from there on."""
    result = []
    for address in sorted(memory):
        if result and result[-1][0] + len(result[-1][1]) == address:
            result[-1][1].append(memory[address])
        else:
            result.append((address, bytearray([memory[address]])))
    return [(address, bytes(data)) for address, data in result]


def judge(popek, path):
    """What popek makes of a file of cases."""
    result = subprocess.run([popek, "conform", "sparc-v8", path, "--format", "json", "--failures", "100000"],
                            capture_output=True, text=True)
    if result.returncode not in (0, 1):
        sys.exit(f"popek: {result.stderr.strip()}")
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("popek")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=24, help="instructions a sequence, at most")
    parser.add_argument("--chunk", type=int, default=10_000, help="cases a file")
    parser.add_argument("--keep", help="a folder that keeps every file of cases")
    parser.add_argument("--qemu", default="qemu-system-sparc")
    options = parser.parse_args()

    folder = options.keep or tempfile.mkdtemp(prefix="popek-sparc-")
    os.makedirs(folder, exist_ok=True)
    total, passed, failed, unsupported, shown = 0, 0, 0, 0, 0
    by_mnemonic, rules = {}, {}
    for index, first in enumerate(range(0, options.cases, options.chunk)):
        path = os.path.join(folder, f"sparc-v8-{options.seed}-{index}.jsonl")
        run = Run(options.qemu, f"{options.seed}/{index}")
        try:
            with open(path, "w") as file:
                for case in run.cases(min(options.chunk, options.cases - first), options.length):
                    file.write(json.dumps(case, separators=(",", ":")) + "\n")
        except Lost as error:
            sys.exit(f"{options.qemu}: {error}")
        finally:
            run.emulator.close()
        verdict = judge(options.popek, path)
        total += verdict["cases"]
        passed += verdict["passed"]
        failed += verdict["failed"]
        unsupported += verdict["unsupported"]
        for name, counts in verdict["byMnemonic"].items():
            by_mnemonic[name] = by_mnemonic.get(name, 0) + sum(counts.values())
        for rule, times in run.rules.items():
            rules[rule] = rules.get(rule, 0) + times
        for failure in verdict["failures"][:max(0, 20 - shown)]:
            print(json.dumps(failure))
            shown += 1
        if verdict["failed"]:
            print(f"kept: {path}")
        elif not options.keep:
            os.remove(path)
        print(f"{total} cases, {passed} passed, {failed} failed, {unsupported} unsupported", flush=True)
    if not options.keep and not failed:
        os.rmdir(folder)
    for rule, times in sorted(rules.items()):
        print(f"where QEMU differs from the manual: {rule}: {times}")
    print("by op/op3:", ", ".join(f"{name} {count}" for name, count in sorted(by_mnemonic.items())))
    sys.exit(1 if failed or unsupported else 0)


if __name__ == "__main__":
    main()
