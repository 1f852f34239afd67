"""Places in a close where a test may kill the process, to see that nothing depends on its going on.

They do nothing unless a test armed one, which needs the test settings: `FAILPOINT_FILE` then names a file with the
name of one place and the number of the passing at which the process dies there by SIGKILL. Whoever dies takes the
file away first, so that the next process passes, and writes what was hit beside it.
"""

import os
import signal
from pathlib import Path

from django.conf import settings

#: Every place there is, and what has just happened when a process passes it.
FAILPOINTS = {
    "close.begun": "the stage is closing, and no step was taken",
    "close.leased": "this process has the lease of the close",
    "close.step_done": "a step was taken, and its row is not written",
    "close.step_written": "the row of a step is written",
    "close.frozen_page": "one open page was expired at Stripe",
    "close.drained_pledge": "Stripe was asked about one pledge under way",
    "charge.planned": "the attempts of a batch are written, and no call was made",
    "charge.before_call": "a call to Stripe is about to be made",
    "charge.after_call": "Stripe has answered, and nothing is written",
    "charge.attempt_written": "the answer is written to the attempts, and not to the pledges",
    "charge.pledge_written": "the answer is written to the pledges",
    "settle.before_books": "Stripe was asked how a payment stands, and nothing is written",
    "settle.coin_booked": "one coin of a bundle is in the ledger, in a transaction that is not committed",
    "settle.booked": "the ledger has the payment, in a transaction that is not committed",
    "settle.committed": "the payment is in the ledger for good",
    "verdict.before_commit": "the verdict is written, in a transaction that is not committed",
    "verdict.committed": "the verdict is written for good",
    "publish.before_commit": "the outcome is written, in a transaction that is not committed",
    "refund.planned": "a refund is written, and no call was made",
    "refund.after_call": "Stripe has made the refund, and nothing is written",
    "refund.answer_written": "the answer is written to the attempt, and the ledger does not know",
    "payout.planned": "a payout is written, and no call was made",
    "payout.after_call": "Stripe has made the transfer, and nothing is written",
    "payout.answer_written": "the answer is written to the attempt, and the ledger does not know",
}
_passed: dict[str, int] = {}


def reach(name: str) -> None:
    """Pass a place by its name, which must be in FAILPOINTS. Dies there if a test says so."""
    file = settings.FAILPOINT_FILE
    if not file:
        return
    assert name in FAILPOINTS, f"{name} is no failpoint: add it to campaigns/failpoints.py"
    _passed[name] = _passed.get(name, 0) + 1
    _die_if_asked(Path(file), name, _passed[name])


def passed() -> dict[str, int]:
    """How often this process has passed each place, for a test that wants to die at the last."""
    return dict(_passed)


def forget() -> None:
    """Count from the beginning again: for a process that was forked."""
    _passed.clear()


def _die_if_asked(file: Path, name: str, passing: int) -> None:
    try:
        armed, at = file.read_text().split()
    except OSError:
        return
    if armed == name and int(at) == passing:
        file.rename(file.with_suffix(".hit"))
        os.kill(os.getpid(), signal.SIGKILL)
