"""Many calls at once, from one event loop. The database is never asked here."""

import ssl
from typing import Any, Self

import httpx
import stripe
from django.conf import settings

from campaigns.stripe_gateway.asking import CONNECT_SECONDS, StripeSilent, in_our_words
from campaigns.stripe_gateway.holds import Hold, hold_in, look_for, request_for

#: A bank takes its time, and there are others to go on with meanwhile.
READ_SECONDS = 30.0


class _HttpClient(httpx.AsyncClient):
    async def request(self, *args: Any, **kwargs: Any) -> httpx.Response:
        """The package gives a body as `data`, against which httpx warns where it is no mapping."""
        if isinstance(kwargs.get("data"), str | bytes):
            kwargs["content"] = kwargs.pop("data")
        return await super().request(*args, **kwargs)


class AsynchronousStripe:
    """Make and leave it inside one running event loop. It tries nothing again by itself."""

    def __init__(self, *, most_at_once: int) -> None:
        http = stripe.HTTPXClient(timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None))
        trust = ssl.create_default_context(cafile=stripe.ca_bundle_path)
        limits = httpx.Limits(max_connections=most_at_once, max_keepalive_connections=most_at_once)
        # The package's own client keeps twenty connections, and makes no more than a hundred.
        http._client_async = _HttpClient(limits=limits, verify=trust)
        base: Any = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
        self._http = http
        self._client = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY, http_client=http, base_addresses=base, max_network_retries=0
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        http_client: httpx.AsyncClient = self._http._client_async
        await http_client.aclose()

    async def change_hold(self, kind: str, parameters: dict[str, Any], *, key: str) -> Hold:
        """What `request_for` says; raises the gateway's errors."""
        path, body = request_for(kind, parameters)
        made = hold_in(await self._ask("post", path, {**body, "idempotency_key": key}), parameters)
        assert made is not None, "Stripe answers with the intent that it made or changed"
        return made

    async def look_for_hold(self, parameters: dict[str, Any]) -> Hold | None:
        """What became of a call whose answer was lost; None when Stripe has nothing of it."""
        path, query = look_for(parameters)
        return hold_in(await self._ask("get", path, query), parameters)

    async def _ask(self, method: str, path: str, given: dict[str, Any]) -> dict[str, Any]:
        try:
            # The plain answer: an object of the package for each of ten thousand would cost more than the calls.
            answer = await self._client.raw_request_async(method, path, **given)
            return dict(answer.data)
        except stripe.StripeError as error:
            raise in_our_words(error) from error
        except (ValueError, KeyError) as error:
            raise StripeSilent(f"{path}: {error}") from error
