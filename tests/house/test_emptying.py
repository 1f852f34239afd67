"""What a test committed is gone before the next one, by either way of emptying."""

import pytest
from django.db import connection

from tests import emptying
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give


def rows() -> dict[str, int]:
    """Of every table that has any."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            (found[table],) = cursor.fetchone()
    return {table: count for table, count in found.items() if count}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("large", [emptying.LARGE, 1], ids=["deleted", "cut"])
def test_nothing_stays_but_what_the_migrations_made(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(emptying, "LARGE", large)
    give(sandbox, an_open_campaign(), 500)
    before = rows()
    assert before["campaigns_journalentry"] and before["campaigns_posting"]

    emptying.empty_what_was_filled()

    assert rows() == {table: before[table] for table in emptying.STAY}
