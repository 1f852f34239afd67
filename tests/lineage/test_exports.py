"""Every export of a version is offered on its page, comes as a file, and is written by the command too."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.core.management import call_command
from django.test import Client

from lineage.engine.document import Artefact, LineageFile
from lineage.formats.edge_table import import_edges
from lineage.models import Version
from tests.lineage.documents import a_file_with_everything, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

FILES = {
    "bom.cdx.json": "application/vnd.cyclonedx+json; version=1.6",
    "lineage.spdx.json": "application/ld+json",
    "card.yaml": "application/yaml",
    "card.md": "text/markdown",
    "tree.graphml": "application/xml",
    "lineage.csv": "text/csv",
}


def fetched(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("export_lineage", *arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_saved_under_a_name_with_its_type_and_is_the_same_twice(client: Client, name: str) -> None:
    put_on_record(the_bra_family())

    first, second = client.get(f"/en/m/bra-v4/{name}"), client.get(f"/en/m/bra-v4/{name}")

    assert first.headers["Content-Type"] == f"{FILES[name]}; charset=utf-8"
    assert first.headers["Content-Disposition"].startswith('attachment; filename="bra-v4.')
    assert first.content == second.content and len(first.content) > 100


@pytest.mark.parametrize("name", FILES)
def test_a_version_that_nobody_knows_has_no_files(client: Client, name: str) -> None:
    assert client.get(f"/en/m/nobody/{name}").status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_files_are_only_read(client: Client, name: str) -> None:
    put_on_record(a_line_of(2))

    assert client.post(f"/en/m/v1/{name}").status_code == 405


def test_an_id_with_a_slash_has_files_too_and_everything_the_format_has_is_exported(client: Client) -> None:
    put_on_record(a_file_with_everything())

    bom = fetched(client, "/en/m/b/model-2/bom.cdx.json")

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom) is None
    assert json.loads(bom)["metadata"]["component"]["name"] == "B, second"
    assert 'filename="b-model-2.cdx.json"' in client.get("/en/m/b/model-2/bom.cdx.json").headers["Content-Disposition"]


def test_links_in_files_lead_back_to_the_site(client: Client) -> None:
    put_on_record(a_line_of(2))

    bom = json.loads(fetched(client, "/en/m/v1/bom.cdx.json"))

    [page] = bom["metadata"]["component"]["externalReferences"]
    assert page["url"].startswith("http") and page["url"].endswith("/en/m/v1/")


def test_the_section_for_a_card_is_in_the_language_of_its_address(client: Client) -> None:
    put_on_record(the_bra_family())

    english, japanese = fetched(client, "/en/m/bra-v4/card.md"), fetched(client, "/ja/m/bra-v4/card.md")

    assert "## Lineage and licences" in english and "Not to be offered on a website" in english
    assert "“can't host or use the model" in english and "Not legal advice." in english
    assert "## 系譜とライセンス" in japanese and "法的助言ではありません" in japanese
    assert "経路:" in japanese and "Not legal advice" not in japanese


def test_a_planned_version_is_called_planned_in_every_format_that_can_say_so(client: Client) -> None:
    put_on_record(a_line_of(2))
    Version.objects.filter(slug="v1").update(planned=True)

    files = {name: fetched(client, f"/en/m/v1/{name}") for name in FILES}

    assert all("planned" in files[name].lower() for name in FILES if name != "lineage.csv")


def test_the_page_offers_every_file_and_shows_the_texts_that_people_copy(client: Client) -> None:
    put_on_record(the_bra_family())

    said = fetched(client, "/en/m/bra-v4/")

    for name in (*FILES, "lineage.json", "tree.svg", "tree.dot"):
        assert f'href="/en/m/bra-v4/{name}"' in said
    assert "## Lineage and licences" in said and "# license: claimed to be" in said


def test_what_a_stranger_wrote_stays_text_on_the_page(client: Client) -> None:
    vile = Artefact("vile", "</code></pre><script>alert(1)</script>", url="https://example.org/")
    put_on_record(LineageFile(artefacts=(vile,)))

    assert "<script>alert(1)" not in fetched(client, "/en/m/vile/")


@pytest.mark.parametrize("format", ["cyclonedx", "spdx", "hugging-face", "markdown", "graphml", "csv", "dot"])
def test_the_command_writes_each_format_of_one_version(capsys: pytest.CaptureFixture[str], format: str) -> None:
    put_on_record(the_bra_family())

    text = exported(capsys, "--version", "bra-v4", "--format", format)

    marks = {
        "hugging-face": "---\n",
        "csv": "parent,child,method",
        "graphml": "<?xml",
        "dot": "digraph",
        "markdown": "##",
    }
    assert text.startswith(marks.get(format, "{"))
    assert text == exported(capsys, "--version", "bra-v4", "--format", format)


def test_the_command_writes_words_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    put_on_record(a_line_of(2))

    text = exported(capsys, "--version", "v1", "--format", "markdown", "--language", "ja")

    assert text.startswith("## 系譜とライセンス") and "/ja/m/v1/" in text


def test_the_command_writes_a_table_of_all_that_somebody_made(capsys: pytest.CaptureFixture[str]) -> None:
    line = a_line_of(3)
    none_at_all = replace(line.derivations[0], parent="v0", child="v2", share=0)
    put_on_record(replace(line, derivations=(*line.derivations, none_at_all)))

    rows = list(csv.reader(io.StringIO(exported(capsys, "--format", "csv"))))

    assert [(row[0], row[1]) for row in rows[1:]] == [("v0", "v1"), ("v1", "v2")]
    assert len(import_edges(exported(capsys, "--format", "csv")).derivations) == 2


def test_the_command_asks_for_a_version_where_a_format_is_about_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        call_command("export_lineage", "--format", "spdx")

    assert ending.value.code == 1 and "--version SLUG" in capsys.readouterr().err


def test_graphml_of_the_site_is_well_formed(client: Client) -> None:
    put_on_record(a_file_with_everything())

    root = ET.fromstring(fetched(client, "/en/m/a/tree.graphml"))

    assert len(root.findall(".//{*}node")) == 2 and len(root.findall(".//{*}edge")) == 3
