"""Markdown, amounts, deadlines and headings as templates show them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.translation import override

from campaigns import markdown
from campaigns.models import Campaign
from campaigns.templatetags.deadlines import day_words, deadline_words, time_left, time_left_at
from campaigns.templatetags.money import digits, figure, in_words
from campaigns.templatetags.phrases import phrases, unbroken
from campaigns.templatetags.promises import fact_words

AT = datetime(2023, 4, 27, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.org/spy.png)",
        '<a href="https://example.org" onclick="x()">x</a>',
        "[x]( \tjavascript:alert(1))",
        '[x](https://example.org "onmouseover=alert(1)")',
    ],
)
def test_markdown_lets_no_harm_through(text: str) -> None:
    html = markdown.render(text)

    assert "<script" not in html and "<img" not in html
    assert 'href="javascript' not in html and 'href="data' not in html
    assert " onerror=" not in html.replace("&lt;img src=x onerror", "") and "<a onclick" not in html


def test_links_of_others_are_not_vouched_for() -> None:
    assert 'rel="nofollow ugc noopener"' in markdown.render("[x](https://example.org)")


def test_headings_begin_below_those_of_the_page() -> None:
    html = markdown.render("# One\n\n## Two\n\n###### Six")

    assert "<h3>One</h3>" in html and "<h4>Two</h4>" in html and "<h5>Six</h5>" in html


def test_a_text_of_any_length_is_read_in_bounded_time() -> None:
    html = markdown.render("[" * 1_000_000)

    assert len(html) < 2 * markdown.LONGEST


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3, hours=5), "3 days left"),
        (timedelta(hours=47), "47 hours left"),
        (timedelta(hours=1, minutes=59), "1 hour left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(seconds=59), "Less than a minute left"),
        (timedelta(0), ""),
        (timedelta(days=-1), ""),
    ],
)
def test_the_time_left_is_rounded_down(left: timedelta, words: str) -> None:
    assert time_left_at(AT + left, AT) == words


def test_a_deadline_is_told_in_the_campaigns_own_zone() -> None:
    campaign = Campaign(deadline=datetime(2023, 4, 30, 14, 59, 59, tzinfo=UTC), zone="Asia/Tokyo")

    with time_machine.travel(AT, tick=False):
        english = deadline_words(campaign), time_left(campaign)
        with override("ja"):
            japanese = deadline_words(campaign), time_left(campaign)
    with time_machine.travel(AT - timedelta(days=200), tick=False):
        another_year = deadline_words(campaign)

    assert english == ("Sun, Apr 30, 23:59 JST", "3 days left")
    assert japanese == ("4月30日(日) 23:59 JST", "残り3日")
    assert another_year == "Sun, Apr 30, 2023, 23:59 JST"


def test_a_zone_without_a_name_is_told_by_its_distance() -> None:
    campaign = Campaign(deadline=AT, zone="America/Sao_Paulo")

    with time_machine.travel(AT, tick=False):
        assert deadline_words(campaign) == "Thu, Apr 27, 00:00 UTC-03"


def test_days_are_those_of_the_zone() -> None:
    assert day_words(datetime(2023, 4, 30, 20, tzinfo=UTC), "Asia/Tokyo") == "May 1, 2023"


def test_amounts_follow_the_language_inside_sentences_only() -> None:
    with override("ja"):
        assert (figure(24_500, "JPY"), in_words(24_500, "JPY")) == ("¥24,500", "24,500円")
    assert (figure(300, "USD"), in_words(300, "USD"), digits(300, "USD")) == ("US$3.00", "US$3.00", "3.00")
    assert figure(None, "JPY") == ""


def test_japanese_headings_break_between_phrases_and_are_escaped() -> None:
    broken = phrases("ライセンスに汚染されたモデルをクリーンに再学習する<b>")

    assert "<wbr>" in broken and "<b>" not in broken
    assert broken.replace("<wbr>", "") == "ライセンスに汚染されたモデルをクリーンに再学習する&lt;b&gt;"
    assert phrases("Retrain BRA on a clean base") == "Retrain BRA on a clean base"


@pytest.mark.parametrize("name", ["RAIL-M", "OpenRAIL++-M", "CC-BY-NC-SA-4.0", "Apache-2.0", "SD 1.5"])
def test_a_short_name_is_kept_on_one_line_and_written_as_it_is(name: str) -> None:
    whole = f'<span class="whole">{name}</span>'

    assert unbroken(f"Open {name}, 2022 <b>") == f"Open {whole}, 2022 &lt;b&gt;"
    assert phrases(f"Under {name}.") == f"Under {whole}."
    assert whole in phrases(f"これは{name}のモデルです")


@pytest.mark.parametrize(
    "text", ["all-or-nothing", "SuperLongFamily-Of-Licences", "in 2024", "__Host-session", "5-1.0"]
)
def test_what_is_no_short_name_may_break(text: str) -> None:
    assert unbroken(text) == phrases(text) == text


def test_who_asks_is_told_in_words() -> None:
    assert fact_words({"team_size": 11, "commercial": True}) == "a team of 11"
    assert fact_words({"commercial": True}) == "commercially"
    assert fact_words({"team_size": 1, "annual_revenue_usd": 20_000}) == "one person, US$20,000 a year"
    assert fact_words({}) == "" and fact_words(None) == ""
    with override("ja"):
        assert fact_words({"team_size": 11, "images_per_month": 5_000}) == "11人のチーム、月5,000枚"
