"""What stands on the what-if page of a version, gathered in a fixed number of queries."""

from dataclasses import dataclass

from lineage.forms.what_if import WhatIfForm
from lineage.verdicts import Affected, Asker, FamilyTooLarge, Replacement, replacement

FREED_LISTED = 60
STAYS_LISTED = 20


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """`found` is None where the family is too large. What is listed are the first of all; the rest is counted."""

    found: Replacement | None
    freed: tuple[Affected, ...] = ()
    stays: tuple[Affected, ...] = ()

    @property
    def freed_more(self) -> int:
        return len(self.found.freed) - len(self.freed) if self.found else 0

    @property
    def stays_more(self) -> int:
        return len(self.found.stays) - len(self.stays) if self.found else 0


def what_if_page(form: WhatIfForm, asker: Asker) -> WhatIfPage:
    """Of a valid form."""
    asked = form.cleaned_data
    try:
        found = replacement(form.version, asked["by"], asked["on"], asker)
    except FamilyTooLarge:
        return WhatIfPage(None)
    return WhatIfPage(found, found.freed[:FREED_LISTED], found.stays[:STAYS_LISTED])
