"""Small files in which much is tainted, for what a replacement frees and what a repair costs."""

from datetime import date

from hypothesis import strategies as st

from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.terms import METHODS
from tests.lineage.engine.invented_files import FIRST_DAY


@st.composite
def tainted_files(draw: st.DrawFn) -> LineageFile:
    """Files in which much is tainted: few doubts, few unknowns, a few owners of restrictions, sometimes cycles."""
    names = "abcdefgh"[: draw(st.integers(3, 8))]
    kinds = [
        Licence("open"),
        Licence("deriving", terms=(Term("no-hosting"),)),
        Licence("outputs", terms=(Term("no-competing-training", reaches_outputs=True, carries="none"),)),
        Licence("copies", terms=(Term("no-redistribution", carries="copies"), Term("revenue-max", 5))),
        Licence("changing", control=("may-change",)),
    ]
    some = st.sampled_from(["open", "open", "deriving", "outputs", "copies", "changing"])
    grants = [Grant(name, draw(some), FIRST_DAY) for name in names]
    later = st.dictionaries(st.sampled_from(names), some, max_size=2)
    grants += [Grant(name, of, date(2023, 1, 5)) for name, of in draw(later).items()]
    derivations = []
    for _ in range(draw(st.integers(2, 14))):
        one, other = sorted(draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)))
        if draw(st.integers(0, 9)) == 0:
            one, other = other, one
        method = draw(st.sampled_from(["merge", "merge", "merge", "train-on-outputs", "convert", *sorted(METHODS)]))
        obtained = draw(st.sampled_from([date(2023, 1, 2), date(2023, 1, 6)]))
        share = draw(st.sampled_from([None, None, None, 0.1, 0]))
        certain = draw(st.integers(0, 5)) > 0
        derivations.append(Derivation(one, other, method, obtained, share=share, certain=certain))
    licensors = st.sampled_from([None, None, "mika", "jo"])
    hidden = draw(st.sampled_from(["", "", names[0], names[-1]]))
    made_of = tuple(Artefact(n, n, licensor=draw(licensors), undisclosed_parents=n == hidden) for n in names)
    return LineageFile(tuple(kinds), made_of, tuple(grants), tuple(derivations))
