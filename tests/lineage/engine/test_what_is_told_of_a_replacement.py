"""What a what-if says besides what is freed: an obstacle in full, the days, the refusals, the two files as one."""

from itertools import pairwise

import pytest

from lineage.engine.document import (
    Artefact,
    Exemption,
    Grant,
    Licence,
    LineageFile,
    LineageFileError,
    Prohibition,
    Question,
    Term,
)
from lineage.engine.use_strip import Use
from lineage.engine.whatif import Obstacle, joined, obstacles, only_new_end, what_if, with_clean_stand_in
from tests.lineage.engine.small_files import (
    NO_HOSTING,
    OPEN,
    TODAY,
    artefact,
    day,
    file_of,
    grant,
    inheritance_of,
    licence,
    made,
)

CHANGING = licence("changing", control=("may-change",))


def refused(call: object, *arguments: object, **options: object) -> str:
    with pytest.raises(LineageFileError) as error:
        call(*arguments, **options)  # type: ignore[operator]
    return str(error.value)


def test_an_obstacle_tells_all_that_is_known_of_it() -> None:
    limited = licence("limited", Term("revenue-max", limit=5, clause="2.b"), "no-hosting")
    file = file_of(
        limited,
        OPEN,
        artefact("hiding", undisclosed_parents=True),
        grant("a", "limited"),
        grant("b", "limited"),
        grant("hiding", "open"),
        made("a", "m"),
        made("b", "m", certain=False),
        made("hiding", "m"),
        made("lost", "m"),
        artefacts="a b m lost",
    )

    assert obstacles(inheritance_of(file), "m") == (
        Obstacle("no-hosting", "a", True, ("m", "a"), "limited"),
        Obstacle("revenue-max", "a", True, ("m", "a"), "limited", "2.b", 5),
        Obstacle("unknown-licence", "lost", True, ("m", "lost"), "unknown-licence"),
        Obstacle("no-hosting", "b", False, ("m", "b"), "limited"),
        Obstacle("revenue-max", "b", False, ("m", "b"), "limited", "2.b", 5),
        Obstacle("undisclosed-parents", "hiding", False, ("m", "hiding")),
    )


def test_obstacles_of_one_origin_are_told_by_licence() -> None:
    one, other = licence("one", "no-hosting"), licence("other", "no-hosting")
    file = file_of(
        one,
        other,
        grant("a", "other", "2020-01-01"),
        grant("a", "one", "2021-01-01"),
        made("a", "m", ("2020-06-01", "2021-06-01")),
        artefacts="a m",
    )

    assert [each.licence for each in obstacles(inheritance_of(file), "m")] == ["one", "other"]


@pytest.mark.parametrize("turned", [False, True])
def test_obstacles_of_one_kind_are_told_by_their_limit(turned: bool) -> None:
    terms = [Term("revenue-max", limit) for limit in (5, 10, 20)]
    limits = licence("limits", *(reversed(terms) if turned else terms))
    file = file_of(limits, grant("a", "limits"), made("a", "m"), artefacts="a m")

    assert [each.limit for each in obstacles(inheritance_of(file), "m")] == [5, 10, 20]


def test_a_what_if_is_of_its_day_and_policy() -> None:
    file = file_of(
        CHANGING,
        NO_HOSTING,
        OPEN,
        grant("old", "changing"),
        grant("old", NO_HOSTING.id, "2023-01-01"),
        grant("new", "changing"),
        grant("new", NO_HOSTING.id, "2023-06-01"),
        grant("end", "open"),
        made("old", "end"),
        artefacts="old new end",
    )
    host = {"host": Use("host")}

    def told(on: str, policy: str, taken_on: str | None = None) -> tuple[str, str, tuple[str, str]]:
        found = what_if(
            file, "old", "new", on=day(on), policy=policy, uses=host, taken_on=day(taken_on) if taken_on else None
        )
        end = found.changes[-1]
        return end.before, end.after, end.strip["host"]

    assert told("2022-12-31", "strict") == ("clean", "clean", ("allowed", "allowed"))
    assert told("2023-03-01", "strict") == ("tainted", "clean", ("blocked", "allowed"))
    assert told("2023-03-01", "lenient") == ("suspect", "clean", ("unclear", "allowed"))
    assert told("2023-07-01", "strict", "2023-03-01") == ("tainted", "tainted", ("blocked", "blocked"))
    assert told("2023-07-01", "lenient", "2023-03-01") == ("suspect", "suspect", ("unclear", "unclear"))
    assert told("2023-07-01", "lenient") == ("suspect", "tainted", ("unclear", "blocked"))
    assert what_if(file, "old", "new", on=day("2023-07-01"), taken_on=day("2023-03-01")).changes[-1].after == "tainted"


def test_it_names_both_and_keeps_what_each_inherits() -> None:
    file = file_of(
        NO_HOSTING, OPEN, grant("old", NO_HOSTING.id), grant("new", "open"), made("old", "end"), artefacts="old new end"
    )

    found = what_if(file, "old", "new", on=day(TODAY))

    assert (found.old, found.new, found.on) == ("old", "new", day(TODAY))
    assert [(change.artefact, change.judged_as) for change in found.changes] == [("old", "new"), ("end", "end")]
    assert (found.before.state("end"), found.after.state("end")) == ("tainted", "clean")


def test_only_the_uses_that_are_asked_for_are_told() -> None:
    file = file_of(OPEN, grant("old", "open"), made("old", "end"), artefacts="old new end")

    found = what_if(file, "old", "new", on=day(TODAY), uses={"mine": Use("run")})

    assert [list(change.strip) for change in found.changes] == [["mine"], ["mine"]]


def test_refusals_say_where_and_why() -> None:
    file = file_of(artefacts="a b")
    long = file_of(
        *(made(f"m{one}", f"m{other}") for one, other in pairwise(range(1_416))),
        artefacts=" ".join(["new", *(f"m{number}" for number in range(1_416))]),
    )

    missing = "artefacts: there is no artefact 'c' to replace or to put in its place"
    assert refused(what_if, file, "c", "a", on=day(TODAY)) == missing
    assert refused(what_if, file, "a", "c", on=day(TODAY)) == missing
    assert refused(what_if, file, "a", "a", on=day(TODAY)) == "artefacts: the replacement of 'a' needs an id of its own"
    assert (
        refused(what_if, long, "m0", "new", on=day(TODAY), uses={})
        == "derivations: too much descends from it to be judged at once; use a smaller file"
    )


ONE = file_of(
    NO_HOSTING,
    OPEN,
    grant("a", "open"),
    grant("b", "open"),
    made("a", "b"),
    Exemption("a", "no-hosting", ("mika",)),
    Prohibition("a", day(TODAY)),
    Question("Q", "b", "host", day(TODAY)),
    artefacts="a b",
)
OTHER = file_of(
    OPEN,
    licence("else"),
    grant("b", "open"),
    grant("c", "else"),
    made("a", "b"),
    made("b", "c"),
    Exemption("a", "no-hosting", ("mika",)),
    Exemption("c", "use-list", ("jo",)),
    Prohibition("a", day(TODAY)),
    Prohibition("c", day(TODAY)),
    Question("Q", "c", "host", day(TODAY)),
    artefacts="a b c",
)


def test_two_files_as_one_have_everything_once_and_no_questions() -> None:
    assert joined(ONE, OTHER) == file_of(
        NO_HOSTING,
        OPEN,
        licence("else"),
        grant("a", "open"),
        grant("b", "open"),
        grant("c", "else"),
        made("a", "b"),
        made("b", "c"),
        Exemption("a", "no-hosting", ("mika",)),
        Exemption("c", "use-list", ("jo",)),
        Prohibition("a", day(TODAY)),
        Prohibition("c", day(TODAY)),
        artefacts="a b c",
    )


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        (file_of(licence("open", "use-list")), "licences: 'open'"),
        (file_of(artefact("a", licensor="jo")), "artefacts: 'a'"),
    ],
)
def test_what_two_files_tell_differently_is_refused_with_its_place(addition: LineageFile, words: str) -> None:
    assert refused(joined, ONE, addition) == f"{words} is told differently in the two files; use one wording in both"


def test_an_addition_with_two_ends_or_none_asks_which() -> None:
    two = file_of(artefacts="y x")

    words = "artefacts: which one is the replacement? Candidates: {}. Name it with --as ID"
    assert refused(only_new_end, ONE, two) == words.format("y, x")
    assert refused(only_new_end, ONE, ONE) == words.format("none")
    assert only_new_end(ONE, OTHER) == "c"


def test_a_clean_stand_in_is_its_makers_and_has_a_text_without_terms() -> None:
    file = file_of(
        licence("no-terms", "no-hosting"),
        artefact("first", licensor="jo"),
        artefact("old", licensor="mika"),
        artefact("clean-stand-in"),
    )

    added, new = with_clean_stand_in(file, "old")

    assert new == "clean-stand-in-2"
    assert added.licences[1:] == (Licence("no-terms-2"),)
    assert added.artefacts[3:] == (Artefact(new, new, licensor="mika"),)
    assert added.grants == (Grant(new, "no-terms-2", day("0001-01-01")),)
