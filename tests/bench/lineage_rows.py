"""The rows of lineage in `make bench`: a hub of models, against what others would take for the same question.

MODELS (100,000) and PROFILE (stress, or hf-real) in the environment choose another hub.
"""

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import networkx as nx
import numpy as np
import pytest
from django.db import connection

from lineage.actions.replace_standings import Row as StandingRow
from lineage.actions.replace_standings import replace_standings
from lineage.actions.weigh_catalogue import weigh_catalogue
from lineage.catalogue_on_record import Loaded, whole_catalogue
from lineage.engine.arrays import COMPILES, Compiled, Lists
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_budget import Budget
from lineage.engine.catalogue_change import ChangingCatalogue, StandingGrant
from lineage.engine.catalogue_path import Paths
from lineage.engine.catalogue_ranking import Ranking
from lineage.models import Derivation, Standing, Version, Weighing
from lineage.records import lineage_of
from lineage.verdicts import record_on
from tests.bench import peers
from tests.bench.hub import DAY, MODELS, PROFILE, hub, masks_of, put_on_record
from tests.bench.invented_catalogues import invented_catalogue
from tests.bench.measuring import Row, compare

NOON = datetime(2026, 1, 1, 3, tzinfo=UTC)
SIZE = f"{MODELS // 1000}k"

pytestmark = pytest.mark.skipif(not COMPILES, reason="needs numpy and numba: the extra `scale`")


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[Row], None]:
    def printed(row: Row) -> None:
        with capsys.disabled():
            print(f"\n{row}", end="")

    return printed


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return hub()


@pytest.fixture(scope="module")
def on_record(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Loaded]:
    """The hub in the database, until the module ends."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        put_on_record(invented_catalogue(PROFILE, MODELS))
        yield whole_catalogue()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE lineage_version, lineage_licence, lineage_standing, lineage_weighing CASCADE")


def flags_of(catalogue: Catalogue) -> list[int]:
    words = catalogue.offer_columns().shape[0]
    return [int(each) for each in np.asarray(catalogue.inherited.flags)[::words]]


def test_states_and_licences_of_a_whole_hub(catalogue: Catalogue, show: Callable[[Row], None]) -> None:
    """taint_full: what every model inherits. All peers find the same first word of flags."""
    masks, count = masks_of(catalogue), len(catalogue.graph)
    undisclosed = catalogue.offers.undisclosed
    expected = [each & ~(1 << undisclosed) if undisclosed < 62 else each for each in flags_of(catalogue)]
    asked = {
        "DuckDB, a recursive query": peers.with_duckdb(masks),
        "rustworkx, its order and a loop": peers.with_rustworkx(masks),
        "networkx, its order and a loop": peers.with_networkx(masks),
    }
    held = [np.asarray(column) for column in (*catalogue.graph.rows[:5], *catalogue.inherited) if np.ndim(column)]

    for name, run in asked.items():
        assert run() == expected, name
        show(compare(f"taint_full_{SIZE}", lambda: catalogue.pass_through(0, count), name, run, 1))
    copied = [column.copy() for column in held]

    def copy() -> None:
        for to, column in zip(copied, held, strict=True):
            np.copyto(to, column)

    show(
        compare(
            f"taint_full_{SIZE}",
            lambda: catalogue.pass_through(0, count),
            "numpy, a copy of the same bytes",
            copy,
            5,
        )
    )


def test_the_same_in_plain_python(catalogue: Catalogue, show: Callable[[Row], None]) -> None:
    """taint_pure_python: the fallback, which has the same digest."""
    plain = hub(machine=Lists())
    count = len(plain.graph)
    assert plain.digest() == catalogue.digest()

    run = peers.with_rustworkx(masks_of(catalogue))
    show(compare(f"taint_plain_{SIZE}", lambda: plain.pass_through(0, count), "rustworkx and a loop", run, 1))


def test_another_day(catalogue: Catalogue, show: Callable[[Row], None]) -> None:
    """asof_date: everything as of another day, against the same for today."""
    days = itertools.cycle(DAY - timedelta(days=30 * number) for number in range(24))

    show(compare("asof_date", lambda: catalogue.see(next(days)), "as of today", lambda: catalogue.see(DAY), 3))
    catalogue.see(DAY)


def test_one_change(show: Callable[[Row], None]) -> None:
    """taint_incremental: one grant more, anywhere and at the models with the most children."""
    changing = ChangingCatalogue(invented_catalogue(PROFILE, MODELS), DAY, machine=Compiled())
    count = len(changing.graph)
    children = np.bincount(np.asarray(changing.graph.rows.parent), minlength=count)
    famous = [int(changing.graph.original[row]) for row in np.argsort(children)[::-1][:50]]
    chance = random.Random(7)
    grants = itertools.cycle([StandingGrant(1, 1), StandingGrant(2, 1)])

    def full() -> None:
        changing.pass_through(0, count)

    show(
        compare(
            "taint_incremental",
            lambda: changing.change_grants(chance.randrange(count), [next(grants)]),
            "the full pass",
            full,
            50,
        )
    )
    hubs = itertools.cycle(famous)
    show(
        compare(
            "  ... at the hubs",
            lambda: changing.change_grants(next(hubs), [next(grants)]),
            "the full pass",
            full,
            10,
        )
    )


def test_a_path(catalogue: Catalogue, show: Callable[[Row], None]) -> None:
    """explain_path: by which way a restriction came, found by walking, against reading one model's state and names."""
    paths = Paths(catalogue)
    tainted = [model for model, state in enumerate(catalogue.machine.plain(catalogue.states())) if state == 2]
    some = itertools.cycle(random.Random(7).sample(tainted, 2000))
    parents = set(zip(*(np.asarray(each).tolist() for each in _edges(catalogue)), strict=True))
    for model in itertools.islice(some, 200):
        path = paths.to_restriction(model)
        assert path and all((above, below) in parents for below, above in itertools.pairwise(path))

    show(
        compare(
            "explain_path",
            lambda: paths.to_restriction(next(some)),
            "the model's state and names",
            lambda: (catalogue.state(model := next(some)), list(catalogue.names(model))),
            200,
        )
    )


def _edges(catalogue: Catalogue) -> tuple[object, object]:
    original, rows = np.asarray(catalogue.graph.original), catalogue.graph.rows
    child = np.repeat(np.arange(len(original)), np.asarray(rows.last) - np.asarray(rows.first))
    return original[np.asarray(rows.parent)[: len(child)]], original[child]


def test_what_each_would_free(catalogue: Catalogue, show: Callable[[Row], None]) -> None:
    """freed_ranking: what a replacement of each would free, exactly, against one tree for all licences together."""
    count = len(catalogue.graph)

    def tree() -> None:
        """The lower bound that a library gives: dominators of all that anything restricted comes by."""
        graph = nx.DiGraph()
        rows, offers = catalogue.graph.rows, catalogue.offer_columns()
        child = np.repeat(np.arange(count), np.asarray(rows.last) - np.asarray(rows.first))
        parent = np.asarray(rows.parent)[: len(child)]
        restricted = np.asarray(offers.classes)[np.asarray(rows.offer)[: len(child)]] != 0
        graph.add_edges_from(zip(parent.tolist(), child.tolist(), strict=True))
        graph.add_edges_from((-1, each) for each in set(parent[restricted].tolist()))
        nx.immediate_dominators(graph, -1)

    show(compare(f"freed_ranking_{SIZE}", lambda: Ranking(catalogue), "networkx, one tree (a lower bound)", tree, 1))
    show(
        compare(
            f"freed_ranking_{SIZE}",
            lambda: Ranking(catalogue),
            "one full pass",
            lambda: catalogue.pass_through(0, count),
            1,
        )
    )


def test_fifty_replacements(catalogue: Catalogue, show: Callable[[Row], None]) -> None:
    """budget_greedy: fifty picks, looking again after each, against one ranking; and how much more they free."""
    ranking = Ranking(catalogue)
    costs = [1] * len(catalogue.graph)
    best = [each.model for each in ranking.best(50)]
    picks = Budget(catalogue).spend(costs, 50, most=50)
    fixed = Budget(catalogue).spend([int(model in set(best)) for model in range(len(costs))], 50, most=50)

    row = compare(
        "budget_greedy",
        lambda: Budget(catalogue).spend(costs, 50, most=50),
        "one ranking",
        lambda: Ranking(catalogue),
        1,
    )
    show(row)
    more = sum(each.downloads for each in picks) / max(1, sum(each.downloads for each in fixed))
    show(Row("  ... frees", "the fixed top fifty", more, (more, more), 0.0))


@pytest.mark.django_db
def test_the_hub_read_from_the_database(on_record: Loaded, show: Callable[[Row], None]) -> None:
    """load_graph: the columns, against Django's rows, and against PostgreSQL reading the same tables for itself."""

    def rows() -> None:
        list(Version.objects.values_list("pk", "licensor", "undisclosed_parents", "published_on"))
        list(Derivation.objects.values_list("parent_id", "child_id", "method", "obtained_on", "certain"))

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(id), count(licensor), max(published_on) FROM lineage_version")
            cursor.execute("SELECT sum(parent_id), sum(child_id), max(obtained_on) FROM lineage_derivation")

    show(compare(f"load_graph_{SIZE}", whole_catalogue, "Django's values_list", rows, 1))
    show(compare(f"load_graph_{SIZE}", whole_catalogue, "PostgreSQL reading for itself", floor, 1))


@pytest.mark.django_db
def test_from_the_database_to_the_table_of_standings(
    on_record: Loaded, catalogue: Catalogue, show: Callable[[Row], None]
) -> None:
    """taint_e2e: read, judge, rank and write the table, against reading and writing alone, and a recursive query."""
    table = [StandingRow(int(key), "clean", 0, 0, None, None, False, []) for key in whole_catalogue().versions]

    def nothing_judged() -> None:
        whole_catalogue()
        replace_standings(table, Weighing(at=NOON, on=DAY, versions=0, tainted=0))

    def all_of_it() -> None:
        weigh_catalogue(at=NOON, on=DAY)

    show(compare(f"taint_e2e_{SIZE}", all_of_it, "the same without judging", nothing_judged, 1))
    recursive = peers.with_postgresql(masks_of(catalogue))
    show(compare(f"taint_e2e_{SIZE}", all_of_it, "PostgreSQL, a recursive query", recursive, 1))


@pytest.mark.django_db
def test_the_verdict_of_one_model(on_record: Loaded, show: Callable[[Row], None]) -> None:
    """verdict_one: one model's page asks for its ancestors and judges; the stored row is for lists."""
    weigh_catalogue(at=NOON, on=DAY)
    versions = list(Version.objects.order_by("pk")[:: max(1, MODELS // 500)])
    states = dict(Standing.objects.values_list("version_id", "state"))
    for version in versions[:100]:
        assert record_on(version, DAY).state == states[version.pk]
    some = itertools.cycle(versions)

    def asked() -> None:
        assert record_on(next(some), DAY).state

    def select_one() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()

    show(compare("verdict_one", asked, "SELECT 1", select_one, 100))
    show(compare("verdict_one", asked, "the stored row", lambda: Standing.objects.get(pk=next(some).pk), 100))
    show(compare("verdict_one", asked, "its ancestors read alone", lambda: lineage_of([next(some).slug]), 100))


@pytest.mark.django_db
def test_fifty_verdicts_in_a_list(on_record: Loaded, show: Callable[[Row], None]) -> None:
    """verdict_list50: a list shows stored states, against the fifty rows without them."""
    weigh_catalogue(at=NOON, on=DAY)
    keys = random.Random(7).sample(range(1, MODELS + 1), 50)

    show(
        compare(
            "verdict_list50",
            lambda: list(Version.objects.filter(pk__in=keys).select_related("standing")),
            "the fifty rows alone",
            lambda: list(Version.objects.filter(pk__in=keys)),
            20,
        )
    )
