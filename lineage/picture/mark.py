"""The mark of the product: a small family tree in which one red path turns green."""

# Three coins. The upright edges lie on a grid of two, so that a tab of 16 pixels shows them sharp.
_DRAWING = (
    '<path class="mark-line" d="M25 7c0 5-5 6.5-14 6.5"/>'
    '<path class="mark-red" d="M11 5V14"/>'
    '<path class="mark-green" d="M11 14V25"/>'
    '<circle class="mark-kin" cx="25" cy="6" r="4"/>'
    '<circle class="mark-origin" cx="11" cy="5" r="5"/>'
    '<circle class="mark-clean" cx="11" cy="25" r="7"/>'
)
_CHECK = '<path class="mark-check" d="M7.5 25l2.75 2.75 4.5-5.25"/>'

_STYLE = (
    ".mark-line,.mark-red,.mark-green,.mark-check{fill:none;stroke-width:4}"
    ".mark-line{stroke:#57606a;stroke-width:3}.mark-red{stroke:#a40e26}.mark-green{stroke:#116329}"
    ".mark-check{stroke:#fff;stroke-width:2.5}"
    ".mark-kin{fill:#57606a}.mark-origin{fill:#a40e26}.mark-clean{fill:#116329}"
    "@media (prefers-color-scheme:dark){.mark-line{stroke:#9aa7b4}.mark-red{stroke:#ff8f8f}.mark-green{stroke:#57d37c}"
    ".mark-check{stroke:#0f1419}.mark-kin{fill:#9aa7b4}.mark-origin{fill:#ff8f8f}.mark-clean{fill:#57d37c}}"
)


def brand_mark() -> str:
    """The mark for a page, beside the product's name; `tree.css` colours it. Readers do not hear it."""
    return f'<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">{_DRAWING}{_CHECK}</svg>'


def mark_file(*, small: bool = False) -> str:
    """The mark as a file with colours of its own, for light and dark; `small` (for tabs) leaves out the check."""
    drawing = _DRAWING if small else _DRAWING + _CHECK
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>{_STYLE}</style>{drawing}</svg>\n'
