"""Licence texts beside each other."""

from dataclasses import replace

from lineage.engine.document import Licence, Term
from lineage.engine.side_by_side import Row, side_by_side
from tests.lineage.engine.small_files import licence
from tests.lineage.engine.test_data import data


def compared(*licences: Licence) -> dict[str, Row]:
    return {row.code: row for row in side_by_side(licences)}


def of(name: str, *ids: str) -> list[Licence]:
    known = {each.id: each for each in data(name).licences}
    return [known[id] for id in ids]


def test_only_the_dreamlike_text_of_25_december_lets_the_licensor_change_and_forbid() -> None:
    rows = side_by_side(of("bra", "dreamlike-1.0-2022-12-11", "dreamlike-1.0-2022-12-25"))

    different = [
        (row.code, row.difference, [cell.says for cell in row.cells]) for row in rows if row.difference != "same"
    ]
    assert different == [
        ("may-change", "only-here", [False, True]),
        ("may-prohibit", "only-here", [False, True]),
    ]


def test_the_three_texts_of_sd3_differ_in_what_they_limit() -> None:
    rows = compared(*of("pony", "stabilityai-nc-research", "stabilityai-creator", "stabilityai-community-2024-07-05"))

    assert rows["no-commercial-model"].difference == "only-here"
    assert [cell.limits for cell in rows["images-max"].cells] == [(), (6000,), ()]
    assert rows["revenue-max"].difference == "not-everywhere"
    assert rows["use-list"].difference == rows["revocable"].difference == "same"


def test_another_number_and_another_reach_are_differences_and_another_quote_is_none() -> None:
    one = licence("one", "team-size-max 10", Term("no-hosting"), Term("attribution", quote="said so"))
    two = licence("two", "team-size-max 3", Term("no-hosting", reaches_outputs=True), Term("attribution", clause="4"))

    rows = compared(one, two)

    assert {code: row.difference for code, row in rows.items()} == {
        "team-size-max": "limit",
        "no-hosting": "reach",
        "attribution": "same",
    }


def test_a_thing_that_is_a_restriction_and_a_duty_stands_once() -> None:
    row = compared(licence("one", "no-nft-outputs"), licence("two", "no-nft-outputs"))["no-nft-outputs"]

    assert row.group == "restrictions"
    assert len(side_by_side([licence("one", "no-nft-outputs")])) == 1


def test_the_groups_keep_their_order_and_differences_come_first_in_each() -> None:
    one = licence("one", "attribution", "no-hosting", "selling-unstated", outbound=("superset",), control=("direct",))
    two = replace(licence("two", "no-hosting", "no-redistribution", "attribution"), or_later=True)

    rows = side_by_side([one, two])

    assert [(row.group, row.code) for row in rows] == [
        ("restrictions", "no-redistribution"),
        ("restrictions", "no-hosting"),
        ("duties", "attribution"),
        ("gaps", "selling-unstated"),
        ("outbound", "superset"),
        ("control", "direct"),
        ("or-later", "or-later"),
    ]


def test_texts_of_which_nothing_is_on_file_have_no_rows() -> None:
    assert side_by_side([licence("one"), licence("two")]) == []
