"""What people write, as HTML that can do no harm. Plain Python but for the mark that says "this is safe"."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Beyond this a text is cut: some texts take the square of their length to read.
LONGEST = 20_000

TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])

WITHOUT_TABLES = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["strikethrough"])
#: Lines times columns. A short row is filled up with empty cells, so a small text could become a very large page.
MOST_CELLS = 6_000


@lru_cache(maxsize=512)
def render(text: str) -> SafeString:
    """Headings begin at h3, since a page has its own above. Links say that nobody vouches for them."""
    tokens = _reader_for(text[:LONGEST]).parse(text[:LONGEST])
    for token in tokens:
        _lower_heading(token)
        if token.children:
            token.children = list(_without_pictures(token.children))
    html = READER.renderer.render(tokens, READER.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(clean)  # noqa: S308 - this is what nh3 let through


def _lower_heading(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + 2, 5)}"


def _reader_for(text: str) -> MarkdownIt:
    lines = text.splitlines()
    cells = len(lines) * max((line.count("|") for line in lines), default=0)
    return WITHOUT_TABLES if cells > MOST_CELLS else READER


def _without_pictures(tokens: Sequence[Token]) -> Iterator[Token]:
    """A picture of another site would tell that site who reads. It becomes a link, or its words where it is in one."""
    in_link = 0
    for token in tokens:
        in_link += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "image":
            yield token
            continue
        address = str(token.attrs.get("src", ""))
        said = "".join(part.content for part in token.children or ())
        words = Token("text", "", 0, content=said or address)
        yield from [words] if in_link else [_link(address), words, Token("link_close", "a", -1)]


def _link(address: str) -> Token:
    return Token("link_open", "a", 1, attrs={"href": address})
