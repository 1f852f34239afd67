"""A lineage file of this product's own kind as a proposal: what others have put on record is not on record here."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from lineage.engine.document import LineageFileError
from lineage.engine.reading import read
from lineage.formats.draft import MOST_STATEMENTS
from lineage.formats.proposals import Evidence, FormatError, Proposal, Proposed, Remark
from lineage.formats.texts import as_bytes


def import_lineage_file(data: bytes | str) -> Proposal:
    """Everything that a lineage file says, nothing of it certain, and no word of it joined with another.

    Raises FormatError with the place in the file.
    """
    try:
        file = read(data)
    except LineageFileError as error:
        raise FormatError(error.place, "{problem}", problem=error.says) from None
    if len(file.artefacts) + len(file.grants) + len(file.derivations) > MOST_STATEMENTS:
        says = "this says more than {most} things; split it into smaller parts"
        raise FormatError("", says, most=MOST_STATEMENTS)
    remark = Remark("questions", "questions are no statements about models, and are left out")
    return Proposal(
        evidence=Evidence(sha256(as_bytes(data)).hexdigest(), "genseki"),
        artefacts=_proposed("artefacts", file.artefacts),
        licences=_proposed("licences", file.licences),
        grants=_proposed("grants", [replace(grant, certain=False) for grant in file.grants]),
        derivations=_proposed("derivations", [replace(edge, certain=False) for edge in file.derivations]),
        exemptions=_proposed("exemptions", file.exemptions),
        prohibitions=_proposed("prohibitions", file.prohibitions),
        remarks=(remark,) if file.questions else (),
    )


def _proposed[T](key: str, values: Iterable[T]) -> tuple[Proposed[T], ...]:
    return tuple(Proposed(value, "declared", f"{key}[{number}]") for number, value in enumerate(values))
