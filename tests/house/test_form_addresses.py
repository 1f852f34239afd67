"""A form names the address that it is sent to, or what follows a # in the page's own would come along.

A browser that arrives at a part of a page gives the focus to nothing else: not to what says that the form was wrong.
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def test_every_form_that_can_be_filled_in_wrongly_names_its_address() -> None:
    forms = [
        (page.relative_to(TEMPLATES).as_posix(), form)
        for page in TEMPLATES.rglob("*.html")
        for form in re.findall(r"<form\b[^>]*>", page.read_text(encoding="utf-8"))
    ]

    without = [(page, form) for page, form in forms if "action=" not in form]

    assert len(forms) > 60
    assert [(page, form) for page, form in without if "novalidate" in form or 'method="get"' not in form] == []
