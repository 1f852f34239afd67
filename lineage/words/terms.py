"""Words for what licences ask and forbid."""

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

TERMS = {
    "no-commercial-model": _("no commercial use of the model"),
    "no-commercial-outputs": _("no commercial use of images"),
    "team-size-max": _("images may be used commercially only in teams of up to %(limit)s"),
    "revenue-max": _("commercial use only up to US$%(limit)s of revenue a year"),
    "monthly-users-max": _("commercial use only up to %(limit)s users a month"),
    "images-max": _("commercial use only up to %(limit)s images a month"),
    "no-hosting": _("not to be offered on a website or in an app"),
    "no-monetised-hosting": _("not to be offered on a website or in an app that earns money"),
    "no-selling-weights": _("the model may not be sold"),
    "no-sharing-merges": _("merges may not be shared"),
    "no-redistribution": _("the model may not be passed on"),
    "no-competing-training": _("no training of a competing model"),
    "no-nft-outputs": _("no NFTs from its images"),
    "use-list": _("keep to the list of forbidden uses, and pass the list on"),
    "attribution": _("name the model and link to it"),
    "keep-licence-copy": _("pass on a copy of the licence"),
    "state-changes": _("say what was changed"),
    "share-weights": _("publish the weights of what is made from it"),
    "share-weights-network": _("let the users of a service get its weights"),
    "powered-by": _("show “Powered by” with the licensor's name"),
    "register": _("register with the licensor"),
    "disclose-recipe": _("publish how it was trained or merged"),
    "latest-version": _("make reasonable efforts to use the latest version"),
    "selling-unstated": _("the text does not say whether the model may be sold"),
    "unknown-licence": _("it is not known under which licence it was offered"),
}

WITHOUT_LIMIT = {
    "team-size-max": _("images may be used commercially only in small teams"),
    "revenue-max": _("commercial use only up to some revenue a year"),
    "monthly-users-max": _("commercial use only up to some number of users"),
    "images-max": _("commercial use only up to some number of images"),
}

OUTBOUND = {
    "superset": _("what is made from it must come under a licence that allows all that this one allows"),
    "same-licence": _("what is made from it must come under this licence"),
    "same-permissions": _("what is made from it must keep exactly these permissions"),
    "remains-subject": _("what is made from it stays under this agreement"),
}

CONTROLS = {
    "irrevocable": _("the licence says that it cannot be taken back"),
    "revocable": _("the licensor may take the licence back"),
    "may-change": _("the licensor may change the terms for everybody"),
    "may-prohibit": _("the licensor may forbid uses"),
    "direct": _("everybody gets the licence from the licensor anew"),
}

CARRIES = {
    "derivatives": _("carries over to what is made from it"),
    "copies": _("carries over to copies and conversions only"),
    "none": _("stays with this model"),
}


def term_word(kind: str, limit: float | None = None) -> str:
    """What a term says, in a few words: "no commercial use of images". A kind nobody knows stands for itself."""
    if kind in WITHOUT_LIMIT and limit is None:
        return str(WITHOUT_LIMIT[kind])
    if kind not in TERMS:
        return kind
    return str(TERMS[kind]) % {"limit": figure(limit)} if limit is not None else str(TERMS[kind])


def outbound_word(demand: str) -> str:
    return str(OUTBOUND.get(demand, demand))


def control_word(risk: str) -> str:
    return str(CONTROLS.get(risk, risk))


def carries_word(carries: str) -> str:
    return str(CARRIES.get(carries, carries))


def figure(limit: float) -> str:
    """1,000,000 rather than 1000000, and no decimals that say nothing."""
    return number_format(int(limit) if limit == int(limit) else limit, force_grouping=True)
