"""Keep the words of an update that somebody is still writing, beside its pictures, until they are published."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from campaigns.models import Campaign, UpdateDraft


@dataclass(frozen=True, slots=True)
class DraftWords:
    """What stands in the form, complete or not. `language` is en or ja."""

    title: str
    body: str
    language: str


def drafted_words(campaign: Campaign, by: User) -> UpdateDraft | None:
    """What somebody wrote and has not published."""
    return UpdateDraft.objects.filter(campaign=campaign, author=by).first()


def keep_draft_words(campaign: Campaign, words: DraftWords, *, at: datetime, by: User) -> None:
    """The latest words of theirs take the place of those before; where none are left, nothing is kept."""
    title, body = _as_kept(words.title), _as_kept(words.body)
    if not title and not body:
        UpdateDraft.objects.filter(campaign=campaign, author=by).delete()
        return
    kept = {"title": title, "body": body, "language": words.language, "changed_at": at}
    UpdateDraft.objects.update_or_create(campaign=campaign, author=by, defaults=kept)


def drop_published_words(campaign: Campaign, title: str, body: str, *, by: User) -> None:
    """Only the very words that were published: another window may have begun the next update already."""
    UpdateDraft.objects.filter(campaign=campaign, author=by, title=_as_kept(title), body=_as_kept(body)).delete()


def _as_kept(text: str) -> str:
    """As a form reads it. PostgreSQL keeps no NUL, which no form takes either."""
    return text.replace("\x00", "").strip()
