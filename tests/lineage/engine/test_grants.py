"""Which licence stood on which day, and what a maker took."""

import pytest

from lineage.engine.document import Derivation, Grant
from lineage.engine.grants import Taken, Timeline, licences_taken
from lineage.engine.terms import UNKNOWN_LICENCE
from tests.lineage.engine.small_files import TODAY, day, grant, made

EARLY = grant("p", "early", "2022-01-01", "2022-06-01")
LATE = grant("p", "late", "2022-07-01")


def taken(
    grants: list[Grant], derivation: Derivation, published: str | None = None, on: str = TODAY
) -> dict[str, bool]:
    found = licences_taken(Timeline(grants), derivation, published_on=day(published) if published else None, on=day(on))
    return {each.licence: each.certain for each in found}


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ("2021-12-31", None),
        ("2022-01-01", "early"),
        ("2022-05-31", "early"),
        ("2022-06-01", None),
        ("2022-07-01", "late"),
    ],
)
def test_a_grant_stands_from_its_first_day_until_the_day_it_ends(asked: str, stands: str | None) -> None:
    found = Timeline([LATE, EARLY]).on(day(asked))

    assert (found and found.licence) == stands


def test_a_newer_grant_ends_an_older_one_and_does_not_bring_it_back() -> None:
    timeline = Timeline([grant("p", "old", "2022-01-01"), grant("p", "new", "2022-02-01", "2022-03-01")])

    assert timeline.on(day("2022-02-15")) == grant("p", "new", "2022-02-01", "2022-03-01")
    assert timeline.on(day("2022-03-01")) is None


def test_an_optional_grant_stands_for_nobody_by_itself() -> None:
    timeline = Timeline([grant("p", "free", "2022-01-01"), grant("p", "paid", "2022-02-01", optional=True)])

    assert timeline.on(day("2022-03-01")) == grant("p", "free", "2022-01-01")


def test_the_newest_grant_begun_counts_even_after_it_has_ended() -> None:
    timeline = Timeline([EARLY])

    assert timeline.newest_begun(day("2023-01-01")) == EARLY
    assert timeline.newest_begun(day("2021-01-01")) is None


def test_a_day_takes_the_grant_in_force_on_it() -> None:
    assert taken([EARLY, LATE], made("p", "c", "2022-08-01")) == {"late": True}


def test_a_day_in_a_gap_takes_an_unknown_licence_for_certain() -> None:
    assert taken([EARLY, LATE], made("p", "c", "2022-06-15")) == {UNKNOWN_LICENCE: True}


def test_a_day_before_the_first_grant_takes_an_unknown_licence_for_certain() -> None:
    assert taken([EARLY], made("p", "c", "2021-01-01")) == {UNKNOWN_LICENCE: True}


def test_an_interval_over_two_grants_makes_each_only_possible() -> None:
    grants = [grant("p", "old", "2022-01-01"), grant("p", "new", "2022-02-01")]

    assert taken(grants, made("p", "c", ("2022-01-31", "2022-02-02"))) == {"old": False, "new": False}
    assert taken(grants, made("p", "c", ("2022-01-31", "2022-02-01"))) == {"old": True}


def test_a_gap_between_grants_is_unknown() -> None:
    assert taken([EARLY, LATE], made("p", "c", ("2022-05-01", "2022-08-01"))) == {
        "early": False,
        "late": False,
        UNKNOWN_LICENCE: False,
    }


def test_days_before_the_first_grant_are_no_gap() -> None:
    assert taken([LATE], made("p", "c", ("2020-01-01", "2022-08-01"))) == {"late": True}


def test_days_after_the_last_grant_has_ended_are_a_gap() -> None:
    assert taken([EARLY], made("p", "c", ("2022-05-01", "2022-06-02"))) == {"early": False, UNKNOWN_LICENCE: False}


def test_an_interval_wholly_in_a_gap_is_unknown_for_certain() -> None:
    assert taken([EARLY, LATE], made("p", "c", ("2022-06-02", "2022-06-20"))) == {UNKNOWN_LICENCE: True}


def test_an_interval_that_begins_in_a_gap_takes_what_comes_after_it_and_not_what_was_before() -> None:
    assert taken([EARLY, LATE], made("p", "c", ("2022-06-01", "2022-08-01"))) == {"late": False, UNKNOWN_LICENCE: False}
    assert taken([EARLY, LATE], made("p", "c", ("2022-05-31", "2022-06-01"))) == {"early": True}
    assert taken([EARLY, LATE], made("p", "c", ("2022-07-01", "2022-08-01"))) == {"late": True}


def test_a_grant_that_ended_on_the_day_it_began_was_never_in_force() -> None:
    never = grant("p", "never", "2022-01-15", "2022-01-15")
    grants = [grant("p", "old", "2022-01-01"), never, grant("p", "new", "2022-02-01")]

    assert taken(grants, made("p", "c", ("2022-01-10", "2022-01-15"))) == {"old": True}
    assert taken(grants, made("p", "c", ("2022-01-14", "2022-01-16"))) == {"old": False, UNKNOWN_LICENCE: False}
    assert taken(grants, made("p", "c", ("2022-01-15", "2022-03-01"))) == {"new": False, UNKNOWN_LICENCE: False}
    assert taken([never], made("p", "c", ("2022-01-15", "2022-01-20"))) == {UNKNOWN_LICENCE: True}


def test_an_interval_without_a_day_takes_nothing_known() -> None:
    assert taken([LATE], made("p", "c", ("2022-08-01", "2022-08-01"))) == {UNKNOWN_LICENCE: True}


def test_an_unknown_day_takes_all_begun_before_the_child_was_published() -> None:
    grants = [grant("p", "old", "2022-01-01"), grant("p", "new", "2022-02-01")]

    assert taken(grants, made("p", "c", None), published="2022-02-01") == {"old": True}
    assert taken(grants, made("p", "c", None), published="2022-02-02") == {"old": False, "new": False}


def test_without_a_day_of_publication_the_questions_day_is_the_last_possible_one() -> None:
    grants = [grant("p", "old", "2022-01-01"), grant("p", "new", "2022-02-01")]

    assert taken(grants, made("p", "c", None), on="2022-01-31") == {"old": True}
    assert taken(grants, made("p", "c", None), on="2022-02-01") == {"old": False, "new": False}


def test_an_unknown_day_on_the_last_day_of_the_calendar_is_still_answered() -> None:
    assert taken([LATE], made("p", "c", None), on="9999-12-31") == {"late": True}


def test_one_licence_in_two_grants_is_certain_if_one_of_them_is() -> None:
    doubtful = grant("p", "same", "2022-01-01", "2022-02-01", certain=False)
    sure = grant("p", "same", "2022-02-01")

    assert taken([doubtful, sure], made("p", "c", ("2022-01-15", "2022-03-01"))) == {"same": True}
    assert taken([doubtful, sure], made("p", "c", "2022-01-15")) == {"same": False}


def test_a_doubtful_grant_takes_nothing_from_a_certain_one_before_it() -> None:
    sure = grant("p", "same", "2022-01-01")
    doubtful = grant("p", "same", "2022-02-01", certain=False)

    assert taken([sure, doubtful], made("p", "c", ("2022-01-15", "2022-03-01"))) == {"same": True}
    assert taken([sure, doubtful], made("p", "c", ("2022-02-01", "2022-03-01"))) == {"same": False}


def test_accepting_anew_counts_from_that_day_on() -> None:
    grants = [grant("p", "old", "2022-01-01"), grant("p", "new", "2022-02-01")]
    derivation = made("p", "c", "2022-01-15", reaccepted_on=day("2022-03-01"))

    assert taken(grants, derivation, on="2022-02-28") == {"old": True}
    assert taken(grants, derivation, on="2022-03-01") == {"new": True}


def test_a_parent_without_any_grant_is_unknown_for_certain() -> None:
    assert licences_taken(Timeline([]), made("p", "c", None), published_on=None, on=day(TODAY)) == (
        Taken(UNKNOWN_LICENCE, certain=True),
    )
