"""The lineage file, `genseki-lineage/1`, as plain values.

The shapes here are what the whole engine works on; `reading.py` makes them from JSON and refuses what is wrong,
`writing.py` turns them back. Days are `datetime.date`; a limit and a share are plain numbers.
"""

from dataclasses import dataclass, field
from datetime import date

FORMAT = "genseki-lineage/1"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a licence asks or forbids. `limit` is a number where the kind takes one, else None."""

    id: str
    limit: float | None = None
    carries: str = "derivatives"
    reaches_outputs: bool = False
    clause: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    """One dated text. Two texts of one name are two licences."""

    id: str
    name: str | None = None
    url: str | None = None
    spdx: str | None = None
    family: str | None = None
    or_later: bool = False
    terms: tuple[Term, ...] = ()
    outbound: tuple[str, ...] = ()
    control: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Artefact:
    """One fixed set of weights, a LoRA, a VAE or a data set."""

    id: str
    name: str
    licensor: str | None = None
    published_on: date | None = None
    sha256: str | None = None
    url: str | None = None
    undisclosed_parents: bool = False
    claimed_label: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What the licensor offered everybody from `starts` (included) to `until` (excluded)."""

    artefact: str
    licence: str
    starts: date
    until: date | None = None
    optional: bool = False
    certain: bool = True
    evidence: str | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open: the day `starts` is in it, the day `until` is not."""

    starts: date
    until: date


@dataclass(frozen=True, slots=True)
class Derivation:
    """`child` was made from `parent`, which its maker obtained on a day, in an interval, or nobody knows when."""

    parent: str
    child: str
    method: str
    obtained_on: date | Interval | None
    share: float | None = None
    certain: bool = True
    reaccepted_on: date | None = None
    evidence: str | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    artefact: str
    term: str
    actors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prohibition:
    artefact: str
    on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person who asks. None is unknown, except `commercial`, which is then false."""

    team_size: float | None = None
    annual_revenue_usd: float | None = None
    monthly_active_users: float | None = None
    images_per_month: float | None = None
    monetised: bool | None = None
    commercial: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    artefact: str
    action: str
    on: date
    acquired_on: date | None = None
    actor: str | None = None
    facts: Facts = field(default_factory=Facts)
    holds: tuple[tuple[str, str], ...] = ()
    policy: str = "strict"
    note: str | None = None
    expect: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class LineageFile:
    """A whole file. The order of every list is kept, and never matters to an answer."""

    licences: tuple[Licence, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    grants: tuple[Grant, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    questions: tuple[Question, ...] = ()


class LineageFileError(ValueError):
    """A file was refused. `place` is where (`derivations[3].parent`), `says` a sentence that tells what to do."""

    def __init__(self, place: str, says: str) -> None:
        super().__init__(f"{place}: {says}" if place else says)
        self.place = place
        self.says = says
