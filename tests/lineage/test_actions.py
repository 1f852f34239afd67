"""What people put on record is checked before it is kept, and the log tells what became known."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from lineage.actions.record_derivation import DerivationRefused, record_derivation
from lineage.actions.record_grant import GrantRefused, record_grant
from lineage.actions.register_version import VersionRefused, register_version
from lineage.actions.release_version import ReleaseRefused, release_version
from lineage.actions.replace_plan import PlanRefused, replace_plan
from lineage.engine import document
from lineage.models import Derivation, Grant, Licence, LogEntry, Term, Version
from lineage.verdicts import record_on
from tests.lineage.documents import MAY_DAY, NOON, a_line_of, put_on_record

pytestmark = pytest.mark.django_db

HASH = "0123456789abcdef" * 4


def a_version(slug: str, *, planned: bool = False, sha256: str = "") -> Version:
    return register_version(slug=slug, name=slug.upper(), planned=planned, sha256=sha256, by=None, at=NOON)


def a_licence(slug: str = "free") -> Licence:
    return Licence.objects.create(slug=slug, name=slug.capitalize())


def test_a_version_is_kept_as_it_was_given_and_the_log_tells_by_whom() -> None:
    alice = User.objects.create_user("alice")

    version = register_version(
        slug="mix-1.0",
        name=" Mix ",
        licensor="alice",
        published_on=MAY_DAY,
        sha256="0x" + HASH.upper(),
        url="https://example.com/mix",
        undisclosed_parents=True,
        claimed_label="free",
        by=alice,
        at=NOON,
    )

    kept = Version.objects.get(slug="mix-1.0")
    assert (kept.name, kept.sha256, kept.added_by, kept.added_at) == ("Mix", HASH, alice, NOON)
    assert (kept.published_on, kept.undisclosed_parents, kept.planned) == (MAY_DAY, True, False)
    entry = LogEntry.objects.get()
    assert (entry.kind, entry.version, entry.by) == (LogEntry.Kind.VERSION_REGISTERED, version, f"user {alice.pk}")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("slug", {"slug": "../up"}),
        ("slug", {"slug": "mix"}),
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 201}),
        ("sha256", {"sha256": "4763671c"}),
        ("sha256", {"sha256": HASH}),
        ("sha256", {"sha256": "f" * 64, "planned": True}),
        ("url", {"url": "javascript:alert(1)"}),
    ],
)
def test_a_version_that_cannot_be_is_refused_with_a_sentence_at_its_field(field: str, given: dict[str, object]) -> None:
    a_version("mix", sha256=HASH)

    with pytest.raises(VersionRefused) as refusal:
        register_version(**{"slug": "new", "name": "New", "by": None, "at": NOON, **given})  # type: ignore[arg-type]

    assert list(refusal.value.errors) == [field] and refusal.value.errors[field][0].endswith(".")
    assert Version.objects.count() == 1


def test_one_file_registered_twice_at_once_is_refused_by_the_database_itself() -> None:
    a_version("mix", sha256=HASH)

    with pytest.raises(IntegrityError, match="one_file_is_one_version"), transaction.atomic():
        Version.objects.create(slug="other", name="Other", sha256=HASH, added_at=NOON)


def test_the_same_claim_twice_is_one_row() -> None:
    base, mix = a_version("base"), a_version("mix")

    claims = [
        record_derivation(parent=base, child=mix, method="merge", share=0.5, evidence=["a", "b"], by=None, at=NOON)
        for _ in range(2)
    ]
    record_derivation(parent=base, child=mix, method="merge", share=0.4, by=None, at=NOON)

    assert claims[0] == claims[1] and Derivation.objects.count() == 2
    assert LogEntry.objects.filter(kind=LogEntry.Kind.DERIVATION_RECORDED, version=mix).count() == 2


def test_a_claim_that_closes_a_circle_is_kept_and_judged() -> None:
    one, other = a_version("one"), a_version("other")

    record_derivation(parent=one, child=other, method="merge", by=None, at=NOON)
    record_derivation(parent=other, child=one, method="merge", by=None, at=NOON)

    assert record_on(one, MAY_DAY).inheritance.pedigree.cycles == [["one", "other"]]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("parent", {"parent": "mix"}),
        ("method", {"method": "alchemy"}),
        ("share", {"share": 1.5}),
        ("obtained_until", {"obtained_on": date(2023, 2, 1), "obtained_until": date(2023, 1, 1)}),
        ("obtained_until", {"obtained_until": date(2023, 1, 1)}),
    ],
)
def test_a_claim_that_says_nothing_is_refused_at_its_field(field: str, given: dict[str, object]) -> None:
    versions = {"base": a_version("base"), "mix": a_version("mix")}
    claim: dict[str, object] = {"parent": "base", "child": "mix", "method": "merge", **given}

    with pytest.raises(DerivationRefused) as refusal:
        record_derivation(
            **{**claim, "parent": versions[str(claim["parent"])], "child": versions["mix"]},  # type: ignore[arg-type]
            by=None,
            at=NOON,
        )

    assert list(refusal.value.errors) == [field] and not Derivation.objects.exists()


def test_the_database_keeps_its_own_promises_about_claims_and_grants() -> None:
    base, mix, free = a_version("base"), a_version("mix"), a_licence()
    day = date(2023, 1, 1)
    broken = {
        "a_version_is_not_made_from_itself": Derivation(parent=mix, child=mix, method="merge"),
        "a_derivation_names_a_known_method": Derivation(parent=base, child=mix, method="alchemy"),
        "a_share_lies_between_none_and_all": Derivation(parent=base, child=mix, method="merge", share=2),
        "a_grant_does_not_end_before_it_begins": Grant(version=mix, licence=free, starts_on=MAY_DAY, ends_on=day),
        "a_limit_stands_where_the_kind_of_term_takes_one": Term(licence=free, position=0, kind="team-size-max"),
    }

    for promise, row in broken.items():
        with pytest.raises(IntegrityError, match=promise), transaction.atomic():
            row.save()


def test_two_licences_of_one_version_never_begin_on_one_day_but_an_offer_may() -> None:
    mix, free, paid = a_version("mix"), a_licence(), a_licence("paid")
    record_grant(version=mix, licence=free, starts_on=MAY_DAY, by=None, at=NOON)

    with pytest.raises(GrantRefused) as refusal:
        record_grant(version=mix, licence=paid, starts_on=MAY_DAY, by=None, at=NOON)
    record_grant(version=mix, licence=paid, starts_on=MAY_DAY, optional=True, by=None, at=NOON)

    assert list(refusal.value.errors) == ["starts_on"]
    assert Grant.objects.count() == 2 and LogEntry.objects.filter(kind=LogEntry.Kind.GRANT_RECORDED).count() == 2


def test_a_grant_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(GrantRefused) as refusal:
        record_grant(
            version=a_version("mix"), licence=a_licence(), starts_on=MAY_DAY, ends_on=date(2023, 4, 1), by=None, at=NOON
        )

    assert list(refusal.value.errors) == ["ends_on"]


def plan_of(*parents: str) -> list[document.Derivation]:
    return [document.Derivation(parent, "clean", "finetune", MAY_DAY) for parent in parents]


def test_what_was_really_used_takes_the_place_of_the_plan_and_the_log_keeps_the_plan() -> None:
    put_on_record(a_line_of(2))
    clean = a_version("clean", planned=True)
    replace_plan(clean, plan_of("v0"), at=NOON, by=None)

    replace_plan(clean, plan_of("v1"), at=NOON, by=None)

    assert [made.parent.slug for made in clean.parents.all()] == ["v1"]
    last = LogEntry.objects.filter(kind=LogEntry.Kind.PLAN_REPLACED).last()
    assert last is not None
    assert [made["parent"] for made in last.data["planned"]] == ["v0"]
    assert [made["parent"] for made in last.data["made"]] == ["v1"]


@pytest.mark.parametrize(
    ("derivations", "says"),
    [
        ([document.Derivation("nobody", "clean", "merge", None)], "nobody"),
        ([document.Derivation("v0", "v1", "merge", None)], "v1"),
        ([document.Derivation("clean", "clean", "merge", None)], "made from itself"),
        ([document.Derivation("v0", "clean", "merge", None, share=3)], "share"),
    ],
)
def test_a_plan_that_makes_no_sense_leaves_the_old_one_standing(
    derivations: list[document.Derivation], says: str
) -> None:
    put_on_record(a_line_of(2))
    clean = a_version("clean", planned=True)
    replace_plan(clean, plan_of("v0"), at=NOON, by=None)

    with pytest.raises(PlanRefused, match=says):
        replace_plan(clean, derivations, at=NOON, by=None)

    assert [made.parent.slug for made in clean.parents.all()] == ["v0"]


def test_a_planned_version_becomes_real_under_the_same_slug() -> None:
    clean, free, planned = a_version("clean", planned=True), a_licence(), a_licence("planned")
    record_grant(version=clean, licence=planned, starts_on=date(2023, 1, 1), by=None, at=NOON)

    released = release_version(clean, sha256=HASH.upper(), published_on=MAY_DAY, licence=free, at=NOON, by=None)

    assert released is clean and released.slug == "clean"
    assert (released.planned, released.released_at, released.sha256) == (False, NOON, HASH)
    assert [(grant.licence.slug, grant.starts_on) for grant in released.grants.all()] == [("free", MAY_DAY)]
    entry = LogEntry.objects.get(kind=LogEntry.Kind.VERSION_RELEASED)
    assert entry.data["planned_grants"] == ["planned from 2023-01-01"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("sha256", {"sha256": ""}),
        ("sha256", {"sha256": "abc"}),
        ("sha256", {"sha256": "a" * 64}),
        ("published_on", {"published_on": date(2023, 5, 3)}),
    ],
)
def test_a_release_without_a_file_of_its_own_or_ahead_of_its_day_is_refused(
    field: str, given: dict[str, object]
) -> None:
    a_version("other", sha256="a" * 64)
    clean, free = a_version("clean", planned=True), a_licence()
    said: dict[str, object] = {"sha256": HASH, "published_on": MAY_DAY, **given}

    with pytest.raises(ReleaseRefused) as refusal:
        release_version(clean, licence=free, at=NOON, by=None, **said)  # type: ignore[arg-type]

    assert list(refusal.value.errors) == [field]
    clean.refresh_from_db()
    assert clean.planned and not clean.grants.exists()


def test_what_is_released_is_released_once_and_its_parents_stand() -> None:
    clean, free = a_version("clean", planned=True), a_licence()
    release_version(clean, sha256=HASH, published_on=MAY_DAY, licence=free, at=NOON, by=None)

    with pytest.raises(ReleaseRefused) as refusal:
        release_version(clean, sha256="b" * 64, published_on=MAY_DAY, licence=free, at=NOON, by=None)
    with pytest.raises(PlanRefused):
        replace_plan(clean, [], at=NOON, by=None)

    assert list(refusal.value.errors) == ["version"]
