"""A pytest plugin for mutation runs: few invented examples, the same ones every time, and quick tests first.

A mutant is run against every test that reaches it, thousands of times in all, and one failure is enough. So invented
examples are few, are not shrunk and come from the test's own name; plain tests go before tests with invented examples.
Load it with `-p tests.mutation.quick_examples`.
"""

import sys
from typing import Any, Final

import pytest
from hypothesis import Phase, settings

# Loops that are mutated cannot be compiled: the catalogue runs its plain machine, and the other is skipped.
sys.modules["numba"] = None  # type: ignore[assignment]

EXAMPLES: Final = 6
#: Files in which much happens at once cost little and find much.
MANY: Final = "where_much_happens_at_once"
MANY_EXAMPLES: Final = 120


#: What a mutated tree cannot be asked: how long something large takes, and what a process without packages says. The
#: laws on the worked cases say nothing that those on invented files do not.
LEFT_OUT: Final = (
    "within_seconds",
    "a_bounded_multiple_of_its_size",
    "test_a_long_way_needs_no_deep_stack",
    "test_a_chain_that_is_too_long_to_weigh_is_a_sentence",
    "test_the_engine_needs_nothing_but_python",
    "test_laws_of_cases.py",
    "test_every_word_of",
)


def invents(item: pytest.Item) -> bool:
    return hasattr(getattr(item, "obj", None), "hypothesis")


def make_quick(test: Any, most: int) -> None:
    """Give a test made by `@given` fewer examples than it asks for, never more."""
    wanted = test._hypothesis_internal_use_settings
    test._hypothesis_internal_use_settings = settings(
        wanted,
        max_examples=min(most, wanted.max_examples),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if any(word in item.nodeid for word in LEFT_OUT)]
    items[:] = [item for item in items if item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    done: set[int] = set()
    for item in items:
        if invents(item):
            test = item.obj  # type: ignore[attr-defined]
            test = getattr(test, "__func__", test)
            if id(test) not in done:
                done.add(id(test))
                make_quick(test, MANY_EXAMPLES if MANY in item.name else EXAMPLES)
    items.sort(key=invents)
