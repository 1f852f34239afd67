"""The pages of Connect: onboarding by a link, and the dashboard of an account."""

from html import escape
from urllib.parse import parse_qs

from sandbox import account_links, accounts
from sandbox.api import Answer, Request
from sandbox.currencies import shown
from sandbox.page_layout import Words, page, redirect
from sandbox.wire import Json
from sandbox.world import Call


def _name_of(account: Json) -> str:
    return str(account["display_name"] or account["contact_email"] or account["id"])


def onboarding_page(call: Call, token: str, request: Request, words: Words) -> Answer | None:
    """Asks what the holder does; a link that is used up or too old leads to the platform's refresh address."""
    link = call.store.find(token, account_links.KIND)
    if link is None:
        return None
    flow = link["use_case"][link["use_case"]["type"]]
    if account_links.is_over(call, link):
        return redirect(flow["refresh_url"])
    outcome = parse_qs(request.body).get("outcome", [""])[-1]
    if request.method == "POST" and outcome in accounts.OUTCOMES:
        account_links.leave(call, link, outcome)
        return redirect(flow["return_url"] or flow["refresh_url"])
    buttons = "\n".join(
        f'<button type="submit" name="outcome" value="{name}"{"" if name == "complete" else _QUIET}>'
        f"{words(f'onboarding_{name}')}</button>"
        for name in accounts.OUTCOMES
    )
    account = accounts.find_account(call, link["account"])
    content = (
        f"<h1>{words('onboarding_title')}</h1>\n<p>{words('onboarding_text', who=_name_of(account))}</p>\n"
        f'<form method="post" action="{escape(request.path, quote=True)}" class="choice">\n{buttons}\n</form>'
    )
    return page(words, words("onboarding_title"), content, leads_to=(flow["refresh_url"], flow["return_url"]))


_QUIET = ' class="quiet"'


def dashboard_page(call: Call, identifier: str, words: Words) -> Answer | None:
    """What an express account sees: whether it may receive, and what it has."""
    account = call.store.find(identifier, accounts.KIND)
    if account is None:
        return None
    held = call.store.private(identifier)["balance"]
    rows = "".join(f"<li><span>{shown(amount, currency)}</span></li>" for currency, amount in held.items() if amount)
    title = words("dashboard_title", who=_name_of(account))
    status = words("dashboard_status", status=accounts.transfers_status(account))
    content = (
        f"<h1>{title}</h1>\n<p>{status}</p>\n<h2>{words('dashboard_balance')}</h2>\n"
        f'<ul class="rows">{rows or "<li>" + words("nothing") + "</li>"}</ul>'
    )
    return page(words, title, content)
