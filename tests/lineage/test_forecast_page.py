"""What a model made from some base would be allowed to do: side by side, and never a guess."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from lineage.engine.document import Artefact, Facts, Grant, Licence, LineageFile, Term
from lineage.engine.reading import read
from lineage.models import Version
from lineage.verdicts import PlannedModel, prospects
from tests.lineage.documents import DATA, a_line_of, put_on_record, the_bra_family

pytestmark = pytest.mark.django_db

AtMost = Callable[[int], AbstractContextManager[object]]
AUGUST = date(2024, 8, 1)


def ask(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def the_pony_family() -> None:
    put_on_record(read((DATA / "pony.json").read_bytes()))


def row(said: str, use: str) -> list[str]:
    """The cells of a use in the table, each with its verdict and its reason."""
    table = said.partition('class="table prospects"')[2].partition("</table>")[0]
    return table.partition(f'role="rowheader">{use}</th>')[2].partition("</tr>")[0].split("<td ")[1:]


def verdicts(said: str, use: str) -> list[str]:
    words = ("Not allowed", "Conditional", "Unclear", "OK")
    return [next(word for word in words if f"</span> {word}</a>" in cell) for cell in row(said, use)]


def test_without_a_question_the_page_shows_why_pony_v7_waited(client: Client) -> None:
    the_pony_family()

    said = ask(client, "/en/forecast/")

    assert "An example: why Pony V7 waited" in said
    assert verdicts(said, "Run a paid service") == ["OK", "Not allowed", "Conditional", "OK"]
    assert "Up to US$1,000,000" in said or "up to US$1,000,000 of revenue a year" in said
    assert said.count('value="sd3-medium"') == 2 + 1 and 'value="2024-06-20"' in said
    assert "Not legal advice" in said


def test_without_pony_on_file_the_page_only_asks(client: Client) -> None:
    put_on_record(a_line_of(2))

    said = ask(client, "/en/forecast/")

    assert "Pony" not in said and "<table" not in said and 'name="base"' in said


def test_each_cell_links_to_its_reasons_with_licence_and_path(client: Client) -> None:
    the_pony_family()

    said = ask(client, "/en/forecast/?base=sd3-medium&taken=2024-06-20&who=paid-service&on=2024-08-01")

    assert 'href="#why-1-paid-service"' in said
    why = said.partition('id="why-1-paid-service"')[2].partition("</section>")[0]
    assert "No commercial use of the model" in why and 'href="/en/l/stabilityai-nc-research/"' in why
    assert 'href="/en/m/sd3-medium/"' in why and "/m/planned-model" not in said


def test_figures_of_ones_own_decide_where_a_licence_draws_a_line(client: Client) -> None:
    the_pony_family()
    base = "/en/forecast/?base=sd3-medium&taken=2024-08-01&who=own&monetised=yes&commercial=yes"

    below, above, unsaid = (
        ask(client, f"{base}&annual_revenue_usd={revenue}") for revenue in ("1000000", "1000001", "")
    )

    assert verdicts(below, "Run a paid service") == ["Conditional"]
    assert verdicts(above, "Run a paid service") == ["Not allowed"]
    assert verdicts(unsaid, "Run a paid service") == ["Unclear"] and "How much revenue is there a year" in unsaid


def test_figures_do_not_count_while_a_kind_of_person_is_chosen(client: Client) -> None:
    the_pony_family()

    said = ask(client, "/en/forecast/?base=sd3-medium&taken=2024-08-01&who=one-person&annual_revenue_usd=5000000")

    assert verdicts(said, "Sell images") == ["Conditional"]


def test_two_bases_together_bring_what_each_brings(client: Client) -> None:
    the_pony_family()

    said = ask(
        client, "/en/forecast/?base=auraflow&also=pony-v6-xl&how=merge&taken=2024-08-01&base=auraflow&taken=2024-08-01"
    )

    assert verdicts(said, "Run a paid service") == ["Not allowed", "OK"]
    assert "AuraFlow + Pony Diffusion V6 XL" in said


def test_where_the_lenient_reading_differs_the_cell_says_so() -> None:
    put_on_record(
        LineageFile(
            licences=(
                Licence("early", "Early", family="f", control=("may-change",)),
                Licence("late", "Late", family="f", terms=(Term("no-hosting"),)),
            ),
            artefacts=(Artefact("base", "Base"),),
            grants=(
                Grant("base", "early", date(2022, 1, 1), date(2023, 1, 1)),
                Grant("base", "late", date(2023, 1, 1)),
            ),
        )
    )
    plan = PlannedModel((Version.objects.get(slug="base"),), "finetune", date(2022, 6, 1))

    answers = {item.key: item for item, _grounds in prospects([plan], Facts(), AUGUST)[0].answers}

    assert answers["paid-service"].views_differ and answers["paid-service"].lenient != answers["paid-service"].verdict


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("base=nowhere", "No model “nowhere” is on file."),
        ("base=v0&taken=2024-13-01", "This is not a date."),
        ("base=v0&how=baking", "Select a valid choice."),
        ("also=v0", "Say what it is made from first"),
        ("base=v0&who=own&team_size=many", "Write a whole number"),
        ("base=v0&who=own&team_size=-1", "Write a whole number from 0"),
        ("base=v0&on=soon", "This is not a date."),
        ("&".join(["base=v0"] * 5), "Up to 4 models can be compared side by side."),
        ("base=%3Cscript%3E", "No model “&lt;script&gt;” is on file."),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(client: Client, query: str, says: str) -> None:
    put_on_record(a_line_of(2))

    said = ask(client, f"/en/forecast/?{query}", status=422)

    assert says in said and "<title>Error:" in said and "<table" not in said and "<script>" not in said


def test_a_base_can_be_named_instead_of_its_id(client: Client) -> None:
    the_pony_family()

    assert verdicts(ask(client, "/en/forecast/?base=sdxl%201.0"), "Personal use") == ["OK"]


def test_one_base_twice_is_one_base(client: Client) -> None:
    put_on_record(a_line_of(2))

    assert "Version v0</strong>" in ask(client, "/en/forecast/?base=v0&also=v0")


def test_families_that_are_too_large_for_a_page_are_said_to_be(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_record(a_line_of(6))
    monkeypatch.setattr("lineage.verdicts.forecasts.LARGEST_FAMILY", 5)
    monkeypatch.setattr("lineage.verdicts.forecasts.MOST_STEPS", 2_500)

    assert "too large to be judged on a page" in ask(client, "/en/forecast/?base=v5", status=422)
    assert "too large to be judged on a page" in ask(client, "/en/forecast/?base=v4", status=422)
    assert "Side by side" in ask(client, "/en/forecast/?base=v0")


def test_the_page_is_in_japanese_under_ja(client: Client) -> None:
    the_pony_family()

    said = ask(client, "/ja/forecast/").replace("<wbr>", "")

    for words in ("例:Pony V7が待った理由", "並べて比べる", "判定の分かれ目になる数字", "比べる</button>"):
        assert words in said


def test_the_page_costs_the_same_for_every_family(client: Client, django_assert_max_num_queries: AtMost) -> None:
    put_on_record(the_bra_family())
    put_on_record(a_line_of(60))

    for base in ("v59", "v1", "bra-v4"):
        with django_assert_max_num_queries(24):
            client.get(f"/en/forecast/?base={base}&base=v2&base=v3&base=bra-v1&also=v4&also=v5&also=v6&also=v7")
