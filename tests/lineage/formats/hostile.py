"""Input that nobody sends by mistake, for every importer, and the time that a refusal may take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

JAPANESE = "美しいアジア人モデルのカード。マージ利用モデル一覧"


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails if what is inside computes longer. Not counted is what the machine does for others meanwhile."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < seconds
