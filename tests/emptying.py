"""Tests that commit leave an empty database behind: the tables that they filled are emptied, and no others.

Django would cut every table there is, and write content types and permissions anew: that takes thirty times as long,
and most tests fill few tables with few rows.
"""

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

# Migrations and what Django writes after them, which no test changes.
STAY = ("django_migrations", "django_content_type", "auth_permission")
# Bytes. What is deleted keeps its room, since nothing vacuums here: a table that has grown so large is cut.
LARGE = 1_000_000
TRIES = 5
# Whoever is still at work on a table is waited for. Where rows may not be deleted, as in the ledger, or not in any
# order, only who rules the database may do so all the same; others cut the tables.
EMPTY = """
DO $$
DECLARE
    one text;
    tables text[];
    is_filled boolean;
    filled text[] := '{}';
    may_delete boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
BEGIN
    SELECT array_agg(quote_ident(tablename) ORDER BY tablename) INTO tables
        FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE '%s%%' AND tablename NOT IN %s;
    EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ');
    FOREACH one IN ARRAY tables LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO is_filled;
        IF is_filled THEN
            filled := filled || one;
            may_delete := may_delete AND pg_table_size(one::regclass) < %s;
        END IF;
    END LOOP;
    IF filled = '{}' THEN
        RETURN;
    ELSIF may_delete THEN
        SET LOCAL session_replication_role = replica;
        FOREACH one IN ARRAY filled LOOP
            EXECUTE 'DELETE FROM ' || one;
        END LOOP;
    ELSE
        EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE';
    END IF;
END $$
"""


def empty_what_was_filled(_: object = None) -> None:
    """In the place of the `_fixture_teardown` of Django's TransactionTestCase. Numbers go on, as they do there."""
    empty("", but=STAY)


def empty(beginning: str, *, but: tuple[str, str, *tuple[str, ...]]) -> None:
    """The tables whose names begin so. Whoever still reads may take them in another order than this, once or twice."""
    for _ in range(TRIES - 1):
        try:
            return _empty(beginning, but)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    _empty(beginning, but)


def _empty(beginning: str, but: tuple[str, ...]) -> None:
    with transaction.atomic(durable=True), transaction.get_connection().cursor() as cursor:
        cursor.execute(EMPTY % (beginning, but, LARGE))
