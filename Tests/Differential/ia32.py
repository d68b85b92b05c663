#!/usr/bin/env python3
"""Random user-level IA-32 instructions, stepped by the processor that this runs on and judged by popek.

    ia32.py POPEK --cases 200000 --seed 1

Wants Linux on x86-64 that runs 32-bit programs. Every step becomes a case in the form that `popek conform`
reads, in a protected-mode environment whose segments are flat, as those of the stepped program are. What
the manual leaves undefined is masked by `undefined` below, not by the description. Steps that end in
a memory fault are left out: what the operating system makes of one does not tell which. Status 1:
there were differences; the cases are kept, and their file is named.
"""

import argparse
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile

from tracee import CODE, END, Lost, Tracee

# The environment: tables that the stepped program's memory does not hold.
GDT, IDT, TSS, STACK, HANDLERS = 0x100000, 0x101000, 0x102000, 0x104000, 0x105000
CODE_SELECTOR, DATA_SELECTOR = 0x23, 0x2B

GENERAL = ["EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"]
COMPARED = GENERAL + ["EIP", "EFLAGS"]
CF, PF, AF, ZF, SF, OF = 1, 4, 0x10, 0x40, 0x80, 0x800
ZEROS = bytes(0x1000)
ALL = CF | PF | AF | ZF | SF | OF

VALUES = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 0x7F, 0x80, 0x99, 0x9A, 0xFA, 0xFF, 0x100, 0x7FFF, 0x8000,
          0xFFFF, 0x10000, 0x55555555, 0xAAAAAAAA, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFF80, 0xFFFF8000,
          0xFFFFFFFE, 0xFFFFFFFF]

ARITHMETIC = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"]
SHIFTS = ["rol", "ror", "rcl", "rcr", "shl", "shr", "sal", "sar"]
CONDITIONS = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"]
LOCKABLE = {"add", "or", "adc", "sbb", "and", "sub", "xor", "inc", "dec", "neg", "not", "bts", "btr", "btc",
            "xchg", "xadd", "cmpxchg", "cmpxchg8b"}


def table():
    """(mnemonic, opcode, ModR/M's middle: None without ModR/M, -1 any; immediate; operand size 8 or 0)"""
    rows = []
    for code, name in enumerate(ARITHMETIC):
        for low in range(4):
            rows.append((name, bytes([code << 3 | low]), -1, 0, 0 if low & 1 else 8))
        rows.append((name, bytes([code << 3 | 4]), None, 1, 8))
        rows.append((name, bytes([code << 3 | 5]), None, "z", 0))
        rows += [(name, b"\x80", code, 1, 8), (name, b"\x82", code, 1, 8), (name, b"\x81", code, "z", 0),
                 (name, b"\x83", code, 1, 0)]
    for code, name in enumerate(SHIFTS):
        for opcode, immediate, size in [(0xD0, 0, 8), (0xD1, 0, 0), (0xD2, 0, 8), (0xD3, 0, 0), (0xC0, 1, 8),
                                        (0xC1, 1, 0)]:
            rows.append((name, bytes([opcode]), code, immediate, size))
    for code, name in enumerate(["test", "test", "not", "neg", "mul", "imul", "div", "idiv"]):
        rows += 3 * [(name, b"\xF6", code, 1 if code < 2 else 0, 8),
                     (name, b"\xF7", code, "z" if code < 2 else 0, 0)]
    rows += [("inc", b"\xFE", 0, 0, 8), ("dec", b"\xFE", 1, 0, 8), ("inc", b"\xFF", 0, 0, 0),
             ("dec", b"\xFF", 1, 0, 0), ("call", b"\xFF", 2, 0, 0), ("jmp", b"\xFF", 4, 0, 0),
             ("push", b"\xFF", 6, 0, 0), ("pop", b"\x8F", 0, 0, 0)]
    for register in range(8):
        for opcode, name in [(0x40, "inc"), (0x48, "dec"), (0x50, "push"), (0x58, "pop")]:
            rows.append((name, bytes([opcode | register]), None, 0, 0))
        rows.append(("xchg" if register else "nop", bytes([0x90 | register]), None, 0, 0))
        rows.append(("mov", bytes([0xB0 | register]), None, 1, 8))
        rows.append(("mov", bytes([0xB8 | register]), None, "z", 0))
        rows.append(("bswap", bytes([0x0F, 0xC8 | register]), None, 0, 0))
    rows += 4 * [("test", b"\x84", -1, 0, 8), ("test", b"\x85", -1, 0, 0), ("xchg", b"\x86", -1, 0, 8),
                 ("xchg", b"\x87", -1, 0, 0), ("lea", b"\x8D", -1, 0, 0), ("imul", b"\x69", -1, "z", 0),
                 ("imul", b"\x6B", -1, 1, 0), ("imul", b"\x0F\xAF", -1, 0, 0)]
    rows += [("mov", bytes([opcode]), -1, 0, 0 if opcode & 1 else 8) for opcode in range(0x88, 0x8C)]
    rows += [("mov", bytes([opcode]), None, "a", 0 if opcode & 1 else 8) for opcode in range(0xA0, 0xA4)]
    rows += [("mov", b"\xC6", 0, 1, 8), ("mov", b"\xC7", 0, "z", 0), ("test", b"\xA8", None, 1, 8),
             ("test", b"\xA9", None, "z", 0), ("push", b"\x68", None, "z", 0), ("push", b"\x6A", None, 1, 0)]
    for opcode, name in [(0x27, "daa"), (0x2F, "das"), (0x37, "aaa"), (0x3F, "aas"), (0x60, "pusha"),
                         (0x61, "popa"), (0x98, "cbw"), (0x99, "cwd"), (0x9E, "sahf"), (0x9F, "lahf"),
                         (0xC3, "ret"), (0xC9, "leave"), (0xD7, "xlat"), (0xD6, "salc"), (0xF5, "cmc"),
                         (0xF8, "clc"), (0xF9, "stc"), (0xFC, "cld"), (0xFD, "std")]:
        rows += 5 * [(name, bytes([opcode]), None, 0, 0)]
    rows += 5 * [("aam", b"\xD4", None, 1, 0), ("aad", b"\xD5", None, 1, 0), ("ret", b"\xC2", None, 2, 0),
                 ("enter", b"\xC8", None, "e", 0), ("call", b"\xE8", None, "z", 0), ("jmp", b"\xE9", None, "z", 0),
                 ("jmp", b"\xEB", None, 1, 0), ("loopne", b"\xE0", None, 1, 0), ("loope", b"\xE1", None, 1, 0),
                 ("loop", b"\xE2", None, 1, 0), ("jcxz", b"\xE3", None, 1, 0), ("ud2", b"\x0F\x0B", None, 0, 0)]
    for code, name in enumerate(CONDITIONS):
        rows += [("j" + name, bytes([0x70 | code]), None, 1, 0), ("j" + name, bytes([0x0F, 0x80 | code]), None, "z", 0),
                 ("set" + name, bytes([0x0F, 0x90 | code]), -1, 0, 8)]
    for code, name in enumerate(["bt", "bts", "btr", "btc"]):
        rows += 4 * [(name, bytes([0x0F, 0xA3 | code << 3]), -1, 0, 0), (name, b"\x0F\xBA", 4 | code, 1, 0)]
    rows += 6 * [("shld", b"\x0F\xA4", -1, 1, 0), ("shld", b"\x0F\xA5", -1, 0, 0), ("shrd", b"\x0F\xAC", -1, 1, 0),
                 ("shrd", b"\x0F\xAD", -1, 0, 0), ("bsf", b"\x0F\xBC", -1, 0, 0), ("bsr", b"\x0F\xBD", -1, 0, 0),
                 ("cmpxchg", b"\x0F\xB0", -1, 0, 8), ("cmpxchg", b"\x0F\xB1", -1, 0, 0),
                 ("xadd", b"\x0F\xC0", -1, 0, 8), ("xadd", b"\x0F\xC1", -1, 0, 0),
                 ("cmpxchg8b", b"\x0F\xC7", 1, 0, 0), ("movzx", b"\x0F\xB6", -1, 0, 8), ("movzx", b"\x0F\xB7", -1, 0, 0),
                 ("movsx", b"\x0F\xBE", -1, 0, 8), ("movsx", b"\x0F\xBF", -1, 0, 0)]
    for opcode, name in [(0xA4, "movs"), (0xA6, "cmps"), (0xAA, "stos"), (0xAC, "lods"), (0xAE, "scas")]:
        rows += 8 * [(name, bytes([opcode]), None, "s", 8), (name, bytes([opcode + 1]), None, "s", 0)]
    return rows


TABLE = table()


class Case:
    """One instruction and the state before it."""

    def __init__(self, dice, low):
        self.dice = dice
        self.low = low
        self.name, opcode, self.middle, self.immediate, size = dice.choice(TABLE)
        self.data16 = dice.random() < 0.3
        self.addr16 = dice.random() < (0.25 if low < CODE else 0)
        self.size = size or (16 if self.data16 else 32)
        self.repeat = self.immediate == "s" and dice.random() < 0.6
        self.locked = dice.random() < (0.02 if self.name in LOCKABLE else 0.004)
        self.registers = {name: dice.choice(VALUES) if dice.random() < 0.5 else dice.getrandbits(32)
                          for name in GENERAL}
        self.registers["ESP"] = 0x20000 + dice.randrange(0x400) * (4 if dice.random() < 0.9 else 1)
        if dice.random() < 0.3 or self.name in ("leave", "enter"):
            self.registers["EBP"] = self.registers["ESP"] + dice.randrange(-200, 200)
        prefixes = [b"\x66"] * self.data16 + [b"\x67"] * self.addr16
        if dice.random() < 0.1:
            prefixes.append(dice.choice([b"\x26", b"\x2E", b"\x36", b"\x3E"]))
        if self.repeat:
            self.rep = dice.choice([b"\xF2", b"\xF3"])
            prefixes.append(self.rep)
            self.registers["ECX"] = dice.choice([0, 1, 2, 3, 5, 20]) | dice.choice([0, 0, 0x10000]) * self.addr16
        if self.locked:
            prefixes.append(b"\xF0")
        dice.shuffle(prefixes)
        self.bytes = b"".join(prefixes) + opcode
        self.is_memory = False
        if self.middle is not None:
            self.bytes += self.operand(dice.randrange(8) if self.middle < 0 else self.middle)
        if self.immediate == "s":
            for register in ("ESI", "EDI"):
                self.registers[register] = self.pointer() | (dice.getrandbits(16) << 16 if self.addr16 else 0)
        if self.name == "xlat":
            self.registers["EBX"] = self.pointer()
        self.bytes += self.constant()
        self.registers["EIP"] = CODE + 0x80 + dice.randrange(0x80)
        self.registers["EFLAGS"] = 0x202 | dice.getrandbits(12) & (ALL | 0x400)

    def pointer(self):
        if self.addr16:
            return self.dice.randrange(self.low + 0x400, CODE - 0x400)
        return self.dice.randrange(CODE + 0x1400, CODE + 0xF000)

    def operand(self, middle):
        """A ModR/M byte and what follows, with registers that make it point into memory."""
        dice, registers = self.dice, self.registers
        if dice.random() < 0.4:
            return bytes([0xC0 | middle << 3 | dice.randrange(8)])
        self.is_memory = True
        mode, rm, target = dice.randrange(3), dice.randrange(8), self.pointer()
        displacement = dice.choice([dice.randrange(-128, 128), 0, 1, -1, -128, 127])
        if mode == 2:
            displacement = dice.randrange(-0x300, 0x300)
        if self.name in ("bt", "bts", "btr", "btc") and self.immediate == 0:
            registers[GENERAL[middle]] = dice.randrange(-0x2000, 0x2000) & 0xFFFFFFFF
        if self.addr16:
            head = bytes([mode << 6 | middle << 3 | rm])
            if mode == 0 and rm == 6:
                return head + struct.pack("<H", target)
            if mode == 0:
                displacement = 0
            names = [("EBX", "ESI"), ("EBX", "EDI"), ("EBP", "ESI"), ("EBP", "EDI"), ("ESI",), ("EDI",), ("EBP",),
                     ("EBX",)][rm]
            rest = target - displacement
            if len(names) == 2:
                rest -= registers[names[1]]
            registers[names[0]] = rest & 0xFFFF | dice.choice([0, dice.getrandbits(16) << 16])
            return head + (b"", struct.pack("<b", displacement if mode == 1 else 0),
                           struct.pack("<h", displacement))[mode]
        head = bytes([mode << 6 | middle << 3 | rm])
        tail = (b"", struct.pack("<b", displacement if mode == 1 else 0), struct.pack("<i", displacement))[mode]
        if mode == 0:
            displacement = 0
        if rm == 4:
            scale, index, base = dice.randrange(4), dice.randrange(8), dice.randrange(8)
            head += bytes([scale << 6 | index << 3 | base])
            offset = 0
            if index != 4:
                if index != base and dice.random() < 0.8:
                    registers[GENERAL[index]] = dice.randrange(0x100)
                offset = registers[GENERAL[index]] << scale
            if mode == 0 and base == 5:
                return head + struct.pack("<I", target - offset & 0xFFFFFFFF)
            if index == base:
                value = (target - displacement) // (1 + (1 << scale))
            else:
                value = target - displacement - offset
            registers[GENERAL[base]] = value & 0xFFFFFFFF
        elif mode == 0 and rm == 5:
            return head + struct.pack("<I", target)
        else:
            registers[GENERAL[rm]] = target - displacement & 0xFFFFFFFF
        return head + tail

    def constant(self):
        dice = self.dice
        if self.immediate == 1:
            return bytes([dice.choice([0, 1, 2, 8, 9, 16, 31, 32, 0x80, 0xFF, dice.getrandbits(8)])])
        if self.immediate == 2:
            return struct.pack("<H", dice.getrandbits(16))
        if self.immediate == "z":
            value = dice.choice(VALUES) if dice.random() < 0.5 else dice.getrandbits(32)
            return struct.pack("<H", value & 0xFFFF) if self.data16 else struct.pack("<I", value)
        if self.immediate == "a":
            return struct.pack("<H" if self.addr16 else "<I", self.pointer())
        if self.immediate == "e":
            level = dice.choice([0, 0, 1, 1, 2, 3, 5, 31, 33, dice.getrandbits(8)])
            return struct.pack("<HB", dice.randrange(0x400), level)
        return b""

    def count(self):
        """By how much a shift shifts."""
        if self.immediate == 1:
            return self.bytes[-1] & 31
        if self.bytes.lstrip(b"\x66\x67\x26\x2E\x36\x3E\xF0")[0] in (0xD0, 0xD1):
            return 1
        return self.registers["ECX"] & 31

    def undefined(self, after):
        """Flags, and registers, that the manual leaves open; None for a result in memory."""
        name = self.name
        if name in ("and", "or", "xor", "test"):
            return AF, {}
        if name in SHIFTS or name in ("shld", "shrd"):
            count = self.count()
            if count == 0:
                return 0, {}
            flags = 0 if count == 1 else OF
            if name in SHIFTS[:4]:
                return flags, {}
            flags |= AF
            if name in ("shl", "sal", "shr") and count >= self.size:
                flags |= CF
            if name in ("shld", "shrd") and count > self.size:
                return ALL, None
            return flags, {}
        if name in ("mul", "imul"):
            return SF | ZF | AF | PF, {}
        if name in ("div", "idiv"):
            return ALL, {}
        if name in ("bt", "bts", "btr", "btc"):
            return OF | SF | AF | PF, {}
        if name in ("bsf", "bsr"):
            register = GENERAL[self.modrm() >> 3 & 7]
            lost = {register: 0xFFFF0000 if self.data16 else 0} if after["EFLAGS"] & ZF else {}
            return ALL & ~ZF, lost
        if name == "bswap" and self.data16:
            return 0, {GENERAL[self.bytes[-1] & 7]: 0xFFFF0000}
        return {"daa": OF, "das": OF, "aaa": OF | SF | ZF | PF, "aas": OF | SF | ZF | PF, "aam": OF | AF | CF,
                "aad": OF | AF | CF}.get(name, 0), {}

    def modrm(self):
        rest = self.bytes.lstrip(b"\x66\x67\x26\x2E\x36\x3E\xF0")
        return rest[2] if rest[0] == 0x0F else rest[1]


def environment():
    gdt = b"".join(struct.pack("<Q", d) for d in [
        0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF, 0, 0x00CFFB000000FFFF, 0x00CFF3000000FFFF,
        0x00008B0000000067 | (TSS & 0xFFFFFF) << 16 | (TSS >> 24) << 56])
    idt = b"".join(struct.pack("<HHHH", HANDLERS + 16 * n & 0xFFFF, 8, 0x8E00, HANDLERS + 16 * n >> 16)
                   for n in range(32))
    tss = struct.pack("<III", 0, STACK, 0x10).ljust(0x68, b"\0")
    return {"isa": "ia32", "env": {
        "CR0": "00000033", "GDTR": [GDT, len(gdt) - 1], "IDTR": [IDT, len(idt) - 1], "TR": "0030", "LDTR": "0000",
        "mem": [[GDT, gdt.hex().upper()], [IDT, idt.hex().upper()], [TSS, tss.hex().upper()]]}}


class Run:
    """Makes cases of steps."""

    def __init__(self, seed):
        self.tracee = Tracee()
        self.dice = random.Random(seed)
        self.left_out = {}

    def cases(self, count):
        made = 0
        while made < count:
            case = self.case()
            if case:
                made += 1
                yield case

    def case(self):
        tracee, dice = self.tracee, self.dice
        case = Case(dice, tracee.begin)
        windows = {case.registers["EIP"]: case.bytes.ljust(16, b"\0")}
        self.place(windows, case)
        image = bytearray(END - tracee.begin)
        for address, data in windows.items():
            tracee.write(address, data)
            image[address - tracee.begin:address - tracee.begin + len(data)] = data
        # The windows may have run over the instruction, or over one another: what is there counts.
        start = case.registers["EIP"]
        if image[start - tracee.begin:start - tracee.begin + len(case.bytes)] != case.bytes:
            return self.drop("overlap")
        before = dict(case.registers, CS=CODE_SELECTOR, SS=DATA_SELECTOR, DS=DATA_SELECTOR, ES=DATA_SELECTOR, FS=0, GS=0)
        tracee.set(before)
        trap = None
        for _ in range(100):
            stopped = tracee.step()
            if stopped:
                break
            after = tracee.get(COMPARED)
            if not case.repeat or after["EIP"] != start:
                break
        new = tracee.read(tracee.begin, END - tracee.begin)
        if stopped == signal.SIGFPE:
            trap = (0, "vector:0:DE")
        elif stopped == signal.SIGILL:
            trap = (6, "vector:6:UD")
        elif stopped:
            return self.drop(signal.Signals(stopped).name)
        result = {"isa": "ia32", "name": case.name, "bytes": case.bytes.hex().upper(), "cpl": 3}
        masks, memory_mask = {}, []
        changes = differences(image, new, tracee.begin)
        if trap:
            if changes:
                raise Lost(f"{case.bytes.hex()} was refused and changed memory")
            frame = struct.pack("<5I", start, CODE_SELECTOR, before["EFLAGS"], before["ESP"], DATA_SELECTOR)
            changes = [[STACK - 20, frame.hex().upper()]]
            after = dict(before, EIP=HANDLERS + 16 * trap[0], ESP=STACK - 20, CS=8, SS=0x10,
                         EFLAGS=before["EFLAGS"] & ~0x200)
            # What a processor puts into RF of the image, and above 16 bits into selectors, is its own affair.
            memory_mask = [[STACK - 14, "0000"], [STACK - 10, "FEFF"], [STACK - 2, "0000"]]
        else:
            after["EFLAGS"] &= ~0x100
            flags, lost = case.undefined(after)
            if lost is None:
                return self.drop("undefined result")
            if flags:
                masks["EFLAGS"] = 0xFFFFFFFF & ~flags
            masks.update(lost)
        result["before"] = {"regs": {name: f"{value:08X}" if name in COMPARED else f"{value:04X}"
                                     for name, value in before.items()},
                            "mem": runs(image, windows, tracee.begin)}
        result["after"] = {"regs": {name: f"{value:08X}" if name in COMPARED else f"{value:04X}"
                                    for name, value in after.items() if value != before[name]}, "mem": changes}
        result["trap"] = trap[1] if trap else None
        if masks or memory_mask:
            result["mask"] = {"regs": {name: f"{value:08X}" for name, value in masks.items()}, "mem": memory_mask}
        if case.repeat:
            result["tags"] = ["rep"]
        self.clean(new)
        return result

    def place(self, windows, case):
        """Random bytes where the instruction is likely to look."""
        dice, low = self.dice, self.tracee.begin
        for address in [case.registers[name] for name in GENERAL] + [
                case.registers[name] & 0xFFFF for name in GENERAL if case.addr16]:
            address = (address & ~63) - 0x40
            if low + 0x100 <= address < END - 0x200 and not CODE <= address < CODE + 0x200:
                windows[address] = dice.randbytes(0xC0)
        if case.is_memory or case.immediate == "a":
            for width in (4, 2):
                for at in range(len(case.bytes) - width + 1):
                    address = int.from_bytes(case.bytes[at:at + width], "little")
                    if CODE + 0x1000 <= address < END - 0x200 or case.addr16 and low + 0x100 <= address < CODE - 0x100:
                        windows[address] = dice.randbytes(16)

    def drop(self, why):
        self.left_out[why] = self.left_out.get(why, 0) + 1
        self.clean(self.tracee.read(self.tracee.begin, END - self.tracee.begin))
        return None

    def clean(self, image):
        """Back to zeros, where there is anything."""
        for at in range(0, len(image), 0x1000):
            if image[at:at + 0x1000] != ZEROS:
                self.tracee.write(self.tracee.begin + at, ZEROS)


def differences(old, new, base):
    """The runs of bytes that changed."""
    result = []
    if old == new:
        return result
    for at in range(0, len(old), 256):
        if old[at:at + 256] == new[at:at + 256]:
            continue
        for i in range(at, min(at + 256, len(old))):
            if old[i] != new[i]:
                if result and result[-1][0] + len(result[-1][1]) // 2 == base + i:
                    result[-1][1] += f"{new[i]:02X}"
                else:
                    result.append([base + i, f"{new[i]:02X}"])
    return result


def runs(image, windows, base):
    """What the windows hold, in ascending order and without overlaps."""
    result, end = [], 0
    for address in sorted(windows):
        first, last = max(address, end), address + len(windows[address])
        if first < last:
            result.append([first, image[first - base:last - base].hex().upper()])
            end = last
    return result


def judge(popek, machine, path):
    """What popek makes of a file of cases."""
    result = subprocess.run([popek, "conform", machine, path, "--format", "json", "--failures", "100000"],
                            capture_output=True, text=True)
    if result.returncode not in (0, 1):
        sys.exit(f"popek: {result.stderr.strip()}")
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("popek")
    parser.add_argument("--machine", default="ia32", help="the name of the description, or its path")
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=20_000, help="cases a file")
    parser.add_argument("--keep", help="a folder that keeps every file of cases")
    options = parser.parse_args()

    folder = options.keep or tempfile.mkdtemp(prefix="popek-ia32-")
    os.makedirs(folder, exist_ok=True)
    total, passed, failed, unsupported, shown = 0, 0, 0, 0, 0
    by_mnemonic, left_out = {}, {}
    for index, first in enumerate(range(0, options.cases, options.chunk)):
        path = os.path.join(folder, f"ia32-{options.seed}-{index}.jsonl")
        try:
            run = Run(f"{options.seed}/{index}")
            with open(path, "w") as file:
                file.write(json.dumps(environment(), separators=(",", ":")) + "\n")
                for case in run.cases(min(options.chunk, options.cases - first)):
                    file.write(json.dumps(case, separators=(",", ":")) + "\n")
            run.tracee.close()
        except Lost as error:
            sys.exit(str(error))
        verdict = judge(options.popek, options.machine, path)
        total += verdict["cases"]
        passed += verdict["passed"]
        failed += verdict["failed"]
        unsupported += verdict["unsupported"]
        for name, counts in verdict["byMnemonic"].items():
            by_mnemonic[name] = by_mnemonic.get(name, 0) + sum(counts.values())
        for why, times in run.left_out.items():
            left_out[why] = left_out.get(why, 0) + times
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
    print("left out:", ", ".join(f"{why} {times}" for why, times in sorted(left_out.items())))
    print("by mnemonic:", ", ".join(f"{name} {count}" for name, count in sorted(by_mnemonic.items())))
    sys.exit(1 if failed or unsupported else 0)


if __name__ == "__main__":
    main()
