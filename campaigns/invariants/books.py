"""What must be true of entries, chains and events."""

from django.utils.translation import gettext_lazy as _

from campaigns.invariants.invariant import Invariant

BOOKS = (
    Invariant(
        "entries-balance",
        _("Every entry has at least two postings, which sum to zero."),
        """SELECT campaign.slug || ' entry ' || entry.number || ': ' || count(posting.id) || ' postings, sum '
                || coalesce(sum(posting.amount), 0)
            FROM campaigns_journalentry entry JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            LEFT JOIN campaigns_posting posting ON posting.entry_id = entry.id
            GROUP BY campaign.slug, entry.id
            HAVING coalesce(sum(posting.amount), 0) <> 0 OR count(posting.id) < 2""",
    ),
    Invariant(
        "chain-fits",
        _("The entries of a ledger are numbered without a gap, and each carries the hash of itself and all before it."),
        """SELECT slug || ' entry ' || number FROM (
                SELECT campaign.slug, entry.id, entry.number, entry.chained, row_number() OVER in_order AS place,
                    coalesce(lag(entry.chained) OVER in_order, repeat('0', 64)) AS before
                FROM campaigns_journalentry entry JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
                WINDOW in_order AS (PARTITION BY entry.campaign_id ORDER BY entry.number)) link
            WHERE place <> number OR chained <> ledger_link(before, ledger_text(id))""",
    ),
    Invariant(
        "what-was-seen-stays",
        _("Every newest entry that an earlier check saw is still there, with the same hash."),
        """SELECT campaign.slug || ' entry ' || head.number
            FROM campaigns_ledgerhead head JOIN campaigns_campaign campaign ON campaign.id = head.campaign_id
            LEFT JOIN campaigns_journalentry entry
                ON entry.campaign_id = head.campaign_id AND entry.number = head.number
            WHERE entry.chained IS DISTINCT FROM head.chained""",
    ),
    Invariant(
        "never-below-nothing",
        _("No campaign holds, owes or gives back less than nothing."),
        """SELECT campaign.slug || ' ' || account || ': ' || sum(amount) FROM campaigns_posting posting
            JOIN campaigns_journalentry entry ON entry.id = posting.entry_id
            JOIN campaigns_campaign campaign ON campaign.id = entry.campaign_id
            WHERE account IN ('campaign-held', 'campaign-payable', 'refunds')
            GROUP BY campaign.slug, account HAVING sum(amount) > 0""",
    ),
    Invariant(
        "one-mode",
        _("Every event is of the mode of this site: test events on a test site, live ones on a live site."),
        """SELECT id FROM campaigns_stripeevent WHERE livemode <> %(livemode)s""",
    ),
)
