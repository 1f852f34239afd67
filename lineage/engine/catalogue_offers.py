"""What each offer brings, as flags: names of licences, and classes of restrictions.

Terms that travel the same ways travel alike, so that all restrictions of one set of ways are one *class*. What a
licensor has added since counts where the name of the licence that allows it arrives: it is in the class of that name.
An unknown licence needs no class, since its one term travels just as its name does.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from lineage.engine.arrays import Ints, Machine
from lineage.engine.catalogue_taken import Said
from lineage.engine.document import Licence
from lineage.engine.grants import UNKNOWN
from lineage.engine.pedigree import BY_COPY, BY_DERIVING, BY_OUTPUTS, ways_of, ways_of_name
from lineage.engine.terms import is_restriction

WAYS: Final = (BY_OUTPUTS, BY_COPY, BY_DERIVING)
EVERY_WAY: Final = BY_OUTPUTS | BY_COPY | BY_DERIVING


class OfferColumns(NamedTuple):
    """What the loops look up.

    `flags` and `sure_flags` are `words` numbers for each offer, `classes` and `sure_classes` one, and `unexcused` too:
    the class of an unknown licence, which no licensor excuses. `passing_flags` and `passing_classes` are the same for
    each of the three ways. `shape` is (words, classes, the word and the flag of
    undisclosed parents).
    """

    flags: Ints
    sure_flags: Ints
    classes: Ints
    sure_classes: Ints
    unexcused: Ints
    passing_flags: Ints
    passing_classes: Ints
    shape: tuple[int, int, int, int]


class Offers:
    """The flags of each licence, and of every offer made so far."""

    def __init__(self, licences: Sequence[Licence], machine: Machine, policy: str) -> None:
        self.licences = (*licences, UNKNOWN)
        self._machine = machine
        self._strict = policy == "strict"
        self.unknown = len(licences)
        self.undisclosed = self.unknown + 1
        self.word_bits = machine.word_bits or self.undisclosed + 1
        self.words = self.undisclosed // self.word_bits + 1
        self.changeable = [int(bool({"may-change", "direct"} & set(each.control))) for each in self.licences]
        self._adds = [
            any(term.carries == "derivatives" and is_restriction(term.id) for term in each.terms)
            for each in self.licences
        ]
        self.classes = self._classes_in_use()
        self.every_way = 1 << self.classes.index(EVERY_WAY)
        self._said: dict[Said, int] = {}
        self._rows: list[tuple[int, int, int, int]] = []
        for number in range(len(self.licences)):
            for certain in (False, True):
                self.number_of((((number, certain),), None))

    def number_of(self, said: Said) -> int:
        """The number of an offer, a new one if it is new."""
        if said not in self._said:
            self._said[said] = len(self._rows)
            self._rows.append(self._brought_by(said))
        return self._said[said]

    def __len__(self) -> int:
        return len(self._rows)

    def columns(self) -> OfferColumns:
        """The flags of all offers as they stand; to be made again when an offer is new."""
        column = self._machine.column
        flags, sure_flags, classes, sure_classes = zip(*self._rows, strict=True)
        passing = [self._passing(way) for way in WAYS]
        return OfferColumns(
            column(self._in_words(flags), "int64"),
            column(self._in_words(sure_flags), "int64"),
            column(classes, "int32"),
            column(sure_classes, "int32"),
            column([each >> self.unknown & 1 and self.every_way for each in flags], "int32"),
            column(self._in_words(passing), "int64"),
            column([sum(1 << k for k, ways in enumerate(self.classes) if ways & way) for way in WAYS], "int32"),
            (self.words, len(self.classes), self.undisclosed // self.word_bits, self.flag_in_word(self.undisclosed)),
        )

    def flag_in_word(self, flag: int) -> int:
        return 1 << flag % self.word_bits

    def _in_words(self, flags: Sequence[int]) -> list[int]:
        mask = (1 << self.word_bits) - 1
        return [each >> (self.word_bits * word) & mask for each in flags for word in range(self.words)]

    def _passing(self, way: int) -> int:
        names = sum(1 << number for number, each in enumerate(self.licences) if ways_of_name(each) & way)
        return names | 1 << self.undisclosed

    def _classes_in_use(self) -> list[int]:
        """The sets of ways that something can travel; each is a class, numbered in this order.

        That of all ways is always one, as the class of unknown licences and of undisclosed parents.
        """
        ways = {ways_of(term) for each in self.licences for term in each.terms if is_restriction(term.id)}
        if any(self._adds):
            changeable = [each for each, can in zip(self.licences, self.changeable, strict=True) if can]
            ways |= {ways_of_name(each) for each in changeable}
        return sorted((ways | {EVERY_WAY}) - {0})

    def _brought_by(self, said: Said) -> tuple[int, int, int, int]:
        taken, newest = said
        flags = sure_flags = classes = sure_classes = 0
        for licence, certain in taken:
            brought, sure = self._restrictions(licence, newest)
            flags |= 1 << licence
            classes |= brought
            if certain:
                sure_flags |= 1 << licence
                sure_classes |= sure
        return flags, sure_flags, classes, sure_classes

    def _restrictions(self, licence: int, newest: tuple[int, bool] | None) -> tuple[int, int]:
        """The classes that a licence brings, and those for certain where it was itself taken for certain."""
        text = self.licences[licence]
        own = {ways_of(term) for term in text.terms if is_restriction(term.id)} - {0}
        sure = classes = sum(1 << self.classes.index(ways) for ways in own)
        if newest and self.changeable[licence] and newest[0] != licence and self._adds[newest[0]]:
            added = 1 << self.classes.index(ways_of_name(text))
            classes |= added
            sure |= added if newest[1] and self._strict else 0
        return classes, sure
