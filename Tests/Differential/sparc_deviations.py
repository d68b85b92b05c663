"""Where QEMU 7.2 does otherwise than the SPARC V8 manual (SAV080SI9308), by section.

`settle` brings a case in line: it rewrites what the manual settles, and masks what the emulator cannot
be asked. It names the rule, so that a run can say how often each one was used. `misleads` says of which
instructions no case is made at all. What no rule covers is a difference, and shows.
"""

SINGLE_SOURCES = {0x0C4, 0x0D1, 0x0C9, 0x029, 0x041, 0x045, 0x049, 0x04D, 0x069}
ONE_OPERAND = {0x0C4, 0x0C8, 0x0D1, 0x0D2, 0x0C9, 0x0C6, 0x001, 0x005, 0x009, 0x029, 0x02A}
FPOPS = {
    0x34: ONE_OPERAND | {0x041, 0x042, 0x045, 0x046, 0x049, 0x04A, 0x069, 0x04D, 0x04E, 0x0CC, 0x0D3,
                         0x0CD, 0x0CE, 0x0C7, 0x0CB, 0x02B, 0x043, 0x047, 0x04B, 0x06E, 0x04F},
    0x35: {0x051, 0x052, 0x053, 0x055, 0x056, 0x057},
}
ALTERNATE = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x1A, 0x1D, 0x1F}


def is_nan(words, opf, n):
    if opf in SINGLE_SOURCES:
        return words[n] & 0x7FFFFFFF > 0x7F800000
    value = words[n & 30] << 32 | words[n | 1]
    return value & 0x7FFFFFFFFFFFFFFF > 0x7FF0000000000000


def retrap(case, tt, name):
    """The same trap sequence with another trap type."""
    regs, before = case["after"]["regs"], case["before"]["regs"]
    table = int(before["TBR"], 16) & 0xFFFFF000
    for register, value in ("TBR", table | tt << 4), ("PC", table | tt << 4), ("NPC", table | tt << 4 | 4):
        regs[register] = f"{value:08X}"
    case["trap"] = f"tt:{tt:02X}:{name}"


def ignore(case, register, keep=0):
    """Compares only the bits of a register that are kept."""
    masked = case["mask"]["regs"]
    masked[register] = f"{int(masked.get(register, 'FFFFFFFF'), 16) & keep:08X}"


def misleads(word, words, address):
    """Why no case is made of an instruction, or None.

    `words` are the floating-point registers, `address` that of a load or store.
    """
    op, op3, opf = word >> 30, word >> 19 & 63, word >> 5 & 0x1FF
    if op == 3 and op3 in ALTERNATE and not word >> 13 & 1 and opf & 0xFF == 0x0A:
        return "LEON3 lets a user name the user's data space"
    if op == 3 and op3 in (0x23, 0x27) and address is not None and address & 7 == 4:
        # "Load Floating-point Instructions": a double stands on a double-word boundary.
        return "a floating-point double at a word boundary does not trap"
    if op == 2 and op3 == 0x34 and opf == 0x0C9 and is_nan(words, opf, word & 31) \
            and not words[word & 31] >> 22 & 1:
        # The flag stays behind, and the next FPop shows it.
        return "the invalid conversion of a signalling NaN to double is noticed one FPop too late"
    return None


def magnitude(case, opf, n):
    """A result without its sign, in units of the least normal number of its format."""
    after = {**case["before"]["regs"], **case["after"]["regs"]}
    if opf in (0x041, 0x045, 0x049, 0x04D, 0x0C6, 0x029):
        return (int(after[f"F{n}"], 16) & 0x7FFFFFFF) / 0x00800000
    value = int(after[f"F{n & 30}"], 16) << 32 | int(after[f"F{n | 1}"], 16)
    return (value & 0x7FFFFFFFFFFFFFFF) / 0x0010000000000000


def settle(case, word):
    """Applies the rules that a case calls for.

    Returns the names of the rules, and whether there is a case.
    """
    op3, opf = word >> 19 & 63, word >> 5 & 0x1FF
    if (word >> 30 == 2 and op3 == 0x34 and opf in FPOPS[0x34]
            and opf not in (0x001, 0x005, 0x009, 0x0D1, 0x0D2) and case["trap"] is None):
        result = magnitude(case, opf, word >> 25 & 31)
        fsr = int(case["after"]["regs"].get("FSR", case["before"]["regs"]["FSR"]), 16)
        # Appendix N: where underflow traps, a tiny result underflows even if it is exact.
        if 0 < result < 1 and fsr >> 25 & 1:
            return ["an exact subnormal does not underflow where underflow traps"], False
        # Appendix N: whether a result is tiny is seen before it is rounded.
        if result == 1 and fsr & 1:
            return ["what is rounded up to the least normal number does not count as tiny"], False
    return applied(case, word), True


def applied(case, word):
    rules = []
    op, op3, opf = word >> 30, word >> 19 & 63, word >> 5 & 0x1FF
    rd, rs1, rs2 = word >> 25 & 31, word >> 14 & 31, word & 31
    regs = case["before"]["regs"]
    words = [int(regs[f"F{n}"], 16) for n in range(32)]
    trap = case["trap"]
    illegal = trap == "tt:02:illegal_instruction"

    if op == 2 and op3 in FPOPS and illegal and opf not in FPOPS[op3]:
        # "Floating-point Operate (FPop) Instructions": an FPop that is not implemented, assigned or
        # not, is an fp_exception with ftt = unimplemented_FPop. Nothing else of FSR changes.
        retrap(case, 0x08, "fp_exception")
        fsr = int(regs["FSR"], 16) & ~0x1C000 | 3 << 14
        case["after"]["regs"]["FSR"] = f"{fsr:08X}"
        return ["an unassigned FPop is unimplemented, not illegal"]
    if op == 3 and op3 in ALTERNATE and illegal and (word >> 13 & 1 or op3 & 3 == 3 and rd & 1):
        # "Trap Types and Priority": privileged_instruction (6) goes before illegal_instruction (7).
        retrap(case, 0x03, "privileged_instruction")
        return ["privileged_instruction goes before illegal_instruction"]
    if op == 3 and op3 == 0x26 and trap == "tt:04:fp_disabled":
        # The same: fp_disabled is 8.
        retrap(case, 0x03, "privileged_instruction")
        return ["privileged_instruction goes before fp_disabled"]
    if op == 2 and op3 == 0x38 and trap == "tt:07:mem_address_not_aligned":
        # "Traps": what takes a precise trap has changed nothing.
        for name in f"G{rd}", f"I{rd - 8}":
            if name in regs and rd and (rd < 8 or rd < 16):
                ignore(case, name)
                rules.append("a jump that traps does not link")
        return rules[:1]
    if op == 2 and op3 == 0x3A and trap is not None and trap.endswith(":trap_instruction"):
        # "Trap on Integer Condition Codes Instruction": it reads its operands.
        for name in f"G{rs1}", f"I{rs1 - 8}":
            if name in regs and rs1 < 16:
                ignore(case, name)
                rules.append("a Ticc that traps leaves its trap number in its first operand")
        return rules
    if op == 2 and op3 in FPOPS and trap == "tt:08:fp_exception":
        # "Floating-Point State Register (FSR)": the destination is as it was; cexc shows one bit if the
        # exception is IEEE's, and is as it was if the FPop is unimplemented.
        if op3 == 0x34:
            ignore(case, f"F{rd & 30}")
            ignore(case, f"F{rd | 1}")
        ignore(case, "FSR", ~0x1F & 0xFFFFFFFF)
        return ["an FPop that traps keeps its destination, and cexc shows one exception"]
    if op == 2 and op3 == 0x34 and trap is None:
        if opf in ONE_OPERAND:
            if opf in (0x0D1, 0x0D2) and is_nan(words, opf, rs2):
                # Appendix N: a NaN gives the end of the range on its sign's side.
                ignore(case, f"F{rd}")
                rules.append("a NaN as an integer")
        elif is_nan(words, opf, rs1) and is_nan(words, opf, rs2):
            # Appendix N: of two NaNs the signalling one is propagated, else that of rs2.
            if opf in (0x041, 0x045, 0x049, 0x04D):
                ignore(case, f"F{rd}")
            else:
                ignore(case, f"F{rd & 30}")
                ignore(case, f"F{rd | 1}")
            rules.append("which of two NaNs is propagated")
    return rules
