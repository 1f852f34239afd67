"""Identifiers that look like Stripe's test-mode ones: random, or counted from a seed."""

import itertools
import secrets
import string
import threading
from hashlib import sha256

ALPHABET = string.ascii_letters + string.digits
LENGTHS = {"cs_test_a1": 56, "req_": 14, "cus_": 14, "prod_": 14, "acct_": 16}


class Source:
    """Where the letters come from. With a seed the nth id of a run is the same in every run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seed = ""
        self._count = itertools.count()

    def sow(self, seed: str) -> None:
        """Counts from a seed from now on; an empty one goes back to chance."""
        with self._lock:
            self._seed, self._count = seed, itertools.count()

    def letters(self, length: int) -> str:
        """That many letters and digits."""
        with self._lock:
            if not self._seed:
                return "".join(secrets.choice(ALPHABET) for _ in range(length))
            number = next(self._count)
        digest = b"".join(sha256(f"{self._seed}:{number}:{part}".encode()).digest() for part in range(length // 32 + 1))
        return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])


SOURCE = Source()


def new_id(prefix: str) -> str:
    """A fresh id, for example `pi_3Q...`."""
    return prefix + SOURCE.letters(LENGTHS.get(prefix, 24))
