"""What a card calls its licence, and since when.

A label of Hugging Face is an alias: one label stands for several dated texts (`openrail++`), or for any (`other`). So a
grant names the label, and somebody has to say which text is meant.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from lineage.engine.document import Grant
from lineage.formats.draft import Draft
from lineage.formats.naming import id_of, name_of

#: Labels that only ever meant one text, by the id that this product gives it.
ONE_TEXT: Final = {
    "creativeml-openrail-m": "creativeml-openrail-m",
    "apache-2.0": "apache-2.0",
    "mit": "mit",
    "cc0-1.0": "cc0-1.0",
    "cc-by-4.0": "cc-by-4.0",
    "cc-by-nc-4.0": "cc-by-nc-4.0",
    "cc-by-sa-4.0": "cc-by-sa-4.0",
    "faipl-1.0-sd": "faipl-1.0-sd",
    "fair-ai-public-license-1.0-sd": "faipl-1.0-sd",
    "fair-ai-public-license": "faipl-1.0-sd",
}


def label_of(fields: dict[str, Any], draft: Draft) -> str | None:
    """What a card calls its licence: `license_name` where `license` is `other`. None where it calls it nothing."""
    value = fields.get("license")
    if isinstance(value, list):
        if len(value) > 1:
            draft.remark("card.license", "several licences are named, and which file has which is not said")
        value = ", ".join(entry for entry in value if isinstance(entry, str))
    label = name_of(value)
    if label in (None, "unknown"):
        return None
    if label == "other":
        label = name_of(fields.get("license_name")) or "other"
    if link := name_of(fields.get("license_link")):
        draft.remark("card.license_link", "the text is said to be at '{link}'", link=link)
    return label


def add_grants(draft: Draft, child: str, labels: Sequence[tuple[date, str | None, str]]) -> None:
    """One grant for every stretch of days with one label: (day, label, commit). A stretch without a label is a gap."""
    if not labels:
        draft.remark("card.license", "no day is known for this licence, so no grant is proposed; give the history")
    stretches = _stretches(labels)
    ends: list[date | None] = [later[0] for _, later in pairwise(stretches)]
    for (starts, label, commit), until in zip(stretches, [*ends, None], strict=False):
        if label is None:
            continue
        licence = draft.unread_licence(ONE_TEXT.get(label.lower()) or id_of("label", label))
        place = f"commit {commit}" if commit else "card.license"
        draft.grant(Grant(child, licence, starts, until, evidence=place), place, "claimed")


def _stretches(labels: Sequence[tuple[date, str | None, str]]) -> list[tuple[date, str | None, str]]:
    """In the order of days, each with the label that its last commit left, and only where that changes."""
    last = {day: (day, label, commit) for day, label, commit in sorted(labels, key=lambda entry: entry[0])}
    changes: list[tuple[date, str | None, str]] = []
    for stretch in last.values():
        if not changes or changes[-1][1] != stretch[1]:
            changes.append(stretch)
    return changes
