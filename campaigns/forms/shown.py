"""How a supporter is shown, to change it after giving: the same fields as on the give form."""

import copy
from collections.abc import Mapping

from campaigns.forms.give import HOW_SHOWN, GiveForm
from campaigns.models import Pledge
from lineage.forms.in_words import FormInWords


class ShownForm(FormInWords):
    """Its fields are the give form's own, so that limits and words are the same."""

    def __init__(self, data: Mapping[str, object] | None = None, *, pledge: Pledge) -> None:
        super().__init__(data, initial={name: getattr(pledge, name) for name in HOW_SHOWN})
        self.fields.update({name: copy.deepcopy(GiveForm.base_fields[name]) for name in HOW_SHOWN})
        # Whoever gave no name did not have to ask for not being named.
        self.initial["anonymous"] = pledge.anonymous and bool(pledge.name)
