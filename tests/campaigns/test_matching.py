"""A match gives one for one, up to its cap, and every coin is matched once."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as some

from campaigns.matching import coins_to_reach, matched, room_for_a_coin

amounts = some.integers(0, 30_000)
lists_of_caps = some.lists(some.integers(50, 20_000), max_size=4)
rooms = some.integers(1, 2_000)


def brings(coin: int, supported: int, caps: Sequence[int], least: int) -> int:
    before = sum(matched(supported, caps, least=least))
    return coin + sum(matched(supported + coin, caps, least=least)) - before


def test_a_match_gives_as_much_as_the_others_up_to_its_cap() -> None:
    assert matched(7_500, [12_500]) == [7_500]
    assert matched(20_000, [12_500]) == [12_500]
    assert matched(0, [12_500]) == [0]


def test_each_coin_is_matched_once_and_the_first_match_is_filled_first() -> None:
    assert matched(700, [500, 500]) == [500, 200]
    assert matched(5_000, [500, 500]) == [500, 500]


def test_a_match_that_comes_to_less_than_can_be_charged_comes_to_nothing() -> None:
    assert matched(540, [500, 500], least=50) == [500, 0]
    assert matched(550, [500, 500], least=50) == [500, 50]


def test_less_than_nothing_is_matched_with_nothing() -> None:
    assert matched(-100, [500]) == [0]


def test_half_of_the_room_is_left_for_a_coin_that_is_matched() -> None:
    assert room_for_a_coin(1_000, 0, [500], least=50) == 500
    assert room_for_a_coin(1_000, 400, [500], least=50) == 900
    assert room_for_a_coin(1_000, 0, [], least=50) == 1_000


def test_below_the_least_charge_the_least_may_be_given_and_passes_the_ceiling_by_less() -> None:
    assert room_for_a_coin(49, 0, [], least=50) == 50
    assert room_for_a_coin(1, 0, [], least=50) == 50
    assert room_for_a_coin(0, 0, [], least=50) == 0
    assert room_for_a_coin(-5, 0, [], least=50) == 0


def test_people_are_fewer_while_their_coins_are_matched() -> None:
    assert coins_to_reach(2_000, 500, 0, [], least=50) == 4
    assert coins_to_reach(2_000, 500, 0, [1_000], least=50) == 2
    assert coins_to_reach(2_000, 500, 0, [500], least=50) == 3
    assert coins_to_reach(0, 500, 0, [500], least=50) == 0


@given(amounts, lists_of_caps)
def test_no_more_is_matched_than_was_given_and_no_match_passes_its_cap(supported: int, caps: list[int]) -> None:
    parts = matched(supported, caps)

    assert sum(parts) == min(supported, sum(caps))
    assert all(0 <= part <= cap for part, cap in zip(parts, caps, strict=True))
    assert all(part == cap for part, cap, later in zip(parts, caps, parts[1:], strict=False) if later)


@given(rooms, amounts, lists_of_caps)
def test_the_largest_coin_that_fits_is_found(room: int, supported: int, caps: list[int]) -> None:
    coin = room_for_a_coin(room, supported, caps, least=50)

    fitting = [one for one in range(1, room + 1) if brings(one, supported, caps, 50) <= room]
    assert coin == max(max(fitting, default=0), 50)


@given(rooms, some.integers(50, 900), amounts, lists_of_caps)
def test_so_many_coins_reach_it_and_one_fewer_does_not(room: int, coin: int, supported: int, caps: list[int]) -> None:
    people = coins_to_reach(room, coin, supported, caps, least=50)

    assert brings(people * coin, supported, caps, 50) >= room
    assert brings((people - 1) * coin, supported, caps, 50) < room
