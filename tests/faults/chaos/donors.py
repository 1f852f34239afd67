"""People who give through the pages, as a browser would: some leave, some press twice, some change their mind."""

import http.client
import http.cookiejar
import json
import random
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

CARDS = {
    "jpy": ("4242424242424242",) * 6 + ("4000000000009995", "4000000000005423"),
    # Saved with 3-D Secure, the last one. What a bank asks about at the close waits for days, and has its own tests.
    "usd": ("4242424242424242",) * 3 + ("4000002500003155",),
}
# An answer that a killed process began may also end in the middle.
TROUBLE = (OSError, urllib.error.URLError, http.client.HTTPException, ValueError, TimeoutError)


@dataclass
class Crowd:
    """Donors in threads of their own until `over` is set. `did` counts what they managed to do."""

    site: str
    stripe: str
    slugs: dict[str, str]
    seed: int
    over: threading.Event = field(default_factory=threading.Event)
    did: dict[str, int] = field(default_factory=dict)

    def gather(self, people: int) -> None:
        self.threads = [threading.Thread(target=self._live, args=(number,), daemon=True) for number in range(people)]
        for thread in self.threads:
            thread.start()

    def go_home(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=90)

    def _live(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        turn = 0
        while not self.over.is_set():
            turn += 1
            slug = chance.choice(sorted(self.slugs))
            try:
                self._give(Browser(), chance, slug, f"donor-{number}-{turn}@example.com")
            except TROUBLE:
                self._note("found a closed door")
            self.over.wait(chance.uniform(0.05, 0.6))

    def _give(self, browser: "Browser", chance: random.Random, slug: str, email: str) -> None:
        address = f"{self.site}/en/c/{slug}/give/"
        currency = self.slugs[slug]
        form = browser.form_of(browser.get(address))
        form |= {"amount": chance.choice(("500", "700") if currency == "jpy" else ("3.00", "5.00"))}
        form |= {"preset": "other", "email": email, "name": chance.choice(("", "Donor")), "consent": "on"}
        if chance.random() < 0.3:
            form["cover_fee"] = "on"
        page = browser.post(address, form)
        if chance.random() < 0.2:
            page = browser.post(address, form) or page
        session = re.search(r"cs_test_\w+", page or "")
        if session is None:
            self._note("was refused")
            return
        if chance.random() < 0.15:
            self._note("left")
            return
        card = chance.choice(CARDS[currency])
        complete = f"{self.stripe}/_control/checkout_sessions/{session[0]}/complete"
        browser.post(complete, {"card": card, "authenticate": "pass"})
        self._note("paid or saved a card")
        if currency == "usd" and chance.random() < 0.1:
            self._lose_the_card(browser, session[0])
        self._come_back(browser, chance, page or "")

    def _come_back(self, browser: "Browser", chance: random.Random, page: str) -> None:
        """To the thanks, at times more than once; and some take it back."""
        session = re.search(r"cs_test_\w+", page)
        assert session is not None
        known = json.loads(browser.get_raw(f"{self.stripe}/v1/checkout/sessions/{session[0]}", key=True))
        thanks = str(known["success_url"])
        for _ in range(chance.choice((0, 1, 1, 2))):
            browser.get(thanks)
        if chance.random() < 0.12:
            address = thanks.split("?")[0] + "take-back/"
            browser.post(address, browser.form_of(browser.get(address)))
            self._note("changed their mind")

    def _lose_the_card(self, browser: "Browser", session_id: str) -> None:
        """It was saved, and will be declined for good at the close."""
        session = json.loads(browser.get_raw(f"{self.stripe}/v1/checkout/sessions/{session_id}", key=True))
        intent = json.loads(browser.get_raw(f"{self.stripe}/v1/setup_intents/{session['setup_intent']}", key=True))
        browser.post(
            f"{self.stripe}/_control/payment_methods/{intent['payment_method']}/decline",
            {"decline_code": "lost_card", "times": "1000"},
        )
        self._note("lost the card")

    def _note(self, what: str) -> None:
        self.did[what] = self.did.get(what, 0) + 1


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """Cookies, forms, and where an answer leads."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, NoRedirect)

    def get(self, address: str) -> str:
        return self.get_raw(address)

    def get_raw(self, address: str, *, key: bool = False) -> str:
        request = urllib.request.Request(address)
        if key:
            request.add_header("Authorization", "Bearer sk_test_sandbox_chaos")
        with self.opener.open(request, timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, address: str, fields: dict[str, str]) -> str:
        """The address that the answer leads to, or the page; a refusal is a page as well."""
        request = urllib.request.Request(address, data=urllib.parse.urlencode(fields).encode(), method="POST")
        request.add_header("Referer", address)
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
        try:
            with self.opener.open(request, timeout=20) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            if refusal.code in (301, 302, 303):
                return refusal.headers["Location"] or ""
            if refusal.code >= 500 and refusal.code != 503:
                raise
            return refusal.read().decode(errors="replace")

    @staticmethod
    def form_of(page: str) -> dict[str, str]:
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
        found = ((re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in hidden)
        return {name[1]: value[1] if value else "" for name, value in found if name}
