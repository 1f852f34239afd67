"""Pictures of an update that several windows work on at the same moment, and that the clock wants to forget."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections, transaction

from campaigns.actions import add_picture as adding
from campaigns.actions.add_picture import (
    MOST_PICTURES,
    PictureLine,
    TooManyPictures,
    add_picture,
    describe_pictures,
    drafted_pictures,
    drop_pictures,
)
from campaigns.actions.forget_draft_pictures import forget_draft_pictures
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.models import Campaign, PictureFile, UpdatePicture
from campaigns.uploaded_pictures import draw_again
from tests.at_once import raised_at_once
from tests.campaigns.pictures import a_file, a_picture
from tests.faults.test_races import pausing
from tests.world import a_person, an_open_campaign, now

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=8)


def published(campaign: Campaign, picture: UpdatePicture) -> None:
    post_update(campaign, WrittenUpdate("News", "It goes on.", "en", [picture.pk]), at=now(), by=a_person("Bob"))


def while_it_is_published(campaign: Campaign, picture: UpdatePicture, work: Callable[[], object]) -> object:
    """What the work answers that begins after the update was written, and before it is committed."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(work())
        finally:
            connections.close_all()

    meanwhile = threading.Thread(target=run)
    with transaction.atomic():
        published(campaign, picture)
        meanwhile.start()
        meanwhile.join(timeout=0.4)
    meanwhile.join(timeout=120)
    return answers[0]


def test_two_windows_together_add_six_pictures_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, bob = an_open_campaign(), a_person("Bob")
    for _ in range(MOST_PICTURES - 1):
        a_picture(campaign, bob, size=(64, 64))
    monkeypatch.setattr(adding, "draw_again", pausing(draw_again))

    raised = raised_at_once(*[lambda: add_picture(campaign, a_file((64, 64)), at=now(), by=bob)] * 3)

    assert [type(error) for error in raised] == [TooManyPictures] * 2
    waiting = drafted_pictures(campaign, bob)
    assert [picture.position for picture in waiting] == list(range(1, MOST_PICTURES + 1))


def test_a_picture_that_is_published_while_it_is_forgotten_stays() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign)

    forgotten = while_it_is_published(campaign, picture, lambda: forget_draft_pictures(at=now() + LATER))

    assert forgotten == 0
    assert campaign.updates.get().pictures.get() == picture
    assert PictureFile.objects.filter(picture=picture).exists()


def test_a_picture_that_is_published_while_another_window_drops_it_stays() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign)

    dropped = while_it_is_published(
        campaign, picture, lambda: drop_pictures(campaign, [picture.pk], by=a_person("Bob"))
    )

    assert dropped == 0 and campaign.updates.get().pictures.get() == picture


def test_what_an_update_says_of_its_picture_is_not_changed_by_another_window_while_it_is_published() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign, alt="As it was previewed")
    other_words = {picture.pk: PictureLine("Something else", "after")}

    while_it_is_published(campaign, picture, lambda: describe_pictures(campaign, other_words, by=a_person("Bob")))

    picture.refresh_from_db()
    assert (picture.alt, picture.role) == ("As it was previewed", "plain")
