"""An address as a QR code."""

from functools import lru_cache
from io import BytesIO

import segno

MARGIN = 4
"""As wide as the standard asks: readers need it, also on a dark page."""


@lru_cache(maxsize=256)
def qr_svg(address: str, title: str, *, inline: bool) -> str:
    """As an SVG element for a page, or as a whole file. `address` is ASCII, as every address is when it is quoted."""
    code = segno.make(address, micro=False, error="m")
    file = BytesIO()
    code.save(
        file,
        kind="svg",
        border=MARGIN,
        light="#fff",
        dark="#1b1f24",
        title=title,
        xmldecl=not inline,
        svgns=not inline,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
    )
    return file.getvalue().decode()
