"""What every race of the tests rests on: all are let go together, nothing that went wrong is lost, nobody hangs."""

import threading

import pytest

from tests import at_once as doing
from tests.at_once import at_once, ends_at_once, raised_at_once


def goes_wrong() -> str:
    raise LookupError("gone")


def goes_wrong_otherwise() -> str:
    raise KeyError("no")


def test_each_has_its_end_in_the_order_of_the_works_whoever_is_done_first() -> None:
    second_is_done = threading.Event()

    def first() -> str:
        return "first" if second_is_done.wait(timeout=20) else "alone"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert at_once(first, second) == ["first", "second"]


def test_all_are_under_way_at_one_moment() -> None:
    together = threading.Barrier(20)

    assert sorted(at_once(*[lambda: together.wait(timeout=20)] * 20)) == list(range(20))


def test_whatever_goes_wrong_is_raised_unless_somebody_asks_for_it() -> None:
    works = (goes_wrong, lambda: "well", goes_wrong_otherwise)

    with pytest.RaisesGroup(pytest.RaisesExc(LookupError, match="gone"), KeyError):
        at_once(*works)

    first, answer, last = ends_at_once(*works)
    assert (type(first), answer, type(last)) == (LookupError, "well", KeyError)
    assert [type(error) for error in raised_at_once(*works)] == [LookupError, KeyError]
    assert [type(error) for error in raised_at_once(*works, besides=(KeyError,))] == [LookupError]


def test_what_never_ends_is_a_failure_and_not_an_empty_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing, "PATIENCE", 0.1)
    go_on = threading.Event()

    with pytest.raises(AssertionError, match="never ended"):
        ends_at_once(lambda: go_on.wait(timeout=20), lambda: True)

    go_on.set()
