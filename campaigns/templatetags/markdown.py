"""What people wrote as Markdown: `{{ update.body|markdown }}`."""

from django import template
from django.utils.safestring import SafeString

from campaigns import markdown as texts

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return texts.render(text)
