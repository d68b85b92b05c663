#!/usr/bin/env python3
"""Runs an ELF image of the machine `sparc-v8` on QEMU and prints what it prints.

    sparc_image.py IMAGE.elf

The emulator is a SPARCstation 5, which has storage from address 0 on and none of the devices of
`board.isa`. The console is played here: its output cell is watched, and every byte stored there is
printed. A program ends, as on the machine described, in error mode. Status 1: it ended otherwise.
"""

import argparse
import os
import re
import struct
import sys

from debugger import Emulator, Lost

CONSOLE = 0xF010

# Where a SPARCstation begins, instructions come from the read-only memory; storing 0 into the MMU's
# control register ends that, and the delayed jump is on its way to the program then.
FIRMWARE = struct.Struct(">III")


def firmware(entry):
    """sethi %hi(entry), %g1; jmpl %g1 + %lo(entry), %g0; sta %g0, [%g0 + %g0] 4"""
    return FIRMWARE.pack(0x03000000 | entry >> 10, 0x81C06000 | entry & 0x3FF, 0xC0A00080)


def segments(image):
    """The entry of a big-endian ELF executable of 32 bits, and what it loads: address, bytes, zeros."""
    if image[:6] != b"\x7fELF\x01\x02":
        sys.exit("this is no big-endian ELF image of 32 bits")
    entry, table = struct.unpack_from(">II", image, 24)
    size, count = struct.unpack_from(">HH", image, 42)
    parts = []
    for n in range(count):
        kind, offset, _, address, inside, whole = struct.unpack_from(">6I", image, table + n * size)
        if kind == 1:
            parts.append((address, image[offset:offset + inside], whole - inside))
    return entry, parts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("image")
    parser.add_argument("--qemu", default="qemu-system-sparc")
    options = parser.parse_args()
    with open(options.image, "rb") as file:
        entry, parts = segments(file.read())
    printed = bytearray()
    with Emulator([options.qemu, "-M", "SS-5", "-m", "32"], firmware(entry)) as emulator:
        for address, data, _ in parts:
            for offset in range(0, len(data), 1024):
                emulator.write(address + offset, data[offset:offset + 1024])
        emulator.send(f"Z2,{CONSOLE:x},1")
        emulator.settle()
        try:
            while True:
                reply = emulator.ask("c")
                if "watch:" not in reply:
                    raise Lost(f"the program stops: {reply}")
                printed += emulator.read(CONSOLE, 1)
        except Lost as lost:
            end = str(lost)
    sys.stdout.buffer.write(bytes(printed))
    sys.stdout.flush()
    error = re.search(r"Trap 0x([0-9a-f]+)[^\n]*Error state\s+pc: ([0-9a-f]+)", end)
    if error is None:
        sys.exit(f"{os.path.basename(options.image)}: {end}")
    print(f"error mode: trap type 0x{error[1]}, pc {error[2]}", file=sys.stderr)


if __name__ == "__main__":
    main()
