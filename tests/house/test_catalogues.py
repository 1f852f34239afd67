"""English and Japanese are complete, and what is compiled is what was written."""

import ast
import re
from pathlib import Path

import allauth
import django
import polib
import pytest
from django.utils.translation.template import templatize

from config.catalogues import CATALOGUES, ENGLISH, merged

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|\{[a-z_0-9]*\}")


@pytest.mark.parametrize("folder", (*CATALOGUES, ENGLISH), ids=lambda folder: f"{folder.parts[-3]}-{folder.name}")
def test_the_catalogue_is_merged_and_compiled_from_its_parts(folder: Path) -> None:
    whole = merged(folder)

    assert (folder / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8") == str(whole) + "\n"
    compiled = polib.mofile(str(folder / "LC_MESSAGES" / "django.mo"))
    assert {entry.msgid for entry in compiled} == {entry.msgid for entry in whole if entry.translated()}


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda folder: folder.parts[-3])
def test_every_message_has_its_japanese_with_the_same_places_to_fill(folder: Path) -> None:
    for entry in merged(folder):
        said = [entry.msgstr, *entry.msgstr_plural.values()]
        assert any(said), f"{entry.msgid!r} has no Japanese"
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in filter(None, said):
            assert set(PLACEHOLDER.findall(text)) <= wanted | set(PLACEHOLDER.findall(entry.msgid)), entry.msgid


TEXT = r"""u?(?P<{}>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
# In pgettext the first text is the context, and the message is the second.
CALL = re.compile(rf"\bn?(?:gettext\(|pgettext\(\s*{TEXT.format('context')},)\s*{TEXT.format('said')}")


def messages_of_templates() -> set[str]:
    found = set()
    for template in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]:
        said = CALL.finditer(templatize(template.read_text(encoding="utf-8"), origin=str(template)))
        found |= {ast.literal_eval(match["said"]) for match in said}
    return found


def messages_of_code() -> set[str]:
    """First arguments of gettext and its kin, whatever they were imported as."""
    found = set()
    for app in ("campaigns", "lineage", "config"):
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and called(node) in SAYING:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


SAYING = {"_", "__", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def test_every_message_of_templates_and_code_is_in_a_catalogue() -> None:
    # allauth and Django bring the words of their own pages along.
    whole = {entry.msgid for folder in CATALOGUES for entry in merged(folder)}
    ours = {message for message in messages_of_templates() | messages_of_code() if message.strip()}

    assert sorted(ours - whole - words_of_others()) == []


def words_of_others() -> set[str]:
    found: set[str] = set()
    for package in (django, allauth):
        for file in Path(package.__path__[0]).rglob("ja/LC_MESSAGES/django.mo"):
            found |= {entry.msgid for entry in polib.mofile(str(file))}
    return found
