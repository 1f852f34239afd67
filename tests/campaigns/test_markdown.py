"""What people write as Markdown becomes a page that can do no harm, soon, and with nothing of other sites in it."""

import time

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.markdown import LONGEST, TAGS, render

SIGNS = st.sampled_from(
    ["[", "]", "(", ")", "!", "<", ">", "*", "_", "`", "~", "|", "-", "\n", "\n\n", "# ", "> ", "1. ", " ", "a", "&",
     "javascript:", "https://x.test/", "<svg onload=", "<base href=", "<a id=x style=y hx-get=z>", "![", "](", "data:",
     "&#x6a;", "\\", '"', "'", "\u202e", "語"]
)  # fmt: skip


def sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(SIGNS, max_size=40).map("".join))
def test_what_was_made_safe_is_not_changed_by_making_it_safe_again(text: str) -> None:
    html = render(text)

    assert sanitised(html) == html
    assert "<img" not in html and "<h1" not in html and "<h2" not in html


def test_headings_begin_below_those_of_the_page() -> None:
    assert render("# One\n\n## Two\n\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h5>Six</h5>\n"


def test_links_say_that_nobody_vouches_for_them() -> None:
    assert 'href="https://x.test/" rel="nofollow ugc noopener"' in render("[x](https://x.test/)")


def test_a_picture_of_another_site_becomes_a_link_to_it() -> None:
    html = render("![my **face**](https://x.test/p.png) and [![in a link](https://x.test/p.png)](https://y.test/)")

    assert '<a href="https://x.test/p.png" rel="nofollow ugc noopener">my face</a>' in html
    assert '<a href="https://y.test/" rel="nofollow ugc noopener">in a link</a>' in html and "<img" not in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:x", "&#106;avascript:x"]
)
def test_no_link_or_picture_leads_into_a_program(address: str) -> None:
    html = render(f"[x]({address}) ![y]({address}) <{address}>")

    assert "href" not in html


@pytest.mark.parametrize(
    "tag", ['<b id="x" style="a" hx-get="/y">', "<base href=//evil>", "<style>*{}", "<svg onload=x>"]
)
def test_tags_that_somebody_writes_are_words(tag: str) -> None:
    html = render(f"{tag} and\n\n{tag}")

    assert "&lt;" in html and not any(f"<{name}" in html for name in ("b ", "base", "style", "svg"))


HOSTILE = {
    "brackets": "[" * LONGEST,
    "pictures": "![" * (LONGEST // 2),
    "quotations": ">" * LONGEST,
    "links": "[a](b)" * 4000,
    "stars": "*a_" * 7000,
    "ticks": "`a" * (LONGEST // 2),
    "columns": "|a" * 4000 + "\n" + "|-" * 4000 + "\n",
    "empty cells": "|a" * 2000 + "|\n" + "|-" * 2000 + "|\n" + "|x\n" * 3500,
    "more empty cells": "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "x\n" * 9800,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_made_to_keep_us_busy_is_read_soon(name: str) -> None:
    harmless = "A paragraph with *some* words and [a link](https://example.org/).\n\n" * (LONGEST // 68)

    usual = min(seconds_for(harmless + f"{name} {number}") for number in range(3))
    took = min(seconds_for(HOSTILE[name] + f"{name} {number}") for number in range(3))

    assert took < 40 * usual and len(render(HOSTILE[name])) < 400_000


def seconds_for(text: str) -> float:
    """Of this thread alone: others in the process are at their own work."""
    began = time.thread_time()
    render(text)
    return time.thread_time() - began


def test_beyond_twenty_thousand_characters_a_text_is_cut() -> None:
    assert len(render("a" * 10 * LONGEST)) < LONGEST + 20
