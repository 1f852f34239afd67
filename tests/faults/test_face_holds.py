"""What strangers, clocks and mail servers do to updates, pictures, live numbers and mails to followers."""

import email.policy
import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from campaigns.actions.deliver_outbox import compose, deliver_outbox
from campaigns.actions.follow_campaign import confirm_follow, follow_campaign, stop_following
from campaigns.actions.publish_update import publish_update
from campaigns.actions.tell_followers import tell_followers
from campaigns.actions.tell_of_deadline import tell_of_deadlines
from campaigns.follow_links import CONFIRM, sign
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Follower, OutboxMessage, Update
from campaigns.uploaded_pictures import draw_again
from campaigns.views import live_sharing, live_snapshot
from tests.campaigns.pictures import a_file, sent
from tests.world import an_open_campaign, now

DAY = timedelta(days=1)


def a_follower(campaign: Campaign, language: str = "en") -> Follower:
    follower = follow_campaign(campaign, email="frank@example.com", language=language, at=now() - 20 * DAY)
    return confirm_follow(sign(CONFIRM, follower, follower.asked_at), at=now() - 20 * DAY)


def sent_to_frank(mailoutbox: list[object]) -> list[str]:
    return [str(mail.subject) for mail in mailoutbox]  # type: ignore[attr-defined]


# Mails


@pytest.mark.django_db
def test_a_mail_program_can_read_how_a_list_is_ended(settings: Settings) -> None:
    """As the mail server gets it, not as Python reads it back."""
    settings.SITE_URL, settings.UNSUBSCRIBE_EMAIL = "https://genseki.example", "stop@genseki.example"
    campaign = an_open_campaign("a-long-name-" * 6)
    follower = a_follower(campaign)
    publish_update(campaign, Update.Kind.PROGRESS, at=now(), title="News", body="Done")
    tell_followers(at=now())

    raw = compose(OutboxMessage.objects.get(template="update")).message(policy=email.policy.SMTP).as_bytes()

    head = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    lines = dict(line.split(": ", 1) for line in head.split("\r\n"))
    assert lines["List-Unsubscribe"].startswith(f"<https://genseki.example/en/follow/{follower.token}/stop/>, <mailto:")
    assert lines["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert lines["List-Id"] == f"<{campaign.slug.strip('-')}.updates.genseki.example>"


@pytest.mark.django_db
def test_one_click_is_offered_over_https_alone(settings: Settings) -> None:
    settings.SITE_URL = "http://genseki.example"
    a_follower(an_open_campaign())

    mail = compose(OutboxMessage.objects.get(template="following"))

    assert "List-Unsubscribe" in mail.extra_headers and "List-Unsubscribe-Post" not in mail.extra_headers


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["the deadline passed", "it was cancelled"])
def test_a_reminder_that_a_mail_server_held_up_is_not_sent_after_the_close(what: str, mailoutbox: list[object]) -> None:
    campaign = an_open_campaign(deadline=now() + DAY, opened_at=now() - 20 * DAY)
    a_follower(campaign)
    deliver_outbox(at=now())
    mailoutbox.clear()
    assert tell_of_deadlines(at=now()) == 1
    if what == "it was cancelled":
        Campaign.objects.update(stage=Stage.CANCELLED)

    deliver_outbox(at=now() + (2 * DAY if what == "the deadline passed" else timedelta(0)))

    assert sent_to_frank(mailoutbox) == []
    assert OutboxMessage.objects.get(template="deadline_near").given_up_at is not None


@pytest.mark.django_db
def test_who_stops_gets_nothing_that_was_waiting_and_a_new_beginning_brings_new_mails(
    mailoutbox: list[object],
) -> None:
    campaign = an_open_campaign()
    follower = a_follower(campaign)
    deliver_outbox(at=now())
    mailoutbox.clear()
    publish_update(campaign, Update.Kind.PROGRESS, at=now(), title="Unwanted", body="Done")
    tell_followers(at=now())
    stop_following(follower.token, at=now())

    deliver_outbox(at=now())
    stopped = sent_to_frank(mailoutbox)
    confirm_follow(sign(CONFIRM, follower, now()), at=now())
    publish_update(campaign, Update.Kind.PROGRESS, at=now(), title="Wanted", body="Done")
    tell_followers(at=now())
    deliver_outbox(at=now())

    assert stopped == [] and sent_to_frank(mailoutbox) == ["News: Wanted"]


@pytest.mark.django_db
def test_who_asks_again_in_another_language_is_answered_in_it_and_a_stranger_changes_nobodys() -> None:
    campaign = an_open_campaign()
    follower = a_follower(campaign)

    listening = follow_campaign(campaign, email=follower.email, language="ja", at=now()).language
    stop_following(follower.token, at=now())
    again = follow_campaign(campaign, email=follower.email, language="ja", at=now()).language

    asked = OutboxMessage.objects.filter(template="follow").latest("pk")
    assert (listening, again, asked.language) == ("en", "ja", "ja")


@pytest.mark.django_db
def test_who_follows_what_was_cancelled_is_not_told_when_it_closes() -> None:
    campaign = an_open_campaign(stage=Stage.CANCELLED)

    a_follower(campaign)

    assert "Closes on" not in compose(OutboxMessage.objects.get(template="following")).body


@pytest.mark.django_db
def test_what_became_of_their_money_reaches_who_has_stopped_following_meanwhile(mailoutbox: list[object]) -> None:
    campaign = an_open_campaign()
    follower = a_follower(campaign)
    deliver_outbox(at=now())
    mailoutbox.clear()
    publish_update(campaign, Update.Kind.CANCELLED, at=now())
    tell_followers(at=now())
    stop_following(follower.token, at=now())

    deliver_outbox(at=now())

    assert sent_to_frank(mailoutbox) == ["Cancelled: BRA"]


# Pictures that are sent


@pytest.mark.django_db
def test_what_a_stranger_sends_is_not_read() -> None:
    address = f"/en/campaigns/{an_open_campaign().slug}/updates/new/"
    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies["csrf"] = "a" * 32

    answer = stranger.post(address, {"csrfmiddlewaretoken": "a" * 32, "pictures": [sent(a_file())]})

    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    assert not hasattr(answer.wsgi_request, "_post")


def png_with(kind: bytes, content: bytes) -> bytes:
    png = a_file()
    piece = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    before = png.index(b"IDAT") - 4
    return png[:before] + piece + png[before:]


def an_orientation(*entries: tuple[int, int, int, bytes]) -> bytes:
    """Exif with these entries as they are: number, type, count, value."""
    rows = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + b"\0" * 4


def test_a_picture_whose_camera_wrote_nonsense_stands_up_all_the_same() -> None:
    lies = (0x0112, 3, 1, struct.pack("<HH", 6, 0))
    nonsense = (0x011A, 2, 4, b"abc\0")

    *_, drawn = draw_again(png_with(b"eXIf", an_orientation(lies, nonsense)))

    width, height = Image.open(io.BytesIO(a_file())).size
    assert (drawn.width, drawn.height) == (height, width)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_however_a_camera_was_held_the_picture_stands_up_and_is_no_larger_than_another(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    wide = Image.new("RGB", (5000, 1000), "white")
    wide.paste("red", (0, 0, 500, 100))
    file = io.BytesIO()
    wide.save(file, "PNG", exif=exif)

    drawn = Image.open(io.BytesIO(draw_again(file.getvalue())[-1].content)).convert("RGB")

    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    across, down = (3 + part * (side - 7) for part, side in zip(corner, drawn.size, strict=True))
    colour = drawn.getpixel((across, down))
    assert isinstance(colour, tuple)
    red, green = colour[:2]
    assert drawn.size == ((1600, 320) if orientation < 5 else (480, 2400)) and red > 150 > green


# The numbers of a page


@pytest.mark.django_db
def test_who_calls_us_by_another_name_is_told_no_numbers() -> None:
    address = reverse("campaign_live", args=[an_open_campaign().slug])

    statuses = [Client().get(address, headers={"host": host}).status_code for host in ("evil.example", "localhost")]

    live_sharing.forget()
    assert statuses == [400, 200]


@pytest.mark.django_db
def test_a_clock_that_is_set_back_freezes_no_words() -> None:
    campaign = an_open_campaign()
    before = live_snapshot.look(campaign.slug, at=now())

    after = live_snapshot.look(campaign.slug, at=now() - timedelta(hours=1), known=before)

    assert before is not None and after is not None and after.now is not before.now
