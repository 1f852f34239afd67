"""Families to be exported: the real one, any one, and one whose every text is meant to break something."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from lineage.engine.document import Artefact, Derivation, Grant, Interval, Licence, LineageFile, Term
from lineage.engine.inheritance import solve
from lineage.engine.reading import read
from lineage.formats.exported_family import ExportedFamily
from tests.lineage.engine import invented_files

DATA = Path(__file__).resolve().parents[3] / "lineage" / "data"
DAY = date(2023, 5, 1)

HOSTILE = (
    "\"quoted\" & 'quoted'",
    "<script>alert(1)</script>",
    "]]> <![CDATA[ -->",
    "line\nbreak\r\nand\ttab\u2028here",
    "[link](javascript:alert(1)) ![x](http://example.org/x.png) `code` **bold** <b>",
    "# heading\n---\n- list\n| a | b |\n***",
    "key: value # no comment",
    "- *alias !!python/object:os.system &anchor {a: [b]}",
    "---\nlicense: mit\n---",
    '=HYPERLINK("http://example.org")',
    "'=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1",
    "שלום עולם",
    "\u202eturned\u202c",
    "bell\x07 escape\x1b[31m \x7f \ufffe \ufeff",
    "www.example.org and http://example.org and a@example.org",
    "日本語のモデル　名前",
    "\\backslash\\",
    "a" * 300,
    "../..//x",
    "A" * 64,
    "x" + "b" * 100,
    " spaces around ",
    "mit",
    "MIT AND",
    "LicenseRef-",
    "~",
    "null",
    "%zz%00",
)

hostile = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1)


def address(id: str) -> str:
    return f"https://genseki.example/m/{id}/"


def family(file: LineageFile, subject: str, on: date = DAY, planned: frozenset[str] = frozenset()) -> ExportedFamily:
    return ExportedFamily(subject, solve(file, on), address, planned)


def bra(subject: str = "bra-v4") -> ExportedFamily:
    return family(read((DATA / "bra.json").read_bytes()), subject)


@st.composite
def families(draw: st.DrawFn) -> ExportedFamily:
    """Any family, and where the draw wants it with every id and text replaced by something hostile."""
    file = draw(invented_files.files())
    if draw(st.booleans()):
        file = draw(_renamed(file))
    subject = draw(st.sampled_from(file.artefacts)).id
    planned = draw(st.sets(st.sampled_from([artefact.id for artefact in file.artefacts]), max_size=2))
    return family(file, subject, draw(invented_files.days), frozenset(planned))


@st.composite
def _renamed(draw: st.DrawFn, file: LineageFile) -> LineageFile:
    ids = draw(st.lists(hostile, min_size=len(file.artefacts), max_size=len(file.artefacts), unique=True))
    names = dict(zip((artefact.id for artefact in file.artefacts), ids, strict=True))
    texts = st.lists(hostile.filter(lambda text: text != "unknown-licence"), min_size=3, max_size=3, unique=True)
    licences = dict(zip((licence.id for licence in file.licences), draw(texts), strict=True))
    some = st.none() | hostile
    return LineageFile(
        licences=tuple(
            replace(
                licence,
                id=licences[licence.id],
                name=draw(some),
                url=draw(some),
                spdx=draw(some | st.just("MIT OR Apache-2.0")),
                terms=tuple(replace(term, clause=draw(some), quote=draw(some)) for term in licence.terms),
            )
            for licence in file.licences
        ),
        artefacts=tuple(
            replace(
                artefact,
                id=names[artefact.id],
                name=draw(hostile),
                licensor=draw(some),
                url=draw(some | st.just("https://huggingface.co/some one/model (1)")),
                sha256=draw(st.none() | hostile | st.just("AB" * 32)),
                claimed_label=draw(some),
            )
            for artefact in file.artefacts
        ),
        grants=tuple(
            replace(grant, artefact=names[grant.artefact], licence=licences[grant.licence], evidence=draw(some))
            for grant in file.grants
        ),
        derivations=tuple(
            replace(made, parent=names[made.parent], child=names[made.child], evidence=draw(some))
            for made in file.derivations
        ),
    )


def shuffled(family: ExportedFamily, seed: int) -> ExportedFamily:
    """The same family from a file whose every list is in another order."""
    chance = random.Random(seed)

    def mixed[T](entries: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(chance.sample(entries, len(entries)))

    file = family.pedigree.file
    file = replace(
        file,
        licences=mixed(file.licences),
        artefacts=mixed(file.artefacts),
        grants=mixed(file.grants),
        derivations=mixed(file.derivations),
    )
    return ExportedFamily(family.subject, solve(file, family.on), family.link, family.planned)


def a_family_of_all_kinds() -> ExportedFamily:
    """One parent for each way of being known: certain, doubtful, by outputs, by copy, in a gap, undisclosed."""
    return family(
        LineageFile(
            licences=(
                Licence(
                    "apache-2.0", "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"
                ),
                Licence("house-2023-01", "House licence", terms=(Term("team-size-max", 10, clause="4.a"),)),
                Licence("paid", "Paid tier"),
            ),
            artefacts=(
                Artefact("base", "Base", "ann", date(2022, 1, 1), "ab" * 32, "https://huggingface.co/ann/base"),
                Artefact("painter", "Painter", "bob", date(2022, 6, 1), url="https://huggingface.co/bob/painter"),
                Artefact("copy", "Copy"),
                Artefact("child", "Child", "cho", date(2023, 4, 1), undisclosed_parents=True),
            ),
            grants=(
                Grant("base", "house-2023-01", date(2022, 1, 1), date(2022, 9, 1)),
                Grant("base", "apache-2.0", date(2023, 1, 1)),
                Grant("base", "paid", date(2022, 2, 1), optional=True),
                Grant("painter", "apache-2.0", date(2022, 6, 1), certain=False),
                Grant("child", "apache-2.0", date(2023, 4, 1)),
            ),
            derivations=(
                Derivation("base", "child", "merge", date(2022, 3, 1), 0.5, evidence=("=1+1", "a talk")),
                Derivation("painter", "child", "train-on-outputs", Interval(date(2022, 7, 1), date(2022, 8, 1))),
                Derivation("copy", "child", "component", None, certain=False),
                Derivation("base", "copy", "mirror", date(2023, 2, 1)),
                Derivation("painter", "base", "merge", None, share=0),
            ),
        ),
        "child",
    )
