"""A file says when a training began, so that what it began from was taken before: any earlier day is possible."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from lineage.engine.document import Interval
from lineage.formats.training_metadata import ANY_EARLIER_DAY
from lineage.forms.amending import DerivationForm

BEFORE = {"from": ANY_EARLIER_DAY.isoformat(), "until": "2023-07-23"}
PROPOSED = {"child": "my-lora", "parent": "bra-v4", "method": "lora-train", "obtained_on": BEFORE}


def typed(form: DerivationForm, **changes: str) -> dict[str, str]:
    return {name: str(form.get_initial_for_field(form.fields[name], name) or "") for name in form.fields} | changes


def test_the_form_shows_no_day_that_nobody_said_and_gives_back_what_was_proposed() -> None:
    shown = DerivationForm(content=PROPOSED)

    form = DerivationForm(typed(shown), content=PROPOSED)

    assert not shown.initial["obtained_on"] and shown.initial["obtained_until"] == "2023-07-23"
    assert form.is_valid(), form.errors
    assert form.amended["obtained_on"] == BEFORE


def test_a_first_day_makes_it_a_span() -> None:
    form = DerivationForm(typed(DerivationForm(content=PROPOSED), obtained_on="2023-06-01"), content=PROPOSED)

    assert form.is_valid(), form.errors
    assert form.amended["obtained_on"] == {"from": "2023-06-01", "until": "2023-07-23"}


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (ANY_EARLIER_DAY, "taken before Jul 23, 2023"),
        (date(2023, 6, 1), "taken between Jun 1, 2023 and Jul 23, 2023"),
    ],
)
def test_a_page_says_before_rather_than_since_a_day_that_stands_for_all(first: date, says: str) -> None:
    span = Interval(first, date(2023, 7, 23))

    assert render_to_string("lineage/_obtained.html", {"span": span}).strip() == says
