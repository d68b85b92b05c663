"""A 32-bit program on the Linux machine that this runs on, whose instructions are stepped one by one."""

import ctypes
import os
import signal
import struct
import tempfile

CODE = 0x10000
END = 0x30000

TRACEME, GETREGS, SETREGS, SINGLESTEP, SETOPTIONS, EXITKILL = 0, 12, 13, 9, 0x4200, 0x100000

# struct user_regs_struct of x86-64.
FIELDS = ["r15", "r14", "r13", "r12", "EBP", "EBX", "r11", "r10", "r9", "r8", "EAX", "ECX", "EDX", "ESI",
          "EDI", "orig_rax", "EIP", "CS", "EFLAGS", "ESP", "SS", "fs_base", "gs_base", "DS", "ES", "FS", "GS"]
INDEX = {name: index for index, name in enumerate(FIELDS)}


class Lost(Exception):
    """The processor does not answer as expected."""


def lowest_address():
    """Where user memory may begin: 16-bit addresses want it low."""
    if os.geteuid() == 0:
        return 0x1000
    with open("/proc/sys/vm/mmap_min_addr") as file:
        return min(CODE, max(0x1000, int(file.read())))


def program(begin):
    """A static ELF file: memory from `begin` to END, zeros; at CODE a header, and nothing to execute yet."""
    segments = [struct.pack("<8I", 1, 0, CODE, CODE, 0x100, END - CODE, 7, 0x1000)]
    if begin < CODE:
        segments.append(struct.pack("<8I", 1, 0, begin, begin, 0x100, CODE - begin, 7, 0x1000))
    header = struct.pack("<16s2H5I6H", b"\x7fELF\x01\x01\x01", 2, 3, 1, CODE, 52, 0, 0, 52, 32,
                         len(segments), 0, 0, 0)
    return (header + b"".join(segments)).ljust(0x100, b"\0")


class Tracee:
    """Steps single instructions from given states. Memory lasts from step to step."""

    def __init__(self):
        self.begin = lowest_address()
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.libc.ptrace.restype = ctypes.c_long
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(program(self.begin))
        os.chmod(file.name, 0o700)
        self.pid = os.fork()
        if self.pid == 0:
            self.libc.ptrace(TRACEME, 0, None, None)
            os.execv(file.name, ["steps"])
        _, status = os.waitpid(self.pid, 0)
        os.unlink(file.name)
        if not os.WIFSTOPPED(status):
            raise Lost("no 32-bit program can be run here")
        self.call(SETOPTIONS, None, EXITKILL)
        self.memory = os.open(f"/proc/{self.pid}/mem", os.O_RDWR)
        self.registers = (ctypes.c_uint64 * len(FIELDS))()
        self.call(GETREGS, None, ctypes.addressof(self.registers))
        self.write(self.begin, bytes(END - self.begin))

    def call(self, request, address, data):
        if self.libc.ptrace(request, self.pid, address, data) == -1:
            raise Lost(f"ptrace {request}: {os.strerror(ctypes.get_errno())}")

    def read(self, address, count):
        return os.pread(self.memory, count, address)

    def write(self, address, data):
        os.pwrite(self.memory, data, address)

    def set(self, values):
        for name, value in values.items():
            self.registers[INDEX[name]] = value
        self.registers[INDEX["orig_rax"]] = 0xFFFFFFFFFFFFFFFF
        self.call(SETREGS, None, ctypes.addressof(self.registers))

    def get(self, names):
        self.call(GETREGS, None, ctypes.addressof(self.registers))
        return {name: self.registers[INDEX[name]] & 0xFFFFFFFF for name in names}

    def step(self):
        """None, or the signal that the instruction ended in."""
        self.call(SINGLESTEP, None, None)
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            raise Lost("the stepped program is gone")
        number = os.WSTOPSIG(status)
        return None if number == signal.SIGTRAP else number

    def close(self):
        os.close(self.memory)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
