"""Ids for what is put into a file for the sake of a question."""

from collections.abc import Container


def free_id(wanted: str, taken: Container[str]) -> str:
    """The wanted id, with a number behind it if it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
