"""The docs keep step with the code."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""environment\.(?:text|switch|number|words|day|origin)\(\s*["']([A-Z_]+)["']""")


def settings_that_are_read() -> set[str]:
    found = set(READ.findall((ROOT / "config" / "settings.py").read_text(encoding="utf-8")))
    inner = re.findall(r'text\("([A-Z_]+)"', (ROOT / "config" / "environment.py").read_text(encoding="utf-8"))
    return found | set(inner)


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, flags=re.MULTILINE))

    assert documented == settings_that_are_read()


def test_every_command_that_the_docs_name_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {name for page in pages for name in re.findall(r"manage\.py ([a-z_]+)", page.read_text(encoding="utf-8"))}

    # These two are answered before Django is there.
    assert named - {"judge", "what_if"} <= set(get_commands())


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda page: page.name
)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.django_db
def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
