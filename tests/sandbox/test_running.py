"""The process: flags, restart with the same file, an end within a second."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.options import read_options
from tests.sandbox.stand import Receiver, Stand, eventually, fetch, started

ROOT = Path(__file__).resolve().parents[2]


def test_a_restart_keeps_everything(receiver: Receiver, tmp_path: Path) -> None:
    file = str(tmp_path / "var" / "sandbox.sqlite")
    first = started(receiver, file)
    paid, still_open = first.paid(), first.open_session()
    fields = {"payment_intent": paid["payment_intent"], "amount": "200"}
    refunded = first.api("POST", "refunds", fields, Idempotency_Key="one")
    first.sandbox.stop()

    second = started(receiver, file)
    try:
        again = second.api("POST", "refunds", fields, Idempotency_Key="one")

        assert again.body == refunded.body and again.headers["Idempotent-Replayed"] == "true"
        assert second.oracle()["totals"]["jpy"]["refunded"] == 200
        assert second.client().v1.checkout.sessions.retrieve(paid["id"]).payment_status == "paid"
        assert second.complete(still_open.id)["status"] == "complete"
    finally:
        second.sandbox.stop()


def test_a_restart_goes_on_with_what_was_due(receiver: Receiver, tmp_path: Path) -> None:
    file = str(tmp_path / "sandbox.sqlite")
    receiver.answers[:] = [503] * 6
    first = started(receiver, file)
    session = first.paid()
    eventually(lambda: len(receiver.arrived) >= 4)
    first.sandbox.stop()
    told_before = len(receiver.arrived)

    second = started(receiver, file)
    try:
        eventually(lambda: all(d["status"] == "delivered" for d in second.control("GET", "deliveries")["deliveries"]))
        [charge] = second.client().v1.charges.list(params={"payment_intent": session["payment_intent"]}).data

        assert len(receiver.arrived) > told_before
        assert eventually(lambda: "charge.updated" in receiver.types())
        assert charge.balance_transaction is not None
    finally:
        second.sandbox.stop()


def test_reset_forgets_everything_where_it_is_allowed(stand: Stand, tmp_path: Path) -> None:
    stand.paid()

    stand.control("POST", "reset")

    assert stand.oracle()["payments"] == []
    assert stand.client().v1.events.list().data == []
    careful = started(stand.receiver)
    try:
        assert careful.try_control("POST", "reset").status == 403
    finally:
        careful.sandbox.stop()


def test_options_come_from_flags_then_from_the_environment() -> None:
    environment = {
        "SANDBOX_PORT": "9001",
        "SANDBOX_WEBHOOK_URL": "http://127.0.0.1:9000/",
        "SANDBOX_DATABASE": "x.sqlite",
    }

    options = read_options(["--database", ":memory:", "--webhook-secret", "whsec_given"], environment)

    assert (options.port, options.database) == (9001, ":memory:")
    assert (options.webhook_url, options.webhook_secret) == ("http://127.0.0.1:9000/", "whsec_given")
    assert not options.allow_reset


def test_the_ids_of_a_run_can_be_counted_from_a_word(receiver: Receiver) -> None:
    def ids_of_a_run(seed: str) -> list[str]:
        stand = started(receiver, seed=seed)
        try:
            return [stand.saved().customer, stand.open_session().id]
        finally:
            stand.sandbox.stop()

    first, again, other = (ids_of_a_run(seed) for seed in ("bra", "bra", "another"))

    assert first == again != other


@pytest.mark.parametrize(
    "flags",
    [
        ["--webhook-url", "localhost:8000"],
        ["--port", "http"],
        ["--thin-webhook-url", "localhost:8000"],
        ["--available-after", "soon"],
        ["--seed", "bra"],
    ],
)
def test_options_that_make_no_sense_end_the_program(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options(flags, {})

    assert flags[0] in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_process_within_a_second(number: signal.Signals, receiver: Receiver, tmp_path: Path) -> None:
    # A machine that does much else may hold up this one or that.
    assert any(seconds_to_end(number, receiver, tmp_path) < 1.0 for _ in range(8))


def seconds_to_end(number: signal.Signals, receiver: Receiver, folder: Path) -> float:
    """From the signal on."""
    flags = ["--port", "0", "--database", str(folder / "s.sqlite"), "--webhook-url", receiver.url]
    command = [sys.executable, "-m", "sandbox", *flags]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        url = next(word.rstrip(",") for word in line.split() if word.startswith("http://"))
        assert "not Stripe" in line and fetch("GET", f"{url}/_control/health").json["status"] == "ok"
        asked = time.monotonic()

        process.send_signal(number)

        assert process.wait(timeout=60) == 0
        return time.monotonic() - asked
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_is_taken_is_said_plainly(stand: Stand) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", str(stand.sandbox.port), "--database", ":memory:"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert ended.returncode == 1 and "cannot be used" in ended.stderr and "Traceback" not in ended.stderr


def test_it_imports_nothing_but_the_standard_library() -> None:
    script = (
        "import sys, sandbox.__main__;"
        "own = {name.partition('.')[0] for name, m in sys.modules.items() if getattr(m, '__file__', None)};"
        "print(sorted(own - set(sys.stdlib_module_names) - {'__main__'}))"
    )

    seen = subprocess.run([sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "['sandbox']"
