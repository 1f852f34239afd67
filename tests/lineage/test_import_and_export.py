"""A lineage file goes into the database whole or not at all, and comes out as it went in."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from lineage.actions.import_lineage import ImportRefused, import_lineage
from lineage.engine.document import Artefact, Derivation, Grant, Licence, LineageFile, Term
from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.models import Derivation as DerivationRow
from lineage.models import Grant as GrantRow
from lineage.models import Licence as LicenceRow
from lineage.models import LogEntry, Version
from lineage.records import whole_lineage
from tests.at_once import at_once
from tests.lineage.documents import (
    DATA,
    MAY_DAY,
    NOON,
    a_file_with_everything,
    a_line_of,
    put_on_record,
    the_bra_family,
)

FILES = {"bra": DATA / "bra.json", "pony": DATA / "pony.json"}


def forget_everything() -> None:
    for model in (DerivationRow, GrantRow, Version, LicenceRow, LogEntry):
        model.objects.all().delete()


def exported(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export_lineage", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_what_goes_in_comes_out_and_goes_in_again_byte_for_byte(name: str) -> None:
    call_command("import_lineage", str(FILES[name]), stdout=io.StringIO())
    first = exported()

    forget_everything()
    put_on_record(read(first))

    assert exported() == first
    assert replace(read(first), questions=()) == replace(read(FILES[name].read_bytes()), questions=())


@pytest.mark.django_db
def test_every_field_of_the_format_survives_in_its_order() -> None:
    file = a_file_with_everything()

    put_on_record(file)

    assert whole_lineage() == file
    assert write(whole_lineage()) == write(file)


@pytest.mark.django_db
def test_the_same_file_twice_is_once() -> None:
    put_on_record(a_file_with_everything())
    before = LogEntry.objects.count()

    again = put_on_record(a_file_with_everything())

    assert not any(again.added.values()) and again.versions == ()
    assert again.unchanged == {
        "licences": 2,
        "artefacts": 2,
        "grants": 3,
        "derivations": 3,
        "exemptions": 1,
        "prohibitions": 1,
    }
    assert LogEntry.objects.count() == before


@pytest.mark.django_db
def test_the_log_says_what_an_import_touched_and_names_nobody() -> None:
    alice = User.objects.create_user("alice", "alice@example.com")

    import_lineage(a_line_of(2), by=alice, at=NOON)

    entry = LogEntry.objects.get()
    assert (entry.kind, entry.at, entry.by) == (LogEntry.Kind.FILE_IMPORTED, NOON, f"user {alice.pk}")
    assert entry.data["versions"] == ["v0", "v1"] and entry.data["added"]["artefacts"] == 2


def changed(what: str) -> LineageFile:
    file = a_line_of(3)
    first, second, third = file.artefacts
    return {
        "licence": replace(file, licences=(Licence("strict", "Strict"), *file.licences[1:])),
        "version": replace(file, artefacts=(first, replace(second, name="Another name"), third)),
        "grant": replace(file, grants=(*file.grants[:2], replace(file.grants[2], licence="strict"))),
        "derivation": replace(file, derivations=(replace(file.derivations[0], share=0.5), *file.derivations[1:])),
    }[what]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("licence", "licences[0]"),
        ("version", "artefacts[1]"),
        ("grant", "grants[2]"),
        ("derivation", "derivations[0]"),
    ],
)
def test_what_differs_from_the_record_is_refused_with_its_place_and_nothing_is_kept(what: str, place: str) -> None:
    put_on_record(a_line_of(2) if what in ("licence", "version", "derivation") else a_line_of(3))
    before = whole_lineage()

    with pytest.raises(ImportRefused) as refusal:
        put_on_record(changed(what))

    assert refusal.value.place == place
    assert whole_lineage() == before


def only(artefact: Artefact) -> LineageFile:
    return LineageFile(artefacts=(artefact,))


MISFITS: dict[str, tuple[str, Callable[[], LineageFile]]] = {
    "an id that would climb out of its address": ("artefacts[0].id", lambda: only(Artefact("../admin", "A"))),
    "an id with a line break": ("artefacts[0].id", lambda: only(Artefact("a\nb", "A"))),
    "an id too long for an address": ("artefacts[0].id", lambda: only(Artefact("a" * 121, "A"))),
    "a name too long": ("artefacts[0].name", lambda: only(Artefact("a", "A" * 201))),
    "half a hash": ("artefacts[0].sha256", lambda: only(Artefact("a", "A", sha256="ab" * 16))),
    "an address that runs": ("artefacts[0].url", lambda: only(Artefact("a", "A", url="javascript:alert(1)"))),
    "one file twice": (
        "artefacts[1].sha256",
        lambda: LineageFile(artefacts=(Artefact("a", "A", sha256="ab" * 32), Artefact("b", "B", sha256="AB" * 32))),
    ),
    "a limit finer than we keep": (
        "licences[0].terms[0].limit",
        lambda: LineageFile(licences=(Licence("l", terms=(Term("team-size-max", 0.00001),)),)),
    ),
    "a limit beyond all bounds": (
        "licences[0].terms[0].limit",
        lambda: LineageFile(licences=(Licence("l", terms=(Term("team-size-max", 1e20),)),)),
    ),
    "a quote with a NUL": (
        "licences[0].terms[0].quote",
        lambda: LineageFile(licences=(Licence("l", terms=(Term("attribution", quote="a\0b"),)),)),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("misfit", MISFITS)
def test_what_the_database_cannot_hold_is_refused_with_its_place(misfit: str) -> None:
    place, file = MISFITS[misfit]

    with pytest.raises(ImportRefused) as refusal:
        put_on_record(file())

    assert refusal.value.place == place and refusal.value.says.endswith(".")
    assert not Version.objects.exists() and not LicenceRow.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_on_record_under_another_id_is_refused() -> None:
    put_on_record(only(Artefact("a", "A", sha256="ab" * 32)))

    with pytest.raises(ImportRefused) as refusal:
        put_on_record(only(Artefact("b", "B", sha256="AB" * 32)))

    assert refusal.value.place == "artefacts[0].sha256" and "“a”" in refusal.value.says


@pytest.mark.django_db
def test_people_say_nothing_about_what_somebody_else_put_on_record() -> None:
    alice, bob = (User.objects.create_user(name) for name in ("alice", "bob"))
    import_lineage(a_line_of(2), by=alice, at=NOON, only_own=True)
    with_a_child = a_line_of(3)
    whitewashed = replace(with_a_child, grants=(*with_a_child.grants, Grant("v0", "free", MAY_DAY)))
    fathered = replace(with_a_child, derivations=(*with_a_child.derivations, Derivation("v2", "v0", "merge", None)))

    for file, place in ((whitewashed, "grants[3].artefact"), (fathered, "derivations[2].child")):
        with pytest.raises(ImportRefused) as refusal:
            import_lineage(file, by=bob, at=NOON, only_own=True)
        assert refusal.value.place == place
    result = import_lineage(with_a_child, by=bob, at=NOON, only_own=True)

    assert result.versions == ("v2",) and Version.objects.get(slug="v2").added_by == bob


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_add_it_once() -> None:
    results = at_once(*[lambda: put_on_record(the_bra_family())] * 2)

    assert sorted(result.added["artefacts"] for result in results) == [0, Version.objects.count()]
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_command_says_what_was_added_and_what_was_there(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_lineage", str(FILES["bra"]))
    first = capsys.readouterr().out
    call_command("import_lineage", str(FILES["bra"]))
    second = capsys.readouterr().out

    count = Version.objects.count()
    assert f"versions: {count} added, 0 unchanged" in first
    assert f"versions: 0 added, {count} unchanged" in second and "Nothing new" in second


@pytest.mark.django_db
def test_the_command_names_file_place_and_sentence_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(write(a_line_of(3)).replace('"parent": "v1"', '"parent": "nobody"'), encoding="utf-8")

    with pytest.raises(SystemExit) as ending:
        call_command("import_lineage", str(bad))

    assert ending.value.code == 1
    assert capsys.readouterr().err.startswith(f"{bad}: derivations[1].parent: ")
    assert not Version.objects.exists()


@pytest.mark.django_db
def test_the_command_reads_from_standard_input_and_says_when_there_is_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(write(a_line_of(2)).encode())))
    call_command("import_lineage", "-")

    with pytest.raises(SystemExit) as ending:
        call_command("import_lineage", "no-such-file.json")

    assert Version.objects.count() == 2
    assert ending.value.code == 1 and "no-such-file.json: cannot be read" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_export_of_one_version_has_its_ancestors_and_nobody_else() -> None:
    put_on_record(a_line_of(4))

    file = read(exported("--version", "v2"))

    assert [artefact.id for artefact in file.artefacts] == ["v0", "v1", "v2"]


@pytest.mark.django_db
def test_the_export_of_a_version_nobody_knows_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        call_command("export_lineage", "--version", "nobody")

    assert ending.value.code == 1 and "nobody" in capsys.readouterr().err


@pytest.mark.django_db
def test_what_is_only_planned_does_not_pass_for_made() -> None:
    put_on_record(a_line_of(3))
    Version.objects.filter(slug="v2").update(planned=True)

    plain, with_plans = read(exported()), read(exported("--planned"))

    assert [artefact.id for artefact in plain.artefacts] == ["v0", "v1"]
    assert [made.child for made in plain.derivations] == ["v1"]
    assert len(with_plans.artefacts) == 3
