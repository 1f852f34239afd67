"""What is proposed and disputed about a version, on its page; and the words for it."""

from django import template
from django.contrib.auth.models import User
from django.template.context import Context

from lineage.actions.who_may import has_a_say
from lineage.models import Dispute, Proposal, Version
from lineage.views.claim_views import views_of
from lineage.words import claims
from lineage.words.formats import place_words

register = template.Library()
MOST = 50

for word in (
    claims.certainty_sentence,
    claims.certainty_word,
    claims.claim_kind_word,
    claims.format_word,
    claims.kept_sentence,
    claims.outcome_word,
    claims.proposal_state_word,
    place_words,
):
    register.filter(word.__name__, word)


@register.inclusion_tag("lineage/_open_claims.html", takes_context=True)
def open_claims(context: Context, version: Version) -> dict[str, object]:
    """How many proposals about this version are open, and all disputes with both views. Four queries at most."""
    waiting = Proposal.objects.filter(about=version.slug, state=Proposal.State.OPEN)
    disputes = Dispute.objects.filter(version=version).select_related("by", "settled_by").order_by("-pk")[:MOST]
    views = sorted(views_of(disputes), key=lambda view: view.dispute.outcome != Dispute.Outcome.OPEN)
    person = context.get("user")
    return {
        "version": version,
        "waiting": waiting.exclude(kind=Proposal.Kind.LICENCE).count(),
        "views": views,
        "user": person,
        "theirs": isinstance(person, User) and has_a_say(person, version),
    }


@register.inclusion_tag("lineage/_open_questions.html")
def open_questions(version: Version) -> dict[str, object]:
    """How much about this version waits to be decided, for the tabs that do not tell it in full. Two queries."""
    proposed = Proposal.objects.filter(about=version.slug, state=Proposal.State.OPEN)
    disputed = Dispute.objects.filter(version=version, outcome=Dispute.Outcome.OPEN)
    return {
        "version": version,
        "proposed": proposed.exclude(kind=Proposal.Kind.LICENCE).count(),
        "disputed": disputed.count(),
    }
