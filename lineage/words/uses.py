"""Words for what one can do with a model, how models are made from each other, and who asks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ACTIONS = {
    "run": _("run it yourself"),
    "sell-outputs": _("sell images"),
    "host": _("offer it as a service"),
    "publish": _("publish it"),
    "merge-publish": _("publish a merge"),
    "sell-weights": _("sell the model or merges"),
    "train-on-outputs": _("train on its images"),
}

# The eight uses of the strip on a version's page, by their keys in `lineage.verdicts`.
USES = {
    "personal": _("Personal use"),
    "sell-outputs": _("Sell images"),
    "paid-service": _("Run a paid service"),
    "merge-publish": _("Publish a merge"),
    "sell-weights": _("Sell the model or merges"),
    "publish": _("Publish the model"),
    "train-on-outputs": _("Train on its images"),
    "team-of-11": _("Commercial use in a team of eleven"),
}

METHODS = {
    "finetune": _("fine-tune"),
    "continue": _("training continued"),
    "merge": _("merge"),
    "lora-train": _("LoRA training"),
    "lora-merge": _("LoRA merged in"),
    "component": _("part taken over"),
    "distill": _("distillation"),
    "train-on-outputs": _("trained on its images"),
    "convert": _("conversion"),
    "mirror": pgettext_lazy("way of making", "copy"),
    "subtract": _("subtracted"),
}

PRESETS = {
    "hobbyist": _("A hobbyist"),
    "one-person": _("One person who sells images"),
    "team-of-5": _("A team of five"),
    "team-of-11": _("A team of eleven"),
    "paid-service": _("A site that earns by hosting"),
}

PRESET_SENTENCES = {
    "hobbyist": _("Alone, for pleasure, earning nothing."),
    "one-person": _("Alone, selling images: 1,000 a month, up to US$20,000 of revenue a year."),
    "team-of-5": _("Five people, US$100,000 of revenue a year, 2,000 images a month."),
    "team-of-11": _("Eleven people, US$500,000 of revenue a year, 5,000 images a month."),
    "paid-service": _(
        "Three people run a website that earns by hosting: 10,000 users and 100,000 images a month, "
        "US$100,000 of revenue a year."
    ),
}

FACTS = {
    "team_size": _("team size"),
    "annual_revenue_usd": _("yearly revenue in US dollars"),
    "monthly_active_users": _("users a month"),
    "images_per_month": _("images a month"),
    "monetised": _("whether the site earns money"),
    "commercial": _("whether the use is commercial"),
}


def action_word(action: str) -> str:
    return str(ACTIONS.get(action, action))


def use_word(key: str) -> str:
    return str(USES.get(key, key))


def method_word(method: str) -> str:
    return str(METHODS.get(method, method))


def preset_word(preset: str) -> str:
    return str(PRESETS[preset])


def preset_sentence(preset: str) -> str:
    return str(PRESET_SENTENCES[preset])


def fact_word(fact: str) -> str:
    return str(FACTS.get(fact, fact))
