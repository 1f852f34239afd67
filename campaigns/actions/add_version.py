"""Put a version on file that a campaign is about: people add versions, and never change what others put there."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from lineage.actions.record_derivation import record_derivation
from lineage.actions.record_grant import record_grant
from lineage.actions.register_version import register_version
from lineage.engine import document
from lineage.models import Licence, Version


@dataclass(frozen=True, slots=True)
class ParentLine:
    """One model that another was made from. `obtained_on` None is "nobody knows"; `share` lies between 0 and 1."""

    parent: Version
    method: str
    obtained_on: date | None = None
    share: float | None = None
    certain: bool = True

    def as_document(self, child: str) -> document.Derivation:
        return document.Derivation(
            parent=self.parent.slug,
            child=child,
            method=self.method,
            obtained_on=self.obtained_on,
            share=self.share,
            certain=self.certain,
        )


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What people say of a version. The licence stands from the day on which it was published."""

    name: str
    licensor: str = ""
    url: str = ""
    sha256: str = ""
    published_on: date | None = None
    licence: Licence | None = None
    undisclosed_parents: bool = False
    parents: Sequence[ParentLine] = ()


def add_version(new: NewVersion, *, at: datetime, by: User) -> Version:
    """Raises VersionRefused, GrantRefused, DerivationRefused of lineage; then nothing is kept.

    A licence needs the day of publication: `published_on` is None only where `licence` is.
    """
    with transaction.atomic():
        version = register_version(
            slug=free_slug(new.name),
            name=new.name,
            by=by,
            at=at,
            licensor=new.licensor,
            published_on=new.published_on,
            sha256=new.sha256,
            url=new.url,
            undisclosed_parents=new.undisclosed_parents,
        )
        if new.licence is not None and new.published_on is not None:
            record_grant(version=version, licence=new.licence, starts_on=new.published_on, by=by, at=at)
        for line in new.parents:
            record_derivation(
                parent=line.parent,
                child=version,
                method=line.method,
                obtained_on=line.obtained_on,
                share=line.share,
                certain=line.certain,
                by=by,
                at=at,
            )
    return version


def free_slug(name: str) -> str:
    """A slug after the name, in the letters that it has, that no version has yet."""
    plain = slugify(name, allow_unicode=True)[:100].strip("-_")
    if plain and not Version.objects.filter(slug=plain).exists():
        return plain
    return f"{plain or 'version'}-{secrets.token_hex(3)}"
