"""`make demo` on a machine that is not fit for it: one sentence, at once, that says what to do."""

import ast
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from config import find_python, set_up

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as setting up reads."""
    folder = tmp_path / "clone"
    (folder / "config").mkdir(parents=True)
    for file in ("set_up.py", "find_python.py"):
        shutil.copy(ROOT / "config" / file, folder / "config" / file)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    shutil.copy(ROOT / "Makefile", folder / "Makefile")
    return folder


def machine(tmp_path: Path, **pythons: str) -> dict[str, str]:
    """The environment of a machine on whose PATH there are only these programs, each a line of shell."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, line in pythons.items():
        program = programs / name.replace("_", ".")
        program.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        program.chmod(0o755)
    # Some Pythons find their own library by this variable only, and one of them runs these tests.
    library = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {"PATH": str(programs), "HOME": str(tmp_path)} | library


def set_up_on(environment: dict[str, str], clone: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "config/set_up.py", "demo"]
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)


def computed() -> float:
    """Seconds that all children have computed so far, without what the machine did for others meanwhile."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_machine_with_an_old_python_only_is_told_what_to_install(tmp_path: Path, clone: Path) -> None:
    environment = machine(tmp_path, python3="echo 3.9.2", python3_13="exit 127")

    began = computed()
    done = set_up_on(environment, clone)

    assert done.returncode == 1
    assert computed() - began < 3
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.12 or newer (found: 3.9.2 at" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_shim_that_fails_is_passed_over_for_a_python_that_works(tmp_path: Path, clone: Path) -> None:
    environment = machine(tmp_path, python3_13="exit 127", python3_12="echo 3.12.7", python3="echo 3.11.2")
    code = "import sys; sys.path.insert(0, 'config'); from find_python import find_python; print(find_python())"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=clone, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == str(tmp_path / "bin" / "python3.12")


def test_a_python_that_is_asked_for_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = machine(tmp_path, python3_13="echo 3.13.1", mine="echo 3.14.0")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    monkeypatch.setenv("PYTHON", str(tmp_path / "bin" / "mine"))

    assert find_python.find_python() == str(tmp_path / "bin" / "mine")


def test_a_version_of_pyenv_is_found_that_no_shim_leads_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in machine(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    for version in ("3.9.1", "3.12.4"):
        program = tmp_path / "pyenv" / "versions" / version / "bin" / "python3"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
        program.chmod(0o755)

    assert find_python.find_python().endswith("/versions/3.12.4/bin/python3")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any folder")
def test_a_folder_that_cannot_be_written_to_is_named(clone: Path) -> None:
    clone.chmod(0o555)

    done = set_up_on(dict(os.environ), clone)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "make the folder writable" in done.stderr


def test_an_environment_that_stands_is_left_alone() -> None:
    """The tests run in it: whoever runs them with another environment has none to look at."""
    if not set_up.environment_stands():
        pytest.skip("there is no .venv here")

    before, began = at_the_top(set_up.VENV), computed()
    subprocess.run([sys.executable, "config/set_up.py", "demo"], cwd=ROOT, check=True)

    assert computed() - began < 2
    assert at_the_top(set_up.VENV) == before


def at_the_top(folder: str) -> dict[str, int]:
    """What lies in an environment and among its packages, with the moment at which each was changed last."""
    packages = sysconfig.get_path("purelib", vars={"base": folder})
    return {
        entry.path: entry.stat().st_mtime_ns
        for where in (folder, packages)
        for entry in os.scandir(where)
        if entry.name != "__pycache__"
    }


@pytest.mark.parametrize("file", ["set_up.py", "find_python.py"])
def test_an_old_python_can_read_what_tells_it_that_it_is_old(file: str) -> None:
    source = (ROOT / "config" / file).read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 6))

    assert ast.get_docstring(tree)
    assert "from __future__" not in source
