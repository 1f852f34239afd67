"""Which ids can be kept: an id is also the address of a page, so it must survive being one."""

from django.utils.translation import gettext as _

LONGEST = 120
PAGES_AMONG_LICENCES = frozenset({"compare", "compatibility", "matrix"})
PAGES_OF_A_VERSION = frozenset({"history", "licence-texts", "made-from-it", "repair", "verdicts", "what-if"})
FILES_OF_A_VERSION = frozenset(
    {
        "bom.cdx.json",
        "card.md",
        "card.yaml",
        "lineage.csv",
        "lineage.json",
        "lineage.spdx.json",
        "tree.dot",
        "tree.graphml",
        "tree.svg",
    }
)
# Addresses beside a version that lineage does not answer itself: what other sites show of it.
SHOWN_ELSEWHERE = frozenset({"badge.json", "badge.svg", "card", "feed.atom", "picture.png"})


def refusal_of(id: str) -> str:
    """A sentence that says why this cannot be an id, or nothing."""
    if not id or len(id) > LONGEST:
        return _("An id has 1 to %(longest)s characters.") % {"longest": LONGEST}
    if not id.isprintable() or id != id.strip() or "\\" in id:
        return _("An id is made of visible characters, without a backslash and without spaces around it.")
    if any(part in ("", ".", "..") for part in id.split("/")):
        return _("An id does not begin or end with a slash, and no part of it is empty, “.” or “..”.")
    last = id.rpartition("/")[2]
    if last != id and last in PAGES_OF_A_VERSION | FILES_OF_A_VERSION | SHOWN_ELSEWHERE:
        return _("An id does not end in “/%(page)s”: that is the address of a page beside it.") % {"page": last}
    return ""


def refusal_of_licence(id: str) -> str:
    """The same for a licence, beside which some pages have addresses of their own."""
    if id in PAGES_AMONG_LICENCES:
        return _("“%(id)s” is the address of a page; give this licence another id.") % {"id": id}
    return refusal_of(id)


class IdInAddress:
    """The path converter of ids: `stable-diffusion-1.5` is one, and so is `someone/some-model`."""

    regex = r"[^/].*?"

    def to_python(self, value: str) -> str:
        if refusal_of(value):
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value
