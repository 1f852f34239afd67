"""Identifiers that look like Stripe's test-mode ones."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits
LENGTHS = {"cs_test_a1": 56, "req_": 14, "cus_": 14, "prod_": 14}


def new_id(prefix: str) -> str:
    """A fresh random id, for example `pi_3Q...`."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(LENGTHS.get(prefix, 24)))
