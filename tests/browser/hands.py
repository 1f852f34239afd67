"""What people do to a page with their hands: with a thumb on glass, with a mouse, or with a keyboard alone.

Whoever goes on to another page listens to what the browser says of it. Who has but a keyboard looks at every stop of
Tab: the focus has to be seen, and nothing may lie over it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import FilePayload, Page

from tests.browser.visitor import DESK, REFUSED, Visitor

if TYPE_CHECKING:
    from tests.browser.conftest import Arrive

# More than the page with the most fields has.
STOPS = 160
SLIDERS_HANDLE = 44

# What has the focus may show it by what is around it (the label of a coin, two pictures that are compared) or by a part
# of itself (a model in a drawn tree). The little calendar of a day is a part that the browser rings by itself: the
# field around it has no focus then.
LOOK = """(wanted) => {
    const one = document.activeElement;
    if (!one || one === document.body) return {there: false, skips: false, wrong: ""};
    const named = `${location.pathname}: ${one.outerHTML.slice(0, 120)}`;
    const looks = [one, one.closest("label, .compare"), one.querySelector(".tree-box")].filter(Boolean);
    const ringed = looks.some((part) => {
        const style = getComputedStyle(part);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
            || (part.matches(".tree-box") && parseFloat(style.strokeWidth) >= 3);
    }) || (one.type === "date" && !one.matches(":focus"));
    const seen = looks.some((part) => {
        const box = part.getBoundingClientRect();
        const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
        const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
        return [0.5, 0.1, 0.9].some((across) => [0.5, 0.1, 0.9].some((down) => {
            const over = document.elementFromPoint(left + (right - left) * across, top + (bottom - top) * down);
            return over && right > left && bottom > top && part.contains(over);
        }));
    });
    const wrong = !ringed ? `${named} does not show its focus` : !seen ? `${named} has the focus out of sight` : "";
    const skips = one.matches("a.skip") && Boolean(document.querySelector(wanted)?.closest("main"));
    return {there: one.matches(wanted), skips, wrong};
}"""


@dataclass(frozen=True)
class Way:
    """How somebody comes to the pages."""

    language: str
    by: Literal["thumb", "mouse", "keyboard"]
    wide: bool
    scripts: bool
    dark: bool = False

    def __str__(self) -> str:
        words = [self.language, "desk" if self.wide else "phone", f"by-{self.by}", "js" if self.scripts else "no-js"]
        return "-".join([*words, *(["dark"] if self.dark else [])])

    def hands(self, arrive: "Arrive") -> "Hands":
        """Of somebody new, with a browser of their own."""
        touch = {"thumb": True, "mouse": False, "keyboard": not self.wide}[self.by]
        visitor = arrive(self.language, wide=self.wide, scripts=self.scripts, touch=touch)
        # A page that glides to what has the focus would be looked at on its way.
        visitor.page.emulate_media(color_scheme="dark" if self.dark else "light", reduced_motion="reduce")
        hear_what_the_policy_keeps_out(visitor)
        return {"keyboard": Keyboard, "mouse": Mouse, "thumb": Thumb}[self.by](visitor)


def hear_what_the_policy_keeps_out(visitor: Visitor) -> None:
    """From the browser itself: where scripts are off, no page can tell of it."""
    session = visitor.context.new_cdp_session(visitor.page)

    def hear(told: dict[str, Any]) -> None:
        breach = told["issue"]["details"].get("contentSecurityPolicyIssueDetails")
        if breach:
            visitor.complaints.append(f"policy: {breach['violatedDirective']} {breach.get('blockedURL', '')}")

    session.on("Audits.issueAdded", hear)
    session.send("Audits.enable")


@dataclass
class Hands:
    """Of one visitor. What they press, fill in and choose is named by a selector of CSS."""

    visitor: Visitor

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def is_wide(self) -> bool:
        return self.page.viewport_size == DESK

    def reach(self, what: str) -> None:
        """Come to where one press is enough."""

    def press(self, what: str) -> None:
        raise NotImplementedError

    def type(self, what: str, text: str) -> None:
        raise NotImplementedError

    def choose(self, what: str, value: str) -> None:
        raise NotImplementedError

    def slide(self, what: str, percent: int) -> None:
        """Bring a slider, which has every percent, to this one."""
        raise NotImplementedError

    def attach(self, what: str, files: list[FilePayload]) -> None:
        """Files that the browser's own window, which the field opens, gives it."""
        with self.page.expect_file_chooser() as asked:
            self.press(what)
        asked.value.set_files(files)

    def go_by(self, what: str, *, refused: bool = False) -> None:
        """Press what leads to another page, and hear what the browser says of that. `refused`: it says no."""
        self.reach(what)
        with self.page.expect_navigation():
            self.press(what)
        self.hear(refused=refused)

    def open(self, address: str) -> None:
        """Type an address, or press a link in a mail."""
        self.page.goto(address)
        self.hear()

    def hear(self, *, refused: bool = False) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        heard, self.visitor.complaints[:] = list(self.visitor.complaints), []
        assert [one for one in heard if not (refused and REFUSED in one)] == [], self.page.url
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"


class Mouse(Hands):
    def press(self, what: str) -> None:
        self.visitor.tap(self.page.locator(what).first)

    def type(self, what: str, text: str) -> None:
        self.visitor.type(what, text)

    def choose(self, what: str, value: str) -> None:
        self.visitor.steps += 1
        self.page.select_option(what, value)

    def slide(self, what: str, percent: int) -> None:
        self.visitor.steps += 1
        self.page.locator(what).scroll_into_view_if_needed()
        box = self.page.locator(what).bounding_box()
        assert box is not None
        # The middle of what is drawn along goes no further than half of its width from either end.
        room = box["width"] - SLIDERS_HANDLE
        self.put(box["x"] + (SLIDERS_HANDLE + room * percent / 50) / 2, box["y"] + box["height"] / 2)

    def put(self, across: float, down: float) -> None:
        self.page.mouse.click(across, down)


class Thumb(Mouse):
    """Touches, which bring no pointer that hovers."""

    def press(self, what: str) -> None:
        self.visitor.steps += 1
        self.page.locator(what).first.tap()

    def put(self, across: float, down: float) -> None:
        self.page.touchscreen.tap(across, down)


class Keyboard(Hands):
    """With Tab, Enter and the arrows. Moving the focus is no step, as moving a mouse is none."""

    def press(self, what: str) -> None:
        self.reach(what)
        self.visitor.steps += 1
        self.page.keyboard.press("Enter")

    def type(self, what: str, text: str) -> None:
        self.reach(what)
        self.visitor.steps += 1
        kind = self.page.evaluate("document.activeElement.type")
        if kind == "date":
            # The parts of a day, in the order in which an American browser shows them.
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(text)
        assert self.page.evaluate("document.activeElement.value") == text

    def choose(self, what: str, value: str) -> None:
        self.reach(what)
        self.visitor.steps += 1
        self.page.keyboard.press("Home")
        for _ in range(self.page.evaluate("document.activeElement.options.length")):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {value} of {what}")

    def slide(self, what: str, percent: int) -> None:
        self.reach(what)
        self.visitor.steps += 1
        self.page.keyboard.press("Home" if percent < 50 else "End")
        for _ in range(min(percent, 100 - percent)):
            self.page.keyboard.press("ArrowRight" if percent < 50 else "ArrowLeft")

    def reach(self, what: str) -> None:
        """Press Tab until the focus is there, past the menu by the link that is there for it."""
        # What comes after Enter has to be there before Tab is pressed.
        self.page.wait_for_selector(what)
        for stop in range(STOPS):
            if stop:
                self.page.keyboard.press("Tab")
            seen = self.page.evaluate(LOOK, what)
            # Where the focus begins nobody has put it there by a key, and nothing need show it.
            assert not seen["wrong"] or not stop, seen["wrong"]
            if seen["there"]:
                return
            if seen["skips"]:
                self.page.keyboard.press("Enter")
        raise AssertionError(f"Tab does not reach {what} on {self.page.url}")
