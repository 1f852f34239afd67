"""The supervisor with real processes: it is killed, its children are killed, and nothing lingers or is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import leftovers
from config.leftovers import Leftover, end_leftovers, identity

ROOT = Path(__file__).resolve().parents[2]
PREAMBLE = """
import sys
from pathlib import Path
from config.supervisor import Child, Failed, Stopped, Supervisor
def say(words): print(words, flush=True)
supervisor = Supervisor(Path(sys.argv[1]), {"PATH": "/usr/bin:/bin"}, say)
supervisor.listen()
def sh(name, script, **rest): return Child(name, ("/bin/sh", "-c", script), **rest)
"""
WATCH = """
say("up")
try:
    supervisor.watch()
finally:
    supervisor.stop()
say("down")
"""
FOR_EVER = "while :; do sleep 0.05; done"
PATIENCE = 120.0


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    return not identity(pid)


@contextmanager
def supervisor(folder: Path, children: str, *, ignoring_sigint: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A supervisor of these children in a process of its own, up and watching."""
    command = [sys.executable, "-c", PREAMBLE + children + WATCH, str(folder)]
    ignore = (lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignoring_sigint else None
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=ignore)
    assert run.stdout is not None
    try:
        while (line := run.stdout.readline().strip()) != "up":
            assert line, "it did not come up"
        yield run
    finally:
        run.kill()
        run.wait()
        end_leftovers(folder / "run.json", lambda words: None)
        run.stdout.close()


def pids(folder: Path) -> dict[str, int]:
    return {entry["name"]: entry["pid"] for entry in json.loads((folder / "run.json").read_text(encoding="utf-8"))}


def ended(run: subprocess.Popen[str]) -> str:
    """What it said until its end."""
    said, _ = run.communicate(timeout=PATIENCE)
    return said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_ends_all_in_reverse_order(tmp_path: Path, number: signal.Signals) -> None:
    children = ""
    for name in ("first", "second"):
        script = f"trap 'echo {name} >> {tmp_path}/order; exit 0' TERM; touch {tmp_path}/{name}; {FOR_EVER}"
        children += f"supervisor.start(sh({name!r}, {script!r}, grace={PATIENCE}))\n"
    with supervisor(tmp_path, children, ignoring_sigint=True) as run:
        assert until((tmp_path / "first").exists) and until((tmp_path / "second").exists)

        run.send_signal(number)
        said = ended(run)

    assert run.returncode == 0
    assert said == "down\n"
    assert (tmp_path / "order").read_text().split() == ["second", "first"]
    assert not (tmp_path / "run.json").exists()


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    with supervisor(tmp_path, "supervisor.start(sh('web', 'exec sleep 600'))\n") as run:
        first = pids(tmp_path)["web"]

        os.kill(first, signal.SIGKILL)

        assert until(lambda: pids(tmp_path)["web"] != first)
        run.terminate()
        assert "web ended (signal SIGKILL); it starts again in 0.5 s." in ended(run)


def test_what_a_dead_child_leaves_in_its_group_is_ended_before_the_next_is_started(tmp_path: Path) -> None:
    script = f"sleep 600 & echo $! >> {tmp_path}/orphan; wait"
    with supervisor(tmp_path, f"supervisor.start(sh('web', {script!r}))\n"):
        assert until(lambda: (tmp_path / "orphan").exists() and (tmp_path / "orphan").read_text().endswith("\n"))
        orphan = int((tmp_path / "orphan").read_text())

        os.kill(pids(tmp_path)["web"], signal.SIGKILL)

        assert until(lambda: gone(orphan))


def test_a_child_that_will_not_end_is_killed_after_its_grace(tmp_path: Path) -> None:
    script = f"trap '' TERM; touch {tmp_path}/deaf; {FOR_EVER}"
    with supervisor(tmp_path, f"supervisor.start(sh('web', {script!r}, grace=0.5))\n") as run:
        assert until((tmp_path / "deaf").exists)
        stubborn = pids(tmp_path)["web"]

        run.terminate()
        said = ended(run)

    assert "web did not end by itself and is killed." in said
    assert gone(stubborn)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_children_do_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with supervisor(tmp_path, "supervisor.start(sh('web', 'exec sleep 600'))\n") as run:
        child = pids(tmp_path)["web"]

        run.kill()

        assert until(lambda: gone(child))


def test_the_next_run_ends_what_a_killed_one_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "GRACE", PATIENCE)
    left = subprocess.Popen(["sleep", "600"], process_group=0)
    register = tmp_path / "run.json"
    register.write_text(json.dumps([Leftover("web", left.pid, identity(left.pid), signal.SIGTERM).as_json()]))
    said: list[str] = []

    end_leftovers(register, said.append)

    assert left.wait(PATIENCE) == -signal.SIGTERM
    assert said == ["Ending web, left over from a run that was killed."]


def test_a_stranger_with_the_number_of_a_dead_child_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "600"], process_group=0)
    register = tmp_path / "run.json"
    register.write_text(json.dumps([Leftover("web", stranger.pid, "another boot 1", signal.SIGTERM).as_json()]))

    try:
        end_leftovers(register, lambda words: None)

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_one_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    children = """
try:
    child = sh("web", "echo no such module; exit 3", ready=lambda: False)
    supervisor.start(child)
    supervisor.wait_for(child)
except Failed as failed:
    say(str(failed)); supervisor.stop(); sys.exit(1)
"""
    command = [sys.executable, "-c", PREAMBLE + children, str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert done.returncode == 1
    assert "web did not start." in done.stdout
    assert "  web | no such module" in done.stdout


def test_a_request_to_stop_is_heard_while_something_runs_once(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    children = f"""
say("up")
try:
    supervisor.run("migrate", ("/bin/sh", "-c", "touch {begun}; sleep 600"))
except Stopped:
    say("stopped")
sys.exit(0)
"""
    with supervisor(tmp_path, children) as run:
        assert until(begun.exists)

        run.terminate()

        assert "stopped" in ended(run)
