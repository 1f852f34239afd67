"""Answers in people's words: what vanished, limits, licences in a sentence, no accusation, and no legal advice."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import polib
import pytest
from django.test import Client

from lineage.engine.document import Artefact, Derivation, Facts, Grant, Licence, LineageFile, Term
from lineage.models import Version
from lineage.verdicts import OWN, Asker, asker_of, record_on, strip_on, vanished
from lineage.words import asker_sentence, limit_sentence
from tests.lineage.documents import MAY_DAY, put_on_record, the_bra_family

ROOT = Path(__file__).resolve().parents[2]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("<wbr>", "")


def before_and_after() -> tuple[Version, Version]:
    """A model on a base with two limits and a duty, and the same on a free base."""
    strict = (Term("no-monetised-hosting"), Term("team-size-max", 10), Term("attribution"), Term("no-nft-outputs"))
    put_on_record(
        LineageFile(
            licences=(Licence("strict", terms=strict), Licence("kind", terms=(Term("attribution"),))),
            artefacts=tuple(Artefact(id, id.title()) for id in ("base", "free", "old", "new")),
            grants=(
                Grant("base", "strict", date(2022, 1, 1)),
                *(Grant(id, "kind", date(2022, 6, 1)) for id in ("free", "old", "new")),
            ),
            derivations=(
                Derivation("base", "old", "merge", date(2022, 2, 1)),
                Derivation("free", "new", "merge", date(2022, 7, 1)),
                Derivation("free", "old", "merge", date(2022, 7, 1)),
            ),
        )
    )
    return Version.objects.get(slug="old"), Version.objects.get(slug="new")


@pytest.mark.django_db
def test_what_vanished_is_told_with_where_it_came_from_and_which_answers_changed() -> None:
    old, new = before_and_after()

    found = vanished(old, record_on(new, MAY_DAY))

    assert (found.before, found.after) == ("tainted", "clean")
    assert [(one.code, one.origins) for one in found.gone] == [
        ("no-monetised-hosting", (("base", "Base"),)),
        ("team-size-max", (("base", "Base"),)),
        ("no-nft-outputs", (("base", "Base"),)),
    ]
    changed = {one.before.key: (one.before.shown, one.after.shown) for one in found.changed}
    assert changed["paid-service"] == ("blocked", "allowed") and changed["sell-outputs"] == ("conditional", "allowed")
    assert "publish" not in changed and found.same == 8 - len(changed)


@pytest.mark.django_db
def test_between_a_version_and_itself_nothing_vanished() -> None:
    old, _new = before_and_after()

    found = vanished(old, record_on(old, MAY_DAY), asker_of("team-of-11"))

    assert found.gone == () and found.changed == () and found.same == 8


def gone_if_replaced_by(own: Licence, *, licensor: str = "", undisclosed: bool = False) -> list[str]:
    """What is told to be gone when a model on a base with a limit is replaced by one under some licence."""
    base = Licence("limits", terms=(Term("team-size-max", 10), Term("no-hosting")))
    put_on_record(
        LineageFile(
            licences=(base, Licence("kind"), own),
            artefacts=(
                Artefact("base", "Base", licensor="a maker"),
                Artefact("old", "Old"),
                Artefact("new", "New", licensor=licensor or None, undisclosed_parents=undisclosed),
            ),
            grants=(
                Grant("base", "limits", date(2022, 1, 1)),
                Grant("old", "kind", date(2022, 2, 1)),
                Grant("new", own.id, date(2022, 2, 1)),
            ),
            derivations=(
                Derivation("base", "old", "merge", date(2022, 2, 1)),
                *([Derivation("base", "new", "merge", date(2022, 2, 1))] if licensor else []),
            ),
        )
    )
    old, new = Version.objects.get(slug="old"), Version.objects.get(slug="new")
    return [one.code for one in vanished(old, record_on(new, MAY_DAY)).gone]


@pytest.mark.django_db
def test_what_the_new_versions_own_licence_says_again_has_not_vanished() -> None:
    assert gone_if_replaced_by(Licence("own", terms=(Term("no-hosting"),))) == ["team-size-max"]


@pytest.mark.django_db
def test_a_limit_that_has_become_tighter_has_not_vanished() -> None:
    own = Licence("own", terms=(Term("team-size-max", 5), Term("no-hosting")))

    assert gone_if_replaced_by(own) == []


@pytest.mark.django_db
def test_what_comes_from_the_makers_own_earlier_version_has_not_vanished() -> None:
    assert gone_if_replaced_by(Licence("own"), licensor="a maker") == []


@pytest.mark.django_db
def test_nothing_is_told_to_have_vanished_while_parents_are_not_disclosed() -> None:
    assert gone_if_replaced_by(Licence("own"), undisclosed=True) == []


@pytest.mark.django_db
def test_a_limit_says_what_it_is_and_whether_who_asks_is_inside() -> None:
    old, _new = before_and_after()

    def met(asker: Asker, use: str) -> tuple[float, float | None, bool | None] | None:
        limit = next(item for item in strip_on(old, MAY_DAY, asker) if item.key == use).deciding_limit
        return (limit.limit, limit.value, limit.inside) if limit else None

    assert met(asker_of("one-person"), "sell-outputs") == (10, 1, True)
    assert met(asker_of("team-of-11"), "sell-outputs") == (10, 11, False)
    assert met(Asker(OWN, Facts(team_size=10)), "sell-outputs") == (10, 10, True)
    assert met(Asker(OWN, Facts()), "sell-outputs") == (10, None, None)
    assert met(asker_of("one-person"), "publish") is None and met(asker_of("one-person"), "paid-service") is None


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("team_size", 1, "1 person: within the limit"),
        ("team_size", 12, "12 people: above the limit"),
        ("annual_revenue_usd", 20_000, "US$20,000 of revenue a year: above the limit"),
        ("monthly_active_users", 10, "10 users a month: within the limit"),
        ("images_per_month", 10, "10 images a month: within the limit"),
        ("images_per_month", None, "Your figure is not stated."),
    ],
)
def test_each_figure_is_said_with_its_measure(fact: str, value: float | None, said: str) -> None:
    assert limit_sentence(fact, value, 10) == said


def test_own_figures_that_are_all_told_leave_nothing_out() -> None:
    told = Facts(3, 5, 7, 9, monetised=True, commercial=True)

    assert asker_sentence(OWN, told) == (
        "Your own figures: 3 people, US$5 of revenue a year, 7 users a month, 9 images a month, "
        "the site earns money, commercial use."
    )
    assert asker_sentence(OWN, Facts()).endswith("What is left out is not known.")


@pytest.mark.django_db
def test_a_licence_is_told_in_a_sentence_with_the_uses_the_numbers_and_how_many_carry_it(client: Client) -> None:
    before_and_after()

    said = page(client, "/en/l/strict/?who=team-of-11")

    lead = re.sub(r"<[^>]+>", "", said[said.index('class="lead"') :].partition("</p>")[0])
    assert "It forbids or limits 3 things:" in lead and "It asks for one thing that everybody can do." in lead
    assert said.count('class="verdict verdict-') == 8 and "11 people: above the limit" in said
    assert "Models affected (2)" in said and "Numbers that decide" in said and "Report a mistake" in said
    grant = Version.objects.get(slug="base").grants.get()
    assert f'href="/en/dispute/grant/{grant.pk}/"' in said


@pytest.mark.django_db
def test_a_text_that_nobody_has_read_promises_nothing(client: Client) -> None:
    put_on_record(LineageFile(licences=(Licence("unread", "Unread"),)))

    said = page(client, "/en/l/unread/")

    assert "not read yet" in said and 'class="verdict' not in said and "It forbids nothing." not in said


ADDRESSES = (
    "m/",
    "m/bra-v4/",
    "m/bra-v4/verdicts/",
    "m/bra-v4/licence-texts/",
    "m/bra-v4/made-from-it/",
    "m/bra-v4/history/",
    "m/bra-v4/what-if/",
    "m/bra-v4/repair/",
    "forecast/?base=bra-v4",
    "where/",
    "l/",
    "l/dreamlike-1.0-2022-12-25/",
    "l/compare/?a=dreamlike-1.0-2022-12-25&b=dreamlike-1.0-2022-12-11",
    "l/matrix/",
    "l/compatibility/?in=dreamlike-1.0-2022-12-25&out=dreamlike-1.0-2022-12-11",
)


@pytest.mark.django_db
def test_every_page_that_shows_a_verdict_or_a_state_says_that_it_is_no_legal_advice(client: Client) -> None:
    put_on_record(the_bra_family())

    for language, words in (("en", "Not legal advice"), ("ja", "法的助言ではありません")):
        for address in ADDRESSES:
            said = page(client, f"/{language}/{address}")
            main = said[said.index("<main") : said.index("</main>")]
            assert words in main, (language, address)


ACCUSING = re.compile(
    r"\b(violat\w*|illegal\w*|infring\w*|tainted|contaminat\w*|stolen|steal\w*|guilty|offend\w*|offence|breach\w*|"
    r"pirat\w*|unlawful\w*|dirty|polluted?)\b",
    re.IGNORECASE,
)
ACCUSING_IN_JAPANESE = re.compile(r"汚染|違反|違法|盗|侵害|不正|犯")


def test_no_sentence_about_models_accuses_whoever_made_them() -> None:
    catalogue = polib.pofile(str(ROOT / "lineage" / "locale" / "ja" / "LC_MESSAGES" / "django.po"))
    places = re.compile(r"%\([a-z_]+\)s")
    english = [places.sub("", f"{entry.msgid} {entry.msgid_plural}") for entry in catalogue]
    japanese = [" ".join([entry.msgstr, *entry.msgstr_plural.values()]) for entry in catalogue]

    accusing = [text for text in english if ACCUSING.search(text)]
    in_japanese = [text for text in japanese if ACCUSING_IN_JAPANESE.search(text)]

    assert accusing == [] and in_japanese == []


@pytest.mark.django_db
def test_a_plan_and_what_was_made_of_it_lead_with_what_vanishes_and_a_strangers_version_does_not(
    client: Client,
) -> None:
    old, new = before_and_after()
    Version.objects.filter(pk=new.pk).update(planned=True, added_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert "vanish" not in page(client, "/en/m/new/") and "vanish" not in page(client, f"/en/m/{old.slug}/")
