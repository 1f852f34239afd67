"""Find a Python that is new enough and works. Standard library, in the syntax of Python 3.6: see set_up.py."""

import glob
import os
import shutil
import subprocess
from typing import Dict, Iterator, List, Optional, Tuple

LEAST = (3, 12)
OURS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".venv")
NAMES = ("python3.13", "python3.14", "python3.12", "python3")


class NoPython(Exception):
    """There is none. The text says what was found, and what to install."""


def find_python() -> str:
    """The first Python that really runs and is new enough; else one that uv can download."""
    seen: Dict[str, str] = {}
    for python in candidates():
        if os.path.abspath(python).startswith(OURS + os.sep):
            # An activated .venv leads PATH, and is what is about to be made anew.
            continue
        version = version_of(python)
        if usable(version):
            return python
        if version:
            seen[version] = python
    downloaded = download()
    if downloaded:
        return downloaded
    known = ", ".join("{} at {}".format(version, seen[version]) for version in sorted(seen)) or "none"
    raise NoPython(
        "Genseki needs Python {}.{} or newer (found: {}): install uv, which brings one (https://docs.astral.sh/uv/), "
        "or Python itself (macOS: brew install python@3.13; Debian 13, Ubuntu 24.04: apt-get install python3), "
        "and run the command again, or name one: PYTHON=/path/to/python3.13 make demo".format(LEAST[0], LEAST[1], known)
    )


def download() -> Optional[str]:
    uv = working_uv()
    if not uv:
        return None
    print("No Python {}.{} or newer here; asking uv for one.".format(*LEAST), flush=True)
    output([uv, "python", "install", "3.13"])
    found = output([uv, "python", "find", "--system", "3.13"])
    return found if found and usable(version_of(found)) else None


def candidates() -> Iterator[str]:
    """Pythons in the order of preference. A pyenv shim may stand on PATH and fail, so later places are named too."""
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for name in NAMES:
        for folder in folders:
            if os.access(os.path.join(folder, name), os.X_OK):
                yield os.path.join(folder, name)
    for root in {os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")} - {""}:
        versions = [path for path in glob.glob(os.path.join(root, "versions", "*")) if numbers(path) >= LEAST]
        for path in sorted(versions, key=lambda path: (numbers(path)[:2] != (3, 13), numbers(path))):
            yield os.path.join(path, "bin", "python3")
    uv = working_uv()
    if uv:
        own = output([uv, "python", "find", "--system", "--no-python-downloads", ">={}.{}".format(*LEAST)])
        if own:
            yield own


def numbers(path: str) -> Tuple[int, ...]:
    """(3, 13, 0) for a folder named 3.13.0; () for one with another kind of name."""
    parts = os.path.basename(path).split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def version_of(python: str) -> Optional[str]:
    """What the interpreter says of itself, or None where it does not run."""
    return output([python, "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"])


def usable(version: Optional[str]) -> bool:
    return version is not None and tuple(int(part) for part in version.split(".")[:2]) >= LEAST


def working_uv() -> Optional[str]:
    uv = shutil.which("uv")
    return uv if uv and output([uv, "--version"]) else None


def output(command: List[str]) -> Optional[str]:
    """What a command prints, or None where it does not run to a good end."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None
