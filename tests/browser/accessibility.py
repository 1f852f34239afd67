"""What axe-core finds on a page: the rules of WCAG 2.2 at the levels A and AA that a program can judge."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Of a page as it stands; frames from elsewhere are judged as pages of their own. The answer is kept small, since it
# travels from the browser as text.
ASK = """async ([levels, within]) => {
    const found = await axe.run(within, {runOnly: {type: "tag", values: levels}, resultTypes: ["violations"],
                                           iframes: false, elementRef: false});
    return found.violations.flatMap((rule) => rule.nodes.slice(0, 3).map((node) =>
        `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}: ${node.failureSummary.slice(0, 200)}`));
}"""
# What unfolds over the page hides what is below it, and there is another test for what it says.
CLOSE_MENUS = "for (const menu of document.querySelectorAll('header details')) menu.open = false"


@cache
def script() -> str:
    """The whole of axe-core, as the package ships it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *, within: str = "") -> list[str]:
    """One line for each place that breaks a rule, three at most for each rule. `within` names a part of the page.

    The script is evaluated from outside the page, so that the page's own policy need not allow it.
    """
    if not within:
        page.evaluate(CLOSE_MENUS)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(script())
    found: list[Any] = page.evaluate(ASK, [list(LEVELS), within or "html"])
    return [f"axe: {one}" for one in found]
