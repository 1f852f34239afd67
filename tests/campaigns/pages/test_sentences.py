"""No space stands between Japanese sentences, and nothing else is touched."""

import pytest
from django.template import engines
from django.utils.translation import override

from campaigns.templatetags.sentences import joined

PAGE = "{% load sentences %}{% sentences %}<p>終わりました。 次です。</p>{% endsentences %}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>終わりました。 次です。</p>", "<p>終わりました。次です。</p>"),
        ("<p>終わりました。\n    次です。</p>", "<p>終わりました。次です。</p>"),
        ("<p>終わりました。 <a href='/x'>次</a>です。</p>", "<p>終わりました。<a href='/x'>次</a>です。</p>"),
        ("<p>終わりました。 <wbr>次です。 1件です。</p>", "<p>終わりました。<wbr>次です。1件です。</p>"),
        ("<strong>終わりました。</strong> 次です。", "<strong>終わりました。</strong>次です。"),
        ("<p>終わりました。 Genseki</p>", "<p>終わりました。 Genseki</p>"),
        ("<p>It ended. 次です。</p>", "<p>It ended. 次です。</p>"),
        ("<p>How long? 3 weeks! 50 epochs.</p>", "<p>How long? 3 weeks! 50 epochs.</p>"),
        ("<input value='一。 二'>", "<input value='一。 二'>"),
        ("<textarea name='x'>一。 二</textarea>三。 四", "<textarea name='x'>一。 二</textarea>三。四"),
        ("<p>一。</p> <p>二。</p>", "<p>一。</p> <p>二。</p>"),
    ],
)
def test_the_space_between_two_sentences_goes_and_every_other_stays(before: str, after: str) -> None:
    assert joined(before) == after


@pytest.mark.parametrize(("language", "space"), [("ja", ""), ("en", " ")])
def test_only_a_japanese_page_is_changed(language: str, space: str) -> None:
    page = engines["django"].from_string(PAGE)

    with override(language):
        assert page.render({}) == f"<p>終わりました。{space}次です。</p>"
