"""Somebody in front of a screen: what they do, and what their browser finds wrong with the pages."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
# Chromium writes a line for every answer from 400 on, also for those that a test asks for.
REFUSED = "Failed to load resource: the server responded with a status of 4"
# A browser tells of a breach of the policy by an event, too; not every breach is written to the console.
TELL_OF_BREACHES = """document.addEventListener("securitypolicyviolation",
    (breach) => console.error("policy", breach.violatedDirective, breach.blockedURI, breach.sourceFile));"""


@dataclass
class Visitor:
    """`home` is the site's address. `steps` counts what their fingers did since they were last asked."""

    context: BrowserContext
    home: str
    language: str
    page: Page = field(init=False)
    complaints: list[str] = field(default_factory=list)
    steps: int = 0

    def __post_init__(self) -> None:
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        tab = self.context.new_page()
        tab.on("console", self._hear)
        tab.on("pageerror", lambda error: self.complaints.append(f"{tab.url}: {error}"))
        tab.on("requestfailed", self._miss)
        tab.on("response", self._look_at)
        return tab

    def go(self, path: str) -> Response:
        """To a page of the site in the visitor's language; `path` begins after it."""
        answer = self.page.goto(f"{self.home}/{self.language}/{path}")
        assert answer is not None
        return answer

    def tap(self, what: str | Locator) -> None:
        self.steps += 1
        self._found(what).click()

    def follow(self, what: str | Locator) -> None:
        """Tap what leads to another page, and be there: a tap alone may be over before this one is left."""
        with self.page.expect_navigation():
            self.tap(what)

    def type(self, what: str | Locator, text: str) -> None:
        self.steps += 1
        self._found(what).fill(text)

    def path(self) -> str:
        """Where they are, without the site, the language and the query."""
        return self.page.url.removeprefix(f"{self.home}/{self.language}/").partition("?")[0]

    def text(self, where: str = "main") -> str:
        return self.page.locator(where).inner_text()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text().replace("\n", "")

    def troubles(self) -> list[str]:
        """What was wrong, apart from answers that refused something."""
        return [one for one in self.complaints if REFUSED not in one]

    def _found(self, what: str | Locator) -> Locator:
        return self.page.locator(what) if isinstance(what, str) else what

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.location['url']}: {message.text}")

    def _miss(self, request: Request) -> None:
        # Going on to another page gives up what the last one was still asking for.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")

    def _look_at(self, answer: Response) -> None:
        if answer.status >= 500:
            self.complaints.append(f"{answer.url}: {answer.status}")
