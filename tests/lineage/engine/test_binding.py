"""What binds one actor: the own licence, what they hold, what comes from themselves, what they are exempt from."""

from lineage.engine.document import Exemption, Facts, LineageFile, Term
from tests.lineage.engine.small_files import (
    NO_HOSTING,
    OPEN,
    artefact,
    asked,
    codes,
    day,
    file_of,
    grant,
    inheritance_of,
    licence,
    made,
)

PAID = licence("paid", "attribution")


def test_the_own_licence_is_that_of_the_day_of_acquisition() -> None:
    file = file_of(
        OPEN, NO_HOSTING, grant("m", "open", "2022-01-01"), grant("m", NO_HOSTING.id, "2023-01-01"), artefacts="m"
    )

    assert asked(file, "m", "host").verdict == "blocked"
    assert asked(file, "m", "host", acquired_on=day("2022-12-31")).verdict == "allowed"
    assert asked(file, "m", "host", acquired_on=day("2021-12-31")).reasons[0].code == "unknown-licence"


def test_own_terms_bind_whether_they_carry_or_not() -> None:
    file = file_of(licence("its", *NO_HOSTING.terms, "use-list"), grant("m", "its"), artefacts="m")

    assert codes(asked(file, "m", "host")) == ["no-hosting", "use-list"]
    assert asked(file, "m", "host").reasons[0].path == ("m",)


def test_a_licensor_needs_no_licence_for_their_own_work() -> None:
    file = file_of(artefact("m", licensor="mika"))

    assert asked(file, "m", "host", actor="mika").verdict == "allowed"
    assert asked(file, "m", "host", actor="jo").verdict == "unclear"
    assert asked(file, "m", "host").verdict == "unclear"


def test_what_comes_from_the_actor_gives_no_reason_and_no_risk() -> None:
    theirs = licence("theirs", "no-hosting", control=("revocable",))
    file = file_of(
        theirs,
        artefact("v1", licensor="mika"),
        artefact("v2", licensor="mika"),
        grant("v1", "theirs"),
        grant("v2", "theirs"),
        made("v1", "v2"),
    )

    to_mika, to_jo = asked(file, "v2", "host", actor="mika"), asked(file, "v2", "host", actor="jo")

    assert (to_mika.verdict, to_mika.reasons, to_mika.risks) == ("allowed", (), ())
    assert (to_jo.verdict, to_jo.risks) == ("blocked", ("revocable",))


def test_an_absent_actor_is_not_an_absent_licensor() -> None:
    file = file_of(NO_HOSTING, grant("m", NO_HOSTING.id), artefacts="m")

    assert asked(file, "m", "host").verdict == "blocked"


def held(file: LineageFile, name: str, **holds: str) -> list[str]:
    return codes(asked(file, name, "host", holds=tuple(holds.items())))


def test_a_licence_that_is_held_stands_in_for_the_own_one() -> None:
    file = file_of(NO_HOSTING, PAID, grant("m", NO_HOSTING.id), artefacts="m")

    assert held(file, "m", m="paid") == ["attribution"]


def test_a_licence_that_is_held_stands_in_for_one_that_nobody_knows() -> None:
    assert held(file_of(PAID, artefacts="m"), "m", m="paid") == ["attribution"]


def test_a_licence_held_on_an_ancestor_stands_in_with_what_carries_to_derivatives() -> None:
    mixed = licence("mixed", "attribution", Term("state-changes", carries="copies"))
    file = file_of(
        NO_HOSTING, OPEN, mixed, grant("a", NO_HOSTING.id), grant("b", "open"), made("a", "b"), artefacts="a b"
    )

    (reason,) = asked(file, "b", "host", holds=(("a", "mixed"),)).reasons

    assert (reason.code, reason.path) == ("attribution", ("b", "a"))
    assert held(file, "a", a="mixed") == ["attribution", "state-changes"]


def test_what_is_held_and_what_is_hidden_come_by_the_shortest_of_several_ways() -> None:
    # The first text of z came by b, which sorts before z; the second came straight.
    first, second = licence("first"), licence("second")
    file = file_of(
        first,
        second,
        OPEN,
        PAID,
        artefact("z", undisclosed_parents=True),
        grant("z", "first", "2021-01-01"),
        grant("z", "second", "2022-01-01"),
        grant("b", "open"),
        grant("c", "open"),
        made("z", "b", "2021-06-01"),
        made("b", "c"),
        made("z", "c", "2022-06-01"),
        artefacts="b c",
    )

    held_reasons = asked(file, "c", "host", holds=(("z", "paid"),)).reasons

    assert [(reason.code, reason.path) for reason in held_reasons] == [
        ("undisclosed-parents", ("c", "z")),
        ("attribution", ("c", "z")),
    ]
    assert [(reason.code, reason.path) for reason in asked(file, "c", "host").reasons] == [
        ("undisclosed-parents", ("c", "z"))
    ]


def test_a_licence_held_on_something_unrelated_changes_nothing() -> None:
    file = file_of(NO_HOSTING, PAID, grant("m", NO_HOSTING.id), artefacts="m x")

    assert held(file, "m", x="paid") == ["no-hosting"]


def test_what_is_held_is_as_certain_as_what_it_stands_in_for() -> None:
    worse = licence("worse", "no-hosting")
    file = file_of(OPEN, worse, grant("a", "open"), grant("b", "open"), made("a", "b", certain=False), artefacts="a b")

    assert asked(file, "b", "host", holds=(("a", "worse"),)).verdict == "unclear"


def test_a_held_licence_stands_in_for_what_the_licensor_has_added_since() -> None:
    old, new = licence("old", control=("may-change",)), licence("new", "no-hosting")
    file = file_of(old, new, PAID, grant("m", "old", "2022-01-01"), grant("m", "new", "2023-01-01"), artefacts="m")

    bound = asked(file, "m", "host", acquired_on=day("2022-06-01"))
    free = asked(file, "m", "host", acquired_on=day("2022-06-01"), holds=(("m", "paid"),))

    assert codes(bound, "blocked") == ["no-hosting"]
    assert codes(free) == ["attribution"]


def test_the_risks_are_those_of_the_licence_that_is_held() -> None:
    paid = licence("paid", control=("revocable", "irrevocable"))
    file = file_of(licence("its", control=("may-change",)), paid, grant("m", "its"), artefacts="m")

    assert asked(file, "m", "run").risks == ("may-change",)
    assert asked(file, "m", "run", holds=(("m", "paid"),)).risks == ("revocable",)


def test_an_exemption_silences_a_term_for_those_it_names() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        grant("a", NO_HOSTING.id),
        grant("b", "open"),
        made("a", "b"),
        Exemption("a", "no-hosting", ("bigsite",)),
        artefacts="a b",
    )

    assert asked(file, "b", "host", actor="bigsite").verdict == "allowed"
    assert asked(file, "b", "host", actor="smallsite").verdict == "blocked"
    assert asked(file, "b", "host").verdict == "blocked"


def test_an_exemption_speaks_of_one_artefacts_term_only() -> None:
    file = file_of(
        NO_HOSTING,
        grant("a", NO_HOSTING.id),
        grant("b", NO_HOSTING.id),
        made("a", "b"),
        Exemption("a", "no-hosting", ("bigsite",)),
        artefacts="a b",
    )

    (reason,) = asked(file, "b", "host", actor="bigsite").reasons

    assert reason.origin == "b"


def test_the_lineage_knows_nothing_of_actors() -> None:
    file = file_of(
        NO_HOSTING,
        OPEN,
        PAID,
        artefact("a", licensor="mika"),
        artefact("b"),
        grant("a", NO_HOSTING.id),
        grant("b", "open"),
        made("a", "b"),
        Exemption("a", "no-hosting", ("mika",)),
    )

    given = asked(file, "b", "host", actor="mika", holds=(("a", "paid"),))

    assert given.verdict == "allowed"
    assert given.lineage == inheritance_of(file).state("b") == "tainted"


def test_an_own_licence_that_may_change_brings_all_terms_of_the_newer_one() -> None:
    old = licence("old", control=("may-change",))
    new = licence("new", Term("no-hosting", carries="none"))
    file = file_of(old, new, grant("m", "old", "2022-01-01"), grant("m", "new", "2023-01-01"), artefacts="m")
    taken = day("2022-06-01")

    assert asked(file, "m", "host", acquired_on=taken).verdict == "blocked"
    assert asked(file, "m", "host", acquired_on=taken, policy="lenient").verdict == "unclear"
    assert asked(file, "m", "host", on="2022-12-31", acquired_on=taken).verdict == "allowed"
    assert asked(file, "m", "host", acquired_on=taken).lineage == "clean"


def test_an_own_licence_that_comes_directly_does_not_change_by_itself() -> None:
    old, new = licence("old", control=("direct",)), NO_HOSTING
    file = file_of(old, new, grant("m", "old", "2022-01-01"), grant("m", new.id, "2023-01-01"), artefacts="m")

    assert asked(file, "m", "host", acquired_on=day("2022-06-01"), facts=Facts(monetised=True)).verdict == "allowed"
