"""The front page: the latest sessions, payments and events."""

import json
from datetime import UTC, datetime
from html import escape

from sandbox import oracle
from sandbox.api import Answer
from sandbox.currencies import shown
from sandbox.events import with_pending
from sandbox.page_layout import Words, page
from sandbox.wire import Json
from sandbox.world import Call

LATEST = 20


def overview_page(call: Call, words: Words) -> Answer:
    """GET /."""
    sessions = [_session(session, words) for session in _latest(call, "checkout.session")]
    payments = [_payment(payment, words) for payment in oracle.account(call.store)["payments"][: -LATEST - 1 : -1]]
    events = [_event(with_pending(call, event), words) for event in _latest(call, "event")]
    content = (
        f"<h1>{words('home')}</h1>\n<p>{words('home_text')}</p>\n"
        f"{_section(words, 'sessions', sessions)}{_section(words, 'payments', payments)}"
        f"{_section(words, 'events', events)}"
    )
    return page(words, words("home"), content, wide=True)


def _latest(call: Call, kind: str) -> list[Json]:
    sql = "SELECT doc FROM objects WHERE kind = ? ORDER BY seq DESC LIMIT ?"
    return [json.loads(row["doc"]) for row in call.store.rows(sql, kind, LATEST)]


def _section(words: Words, name: str, rows: list[str]) -> str:
    body = f'<ul class="rows">\n{"".join(rows)}</ul>' if rows else f"<p>{words('nothing')}</p>"
    return f"<section>\n<h2>{words(name)}</h2>\n{body}\n</section>\n"


def _row(*cells: str) -> str:
    return "<li>" + " ".join(f"<span>{cell}</span>" for cell in cells if cell) + "</li>\n"


def _when(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M:%S} UTC</time>'


def _session(session: Json, words: Words) -> str:
    status = words(f"status_{session['status']}")
    if session["status"] == "open":
        status = f'<a href="/c/pay/{session["id"]}">{status}</a>'
    saves = session["amount_total"] is None
    amount = words("save_title") if saves else shown(session["amount_total"], session["currency"])
    return _row(_when(session["created"]), amount, status, f"<code>{session['id'][:24]}</code>")


def _payment(payment: Json, words: Words) -> str:
    currency = payment["currency"]
    refunded = words("refunded", amount=shown(payment["refunded"], currency)) if payment["refunded"] else ""
    fee = words("fee", amount=shown(payment["fee"], currency))
    labels = ", ".join(f"{key}={value}" for key, value in payment["metadata"].items())
    amount = shown(payment["amount"], currency)
    intent = f"<code>{payment['payment_intent']}</code>"
    return _row(_when(payment["at"]), amount, fee, refunded, escape(labels), intent)


def _event(event: Json, words: Words) -> str:
    waiting = words("undelivered") if event["pending_webhooks"] else ""
    kind = f"<code>{escape(event['type'])}</code>"
    return _row(_when(event["created"]), kind, waiting, f"<code>{event['id']}</code>")
