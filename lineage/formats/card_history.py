"""A model card with the history of its licence, as one JSON object.

    {"repository": "owner/name", "card": "---\\nlicense: ...", "seen_on": "2024-07-05",
     "history": [{"date": "2023-01-04", "commit": "1403d37", "license": "creativeml-openrail-m"},
                 {"date": "2023-04-16", "commit": "9f1c0aa", "license": null},
                 {"date": "2023-04-17", "commit": "77be012", "card": "---\\nlicense: other\\n..."}]}

Every entry is a commit: the whole card as it left it, or the licence at its head (`license`, `license_name`,
`license_link`), null where there was none from then on. All but `history` may be left out.
"""

from datetime import date
from typing import Any, Final

from lineage.engine.fields import shown
from lineage.formats.draft import draft_of
from lineage.formats.json_fields import day_at, entries_at, name_at, object_of, text_at
from lineage.formats.model_card import MOST_COMMITS, CardCommit, CardSource, card_proposal
from lineage.formats.naming import nearest
from lineage.formats.proposals import FormatError, Proposal
from lineage.formats.texts import as_bytes, decoded, json_object

FIELDS: Final = ("repository", "card", "seen_on", "history")
_LICENCE: Final = ("license", "license_name", "license_link")
_COMMIT: Final = ("date", "commit", "card", *_LICENCE)


def import_card_history(data: bytes | str, source: CardSource) -> Proposal:
    """What a card says, and since when its licence was what. What the JSON says of itself comes before `source`.

    Raises FormatError.
    """
    fields = json_object(decoded(data))
    _check_known(fields, FIELDS, "")
    entries = entries_at(fields, "history", "")
    if len(entries) > MOST_COMMITS:
        says = "more than {most} commits; give only those that change the licence"
        raise FormatError("history", says, most=MOST_COMMITS)
    history = [_commit(entry, f"history[{number}]") for number, entry in enumerate(entries)]
    whole = CardSource(
        repository=text_at(fields, "repository", "") or source.repository,
        seen_on=day_at(fields, "seen_on", "") or source.seen_on,
        history=history,
        about=source.about,
    )
    card = text_at(fields, "card", "") or _last_card(history)
    return card_proposal(card, whole, draft_of(as_bytes(data), "hugging-face-card"))


def _commit(entry: object, place: str) -> CardCommit:
    fields = object_of(entry, place)
    _check_known(fields, _COMMIT, place)
    on = day_at(fields, "date", place)
    if on is None:
        raise FormatError(f"{place}.date", "every commit has a day; write it as 2023-04-16")
    card = text_at(fields, "card", place)
    if card is None and not any(key in fields for key in _LICENCE):
        says = "a commit has the `card` as it left it, or its `license`; write null if it had none"
        raise FormatError(place, says)
    return CardCommit(on, name_at(fields, "commit", place) or "", card if card is not None else _head(fields))


def _head(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: fields[key] for key in _LICENCE if key in fields}


def _last_card(history: list[CardCommit]) -> str:
    """The card as the last commit left it, where the entries hold cards."""
    cards: list[tuple[date, str]] = [(one.on, one.card) for one in history if isinstance(one.card, str)]
    return max(cards, key=lambda entry: entry[0])[1] if cards else ""


def _check_known(fields: dict[str, Any], known: tuple[str, ...], place: str) -> None:
    """A slip of the pen in a field's name would be a licence that nobody reads."""
    for key in fields:
        if key in known:
            continue
        if near := nearest(key, known):
            raise FormatError(
                place, "there is no field '{field}' here; did you mean '{near}'?", field=shown(key), near=near
            )
        raise FormatError(place, "there is no field '{field}' here", field=shown(key))
