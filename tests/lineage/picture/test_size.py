"""Large families: drawn up to a limit, refused beyond it, and never at more than their share of work."""

from cProfile import Profile
from itertools import pairwise
from pstats import Stats

import pytest

from lineage.picture import TooLarge, Tree, draw
from lineage.picture.layout import MOST_MODELS
from tests.lineage.picture.families import ENGLISH, family, large_family


def calls(tree: Tree) -> int:
    """How many function calls a drawing takes: the same on every machine."""
    profile = Profile()
    profile.runcall(draw, tree, ENGLISH)
    return int(Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_twice_the_family_takes_at_most_thrice_the_work() -> None:
    half, whole = calls(large_family(100, 200)), calls(large_family(200, 400))

    assert whole < 3 * half
    assert whole < 400_000


def test_the_care_that_a_small_family_gets_has_a_bound() -> None:
    assert calls(large_family(50, 100)) < 800_000


def test_five_hundred_models_are_drawn() -> None:
    names = [f"m{number:03}" for number in range(MOST_MODELS)]
    tree = family(*(f"m000 {name}" for name in names[1:]))

    assert draw(tree, ENGLISH).count("<a ") == MOST_MODELS


def test_more_models_than_a_picture_can_show_are_refused() -> None:
    names = [f"m{number:03}" for number in range(MOST_MODELS + 1)]

    with pytest.raises(TooLarge, match="501 models") as refusal:
        draw(family(*(f"m000 {name}" for name in names[1:])), ENGLISH)
    assert refusal.value.nodes == MOST_MODELS + 1


def test_a_tangle_of_long_edges_is_refused_before_it_is_laid_out() -> None:
    names = [f"m{number:03}" for number in range(200)]
    line = [f"{older} {newer}" for older, newer in pairwise(names)]
    jumps = [f"{older} {newer}" for older in names[:10] for newer in names[100:120]]

    with pytest.raises(TooLarge) as refusal:
        draw(family(*line, *jumps), ENGLISH)
    assert refusal.value.bends > 5_000
