"""Updates that people write: looked at first, published once, and tied to what the record said then and says now."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from campaigns import uploaded_pictures
from campaigns.actions.add_picture import TooManyPictures, add_picture
from campaigns.actions.forget_draft_pictures import forget_draft_pictures
from campaigns.actions.forget_draft_words import forget_draft_words
from campaigns.actions.keep_draft_words import DraftWords, keep_draft_words
from campaigns.actions.post_update import PicturesNotReady, WrittenUpdate, post_update
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign, Follower, PictureFile, Update, UpdateDraft, UpdatePicture
from campaigns.views.then_and_now import tell_updates
from lineage.models import Derivation, Grant, Version
from tests.campaigns.creator.desk import at_the_desk
from tests.campaigns.pictures import a_file, a_picture, sent
from tests.world import a_licence, a_person, a_version, an_open_campaign, now

pytestmark = pytest.mark.django_db

TEXT = {"language": "en", "title": "Half way", "body": "**Half** is done.", "form_nonce": "one-form"}


def desk(campaign: Campaign, who: str = "Bob") -> tuple[Client, str]:
    return at_the_desk(a_person(who)), f"/en/campaigns/{campaign.slug}/updates/new/"


def keys(campaign: Campaign) -> list[str]:
    return [str(pk) for pk in campaign.update_pictures.filter(update=None).values_list("pk", flat=True)]


def told(campaign: Campaign, title: str = "News", *, by: User | None = None, **more: Any) -> Update:
    written = WrittenUpdate(title, "It goes on.", "en", more.pop("pictures", ()))
    return post_update(campaign, written, at=more.pop("at", now()), by=by or a_person("Bob"), **more)


# Writing


def test_pictures_chosen_before_a_preview_are_there_in_the_preview_and_after_it() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)

    refused = client.post(address, {**TEXT, "preview": "1", "pictures": [sent(a_file()), sent(a_file((90, 90)))]})
    first, second = keys(campaign)
    described = {f"picture-{first}-alt": "Red", f"picture-{first}-role": "plain",
                 f"picture-{second}-alt": "Also red", f"picture-{second}-role": "plain"}  # fmt: skip
    shown = client.post(address, {**TEXT, **described, "preview": "1", "picture": [first, second]})
    back = client.post(address, {**TEXT, "edit": "1", "picture": [first, second]})

    assert refused.status_code == 422 and "2 things need your attention" in refused.text
    for number, key in enumerate((first, second), start=1):
        field = f"id_picture-{key}-alt"
        says = f"Picture {number}: Say what this picture shows, in plain words."
        assert f'<a href="#{field}">{says}</a>' in refused.text
        wrong = re.search(rf'<input[^>]* id="{field}"[^>]*>', refused.text)
        assert wrong is not None and 'aria-invalid="true"' in wrong[0] and f'{field}_error"' in wrong[0]
    assert "**Half** is done." in refused.text
    assert shown.status_code == 200 and 'alt="Also red"' in shown.text and "<strong>Half</strong>" in shown.text
    assert 'value="Also red"' in back.text and "**Half** is done." in back.text and not back.context["form"].errors
    assert not campaign.updates.exists()


def test_a_preview_that_is_published_becomes_one_update_however_often_it_is_sent() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)
    picture = a_picture(campaign)

    answers = [client.post(address, {**TEXT, "publish": "1", "picture": picture.pk}) for _ in range(2)]
    other_words = client.post(address, {**TEXT, "body": "More is done.", "publish": "1"})

    assert {answer["Location"] for answer in answers} == {f"/en/c/{campaign.slug}/updates/1/"}
    assert other_words["Location"].endswith("/updates/2/")
    assert campaign.updates.count() == 2
    assert campaign.updates.get(number=1).pictures.get() == picture


def test_a_picture_that_another_window_added_after_the_preview_is_not_published() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)
    shown, later = a_picture(campaign), a_picture(campaign, size=(99, 99))

    client.post(address, {**TEXT, "publish": "1", "picture": shown.pk})

    assert list(campaign.updates.get().pictures.all()) == [shown]
    later.refresh_from_db()
    assert later.update is None


def test_before_publishing_it_is_said_how_many_people_get_it() -> None:
    campaign = an_open_campaign()
    for number in range(3):
        Follower.objects.create(
            campaign=campaign, email=f"f{number}@example.com", asked_at=now(), confirmed_at=now() if number else None
        )
    client, address = desk(campaign)

    shown = client.post(address, {**TEXT, "preview": "1"})

    assert "Publish to 2 followers" in shown.text and "f1@example.com" not in shown.text


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "is an SVG, which can carry a program"),
        (b"no picture", "../../etc/passwd.png", "is not a JPEG, PNG or WebP picture"),
        (a_file()[:200], "half.png", "it is damaged or cut short"),
        (b"\0" * 8_000_001, "heavy.png", "is larger than 8 MB"),
    ],
    ids=["svg", "text", "cut", "heavy"],
)
def test_a_picture_that_is_refused_takes_nothing_else_with_it(data: bytes, name: str, says: str) -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)

    answer = client.post(address, {**TEXT, "add": "1", "pictures": [sent(a_file()), sent(data, name)]})

    assert answer.status_code == 422 and says in answer.text and "etc/" not in answer.text
    assert "**Half** is done." in answer.text and 'value="Half way"' in answer.text
    assert campaign.update_pictures.count() == 1


def test_pictures_can_be_added_and_dropped_before_anything_is_written() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)

    added = client.post(address, {"add": "1", "language": "en", "pictures": [sent(a_file())]})
    (key,) = keys(campaign)
    dropped = client.post(address, {"drop": key, "language": "en", f"picture-{key}-alt": "x"})

    assert (added.status_code, dropped.status_code) == (200, 200) and "picture-line" in added.text
    assert not campaign.update_pictures.exists() and not PictureFile.objects.exists()


def test_a_seventh_picture_is_left_out_and_the_six_stay() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)

    answer = client.post(
        address, {**TEXT, "add": "1", "pictures": [sent(a_file((64, 64)), f"{n}.png") for n in range(7)]}
    )

    assert "“6.png” was left out" in answer.text and campaign.update_pictures.count() == 6
    with pytest.raises(TooManyPictures):
        add_picture(campaign, a_file(), at=now(), by=a_person("Bob"))


@pytest.mark.parametrize("roles", [("before",), ("after", "plain"), ("before", "after", "after")])
def test_a_comparison_has_one_picture_of_each_side(roles: tuple[str, ...]) -> None:
    campaign = an_open_campaign()
    pictures = [a_picture(campaign, role=role).pk for role in roles]

    with pytest.raises(PicturesNotReady):
        told(campaign, pictures=pictures)

    assert not campaign.updates.exists() and UpdatePicture.objects.filter(update=None).count() == len(roles)


def test_nobody_can_publish_or_describe_or_drop_the_pictures_of_another() -> None:
    campaign = an_open_campaign()
    of_alice = a_picture(campaign, a_person("Alice"), alt="Mine")
    client, address = desk(campaign)

    client.post(address, {**TEXT, f"picture-{of_alice.pk}-alt": "Yours", "drop": of_alice.pk})
    client.post(address, {**TEXT, "publish": "1", "picture": of_alice.pk})

    of_alice.refresh_from_db()
    assert (of_alice.alt, of_alice.update) == ("Mine", None) and campaign.updates.count() == 1


def test_what_is_too_much_at_once_is_not_read() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)

    answer = client.post(address, TEXT, headers={"Content-Length": "1000000000"})

    assert answer.status_code == 302 and answer["Location"] == address
    assert "That was too much at once" in client.get(address).text


def test_before_the_campaign_opens_nothing_is_published_and_nothing_lost() -> None:
    campaign = an_open_campaign(stage=Stage.CANCELLED)

    with pytest.raises(NotPossibleNow):
        told(campaign)


def test_pictures_that_nobody_published_are_forgotten_after_a_week_and_published_ones_never() -> None:
    campaign = an_open_campaign()
    published = a_picture(campaign)
    told(campaign, pictures=[published.pk])
    left = a_picture(campaign)

    early = forget_draft_pictures(at=now() + timedelta(days=6))
    late = forget_draft_pictures(at=now() + timedelta(days=8))

    assert (early, late) == (0, 1)
    assert published.files.exists() and not PictureFile.objects.filter(picture=left.pk).exists()


def at_the_fields(html: str) -> tuple[str, str, str]:
    """Title, text and language as the form shows them."""
    title = re.search(r'name="title"[^>]*? value="([^"]*)"|value="([^"]*)"[^>]*? name="title"', html)
    body = re.search(r'<textarea name="body"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL)
    language = re.search(r'name="language" value="(..)"[^>]* checked', html)
    return (title[1] or title[2] if title else "", body[1] if body else "", language[1] if language else "")


@pytest.mark.parametrize(
    ("title", "body"),
    [("Half way", "**Half** is done."), ("", "Only a text."), ("x" * 300, "long " * 5_000), ("A\0B", "a\0b")],
)
def test_whoever_adds_a_picture_and_leaves_finds_words_and_pictures_again(title: str, body: str) -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)
    words = {"title": title, "body": body, "language": "ja"}

    client.post(address, {**words, "add": "1", "pictures": [sent(a_file())]})
    back = client.get(address).text
    of_another = desk(campaign, "Alice")[0].get(address).text

    assert at_the_fields(back) == (title.replace("\0", ""), body.replace("\0", "").strip(), "ja")
    assert "picture-line" in back and "is still here" in back
    assert at_the_fields(of_another)[:2] == ("", "") and "is still here" not in of_another


def test_words_that_were_looked_at_or_not_accepted_are_kept_and_taken_away_words_are_not() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)

    client.post(address, {**TEXT, "preview": "1"})
    looked_at = client.get(address).text
    refused = client.post(address, {**TEXT, "title": "", "preview": "1"})
    not_accepted = client.get(address).text
    client.post(address, {"title": "", "body": " ", "language": "en", "add": "1"})

    assert refused.status_code == 422
    assert at_the_fields(looked_at) == ("Half way", "**Half** is done.", "en")
    assert at_the_fields(not_accepted)[:2] == ("", "**Half** is done.")
    assert not UpdateDraft.objects.exists() and "is still here" not in client.get(address).text


def test_what_is_published_is_no_draft_any_more_and_what_was_begun_meanwhile_still_is() -> None:
    campaign = an_open_campaign()
    client, address = desk(campaign)
    client.post(address, {**TEXT, "preview": "1"})

    client.post(address, {**TEXT, "publish": "1"})
    after_the_first = client.get(address).text
    client.post(address, {**TEXT, "title": "The next", "add": "1"})
    client.post(address, {**TEXT, "form_nonce": "another-form", "publish": "1"})

    assert at_the_fields(after_the_first)[:2] == ("", "") and campaign.updates.count() == 2
    assert at_the_fields(client.get(address).text)[0] == "The next"


def test_words_that_nobody_published_are_forgotten_a_week_after_they_were_changed() -> None:
    campaign = an_open_campaign()
    keep_draft_words(campaign, DraftWords("News", "", "en"), at=now(), by=a_person("Bob"))
    keep_draft_words(campaign, DraftWords("News", "More", "en"), at=now() + timedelta(days=2), by=a_person("Bob"))

    early = forget_draft_words(at=now() + timedelta(days=8))
    late = forget_draft_words(at=now() + timedelta(days=9))

    assert (early, late) == (0, 1)


# Serving


def get_picture(picture: UpdatePicture, client: Client, width: int = 300, kind: str = "webp") -> HttpResponse:
    address = f"/c/{picture.campaign.slug}/pictures/{picture.sha256}-{width}.{kind}"
    return client.get(address)  # type: ignore[return-value]


def test_a_published_picture_is_everybodys_for_good_and_is_only_a_picture() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign)
    told(campaign, pictures=[picture.pk])

    answer = get_picture(picture, Client())

    assert answer.status_code == 200 and answer.content[8:12] == b"WEBP"
    assert answer["Content-Type"] == "image/webp" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Disposition"].startswith("inline") and "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies and "sandbox" in answer["Content-Security-Policy"]
    # A process of the version before, which knows no kinds, sends the first of a width.
    assert list(picture.files.order_by("pk").values_list("kind", "width")) == [("webp", 300), ("avif", 300)]


def test_a_drafted_picture_is_seen_by_those_who_work_on_it_and_kept_by_no_cache() -> None:
    picture = a_picture(an_open_campaign())
    seen = {name: get_picture(picture, at_the_desk(a_person(name))) for name in ("Alice", "Bob", "Dave")}

    assert get_picture(picture, Client()).status_code == 404
    assert {name: answer.status_code for name, answer in seen.items()} == {"Alice": 200, "Bob": 200, "Dave": 404}
    assert seen["Bob"]["Cache-Control"] == "private, no-store"


def test_a_picture_has_no_other_address() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign)
    told(campaign, pictures=[picture.pk])
    an_open_campaign("other")

    assert get_picture(picture, Client(), width=301).status_code == 404
    assert get_picture(picture, Client(), width=301, kind="avif").status_code == 404
    assert get_picture(picture, Client(), kind="png").status_code == 404
    assert Client().get(f"/c/other/pictures/{picture.sha256}-300.webp").status_code == 404
    assert Client().get(f"/c/{campaign.slug}/pictures/{'0' * 64}-300.webp").status_code == 404
    Campaign.objects.filter(pk=campaign.pk).update(stage=Stage.DRAFT)
    assert get_picture(picture, Client()).status_code == 404


def test_nobody_waits_while_another_picture_is_drawn() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign, size=(900, 600))
    told(campaign, pictures=[picture.pk])
    picture.files.filter(kind="avif").delete()

    with uploaded_pictures._one_at_a_time:
        meanwhile = get_picture(picture, Client(), 320, "avif")
    later = get_picture(picture, Client(), 320, "avif")

    assert (meanwhile.status_code, meanwhile["Content-Type"]) == (200, "image/webp")
    assert "no-store" in meanwhile["Cache-Control"] and meanwhile.content[8:12] == b"WEBP"
    assert 'filename="900.webp"' in meanwhile["Content-Disposition"]
    assert later["Content-Type"] == "image/avif" and "immutable" in later["Cache-Control"]


def test_a_picture_from_before_there_was_avif_is_drawn_once_for_the_first_who_asks() -> None:
    campaign = an_open_campaign()
    picture = a_picture(campaign, size=(900, 600))
    picture.files.filter(kind="avif").delete()
    early = get_picture(picture, Client(), 320, "avif"), picture.files.filter(kind="avif").count()
    told(campaign, pictures=[picture.pk])

    answers = [get_picture(picture, Client(), 320, "avif") for _ in range(2)]

    assert (early[0].status_code, early[1]) == (404, 0)
    assert [(one.status_code, one["Content-Type"]) for one in answers] == [(200, "image/avif")] * 2
    assert answers[0].content == answers[1].content and Image.open(BytesIO(answers[0].content)).size == (320, 213)
    assert picture.files.get(kind="avif").width == 320


# Telling


def test_an_update_shows_its_pictures_with_sizes_words_and_widths_to_choose_from() -> None:
    campaign = an_open_campaign()
    plain = a_picture(campaign, alt='A "red" one', size=(1000, 500))
    before, after = (a_picture(campaign, role=role, alt=role, size=(900, 600)) for role in ("before", "after"))
    told(campaign, pictures=[plain.pk, before.pk, after.pk])

    page = Client().get(f"/en/c/{campaign.slug}/updates/1/").text

    assert 'alt="A &quot;red&quot; one"' in page and 'width="1000" height="500"' in page
    assert f"{plain.sha256}-480.webp 480w" in page and f"{plain.sha256}-1000.webp 1000w" in page
    # Without its type, a browser that knows no AVIF would ask for one.
    assert page.count('<source type="image/avif" srcset=') == 3
    assert f"{plain.sha256}-320.avif 320w" in page and f"{plain.sha256}-1000.avif 1000w" in page
    assert "Before: tainted" in page and "After: clean plan" in page and "data-compare" in page
    assert " style=" not in page


def test_a_campaigns_page_shows_two_pictures_and_says_where_the_others_are() -> None:
    campaign = an_open_campaign()
    older = [a_picture(campaign, alt=f"Old {number}").pk for number in range(3)]
    told(campaign, pictures=older)
    sides = [a_picture(campaign, role=role, alt=f"New {role}") for role in ("before", "after")]
    told(campaign, pictures=[*(one.pk for one in sides), a_picture(campaign, alt="New one").pk])
    told(campaign)

    page = Client().get(f"/en/c/{campaign.slug}/").text

    assert re.findall(r'<img [^>]*alt="((?:New|Old) [^"]*)"', page) == ["New before", "New after"]
    links = re.findall(r'/updates/(\d)/">(See [^<]* pictures?)</a>', page)
    assert links == [("2", "See one more picture"), ("1", "See its 3 pictures")]


def test_two_pictures_of_other_shapes_are_compared_beside_each_other() -> None:
    campaign = an_open_campaign()
    before, after = a_picture(campaign, role="before"), a_picture(campaign, role="after", size=(200, 300))
    told(campaign, pictures=[before.pk, after.pk])

    page = Client().get(f"/ja/c/{campaign.slug}/updates/1/").text

    assert "data-compare" not in page and "compare.js" not in page
    assert "再学習前:tainted" in page and "再学習後:clean plan" in page


def test_an_update_has_a_page_with_the_way_to_those_around_it() -> None:
    campaign = an_open_campaign()
    for number in range(1, 4):
        told(campaign, f"News {number}")

    page = Client().get(f"/en/c/{campaign.slug}/updates/2/").text

    assert "<h1" in page and "News 2" in page
    assert f'rel="prev" href="/en/c/{campaign.slug}/updates/1/"' in page
    assert f'rel="next" href="/en/c/{campaign.slug}/updates/3/"' in page
    assert 'property="og:title"' in page and "News 2" in page.partition('property="og:title"')[2][:80]
    for number in (0, 4, 10**9, 10**30):
        assert Client().get(f"/en/c/{campaign.slug}/updates/{number}/").status_code == 404


# Then and now


def bound_later(campaign: Campaign) -> None:
    """Somebody finds that the base of the clean version was never free to host."""
    base = Version.objects.get(slug="free-base")
    base.grants.all().delete()
    Grant.objects.create(
        version=base, licence=a_licence("found-later", "no-monetised-hosting"), starts_on=date(2022, 1, 1)
    )


def test_while_nothing_changed_an_update_says_so_in_a_line() -> None:
    campaign = an_open_campaign()
    told(campaign)

    page = Client().get(f"/en/c/{campaign.slug}/").text

    assert "Record of clean plan" in page and "Unchanged since" in page and "then-and-now" not in page


def test_a_fact_that_became_known_later_shows_beside_what_was_judged_then() -> None:
    campaign = an_open_campaign()
    update = told(campaign)
    bound_later(campaign)

    (shown,) = tell_updates([update], at=now())
    page = Client().get(f"/en/c/{campaign.slug}/updates/1/").text

    assert shown.record is not None and not shown.record.computed
    assert (shown.record.then.state, shown.record.now.state) == ("clean", "tainted")
    changed = {one.use: (one.then.verdict, one.now.verdict) for one in shown.record.changed}
    assert changed["paid-service"] == ("conditional", "blocked")
    assert "personal" not in changed
    assert "Kept as it was judged on that day" in page and "then-and-now" in page and "Not legal advice" in page
    assert update.record["lineage"] != shown.record.now.lineage


def test_an_update_from_before_records_were_kept_is_judged_for_its_day_and_says_so() -> None:
    campaign = an_open_campaign()
    update = told(campaign, at=now() - timedelta(days=40))
    Update.objects.filter(pk=update.pk).update(record={})
    update.refresh_from_db()
    tighter = a_licence("tighter", "no-monetised-hosting")
    base = Version.objects.get(slug="free-base")
    base.grants.update(ends_on=(now() - timedelta(days=20)).date())
    Grant.objects.create(version=base, licence=tighter, starts_on=(now() - timedelta(days=20)).date())
    Derivation.objects.filter(child=campaign.clean_version).update(obtained_on=(now() - timedelta(days=10)).date())

    (shown,) = tell_updates([update], at=now())
    page = Client().get(f"/en/c/{campaign.slug}/updates/1/").text

    assert shown.record is not None and shown.record.computed
    assert shown.record.then.on == (now() - timedelta(days=40)).astimezone(ZoneInfo(campaign.zone)).date()
    assert "No record was kept on that day" in page


def test_an_update_is_told_even_when_its_record_cannot_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = an_open_campaign()
    parent = campaign.clean_version
    monkeypatch.setattr("campaigns.actions.publish_update.LARGEST_FAMILY", 1)
    monkeypatch.setattr("campaigns.views.then_and_now.LARGEST_FAMILY", 1)

    update = told(campaign)
    page = Client().get(f"/en/c/{campaign.slug}/updates/1/").text

    assert update.record == {} and parent is not None
    assert "Tied to the record of clean plan" in page


def test_a_page_with_twenty_updates_asks_the_database_no_more_than_one_with_two() -> None:
    campaign = an_open_campaign()
    costs = []
    for wanted in (2, 20):
        for number in range(campaign.updates.count(), wanted):
            told(
                campaign,
                f"News {number}",
                pictures=[a_picture(campaign, size=(64, 64)).pk],
                at=now() - timedelta(days=number),
            )
        Update.objects.filter(number__gt=1).update(record={})
        with CaptureQueriesContext(
            connection,
        ) as counted:
            tell_updates(list(campaign.updates.select_related("campaign")), at=now())
        costs.append(len(counted))

    assert costs[0] == costs[1] <= 14, costs


def test_the_way_of_a_version_is_not_cut_by_two_campaigns_with_the_same_number() -> None:
    clean = a_version("shared", a_licence("free-licence"), planned=True)
    for slug in ("one", "other"):
        told(an_open_campaign(slug, clean_version=clean))

    page = Client().get("/en/m/shared/history/").text

    assert 'id="update-one-1"' in page and 'id="update-other-1"' in page
