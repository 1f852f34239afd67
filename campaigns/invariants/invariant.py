from dataclasses import dataclass

from django.utils.functional import Promise as LazyText


@dataclass(frozen=True, slots=True)
class Invariant:
    """`waits` marks what is no fault of the books: something that a person must look at."""

    name: str
    sentence: LazyText
    sql: str
    waits: bool = False
