"""What the pages of a draft show: how far it is, what is missing, and how its plan is judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext, gettext_lazy

from campaigns.actions.check_draft import Check, check_draft
from campaigns.actions.judge_plan import judge_plan, judge_plans, local_day
from campaigns.actions.open_campaign import still_to_agree
from campaigns.countries import COUNTRIES
from campaigns.models import Campaign
from campaigns.views.judged import compare, tell
from lineage.verdicts import record_on

PAGES = (
    ("campaign_tainted_version", gettext_lazy("The model to replace")),
    ("campaign_clean_version", gettext_lazy("The clean version")),
    ("campaign_edit", gettext_lazy("Plan, money and promises")),
    ("campaign_preview", gettext_lazy("Preview and send")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a draft in the list of all four."""

    page: str
    label: str | LazyText
    missing: int
    here: bool


def steps(draft: Campaign, here: str, *, at: datetime) -> list[Step]:
    return _steps(check_draft(draft, at=at), here, clean=plan_is_clean(draft, at=at))


def missing_of(drafts: Sequence[Campaign], *, at: datetime) -> dict[int, int]:
    """How many things keep each draft from being sent, by its key; a plan that is not clean is one of them.

    However many drafts there are, it takes the same few queries; each comes with its organiser and versions.
    """
    prefetch_related_objects(drafts, "costs", "promises")
    judged = judge_plans((draft for draft in drafts if draft.tainted_version and draft.clean_version), at=at)
    unclean = {key for key, judgement in judged.items() if not judgement.good}
    return {
        draft.pk: sum(not check.done for check in check_draft(draft, at=at)) + (draft.pk in unclean) for draft in drafts
    }


def plan_is_clean(draft: Campaign, *, at: datetime) -> bool:
    """True also where there is nothing to judge yet: what is missing is said by the checks."""
    if draft.tainted_version is None or draft.clean_version is None:
        return True
    return judge_plan(draft, on=local_day(draft, at)).good


def inherited_kinds(draft: Campaign, *, at: datetime) -> tuple[str, ...]:
    """The kinds of restriction that the chosen version inherits: what can be promised gone."""
    if draft.tainted_version is None:
        return ()
    restrictions = record_on(draft.tainted_version, local_day(draft, at)).restrictions
    return tuple(sorted({item.term.id for item in restrictions}))


def preview_contents(draft: Campaign, *, at: datetime) -> dict[str, object]:
    """The checklist, the judgement of the plan, and what it changes."""
    checks = check_draft(draft, at=at)
    tainted, clean = draft.tainted_version, draft.clean_version
    on = local_day(draft, at)
    told = tell(judge_plan(draft, on=on)) if tainted and clean else None
    return {
        "campaign": draft,
        "steps": _steps(checks, "campaign_preview", clean=told is None or told.good),
        "checks": checks,
        "done": sum(check.done for check in checks),
        "ready": all(check.done for check in checks) and told is not None and told.good,
        "told": told,
        "compared": compare(tainted, clean, on=on) if tainted and clean else (),
        "waiting": still_to_agree(draft),
        "payee_country": gettext(COUNTRIES[draft.payee_country].name) if draft.payee_country in COUNTRIES else "",
    }


def _steps(checks: Iterable[Check], here: str, *, clean: bool) -> list[Step]:
    missing = [check.page for check in checks if not check.done] + ([] if clean else ["campaign_clean_version"])
    return [
        Step(page, label, len(missing) if page == "campaign_preview" else missing.count(page), page == here)
        for page, label in PAGES
    ]
