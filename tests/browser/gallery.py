"""The page of docs/screenshots that shows all pictures, in the order in which one would walk through the site."""

from collections.abc import Mapping

from tests.browser.places import (
    NOTHING_YET,
    NOTHING_YET_FOR_STAFF,
    OF_ACCOUNTS,
    OF_DEMO_MAILS,
    OF_EVIDENCE,
    OF_GIVING,
    OF_LINEAGE,
    OF_NEWCOMERS,
    OF_ORGANISERS,
    OF_RULES,
    OF_STAFF,
    OF_TRAINERS,
    OF_WAYS_IN,
    STAGE_PLACES,
    STAGE_PLACES_FOR_STAFF,
    WHEN_IT_FAILS,
    Place,
)

LANGUAGES = ("en", "ja")
WIDTHS = ("phone", "desk")
# Pages of which the whole is shown, and not the first window.
WHOLE = ("home", "campaign", "give", "thanks", "model", "licence-compare")
DARK = ("home", "campaign", "give", "model", "model-verdicts")
SHOWN_AT = {"phone": 130, "desk": 300}
HEAD = """# What Genseki looks like

Every page in its main states. `make screenshots` draws the pictures and writes this page: the data are those of the
demo and of the tests, and nobody in them exists. From the left: English on a phone, English on a desk, Japanese on a
phone, Japanese on a desk.
"""


def _named(places: tuple[Place, ...]) -> dict[str, str]:
    return {place.name: place.caption for place in places if place.name}


GROUPS: dict[str, Mapping[str, str]] = {
    "Giving": _named(OF_GIVING),
    "Models and licences": _named(OF_LINEAGE),
    "Evidence, proposals and disputes": _named(OF_EVIDENCE),
    "The stages of a campaign": _named(STAGE_PLACES),
    "The rules": _named(OF_RULES),
    "The way in, and a second factor": _named(tuple(place for places in OF_WAYS_IN.values() for place in places)),
    "Accounts, and opening a campaign": _named((*OF_ACCOUNTS, *OF_NEWCOMERS, *OF_ORGANISERS)),
    "Training": _named(OF_TRAINERS),
    "The staff": _named((*OF_STAFF, *STAGE_PLACES_FOR_STAFF)),
    "A demo": _named(OF_DEMO_MAILS),
    "Nothing yet": _named((*NOTHING_YET, *NOTHING_YET_FOR_STAFF)),
    "When something fails": _named(WHEN_IT_FAILS),
    "In the dark": {f"{place.name}-dark": place.caption for place in (*OF_GIVING, *OF_LINEAGE) if place.name in DARK},
}


def gallery(groups: Mapping[str, Mapping[str, str]]) -> tuple[str, set[str]]:
    """The page in Markdown, and the names of the files that it shows."""
    lines, files = [HEAD], set()
    for heading, pages in groups.items():
        lines.append(f"## {heading}\n")
        for name, caption in pages.items():
            lines.append(f"### {caption}\n")
            for language in LANGUAGES:
                for width in WIDTHS:
                    file = f"{name}-{language}-{width}.webp"
                    files.add(file)
                    words = f"{caption}; {'Japanese' if language == 'ja' else 'English'}, on a {width}"
                    lines.append(f'<img src="{file}" width="{SHOWN_AT[width]}" alt="{words}">')
            lines.append("")
    return "\n".join(lines), files
