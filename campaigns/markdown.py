"""What people write, as HTML that can do no harm. Plain Python but for the mark that says "this is safe"."""

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

# Pictures would be fetched from anywhere and tell who reads; links are shown, pictures are not.
READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"]).disable("image")


@lru_cache(maxsize=512)
def render(text: str) -> SafeString:
    """Headings begin at h3, since a page has its own above. Links say that nobody vouches for them."""
    tokens = READER.parse(text[:LONGEST])
    for token in tokens:
        _lower_heading(token)
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
