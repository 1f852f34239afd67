"""What others wrote and we carry is exactly what they published, and nothing of it is unlisted."""

import tomllib
from hashlib import sha256
from pathlib import Path

VENDORED = Path(__file__).resolve().parents[2] / "static" / "vendor"


def test_every_vendored_file_is_listed_with_the_hash_it_has() -> None:
    listed: dict[str, str] = {}
    for package in tomllib.loads((VENDORED / "VENDOR.toml").read_text())["package"]:
        listed |= package["sha256"]

    found = {
        file.relative_to(VENDORED).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in VENDORED.rglob("*")
        if file.is_file() and file.name != "VENDOR.toml"
    }

    assert found == listed


def test_every_vendored_package_lies_under_its_name_and_version_with_its_licence() -> None:
    packages = tomllib.loads((VENDORED / "VENDOR.toml").read_text())["package"]

    for package in packages:
        folder = f"{package['name']}/{package['version']}/"
        assert all(path.startswith(folder) for path in package["sha256"]), package["name"]
        assert f"{folder}LICENSE" in package["sha256"]
        assert package["licence"] and package["source"] and "/" not in package["source"]


def test_vendored_sheets_fetch_nothing() -> None:
    sheets = list(VENDORED.rglob("*.css"))

    assert sheets
    for sheet in sheets:
        text = sheet.read_text()
        assert "url(" not in text and "@import" not in text, sheet.name
