"""The answers to a file as a table for people at a terminal."""

import unicodedata
from typing import Any

from lineage.engine.document import LineageFile

_HEADINGS = ("question", "artefact", "action", "on", "verdict", "lineage", "because")


def table(file: LineageFile, result: dict[str, list[dict[str, Any]]]) -> str:
    """One line for each answer with the codes that decide it, then one for each fault. Not legal advice, it says."""
    rows = [_HEADINGS]
    for question, answer in zip(file.questions, result["answers"], strict=True):
        rows.append(
            (
                question.id,
                question.artefact,
                question.action,
                question.on.isoformat(),
                answer["verdict"],
                answer["lineage"],
                _because(answer),
            )
        )
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += [f"{fault['code']}: {fault['says']}" for fault in result["faults"]]
    return "\n".join([*lines, "", "A verdict is a reading of licence texts, not legal advice.", ""])


def _because(answer: dict[str, Any]) -> str:
    """The codes of the worst reasons, each once."""
    codes = [reason["code"] for reason in answer["reasons"] if reason["verdict"] == answer["verdict"]]
    return ", ".join(dict.fromkeys(codes)) or "-"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
