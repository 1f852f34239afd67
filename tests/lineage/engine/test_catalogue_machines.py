"""Catalogues of some thousands of models: the compiled machine and the plain one say the same."""

import pytest

from lineage.engine.arrays import COMPILES, Compiled, Lists, Machine
from lineage.engine.catalogue import Catalogue
from lineage.engine.catalogue_budget import Budget
from lineage.engine.catalogue_columns import CatalogueColumns
from lineage.engine.catalogue_ranking import Freed, Ranking

if not COMPILES:
    pytest.skip("numpy and numba, the optional extra `scale`, are not installed", allow_module_level=True)

invented = pytest.importorskip("tests.bench.invented_catalogues")


def told(columns: CatalogueColumns, machine: Machine) -> tuple[str, list[Freed], list[Freed]]:
    catalogue = Catalogue(columns, invented.LAST_DAY, machine=machine)
    ranking = Ranking(catalogue).best(5000)
    return catalogue.digest(), ranking, Budget(catalogue).spend([1] * len(columns.licensor), 15)


@pytest.mark.parametrize("profile", ["stress", "hf-real"])
def test_both_machines_say_the_same(profile: str) -> None:
    columns = invented.invented_catalogue(profile, 5000)

    compiled = told(columns, Compiled())

    assert len(compiled[1]) > 20
    assert compiled == told(columns, Lists())


@pytest.mark.parametrize("profile", ["stress", "hf-real"])
def test_a_ranking_made_anew_is_what_is_left_after_the_choices(profile: str) -> None:
    """What is looked at again after each choice is all that the choice has changed."""
    catalogue = Catalogue(invented.invented_catalogue(profile, 5000), invented.LAST_DAY)
    budget = Budget(catalogue)

    budget.spend([1] * 5000, 25)

    assert budget.best(5000) == Ranking(budget.catalogue).best(5000)
