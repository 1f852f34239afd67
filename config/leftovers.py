"""What a supervisor that was killed has left running: found by its register, ended before the next run begins.

A process number alone proves nothing, for numbers are used again. With the moment of its start it does.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

GRACE = 15.0
POLL = 0.05


@dataclass(frozen=True, slots=True)
class Leftover:
    """A process as the register knows it. `identity` is empty where the machine cannot tell."""

    name: str
    pid: int
    identity: str
    stop_signal: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def lives(self) -> bool:
        return bool(self.identity) and identity(self.pid) == self.identity


def identity(pid: int) -> str:
    """What is the same for one process all its life, and for no other: the boot and the moment of its start."""
    try:
        # After the name in brackets, which may hold anything, the start is the twentieth field; the first is the state.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return _identity_by_ps(pid)
    return "" if fields[0] in "ZX" else f"{boot} {fields[19]}"


def end_leftovers(register: Path, say: Callable[[str], None]) -> None:
    """End what still runs from an earlier time, in the order in which that run would have done it."""
    for leftover in reversed(_read(register)):
        if leftover.lives():
            say(f"Ending {leftover.name}, left over from a run that was killed.")
            _end(leftover)
    register.unlink(missing_ok=True)


def _end(leftover: Leftover) -> None:
    try:
        os.kill(leftover.pid, leftover.stop_signal)
        deadline = time.monotonic() + GRACE
        while leftover.lives() and time.monotonic() < deadline:
            time.sleep(POLL)
        os.killpg(leftover.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _read(register: Path) -> list[Leftover]:
    try:
        return [Leftover(**entry) for entry in json.loads(register.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _identity_by_ps(pid: int) -> str:
    try:
        done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
