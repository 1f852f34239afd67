"""The page on which a draft begins: from nothing, or from the repair plan of a version."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import get_language

from campaigns.actions.start_draft import first_currency
from campaigns.forms.draft import NewDraftForm, cents_of
from campaigns.forms.from_repair import plan_text, repair_to_start_from, stated_costs, suggested_title
from lineage.models import Version


class NewDraft:
    """`?model=` names the version to replace, and `?costs=` what the steps of its repair plan cost."""

    def __init__(self, request: HttpRequest, *, at: datetime) -> None:
        posted = request.POST if request.method == "POST" else None
        asked = (posted if posted is not None else request.GET).get("model", "").replace("\0", "")
        self.version = Version.objects.filter(slug=asked, planned=False).first() if asked else None
        self.repair = repair_to_start_from(self.version, localdate(at))
        initial = {
            "language": (get_language() or "en")[:2],
            "title": suggested_title(self.version) if self.version else "",
            "model": asked,
            "costs": request.GET.get("costs", "").replace("\0", "")[:400],
        }
        self.form = NewDraftForm(posted, initial=initial)

    def values(self) -> dict[str, Any]:
        """What `start_draft` takes. Only of a valid form."""
        cleaned = self.form.cleaned_data
        begun = {"title": cleaned["title"], "language": cleaned["language"], "tainted": self.version}
        if self.repair is None:
            return begun
        language, costs = cleaned["language"], cents_of(cleaned["costs"])
        lines = stated_costs(self.repair, language, first_currency(language), costs)
        return {**begun, "plan": plan_text(self.repair, language, costs), "costs": lines}
