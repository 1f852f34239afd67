"""Texts of the lineage files that come with Genseki, in the reader's language.

The files hold one text for everybody, so that they stay small, and so that what is exported is what was imported. Only
what we wrote ourselves stands here: how a fact is known, what a licence without a name of its own says. Names that
somebody gave, and the words of licences, are the same in every language.
"""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

EVIDENCE = (
    _("an illustration of what was weighed: it was never made"),
    _("assumed: the plan did not name the clean base of the other half"),
    _("clause 13 of this text lets the licensor change the terms, clause 14 lets them prohibit a use"),
    _("commercial use was intended"),
    _("inferred from the numbering"),
    _("inferred from the plan: this half was to be kept"),
    _("inferred: continued from an earlier version"),
    _("inferred: continued from the version before"),
    _("known from reports; the text itself was not found"),
    _("never published by itself: nothing is known to have been added to the licence of its base"),
    _("permissions as seen on 5 July 2023"),
    _("planned"),
    _("planned: this half is kept as it is"),
    _("planned: this half is trained anew"),
    _("planned; the base is chosen for illustration"),
    _("reported by makers of later mixes; the old field of the model card was not seen"),
    _("seen on 10 April and lifted by 18 April; the days between are assumed"),
    _("the account of those who trained BRA and paid for its clean version, April 2023"),
    _("the account of why Pony V7 waited, June 2024"),
    _("the day is known from others; what this first text said is taken from the later ones"),
    _("the first repository was deleted on 29 August 2024; the licence cannot be revoked, so that ended nothing"),
    _("the licence stands on the card; the day is remembered"),
    _("the model card: by way of an early Waifu Diffusion"),
    _("the month is remembered, the text is known from others"),
    _("the page names no text of its own"),
    _("the page says that the Dreamlike licence applies"),
    _("the page says that the Dreamlike licence is inside, through Lucid Mix"),
    _("the permissions were seen on 5 July 2023"),
    _("the pipeline named in its model index"),
    _("the recipe is remembered; mirrors carry several labels"),
    _("the text of the card says so, its label names another licence; the month is remembered"),
    _("training began before the terms of ChilloutMix changed"),
    _("V4 is said to have inherited the Dreamlike licence; by which steps it came from V1 is not said"),
    _("which ChilloutMix it was is not said"),
    _("150-250 USD, as its author said in 2023"),
    _("illustration, not counted"),
)
LICENCES = (
    _("BRA V3 with all permissions switched off, seen on 10 April 2023"),
    _("ChilloutMix licence, from 22 February 2023"),
    _("Civitai permissions seen on 5 July 2023: credit, images may be sold, same permissions"),
    _("Civitai permissions seen on 5 July 2023: images may be sold, other permissions may differ"),
    _("Civitai permissions seen on 5 July 2023: images may be sold, same permissions"),
    _("CreativeML Open RAIL++-M, 26 July 2023"),
    _("CreativeML Open RAIL++-M, November 2022"),
    _("CreativeML Open RAIL-M, 22 August 2022"),
    _("Dreamlike Diffusion 1.0 licence, text of 11 December 2022"),
    _("Dreamlike Diffusion 1.0 licence, text of 25 December 2022"),
    _("Dreamlike Diffusion 1.0 licence, text of 27 November 2022"),
    _("Dreamlike Photoreal 2.0 licence"),
    _("Pony Diffusion V6 licence"),
    _("Stability AI Community License, 5 July 2024"),
    _("Stability AI Creator License, June 2024"),
    _("basil_mix licence, 17 April 2023"),
)
MODELS = (
    _("BRA V1, the half on ChilloutMix"),
    _("BRA V1, the half on Stable Diffusion 1.5"),
    _("BRA V2 (deleted)"),
    _("BRA clean retrain (illustration)"),
    _("BRA clean retrain, the new half (illustration)"),
    _("Civitai model 1206"),
    _("Clean portrait base (illustration)"),
    _("Pony Diffusion V6.9 (announced, not released)"),
    _("Pony V7 on SD3 (not made)"),
    _("chilled_remixr (withdrawn in April 2023)"),
)
_KANA_OR_KANJI = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
OWN_TEXTS = frozenset(EVIDENCE + LICENCES + MODELS)


def told(text: str) -> str:
    """A text of a lineage file as the reader is told it. What others wrote stays as it is, whatever it says."""
    return gettext(text) if text in OWN_TEXTS else text


def told_name(name: object) -> str:
    """A name on record in the reader's language, where it is one that Genseki itself wrote; of nothing, nothing."""
    return told(str(name)) if name else ""


def quoted(said: str) -> SafeString:
    """Somebody's own words, escaped; without kana or kanji they say on a Japanese page that they are English."""
    if get_language() == "en" or _KANA_OR_KANJI.search(said):
        return format_html("{}", said)
    return format_html('<span lang="en">{}</span>', said)
