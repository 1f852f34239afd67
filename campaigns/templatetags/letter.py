"""The words that mails are written in: `{% paragraph %}…{% endparagraph %}`, `{% button url %}label{% endbutton %}`.

Each tag puts a part into the letter and shows nothing; what stands between the tags is for whoever reads the template.
"""

from datetime import datetime

from django import template
from django.template import Context

from campaigns.letters.parts import Button, Code, Draft, Fact, Link, Paragraph, Part, Prose, Quote
from campaigns.letters.tame import as_subject, one_line, tame
from campaigns.markdown import LONGEST
from campaigns.templatetags.deadlines import moment_words

register = template.Library()


def _add(context: Context, part: Part) -> str:
    _draft(context).parts.append(part)
    return ""


def _draft(context: Context) -> Draft:
    draft = context["letter"]
    assert isinstance(draft, Draft)
    return draft


@register.simple_block_tag(takes_context=True)
def subject(context: Context, content: str) -> str:
    _draft(context).subject = as_subject(content)
    return ""


@register.simple_block_tag(takes_context=True)
def why(context: Context, content: str) -> str:
    """Why somebody gets this mail, and whom to ask: in small print at its end."""
    _draft(context).why = one_line(content)
    return ""


@register.simple_block_tag(takes_context=True)
def paragraph(context: Context, content: str) -> str:
    """Without words it is left out."""
    text = one_line(content)
    return _add(context, Paragraph(text)) if text else ""


@register.simple_block_tag(takes_context=True)
def fact(context: Context, content: str, label: str, url: str = "") -> str:
    """Without a value it is left out."""
    value = one_line(content)
    return _add(context, Fact(one_line(label), value, url)) if value else ""


@register.simple_block_tag(takes_context=True)
def button(context: Context, content: str, url: str) -> str:
    return _add(context, Button(one_line(content), url)) if url else ""


@register.simple_block_tag(takes_context=True)
def link(context: Context, content: str, url: str) -> str:
    return _add(context, Link(one_line(content), url)) if url else ""


@register.simple_block_tag(takes_context=True)
def quote(context: Context, content: str) -> str:
    text = tame(content)
    return _add(context, Quote(text)) if text else ""


@register.simple_tag(takes_context=True)
def prose(context: Context, markdown: str) -> str:
    text = tame(markdown[:LONGEST])
    return _add(context, Prose(text)) if text else ""


@register.simple_tag(takes_context=True)
def code(context: Context, text: str) -> str:
    return _add(context, Code(one_line(text)))


@register.filter
def told_moment(moment: str, zone: str) -> str:
    """An ISO moment as the pages show moments; a text that is none, as a mail of an earlier release has, stays."""
    try:
        return moment_words(datetime.fromisoformat(moment), zone or "UTC")
    except ValueError:
        return moment
