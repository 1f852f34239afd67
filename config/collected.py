"""What browsers load, for the demo, as production sends it: collected, under names that hold a hash, and compressed.

Collecting takes seconds, so it is done again only when a file has changed since.
"""

import hashlib
import shutil
from importlib.metadata import version

from config.demo_settings import ROOT, VAR

SOURCE = ROOT / "static"
COLLECTED = VAR / "static"
# Beside the folder: what lies inside is sent to whoever asks.
MADE_OF = VAR / "static.made-of"
# They bring files of their own, or say how files are collected.
PACKAGES = ("django", "django-allauth", "whitenoise")
#: What pages ask for only while somebody debugs Django's admin: half of the time goes into compressing it.
NEVER_ASKED = ("jquery.js", "xregexp.js", "select2.full.js")
COMMAND = (
    *("python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"),
    *(part for name in NEVER_ASKED for part in ("--ignore", name)),
)


def is_collected() -> bool:
    """Whether what was collected last is what there is now."""
    return MADE_OF.is_file() and COLLECTED.is_dir() and MADE_OF.read_text(encoding="ascii") == made_of()


def begin() -> None:
    """Take away what was collected from other files."""
    MADE_OF.unlink(missing_ok=True)
    shutil.rmtree(COLLECTED, ignore_errors=True)


def end() -> None:
    """Collecting has ended well."""
    MADE_OF.write_text(made_of(), encoding="ascii")


def made_of() -> str:
    """A hash of all that is collected from. Our files are few and small enough to be read whole."""
    found = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in (*PACKAGES, "brotli")).encode())
    found.update(" ".join(COMMAND).encode())
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file():
            found.update(f"\n{path.relative_to(SOURCE)}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()
