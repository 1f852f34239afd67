"""A sandbox in this process, a receiver of its events, and short ways to talk to both."""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from sandbox.options import Options
from sandbox.server import Sandbox

SECRET = "whsec_of_the_tests"
KEY = "sk_test_of_the_tests"
SETTLE_DELAY = 0.05


@dataclass(frozen=True)
class Reply:
    """An HTTP answer. `json` is its body when that is JSON."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body, read as text."""
        return self.body.decode()


class KeepsRedirects(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        return None


OPENER = urllib.request.build_opener(KeepsRedirects, urllib.request.ProxyHandler({}))


def fetch(
    method: str,
    url: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Reply:
    """One plain HTTP request, without any retry."""
    data = body if body is not None else urllib.parse.urlencode(fields).encode() if fields is not None else None
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    try:
        with OPENER.open(request, timeout=60) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read())


def eventually[T](look: Callable[[], T], seconds: float = 120.0) -> T:
    """The first true answer of `look`; fails when none came in time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.02)
    return found


# Seconds of a delay in which something else has to happen: longer ones for a machine that does much else meanwhile.
DELAYS = (0.6, 4.0, 20.0)


@dataclass
class Receiver:
    """Stands for the product's webhook: keeps what arrives and answers as told."""

    arrived: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    pause: float = 0.0

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.arrived.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(receiver.pause)
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/stripe/webhook/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def events(self) -> list[dict[str, Any]]:
        """What arrived, in the order of arrival."""
        return [json.loads(body) for _, body in list(self.arrived)]

    def types(self) -> list[str]:
        """The types of what arrived."""
        return [event["type"] for event in self.events()]

    def close(self) -> None:
        """Stops listening."""
        self.server.shutdown()
        self.server.server_close()


@dataclass(frozen=True)
class Saved:
    """A customer's id, and the id of the card that was saved."""

    customer: str
    method: str


@dataclass
class Stand:
    """A running sandbox and its receiver."""

    sandbox: Sandbox
    receiver: Receiver

    @property
    def url(self) -> str:
        """The address of the sandbox."""
        return self.sandbox.url

    def client(self, retries: int = 0, key: str = KEY, timeout: float = 60.0) -> stripe.StripeClient:
        """Stripe's own client, talking to this sandbox."""
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.url, "connect": self.url, "files": self.url, "meter_events": self.url},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def open_session(self, amount: int = 500, currency: str = "jpy", **more: Any) -> Any:
        """A new session for one coin."""
        price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "A coin"}}
        params: Any = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": "http://127.0.0.1:8000/thanks/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:8000/campaign/",
            "customer_email": "supporter@example.com",
            **more,
        }
        return self.client().v1.checkout.sessions.create(params=params)

    def try_control(self, method: str, path: str, /, **fields: Any) -> Reply:
        """A control call that may be refused."""
        sent = {name: str(value) for name, value in fields.items()}
        return fetch(method, f"{self.url}/_control/{path}", sent if method == "POST" else None)

    def control(self, method: str, path: str, /, **fields: Any) -> Any:
        """A control call that is expected to work."""
        reply = self.try_control(method, path, **fields)
        assert reply.status == 200, reply.text
        return reply.json

    def complete(self, session: str, **fields: Any) -> Any:
        """Pays a session by a control call."""
        return self.control("POST", f"checkout_sessions/{session}/complete", **fields)

    def paid(self, amount: int = 500, currency: str = "jpy", **more: Any) -> Any:
        """A session that was paid with the usual card."""
        return self.complete(self.open_session(amount, currency, **more).id)

    def open_setup(self, currency: str = "usd", **more: Any) -> Any:
        """A new session that saves a card for later."""
        params: Any = {
            "mode": "setup",
            "currency": currency,
            "customer_creation": "always",
            "success_url": "http://127.0.0.1:8000/thanks/?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:8000/campaign/",
            "customer_email": "supporter@example.com",
            **more,
        }
        return self.client().v1.checkout.sessions.create(params=params)

    def saved(self, card: str = "4242424242424242", **fields: Any) -> Saved:
        """A card that was saved on the hosted page, and whose it is."""
        session = self.complete(self.open_setup().id, card=card, authenticate="pass", **fields)
        setup = self.client().v1.setup_intents.retrieve(session["setup_intent"])
        return Saved(session["customer"], str(setup.payment_method))

    def charge(self, saved: Saved, amount: int = 1000, key: str = "", **more: Any) -> stripe.PaymentIntent:
        """One attempt to charge a saved card without its holder."""
        params: Any = {
            "amount": amount,
            "currency": "usd",
            "customer": saved.customer,
            "payment_method": saved.method,
            "off_session": True,
            "confirm": True,
            **more,
        }
        options: Any = {"idempotency_key": key} if key else {}
        return self.client().v1.payment_intents.create(params=params, options=options)

    def declined(self, saved: Saved, **more: Any) -> stripe.CardError:
        """The error of a charge that has to be declined."""
        try:
            self.charge(saved, **more)
        except stripe.CardError as error:
            return error
        raise AssertionError("the card was not declined")

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The events of this type, oldest first, delivered or not."""
        return [event for event in self.control("GET", "events")["events"] if event["type"] == kind]

    def kinds(self) -> list[str]:
        """The types of all events, oldest first."""
        return [event["type"] for event in self.control("GET", "events")["events"]]

    def lately(self, number: int) -> list[str]:
        """The last types of events, apart from those that come a little later in their own time."""
        return [kind for kind in self.kinds() if kind not in ("charge.updated", "refund.updated")][-number:]

    def recipient(self, outcome: str = "complete") -> str:
        """A connected account that went through onboarding."""
        wanted = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
        params: Any = {
            "configuration": {"recipient": {"capabilities": wanted}},
            "contact_email": "trainer@example.com",
            "dashboard": "express",
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "display_name": "A trainer",
            "identity": {"country": "US", "entity_type": "individual"},
        }
        account = self.client().v2.core.accounts.create(params=params)
        if outcome:
            self.control("POST", f"accounts/{account.id}/onboard", outcome=outcome)
        return account.id

    def oracle(self) -> Any:
        """The sandbox's own account."""
        return self.control("GET", "oracle")

    def sums(self, currency: str = "usd") -> dict[str, int]:
        """What the oracle sums up for a currency, without the zeros."""
        return {name: amount for name, amount in self.oracle()["sums"].get(currency, {}).items() if amount}

    def api(self, method: str, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """A raw call of the API, to see what the package of Stripe hides."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return fetch(method, f"{self.url}/v1/{path}", fields, {"Authorization": f"Bearer {KEY}", **names})

    def api_v2(self, method: str, path: str, document: Any = None, **headers: str) -> Reply:
        """A raw call of the second version of the API, which speaks JSON."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **names}
        body = json.dumps(document).encode() if document is not None else None
        return fetch(method, f"{self.url}/v2/{path}", headers=sent, body=body)


def started(receiver: Receiver, database: str = ":memory:", **more: Any) -> Stand:
    """A sandbox that runs in this process and reports to the receiver."""
    options = Options(
        port=0,
        database=database,
        webhook_url=receiver.url,
        webhook_secret=SECRET,
        settle_delay=SETTLE_DELAY,
        **more,
    )
    sandbox = Sandbox(options)
    sandbox.start()
    return Stand(sandbox, receiver)
