"""The mark of the product: a small family tree in which one red path turns green."""

_DRAWING = (
    '<path class="mark-line" d="M25 11v1.5C25 16 16 14 16 18"/>'
    '<path class="mark-red" d="M7 11v1.5C7 16 16 14 16 18"/>'
    '<path class="mark-green" d="M16 17.5V22"/>'
    '<rect class="mark-kin" x="19" y="3" width="12" height="8" rx="2"/>'
    '<rect class="mark-origin" x="1" y="3" width="12" height="8" rx="2"/>'
    '<rect class="mark-clean" x="8" y="21" width="16" height="10" rx="2"/>'
)
_CHECK = '<path class="mark-check" d="M12.5 26l2.5 2.5 4.5-5"/>'

_STYLE = (
    ".mark-line,.mark-red,.mark-green,.mark-check{fill:none;stroke-width:3.5}"
    ".mark-line{stroke:#57606a;stroke-width:2.5}.mark-red{stroke:#a40e26}.mark-green{stroke:#116329}"
    ".mark-check{stroke:#fff;stroke-width:2.2}"
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
