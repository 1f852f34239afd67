"""Start a child process so that it can be stopped for certain: a group of its own, and no life after our death.

The group takes a signal whole, and keeps a Ctrl-C in the terminal from reaching the children before the supervisor has
decided in which order they go. The parent-death signal (Linux only) is for the day when we are killed with SIGKILL.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Looked up once, here: after a fork only what is already loaded may be called.
_PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Servant:
    """The unprivileged user as whom an embedded server runs when we are root."""

    uid: int
    gid: int


def servant() -> Servant | None:
    """None unless we are root: PostgreSQL refuses to run as root, so there it runs as `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Servant(found.pw_uid, found.pw_gid)
    return Servant(65534, 65534)


def start(
    command: Sequence[str],
    *,
    runs_as: Servant | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int = subprocess.DEVNULL,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """The child, leader of its own group, with its output and errors in one stream."""
    return subprocess.Popen(
        list(command),
        cwd=folder,
        env=None if environment is None else dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
        user=runs_as.uid if runs_as else None,
        group=runs_as.gid if runs_as else None,
        extra_groups=[] if runs_as else None,
        # Runs after the change of user, which would clear the parent-death signal.
        preexec_fn=_ready_to_go(death_signal),
    )


def stop(child: subprocess.Popen[bytes], *, stop_signal: int = signal.SIGTERM, grace: float = 10.0) -> None:
    """Ask the child to end, wait for `grace` seconds, then end its whole group by force."""
    if child.poll() is None:
        child.send_signal(stop_signal)
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            pass
    end_group(child.pid)
    child.wait()


def end_group(group: int) -> None:
    """Kill whatever is left in a child's group. A group that is empty already is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_until(ready: Callable[[], bool], *, child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether `ready` came true in time, while the child lived."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if child.poll() is not None:
            return False
        time.sleep(_POLL)
    return False


def _ready_to_go(death_signal: int) -> Callable[[], None]:
    parent = os.getpid()

    def in_the_child() -> None:
        # A background shell has SIGINT ignored, and children inherit that: PostgreSQL stops on SIGINT.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        if _PRCTL is not None:
            _PRCTL(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                os._exit(1)

    return in_the_child
