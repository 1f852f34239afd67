"""The pages for people: which address shows what."""

import re
from pathlib import Path
from urllib.parse import parse_qs

from sandbox import checkout
from sandbox.api import Answer, Request
from sandbox.authentication_page import authentication_page
from sandbox.onboarding_page import dashboard_page, onboarding_page
from sandbox.overview_page import overview_page
from sandbox.page_layout import Words, page, redirect
from sandbox.page_texts import language_for
from sandbox.pay_form import Form
from sandbox.pay_page import closed_page, outcome_of, pay_page, secure_page, success_address
from sandbox.wire import ApiError, Json
from sandbox.world import Call, World

STATIC = Path(__file__).parent / "static"
KINDS = {"sandbox.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
FILES = {f"/_static/{name}": (kind, (STATIC / name).read_bytes()) for name, kind in KINDS.items()}
PAY = re.compile(r"^/c/pay/(cs_test_[A-Za-z0-9]+)(/authenticate)?$")
OTHERS = re.compile(r"^/(c/authenticate|connect/onboarding|express)/([A-Za-z0-9_]+)$")


class Pages:
    """Everything beside the API and the controls."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Answer:
        """Answers with a page, a redirect, the style sheet or the icon."""
        accepted = request.headers.get("accept-language", "")
        if request.path in FILES:
            kind, content = FILES[request.path]
            return Answer(200, content, {"Content-Type": kind, "Cache-Control": "max-age=60"})
        words = Words(language_for(None, accepted))
        if request.path == "/":
            return overview_page(self._world.call(), words)
        if other := OTHERS.match(request.path):
            with self._world.store.transaction():
                call = self._world.call()
                return _other(call, other.group(1), other.group(2), request, words) or _missing(words)
        match = PAY.match(request.path)
        if match is None:
            return _missing(words)
        with self._world.store.transaction():
            call = self._world.call()
            try:
                session = checkout.find_session(call, match.group(1))
            except ApiError:
                return _missing(words)
            words = Words(language_for(session["locale"], accepted))
            return _hosted(call, session, request, words, secure=bool(match.group(2)))


def _other(call: Call, kind: str, identifier: str, request: Request, words: Words) -> Answer | None:
    """A page that belongs to no session; None when there is nothing of this name."""
    if kind == "c/authenticate":
        return authentication_page(call, identifier, request, words)
    if kind == "express":
        return dashboard_page(call, identifier, words)
    return onboarding_page(call, identifier, request, words)


def _missing(words: Words) -> Answer:
    content = f"<h1>{words('missing_title')}</h1>\n<p>{words('missing_text')}</p>"
    return page(words, words("missing_title"), content, status=404)


def _hosted(call: Call, session: Json, request: Request, words: Words, *, secure: bool) -> Answer:
    if session["status"] == "complete" and request.method == "POST":
        # A second press of the button arrives here: it was paid, once.
        return redirect(success_address(session))
    if session["status"] != "open":
        return closed_page(session, words)
    if secure:
        return _secure(call, session, request, words)
    fields = {name: values[-1] for name, values in parse_qs(request.body, keep_blank_values=True).items()}
    if request.method != "POST":
        chosen = parse_qs(request.query).get("card", [""])[-1]
        return pay_page(call, session, words, Form.fresh(session["customer_email"], chosen))
    form = Form.filled(fields)
    payer = form.payer(call.now)
    if payer is None:
        return pay_page(call, session, words, form, status=400)
    intent = checkout.pay(call, session["id"], payer)
    return outcome_of(call, session, intent, words, form)


def _secure(call: Call, session: Json, request: Request, words: Words) -> Answer:
    intent = call.store.find(session["payment_intent"] or session["setup_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        return redirect(f"/c/pay/{session['id']}")
    outcome = parse_qs(request.body).get("outcome", [""])[-1]
    if request.method != "POST" or outcome not in ("pass", "fail"):
        return secure_page(session, words)
    intent = checkout.authenticate(call, session["id"], passed=outcome == "pass")
    form = Form.fresh(session["customer_email"], "")
    return outcome_of(call, session, intent, words, form)
