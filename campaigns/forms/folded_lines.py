"""A set of lines of which only the first few are shown until somebody needs more."""

from django.forms import BaseFormSet, Form

SPARE = 2


class FoldedLines[Line: Form](BaseFormSet[Line]):
    """`shown` is how many lines are in sight: those up to the last that says something, and two more."""

    @property
    def shown(self) -> int:
        said = [number for number, line in enumerate(self, start=1) if any(field.value() for field in line)]
        return max(said, default=0) + SPARE

    @property
    def folded(self) -> bool:
        return self.shown < self.total_form_count()
