"""Mails as letters: written once as parts (a paragraph, a fact, a button), shown as plain text and as HTML.

Each letter is one template, templates/mail/<name>.txt, made of the tags of `campaigns.templatetags.letter`. The tags
put parts into a Draft; both views of a letter are made of the same parts, so that they cannot say different things.
"""

from campaigns.letters.as_html import as_html
from campaigns.letters.as_text import as_text
from campaigns.letters.parts import Draft, Letter
from campaigns.letters.write import write_letter

__all__ = ["Draft", "Letter", "as_html", "as_text", "write_letter"]
