"""Every mail, in both languages: what it says as text it says as HTML, and nothing foreign gets in."""

import ast
import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.translation import override

from campaigns.letters import Letter, as_html, as_text, write_letter
from campaigns.letters.as_text import RULE
from campaigns.letters.parts import Button, Fact, Link, Paragraph, Prose
from campaigns.letters.samples import Sample, sample_letter, samples
from campaigns.views.account_mails import LETTERS
from lineage.words import told_name

ROOT = Path(__file__).resolve().parents[2]
EVERY = [(language, sample) for language in ("en", "ja") for sample in samples(language)]
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
VOID = {"meta", "br", "hr", "base", "link", "img", "input"}
every_letter = pytest.mark.parametrize(
    ("language", "sample"), EVERY, ids=[f"{sample.name}-{language}" for language, sample in EVERY]
)


class Page(HTMLParser):
    """A document read strictly: what is opened is closed, in order. `words` is what a reader sees of its body."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(document.replace("<wbr>", ""))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes += given.items()
        if tag == "a":
            self.links.add(given["href"])
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        hidden = any(tag in ("head", "style") or "display:none" in given.get("style", "") for tag, given in self.open)
        if not hidden:
            self.words += data.split()


def words_of(text: str) -> list[str]:
    """The words of the text part, without the addresses, which HTML keeps in its links, and its few marks."""
    lines = [line.removeprefix("> ") for line in text.splitlines() if not line.startswith("http") and line != RULE]
    return " ".join(lines).replace(": ", " ").split()


def addresses_in(text: str) -> set[str]:
    return {line for line in text.splitlines() if line.startswith("http")}


def without_prose(letter: Letter) -> Letter:
    parts = tuple(part for part in letter.parts if not isinstance(part, Prose))
    return Letter(letter.language, letter.subject, letter.why, parts, letter.site_url, letter.stop_url)


@every_letter
def test_the_first_amount_in_yen_says_in_english_whose_yen_they_are(language: str, sample: Sample) -> None:
    letter = sample_letter(sample, language)

    first = [re.search(r"¥\d[\d,]*.{0,4}", text, re.S) for text in (letter.subject, as_text(letter))]

    assert all(found is None or found[0].endswith(" JPY") for found in first)
    assert language == "en" or "JPY" not in letter.subject + as_text(letter)


def test_a_version_that_we_named_ourselves_is_called_in_a_mail_as_on_pages() -> None:
    ours = "Clean portrait base (illustration)"
    (told,) = (one for one in samples("ja") if one.name.startswith("update-released"))

    letter = as_text(write_letter("update", {**told.context, "version": ours}, language="ja"))

    with override("ja"):
        assert letter.count(told_name(ours)) == 2 and ours not in letter


@every_letter
def test_text_and_html_say_the_same(language: str, sample: Sample) -> None:
    letter = without_prose(sample_letter(sample, language))

    text, page = as_text(letter), Page(as_html(letter))

    seen = " ".join(page.words).replace(": ", " ").split()
    assert sorted(seen) == sorted([*words_of(text), *letter.subject.replace(": ", " ").split(), "Genseki"])
    assert page.links == addresses_in(text)


@every_letter
def test_a_mail_is_whole_and_fetches_nothing(language: str, sample: Sample) -> None:
    letter = sample_letter(sample, language)
    text, document = as_text(letter), as_html(letter)
    page = Page(document)

    assert letter.subject and letter.why and letter.preheader
    assert f'<html lang="{language}" dir="ltr">' in document and f"<title>{html.escape(letter.subject)}<" in document
    assert page.tags.isdisjoint({"img", "script", "link", "iframe", "form", "object", "svg", "base"})
    assert not {name for name, _ in page.attributes} & {"src", "srcset", "background", "action", "id"}
    assert "url(" not in document and "@import" not in document and "@font-face" not in document
    for said in (letter.subject, text, " ".join(page.words)):
        assert not re.search(r"\{\{|\}\}|\{%|%\(|\bNone\b|Subject:", said), said
    assert not re.search(r"[^ ] {2,}[^ ]", without_prose_text(letter)), "two spaces in a row"
    assert max(len(line) for line in text.splitlines()) < 320


def without_prose_text(letter: Letter) -> str:
    return as_text(without_prose(letter))


@every_letter
def test_a_subject_fits_into_the_list_of_a_phone_and_one_thing_is_to_do(language: str, sample: Sample) -> None:
    letter = sample_letter(sample, language)

    assert len(letter.subject) <= (30 if language == "ja" else 50), letter.subject
    assert len([part for part in letter.parts if isinstance(part, Button)]) <= 1


@pytest.mark.parametrize("sample", samples("ja"), ids=lambda sample: sample.name)
def test_a_japanese_mail_is_japanese_throughout(sample: Sample) -> None:
    letter = sample_letter(sample, "ja")

    said = [letter.subject, letter.why, *(part.text for part in letter.parts if isinstance(part, Paragraph))]
    said += [part.label for part in letter.parts if isinstance(part, Fact | Button | Link)]
    assert [text for text in said if not JAPANESE.search(text)] == []
    assert not any("。 " in text for text in said)


def test_every_template_has_a_sample_and_every_template_that_is_used_exists() -> None:
    folder = ROOT / "templates" / "mail"
    written = {str(file.relative_to(folder).with_suffix("")) for file in folder.rglob("[!_]*.txt")}
    sampled = {sample.template for sample in samples("en")}
    names = [sample.name for sample in samples("en")]

    assert sampled == written
    assert templates_in_code() | set(LETTERS.values()) == written
    assert len(set(names)) == len(names) and names == [sample.name for sample in samples("ja")]


def templates_in_code() -> set[str]:
    """What the actions name: `template="receipt"`, or the second argument of tell_of_card and its kin."""
    found = set()
    for file in (ROOT / "campaigns" / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = [word.value for word in node.keywords if word.arg == "template"]
                is_told = getattr(node.func, "id", "") in ("tell_of_card", "tell_of_promise", "_tell")
                found |= {text for one in [*named, *(node.args[1:] if is_told else [])] for text in texts(one)}
    return found


def texts(node: ast.expr) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_amounts_and_moments_are_written_as_on_the_pages() -> None:
    until = {"until": "2020-05-04T14:59:00+00:00", "zone": "Asia/Tokyo", "total": 1500, "currency": "USD"}

    english = as_text(write_letter("confirm_card", until, language="en"))
    japanese = as_text(write_letter("confirm_card", until | {"currency": "JPY"}, language="ja"))

    assert "US$15.00" in english and "Mon, May 4, 2020, 23:59 JST" in english
    assert "1,500円" in japanese and "2020年5月4日(月) 23:59 JST" in japanese


def test_a_mail_that_waited_since_an_earlier_release_can_still_be_written() -> None:
    before = {
        "total": 500,
        "currency": "JPY",
        "until": "Nov. 22, 2026, 1 p.m. (Asia/Tokyo)",
        "confirm_url": "https://x/",
    }

    assert "Nov. 22, 2026, 1 p.m. (Asia/Tokyo)" in as_text(write_letter("confirm_card", before, language="en"))


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Nice\r\nBcc: everybody@example.org\r\n\r\nand more",
    "\u202egnp.elif\u2066 \u200e\x00\x1b[31m",
    "{{ settings.SECRET_KEY }}{% now 'Y' %}",
    '"><base href=https://evil.example>' + "x" * 300,
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_words_of_strangers_do_no_harm(words: str, language: str) -> None:
    for sample in samples(language):
        foreign = {
            name: words for name in ("campaign", "organiser", "reason", "title", "body", "version", "user_agent")
        }
        letter = write_letter(sample.template, {**sample.context, **foreign}, language=language)

        document = as_html(letter)

        assert Page(document).tags.isdisjoint({"script", "img", "base", "iframe"}), sample.name
        assert "\n" not in letter.subject and "\r" not in letter.subject and len(letter.subject) <= 120
        assert not re.search("[\x00-\x08\x0b-\x1f\u200e\u202a-\u202e\u2066-\u2069]", letter.subject + as_text(letter))
        if words.startswith("{{") and sample.template == "trainer":
            assert words in as_text(letter)


def test_an_update_is_markdown_in_the_text_and_clean_html_beside_it() -> None:
    body = "**Done**\n\n- [here](https://example.org/x)\n- ![pixel](https://evil.example/p.png)\n\n<script>x</script>"
    news = {"kind": "progress", "title": "T", "body": body, "campaign": "BRA", "data": {}, "currency": "JPY"}

    letter = write_letter("update", news, language="en")

    page = Page(as_html(letter))
    assert body in as_text(letter)
    assert {"strong", "li"} <= page.tags and page.tags.isdisjoint({"img", "script"})
    assert "https://example.org/x" in page.links


def test_a_very_long_update_is_sent_whole() -> None:
    body = "字" * 20_000
    news = {"kind": "progress", "title": "T", "body": body, "campaign": "BRA", "data": {}, "currency": "JPY"}

    letter = write_letter("update", news, language="ja")

    assert body in as_text(letter) and body in as_html(letter)


def test_writing_a_letter_leaves_the_readers_language_alone() -> None:
    with override("en"):
        assert write_letter("follow", {"campaign": "BRA"}, language="ja").subject == "フォローの確認をお願いします"
        assert write_letter("follow", {"campaign": "BRA"}, language="en").subject.startswith("Do you want")
