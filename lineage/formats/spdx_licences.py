"""Licences in SPDX 3: an expression for each dated text, and which of them a version was offered under, and when."""

from lineage.engine.document import Grant, Licence, Term
from lineage.formats.addresses import web_address
from lineage.formats.exported_family import ExportedFamily, Span
from lineage.formats.licence_ids import licence_name
from lineage.formats.spdx_elements import NO_ASSERTION_LICENCE, Elements, moment, moment_of


def relate_licences(elements: Elements, family: ExportedFamily, artefact: str, package: str) -> None:
    """Declared licences with the days between which they stood. What was concluded is never asserted."""
    spans = family.standing(artefact)
    for span in spans:
        _declare(elements, family, span, package)
    if not spans:
        elements.relate("hasDeclaredLicense", package, [NO_ASSERTION_LICENCE], completeness="noAssertion")
    for grant in family.offers(artefact):
        comment = _comment(grant, "An offer that binds only who accepts it, such as a paid tier.")
        expression = _expression(elements, family.licence(grant.licence))
        days = {"startTime": moment(grant.starts), "endTime": moment_of(grant.until)}
        elements.relate("other", package, [expression], comment=comment, **days)
    elements.relate("hasConcludedLicense", package, [NO_ASSERTION_LICENCE], completeness="noAssertion")


def _declare(elements: Elements, family: ExportedFamily, span: Span, package: str) -> None:
    days = {"startTime": moment(span.starts), "endTime": moment_of(span.until)}
    if span.grant is None:
        comment = "Nobody knows what was offered in this time."
        target, completeness = NO_ASSERTION_LICENCE, "noAssertion"
    else:
        comment = _comment(span.grant)
        target = _expression(elements, family.licence(span.grant.licence))
        completeness = "complete" if span.grant.certain else "noAssertion"
    elements.relate("hasDeclaredLicense", package, [target], completeness=completeness, comment=comment, **days)


def _comment(grant: Grant, says: str = "") -> str:
    return " ".join(filter(None, [says, "" if grant.certain else "Claimed, not certain."]))


def _expression(elements: Elements, licence: Licence) -> str:
    """A LicenseRef leads to a licence of this document, which says what was read of the text."""
    name = licence_name(licence)
    custom = []
    if name.reference:
        custom = [{"type": "DictionaryEntry", "key": name.expression, "value": _custom(elements, licence)}]
    return elements.add(
        "simplelicensing_LicenseExpression",
        name=licence.name or licence.id,
        simplelicensing_licenseExpression=name.expression,
        simplelicensing_customIdToUri=custom,
    )


def _custom(elements: Elements, licence: Licence) -> str:
    address = web_address(licence.url)
    return elements.add(
        "expandedlicensing_CustomLicense",
        name=licence.name or licence.id,
        simplelicensing_licenseText=_what_was_read(licence),
        expandedlicensing_seeAlso=[address] if address else None,
    )


def _what_was_read(licence: Licence) -> str:
    """SPDX wants the whole text, which is not on record: this says so, and what was read of it."""
    head = "The whole text is not part of this record. What was read of it:"
    return "\n".join([head, *(_term(term) for term in licence.terms), *licence.outbound, *licence.control])


def _term(term: Term) -> str:
    limit = "" if term.limit is None else f" {term.limit:,}"
    clause = f" (clause {term.clause})" if term.clause else ""
    quote = f": “{term.quote}”" if term.quote else ""
    return f"{term.id}{limit}{clause}{quote}"
