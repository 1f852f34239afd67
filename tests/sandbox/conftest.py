"""The fixtures of the sandbox's tests; they need no Django and no database."""

from collections.abc import Iterator

import pytest

from tests.sandbox.stand import Receiver, Stand, started


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where the sandbox posts its events."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def stand(receiver: Receiver) -> Iterator[Stand]:
    """A sandbox with nothing in it."""
    stand = started(receiver, allow_reset=True)
    yield stand
    stand.sandbox.stop()
