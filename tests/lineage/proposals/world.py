"""Files that arrive, and the people around them: Mika made BRA V4, Sora is on the staff, Yui is anybody."""

import json
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import User

from lineage.actions.bring_evidence import bring_evidence
from lineage.actions.read_evidence import Source
from lineage.engine.inheritance import solve
from lineage.models import Derivation, Evidence, Grant, Proposal, Version
from lineage.records import lineage_of
from tests.world import a_licence, a_person, a_version

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TODAY = date(2026, 5, 1)

CARD = b"""---
base_model: Linaqruf/anything-v3
base_model_relation: finetune
license: creativeml-openrail-m
---
# BRA V4
"""


def mika() -> User:
    return a_person("Mika")


def sora() -> User:
    return a_person("Sora", is_staff=True)


def yui() -> User:
    return a_person("Yui")


def bra_of_mika() -> Version:
    """BRA V4, put on record by Mika, with no parent yet."""
    if known := Version.objects.filter(slug="bra-v4").first():
        return known
    version = a_version("bra-v4", a_licence("free-licence"))
    version.added_by = mika()
    version.save(update_fields=["added_by"])
    return version


def a_bound_base(slug: str = "chilloutmix") -> Version:
    """A model whose licence forbids hosting for money."""
    if known := Version.objects.filter(slug=slug).first():
        return known
    return a_version(slug, a_licence("bound-licence", "no-monetised-hosting"))


def table(*lines: str) -> bytes:
    return "\n".join(["parent,child,method,obtained_on,share", *lines, ""]).encode()


def brought(data: bytes, by: User | None = None, **source: Any) -> Evidence:
    return bring_evidence(data, Source(**source), by=by or yui(), at=NOON)


def proposed(kind: str, about: str | None = None) -> Proposal:
    """The one proposal of this kind (about this id)."""
    found = Proposal.objects.filter(kind=kind)
    return (found.filter(about=about) if about else found).get()


def a_proposed_parent(parent: str = "chilloutmix", child: str = "bra-v4", by: User | None = None) -> Proposal:
    brought(table(f"{parent},{child},merge,2023-02-15,0.5"), by)
    return Proposal.objects.get(kind="derivation", content__parent=parent, about=child)


def a_proposed_grant(licence: str = "free-licence", of: str = "bra-v4", start: str = "2023-03-01") -> Proposal:
    """By a lineage file, which names its licence text."""
    file = {
        "format": "genseki-lineage/1",
        "licences": [{"id": licence, "name": licence, "terms": [], "outbound": [], "control": []}],
        "artefacts": [{"id": of, "name": of}],
        "grants": [{"artefact": of, "licence": licence, "from": start}],
        "derivations": [],
    }
    brought(json.dumps(file).encode())
    return proposed("grant")


def state_of(slug: str) -> str:
    return solve(lineage_of([slug]), TODAY).state(slug)


def the_parent_on_record(*, certain: bool = True) -> Derivation:
    """BRA V4 was made from ChilloutMix: on record."""
    base, child = a_bound_base(), bra_of_mika()
    return Derivation.objects.create(
        parent=base, child=child, method="merge", obtained_on=date(2023, 2, 15), certain=certain
    )


def the_grant_on_record() -> Grant:
    return Grant.objects.get(version=bra_of_mika())
