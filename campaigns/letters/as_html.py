from django.template.loader import render_to_string
from django.utils.translation import override

from campaigns.letters.parts import Letter


def as_html(letter: Letter) -> str:
    """The whole mail as an HTML document that fetches nothing from anywhere."""
    with override(letter.language):
        return render_to_string("mail/base.html", {"letter": letter})
