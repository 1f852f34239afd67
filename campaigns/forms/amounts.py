"""Say what is wrong with an amount that somebody typed."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns import money


def refusal_of_amount(reason: str, currency: str) -> str:
    """`reason` is that of `money.AmountNotUnderstood`."""
    kind, language = money.CURRENCIES[currency], get_language() or "en"
    # It stands first on its page, so its first amount comes with its code.
    least, most = money.with_code(kind.least, currency, language), money.in_words(kind.most, currency, language)
    if reason == "too-small":
        return _("The least that can be paid is %(least)s.") % {"least": least}
    if reason == "too-large":
        return _("The most that can be entered is %(most)s.") % {"most": money.with_code(kind.most, currency, language)}
    if kind.digits == 0:
        return _("Enter a whole amount from %(least)s to %(most)s.") % {"least": least, "most": most}
    return _("Enter an amount from %(least)s to %(most)s.") % {"least": least, "most": most}
