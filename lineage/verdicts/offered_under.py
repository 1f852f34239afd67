"""What the eight uses would get for a model of which nothing is known but that it is offered under some licence."""

from collections.abc import Sequence
from datetime import date

from lineage.engine.compatibility import is_read
from lineage.engine.document import Artefact, Grant, Licence, LineageFile, Question
from lineage.engine.inheritance import solve
from lineage.engine.verdicts import answer
from lineage.verdicts.asker import ONE_PERSON, Asker
from lineage.verdicts.strip import StripItem, eight_uses

# Any day does: in a file with one grant nothing ever changes.
_DAY = date(2000, 1, 1)


def strips_under(licences: Sequence[Licence], asker: Asker = ONE_PERSON) -> list[tuple[StripItem, ...]]:
    """The eight uses under each licence, in their order, as somebody asks for them.

    A text of which nothing is on file counts as a licence that nobody knows: that it asks for nothing was never read.
    """
    models = {licence.id: f"model-{place}" for place, licence in enumerate(licences)}
    file = LineageFile(
        licences=tuple({licence.id: licence for licence in licences}.values()),
        artefacts=tuple(Artefact(model, model) for model in models.values()),
        grants=tuple(Grant(models[licence.id], licence.id, _DAY) for licence in licences if is_read(licence)),
    )
    inheritance = solve(file, _DAY)
    strips = []
    for licence in licences:
        strip = []
        for key, use in eight_uses(asker):
            given = answer(file, Question(key, models[licence.id], use.action, _DAY, facts=use.facts), inheritance)
            strip.append(StripItem(key, use, given.verdict, given, lenient=given.verdict))
        strips.append(tuple(strip))
    return strips
