"""Make `.venv` ready: `python config/set_up.py demo`, or `dev` (which holds all of demo), or `base`.

This file is run by whatever Python a machine has, before anything is installed, so it is plain standard library in the
syntax of Python 3.6: an old Python must be able to say the one sentence that helps.
"""

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Dict, Iterator, List, NoReturn, Optional, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "genseki-installed.json")
LEAST = (3, 12)
NAMES = ("python3.13", "python3.14", "python3.12", "python3")
HOLDS = {"base": ("base", "demo", "dev"), "demo": ("demo", "dev"), "dev": ("dev",)}
HEARTBEAT = 5.0

# uv trusts only its own list of certificate authorities unless told otherwise, and fails behind TLS inspection.
UV_ENVIRONMENT = {"UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "demo"
    if wanted not in HOLDS:
        give_up("config/set_up.py takes one of {}, not {!r}.".format(", ".join(sorted(HOLDS)), wanted))
    if ready(wanted):
        return
    try:
        with only_one_at_a_time():
            if not ready(wanted):
                prepare(wanted)
    except OSError as error:
        give_up(
            "Genseki could not write its environment to {} ({}): make the folder writable, "
            "or clone Genseki into one that is.".format(VENV, error.strerror)
        )


def ready(wanted: str) -> bool:
    """Whether `.venv` stands and holds these very requirements."""
    stamp = read_stamp()
    return environment_stands() and any(stamp.get(name) == digest(name) for name in HOLDS[wanted])


def environment_stands() -> bool:
    """Whether `.venv` works, is where it was made, and has the Python that `PYTHON` asks for, if it asks."""
    stamp = read_stamp()
    if stamp.get("root") != ROOT or not stamp.get("python") or version_of(VENV_PYTHON) != stamp["python"]:
        return False
    asked = version_of(os.environ["PYTHON"]) if os.environ.get("PYTHON") else None
    return not usable(asked) or asked == stamp["python"]


def prepare(wanted: str) -> None:
    started = time.time()
    if not environment_stands():
        make_environment(find_python())
    install(wanted)
    stamp = {"root": ROOT, "python": version_of(VENV_PYTHON) or "", wanted: digest(wanted)}
    with open(STAMP, "w") as file:
        json.dump(stamp, file, indent=1)
    say("The environment is ready in .venv ({:.0f} s).".format(time.time() - started))


def make_environment(python: str) -> None:
    """A bare venv. Its own pip is left out: it takes seconds, and uv is what installs."""
    say("Making the environment in .venv with Python {} ({}).".format(version_of(python), python))
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    elif os.path.lexists(VENV):
        os.unlink(VENV)
    os.mkdir(VENV)
    run("make the environment", [python, "-m", "venv", "--without-pip", VENV])


def install(wanted: str) -> None:
    requirements = os.path.join(ROOT, "requirements", wanted + ".txt")
    say("Installing the requirements ({}); this needs the network once.".format(wanted))
    uv = find_uv()
    trouble = "there is none here"  # type: Optional[str]
    if uv:
        command = [uv, "pip", "install", "--python", VENV_PYTHON, "--require-hashes", "-r", requirements]
        trouble = attempt(command)
    if trouble is None:
        return
    say("Installing with pip, which takes a minute, instead of uv ({}).".format(trouble.split("\n")[0]))
    run("install the requirements", pip("install", "--require-hashes", "-r", requirements))


def find_uv() -> Optional[str]:
    """The uv of this machine, or else the pinned one, put into `.venv` by pip. None where neither can be had."""
    found = shutil.which("uv", path=os.path.join(VENV, "bin")) or working_uv()
    if found:
        return found
    requirements = os.path.join(ROOT, "requirements", "uv.txt")
    if attempt(pip("install", "--require-hashes", "--no-deps", "-r", requirements)) is None:
        return shutil.which("uv", path=os.path.join(VENV, "bin"))
    return None


def working_uv() -> Optional[str]:
    uv = shutil.which("uv")
    return uv if uv and output([uv, "--version"]) else None


def pip(*arguments: str) -> List[str]:
    """The command for a pip that installs into `.venv`: the wheel that Python carries, or the pip of that Python."""
    code = (
        "import glob, os, sysconfig\n"
        "try:\n import ensurepip; own = os.path.dirname(ensurepip.__file__)\n"
        "except ImportError: own = ''\n"
        "folders = [own + '/_bundled', sysconfig.get_config_var('WHEEL_PKG_DIR') or '', '/usr/share/python-wheels']\n"
        "print('\\n'.join(w for f in folders if f for w in sorted(glob.glob(f + '/pip-*.whl'))))"
    )
    wheels = (output([VENV_PYTHON, "-c", code]) or "").split("\n")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    if wheels[0]:
        return [VENV_PYTHON, wheels[0] + "/pip"] + list(arguments) + quiet
    base = output([VENV_PYTHON, "-c", "import sys; print(sys._base_executable)"]) or "python3"
    if not output([base, "-m", "pip", "--version"]):
        give_up(
            "{} comes without pip: install uv (https://docs.astral.sh/uv/) or pip for it "
            "(Debian and Ubuntu: apt-get install python3-venv), and run the command again.".format(base)
        )
    return [base, "-m", "pip", "--python", VENV_PYTHON] + list(arguments) + quiet


def find_python() -> str:
    """The first Python that really runs and is new enough; else one that uv can download; else one sentence."""
    seen = {}  # type: Dict[str, str]
    for python in candidates():
        version = version_of(python)
        if usable(version):
            return python
        if version:
            seen[version] = python
    uv = working_uv()
    if uv:
        say("No Python {}.{} or newer here; asking uv for one.".format(*LEAST))
        attempt([uv, "python", "install", "3.13"])
        found = output([uv, "python", "find", "3.13"])
        if found and usable(version_of(found)):
            return found
    known = ", ".join("{} at {}".format(version, seen[version]) for version in sorted(seen)) or "none"
    give_up(
        "Genseki needs Python {}.{} or newer (found: {}): install one (Debian, Ubuntu: apt-get install python3.13-venv; "
        "macOS: brew install python@3.13; anywhere: uv, https://docs.astral.sh/uv/) and run the command again, "
        "or name one: PYTHON=/path/to/python3.13 make demo".format(LEAST[0], LEAST[1], known)
    )


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
        own = output([uv, "python", "find", "--no-python-downloads", ">={}.{}".format(*LEAST)])
        if own:
            yield own


def numbers(path: str) -> Tuple[int, ...]:
    """(3, 13, 0) for a folder named 3.13.0; () for one with another kind of name."""
    match = re.match(r"^(\d+)\.(\d+)\.(\d+)$", os.path.basename(path))
    return tuple(int(part) for part in match.groups()) if match else ()


def version_of(python: str) -> Optional[str]:
    """What the interpreter says of itself, or None where it does not run."""
    return output([python, "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"])


def usable(version: Optional[str]) -> bool:
    return version is not None and tuple(int(part) for part in version.split(".")[:2]) >= LEAST


def digest(name: str) -> str:
    with open(os.path.join(ROOT, "requirements", name + ".txt"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def read_stamp() -> Dict[str, str]:
    try:
        with open(STAMP) as file:
            return dict(json.load(file))
    except (OSError, ValueError):
        return {}


class only_one_at_a_time:  # noqa: N801 - reads as a verb at its one use
    """`make demo` and `make test` in two shells must not build one `.venv` at once. The lock is the folder itself."""

    def __enter__(self) -> None:
        self.folder = os.open(ROOT, os.O_RDONLY)
        fcntl.flock(self.folder, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.folder)


def output(command: List[str]) -> Optional[str]:
    """What a command prints, or None where it does not run to a good end."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def attempt(command: List[str]) -> Optional[str]:
    """Run a long command with a sign of life every few seconds. None when it went well, else what it said last."""
    with tempfile.TemporaryFile() as said:
        environment = dict(os.environ, **UV_ENVIRONMENT)
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment)
        started = time.time()
        while True:
            try:
                code = child.wait(HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                say("  ... {:.0f} s".format(time.time() - started))
        said.seek(0)
        words = said.read().decode("utf-8", "replace").strip()
    return None if code == 0 else words[-2000:] or "exit code {}".format(code)


def run(purpose: str, command: List[str]) -> None:
    trouble = attempt(command)
    if trouble is not None:
        give_up("Genseki could not {}; the tool says:\n{}".format(purpose, trouble))


def say(words: str) -> None:
    print(words, flush=True)


def give_up(words: str) -> NoReturn:
    print(words, file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
