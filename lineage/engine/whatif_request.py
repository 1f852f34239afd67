"""A what-if question as one JSON value: the file, what is replaced, and the file that has what comes in its place.

    {"file": {...}, "replace": id, "with": {...}, "as"?: id, "on": day, "policy"?, "taken_on"?: day, "facts"?: {...}}

It is answered like `manage.py what_if`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lineage.engine.document import Facts, LineageFile, LineageFileError
from lineage.engine.effort import most_steps_of_strips
from lineage.engine.fields import Fields
from lineage.engine.pedigree import Pedigree
from lineage.engine.reading import from_json
from lineage.engine.reading_questions import read_facts
from lineage.engine.terms import FACTS, POLICIES
from lineage.engine.use_strip import EIGHT_USES, uses_by
from lineage.engine.whatif import WhatIf, descendants, joined, only_new_end, replaced, what_if

_REQUEST = frozenset({"file", "replace", "with", "as", "on", "policy", "taken_on", "facts"})


@dataclass(frozen=True, slots=True)
class Request:
    """The two files are joined in `file`; `old` and `new` are in it."""

    file: LineageFile
    old: str
    new: str
    on: date
    policy: str
    taken_on: date | None
    facts: Facts

    def answer(self) -> WhatIf:
        """Raises LineageFileError."""
        return what_if(
            self.file,
            self.old,
            self.new,
            on=self.on,
            policy=self.policy,
            taken_on=self.taken_on,
            uses=uses_by(self.facts),
        )

    def steps(self, most: int) -> int:
        """How much work the answer can make, before and after; told no further than `most`."""
        below = descendants(Pedigree(self.file), self.old)
        after = replaced(self.file, self.old, self.new, self.taken_on or self.on)
        steps = most_steps_of_strips(self.file, [self.old, *below], len(EIGHT_USES), most)
        return steps + most_steps_of_strips(after, [self.new, *below], len(EIGHT_USES), most)


def read_request(value: object) -> Request:
    """Raises LineageFileError with the place of what is wrong."""
    fields = Fields("", value, _REQUEST)
    file = _within("file", lambda: from_json(fields.given("file")))
    addition = _within("with", lambda: from_json(fields.given("with")))
    both = _within("with", lambda: joined(file, addition))
    known = {artefact.id for artefact in both.artefacts}
    old = fields.named("replace", "artefact", known)
    named = fields.optional_text("as")
    new = fields.named("as", "artefact", known) if named else _within("as", lambda: only_new_end(file, addition))
    if new == old:
        fields.refuse("as" if named else "with", f"the replacement of '{old}' needs an id of its own")
    return Request(
        both,
        old,
        new,
        on=fields.day("on"),
        policy=fields.optional_named("policy", "policy", POLICIES, "strict"),
        taken_on=fields.optional_day("taken_on"),
        facts=fields.within("facts", FACTS, read_facts) or Facts(),
    )


def _within[T](place: str, read: Callable[[], T]) -> T:
    """An error in a part of the request names the part first."""
    try:
        return read()
    except LineageFileError as error:
        raise LineageFileError(f"{place}.{error.place}" if error.place else place, error.says) from error
