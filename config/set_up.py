"""Make `.venv` ready: `python config/set_up.py demo`, or `dev` (which holds all of demo), or `base`.

This file is run by whatever Python a machine has, before anything is installed, so it is plain standard library in the
syntax of Python 3.6: an old Python must be able to say the one sentence that helps.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Dict, Iterator, List, NoReturn, Optional

if __name__ != "__main__":
    from config.find_python import NoPython, find_python, output, usable, version_of, working_uv
else:
    # The package `config` itself needs what is not installed yet, so this runs as a file, with its neighbour beside it.
    from find_python import (  # type: ignore[import-not-found,no-redef]
        NoPython,
        find_python,
        output,
        usable,
        version_of,
        working_uv,
    )

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "genseki-installed.json")
HOLDS = {
    "base": ("base", "demo", "dev", "bench"),
    "demo": ("demo", "dev", "bench"),
    "dev": ("dev", "bench"),
    "bench": ("bench",),
}
HEARTBEAT = 5.0

# uv trusts only its own list of certificate authorities unless told otherwise, and fails behind TLS inspection.
UV_ENVIRONMENT = {"UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "demo"
    if wanted == "demo" and os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        # With servers of the operator's own, a machine that the embedded ones were not built for will do.
        wanted = "base"
    if ready(wanted):
        return
    try:
        with only_one_at_a_time():
            if not ready(wanted):
                prepare(wanted)
    except NoPython as error:
        give_up(str(error))
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
    if os.path.isdir(VENV) and not os.path.islink(VENV):
        shutil.rmtree(VENV)
    elif os.path.lexists(VENV):
        os.unlink(VENV)
    os.mkdir(VENV)
    say("Making the environment in .venv with Python {} ({}).".format(version_of(python), python))
    must("make the environment", attempt([python, "-m", "venv", "--without-pip", VENV]))


def install(wanted: str) -> None:
    requirements = os.path.join(ROOT, "requirements", wanted + ".txt")
    say("Installing the requirements ({}); this needs the network once.".format(wanted))
    uv = find_uv()
    trouble: Optional[str] = "there is none here"
    if uv:
        command = [uv, "pip", "install", "--python", VENV_PYTHON, "--require-hashes", "-r", requirements]
        trouble = attempt(command)
    if trouble is None:
        return
    say("Installing with pip, which takes a minute, instead of uv ({}).".format(trouble.split("\n")[0]))
    must("install the requirements", attempt(pip("install", "--require-hashes", "-r", requirements)))


def find_uv() -> Optional[str]:
    """The uv of this machine, or else the pinned one, put into `.venv` by pip. None where neither can be had."""
    found = shutil.which("uv", path=os.path.join(VENV, "bin")) or working_uv()
    if found:
        return found
    requirements = os.path.join(ROOT, "requirements", "uv.txt")
    if attempt(pip("install", "--require-hashes", "--no-deps", "-r", requirements)) is None:
        return shutil.which("uv", path=os.path.join(VENV, "bin"))
    return None


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
        return [VENV_PYTHON, wheels[0] + "/pip", *arguments, *quiet]
    base = output([VENV_PYTHON, "-c", "import sys; print(sys._base_executable)"]) or "python3"
    if not output([base, "-m", "pip", "--version"]):
        give_up(
            "{} comes without pip: install uv (https://docs.astral.sh/uv/) or pip for it "
            "(Debian and Ubuntu: apt-get install python3-venv), and run the command again.".format(base)
        )
    return [base, "-m", "pip", "--python", VENV_PYTHON, *arguments, *quiet]


def digest(name: str) -> str:
    with open(os.path.join(ROOT, "requirements", name + ".txt"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def read_stamp() -> Dict[str, str]:
    try:
        with open(STAMP) as file:
            return dict(json.load(file))
    except (OSError, ValueError):
        return {}


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """`make demo` and `make test` in two shells must not build one `.venv` at once. The lock is the folder itself."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


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


def must(purpose: str, trouble: Optional[str]) -> None:
    if trouble is not None:
        give_up("Genseki could not {}; the tool says:\n{}".format(purpose, trouble))


def say(words: str) -> None:
    print(words, flush=True)


def give_up(words: str) -> NoReturn:
    print(words, file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
