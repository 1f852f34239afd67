"""The bank's page for a card that a server confirmed with a `return_url`: 3-D Secure, then back to the shop."""

from urllib.parse import parse_qs, urlencode

from sandbox import payments, setup_intents
from sandbox.api import Answer, Request
from sandbox.currencies import shown
from sandbox.page_layout import Words, page, redirect
from sandbox.pay_page import secure_form
from sandbox.wire import Json
from sandbox.world import Call


def authentication_page(call: Call, identifier: str, request: Request, words: Words) -> Answer | None:
    """Shows the bank's question or takes its answer; None when there is no such intent."""
    intent = call.store.find(identifier)
    if intent is None or intent["object"] not in ("payment_intent", "setup_intent"):
        return None
    back = (intent["next_action"] or {}).get("redirect_to_url", {}).get("return_url")
    if intent["status"] != "requires_action":
        return _done(words, intent)
    outcome = parse_qs(request.body).get("outcome", [""])[-1]
    if request.method != "POST" or outcome not in ("pass", "fail"):
        amount = shown(intent["amount"], intent["currency"]) if intent["object"] == "payment_intent" else ""
        return secure_form(words, amount, request.path, (back,))
    answer(call, intent, passed=outcome == "pass")
    return redirect(_with_outcome(back, intent)) if back else _done(words, intent)


def answer(call: Call, intent: Json, *, passed: bool) -> Json:
    """Takes the cardholder's answer for either kind of intent."""
    if intent["object"] == "payment_intent":
        return payments.authenticate(call, intent, passed)
    return setup_intents.authenticate(call, intent, passed, lambda _: intent["customer"])


def _with_outcome(back: str, intent: Json) -> str:
    """The return address with what Stripe adds to it."""
    name = intent["object"]
    good = intent["status"] in ("succeeded", "requires_capture")
    added = {
        name: intent["id"],
        f"{name}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if good else "failed",
    }
    return f"{back}{'&' if '?' in back else '?'}{urlencode(added)}"


def _done(words: Words, intent: Json) -> Answer:
    good = intent["status"] in ("succeeded", "requires_capture")
    name = "authenticated" if good else "unauthenticated"
    content = f"<h1>{words('secure_title')}</h1>\n<p>{words(f'{name}_text')}</p>"
    return page(words, words("secure_title"), content, status=200 if good else 410)
