"""Licences get the names that other tools know, and a name of their own where there is none."""

import re

import license_expression
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.engine.document import Licence
from lineage.formats.licence_ids import licence_name, own_reference
from tests.lineage.formats.exported import hostile


@pytest.mark.parametrize(
    ("licence", "expression", "kind"),
    [
        (Licence("house", spdx="Apache-2.0"), "Apache-2.0", "listed"),
        (Licence("house", spdx=" apache-2.0 "), "Apache-2.0", "listed"),
        (Licence("house", spdx="MIT OR Apache-2.0"), "MIT OR Apache-2.0", "joined"),
        (Licence("mit"), "MIT", "listed"),
        (Licence("CC-BY-4.0"), "CC-BY-4.0", "listed"),
        (Licence("flux-1-nc"), "LicenseRef-scancode-flux-1-nc", "reference"),
        (Licence("fair-ai-public-1.0-sd"), "LicenseRef-scancode-fair-ai-public-1.0-sd", "reference"),
        (Licence("house", spdx="LicenseRef-house-2"), "LicenseRef-house-2", "reference"),
        (Licence("dreamlike-1.0-2022-12-25"), "LicenseRef-genseki-dreamlike-1.0-2022-12-25", "reference"),
        (Licence("house", spdx="no such licence"), "LicenseRef-genseki-house", "reference"),
        (Licence("house", spdx="MIT AND"), "LicenseRef-genseki-house", "reference"),
        (Licence("house", spdx="(" * 400), "LicenseRef-genseki-house", "reference"),
        (Licence("house", spdx="LicenseRef-a b"), "LicenseRef-genseki-house", "reference"),
    ],
)
def test_a_licence_has_the_name_that_others_know_or_one_of_our_own(
    licence: Licence, expression: str, kind: str
) -> None:
    name = licence_name(licence)

    assert (name.expression, name.kind) == (expression, kind)


@pytest.mark.parametrize("id", ["unknown", "other-permissive", "proprietary-license", "gpl-2.0-with-classpath"])
def test_a_word_for_a_kind_of_text_is_no_text(id: str) -> None:
    assert not licence_name(Licence(id)).expression.startswith("LicenseRef-scancode-")


@given(hostile, hostile)
def test_two_ids_are_never_one_reference_even_without_regard_to_case(one: str, other: str) -> None:
    first, second = own_reference(one), own_reference(other)

    assert re.fullmatch(r"LicenseRef-genseki-[a-z0-9.-]+", first)
    assert (first.lower() == second.lower()) == (one == other)


def test_an_id_made_to_look_like_a_shortened_one_stays_itself() -> None:
    shortened = own_reference("a b")

    assert own_reference(shortened.removeprefix("LicenseRef-genseki-")) != shortened


@given(hostile, st.none() | hostile)
def test_every_name_is_a_valid_expression(id: str, spdx: str | None) -> None:
    name = licence_name(Licence(id, spdx=spdx))

    parsed = license_expression.Licensing().parse(name.expression)
    assert str(parsed) == name.expression
