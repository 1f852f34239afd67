"""What kind of file this is: by what is in it, and by its name where that does not tell."""

import re
from collections.abc import Mapping
from typing import Any, Final

from lineage.engine.document import FORMAT as OWN_FORMAT
from lineage.formats.edge_table import NEEDED
from lineage.formats.naming import nearest
from lineage.formats.proposals import FormatError
from lineage.formats.texts import LARGEST_TEXT, json_value

_WEIGHTS: Final = (".safetensors", ".ckpt", ".pt", ".pth", ".bin")
_BY_NAME: Final[Mapping[str, str]] = {
    "md": "hugging-face-card",
    "markdown": "hugging-face-card",
    "yml": "mergekit",
    "yaml": "mergekit",
    "csv": "csv",
}
_MERGE = re.compile(rb"^[ \t]{0,8}merge_method[ \t]*:", re.MULTILINE)
_LOOKED_THROUGH: Final = 400_000


def last_part(name: str) -> str:
    """The name of the file in a path or an address."""
    return re.split(r"[?#]", name, maxsplit=1)[0].replace("\\", "/").rstrip("/").rpartition("/")[2]


def guess_format(data: bytes, name: str = "") -> str | None:
    """The id of a format; None for what looks like none. What is broken counts as what it looks like."""
    start = data[:2_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    ending = last_part(name).lower()
    if _is_weights(data) or ending.endswith(_WEIGHTS):
        return "safetensors"
    if start[:1] in (b"{", b"["):
        return _json_format(data)
    if start.startswith(b"---"):
        return "mergekit" if ending.endswith((".yml", ".yaml")) else "hugging-face-card"
    if not ending.endswith((".md", ".markdown")) and _MERGE.search(data[:_LOOKED_THROUGH]):
        return "mergekit"
    columns = {cell.strip(' "\r').lower() for cell in start.split(b"\n")[0].decode("utf-8", "ignore").split(",")}
    return "csv" if len(columns & set(NEEDED)) >= 2 else _BY_NAME.get(ending.rpartition(".")[2])


def _is_weights(data: bytes) -> bool:
    """A safetensors header, or a pickled checkpoint, which its reader knows how to refuse."""
    framed = data[8:9] == b"{" and int.from_bytes(data[:8], "little") < 2**40
    return framed or data[:4] == b"PK\x03\x04" or data[:2] == b"\x80\x02"


def _json_format(data: bytes) -> str | None:
    """What a JSON text is. What is broken is taken for a file of our own, whose reader says where it is broken."""
    try:
        value = json_value(data[: LARGEST_TEXT + 1].decode("utf-8-sig"))
    except (UnicodeDecodeError, FormatError):
        return "genseki"
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return None
    if first.get("format") == OWN_FORMAT or first.keys() & {"artefacts", "derivations"}:
        return "genseki"
    if first.keys() & {"modelVersions", "modelId", "items"}:
        return "civitai"
    if "history" in first:
        return "hugging-face-card"
    if _is_workflow(first):
        return "comfyui"
    return "civitai" if nearest("modelVersions", first) else None


def _is_workflow(fields: dict[str, Any]) -> bool:
    if isinstance(fields.get("nodes"), list):
        return True
    if any(isinstance(fields.get(key), dict | str) for key in ("prompt", "workflow")):
        return True
    return any(isinstance(node, dict) and "class_type" in node for node in fields.values())
