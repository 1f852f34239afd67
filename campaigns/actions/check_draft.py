"""What a draft must say before it is sent, and whether it says it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext, gettext_lazy

from campaigns import money
from campaigns.actions.check_eligibility import trouble_with_payee
from campaigns.lifecycle import is_charged_at_the_close
from campaigns.models import Campaign

SOONEST = timedelta(hours=1)
# Stripe pays out at most 90 days after a charge, and the close needs a few of them.
LATEST = timedelta(days=60)


class NotComplete(Exception):
    """`missing` names every check that the draft does not pass."""

    def __init__(self, missing: "tuple[Check, ...]") -> None:
        super().__init__(", ".join(check.code for check in missing))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. `says` is what is wrong, empty when it is `done`; `page` and `field` are where."""

    code: str
    label: str | LazyText
    says: str = ""
    page: str = "campaign_edit"
    field: str = ""

    @property
    def done(self) -> bool:
        return not self.says


def check_draft(campaign: Campaign, *, at: datetime) -> tuple[Check, ...]:
    """Every check, done or not, in the order of the pages. Whether the plan is clean is judged by `judge_plan`."""
    return (*_checks_of_versions(campaign), *_checks_of_texts(campaign), *_checks_of_money(campaign, at))


def refuse_incomplete(campaign: Campaign, *, at: datetime) -> None:
    """Raises NotComplete with everything that is missing."""
    missing = tuple(check for check in check_draft(campaign, at=at) if not check.done)
    if missing:
        raise NotComplete(missing)


def _checks_of_versions(campaign: Campaign) -> tuple[Check, ...]:
    return (
        Check(
            "tainted-version",
            gettext_lazy("The model to replace"),
            "" if campaign.tainted_version_id else gettext("Choose the model whose restrictions shall go."),
            page="campaign_tainted_version",
        ),
        Check(
            "clean-version",
            gettext_lazy("The planned clean version"),
            "" if campaign.clean_version_id else gettext("Say from what the clean version will be made."),
            page="campaign_clean_version",
        ),
    )


def _checks_of_texts(campaign: Campaign) -> tuple[Check, ...]:
    more = campaign.ceiling is not None or campaign.more_is_for
    return (
        Check("title", gettext_lazy("Title"), "" if campaign.title else gettext("Give it a title."), field="title"),
        Check(
            "summary",
            gettext_lazy("Summary"),
            "" if campaign.summary else gettext("Say in one or two sentences what it is about."),
            field="summary",
        ),
        Check(
            "name",
            gettext_lazy("Your name"),
            "" if campaign.organiser.first_name else gettext("Say under which name you organise it."),
            field="shown_name",
        ),
        Check("plan", gettext_lazy("Plan"), "" if campaign.plan else gettext("Describe the plan."), field="plan"),
        Check(
            "training-days",
            gettext_lazy("Days of training"),
            "" if campaign.training_days else gettext("Say how many days the training will take."),
            field="training_days",
        ),
        Check(
            "if-it-fails",
            gettext_lazy("If it fails"),
            "" if campaign.if_it_fails else gettext("Say what happens to the money if the training fails."),
            field="if_it_fails",
        ),
        Check(
            "more-is-for",
            gettext_lazy("What more is for"),
            "" if more else gettext("Without a ceiling, say what more than the goal is for."),
            field="more_is_for",
        ),
    )


def _checks_of_money(campaign: Campaign, at: datetime) -> tuple[Check, ...]:
    return (
        Check("goal", gettext_lazy("Goal"), "" if campaign.goal else gettext("Set a goal."), field="goal"),
        Check("ceiling", gettext_lazy("Ceiling"), _trouble_with_ceiling(campaign), field="ceiling"),
        Check("coin", gettext_lazy("One coin"), _trouble_with_coin(campaign), field="coin"),
        Check("deadline", gettext_lazy("Deadline"), _trouble_with_deadline(campaign, at), field="deadline_day"),
        Check(
            "payee-country", gettext_lazy("Country of the trainer"), trouble_with_payee(campaign), field="payee_country"
        ),
        Check("costs", gettext_lazy("Costs"), _trouble_with_costs(campaign), field="costs"),
        Check(
            "promises",
            gettext_lazy("Promises"),
            "" if campaign.promises.exists() else gettext("Promise at least one use that will become possible."),
            field="promises",
        ),
    )


def _trouble_with_ceiling(campaign: Campaign) -> str:
    """Promises reach a ceiling and end the campaign; then one card that fails would leave it below a goal as high."""
    low = campaign.ceiling is not None and campaign.goal is not None and campaign.ceiling <= campaign.goal
    if low and is_charged_at_the_close(campaign.kind):
        return gettext(
            "Set the ceiling above the goal, or leave it empty: cards can fail at the close, "
            "and the goal must still be reached then."
        )
    return ""


def _trouble_with_coin(campaign: Campaign) -> str:
    if not campaign.coin:
        return gettext("Set the amount of one coin.")
    if campaign.ceiling is not None and campaign.coin > campaign.ceiling:
        return gettext("One coin is more than the ceiling.")
    return ""


def _trouble_with_deadline(campaign: Campaign, at: datetime) -> str:
    if campaign.deadline is None:
        return gettext("Set the day on which it closes.")
    if campaign.deadline < at + SOONEST:
        return gettext("The deadline has passed or is less than an hour away. Choose a later day.")
    if campaign.deadline > at + LATEST:
        return gettext("The deadline is more than 60 days away. Choose an earlier day.")
    return ""


def _trouble_with_costs(campaign: Campaign) -> str:
    amounts = [cost.amount for cost in campaign.costs.all()]
    if not amounts:
        return gettext("Say what the retraining costs, line by line.")
    if campaign.goal and sum(amounts) > campaign.goal:
        language = get_language() or "en"
        return gettext("Costs %(costs)s exceed the goal %(goal)s.") % {
            "costs": money.with_code(sum(amounts), campaign.currency, language),
            "goal": money.in_words(campaign.goal, campaign.currency, language),
        }
    return ""
