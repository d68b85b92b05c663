"""QEMU behind its debugger's socket: any system emulator, one processor, stepped and looked at.

The protocol is GDB's remote serial protocol. What a register is called and where it stands in the `g`
packet is the architecture's affair: see sparc.py.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time


class Lost(Exception):
    """The emulator has ended, or does not answer."""


class Emulator:
    """A QEMU that waits for what it is told."""

    def __init__(self, arguments, firmware=b"\0\0\0\0"):
        self.folder = tempfile.mkdtemp(prefix="popek-")
        with open(os.path.join(self.folder, "firmware"), "wb") as file:
            file.write(firmware)
        path = os.path.join(self.folder, "gdb")
        self.process = subprocess.Popen(
            arguments + ["-bios", file.name, "-S", "-display", "none", "-serial", "none", "-monitor", "none",
                         "-chardev", f"socket,path={path},server=on,wait=off,id=gdb",
                         "-gdb", "chardev:gdb"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        for attempt in range(400):
            try:
                self.socket.connect(path)
                break
            except OSError:
                if self.process.poll() is not None:
                    raise Lost(self.process.stderr.read().decode(errors="replace").strip())
                time.sleep(0.025)
        else:
            raise Lost("no answer from the debugger's socket")
        self.received = b""
        self.pending = 0
        self.ask("QStartNoAckMode")
        self.socket.sendall(b"+")
        # Without this SPARC's stack shows registers that have not been stored there yet.
        if self.ask("Qqemu.PhyMemMode:1") != "OK":
            raise Lost("the debugger does not show real memory")

    def close(self):
        try:
            self.socket.close()
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    # Packets

    def send(self, text):
        """Sends a packet and does not wait: its answer is the next that `answer` gives."""
        body = text.encode("ascii")
        try:
            self.socket.sendall(b"$%s#%02x" % (body, sum(body) & 0xFF))
        except OSError as error:
            raise Lost(str(error))
        self.pending += 1

    def answer(self):
        while True:
            start = self.received.find(b"$")
            end = self.received.find(b"#", start + 1) if start >= 0 else -1
            if end >= 0 and len(self.received) >= end + 3:
                packet = self.received[start + 1:end]
                self.received = self.received[end + 3:]
                self.pending -= 1
                return packet.decode("latin-1")
            try:
                more = self.socket.recv(65536)
            except OSError as error:
                raise Lost(str(error))
            if not more:
                raise Lost(self.process.stderr.read().decode(errors="replace").strip())
            self.received += more

    def ask(self, text):
        self.send(text)
        return self.answer()

    def settle(self):
        """Takes in the answers to all that was sent; each must say that it was done."""
        while self.pending:
            answer = self.answer()
            if answer != "OK":
                raise Lost(f"the debugger answers {answer!r}")

    # What is asked for

    def write(self, address, data):
        self.send(f"M{address:x},{len(data):x}:{data.hex()}")

    def read(self, address, count):
        return bytes.fromhex(self.ask(f"m{address:x},{count:x}"))
