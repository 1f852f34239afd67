"""PostgreSQL itself keeps the ledger: nothing is changed or removed, and an entry that does not balance fails."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger only grows: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Post a new entry that puts it right.';
END $$;

CREATE TRIGGER journal_only_grows BEFORE UPDATE OR DELETE ON campaigns_journalentry
    FOR EACH ROW EXECUTE FUNCTION ledger_only_grows();
CREATE TRIGGER postings_only_grow BEFORE UPDATE OR DELETE ON campaigns_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_only_grows();

CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
    entry bigint;
BEGIN
    IF TG_TABLE_NAME = 'campaigns_posting' THEN
        entry := NEW.entry_id;
    ELSE
        entry := NEW.id;
    END IF;
    SELECT coalesce(sum(amount), 0) AS total, count(*) AS postings INTO found
        FROM campaigns_posting WHERE entry_id = entry;
    IF found.total <> 0 OR found.postings < 2 THEN
        RAISE EXCEPTION 'journal entry % does not balance: % postings, sum %', entry, found.postings, found.total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER an_entry_balances_at_commit AFTER INSERT ON campaigns_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
CREATE CONSTRAINT TRIGGER an_entry_has_postings_at_commit AFTER INSERT ON campaigns_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
"""

BACKWARDS = """
DROP TRIGGER an_entry_has_postings_at_commit ON campaigns_journalentry;
DROP TRIGGER an_entry_balances_at_commit ON campaigns_posting;
DROP FUNCTION entry_balances();
DROP TRIGGER postings_only_grow ON campaigns_posting;
DROP TRIGGER journal_only_grows ON campaigns_journalentry;
DROP FUNCTION ledger_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = (("campaigns", "0001_campaigns_pledges_and_the_ledger"),)
    operations = (migrations.RunSQL(FORWARDS, BACKWARDS),)
