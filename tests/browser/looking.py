"""What a careful look at a page finds: what sticks out, what is hard to read, what was not translated."""

import re
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize

from tests.browser.drawings import faint_in_drawings

Light = Literal["light", "dark"]

HEADINGS = "h1, h2, h3, legend, label, summary, button, .button, th, dt, caption, nav a, .chip, .state"
PROSE = "p, td, li, span:not(.whole), dd"
ADDRESS = re.compile(r"https?://\S+")
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
# Names are the same in every language.
THINGS = (
    "Genseki",
    "Stripe",
    "English",
    "Bluesky",
    "Misskey",
    "Stable Diffusion",
    "LoRA",
    "Markdown",
    "BRA",
    "A clean one",
)
NAMES = (*THINGS, "CycloneDX", "GraphML")


def faults(page: Page, size: ViewportSize, light: Light) -> list[str]:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=light)
    where = f"{size['width']} {light}"
    seen: dict[str, Any] = page.evaluate(LOOK, size["width"])
    found = [f"{where}: wider than the screen: {one}" for one in seen["wide"]]
    found += [f"{where}: hard to read: {one}" for one in seen["faint"]]
    found += [f"{where}: hard to see: {one}" for one in faint_in_drawings(page)[:5]]
    if (seen["ground"] < 0.5) != (light == "dark"):
        found.append(f"{where}: the ground has the wrong light, {seen['ground']:.2f}")
    return found


def too_wide(page: Page, size: ViewportSize) -> list[str]:
    """What sticks out of this screen, with everything unfolded."""
    page.set_viewport_size(size)
    return [f"{size['width']}: wider than the screen: {one}" for one in page.evaluate(TOO_WIDE, size["width"])]


def not_in_japanese(page: Page, names: tuple[str, ...]) -> list[str]:
    found = []
    for text in [page.title(), *page.evaluate(WORDS, HEADINGS), *page.evaluate(SENTENCES, PROSE)]:
        rest = ADDRESS.sub("", text).replace(SO_CALLED_IN_JAPAN, "")
        for name in names:
            rest = rest.replace(name, "")
        if re.search(r"[a-z]{2}", rest) and not JAPANESE.search(rest) and "@" not in rest:
            found.append(text)
    return found


def first_amounts_without_code(page: Page) -> list[str]:
    """Yen that a reader of English meets first, on the page or where its address is shared, as a bare ¥."""
    return [text for text in page.evaluate(FIRST_AMOUNTS) if "JPY" not in text]


# As the campaigns of Japanese sites call it.
SO_CALLED_IN_JAPAN = "All-or-Nothing"
# What stands around the first amount in yen of the page, and of each text that is shown where its address is shared.
FIRST_AMOUNTS = """() => {
    const shared = document.querySelectorAll("title, meta[name=description], meta[property^='og:']");
    const texts = [...shared].map((one) => one.content ?? one.textContent);
    return [...texts, document.querySelector("main")?.textContent ?? ""]
        .map((text) => text.replace(/\\s+/g, " ").match(/.{0,12}¥\\d[\\d,]*.{0,5}/)?.[0]).filter(Boolean);
}"""
# What says itself that it is in another language, or that it is not to be translated, is left out.
WORDS = """headings => {
    const elsewhere = `[translate=no], [lang]:not([lang="${document.documentElement.lang}"])`;
    return [...document.querySelectorAll(headings)].filter((one) => !one.closest(elsewhere)).map((one) => {
        const alone = one.cloneNode(true);
        for (const part of alone.querySelectorAll(elsewhere)) part.remove();
        return alone.textContent;
    });
}"""
# What stands in the element itself, without what other elements in it say; a name that is kept whole is part of it.
SENTENCES = """prose => {
    const elsewhere = `[translate=no], [lang]:not([lang="${document.documentElement.lang}"]), code, [rel~=external]`;
    const said = (part) => part.nodeType === 3 ? part.data.replace(/\\s+/g, " ")
        : part.nodeName === "WBR" || part.nodeType === 8 ? ""
        : part.classList.contains("whole") ? part.textContent : "\\n";
    return [...document.querySelectorAll(prose)].filter((one) => !one.closest(elsewhere))
        .flatMap((one) => [...one.childNodes].map(said).join("").split("\\n")).filter((text) => text.trim());
}"""
TOO_WIDE = """width => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const named = (element) => `${element.tagName} ${element.className} "${element.textContent.trim().slice(0, 40)}"`;
    const whole = document.documentElement.scrollWidth;
    return whole <= width ? [] : [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > width + .5).slice(0, 3).map(named).concat(`${whole} px`);
}"""
# With everything unfolded: how wide the page is, which texts have too little contrast (WCAG 1.4.3), and how light the
# ground is. Colours are laid over each other on a canvas, which understands every way of writing them.
LOOK = """width => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
        .getContext("2d", {willReadFrequently: true});
    const known = new Map();
    const mixed = (colours) => {
        const key = colours.join();
        if (!known.has(key)) known.set(key, lightness(colours));
        return known.get(key);
    };
    const lightness = (colours) => {
        pen.clearRect(0, 0, 1, 1);
        for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
        const linear = (part) => (part /= 255) <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
        const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map(linear);
        return .2126 * red + .7152 * green + .0722 * blue;
    };
    const grounds = (element) => {
        const found = [];
        for (let one = element; one; one = one.parentElement) found.unshift(getComputedStyle(one).backgroundColor);
        return [getComputedStyle(document.body).backgroundColor, ...found];
    };
    const named = (element) => `${element.tagName} ${element.className} "${element.textContent.trim().slice(0, 40)}"`;
    const wide = document.documentElement.scrollWidth <= width ? [] :
        [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + .5)
            .slice(0, 3).map(named).concat(`${document.documentElement.scrollWidth} px`);
    const faint = new Set();
    for (const one of document.body.querySelectorAll("*")) {
        const says = [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim());
        const box = one.getBoundingClientRect();
        if (!says || box.width < 2 || box.height < 2) continue;
        if (one.closest("svg, [aria-disabled=true], :disabled, option")) continue;
        if (!one.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        const style = getComputedStyle(one), size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const below = mixed(grounds(one)), ink = mixed([...grounds(one), style.color]);
        const contrast = (Math.max(below, ink) + .05) / (Math.min(below, ink) + .05);
        if (contrast < (large ? 3 : 4.5)) faint.add(`${named(one)} ${contrast.toFixed(1)}`);
    }
    return {wide, faint: [...faint].slice(0, 5), ground: mixed([getComputedStyle(document.body).backgroundColor])};
}"""
