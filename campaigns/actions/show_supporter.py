"""A supporter changes how they are shown: the name, the amount, the words. What was paid is not touched."""

from dataclasses import dataclass

from campaigns.models import Pledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a supporter wants to be shown, as on the give form. Without a name they are unnamed."""

    name: str
    anonymous: bool
    hide_amount: bool
    message: str
    message_private: bool


def show_supporter(pledge: Pledge, shown: Shown) -> None:
    """An update of these columns alone: whatever else happens to the pledge at the same moment stays as it is."""
    Pledge.objects.filter(pk=pledge.pk).update(
        name=shown.name,
        anonymous=shown.anonymous or not shown.name,
        hide_amount=shown.hide_amount,
        message=shown.message,
        message_private=shown.message_private,
    )
