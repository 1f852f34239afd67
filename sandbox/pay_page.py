"""The hosted pages of a Checkout session: pay or save a card, 3-D Secure, expired, done."""

from html import escape

from sandbox.api import Answer
from sandbox.currencies import shown
from sandbox.expansion import line_items
from sandbox.page_layout import Words, page, redirect
from sandbox.pay_form import Form, card_list
from sandbox.wire import Json
from sandbox.world import Call

BUTTONS = {"donate": "donate", "book": "book"}
KNOWN_DECLINES = (
    *("insufficient_funds", "expired_card", "incorrect_cvc", "payment_intent_authentication_failure"),
    *("setup_intent_authentication_failure",),
)


def success_address(session: Json) -> str:
    """Where the payer goes after paying or saving."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def total_of(session: Json) -> str:
    """The amount for people; empty where none is paid."""
    if session["amount_total"] is None:
        return ""
    return shown(session["amount_total"], session["currency"])


def _saves(session: Json) -> bool:
    return bool(session["mode"] == "setup")


def pay_page(call: Call, session: Json, words: Words, form: Form, *, status: int = 200, decline: str = "") -> Answer:
    """The form, with the problems of the last try above it. `decline` is a code of Stripe's, or empty."""
    amount = total_of(session)
    name = "save" if _saves(session) else BUTTONS.get(session["submit_type"] or "", "pay")
    path = f"/c/pay/{session['id']}"
    content = "\n".join(
        (
            _heading(session, words) if _saves(session) else _summary(call, session, words),
            _notice(words, form, decline, saves=_saves(session)),
            f'<form method="post" action="{path}">',
            form.html(words),
            f'<button type="submit">{words(name, amount=amount)}</button>',
            "</form>",
            _message(session),
            _back(session, words),
            card_list(words, path, saves=_saves(session)),
        )
    )
    targets = (session["success_url"], session["cancel_url"])
    title = words("save_title") if _saves(session) else f"{words('pay_title')}: {escape(amount)}"
    return page(words, title, content, status=status, leads_to=targets)


def _heading(session: Json, words: Words) -> str:
    return f'<header class="summary">\n<h1>{words("save_title")}</h1>\n<p>{words("save_text")}</p>\n</header>'


def _message(session: Json) -> str:
    """What the shop wants said beside the button."""
    submit = session["custom_text"]["submit"]
    return f'<p class="back">{escape(submit["message"])}</p>' if submit else ""


def _summary(call: Call, session: Json, words: Words) -> str:
    rows = []
    for item in line_items(call, session["id"])["data"]:
        product = call.store.get(item["price"]["product"])
        times = f" <span>x {item['quantity']}</span>" if item["quantity"] > 1 else ""
        note = f"<p>{escape(product['description'])}</p>" if product["description"] else ""
        cost = shown(item["amount_total"], item["currency"])
        rows.append(f"<li><div><strong>{escape(product['name'])}</strong>{times}{note}</div><span>{cost}</span></li>")
    return (
        f'<header class="summary">\n<h1>{words("pay_title")}</h1>\n<p class="total">'
        f'<span class="hidden">{words("total")} </span>{total_of(session)}</p>\n<ul>{"".join(rows)}</ul>\n</header>'
    )


def _notice(words: Words, form: Form, decline: str, *, saves: bool) -> str:
    if decline:
        title = words("unsaved_title" if saves else "declined_title")
        text = words(f"declined_{decline}")
        return f'<div class="notice" role="alert"><strong>{title}</strong><p>{text}</p></div>'
    if form.problems:
        links = "".join(f'<li><a href="#{name}">{words(text)}</a></li>' for name, text in form.problems.items())
        return f'<div class="notice" role="alert"><strong>{words("error_title")}</strong><ul>{links}</ul></div>'
    return ""


def _back(session: Json, words: Words) -> str:
    if not session["cancel_url"]:
        return ""
    text = words("back_unsaved" if _saves(session) else "back")
    return f'<p class="back"><a href="{escape(session["cancel_url"], quote=True)}">{text}</a></p>'


def secure_form(words: Words, amount: str, path: str, leads_to: tuple[str | None, ...]) -> Answer:
    """The page of the bank; without an amount it is about saving a card."""
    text = words("secure_text", amount=amount) if amount else words("secure_save_text")
    content = (
        f"<h1>{words('secure_title')}</h1>\n<p>{text}</p>\n"
        f'<form method="post" action="{path}" class="choice">\n'
        f'<button type="submit" name="outcome" value="pass">{words("secure_pass")}</button>\n'
        f'<button type="submit" name="outcome" value="fail" class="quiet">{words("secure_fail")}</button>\n</form>'
    )
    return page(words, words("secure_title"), content, leads_to=leads_to)


def secure_page(session: Json, words: Words) -> Answer:
    """The second page of cards that ask for 3-D Secure."""
    path = f"/c/pay/{session['id']}/authenticate"
    return secure_form(words, total_of(session), path, (session["success_url"], session["cancel_url"]))


def closed_page(session: Json, words: Words) -> Answer:
    """What is left of a session that is expired or done."""
    state = session["status"]
    link = _back(session, words)
    if state == "complete":
        link = f'<p><a href="{escape(success_address(session), quote=True)}">{words("continue")}</a></p>'
    name = "saved" if state == "complete" and _saves(session) else state
    content = f"<h1>{words(f'{name}_title')}</h1>\n<p>{words(f'{name}_text')}</p>\n{link}"
    return page(words, words(f"{name}_title"), content, status=200 if state == "complete" else 410)


def outcome_of(call: Call, session: Json, intent: Json, words: Words, form: Form) -> Answer:
    """Where a try leads: on, to the 3-D Secure page, or back to the form with the reason."""
    if intent["status"] == "succeeded":
        return redirect(success_address(session))
    if intent["status"] == "requires_action":
        return redirect(f"/c/pay/{session['id']}/authenticate")
    error = intent["last_setup_error"] if _saves(session) else intent["last_payment_error"]
    codes = (error.get("decline_code"), error["code"])
    decline = next((code for code in codes if code in KNOWN_DECLINES), "card_declined")
    return pay_page(call, session, words, form, status=402, decline=decline)
