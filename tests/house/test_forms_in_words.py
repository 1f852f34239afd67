"""What is missing in a form is said by its name, in the reader's language."""

import re
from pathlib import Path

import pytest
from django import forms
from django.utils.translation import override

from lineage.forms.in_words import FormInWords

ROOT = Path(__file__).resolve().parents[2]
THIN = ("This field is required.", "このフィールドは必須です。")


class Asked(FormInWords):
    title = forms.CharField(label="Title")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])
    agreed = forms.BooleanField(label="I agree")
    file = forms.FileField(label="Table")
    reason = forms.CharField(label="Reason", error_messages={"required": "Give a reason."})


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["Fill in “Title”.", "Choose something for “Kind”.", "Tick “I agree”.", "Choose a file for “Table”."]),
        (
            "ja",
            [
                "「Title」を入力してください。",
                "「Kind」を選んでください。",
                "「I agree」にチェックを入れてください。",
                "「Table」のファイルを選んでください。",
            ],
        ),
    ],
)
def test_what_is_missing_is_named_unless_the_field_has_its_own_words(language: str, says: list[str]) -> None:
    with override(language):
        errors = Asked({}).errors

    assert [error for of_field in errors.values() for error in of_field] == [*says, "Give a reason."]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_djangos_own_words_for_it_are_gone_everywhere(language: str) -> None:
    with override(language):
        assert str(forms.Field.default_error_messages["required"]) not in THIN


def test_every_form_of_ours_says_it_in_words() -> None:
    files = [file for app in ("campaigns", "lineage") for file in (ROOT / app).rglob("*.py")]

    plain = [file.name for file in files if re.search(r"class \w+\(forms\.Form\)", file.read_text(encoding="utf-8"))]

    assert plain == ["in_words.py"]
