"""Which currencies are taken, their least amounts and the fees that the sandbox pretends to charge.

Least amounts and fees are third-party copies of Stripe's tables, an approximation:
the product reads the true fee from the balance transaction and never computes it.
"""

from sandbox.wire import ApiError

LEAST_AMOUNT = {"jpy": 50, "usd": 50, "eur": 50, "gbp": 30, "cad": 50, "aud": 50, "sgd": 50, "chf": 50, "nzd": 50}
LARGEST_AMOUNT = 99_999_999
WITHOUT_DECIMALS = frozenset({"jpy"})
THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
SYMBOLS = {"jpy": "¥", "usd": "US$", "eur": "€", "gbp": "£", "cad": "CA$", "aud": "A$", "sgd": "S$", "nzd": "NZ$"}
# Per mille of the amount, and a fixed part in minor units.
FEES = {"jpy": (36, 0), "eur": (15, 25), "gbp": (15, 20), "aud": (17, 30), "sgd": (34, 50)}
USUAL_FEE = (29, 30)
# What a dispute costs, in minor units.
DISPUTE_FEES = {"jpy": 1300, "eur": 2000, "gbp": 2000, "aud": 2500}
USUAL_DISPUTE_FEE = 1500


def accepted_currency(text: str, param: str) -> str:
    """The currency in lower case; refuses three decimals and everything outside the short list."""
    currency = text.lower()
    if currency in THREE_DECIMALS:
        raise ApiError(400, f"This sandbox does not take three-decimal currencies such as {currency}.", param=param)
    if currency not in LEAST_AMOUNT:
        known = ", ".join(sorted(LEAST_AMOUNT))
        raise ApiError(400, f"Invalid currency: {currency}. This sandbox takes {known}.", param=param)
    return currency


def check_amount(amount: int, currency: str, param: str) -> None:
    """Refuses amounts outside of what Stripe charges, in minor units."""
    if amount < LEAST_AMOUNT[currency]:
        least = shown(LEAST_AMOUNT[currency], currency)
        raise ApiError(400, f"Amount must be at least {least}", code="amount_too_small", param=param)
    if amount > LARGEST_AMOUNT:
        most = shown(LARGEST_AMOUNT, currency)
        raise ApiError(400, f"Amount must be no more than {most}", code="amount_too_large", param=param)


def fee_for(amount: int, currency: str) -> int:
    """The pretended processing fee in minor units, rounded half up."""
    per_mille, fixed = FEES.get(currency, USUAL_FEE)
    return (amount * per_mille + 500) // 1000 + fixed


def shown(amount: int, currency: str) -> str:
    """An amount for people, for example `¥500` or `US$3.00`."""
    symbol = SYMBOLS.get(currency, currency.upper() + " ")
    if currency in WITHOUT_DECIMALS:
        return f"{symbol}{amount:,}"
    return f"{symbol}{amount // 100:,}.{amount % 100:02d}"
