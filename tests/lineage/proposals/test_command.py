"""`manage.py import_lineage`: facts of an operator from a lineage file, proposals from everything else."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from lineage.engine.writing import write
from lineage.models import Derivation, Evidence, Proposal, Version
from tests.house.test_settings import manage
from tests.lineage.documents import a_line_of
from tests.lineage.proposals.test_evidence import weights
from tests.lineage.proposals.world import CARD, bra_of_mika, table, the_parent_on_record

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_lineage", *arguments, stdout=out)
    return out.getvalue()


def a_file(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_card_becomes_proposals_and_twice_is_once(tmp_path: Path) -> None:
    bra_of_mika()
    file = a_file(tmp_path, "README.md", CARD)

    first, second = said(file, "--about", "bra-v4"), said(file, "--about", "bra-v4")

    assert "derivation: bra v4 was made from Linaqruf/anything-v3 (fine-tune) [declared, card.base_model]" in first
    assert "kept as evidence: " in first and "was brought before" in second
    evidence = Evidence.objects.get()
    assert evidence.brought_by is None and evidence.proposals.exists() and not Derivation.objects.exists()


def test_a_dry_run_says_what_would_be_proposed_and_keeps_nothing(tmp_path: Path) -> None:
    the_parent_on_record()
    Derivation.objects.update(share=0.5)
    file = a_file(tmp_path, "edges.csv", table("chilloutmix,bra-v4,merge,2023-02-15,0.5"))

    told = said(file, "--dry-run")

    assert "on record already" in told and "3 proposals. Nothing was kept" in told
    assert not Evidence.objects.exists() and not Proposal.objects.exists()


def test_a_lineage_file_is_taken_as_facts_or_if_asked_as_proposals(tmp_path: Path) -> None:
    file = a_file(tmp_path, "line.json", write(a_line_of(2)).encode())

    dry = said(file, "--dry-run")
    after_dry = Version.objects.count()
    proposed = said(file, "--as-proposals")
    after_proposing = Version.objects.count()
    facts = said(file)

    assert "versions: 2 added" in dry and "Nothing was kept" in dry
    assert (after_dry, after_proposing, Version.objects.count()) == (0, 0, 2)
    assert "proposals. The file kept as evidence" in proposed and "versions: 2 added, 0 unchanged" in facts


def test_of_a_file_of_weights_only_the_header_is_kept(tmp_path: Path) -> None:
    file = a_file(tmp_path, "bra.safetensors", weights(**{"modelspec.merged_from": "ChilloutMix"}))

    told = said(file)

    assert "was made from ChilloutMix" in told and Evidence.objects.get().covers == "header"


def test_what_cannot_be_read_ends_with_1_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = a_file(tmp_path, "edges.csv", b"parent,child,method\na,b,mergee\n")
    nothing = a_file(tmp_path, "picture.png", b"\x89PNG")

    for arguments, words in (
        ((broken,), "edges.csv: line 2"),
        ((nothing,), "picture.png: "),
        (("no-such-file.md",), "no-such-file.md: cannot be read"),
        (("--url", "https://example.com/x"), "https://example.com/x: "),
    ):
        with pytest.raises(SystemExit) as ending:
            call_command("import_lineage", *arguments)
        assert ending.value.code == 1 and words in capsys.readouterr().err

    assert not Evidence.objects.exists()


def test_standard_input_is_read_as_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table("a,b,merge,,"))))

    told = said("-")

    assert "derivation: b was made from a (merge)" in told
    assert json.dumps(Proposal.objects.get(kind="derivation").content, sort_keys=True).startswith('{"certain": false')


def test_an_address_is_read_behind_the_same_guard(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.IMPORT_HOSTS = ["localhost"]

    with pytest.raises(SystemExit) as ending:
        call_command("import_lineage", "--url", "https://localhost/README.md")

    assert ending.value.code == 1 and "public internet" in capsys.readouterr().err


@pytest.mark.parametrize(("given", "hosts"), [("none", "[]"), ("a.example, b.example", "['a.example', 'b.example']")])
def test_an_installation_says_which_hosts_are_read(given: str, hosts: str) -> None:
    done = manage("diffsettings", IMPORT_HOSTS=given)

    assert f"IMPORT_HOSTS = {hosts}" in done.stdout
