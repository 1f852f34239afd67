"""The page where an account is made, with the address that was just given with a coin filled in.

Only the browser in which somebody typed an address shows it there: whoever has the link of a coin does not learn whose
it is. It is the same for everybody else, so nothing tells whether there is such an account already.
"""

from typing import Any

from allauth.account.views import SignupView
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

COOKIE = "gave_as"
ONE_HOUR = 3600


def on_to_stripe(request: HttpRequest, page: str, email: str) -> HttpResponse:
    """To the page to pay at. Guests find their address again where they may make an account afterwards."""
    answer = HttpResponseRedirect(page, status=303)
    if not request.user.is_authenticated:
        # With its narrow path the cookie is sent to the one page that reads it.
        answer.set_cookie(
            COOKIE,
            signing.dumps(email, salt=COOKIE),
            ONE_HOUR,
            path=reverse("account_signup"),
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def sign_up_page() -> str:
    """With the way on to the coins of the new account."""
    return f"{reverse('account_signup')}?next={reverse('me')}"


class SignUp(SignupView):  # type: ignore[misc]
    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        return {"email": _gave_as(self.request), **initial}


def _gave_as(request: HttpRequest) -> str:
    """Empty where no address was given here within the hour."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=ONE_HOUR))
    except signing.BadSignature:
        return ""
