"""Ids for what strangers name: printable, short enough for an address, and the same name always gets the same id."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from hashlib import sha256
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from lineage.engine.document import Artefact
from lineage.engine.fields import shown

LONGEST_ID: Final = 100

_SHA256 = re.compile(r"(?:0x)?([0-9a-fA-F]{64})")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)


def id_of(kind: str, name: str) -> str:
    """`kind:name` with everything that cannot be in an address replaced. What had to be cut short ends in a hash of the
    whole name, so that two long names stay two."""
    plain = "".join(
        character if character.isprintable() and character not in "\\/ \u3000" else "-" for character in name
    )
    if len(kind) + 1 + len(plain) > LONGEST_ID:
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        plain = f"{plain[: LONGEST_ID - len(kind) - 14]}-{digest}"
    return f"{kind}:{plain or '-'}"


def as_sha256(value: object) -> str | None:
    """The 64 digits of a whole SHA-256, in lower case. Short hashes are hints, and none of these."""
    match = _SHA256.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1].lower() if match else None


def artefact_of_hash(digest: str, name: object = None) -> Artefact:
    """An artefact known by its whole SHA-256, whatever it is called."""
    return Artefact(f"sha256:{digest}", name_of(name) or f"{digest[:10]}…", sha256=digest)


def artefact_of_name(name: str) -> Artefact:
    """An artefact of which a name is all that is known."""
    return Artefact(id_of("named", name), shown(name))


def artefact_of_file(path: str, hint: object = None) -> Artefact:
    """An artefact known by the name of its file, and a short hash if there is one: two files of one name then stay
    two. Of a path only the last part is kept: the rest tells of somebody's computer."""
    stem = file_stem(path)
    short = f":{shown(hint)}" if isinstance(hint, str) and hint else ""
    return Artefact(id_of("named", stem + short), shown(stem))


def artefact_of_repository(repository: str, revision: str | None = None) -> Artefact:
    """A repository of Hugging Face. It holds more than one file, and another tomorrow: a claim, not an identity."""
    pinned = f"@{revision}" if revision else ""
    url = f"https://huggingface.co/{repository}" + (f"/tree/{revision}" if revision else "")
    return Artefact(_repository_id(repository + pinned), repository + pinned, url=url)


def is_repository(name: str) -> bool:
    """Whether this can be the name of a repository: `owner/name`, or one of the few without an owner."""
    return bool(_REPOSITORY.fullmatch(name)) and ".." not in name


def file_stem(name: str) -> str:
    """The last part of a path of any system, without the ending of a file of weights."""
    last = PurePosixPath(name.replace("\\", "/")).name or name
    return re.sub(r"\.(safetensors|ckpt|pt|pth|bin|gguf)$", "", last, flags=re.IGNORECASE)


def nearest(word: str, words: Iterable[str]) -> str:
    """What was probably meant by a word that is not known, or an empty text. Long words are not looked for."""
    near = get_close_matches(word, list(islice(words, 1_000)), n=1) if len(word) <= 100 else []
    return shown(near[0]) if near else ""


def name_of(value: object) -> str | None:
    """A stranger's text as a name of at most 80 characters, or None for what is no text or empty."""
    return shown(value.strip()) if isinstance(value, str) and value.strip() else None


def _repository_id(name: str) -> str:
    return f"huggingface:{name}" if len(name) < LONGEST_ID else id_of("huggingface", name)
