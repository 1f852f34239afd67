"""Every journal entry gets a number within its campaign and a hash over itself and all entries before it.

PostgreSQL composes the text of an entry as `campaigns/chain.py` does, and refuses at commit what does not fit: an
entry that leaves a gap, one with a wrong hash, and a posting that is added to an entry that was complete before.
"""

from django.db import migrations, models

FUNCTIONS = r"""
CREATE FUNCTION ledger_text(entry bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(E'\n', 'genseki-ledger-1', campaign.slug, journal.number::text, journal.kind,
        to_char(journal.at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), journal.currency,
        encode(sha256(convert_to(journal.external_ref, 'UTF8')), 'hex'), journal.memo,
        (SELECT string_agg(account || ' ' || amount, E'\n' ORDER BY account COLLATE "C")
            FROM campaigns_posting WHERE entry_id = journal.id))
    FROM campaigns_journalentry journal JOIN campaigns_campaign campaign ON campaign.id = journal.campaign_id
    WHERE journal.id = entry
$$;

CREATE FUNCTION ledger_link(before text, says text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(before || E'\n' || says, 'UTF8')), 'hex')
$$;
"""

NO_FUNCTIONS = """
DROP FUNCTION ledger_link(text, text);
DROP FUNCTION ledger_text(bigint);
"""

# The only time that rows of the ledger change: they get what they had not, and nothing else of them is touched.
CHAIN_WHAT_THERE_IS = """
ALTER TABLE campaigns_journalentry DISABLE TRIGGER journal_only_grows;

UPDATE campaigns_journalentry journal SET number = counted.place
    FROM (SELECT id, row_number() OVER (PARTITION BY campaign_id ORDER BY id) AS place
        FROM campaigns_journalentry) counted
    WHERE counted.id = journal.id;

DO $$
DECLARE
    one record;
    link text;
    of_campaign bigint := 0;
BEGIN
    FOR one IN SELECT id, campaign_id FROM campaigns_journalentry ORDER BY campaign_id, number LOOP
        IF one.campaign_id <> of_campaign THEN
            of_campaign := one.campaign_id;
            link := repeat('0', 64);
        END IF;
        link := ledger_link(link, ledger_text(one.id));
        UPDATE campaigns_journalentry SET chained = link WHERE id = one.id;
    END LOOP;
END $$;

-- What waits for the commit is looked at now: PostgreSQL alters no table about which something is still waiting.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE campaigns_journalentry ENABLE TRIGGER journal_only_grows;
"""

GUARD = """
CREATE FUNCTION entry_is_chained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    this record;
    before text;
BEGIN
    SELECT id, campaign_id, number, chained INTO this FROM campaigns_journalentry WHERE id = NEW.entry_id;
    SELECT chained INTO before FROM campaigns_journalentry
        WHERE campaign_id = this.campaign_id AND number = this.number - 1;
    IF this.number = 1 THEN
        before := repeat('0', 64);
    END IF;
    IF before IS NULL OR this.chained <> ledger_link(before, ledger_text(this.id)) THEN
        RAISE EXCEPTION 'journal entry % does not fit the chain of its campaign', this.id
            USING ERRCODE = 'check_violation', HINT = 'Entries are written by campaigns/ledger.py, whole and at once.';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER an_entry_is_chained_at_commit AFTER INSERT ON campaigns_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_is_chained();
"""

NO_GUARD = """
DROP TRIGGER an_entry_is_chained_at_commit ON campaigns_posting;
DROP FUNCTION entry_is_chained();
"""


class Migration(migrations.Migration):
    dependencies = (("campaigns", "0005_the_ledger_is_not_emptied"),)
    operations = (
        migrations.AddField("journalentry", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField("journalentry", "chained", models.CharField(max_length=64, null=True)),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(CHAIN_WHAT_THERE_IS, migrations.RunSQL.noop),
        migrations.AlterField("journalentry", "number", models.PositiveIntegerField()),
        migrations.AlterField("journalentry", "chained", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "journalentry",
            models.UniqueConstraint(fields=("campaign", "number"), name="an_entry_has_its_own_number"),
        ),
        migrations.AddConstraint(
            "journalentry",
            models.CheckConstraint(condition=~models.Q(memo__regex=r"[\n\r]"), name="a_memo_is_one_line"),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    )
