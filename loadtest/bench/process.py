"""Processes under measurement: started on a given core, watched through /proc, ended by their pid."""

import http.client
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
READY_SECONDS_MAX = 60


def free_port():
    """Below the ephemeral range, so that no outgoing connection takes it before its use."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Process:
    """A child process with its output in a log file, and what it cannot work without beside it."""

    def __init__(self, name, command, log, core=None, beside=()):
        self.name = name
        self.beside = list(beside)
        self.log = Path(log)
        pinned = ["taskset", "-c", str(core), *command] if core is not None else command
        with open(self.log, "wb") as output:
            self.child = subprocess.Popen(pinned, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def await_answer(self, port, path="/"):
        """Waits until the process answers on a port with anything below 500."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise SystemExit(f"{self.name} ended with {self.child.returncode}:\n{self.tail()}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                connection.request("GET", path)
                if connection.getresponse().status < 500:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit(f"{self.name} did not answer within {READY_SECONDS_MAX} s:\n{self.tail()}")

    def tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def cpu_seconds(self):
        """User and system time of all threads so far."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def memory_mib(self, field="VmRSS"):
        """VmRSS: now. VmHWM: the highest so far."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise KeyError(field)

    def reset_peak(self):
        """Makes VmHWM start again from the present size (proc(5), clear_refs)."""
        Path(f"/proc/{self.child.pid}/clear_refs").write_text("5")

    def beside_cpu_seconds(self):
        """The same of what runs beside it."""
        return sum(other.cpu_seconds() for other in self.beside)

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(5)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        for other in self.beside:
            other.stop()
