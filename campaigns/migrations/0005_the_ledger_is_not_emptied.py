"""TRUNCATE fires no trigger for rows, so it gets one of its own.

A test database is emptied after every test: who may do that says so first, with `genseki.ledger_may_be_emptied`.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION ledger_is_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('genseki.ledger_may_be_emptied', true), '') <> 'yes' THEN
        RAISE EXCEPTION 'the ledger only grows: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON campaigns_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_not_emptied();
CREATE TRIGGER postings_are_not_emptied BEFORE TRUNCATE ON campaigns_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_not_emptied();
"""

BACKWARDS = """
DROP TRIGGER postings_are_not_emptied ON campaigns_posting;
DROP TRIGGER journal_is_not_emptied ON campaigns_journalentry;
DROP FUNCTION ledger_is_not_emptied();
"""


class Migration(migrations.Migration):
    dependencies = (("campaigns", "0004_a_late_payment_is_marked"),)
    operations = (migrations.RunSQL(FORWARDS, BACKWARDS),)
