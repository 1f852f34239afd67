"""The two judges of pages see what is wrong, and let pass what is right."""

from pathlib import Path

import pytest

from tests.browser.accessibility import violations
from tests.browser.conftest import Arrive
from tests.browser.markup import complaints

RIGHT = "<!doctype html><html lang='en'><head><title>A page</title></head><body><main>{}</main></body></html>"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_axe_sees_a_field_without_a_label_and_a_faint_word(arrive: Arrive) -> None:
    page = arrive().page
    page.set_content(RIGHT.format("<h1>One</h1><input name='x'><p style='color: #bbb'>faint</p>"))

    found = violations(page)

    assert {one.split(": ")[1] for one in found} == {"label", "color-contrast"}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_axe_has_nothing_to_say_of_a_page_that_is_right(arrive: Arrive) -> None:
    page = arrive().page
    page.set_content(RIGHT.format("<h1>One</h1><label>Name <input name='x'></label>"))

    assert violations(page) == []


def test_the_checker_names_the_page_and_the_mistake(tmp_path: Path) -> None:
    pages = {
        "right": RIGHT.format("<h1>One</h1><search><form><input aria-label='Name'></form></search>"),
        "wrong": RIGHT.format("<h1>One</h1><ul><p>no item</p></ul>"),
    }

    found = complaints(pages, tmp_path)

    assert len(found) == 1
    assert found[0].startswith("wrong:1: Element “p” not allowed as child of element “ul”")
