"""Long columns of whole numbers, and the loops over them: compiled ones over numpy arrays, or plain ones over lists.

The loops are one and the same Python functions. Where numpy and numba are installed (the optional extra `scale`), they
run as machine code; without them they run as they stand. No other file of the engine knows which of the two it is.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final, Protocol

try:
    import numba
    import numpy
    from numba.extending import register_jitable
except ImportError:
    COMPILES = False
else:
    COMPILES = True

type Ints = Any
"""A list of whole numbers, or a one-dimensional array of them. It is read and written by index only."""

WIDTHS: Final = ("uint8", "int32", "int64")


# No loop makes or keeps an array. Told so (`_nrt`), numba leaves out the counting of references, which took four fifths
# of the time where columns are handed to inner functions in tuples.
_COMPILED_SO: Final[dict[str, Any]] = {"_nrt": False}


def inner[F: Callable[..., Any]](loop: F) -> F:
    """Lets a compiled loop call this function. Called from elsewhere it stays what it is."""
    marked: F = register_jitable(forceinline=True, **_COMPILED_SO)(loop) if COMPILES else loop
    return marked


class Machine(Protocol):
    """Where columns live and loops run.

    `word_bits` is how many flags one number of a column holds; 0 says that there is no end to it.
    """

    word_bits: int

    def run[F: Callable[..., Any]](self, loop: F) -> F:
        """The loop, compiled if this machine compiles."""

    def column(self, values: Iterable[int], width: str) -> Ints:
        """Values in a column of their own; `width` is one of WIDTHS."""

    def given(self, values: Iterable[int], width: str) -> Ints:
        """The same without a copy where that can be: a column to read only."""

    def filled(self, count: int, value: int, width: str) -> Ints:
        """A column of one value, many times."""

    def places(self, column: Ints) -> list[int]:
        """Where a column is not 0."""

    def find(self, value: int, column: Ints, begin: int, end: int) -> int:
        """The first place of a value from `begin` to `end`, which is excluded. It must be there."""

    def spread(self, column: Ints) -> tuple[int, int]:
        """The smallest and the largest value; 0 and 0 of nothing."""

    def plain(self, column: Ints) -> list[int]:
        """A column as Python's own numbers."""

    def octets(self, column: Ints, per_row: int) -> bytes:
        """A column as bytes that are the same on every machine; `per_row` numbers of it make one set of flags."""


class Lists:
    """Plain Python. A number has no end here, so that one holds any set of flags."""

    word_bits = 0

    def run[F: Callable[..., Any]](self, loop: F) -> F:
        return loop

    def column(self, values: Iterable[int], width: str) -> Ints:
        return values.tolist() if hasattr(values, "tolist") else list(values)

    def given(self, values: Iterable[int], width: str) -> Ints:
        return values if isinstance(values, list) else self.column(values, width)

    def filled(self, count: int, value: int, width: str) -> Ints:
        return [value] * count

    def places(self, column: Ints) -> list[int]:
        return [place for place, value in enumerate(column) if value]

    def find(self, value: int, column: Ints, begin: int, end: int) -> int:
        place: int = column.index(value, begin, end)
        return place

    def spread(self, column: Ints) -> tuple[int, int]:
        return (min(column), max(column)) if len(column) else (0, 0)

    def plain(self, column: Ints) -> list[int]:
        return list(column)

    def octets(self, column: Ints, per_row: int) -> bytes:
        mask = (1 << WORD_BITS) - 1
        words = (number >> (WORD_BITS * place) & mask for number in column for place in range(per_row))
        return b"".join(word.to_bytes(8, "little") for word in words)


WORD_BITS: Final = 62
"""Flags in one 64-bit number; its sign stays out of it."""


class Compiled:
    """numpy and numba. The first run of a loop compiles it; later processes find it in numba's cache."""

    word_bits = WORD_BITS

    def run[F: Callable[..., Any]](self, loop: F) -> F:
        compiled: F = _compiled(loop)
        return compiled

    def column(self, values: Iterable[int], width: str) -> Ints:
        if isinstance(values, range):
            return numpy.arange(values.start, values.stop, values.step, dtype=width)
        return numpy.array(values if hasattr(values, "__array__") else list(values), dtype=width)

    def given(self, values: Iterable[int], width: str) -> Ints:
        return numpy.ascontiguousarray(values, dtype=width)

    def filled(self, count: int, value: int, width: str) -> Ints:
        return numpy.full(count, value, dtype=width)

    def places(self, column: Ints) -> list[int]:
        found: list[int] = numpy.flatnonzero(column).tolist()
        return found

    def find(self, value: int, column: Ints, begin: int, end: int) -> int:
        return begin + int(numpy.flatnonzero(column[begin:end] == value)[0])

    def spread(self, column: Ints) -> tuple[int, int]:
        return (int(column.min()), int(column.max())) if len(column) else (0, 0)

    def plain(self, column: Ints) -> list[int]:
        plain: list[int] = column.tolist()
        return plain

    def octets(self, column: Ints, per_row: int) -> bytes:
        octets: bytes = column.astype("<i8").tobytes()
        return octets


@cache
def _compiled(loop: Callable[..., Any]) -> Any:
    return numba.njit(**_COMPILED_SO, cache=True)(loop)


def best_machine() -> Machine:
    """The compiled one where it is installed."""
    return Compiled() if COMPILES else Lists()
