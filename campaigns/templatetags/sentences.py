"""Japanese sentences follow each other without the space that stands between English ones."""

import re

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# What is typed into a form stays as it was typed.
TYPED = re.compile(r"(<(textarea|pre)\b.*?</\2>)", re.DOTALL)
# Between two sentences, outside of a tag: what follows reaches the beginning of the next one before it ends any.
BETWEEN = re.compile(
    r"(?<=[。!?])((?:</(?:a|strong|em|span|time)>)*)[ \n]+"
    r"(?=(?:<(?:a|strong|em|span|time|wbr)\b[^<>]*>)*(?:[0-9][0-9,.]*)?[ぁ-ゖァ-ヺ一-鿿「『])(?![^<>]*>)"
)


class Sentences(template.Node):
    def __init__(self, inside: NodeList) -> None:
        self.inside = inside

    def render(self, context: Context) -> SafeString:
        text = self.inside.render(context)
        return joined(text) if get_language() == "ja" else text


@register.tag
def sentences(parser: Parser, token: Token) -> Sentences:
    """`{% sentences %}…{% endsentences %}` around a part of a page; in other languages it changes nothing."""
    inside = parser.parse(("endsentences",))
    parser.delete_first_token()
    return Sentences(inside)


def joined(html: str) -> SafeString:
    """The same HTML, in which no space stands between two Japanese sentences of one text."""
    parts = TYPED.split(html)
    # Each part that was typed comes with the name of its element after it.
    kept = [
        BETWEEN.sub(r"\1", part) if number % 3 == 0 else part for number, part in enumerate(parts) if number % 3 != 2
    ]
    # It was safe before, and only spaces were taken out.
    return SafeString("".join(kept))
