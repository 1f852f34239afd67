"""The frame of every page, and the headers that keep it to itself."""

from html import escape
from urllib.parse import urlsplit

from sandbox.api import Answer
from sandbox.page_texts import LANGUAGES

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="/_static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/_static/sandbox.css">
</head>
<body>
<p class="banner" role="note">{banner}</p>
<main class="{width}">
{content}
</main>
</body>
</html>
"""


class Words:
    """The texts of one language, ready for HTML."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = LANGUAGES[language]

    def __call__(self, name: str, **values: str) -> str:
        """The text of this name with its values, escaped."""
        return escape(self._texts[name].format(**values))


def origin_of(url: str | None) -> str:
    """Scheme, host and port of an address; empty for none."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def page(
    words: Words,
    title: str,
    content: str,
    *,
    status: int = 200,
    leads_to: tuple[str | None, ...] = (),
    wide: bool = False,
) -> Answer:
    """A page with its banner. `content` is HTML; forms may lead to this server and to `leads_to`.

    Browsers check where a form's answer redirects to, too: so the origin of the success page has to be listed.
    """
    origins = sorted({origin_of(url) for url in leads_to} - {""})
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "form-action " + " ".join(["'self'", *origins]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
    html = PAGE.format(
        language=words.language,
        title=title,
        banner=words("banner"),
        content=content,
        width="wide" if wide else "narrow",
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Language",
    }
    return Answer(status, html.encode(), headers)


def redirect(url: str) -> Answer:
    """303: the browser goes on with a GET."""
    return Answer(303, b"", {"Location": url, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})
