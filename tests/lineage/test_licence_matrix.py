"""Which licences go together: for people as a table and a pair, for machines in OSADL's shapes."""

import gzip
import json
import re
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import strip_tags

from lineage.engine.compatibility import ANSWERS
from lineage.engine.document import Artefact, Grant, Licence, LineageFile, Term
from lineage.formats import osadl
from lineage.models import Licence as LicenceRow
from lineage.models import Term as TermRow
from lineage.views import matrix_files
from lineage.words.compatibility import ANSWERS as WORDS_FOR_ANSWERS
from lineage.words.compatibility import FINDINGS, NOTHING
from tests.lineage.documents import put_on_record, the_bra_family
from tests.lineage.test_licence_compare import page, the_pony_family

pytestmark = pytest.mark.django_db

PLAIN = "/api/v1/licences/matrix.json"
EXPLAINED = "/api/v1/licences/matrixseqexpl.json"
WORDS = {"Same", "Yes", "No", "Unknown", "Check dependency"}
FAIPL = "LicenseRef-scancode-fair-ai-public-1.0-sd"
PONY = "LicenseRef-genseki-pony-v6"
NOBODY_KNOWS = "LicenseRef-genseki-unknown-licence"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def test_the_plain_matrix_maps_each_leading_licence_to_each_other(client: Client) -> None:
    put_on_record(the_pony_family())

    answer = client.get(PLAIN)

    told = answer.json()
    assert datetime.strptime(told.pop("timestamp"), told.pop("timeformat")).tzinfo
    assert len(told) == 12 and {*told} == {name for row in told.values() for name in row}
    assert {word for row in told.values() for word in row.values()} <= WORDS
    assert told["Apache-2.0"]["Apache-2.0"] == "Same" and told[PONY][FAIPL] == told[FAIPL][PONY] == "No"
    assert {*told[NOBODY_KNOWS].values()} == {"Unknown"}
    assert answer["Access-Control-Allow-Origin"] == "*" and not answer.cookies


def test_the_explained_matrix_says_the_same_as_lists_with_reasons_in_english(client: Client) -> None:
    put_on_record(the_pony_family())

    told = client.get(EXPLAINED, headers={"Accept-Language": "ja"}).json()

    plain = client.get(PLAIN).json()
    assert set(told) == {"timeformat", "timestamp", "licenses"}
    rows = {row["name"]: {each["name"]: each for each in row["compatibilities"]} for row in told["licenses"]}
    words = {name: {other: each["compatibility"] for other, each in row.items()} for name, row in rows.items()}
    assert words == {name: row for name, row in plain.items() if isinstance(row, dict)}
    assert all(set(each) == {"name", "compatibility", "explanation"} for row in rows.values() for each in row.values())
    assert rows[PONY][FAIPL]["explanation"] == (
        f"{FAIPL} allows no further restrictions, and {PONY} restricts more: "
        "not to be offered on a website or in an app that earns money."
    )
    assert rows["Apache-2.0"]["Apache-2.0"]["explanation"] == "It is one and the same text."


def test_a_name_is_the_one_that_other_tools_know_where_only_one_text_has_it() -> None:
    names = osadl.names(
        [
            Licence("apache", spdx="Apache-2.0"),
            Licence("one", spdx="MIT"),
            Licence("two", spdx="mit"),
            Licence("both", spdx="CC0-1.0 OR CC-BY-4.0"),
            Licence("clock", spdx="timestamp"),
            Licence("odd id/é"),
            Licence("odd id é"),
        ]
    )

    assert names["apache"] == "Apache-2.0" and names["one"] == "LicenseRef-genseki-one"
    assert names["both"] == "LicenseRef-genseki-both" and names["clock"] == "LicenseRef-genseki-clock"
    assert len(set(names.values())) == 8 and names["unknown-licence"] == NOBODY_KNOWS


def test_who_has_the_matrix_gets_304_until_a_text_changes_even_by_the_staff(client: Client) -> None:
    put_on_record(the_pony_family())
    first = client.get(PLAIN)

    again = client.get(PLAIN, headers={"If-None-Match": first["ETag"]})
    row = LicenceRow.objects.get(slug="apache-2.0")
    TermRow.objects.create(licence=row, position=9, kind="no-redistribution")
    changed = client.get(PLAIN, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]
    assert first.json()[FAIPL]["Apache-2.0"] == "Check dependency" and changed.json()[FAIPL]["Apache-2.0"] == "No"


def test_the_matrix_is_made_once_and_costs_few_queries(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_record(the_bra_family())
    first = client.get(PLAIN).content

    monkeypatch.setattr(matrix_files, "matrix", lambda licences: {})
    with CaptureQueriesContext(connection) as queries:
        again = client.get(PLAIN)

    assert again.content == first and len(queries) <= 6


def test_who_can_unpack_it_gets_the_matrix_packed(client: Client) -> None:
    put_on_record(the_bra_family())

    packed = client.get(EXPLAINED, headers={"Accept-Encoding": "br, gzip"})
    plain, refused = client.get(EXPLAINED), client.get(EXPLAINED, headers={"Accept-Encoding": "gzip;q=0"})

    assert packed["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content == refused.content
    assert all("Accept-Encoding" in answer["Vary"] for answer in (packed, plain))
    assert len(packed.content) < len(plain.content) / 5


def test_of_too_many_licences_those_that_most_versions_carry_are_in_it_and_the_rest_is_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix_files, "MOST", 1)
    texts = tuple(Licence(id, terms=(Term("attribution"),)) for id in ("a", "b", "c"))
    put_on_record(
        LineageFile(licences=texts, artefacts=(Artefact("m", "M"),), grants=(Grant("m", "c", date(2022, 1, 1)),))
    )

    answer = client.get(PLAIN)

    assert set(answer.json()) == {"timeformat", "timestamp", "LicenseRef-genseki-c", NOBODY_KNOWS}
    assert answer["X-Licences-Left-Out"] == "2"


def test_without_licences_there_is_still_a_matrix(client: Client) -> None:
    told = client.get(PLAIN).json()

    assert told[NOBODY_KNOWS] == {NOBODY_KNOWS: "Unknown"} and "X-Licences-Left-Out" not in client.get(PLAIN)


def test_a_day_of_the_matrix_is_written_as_its_own_format_says() -> None:
    head = osadl.matrix({}, datetime(2026, 7, 1, 12, tzinfo=UTC))

    assert head == {"timeformat": "%Y-%m-%dT%H:%M:%S%z", "timestamp": "2026-07-01T12:00:00+0000"}
    assert (
        json.loads(json.dumps(osadl.matrix_with_explanations({}, datetime(2026, 7, 1, tzinfo=UTC))))["licenses"] == []
    )


def test_the_table_has_a_row_and_a_column_for_each_licence_and_a_way_to_each_reason(client: Client) -> None:
    put_on_record(the_pony_family())

    said = page(client, "/en/l/matrix/?l=faipl-1.0-sd&l=pony-v6")

    assert said.count('<th scope="row">') == 2 and said.count('<th scope="col">') == 3
    assert 'href="/en/l/compatibility/?in=faipl-1.0-sd&amp;out=pony-v6"' in said
    assert said.count('<span class="cell-word">No</span>') == 2 and said.count("Same text") == 2


def test_the_table_starts_with_the_most_carried_and_never_grows_beyond_twenty(client: Client) -> None:
    put_on_record(LineageFile(licences=tuple(Licence(f"l-{n:02}", terms=(Term("attribution"),)) for n in range(30))))
    query = "&".join(f"l=l-{n:02}" for n in range(30))

    first, many, odd = (page(client, f"/en/l/matrix/?{asked}") for asked in ("", query, "l=nobody&l=%00"))

    assert first.count('<th scope="row">') == odd.count('<th scope="row">') == 8
    assert many.count('<th scope="row">') == 20 and "At most 20 licences fit here at once" in many
    assert many.count('type="checkbox"') == 30 and many.count(" checked>") == 20


def test_a_table_of_nothing_says_so(client: Client) -> None:
    assert "No licence is on record yet." in page(client, "/en/l/matrix/")


def test_the_page_of_a_pair_gives_the_reason_and_the_clause_and_both_directions(client: Client) -> None:
    put_on_record(the_pony_family())

    said = page(client, "/en/l/compatibility/?in=faipl-1.0-sd&out=pony-v6")

    assert (
        "Fair AI Public License 1.0-SD allows no further restrictions, and Pony Diffusion V6 licence restricts more"
        in strip_tags(said)
    )
    assert "You are not permitted to run inference of this model on websites" in said
    assert "?in=pony-v6&amp;out=faipl-1.0-sd" in said and "Not legal advice" in said


def test_a_pair_without_reasons_says_that_nothing_stands_in_the_way(client: Client) -> None:
    put_on_record(the_pony_family())
    old, new = "creativeml-openrail-plusplus-m-2022-11", "creativeml-openrail-plusplus-m-2023-07-26"

    assert "Nothing on file speaks against it" in page(client, f"/en/l/compatibility/?in={old}&out={new}")
    assert "It is one and the same text." in page(client, f"/en/l/compatibility/?in={old}&out={old}")


@pytest.mark.parametrize("query", ["", "?in=strict", "?in=nobody&out=%00", "?in=<script>&out=strict"])
def test_a_pair_that_is_none_lets_choose(client: Client, query: str) -> None:
    put_on_record(LineageFile(licences=(Licence("strict"), Licence("free"))))

    said = page(client, f"/en/l/compatibility/{query}")

    assert 'id="pick-in"' in said and 'id="answer"' not in said and "<script>" not in said


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_answer_has_its_words(client: Client, language: str) -> None:
    put_on_record(the_bra_family())
    put_on_record(the_pony_family())

    for address in ("l/matrix/", "l/compatibility/?in=chilloutmix-2023-02-22&out=pony-v6", "l/compare/"):
        said = page(client, f"/{language}/{address}")
        assert "%(" not in said and ("不可" in said or "並べて" in said) == (language == "ja")


def test_every_answer_and_every_finding_has_a_sentence_in_both_languages() -> None:
    of_the_calculus = {"conflict-superset", "conflict-same-permissions", "conflict-copyleft", "unknown-licence"}
    of_the_pair = {"restriction-inherited", "restriction-shared", "duty-inherited", "gap-inherited"}
    others = {"no-redistribution", "no-sharing-merges", "stays-under", "keeps-permissions", "unread"}
    said = [*FINDINGS.values(), *NOTHING.values(), *WORDS_FOR_ANSWERS.values()]

    with translation.override("ja"):
        japanese = [str(words) for words in said]

    assert set(FINDINGS) == of_the_calculus | of_the_pair | others and set(WORDS_FOR_ANSWERS) == set(ANSWERS)
    with translation.override("en"):
        assert all(str(words) != other for words, other in zip(said, japanese, strict=True))


def test_a_table_of_one_licence_asks_for_another_and_names_what_is_not_on_file(client: Client) -> None:
    put_on_record(the_pony_family())

    said = page(client, "/en/l/matrix/?l=pony-v6&l=nobody&l=pony-v6")

    assert "alone has nothing to go together with" in said and "No licence on file has this id: nobody" in said
    assert "<table" not in said and said.count(" checked>") == 1


def test_on_a_phone_the_table_is_a_list_of_the_same_answers_with_what_is_free_first(client: Client) -> None:
    put_on_record(the_pony_family())

    said = page(client, "/en/l/matrix/?l=apache-2.0&l=faipl-1.0-sd&l=pony-v6")

    listed = said[said.index('class="matrix-list"') :]
    assert listed.count('<details class="fold"') == 3
    assert listed.count("/en/l/compatibility/?in=") == 6 == said[: said.index(listed)].count("/en/l/compatibility/?in=")
    looks = re.findall(r'class="count-(\w+)"', listed[: listed.index("</summary>")])
    assert looks == sorted(looks, key=["ok", "cond", "unclear", "bad"].index)


def test_with_the_first_licence_alone_a_pair_tells_the_answers_for_all_others(client: Client) -> None:
    put_on_record(the_pony_family())

    inbound, outbound = (page(client, f"/en/l/compatibility/?{key}=pony-v6") for key in ("in", "out"))

    assert inbound.count('href="/en/l/compatibility/?in=pony-v6&amp;out=') == LicenceRow.objects.count() - 1
    assert "Choose the licence of the model that is there, too." in outbound and "?in=" not in outbound
