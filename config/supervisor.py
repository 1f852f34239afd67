"""A small supervisor: it starts real processes in order, starts again what dies, and stops all in reverse order.

One thread and no pipes: each child writes to its own file under var/log, so nothing is lost or blocked when the
supervisor itself is killed. What it started stands in var/run.json, for the next run to find what was left over.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from config.children import Servant, end_group, start
from config.leftovers import Leftover, identity

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 0.05
FIRST_DELAY, LONGEST_DELAY, STEADY_AFTER = 0.5, 30.0, 60.0
TRIES_AT_THE_START = 3
LAST_LINES = 12
LOG_LIMIT = 5_000_000
LOGS_EVERY = 60.0


class Stopped(Exception):
    """Somebody asked us to stop, while something was being waited for."""


class Failed(Exception):
    """A process did not do what it must. The text says which and shows its last words."""


@dataclass(slots=True)
class Child:
    """One process that is kept alive. `ready` tells whether it serves already."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool] = lambda: True
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0
    runs_as: Servant | None = None
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    due: float = 0.0


class Supervisor:
    """Owns the children, in the order of their start."""

    def __init__(self, folder: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.environment = dict(environment)
        self.say = say
        self.children: list[Child] = []
        self.asked_to_stop = 0
        self.last_request = float("-inf")
        self.logs_due = 0.0
        self.logs = folder / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.register = folder / "run.json"

    def listen(self) -> None:
        """Install the handlers outright: a shell starts its background jobs with SIGINT ignored."""
        for number in SIGNALS:
            signal.signal(number, self._asked)

    def start(self, child: Child) -> None:
        self.children.append(child)
        self._spawn(child)

    def wait_for(self, child: Child, seconds: float = 180.0) -> None:
        """Until the child is ready. A child that falls again and again, or takes too long, is a failure."""
        deadline = time.monotonic() + seconds
        while child.process is None or not child.ready():
            self._tick()
            if child.falls >= TRIES_AT_THE_START or time.monotonic() > deadline:
                raise Failed(f"{child.name} did not start. {self._last_words(child.name)}")

    def run(self, name: str, command: tuple[str, ...]) -> None:
        """One process from its beginning to its end, the others being watched meanwhile."""
        self.run_together({name: command})

    def run_together(self, commands: Mapping[str, tuple[str, ...]]) -> None:
        """Several of them at once, until all have ended."""
        begun: list[tuple[Child, subprocess.Popen[bytes]]] = []
        try:
            for name, command in commands.items():
                once = Child(name, command)
                with self._open_log(name) as output:
                    once.process = self._process(once, output)
                begun.append((once, once.process))
            while any(process.poll() is None for _, process in begun):
                self._tick()
        finally:
            for once, _ in begun:
                self._end(once)
        for once, process in begun:
            if process.returncode != 0:
                raise Failed(f"{once.name} failed. {self._last_words(once.name)}")

    def watch(self) -> None:
        """Keep all alive until somebody asks to stop."""
        while True:
            try:
                self._tick()
            except Stopped:
                return
            if time.monotonic() > self.logs_due:
                for child in self.children:
                    _keep_small(self._log(child.name))
                self.logs_due = time.monotonic() + LOGS_EVERY

    def stop(self) -> None:
        """End the children, last started first. A second request to stop ends those that still linger by force."""
        for child in reversed(self.children):
            self._end(child)
        self.children.clear()
        self.register.unlink(missing_ok=True)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        # make passes a SIGTERM on, so one request may reach us twice. A person who asks again takes a second to do it.
        now = time.monotonic()
        if now - self.last_request > 1.0:
            self.asked_to_stop += 1
        self.last_request = now

    def _tick(self) -> None:
        if self.asked_to_stop:
            raise Stopped
        for child in self.children:
            self._look_after(child)
        time.sleep(TICK)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                self._spawn(child)
        elif child.process.poll() is not None:
            # Its own children may still hold its port.
            end_group(child.process.pid)
            child.falls = 1 if now - child.started > STEADY_AFTER else child.falls + 1
            delay = min(FIRST_DELAY * 2 ** (child.falls - 1), LONGEST_DELAY)
            self.say(f"{child.name} ended ({_how(child.process.returncode)}); it starts again in {delay:g} s.")
            child.process, child.due = None, now + delay

    def _spawn(self, child: Child) -> None:
        with self._open_log(child.name) as output:
            child.process = self._process(child, output)
        child.started = time.monotonic()
        self._write_register()

    def _process(self, child: Child, output: BinaryIO) -> subprocess.Popen[bytes]:
        return start(
            _from_our_environment(child.command),
            runs_as=child.runs_as,
            folder=child.folder,
            environment=self.environment,
            output=output,
            death_signal=child.stop_signal,
        )

    def _end(self, child: Child) -> None:
        if child.process is None:
            return
        requests = self.asked_to_stop
        if child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
        deadline = time.monotonic() + child.grace
        while child.process.poll() is None and time.monotonic() < deadline and self.asked_to_stop <= max(requests, 1):
            time.sleep(TICK)
        if child.process.poll() is None:
            self.say(f"{child.name} did not end by itself and is killed.")
        end_group(child.process.pid)
        child.process.wait()

    def _write_register(self) -> None:
        running = [(child, child.process.pid) for child in self.children if child.process]
        leftovers = [Leftover(child.name, pid, identity(pid), child.stop_signal) for child, pid in running]
        draft = self.register.with_suffix(".new")
        draft.write_text(json.dumps([leftover.as_json() for leftover in leftovers]), encoding="utf-8")
        draft.replace(self.register)

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _open_log(self, name: str) -> BinaryIO:
        return self._log(name).open("ab")

    def _last_words(self, name: str) -> str:
        log = self._log(name)
        with log.open(encoding="utf-8", errors="replace") as file:
            lines = "".join(f"  {name} | {line}" for line in deque(file, LAST_LINES))
        return f"Its last words, from {log}:\n{lines.rstrip()}"


def _keep_small(log: Path) -> None:
    """Put a long log aside. The child goes on writing to the same file, which it has opened for appending."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def _from_our_environment(command: tuple[str, ...]) -> tuple[str, ...]:
    """The programs of the environment that we run in, whatever PATH says."""
    if os.sep in command[0]:
        return command
    if command[0] == "python":
        return (sys.executable, *command[1:])
    return (str(Path(sys.executable).parent / command[0]), *command[1:])


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
