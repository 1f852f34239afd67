"""The section for a model card tells people what is inherited, and no name in it is more than a name."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lineage.formats.card_markdown import CardWords, card_markdown
from lineage.formats.exported_family import ExportedFamily
from lineage.formats.markdown_text import escaped, linked
from lineage.picture.xml_text import plain
from tests.lineage.formats.exported import HOSTILE, a_family_of_all_kinds, address, bra, families, hostile

WORDS = CardWords(
    heading="Lineage and licences",
    made_from="Made from",
    no_parents="No parent is on record.",
    undisclosed="Further parents are not public.",
    inherited="Inherited restrictions",
    nothing_inherited="None.",
    nothing_known_inherited="None is known.",
    own_licence="Its own licence",
    licence_unknown="not known",
    not_certain="not certain",
    unknown_licence="an unknown licence",
    planned="Planned.",
    disclaimer="Not legal advice.",
    whole_record="The whole record",
    between="; ",
    state=lambda state, day: f"**State {state}** on {day}.",
    method=lambda method: f"by {method}",
    term=lambda term, limit: f"{term} {limit or ''}".strip(),
    from_under=lambda origin, licence: f"from {origin} under {licence}",
    clause=lambda clause: f"clause {clause}",
    quote=lambda quote: f"“{quote}”",
    path=lambda path: f"by way of {path}",
    other_ways=lambda count: f"and by {count} other ways",
)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def flat(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *flat(token.children or []))]


def test_the_section_says_state_day_parents_terms_with_path_and_clause_and_links_to_the_page() -> None:
    text = card_markdown(bra(), WORDS)

    assert text.startswith("## Lineage and licences\n\n**State tainted** on 2023-05-01.\n")
    assert "- [BRA V1](<https://genseki.example/m/bra-v1/>): by continue\n" in text
    [hosting] = [line for line in text.splitlines() if line.startswith("- **no-monetised-hosting")]
    assert "from [Dreamlike Diffusion 1.0]" in hosting and "“can't host or use the model" in hosting
    assert hosting.index("Dreamlike Diffusion 1.0 → ") < hosting.index("→ BRA V4")
    assert text.endswith("*Not legal advice.*\n\n[The whole record](<https://genseki.example/m/bra-v4/>)\n")


def test_what_is_open_is_said() -> None:
    text = card_markdown(a_family_of_all_kinds(), WORDS)

    assert "- [Copy](<https://genseki.example/m/copy/>): by component (not certain)\n" in text
    assert "- Further parents are not public.\n" in text and ": by merge 50%\n" in text
    assert "; clause 4.a; by way of Base → Child" in text


def test_a_planned_version_is_said_to_be_one() -> None:
    base = a_family_of_all_kinds()

    text = card_markdown(ExportedFamily("child", base.inheritance, address, frozenset({"child"})), WORDS)

    assert "\n\nPlanned.\n\n" in text


def test_without_restrictions_only_a_clean_version_has_none() -> None:
    clean = ExportedFamily("stable-diffusion-1.5", bra().inheritance, address)
    open_questions = ExportedFamily("painter", a_family_of_all_kinds().inheritance, address)

    assert "\n\nNone.\n\n" in card_markdown(clean, WORDS)
    assert "No parent is on record." in card_markdown(open_questions, WORDS)


@given(hostile)
def test_a_name_is_shown_as_it_is_and_means_nothing(name: str) -> None:
    tokens = flat(READER.parse(f"before {escaped(name)} after"))

    assert [token.type for token in tokens if token.type not in ("text", "text_special")] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
    shown = "".join(token.content for token in tokens if token.type in ("text", "text_special"))
    bare = shown.replace("\u2068", "").replace("\u2069", "")
    assert " ".join(bare.split()) == " ".join(f"before {plain(name)} after".split())


@pytest.mark.parametrize("name", ["- a", "+ a", "===", "1. a", "2) a", "# a", "> a", "    a", "---", "| a |"])
def test_a_name_at_the_head_of_a_line_begins_nothing(name: str) -> None:
    tokens = flat(READER.parse(escaped(name) + "\n\nnext"))

    assert {token.tag for token in tokens if token.tag} == {"p"}


@pytest.mark.parametrize("bare", ["http://example.org", "https://a.b", "www.example.org", "ftp://x", "a@b.example"])
def test_no_bare_address_becomes_a_link(bare: str) -> None:
    assert not re.search(r"https?:/|www\.|ftp:/|[^\\]@", escaped(bare))


def test_only_web_addresses_are_linked() -> None:
    assert linked("A", "javascript:alert(1)") == "A"
    assert linked("[A]", "https://example.org/(x)> y") == "[\\[A\\]](<https://example.org/(x)%3E%20y>)"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(families())
def test_any_family_makes_a_section_of_known_parts(family: ExportedFamily) -> None:
    text = card_markdown(family, WORDS)

    tokens = flat(READER.parse(text))
    kinds = {token.tag for token in tokens if token.tag}
    links = {str(token.attrGet("href")) for token in tokens if token.type == "link_open"}
    assert kinds <= {"h2", "h3", "p", "ul", "li", "strong", "em", "a"}
    assert next(token.content for token in tokens if token.type == "inline") == "Lineage and licences"
    assert all(link.startswith(("https://", "http://")) for link in links)
    assert len([token for token in tokens if token.type == "heading_open"]) == 4


def test_hostile_names_are_all_tried() -> None:
    assert all("\n" not in escaped(name) for name in HOSTILE)
