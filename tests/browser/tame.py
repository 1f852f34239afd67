"""What a browser makes of a document: every element and attribute that could run, load, or lead astray is told.

The browser's own parser reads it, so what would mutate into code is seen as the browser would see it. A document that
is only parsed runs nothing.
"""

import json
from collections.abc import Mapping

from playwright.sync_api import Page

READ = """([documents, own]) => {
    const FORBIDDEN = new Set(["base", "object", "embed", "applet", "frame", "frameset", "foreignobject", "animate",
        "animatetransform", "animatemotion", "set", "math", "video", "audio", "template", "noscript",
        "portal", "marquee"]);
    const ADDRESSES = new Set(["href", "src", "action", "formaction", "data", "poster", "xlink:href", "srcset",
        "background", "ping", "cite", "manifest"]);
    const found = [];
    const look = (root, name, mail) => {
        for (const one of root.querySelectorAll("*")) {
            const tag = one.localName.toLowerCase();
            const say = (what) => found.push(`${name}: ${what}: ${one.outerHTML.slice(0, 160)}`);
            const choice = tag === "source" && one.matches("picture > [type^='image/']");
            if (FORBIDDEN.has(tag) || (tag === "source" && !choice)) say("an element that nobody of ours writes");
            if (tag === "script" && !/^(\\/static\\/|application\\/(ld\\+)?json$)/.test(
                one.getAttribute("src") || one.type)) say("a script");
            if (tag === "style" && !mail) say("a sheet inside the page");
            if (tag === "iframe" && !/^\\/en\\/|^\\/ja\\//.test(one.getAttribute("src") || "")) say("a frame");
            if (tag === "meta" && one.httpEquiv && !mail) say("a header from inside");
            if (tag === "link" && /stylesheet|import|preload|prefetch/.test(one.rel || one.getAttribute("rel") || "")
                && !(one.getAttribute("href") || "").startsWith("/static/")) say("a sheet from elsewhere");
            for (const {name: key, value} of one.attributes) {
                const attribute = key.toLowerCase();
                if (attribute.startsWith("on") || /^(data-)?hx-/.test(attribute) || attribute === "srcdoc")
                    say(`the attribute ${key}`);
                if (attribute === "style" && !mail) say("a style");
                if (!ADDRESSES.has(attribute)) continue;
                const plain = value.replace(/[\\u0000-\\u0020]/g, "").toLowerCase();
                const scheme = /^([a-z][a-z0-9+.-]*):/.exec(plain);
                if (scheme && !["http", "https", "mailto"].includes(scheme[1])
                    && !(tag === "img" && plain.startsWith("data:image/png"))) say(`an address of ${scheme[1]}`);
                const loads = ["src", "srcset", "poster", "data", "background"].includes(attribute);
                const away = /^(https?:)?\\/\\//.test(plain) && !plain.startsWith(own);
                if ((loads || ["action", "formaction"].includes(attribute)) && away) say("something from elsewhere");
            }
        }
    };
    for (const [name, kind, text] of documents) {
        const page = new DOMParser().parseFromString(text, kind === "mail" ? "text/html" : kind);
        if (page.querySelector("parsererror")) found.push(`${name}: not well-formed`);
        if (page.doctype && kind !== "text/html" && kind !== "mail") found.push(`${name}: has a document type`);
        look(page, name, kind === "mail" || kind === "image/svg+xml");
    }
    return found;
}"""


def what_could_run(page: Page, documents: Mapping[tuple[str, str], str], own: str) -> list[str]:
    """`documents`: by name and kind ("text/html", "image/svg+xml", "application/xml", or "mail" for the HTML of one).

    `own` is the site's address. A drawing may bring a sheet of its own, and a mail its styles.
    """
    asked = [[name, kind, text] for (name, kind), text in documents.items()]
    found: list[str] = page.evaluate(READ, json.loads(json.dumps([asked, own])))
    return found
