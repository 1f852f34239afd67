"""The staff's look into the tables. What happened to money, and what was told, can be read here and not changed."""

from campaigns.admin import campaigns_and_money, troubles_and_payouts

__all__ = ["campaigns_and_money", "troubles_and_payouts"]
