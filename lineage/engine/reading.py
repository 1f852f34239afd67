"""From JSON to a lineage file. A file is refused whole, with the place and a sentence, at the first thing wrong.

Readings of the text that it leaves open:

* A field that the format does not have is refused, with the nearest one that it has: most are slips of the pen, and a
  slip in `certain` or `until` would change a verdict in silence. `expect` takes any object; `note` is any text.
* The id `unknown-licence` is refused for whatever takes an id, and as a term: the calculus makes both itself.
* An interval or grant that ends on the day it begins has no day in it, but does not end *before* it begins: it is
  read, and nobody ever took anything in it.
* A licence may say one term twice, with another limit or reach.
* Texts with a NUL character or half a surrogate pair are refused, as they can neither be stored nor written again.
"""

from collections.abc import Callable, Collection
from datetime import date

from lineage.engine.document import (
    FORMAT,
    Artefact,
    Derivation,
    Exemption,
    Grant,
    Interval,
    Licence,
    LineageFile,
    LineageFileError,
    Prohibition,
    Term,
)
from lineage.engine.fields import Fields, shown
from lineage.engine.json_text import parse
from lineage.engine.reading_questions import QUESTION_FIELDS, read_question
from lineage.engine.terms import CARRIES, CONTROLS, METHODS, OUTBOUND, TERMS, UNKNOWN_LICENCE, takes_limit

_LISTS = ("licences", "artefacts", "grants", "derivations", "exemptions", "prohibitions", "questions")
_FILE = frozenset({"format", *_LISTS})
_LICENCE = frozenset({"id", "name", "url", "spdx", "family", "or_later", "terms", "outbound", "control"})
_TERM = frozenset({"id", "limit", "carries", "reaches_outputs", "clause", "quote"})
_ARTEFACT = frozenset(
    {"id", "name", "licensor", "published_on", "sha256", "url", "undisclosed_parents", "claimed_label"}
)
_GRANT = frozenset({"artefact", "licence", "from", "until", "optional", "certain", "evidence"})
_DERIVATION = frozenset({"parent", "child", "method", "obtained_on", "share", "certain", "reaccepted_on", "evidence"})
_INTERVAL = frozenset({"from", "until"})
_EXEMPTION = frozenset({"artefact", "term", "actors"})
_PROHIBITION = frozenset({"artefact", "on"})
_WRITABLE_TERMS = TERMS - {UNKNOWN_LICENCE}


def read(text: str | bytes) -> LineageFile:
    """The lineage file in a JSON text of at most ten million bytes. Raises LineageFileError."""
    return from_json(parse(text))


def from_json(value: object) -> LineageFile:
    """The lineage file in plain JSON values. Raises LineageFileError at the first thing that is wrong."""
    fields = Fields("", value, _FILE)
    if fields.text("format") != FORMAT:
        fields.refuse("format", f'this must be "{FORMAT}", not "{shown(fields.text("format"))}"')
    licences = _with_ids(fields, "licences", "licence", _LICENCE, _licence)
    artefacts = _with_ids(fields, "artefacts", "artefact", _ARTEFACT, _artefact)
    grants = _each(fields, "grants", _GRANT, lambda entry: _grant(entry, artefacts, licences))
    _refuse_two_on_one_day(grants)
    return LineageFile(
        licences=tuple(licences.values()),
        artefacts=tuple(artefacts.values()),
        grants=grants,
        derivations=_each(fields, "derivations", _DERIVATION, lambda entry: _derivation(entry, artefacts)),
        exemptions=_each(fields, "exemptions", _EXEMPTION, lambda entry: _exemption(entry, artefacts)),
        prohibitions=_each(fields, "prohibitions", _PROHIBITION, lambda entry: _prohibition(entry, artefacts)),
        questions=tuple(
            _with_ids(
                fields,
                "questions",
                "question",
                QUESTION_FIELDS,
                lambda entry, new_id: read_question(entry, new_id, artefacts, licences),
            ).values()
        ),
    )


def _each[T](fields: Fields, key: str, known: Collection[str], make: Callable[[Fields], T]) -> tuple[T, ...]:
    required = key in ("licences", "artefacts", "grants", "derivations")
    entries = fields.entries(key) if required else fields.optional_entries(key)
    return tuple([make(Fields(f"{key}[{number}]", entry, known)) for number, entry in enumerate(entries)])


def _with_ids[T](
    fields: Fields, key: str, kind: str, known: Collection[str], make: Callable[[Fields, str], T]
) -> dict[str, T]:
    made: dict[str, T] = {}

    def add(entry: Fields) -> None:
        new_id = entry.new_id(kind, made)
        made[new_id] = make(entry, new_id)

    _each(fields, key, known, add)
    return made


def _licence(entry: Fields, new_id: str) -> Licence:
    terms = [
        _term(Fields(entry.at(f"terms[{number}]"), term, _TERM)) for number, term in enumerate(entry.entries("terms"))
    ]
    return Licence(
        id=new_id,
        name=entry.optional_text("name"),
        url=entry.optional_text("url"),
        spdx=entry.optional_text("spdx"),
        family=entry.optional_text("family"),
        or_later=entry.flag("or_later", False),
        terms=tuple(terms),
        outbound=entry.all_named("outbound", "outbound", OUTBOUND),
        control=entry.all_named("control", "control", CONTROLS),
    )


def _term(entry: Fields) -> Term:
    if entry.text("id") == UNKNOWN_LICENCE:
        entry.refuse("id", "'unknown-licence' is made by the calculus; leave out the grant whose licence is not known")
    name = entry.named("id", "term", _WRITABLE_TERMS)
    limit = entry.optional_number("limit")
    if takes_limit(name) and limit is None:
        entry.refuse("limit", f"the term '{name}' needs a limit")
    if limit is not None and not takes_limit(name):
        entry.refuse("limit", f"the term '{name}' takes no limit")
    return Term(
        id=name,
        limit=limit,
        carries=entry.optional_named("carries", "way to carry", CARRIES, "derivatives"),
        reaches_outputs=entry.flag("reaches_outputs", False),
        clause=entry.optional_text("clause"),
        quote=entry.optional_text("quote"),
    )


def _artefact(entry: Fields, new_id: str) -> Artefact:
    return Artefact(
        id=new_id,
        name=entry.text("name"),
        licensor=entry.optional_text("licensor"),
        published_on=entry.optional_day("published_on"),
        sha256=entry.optional_text("sha256"),
        url=entry.optional_text("url"),
        undisclosed_parents=entry.flag("undisclosed_parents", False),
        claimed_label=entry.optional_text("claimed_label"),
    )


def _grant(entry: Fields, artefacts: Collection[str], licences: Collection[str]) -> Grant:
    grant = Grant(
        artefact=entry.named("artefact", "artefact", artefacts),
        licence=entry.named("licence", "licence", licences),
        starts=entry.day("from"),
        until=entry.optional_day("until"),
        optional=entry.flag("optional", False),
        certain=entry.flag("certain", True),
        evidence=entry.text_or_texts("evidence"),
    )
    if grant.until is not None and grant.until < grant.starts:
        entry.refuse("until", f"the grant ends on {grant.until}, before it begins on {grant.starts}")
    return grant


def _refuse_two_on_one_day(grants: tuple[Grant, ...]) -> None:
    begun: set[tuple[str, object]] = set()
    for number, grant in enumerate(grants):
        if grant.optional:
            continue
        if (grant.artefact, grant.starts) in begun:
            says = f"two standing grants of '{shown(grant.artefact)}' begin on {grant.starts}; only one can be in force"
            raise LineageFileError(f"grants[{number}].from", says)
        begun.add((grant.artefact, grant.starts))


def _derivation(entry: Fields, artefacts: Collection[str]) -> Derivation:
    parent = entry.named("parent", "artefact", artefacts)
    child = entry.named("child", "artefact", artefacts)
    if parent == child:
        entry.refuse("child", f"'{shown(child)}' cannot be made from itself")
    share = entry.optional_number("share")
    if share is not None and not 0 <= share <= 1:
        entry.refuse("share", "a share is a number from 0 to 1")
    return Derivation(
        parent=parent,
        child=child,
        method=entry.named("method", "method", METHODS),
        obtained_on=_obtained_on(entry),
        share=share,
        certain=entry.flag("certain", True),
        reaccepted_on=entry.optional_day("reaccepted_on"),
        evidence=entry.text_or_texts("evidence"),
    )


def _obtained_on(entry: Fields) -> date | Interval | None:
    value = entry.given("obtained_on")
    if isinstance(value, dict):
        return entry.within("obtained_on", _INTERVAL, _interval)
    return None if value is None else entry.day("obtained_on")


def _interval(entry: Fields) -> Interval:
    interval = Interval(entry.day("from"), entry.day("until"))
    if interval.until < interval.starts:
        entry.refuse("until", f"the interval ends on {interval.until}, before it begins on {interval.starts}")
    return interval


def _exemption(entry: Fields, artefacts: Collection[str]) -> Exemption:
    return Exemption(
        artefact=entry.named("artefact", "artefact", artefacts),
        term=entry.named("term", "term", TERMS),
        actors=entry.texts("actors"),
    )


def _prohibition(entry: Fields, artefacts: Collection[str]) -> Prohibition:
    return Prohibition(artefact=entry.named("artefact", "artefact", artefacts), on=entry.day("on"))
