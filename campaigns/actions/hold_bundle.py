"""Hold a bundle with all its coins for one transaction: the campaigns shared, then the bundle, then its pledges."""

from dataclasses import dataclass

from campaigns.locks import share_campaign
from campaigns.models import Bundle, Pledge


@dataclass(frozen=True, slots=True)
class HeldBundle:
    """`pledges` in the order of their keys, which is that of their campaigns; `stages` by the campaign's key."""

    bundle: Bundle
    pledges: list[Pledge]
    stages: dict[int, str]


def hold_bundle(pk: int) -> HeldBundle:
    """Call it in a transaction. Everybody who holds several takes the lowest key first, so nobody waits in a ring."""
    campaigns = sorted(Pledge.objects.filter(bundle=pk).values_list("campaign_id", flat=True))
    stages = {campaign: share_campaign(campaign) for campaign in campaigns}
    bundle = Bundle.objects.select_for_update().get(pk=pk)
    pledges = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").filter(bundle=pk)
    return HeldBundle(bundle, list(pledges.order_by("pk")), stages)
