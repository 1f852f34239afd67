"""The demo sends sheets and scripts as production does, and collects them again only when one has changed."""

import shutil
from pathlib import Path

import pytest

from config import collected


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with one sheet, of which nothing was collected yet."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.css").write_text("body { color: red }")
    monkeypatch.setattr(collected, "SOURCE", tmp_path / "static")
    monkeypatch.setattr(collected, "COLLECTED", tmp_path / "collected")
    monkeypatch.setattr(collected, "MADE_OF", tmp_path / "made-of")
    return tmp_path


def collect(folder: Path) -> None:
    collected.begin()
    shutil.copytree(folder / "static", folder / "collected")
    collected.end()


def test_it_is_collected_once_as_long_as_nothing_changes(folder: Path) -> None:
    before = collected.is_collected()

    collect(folder)

    assert (before, collected.is_collected()) == (False, True)


@pytest.mark.parametrize("change", ["another word", "a new file", "a name", "the folder is gone", "it was broken off"])
def test_it_is_collected_again_after_a_change(folder: Path, change: str) -> None:
    collect(folder)
    sheet = folder / "static" / "site.css"

    if change == "another word":
        # Of the same length: neither the size nor perhaps the time tells.
        sheet.write_text("body { color: tan }")
    elif change == "a new file":
        (folder / "static" / "new.js").write_text("")
    elif change == "a name":
        sheet.rename(folder / "static" / "other.css")
    elif change == "the folder is gone":
        shutil.rmtree(folder / "collected")
    else:
        collected.begin()

    assert not collected.is_collected()


def test_nothing_of_another_day_stays_among_what_is_sent(folder: Path) -> None:
    collect(folder)

    collected.begin()

    assert not (folder / "collected").exists()
